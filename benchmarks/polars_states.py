"""Truth and employment states by Polars, lazily: what sql/truth, sql/identity and sql/state work out up to `states`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from polars import LazyFrame, col

#: How a plan is carried out.
ENGINE = "streaming"

EMPLOYERS_ONLY = ["企业养老", "机关养老", "失业保险", "工伤保险"]


def kept(rows: LazyFrame, columns: str) -> LazyFrame:
    """Columns of rows that are read more than once, worked out once."""
    return rows.select(columns.split()).collect(engine=ENGINE).lazy()


def latest(files: list[Path], keys: list[str]) -> LazyFrame:
    """The rows of a delta whose key was not delivered again later."""
    rows = pl.scan_parquet(files, glob=False).filter(~col("superseded"))
    again = rows.group_by(keys).agg(newest=col("ord").max(), times=pl.len()).filter(col("times") > 1).drop("times")
    rows = rows.join(again, on=keys, how="left", nulls_equal=True)
    return rows.filter(col("newest").is_null() | (col("newest") == col("ord"))).drop("newest")


def snapshot(files: list[Path], scope: list[str], keys: list[str]) -> LazyFrame:
    """The newest delivery of each scope; of a key in several, the row delivered last."""
    rows = pl.scan_parquet(files, glob=False).filter(~col("superseded"))
    rows = rows.with_columns(county_code=col("village_code").str.slice(0, 6))
    newest = rows.group_by(scope).agg(col("delivered_on").max())
    rows = rows.join(newest, on=[*scope, "delivered_on"], how="semi")
    return rows.join(rows.group_by(keys).agg(col("ord").max()), on=[*keys, "ord"], how="semi")


def age(day: date, born_on: pl.Expr) -> pl.Expr:
    """Full years."""
    before_birthday = day.month * 100 + day.day < born_on.dt.month().cast(pl.Int32) * 100 + born_on.dt.day()
    return day.year - born_on.dt.year() - before_birthday.cast(pl.Int32)


def as_number(day: pl.Expr) -> pl.Expr:
    """YYYYMMDD."""
    return day.dt.year() * 10000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day()


def first_day(period: pl.Expr) -> pl.Expr:
    return pl.date(period // 12, period % 12 + 1, 1)


def states(files: Mapping[str, list[Path]], parameters: Path, day: date, out: Path) -> None:
    """Write `states` of the staged files by feed, given the counties' parameters, as Parquet. Nothing may be held."""
    month = day.year * 12 + day.month - 1
    registry = snapshot(files["registry"], ["county_code"], ["person"])
    registry = kept(registry, "person name_key born_on county_code labour student")
    all_posts = snapshot(files["posts"], ["county_code", "department"], ["post_no", "person", "on_post_from"])
    all_posts = kept(all_posts, "person name_key on_post_from off_post_on")
    paid = [latest(files[feed], ["payment_no"]) for feed in ("subsidies", "allowances")]
    concern = pl.concat([rows.select("person") for rows in (registry, all_posts, *paid)])
    concern = kept(concern.unique(), "person")
    names = pl.concat(
        [
            registry.select("person", "name_key"),
            all_posts.select("person", "name_key").join(registry, on="person", how="anti").unique(),
        ]
    )
    names = kept(names.unique(), "person name_key")
    known = names.select("person", is_known=True).unique()
    same = names.with_columns(is_same=True)

    def trusted(rows: LazyFrame) -> LazyFrame:
        """Without rows that give a known person another name."""
        rows = rows.join(known, on="person", how="left").join(same, on=["person", "name_key"], how="left")
        return rows.filter(col("is_known").is_null() | col("is_same").is_not_null()).drop("is_known", "is_same")

    def of_concern(feed: str, keys: list[str]) -> LazyFrame:
        return trusted(latest(files[feed], keys).join(concern, on="person", how="semi"))

    insurance = of_concern("insurance", ["person", "scheme", "employer_no_key", "period"])
    benefits = kept(of_concern("benefits", ["person", "kind", "period"]), "person kind period amount")
    jobseekers = of_concern("jobseekers", ["person", "registered_on"])
    deaths = of_concern("deaths", ["person", "source"])
    employment = trusted(latest(files["employment"], ["record_no"]))
    employment = kept(employment, "person name_key employer_code started_on ended_on updated_on ord")
    posts = trusted(all_posts)
    by_county = pl.scan_parquet(parameters, glob=False)
    people = registry.join(by_county, on="county_code").with_columns(age=age(day, col("born_on")))

    deceased = deaths.filter(col("died_on") <= day).select("person", "name_key", is_dead=True).unique()
    pensioners = benefits.filter(
        (col("kind") == "职工养老金") & (col("amount") > 0) & (col("period") >= month - 2)
    ).select("person", is_pensioner=True)
    claiming = benefits.filter((col("kind") == "失业保险金") & (col("amount") > 0) & (col("period") >= month - 1))

    employer_paid = insurance.filter(
        col("scheme").is_in(EMPLOYERS_ONLY),
        col("payer") == "单位职工",
        col("employer_no_key").is_not_null(),
        ~((col("state") == "参保缴费") & (col("payment").fill_null("") == "欠费")),
    )
    employer_paid = kept(employer_paid, "person name_key employer_no_key employer_code period state delivered_on")
    cover = ["person", "name_key", "employer_no_key"]
    cover_rows = employer_paid.join(
        employer_paid.group_by(cover).agg(col("period").max()), on=[*cover, "period"], how="semi"
    )
    covers = (
        cover_rows.group_by([*cover, "period"])
        .agg(stopped=col("state").is_in(["暂停缴费", "终止缴费"]).all())
        .with_columns(first_day=first_day(col("period")))
        .with_columns(
            last_day=col("first_day").dt.month_end(),
            is_stopped=col("stopped") & (col("first_day") <= day),
            is_ahead=col("stopped") & (col("first_day") > day),
        )
    )
    in_grace = (col("period") >= month - col("insurance_grace_months")).fill_null(False)
    employer_cover = people.join(covers, on=["person", "name_key"]).with_columns(
        is_covered=col("is_ahead") | (~col("is_stopped") & in_grace)
    )

    holders = posts.filter(col("on_post_from") <= day, col("off_post_on").is_null() | (col("off_post_on") >= day))
    working = employment.filter(col("started_on") <= day, col("ended_on").is_null() | (col("ended_on") >= day))
    contradicted = (
        working.join(covers.filter("is_stopped"), on=["person", "name_key"])
        .filter(col("first_day") > col("started_on"))
        .join(cover_rows, on=cover, suffix="_insured")
        .filter(col("employer_code_insured") == col("employer_code"), col("delivered_on") > col("updated_on"))
        .select("ord", is_contradicted=True)
        .unique()
    )
    work = (
        working.join(contradicted, on="ord", how="left")
        .group_by("person", "name_key")
        .agg(col("updated_on").max(), all_contradicted=col("is_contradicted").fill_null(False).all())
    )
    registered = (
        jobseekers.filter(col("registered_on") <= day, col("cancelled_on").is_null() | (col("cancelled_on") >= day))
        .group_by("person")
        .agg(col("registered_on").max())
    )
    uncovered = employer_cover.filter(~col("is_covered")).select(
        "person",
        last_day=pl.when("is_stopped").then(col("first_day") - timedelta(days=1)).otherwise("last_day"),
        cause=pl.when("is_stopped").then(pl.lit("insurance_stopped")).otherwise(pl.lit("insurance_lapsed")),
        place=pl.when("is_stopped").then(3).otherwise(4),
    )
    ended = employment.filter(col("ended_on") < day).select(
        "person", last_day="ended_on", cause=pl.lit("employment_ended"), place=pl.lit(1, pl.Int32)
    )
    left = posts.filter(col("off_post_on") < day).select(
        "person", last_day="off_post_on", cause=pl.lit("post_ended"), place=pl.lit(2, pl.Int32)
    )
    last_work = (
        pl.concat([ended, left, uncovered])
        .group_by("person")
        .agg(
            pl.struct("last_day", "cause").sort_by("last_day", "place", descending=[True, False]).first().alias("last")
        )
        .unnest("last")
    )

    signs = (
        people.join(deceased, on=["person", "name_key"], how="left")
        .join(pensioners.unique(), on="person", how="left")
        .join(holders.select("person", is_on_post=True).unique(), on="person", how="left")
        .join(employer_cover.filter("is_covered").select("person", is_covered=True).unique(), on="person", how="left")
        .join(work.select("person", "updated_on", "all_contradicted", is_working=True), on="person", how="left")
        .join(claiming.select("person", is_claiming=True).unique(), on="person", how="left")
        .join(registered, on="person", how="left")
        .join(last_work, on="person", how="left")
        .with_columns(
            col("is_dead", "is_pensioner", "is_on_post", "is_covered", "is_working", "is_claiming").fill_null(False)
        )
    )
    outside = (
        col("labour").is_in(["丧失劳动力", "无劳动力"]).fill_null(False)
        | (col("student").fill_null("非在校生") != "非在校生")
        | (col("age") < col("labour_age_min")).fill_null(False)
        | col("is_pensioner")
    )
    suspected = (
        pl.when("is_claiming")
        .then(pl.lit("benefits"))
        .when(col("registered_on") > col("updated_on"))
        .then(pl.lit("jobseekers"))
        .when("all_contradicted")
        .then(pl.lit("insurance"))
    )
    past_age = (col("age") >= col("labour_age_max")).fill_null(False) & ~(
        as_number(col("last_day")) >= as_number(col("born_on")) + col("labour_age_max") * 10000
    ).fill_null(False)
    is_stale = (col("updated_on") + pl.duration(days="stale_days") < day).fill_null(False)
    state = (
        pl.when("is_dead")
        .then(pl.lit("deceased"))
        .when(outside)
        .then(pl.lit("outside_labour"))
        .when("is_on_post")
        .then(pl.lit("on_post"))
        .when("is_covered")
        .then(pl.lit("employed"))
        .when(col("is_working") & col("suspected_by").is_not_null())
        .then(pl.lit("suspected_unemployed"))
        .when(col("is_working") & is_stale)
        .then(pl.lit("unverified"))
        .when("is_working")
        .then(pl.lit("employed"))
        .when(past_age)
        .then(pl.lit("outside_labour"))
        .when(col("last_day").is_not_null())
        .then(pl.lit("unemployed"))
        .otherwise(pl.lit("never_employed"))
    )
    is_unemployed = col("state") == "unemployed"
    (
        signs.with_columns(suspected_by=suspected)
        .with_columns(state=state)
        .select(
            "person",
            "state",
            since=pl.when(is_unemployed).then(col("last_day") + timedelta(days=1)),
            cause=pl.when(is_unemployed).then("cause"),
            suspected_by=pl.when(col("state") == "suspected_unemployed").then("suspected_by"),
            is_covered="is_covered",
        )
        .sort("person")
        .collect(engine=ENGINE)
        .write_parquet(out)
    )
