"""What the counties' workbooks say, as frames: from the files of sql/extracts/, with names looked up at the end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.feeds import FEEDBACK, FEEDS
from pipelines.gates.holds import kept_holds, visible
from pipelines.landing.header import find_header
from pipelines.landing.table import TOLD
from pipelines.publishing.frames import frame
from pipelines.publishing.policy import areas, hard_to_employ
from pipelines.reference import rule_feeds
from pipelines.returns.rejected import Asked, as_delivered
from pipelines.settings import Settings
from pipelines.staging.accounts import accounts, quarantine_files, row_files
from pipelines.staging.identities import Identities, Kind
from pipelines.staging.schema import key_columns, sql_schema
from pipelines.warehouse.day import QUARANTINE_SCHEMA
from pipelines.warehouse.engine import Engine, steps
from pipelines.warehouse.kept import kept_select, run_dates


@dataclass(frozen=True)
class County:
    """What one county's workbook says. Frames by the name of their sheet or part, and its place in words."""

    code: str
    name: str
    day: date
    frames: dict[str, pl.DataFrame]


def gather(engine: Engine, settings: Settings, day: date, identities: Identities) -> Extracts:
    """Work out what every county's workbook says on `day`; `derive_warnings` has been made in the engine."""
    rules = frame(engine, "reference_rules")
    engine.load("reference_rule_feeds", rule_feeds(rules))
    # Where people work or last did, how late the ledgers say what moved, and what came back.
    engine.define("held_scopes", kept_select(settings, day, "held_scopes"))
    engine.define("conflicts", kept_select(settings, day, "conflicts"))
    held = kept_holds(engine)
    for feed in (FEEDS[name] for name in ("employment", "posts", "feedback")):
        engine.view(f"delivered_{feed.name}", row_files(settings, feed.name, day), sql_schema(feed))
        engine.define(f"staged_{feed.name}", visible(feed.name, held, key_columns(feed), sql_schema(feed)))
    registry = FEEDS["registry"]
    engine.view("delivered_registry", row_files(settings, registry.name, day), sql_schema(registry))
    engine.define("employment_latest", steps("truth")["employment_latest"])
    quarantined = [path for feed in FEEDS for path in quarantine_files(settings, feed, day)]
    engine.view("quarantined_rows", quarantined, QUARANTINE_SCHEMA)
    engine.load("quarantined_answers", _quarantined_answers(settings, day))
    engine.load("noted_answers", _noted_answers(settings, day))
    _losses(engine, settings)
    dates = _dated(engine, settings, day)
    for name, select in steps("extracts").items():
        engine.make(name, select)
    return Extracts(engine, identities, day, rules, dates)


class Extracts:
    """The frames of all counties, from which each county's are taken."""

    def __init__(
        self, engine: Engine, identities: Identities, day: date, rules: pl.DataFrame, dates: dict[str, date]
    ) -> None:
        self.day, self.rules, self.dates = day, rules, dates
        self._names = dict(engine.rows("counties", "SELECT county_code, county FROM reference_counties"))
        texts = _Texts(identities)
        seekers = _seekers(engine, texts)
        frames = {
            "listed": _listed(engine, texts),
            "seekers": seekers,
            "hard_to_employ": hard_to_employ(engine, seekers),
            "areas": areas(engine),
            "scale": frame(engine, "scale"),
            "unlisted": frame(engine, "unlisted"),
            "cannot_judge": frame(engine, "cannot_judge"),
            "clauses": frame(engine, "clauses"),
            "holders": frame(engine, "holders"),
            "accuracy": frame(engine, "accuracy"),
            "entry_lag": frame(engine, "entry_lag"),
            "places_of_work": frame(engine, "places_of_work"),
            "loss_to_service": frame(engine, "loss_to_service"),
            "unused_answers": texts.join(frame(engine, "unused_answers"), "text", "name_key", "name"),
        }
        self._frames = {
            name: {key[0]: part for key, part in whole.partition_by("county_code", as_dict=True).items()}
            for name, whole in frames.items()
        }
        self._empty = {name: whole.clear() for name, whole in frames.items()}
        self.troubles = frame(engine, "troubles", "delivered_on DESC, feed, file")

    def digest(self, code: str) -> str:
        """A digest of all that a county's workbook says: the same where the workbook would be the same."""
        county = self.county(code)
        total = hashlib.sha256(f"{county.code}|{county.name}|{county.day}|{sorted(self.dates.items())}".encode())
        for name, part in [*sorted(county.frames.items()), ("troubles", self.troubles), ("rules", self.rules)]:
            total.update(f"|{name}|{part.schema}|".encode())
            total.update(part.write_csv(null_value="\0").encode())
        return total.hexdigest()

    def county(self, code: str) -> County:
        """One county's frames: only its own people."""
        frames = {name: parts.get(code, self._empty[name]) for name, parts in self._frames.items()}
        return County(code, self._names.get(code) or code, self.day, frames)


