"""The lists that the policy asks for: who may be hard to employ, and employment by county, township and key area."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.publishing.frames import frame
from pipelines.reference import Reference, read_reference
from pipelines.settings import Settings
from pipelines.staging.identities import Identities
from pipelines.warehouse.engine import Engine, steps
from pipelines.warehouse.kept import kept_select, run_dates

#: Criterion → how the sheet says that it is met.
_CRITERIA = {
    "age": "大龄（年满{}周岁）",
    "unemployed": "连续失业满{}个月",
    "low_income": "低保、特困家庭成员",
    "zero_employment": "零就业家庭成员",
}


def derive_policy(engine: Engine, settings: Settings, day: date) -> None:
    """Make `hard_to_employ` and `area_indicators`; `derive_warnings` has been made in the engine."""
    reference = read_reference(settings.reference)
    for name in ("policy_parameters", "key_areas"):
        engine.load(f"reference_{name}", reference.tables[name])
    _compare(engine, settings, day, reference)
    for name, select in steps("policy").items():
        engine.make(name, select)
        if name == "jobless":
            engine.load("sexes", _sexes(frame(engine, name, ""), Identities(settings)))


def _compare(engine: Engine, settings: Settings, day: date, reference: Reference) -> None:
    """Make `compared_people`: registry people on the run date, and on the last ones of the month before and of the base
    years that are asked for, as far as they were run.
    """
    earlier = run_dates(settings, day)[:-1]
    years = reference.tables["policy_parameters"].filter(parameter="base_year")["value"].drop_nulls().unique().sort()
    compared = [("run", None, [day])]
    compared += [("month", None, [d for d in earlier if d.year * 12 + d.month == day.year * 12 + day.month - 1])]
    compared += [("base", int(year), [d for d in earlier if d.year == year]) for year in years]
    parts = [
        f"""SELECT '{label}' AS compared, CAST({year or "NULL"} AS INTEGER) AS base_year, p.county_code, p.village_code,
            p.site_code, coalesce(p.relocated, FALSE) AS relocated, s.state
        FROM ({kept_select(settings, days[-1], "people")}) p
        JOIN ({kept_select(settings, days[-1], "states")}) s ON s.person = p.person"""
        for label, year, days in compared
        if days
    ]
    engine.define("compared_people", " UNION ALL ".join(parts))


def _sexes(jobless: pl.DataFrame, identities: Identities) -> pl.DataFrame:
    """`person`, `is_woman`: the criterion of age is not the same for both, and only the ID number says it."""
    known = identities.texts("id", jobless["person"])
    is_woman = pl.col("text").str.slice(16, 1).cast(pl.Int8) % 2 == 0
    return known.select(pl.col("key").alias("person"), is_woman.alias("is_woman"))


def hard_to_employ(engine: Engine, seekers: pl.DataFrame) -> pl.DataFrame:
    """The rows of `seekers`, in their order, who meet a criterion, with the column `criteria`: which, in words."""
    texts = [
        pl.when(criterion=name).then(pl.format(text, "bound") if "{}" in text else pl.lit(text))
        for name, text in _CRITERIA.items()
    ]
    met = (
        frame(engine, "hard_to_employ", "")
        .with_columns(pl.col("bound").cast(pl.Int64))
        .select("person", "criterion", pl.coalesce(texts).alias("said"))
        .sort("person", "criterion")
        .group_by("person", maintain_order=True)
        .agg(pl.col("said").str.join("；").alias("criteria"))
    )
    return seekers.join(met, on="person", how="inner", maintain_order="left")


def areas(engine: Engine) -> pl.DataFrame:
    """The rows of `area_indicators` with the names of places, counties first and townships next."""
    rows = frame(engine, "area_indicators")
    names = dict(engine.rows("places", "SELECT township_code, township FROM reference_townships"))
    names |= dict(engine.rows("places", "SELECT county_code, county FROM reference_counties"))
    return (
        rows.with_columns(
            pl.when(pl.col("kind").is_in(["县", "乡镇"]))
            .then(pl.col("area").replace(names))
            .otherwise("area")
            .alias("name"),
            pl.col("kind").replace_strict({"县": 0, "乡镇": 1, "易地搬迁安置点": 2}, default=3).alias("place"),
        )
        .sort("county_code", "place", "kind", "area")
        .drop("place")
    )
