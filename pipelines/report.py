"""What a run says when it ends: what was read, what was not, what did not come, what was found."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl

from pipelines.exports import LEVELS
from pipelines.feeds import FEEDS, ORD_FILE
from pipelines.landing.deliveries import passed_over
from pipelines.landing.table import TOLD
from pipelines.parquet import read_parquet
from pipelines.publishing.passwords import short
from pipelines.reference import slips
from pipelines.scheduled.readiness import outdated
from pipelines.settings import Settings
from pipelines.staging.accounts import FileAccount, accounts
from pipelines.warehouse.engine import Engine
from pipelines.warehouse.history import derive_warnings
from pipelines.warehouse.kept import kept, run_dates

#: So many counties or departments are named of what is held.
_PARTS = 5


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
        elif account.feed == "feedback" and not account.read:
            lines.append(f"{name}: no row was filled in; ask who returned it whether answers stand where none are read")
        # A returned workbook carries all that was sent out beside the answers.
        told = TOLD if account.feed == "feedback" else ("",)
        lines += [f"{name}: {note}" for note in account.notes if any(word in note for word in told)]
    return lines


def unknown_answers(settings: Settings, day: date, staged: list[FileAccount]) -> list[str]:
    """A line for each file of feedback staged now with warning IDs that nobody knows on the last run date by `day`."""
    new = {(account.delivered_on, account.file) for account in staged if account.feed == "feedback"}
    days = run_dates(settings, day)
    if not new or not days:
        return []
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, days[-1])
        found = engine.rows(
            "unknown_answers",
            f"""SELECT f.delivered_on, f.ord // {ORD_FILE} % 10000 AS file, count(DISTINCT f.warning_id),
                string_agg(CAST(f.ord % {ORD_FILE} AS VARCHAR), ', ' ORDER BY f.ord)
            FROM feedback f ANTI JOIN warnings w ON w.warning_id = f.warning_id GROUP BY 1, 2 ORDER BY 1, 2""",
        )
    return [
        f"feedback {delivered_on} file {file}: {number} warning IDs that nobody knows (rows {rows}); their answers are "
        "kept and change nothing: have them corrected in the county that returned the file"
        for delivered_on, file, number, rows in found
        if (delivered_on, file) in new
    ]


def rejected(settings: Settings, day: date, staged: list[FileAccount]) -> list[str]:
    """A line that names the files of the 30 days up to `day` that were rejected before, and not staged anew now."""
    now = {(account.feed, account.delivered_on, account.file) for account in staged}
    still = [
        f"{account.feed} {account.delivered_on} file {account.file}"
        for account in accounts(settings, day)
        if account.status == "rejected" and account.delivered_on > day - timedelta(days=30)
        if (account.feed, account.delivered_on, account.file) not in now
    ]
    if not still:
        return []
    return [f"rejected before, not counted: {'; '.join(still)}; why: `fanpin quarantine list --date {day}`"]


def behind(settings: Settings, day: date) -> list[str]:
    """A line that names the run dates after `day` that were run without what was delivered for them since."""
    days = outdated(settings, day + timedelta(days=1))
    if not days:
        return []
    again = f"`fanpin backfill --from {days[0]} --to {days[-1]} --only-run-dates`"
    count = f"{len(days)} later run date{'s' if len(days) > 1 else ''}"
    return [f"{count}, from {days[0]} on, do not rest on all that was delivered up to then: {again} runs them again"]


def held(settings: Settings, day: date) -> list[str]:
    """A line that names the files of which anything was held on the last run date by `day`."""
    days = run_dates(settings, day)
    if not days:
        return []
    columns = ["feed", "delivered_on", "file"]
    files = read_parquet(kept(settings, days[-1], "deliveries"), [*columns, "status"]).filter(status="held")
    if files.is_empty():
        return []
    # Of a snapshot a county or department is held, whatever else its file states.
    of_part = ["feed", "delivered_on", "county_code", "department"]
    part = pl.concat_str("county_code", "department", separator=" ", ignore_nulls=True)
    delivery = ["feed", "delivered_on"]
    parts = (
        read_parquet(kept(settings, days[-1], "held_scopes"), of_part).sort(of_part).group_by(delivery).agg(part=part)
    )
    found = files.sort(columns).group_by(delivery, maintain_order=True).agg("file")
    named = "; ".join(
        f"{feed} {on} file {', '.join(map(str, numbers))}{_some(places or [])}"
        for feed, on, numbers, places in found.join(parts, on=delivery, how="left", maintain_order="left").rows()
    )
    return [f"held on {days[-1]}, as if not delivered: {named}; why: `fanpin gate list --date {days[-1]}`"]


def _some(places: list[str]) -> str:
    more = f" and {len(places) - _PARTS} more" if len(places) > _PARTS else ""
    return f" ({', '.join(places[:_PARTS])}{more})" if places else ""


def missing(settings: Settings, day: date) -> list[str]:
    """A line that names the feeds of which nothing was delivered on or before `day`."""
    delivered = {account.feed for account in accounts(settings, day) if account.status == "read"}
    absent = [feed.name for feed in FEEDS.values() if feed.name not in delivered]
    if not absent:
        return []
    if len(absent) == len(FEEDS):
        return [f"nothing was delivered by {day}, so nothing could be found: are the date and {settings.home} right?"]
    return [f"never delivered by {day}: {', '.join(absent)}; rules that need these feeds find nothing there"]


def notices(settings: Settings) -> list[str]:
    """A line for each thing in the installation that is allowed and yet looks like a slip."""
    landing = passed_over(settings.landing) if settings.landing.is_dir() else []
    return landing + slips(settings.reference) + short()


def summary(settings: Settings, day: date) -> list[str]:
    """What was read by `day`, and the warnings that stand on it by rule and level, as lines of text."""
    files = accounts(settings, day)
    counts = Counter(file.status for file in files)
    rows = {
        name: sum(getattr(file, name) for file in files) for name in ("read", "accepted", "quarantined", "superseded")
    }
    lines = [
        f"By {day}: {len(files)} files ({', '.join(f'{n} {status}' for status, n in sorted(counts.items()))}); "
        f"{rows['read']} rows read = {rows['accepted']} accepted + {rows['quarantined']} quarantined "
        f"+ {rows['superseded']} superseded.",
        "",
        f"{'Warnings that stand':<36}{''.join(f'{level:>8}' for level in reversed(LEVELS.values()))}",
    ]
    with Engine(settings.home / "scratch") as engine:
        derive_warnings(engine, settings, day)
        found = engine.rows(
            "warnings",
            "SELECT rule, level, count(*) FROM warnings WHERE is_standing GROUP BY rule, level ORDER BY ALL",
        )
    table: dict[str, dict[int, int]] = {}
    for rule, level, number in found:
        table.setdefault(rule, {})[level] = number
    for rule, levels in table.items():
        lines.append(f"{rule:<36}" + "".join(f"{levels.get(level, ''):>8}" for level in reversed(LEVELS)))
    totals = [sum(levels.get(level, 0) for levels in table.values()) for level in reversed(LEVELS)]
    return [*lines, f"{'all rules':<36}" + "".join(f"{total:>8}" for total in totals)]
