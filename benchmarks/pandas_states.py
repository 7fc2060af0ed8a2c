"""Truth and employment states by pandas: what sql/truth, sql/identity and sql/state work out up to `states`.

Polars reads and writes the Parquet, for pandas has no way of its own here. Of the columns only those that states need
are read; words come as categories, keys that are not there as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

COLUMNS = {
    "registry": "person name_key born_on labour student",
    "posts": "person name_key post_no on_post_from off_post_on",
    "subsidies": "person payment_no",
    "allowances": "person payment_no",
    "employment": "record_no person name_key employer_code started_on ended_on updated_on",
    "insurance": "person name_key scheme employer_no_key employer_code payer period payment state",
    "benefits": "person name_key kind period amount",
    "jobseekers": "person name_key registered_on cancelled_on",
    "deaths": "person name_key source died_on",
}
EMPLOYERS_ONLY = ["企业养老", "机关养老", "失业保险", "工伤保险"]
NAMED = ["person", "name_key"]


def as_pandas(rows: pl.DataFrame) -> pd.DataFrame:
    """A frame of Polars: days as datetimes, words as categories, whole numbers and amounts that are not there as 0."""
    columns = {}
    for column in rows:
        if column.dtype == pl.String:
            words = column.drop_nulls().unique()
            codes = column.cast(pl.Enum(words)).to_physical().cast(pl.Int64).fill_null(-1)
            columns[column.name] = pd.Categorical.from_codes(codes.to_numpy(), words.to_list())
        elif column.dtype == pl.Date:
            columns[column.name] = column.to_numpy().astype("datetime64[s]")
        elif column.dtype == pl.Boolean:
            columns[column.name] = column.to_numpy()
        else:
            numbers = column.cast(pl.Float64) if column.dtype.is_decimal() else column
            columns[column.name] = numbers.fill_null(0).to_numpy()
    return pd.DataFrame(columns)


def accepted(files: list[Path], feed: str) -> pd.DataFrame:
    """The rows of a feed that are not superseded by a later row of their file."""
    rows = pl.scan_parquet(files, glob=False).filter(~pl.col("superseded"))
    columns = [*COLUMNS[feed].split(), "delivered_on", "ord"]
    if feed in ("registry", "posts"):
        rows = rows.with_columns(county_code=pl.col("village_code").str.slice(0, 6))
        columns += ["county_code", *(["department"] if feed == "posts" else [])]
    return as_pandas(rows.select(columns).collect())


def latest(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of each key the row delivered last."""
    again = rows[rows.duplicated(keys, keep=False)]
    older = again.sort_values("ord").duplicated(keys, keep="last")
    return rows.drop(older[older].index)


def snapshot(rows: pd.DataFrame, scope: list[str], keys: list[str]) -> pd.DataFrame:
    """The newest delivery of each scope; of a key in several, the row delivered last."""
    newest = rows.groupby(scope, observed=True).delivered_on.transform("max")
    return latest(rows[rows.delivered_on == newest], keys)


