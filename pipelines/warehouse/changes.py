"""A day worked out from the run date before it: what nothing has touched since then stands as it was kept.

Whoever may be concerned by what was delivered since, or by a date that was passed, is worked out again from all of
their rows, by the same files of sql/ as ever; so are their households, and all employers. Where what was kept can't
tell, the day is worked out whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipelines.feeds import FEEDS, Feed
from pipelines.reference import SPANS, Reference
from pipelines.staging.schema import key_columns
from pipelines.warehouse.conclusions import VIEWS, apply_rules
from pipelines.warehouse.engine import SQL, Engine, steps
from pipelines.warehouse.kept import CARRIED, KEPT, changed_rows, kept_rows

#: Rules about a household or an employer; the rows of every other rule name the person they are about.
OF_HOUSEHOLDS = ("no_worker_household", "post_household_duplicate")
OF_EMPLOYERS = ("employer_mass_stop", "employer_arrears")

#: What a day keeps of each person apart.
OF_PERSONS = ("states", "people", "post_holders", "insured", "owing", "conflicts")

#: What can't be worked out from the rows of some people.
_OF_ALL = {"registry_scopes", "posts_scopes", "registry_counties", "posts_counties", "counties", "feedback_latest"}

#: How sql/ compares with the run date: a column with it, or it with a column.
_COMPARED = re.compile(r"([\w.]+)\s*(<=|<|>=|>)\s*run\.run_date(?:\s*([-+])\s*([\w.]+))?")
_COMPARES = re.compile(r"run\.run_date\s*(<=|<|>=|>)\s*([\w.]+)")
_AGE = re.compile(r"\b(?:year|month|day)\(run\.run_date\)")

#: Dates that turn for everybody, on days that carry nothing on, or that are weighed anew each day.
_NOBODYS = {"valid_from", "valid_to", "first_day"}


#: Of so many people, working out whole what more than a third of them need is cheaper.
_FEW = 100_000

#: How often it is looked again at more people until what was kept is known to stand.
_LOOKS = 3


class Unknown(Exception):
    """What was kept can't tell what has changed."""


@dataclass(frozen=True)
class Turn:
    """A column of dates that is compared with the run date and `days` more: a number, or a parameter to take off.

    A date turns when it comes to lie on that day, or `late` days later.
    """

    column: str
    days: int | str
    late: int


def turns() -> set[Turn]:
    """What sql/ compares with the run date, of all that is delivered. Raises RuntimeError where it can't tell."""
    found = set()
    for folder in ("truth", "identity", "state", "rules"):
        for path in sorted((SQL / folder).glob("*.sql")):
            text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
            compared, compares = _COMPARED.findall(text), _COMPARES.findall(text)
            for column, sign, side, by in compared:
                name = by.rpartition(".")[2]
                if not name or name.isdigit():
                    days = int(name or 0) * (-1 if side == "-" else 1)
                elif side == "-":
                    days = name
                else:
                    raise RuntimeError(f"sql/{folder}/{path.name} adds a parameter to the run date")
                found.add(Turn(column.rpartition(".")[2], days, -1 if sign in ("<", ">=") else 0))
            for sign, column in compares:
                found.add(Turn(column.rpartition(".")[2], 0, -1 if sign in ("<=", ">") else 0))
            if len(compared) + len(compares) + len(_AGE.findall(text)) != text.count("run.run_date"):
                raise RuntimeError(f"sql/{folder}/{path.name} does something else with the run date than comparing")
    return {turn for turn in found if turn.column not in _NOBODYS}


def carries_on(reference: Reference, before: date, day: date) -> bool:
    """Whether `day` asks the same of the same rows as `before`: it lies in the same month and half of it, and nothing
    in the reference tables begins or ends between them.
    """
    if (before.year, before.month, before.day > 15) != (day.year, day.month, day.day > 15):
        return False
    for table, since, until in SPANS:
        frame = reference.tables[table]
        ends = [end + timedelta(days=1) for end in frame[until] if end is not None and end < day]
        if any(before < turn <= day for turn in (*frame[since], *ends)):
            return False
    return True