class _Texts:
    """Names, ID numbers and employers behind keys."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    def join(self, rows: pl.DataFrame, kind: Kind, key: str, name: str) -> pl.DataFrame:
        """The rows with a column `name`: the text behind their column `key`."""
        known = self._identities.texts(kind, rows[key].drop_nulls().unique())
        return rows.join(known.rename({"key": key, "text": name}), on=key, how="left", maintain_order="left")


def _listed(engine: Engine, texts: _Texts) -> pl.DataFrame:
    listed = frame(engine, "listed", "")
    for key, name in (("contact_key", "contact"), ("why_key", "why"), ("note_key", "note")):
        listed = texts.join(listed, "text", key, name)
    named = frame(engine, "named", "")
    named = texts.join(texts.join(named, "text", "name_key", "name"), "id", "person", "id_number")
    people = (
        # Who is known by two names is one person, and both are said.
        named.group_by("warning_id", "id_number")
        .agg(pl.col("name").drop_nulls().unique().sort().str.join("／"))
        .sort("warning_id", "id_number")
        .group_by("warning_id", maintain_order=True)
        .agg(_together("name").alias("names"), _together("id_number", "\n").alias("id_numbers"))
    )
    employers = frame(engine, "employers")
    employers = (
        texts.join(employers, "text", "employer_name_key", "employer")
        .group_by("warning_id")
        .agg(pl.col("employer").drop_nulls().unique().sort().str.join("／"))
    )
    listed = listed.join(people, on="warning_id", how="left").join(employers, on="warning_id", how="left")
    listed = texts.join(listed, "text", "key_employer", "employer_no")
    whose = pl.when(pl.col("key_employer").is_null()).then("names")
    employer = pl.concat_str(
        pl.coalesce("employer", "employer_no", pl.lit("")),
        pl.lit("（涉及："),
        pl.col("names").fill_null("—"),
        pl.lit("）"),
    )
    return listed.with_columns(
        whose.otherwise(employer).alias("who"),
        pl.col("list").replace_strict({"帮扶": 1, "核查": 2, "单位整改": 3}, return_dtype=pl.Int8).alias("list_order"),
    ).sort(
        *("county_code", "list_order", "township_code", "village_code", "household_no", "who"),
        # The rest of the key holds the month: what is one matter month after month stands in their order.
        *("level", "rule", "key_rest", "warning_id"),
        descending=[False] * 6 + [True, False, False, False],
        nulls_last=True,
    )


#: So many people of an employer are named; the others are counted.
_NAMED = 12


def _together(column: str, between: str = "、") -> pl.Expr:
    """The values of a group in one text, and how many they are where they are many."""
    values = pl.col(column).fill_null("—")
    text = values.head(_NAMED).str.join(between)
    return pl.when(pl.len() > _NAMED).then(text + pl.format("等{}人", pl.len())).otherwise(text)


def _seekers(engine: Engine, texts: _Texts) -> pl.DataFrame:
    seekers = frame(engine, "seekers", "").join(
        frame(engine, "reference_counties").select(
            pl.col("county_code").alias("work_region"), pl.col("county").alias("work_county")
        ),
        on="work_region", how="left", maintain_order="left",
    )  # fmt: skip
    seekers = texts.join(seekers, "text", "name_key", "name")
    seekers = texts.join(seekers, "text", "employer_name_key", "employer")
    seekers = texts.join(texts.join(seekers, "text", "contact_key", "contact"), "id", "person", "id_number")
    return seekers.sort("county_code", "township_code", "village_code", "household_no", "id_number", nulls_last=True)


def _quarantined_answers(settings: Settings, day: date) -> pl.DataFrame:
    """The rows of feedback of the last 30 days that could not be read: where they stood, and what was typed."""
    rows = as_delivered(settings, Asked(day, "feedback")).filter(pl.col("delivered_on") > day - timedelta(days=30))
    found = []
    for row in rows.drop_nulls("cells").iter_rows(named=True):
        header = find_header(FEEDBACK, [row["header"]])
        cells = {} if header is None else {
            name: row["cells"][at].strip() or None for name, at in header.positions.items() if at < len(row["cells"])
        }  # fmt: skip
        place = row["delivered_on"], row["file"], row["row"]
        found.append((*place, cells.get("warning_id"), row["reason"], row["column"], cells.get(row["column"])))
    return pl.DataFrame(
        found,
        orient="row",
        schema={
            "delivered_on": pl.Date, "file": pl.Int32, "row_number": pl.Int64, "warning_id": pl.String,
            "reason": pl.String, "faulty_column": pl.String, "cell": pl.String,
        },
    )  # fmt: skip


def _noted_answers(settings: Settings, day: date) -> pl.DataFrame:
    """What was noted of how the feedback of the last 30 days was read, a row each: the word it is known by."""
    found = [
        (account.delivered_on, account.file, word)
        for account in accounts(settings, day)
        if account.feed == FEEDBACK.name and account.delivered_on > day - timedelta(days=30)
        for word in TOLD
        if any(word in note for note in account.notes)
    ]
    schema = {"delivered_on": pl.Date, "file": pl.Int32, "reason": pl.String}
    return pl.DataFrame(found, orient="row", schema=schema)


def _losses(engine: Engine, settings: Settings) -> None:
    """Make `losses`: who was out of work since when, on the run date and those on which what is confirmed last held."""
    days = engine.rows(
        "losses",
        """SELECT DISTINCT w.last_held_on FROM warnings w CROSS JOIN run
        WHERE w.rule = 'job_lost' AND w.outcome = '属实' AND w.last_held_on < run.run_date ORDER BY ALL""",
    )
    parts = ["SELECT run.run_date, s.person, s.since FROM states s CROSS JOIN run"]
    parts += [
        f"SELECT DATE '{day}' AS run_date, person, since FROM ({kept_select(settings, day, 'states')})"
        for (day,) in days
    ]
    engine.define("losses", " UNION ALL ".join(parts))


def _dated(engine: Engine, settings: Settings, day: date) -> dict[str, date]:
    """Make `compared_dates`, the run date and those before it that it is compared with, and `dated_holders`, who held
    posts on them. Returns the dates by what they are called.
    """
    earlier = run_dates(settings, day)[:-1]
    dates = {"now": day}
    month_before = [d for d in earlier if d.year * 12 + d.month == day.year * 12 + day.month - 1]
    if month_before:
        dates["month"] = month_before[-1]
    this_year = [d for d in earlier if d.year == day.year]
    if this_year:
        dates["year"] = this_year[0]
    engine.load("compared_dates", pl.DataFrame({"compared": list(dates), "run_date": list(dates.values())}))
    parts = []
    for label, when in dates.items():
        people, holders = (kept_select(settings, when, table) for table in ("people", "post_holders"))
        parts.append(
            f"""SELECT '{label}' AS compared, DATE '{when}' AS run_date,
            h.county_code, h.person, h.accident_policy_no, h.accident_insured_to, p.labour
            FROM ({holders}) h
            LEFT JOIN ({people}) p ON p.person = h.person AND p.name_key = h.name_key"""
        )
    engine.define("dated_holders", " UNION ALL ".join(parts))
    return dates