def within(rows: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Which rows have the values of these columns in another frame."""
    if len(columns) == 1:
        return rows[columns[0]].isin(others[columns[0]])
    return pd.Series(
        pd.MultiIndex.from_frame(rows[columns]).isin(pd.MultiIndex.from_frame(others[columns])), rows.index
    )


def as_number(day: pd.Series) -> pd.Series:
    """YYYYMMDD; a day that is not there compares as false."""
    return day.dt.year * 10000 + day.dt.month * 100 + day.dt.day


def states(files: Mapping[str, list[Path]], parameters: Path, day: date, out: Path) -> None:
    """Write `states` of the staged files by feed, given the counties' parameters, as Parquet. Nothing may be held."""
    month, today = day.year * 12 + day.month - 1, pd.Timestamp(day)
    staged = {feed: accepted(files[feed], feed) for feed in COLUMNS}
    registry = snapshot(staged.pop("registry"), ["county_code"], ["person"])
    posts = snapshot(staged.pop("posts"), ["county_code", "department"], ["post_no", "person", "on_post_from"])
    paid = [latest(staged.pop(feed), ["payment_no"]) for feed in ("subsidies", "allowances")]
    concern = pd.DataFrame({"person": pd.concat([rows.person for rows in (registry, posts, *paid)]).unique()})
    of_posts = posts.loc[~within(posts, registry, ["person"]), NAMED].drop_duplicates()
    names = pd.concat([registry[NAMED], of_posts])

    def trusted(rows: pd.DataFrame) -> pd.DataFrame:
        """Without rows that give a known person another name."""
        return rows[~within(rows, names, ["person"]) | within(rows, names, NAMED)]

    def of_concern(feed: str, keys: list[str]) -> pd.DataFrame:
        rows = staged.pop(feed)
        return trusted(latest(rows[within(rows, concern, ["person"])], keys))

    insurance = of_concern("insurance", ["person", "scheme", "employer_no_key", "period"])
    benefits = of_concern("benefits", ["person", "kind", "period"])
    jobseekers = of_concern("jobseekers", ["person", "registered_on"])
    deaths = of_concern("deaths", ["person", "source"])
    employment = trusted(latest(staged.pop("employment"), ["record_no"]))
    posts = trusted(posts)

    deceased = deaths[deaths.died_on <= today]
    drawn = benefits[benefits.amount > 0]
    pensioners = drawn[(drawn.kind == "职工养老金") & (drawn.period >= month - 2)]
    claiming = drawn[(drawn.kind == "失业保险金") & (drawn.period >= month - 1)]

    employer_paid = insurance[
        insurance.scheme.isin(EMPLOYERS_ONLY)
        & (insurance.payer == "单位职工")
        & (insurance.employer_no_key != 0)
        & ~((insurance.state == "参保缴费") & (insurance.payment == "欠费"))
    ]
    cover = [*NAMED, "employer_no_key"]
    newest = employer_paid.groupby(cover).period.transform("max")
    cover_rows = employer_paid[employer_paid.period == newest]
    stopped = cover_rows.assign(stopped=cover_rows.state.isin(["暂停缴费", "终止缴费"]))
    covers = stopped.groupby([*cover, "period"], as_index=False).stopped.all()
    months = (covers.period - 1970 * 12).to_numpy().astype("datetime64[M]")
    covers["first_day"] = months.astype("datetime64[s]")
    covers["last_day"] = (months + 1).astype("datetime64[s]") - np.timedelta64(1, "D")
    covers["is_stopped"] = covers.stopped & (covers.first_day <= today)
    covers["is_ahead"] = covers.stopped & (covers.first_day > today)

    by_county = pl.read_parquet(parameters, glob=False).cast({pl.Int32: pl.Float64})
    by_county = pd.DataFrame({name: by_county[name].to_list() for name in by_county.columns})
    people = registry.astype({"county_code": object}).merge(by_county, on="county_code")
    employer_cover = people.merge(covers, on=NAMED)
    in_grace = employer_cover.period >= month - employer_cover.insurance_grace_months
    employer_cover["is_covered"] = employer_cover.is_ahead | (~employer_cover.is_stopped & in_grace)

    holders = posts[(posts.on_post_from <= today) & ~(posts.off_post_on < today)]
    working = employment[(employment.started_on <= today) & ~(employment.ended_on < today)]
    said = working.merge(covers[covers.is_stopped], on=NAMED)
    said = said[said.first_day > said.started_on].merge(cover_rows, on=cover, suffixes=("", "_insured"))
    codes = said.employer_code.astype(object), said.employer_code_insured.astype(object)
    said = said[codes[0].notna() & (codes[0] == codes[1]) & (said.delivered_on_insured > said.updated_on)]
    working = working.assign(contradicted=working.ord.isin(said.ord))
    work = working.groupby("person").agg(updated_on=("updated_on", "max"), all_contradicted=("contradicted", "all"))
    is_open = (jobseekers.registered_on <= today) & ~(jobseekers.cancelled_on < today)
    registered = jobseekers[is_open].groupby("person").registered_on.max()

    off = employer_cover[~employer_cover.is_covered]
    parts = [
        (employment[employment.ended_on < today], "ended_on", "employment_ended", 1),
        (posts[posts.off_post_on < today], "off_post_on", "post_ended", 2),
        (off[off.is_stopped].assign(day=off.first_day - np.timedelta64(1, "D")), "day", "insurance_stopped", 3),
        (off[~off.is_stopped], "last_day", "insurance_lapsed", 4),
    ]
    last_work = pd.concat(
        [
            pd.DataFrame({"person": rows.person, "last_day": rows[column], "cause": cause, "place": place})
            for rows, column, cause, place in parts
        ]
    )
    last_work = last_work.sort_values(["last_day", "place"], ascending=[False, True]).drop_duplicates("person")

    p = people.merge(work, on="person", how="left").merge(registered, on="person", how="left")
    p = p.merge(last_work[["person", "last_day", "cause"]], on="person", how="left")
    is_working = p.updated_on.notna()
    born, now = p.born_on.dt, day.month * 100 + day.day
    age = day.year - born.year - (now < born.month * 100 + born.day)
    is_covered = p.person.isin(employer_cover.person[employer_cover.is_covered])
    outside = (
        p.labour.isin(["丧失劳动力", "无劳动力"])
        | (p.student.notna() & (p.student != "非在校生"))
        | (age < p.labour_age_min)
        | p.person.isin(pensioners.person)
    )
    suspected_by = np.select(
        [p.person.isin(claiming.person), p.registered_on > p.updated_on, p.all_contradicted.eq(True)],
        ["benefits", "jobseekers", "insurance"],
        "",
    )
    is_past = (age >= p.labour_age_max) & ~(as_number(p.last_day) >= as_number(p.born_on) + p.labour_age_max * 10000)
    is_stale = p.updated_on + pd.to_timedelta(p.stale_days, unit="D") < today
    state = np.select(
        [
            within(p, deceased, NAMED),
            outside,
            p.person.isin(holders.person),
            is_covered,
            is_working & (suspected_by != ""),
            is_working & is_stale,
            is_working,
            is_past,
            p.last_day.notna(),
        ],
        [
            "deceased",
            "outside_labour",
            "on_post",
            "employed",
            "suspected_unemployed",
            "unverified",
            "employed",
            "outside_labour",
            "unemployed",
        ],
        "never_employed",
    )
    is_unemployed = state == "unemployed"
    since = (p.last_day + np.timedelta64(1, "D")).where(is_unemployed)
    pl.DataFrame(
        {
            "person": p.person.to_numpy(),
            "state": state.tolist(),
            "since": pl.Series(since.to_numpy().astype("datetime64[D]")),
            "cause": np.where(is_unemployed, p.cause.astype(object), None).tolist(),
            "suspected_by": np.where(state == "suspected_unemployed", suspected_by, None).tolist(),
            "is_covered": is_covered.to_numpy(),
        },
        schema_overrides={"cause": pl.String, "suspected_by": pl.String},
    ).sort("person").write_parquet(out)