class Changes:
    """The engine of `day`, in which nothing is worked out yet, and what `before` kept, there as `before_<table>`.

    `kept` is the folder that `before` keeps; `staged` gives the SELECT of each feed's rows that count.
    """

    def __init__(
        self, engine: Engine, reference: Reference, before: date, kept: Path, day: date, staged: Mapping[str, str]
    ) -> None:
        self.engine, self.reference, self.before, self.day = engine, reference, before, day
        self.kept, self.staged = kept, staged
        self.of_persons = [feed for feed in FEEDS.values() if any(column.type == "id" for column in feed.columns)]
        self.is_new = f"delivered_on > DATE '{before}'"
        engine.make("since", f"SELECT DATE '{before}' AS run_date")
        for table in KEPT:
            engine.define(f"before_{table}", kept_rows(kept, table))

    def work_out(self) -> None:
        """Make every table that a day keeps but for its measures: those of `OF_PERSONS` as `all_<table>`, and what was
        worked out again of them as `now_<table>`. Raises Unknown.
        """
        self._counties()
        self._affected()
        self._states()
        self._rules()
        self._everybody()

    def _counties(self) -> None:
        """Make what is known of whole counties. Raises Unknown where they are others than before."""
        for table, select in steps("truth", only={"registry_scopes", "posts_scopes", "feedback_latest"}).items():
            self.engine.make(table, select)
        for feed in ("registry", "posts"):
            then = f"SELECT county_code FROM before_freshness WHERE feed = '{feed}'"
            self._same(f"{feed}_scopes", f"SELECT county_code FROM {feed}_scopes", then)
        # Whether these are still the same is looked at once it is known who stands there.
        for table in ("registry_counties", "posts_counties"):
            self.engine.make(table, f"SELECT * FROM before_{table}")
        self.engine.make("counties", "SELECT county_code FROM before_parameters")
        sure = "SELECT county_code FROM reference_counties UNION SELECT county_code FROM registry_counties"
        named = " UNION ".join(
            f"SELECT county_code FROM {rows}" for rows in ("posts_scopes", "staged_subsidies", "staged_allowances")
        )
        if self.engine.rows("counties", f"({named}) EXCEPT ({sure}) LIMIT 1"):
            # Where every row that named a county was corrected since, it is one no longer.
            truth = steps("truth")
            latest = [truth[table] for table in ("posts_latest", "subsidies_latest", "allowances_latest")]
            named = " UNION ".join(f"SELECT county_code FROM ({select})" for select in latest)
        self._same("counties", f"{sure} UNION {named}", "SELECT county_code FROM counties")

    def _affected(self) -> None:
        """Make `affected`, whom anything may concern, and `looked_at`, whose rows it takes to say what."""
        for table, select in steps("identity", only={"doubts"}).items():
            self.engine.make(table, select)
        said = steps("changes")
        selects = [*self._delivered(), *self._turned()]
        selects += [said[name] for name in ("registry_delivered", "posts_delivered", "doubted")]
        self.engine.make("affected", " UNION ".join(f"SELECT person FROM ({select})" for select in selects))
        self.engine.make("months_in_question", said["months_in_question"])
        self._widen()

    def _widen(self) -> None:
        """Add to `affected` whom others' payments concern, and make `looked_at`."""
        said = steps("changes")
        for feed in ("subsidies", "allowances", "posts"):
            self.engine.define(f"staged_{feed}", self.staged[feed])
        for name in ("left_out", "account_holders"):
            more = f"SELECT person FROM ({said[name]}) EXCEPT SELECT person FROM affected"
            self.engine.execute(name, f"INSERT INTO affected {more}")
        self.engine.make("account_holders", said["account_holders"])
        self.engine.make("looked_at", said["looked_at"])

    def _delivered(self) -> Iterator[str]:
        """Whom new rows of deltas name, and whom the rows that these replace."""
        for feed in self.of_persons:
            if not feed.snapshot:
                yield f"SELECT person FROM staged_{feed.name} WHERE {self.is_new}"
                key = key_columns(feed)[0]
                if "person" not in key_columns(feed):
                    new = f"SELECT {key} FROM staged_{feed.name} WHERE {self.is_new}"
                    yield f"SELECT s.person FROM staged_{feed.name} s SEMI JOIN ({new}) n ON n.{key} = s.{key}"

    def _turned(self) -> Iterator[str]:
        """Whose birthday was passed, or another date that matters."""
        passed: dict[str, set[str]] = {}
        for turn in turns():
            for days in self._days(turn):
                # DuckDB adds the days, as in sql/: "never" may be so many that they lie outside of Python's calendar.
                after, until = (f"DATE '{day}' + ({days + turn.late})" for day in (self.before, self.day))
                condition = f"({turn.column} > {after} AND {turn.column} <= {until})"
                passed.setdefault(turn.column, set()).add(condition)
        after, until = (day.month * 100 + day.day for day in (self.before, self.day))
        born = "month(born_on) * 100 + day(born_on)"
        for feed in self.of_persons:
            dates = {column.staged for column in feed.columns if column.type in ("date", "end_date")}
            conditions = sorted(text for name in dates & passed.keys() for text in passed[name])
            if feed.born_on:
                conditions.append(f"({born} > {after} AND {born} <= {until})")
            if conditions:
                yield f"SELECT person FROM staged_{feed.name} WHERE {' OR '.join(conditions)}"
        yield f"SELECT person FROM before_states WHERE {' OR '.join(sorted(passed['since']))}"

    def _days(self, turn: Turn) -> list[int]:
        if isinstance(turn.days, int):
            return [turn.days]
        rows = self.engine.rows(turn.days, f"SELECT DISTINCT {turn.days} FROM before_parameters")
        return [-days for (days,) in rows if days is not None]

    def _states(self) -> None:
        """Make what sql/truth, sql/identity and sql/state say of who is looked at. Raises Unknown."""
        for _ in range(_LOOKS):
            self._few()
            self._look()
            new = "SELECT * FROM gone EXCEPT SELECT * FROM months_in_question"
            if not self.engine.rows("gone", f"{new} LIMIT 1"):
                break
            # Somebody affected may have been the last who was paid there for a month: see who else was.
            self.engine.execute("months_in_question", f"INSERT INTO months_in_question {new}")
            self._widen()
        else:
            raise Unknown
        begun = "SELECT * FROM before_counties_paid UNION ALL SELECT * FROM months_in_question"
        self._none("counties_paid", f"SELECT * FROM counties_paid EXCEPT ({begun})")
        for table, gone in (("counties_paid", "SELECT county_code, period"), ("months_paid", "SELECT *")):
            stay = f"SELECT * FROM before_{table} EXCEPT {gone} FROM gone_{table}"
            self.engine.make(table, f"({stay}) UNION SELECT * FROM {table}")

    def _few(self) -> None:
        """Raises Unknown where so many are looked at that the day is worked out whole sooner."""
        [(theirs, everybody)] = self.engine.rows(
            "looked_at", "SELECT (SELECT count(*) FROM looked_at), (SELECT count(*) FROM before_states)"
        )
        if everybody > _FEW and theirs * 3 > everybody:
            raise Unknown

    def _look(self) -> None:
        """The same, and `gone`: for which counties and months nobody who is looked at was paid any more."""
        for feed in self.of_persons:
            self._restrict(feed)
        for table, select in steps("truth", "identity", "state").items():
            if table not in _OF_ALL:
                make = self.engine.define if table in VIEWS - {"registry", "posts"} else self.engine.make
                make(table, select)
        paid = {
            "counties_paid": "SELECT county_code, period FROM staged_subsidies",
            "months_paid": """SELECT county_code, 'Payments', period FROM staged_subsidies
                UNION ALL SELECT county_code, 'Allowances', period FROM staged_allowances""",
        }
        for table, theirs in paid.items():
            gone = f"(SELECT * FROM before_{table} INTERSECT ({theirs})) EXCEPT SELECT * FROM {table}"
            self.engine.make(f"gone_{table}", gone)
        both = (
            "SELECT county_code, period FROM gone_counties_paid UNION SELECT county_code, period FROM gone_months_paid"
        )
        self.engine.make("gone", both)

    def _restrict(self, feed: Feed) -> None:
        """Make `staged_<feed>` the rows of who is looked at, and what replaces them."""
        name, key = feed.name, key_columns(feed)[0]
        theirs = f"SELECT s.* FROM ({self.staged[name]}) s SEMI JOIN looked_at w ON w.person = s.person"
        self.engine.make(f"theirs_{name}", theirs)
        self.engine.define(f"staged_{name}", f"SELECT * FROM theirs_{name}")
        if "person" not in key_columns(feed):
            # A row that somebody else's later row replaces is no longer theirs.
            others = f"""SELECT s.{key}, s.ord FROM ({self.staged[name]}) s
                SEMI JOIN theirs_{name} t ON t.{key} = s.{key}
                ANTI JOIN looked_at w ON w.person = s.person
                WHERE NOT s.superseded AND s.delivered_on > (SELECT min(delivered_on) FROM theirs_{name})"""
            replaced = f"SELECT t.ord FROM theirs_{name} t JOIN ({others}) o ON o.{key} = t.{key} AND o.ord > t.ord"
            self.engine.execute(name, f"DELETE FROM theirs_{name} WHERE ord IN ({replaced})")

    def _rules(self) -> None:
        """Make what the rules say: of who is affected, of their households, of all employers. Raises Unknown."""
        rules = self.reference.tables["rules"]["rule"].to_list()
        later = [rule for rule in rules if rule in (*OF_HOUSEHOLDS, "employer_mass_stop")]
        apply_rules(self.engine, [rule for rule in rules if rule not in later])
        unaffected = "person NOT IN (SELECT person FROM affected)"
        self.engine.execute("rule_rows", f"DELETE FROM rule_rows WHERE rule <> 'employer_arrears' AND {unaffected}")
        self.engine.make("rows_of_persons", "SELECT * FROM rule_rows")
        self._carry_on()
        self._households()
        apply_rules(self.engine, later)
        self.engine.execute("rule_rows", "INSERT INTO rule_rows SELECT * FROM rows_of_persons")
        for table, select in steps("warnings").items():
            self.engine.make(table, select)
            if table == "subjects":
                self._stay()
        stay = "SEMI JOIN stays s ON s.rule = e.rule AND s.subject_key = e.subject_key"
        self.engine.execute("evidence", f"INSERT INTO evidence SELECT e.* FROM before_evidence e {stay}")

    def _stay(self) -> None:
        """Add to the subjects of rules those whom nothing has touched."""
        columns = ", ".join(self.engine.table("subjects", "SELECT * FROM subjects LIMIT 0")[0])
        employers = ", ".join(f"'{rule}'" for rule in OF_EMPLOYERS)
        self.engine.make(
            "stays",
            f"""SELECT {columns} FROM before_hits h
            ANTI JOIN affected a ON a.person = h.person
            ANTI JOIN homes o ON h.person IS NULL AND h.key_rest = o.county_code || '|' || o.household_no
            WHERE rule NOT IN ({employers})""",
        )
        self.engine.execute("subjects", "INSERT INTO subjects SELECT * FROM stays")

    def _carry_on(self) -> None:
        """Join what was worked out again of each person to what was kept. Raises Unknown."""
        for table in OF_PERSONS:
            now = f"SELECT t.* FROM {table} t SEMI JOIN affected a ON a.person = t.person"
            then = f"SELECT t.* FROM before_{table} t ANTI JOIN affected a ON a.person = t.person"
            self.engine.make(f"now_{table}", now)
            self.engine.define(f"all_{table}", f"{then} UNION ALL SELECT * FROM now_{table}")
        for table in CARRIED:
            rows = changed_rows(self.kept, f"{table}.changed.parquet", f"SELECT * FROM now_{table}")
            self.engine.define(f"changed_{table}", rows)
        self.engine.define("changed", changed_rows(self.kept, "changed.parquet", "SELECT person FROM affected"))
        self._workforce()

    def _workforce(self) -> None:
        """Count who is affected out of where they were and into where they are, and make `homes`, their households then
        and now. Raises Unknown where nobody is left in a county.
        """
        select = steps("state")["workforce"]
        place, counts = [], []
        for name in self.engine.table("workforce", "SELECT * FROM before_workforce LIMIT 0")[0]:
            (place if name.endswith("_code") else counts).append(name)
        of_people = "person, county_code, village_code, household_no, labour"
        for when in ("before", "now"):
            for table, columns in (("people", of_people), ("states", "*")):
                self.engine.make(table, f"SELECT {columns} FROM {when}_{table} SEMI JOIN affected USING (person)")
            self.engine.make(f"workforce_{when}", select)
            self.engine.make(f"homes_{when}", "SELECT DISTINCT county_code, household_no FROM people")
        places, taken = ", ".join(place), ", ".join(f"-{name}" for name in counts)
        self.engine.make(
            "workforce",
            f"""SELECT {places}, {", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in counts)}
            FROM (
                SELECT * FROM before_workforce
                UNION ALL SELECT * FROM workforce_now
                UNION ALL SELECT {places}, {taken} FROM workforce_before
            )
            GROUP BY {places}
            HAVING sum(persons) > 0""",
        )
        counties = "SELECT county_code FROM"
        self._same("registry_counties", f"{counties} workforce", f"{counties} before_registry_counties")
        self.engine.make("homes", "SELECT * FROM homes_before UNION SELECT * FROM homes_now")

    def _households(self) -> None:
        """Make the people of the households of who is affected, and what their rows name; and who is insured."""
        same = "o.county_code = p.county_code AND o.household_no = p.household_no"
        wanted = "person, name_key, county_code, village_code, household_no, is_priority, willing, ord"
        self.engine.make("people", f"SELECT {wanted} FROM all_people p SEMI JOIN homes o ON {same}")
        for table in ("states", "post_holders"):
            self.engine.make(table, f"SELECT t.* FROM all_{table} t SEMI JOIN people p ON p.person = t.person")
        self.engine.make("insured", "SELECT * FROM all_insured")
        for feed, held in (("registry", "people"), ("posts", "post_holders")):
            names = "person, name_key, ord" + ", employer_name_key" * (feed == "posts")
            self.engine.make(feed, f"SELECT {names} FROM {feed} UNION SELECT {names} FROM {held}")

    def _everybody(self) -> None:
        """Make known again what is known of everybody, for what is measured of deliveries. Raises Unknown."""
        for feed, select in self.staged.items():
            self.engine.define(f"staged_{feed}", select)
        self.engine.execute("registry", "DROP TABLE registry")
        self.engine.define("registry", "SELECT * FROM all_people")
        known = steps("truth", "identity", only={"names_of_holders", "posts_counties"})
        for table in ("posts_latest", "names_of_holders"):
            self.engine.make(table, known[table])
        self._same("posts_counties", known["posts_counties"], "SELECT * FROM before_posts_counties")

    def _none(self, table: str, select: str) -> None:
        """Raises Unknown where the SELECT has a row."""
        if self.engine.rows(table, f"SELECT 1 FROM ({select}) LIMIT 1"):
            raise Unknown

    def _same(self, table: str, now: str, then: str) -> None:
        """Raises Unknown where two SELECTs don't have the same rows."""
        self._none(table, f"(({now}) EXCEPT ({then})) UNION ALL (({then}) EXCEPT ({now}))")
