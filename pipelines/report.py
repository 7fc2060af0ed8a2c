"""What a run says when it ends: what was not read, what did not come."""

from __future__ import annotations

from datetime import date

from pipelines.feeds import FEEDS
from pipelines.settings import Settings
from pipelines.staging.accounts import FileAccount, accounts


def troubles(staged: list[FileAccount]) -> list[str]:
    """A line for each file staged now that was rejected or lost rows to quarantine; files by number, not by name."""
    lines = []
    for account in staged:
        name = f"{account.feed} {account.delivered_on} file {account.file}"
        if account.status != "read":
            lines.append(f"{name}: {account.status}: {account.problem}")
        elif account.quarantined:
            lines.append(
                f"{name}: {account.quarantined} of {account.read} rows in quarantine; "
                f"see `fanpin export quarantine --date {account.delivered_on}`"
            )
        lines += [f"{name}: {note}" for note in account.notes]
    return lines


def missing(settings: Settings, day: date) -> list[str]:
    """A line for each feed of which nothing was delivered on or before `day`."""
    delivered = {account.feed for account in accounts(settings, day) if account.status == "read"}
    absent = [feed.name for feed in FEEDS.values() if feed.name not in delivered]
    if not absent:
        return []
    return [f"never delivered by {day}: {', '.join(absent)}; rules that need these feeds find nothing there"]
