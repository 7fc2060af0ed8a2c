"""The data dictionary of the deliveries, `docs/feeds.md`, as the declarations of the feeds say it.

`python -m pipelines.dictionary > docs/feeds.md` (or `make docs`) writes it anew; a test holds it to the declarations.
"""

from __future__ import annotations

from pipelines.feeds import FEEDS, Column, Feed
from pipelines.returns.rejected import REASONS

_HEAD = """\
# What offices deliver

<!-- Made by `make docs` from pipelines/feeds.py: change it there. -->

A delivery is a file `landing/<feed>/<YYYY-MM-DD>/<any name>`, CSV (UTF-8 or GB18030) or `.xlsx`, with a header row that
names the columns by their Chinese name, an alias or their own name, in any order. The date of the folder is the day
from which the pipeline knows what the file says.

`*` a value is required · **K** part of the key · † an end: `长期`, `至今` and the like mean that it is open.
*Snapshot*: a delivery states its whole scope anew. *Delta*: rows add to what is known; of a key the latest row counts.

A row that breaks a check goes to quarantine with its reason (`fanpin quarantine list`):

"""

_TYPES = {
    "id": "ID number",
    "name": "name",
    "text": "text",
    "date": "date",
    "end_date": "date †",
    "month": "month",
    "number": "number, not negative",
    "yes_no": "yes/no (是/否)",
    "account": "account number",
}

_AWAITED = {
    "day": "a delivery of that date",
    "latest": "a first delivery, of any date",
    "no": "nothing",
}


def dictionary() -> str:
    """The text of `docs/feeds.md`."""
    reasons = "".join(f"- `{code}`: {chinese}\n" for code, chinese in REASONS.items())
    return _HEAD + reasons + "".join(_feed(feed) for feed in FEEDS.values())


def _feed(feed: Feed) -> str:
    kind = f"snapshot, scope: {' and '.join(feed.scope)}" if feed.snapshot else "delta"
    lines = [
        f"\n## {feed.name}: {feed.chinese}\n",
        f"{kind[0].upper()}{kind[1:]}. Before a day is run unattended it waits for {_AWAITED[feed.awaited]}.",
    ]
    if feed.periods:
        pairs = "; ".join(f"`{end}` not before `{start}`" for start, end in feed.periods)
        lines.append(f"Checked (`bad_period`): {pairs}.")
    if feed.filled_by:
        lines.append(f"A row in which {', '.join(f'`{c}`' for c in feed.filled_by)} are all empty is blank.")
    lines += ["", "| column | Chinese name (aliases) | type |", "|---|---|---|", *map(_column, feed.columns)]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    marks = f"{' *' if column.required else ''}{' **K**' if column.key else ''}"
    aliases = f" ({', '.join(column.aliases)})" if column.aliases else ""
    return f"| `{column.name}`{marks} | {column.chinese}{aliases} | {_type(column)} |"


def _type(column: Column) -> str:
    if column.type == "digits":
        return f"{column.length} digits"
    if column.type == "code":
        return ", ".join(f"{first} ({', '.join(more)})" if more else first for first, *more in column.values)
    return _TYPES[column.type]


if __name__ == "__main__":
    print(dictionary(), end="")
