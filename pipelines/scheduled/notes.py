"""What the unattended runs note down between runs: one small file a matter, under `home/schedule/`.

None of it is needed for a result. Without these notes more is done again than would be necessary.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.settings import Settings
from pipelines.staging.storage import private_folder, read_json, write_json


def read_notes(settings: Settings, matter: str) -> dict[str, str]:
    """The notes on a matter. Raises FanpinError where they can't be read."""
    return dict(read_json(_path(settings, matter), {}))


def note(settings: Settings, matter: str, values: dict[str, str]) -> None:
    """Note values down, in place of those before. Only who holds the home for writing may."""
    notes = read_notes(settings, matter)
    if notes != notes | values:
        private_folder(_path(settings, matter).parent)
        write_json(_path(settings, matter), notes | values)


def _path(settings: Settings, matter: str) -> Path:
    return settings.home / "schedule" / f"{matter}.json"
