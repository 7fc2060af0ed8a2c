"""What may go after a while: deliveries that were taken in, old published dates, what cut-off runs left behind."""

from __future__ import annotations

import os
import shutil
import time
from datetime import date, timedelta

from pipelines.landing.deliveries import deliveries
from pipelines.publishing.publish import published_dates
from pipelines.settings import FanpinError, Settings
from pipelines.staging.accounts import read_group
from pipelines.staging.storage import content_digest

#: Days for which deliveries lie in landing and dates stay published, and how many backups are kept, unless the
#: environment says otherwise. A delivery that has gone from landing stays known, a date can be published again.
KEPT = {"FANPIN_KEEP_LANDING": 400, "FANPIN_KEEP_PUBLISHED": 800, "FANPIN_KEEP_BACKUPS": 7}
#: Hours after which what a run left in the scratch folder belongs to nobody.
ABANDONED = 48


def keeps(name: str) -> int:
    """How long, or how many, of something is kept. Raises FanpinError where the environment's value is no number."""
    text = os.environ.get(name) or str(KEPT[name])
    if not text.isdecimal() or int(text) < 1:
        raise FanpinError(f"{name} is how many are kept: expected a whole number from 1, like {KEPT[name]}.")
    return int(text)


def clear_landing(settings: Settings, day: date) -> int:
    """Remove files delivered long before `day`, where their bytes are those that were staged; how many.

    What was rejected, changed since or never staged stays, so that somebody sees to it.
    """
    removed = 0
    for feed, delivered_on, files in deliveries(settings, day - timedelta(days=keeps("FANPIN_KEEP_LANDING"))):
        group = read_group(settings, feed, delivered_on)
        staged = {account.sha256 for account in group.files if account.status == "read"} if group else set()
        for path in files.values():
            if content_digest(path) in staged:
                path.unlink()
                removed += 1
        folder = settings.landing / feed / delivered_on.isoformat()
        if not any(folder.iterdir()):
            folder.rmdir()
    return removed


def clear_published(settings: Settings, day: date) -> list[date]:
    """Remove dates published long before `day`, but never the newest; which. A link goes before what it leads to."""
    dates = published_dates(settings)
    old = [d for d in dates[:-1] if d < day - timedelta(days=keeps("FANPIN_KEEP_PUBLISHED"))]
    for d in old:
        (settings.published / d.isoformat()).unlink()
        for version in (settings.published / ".versions").glob(f"{d}.*"):
            shutil.rmtree(version)
    return old


def clear_scratch(settings: Settings, now: float | None = None) -> int:
    """Remove what cut-off runs left in the scratch folder; how many folders."""
    now = time.time() if now is None else now
    folder = settings.home / "scratch"
    left = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    abandoned = [path for path in left if now - path.stat().st_mtime > ABANDONED * 3600]
    for path in abandoned:
        shutil.rmtree(path)
    return len(abandoned)
