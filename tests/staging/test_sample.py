"""The sample deliveries come out as an independent program worked them out."""

import csv
from datetime import date

import polars as pl
import pytest

from pipelines.feeds import FEEDS
from pipelines.settings import CHECKOUT, Settings
from pipelines.staging.accounts import accounts, quarantine_files
from pipelines.staging.identities import Identities
from pipelines.staging.stage import stage

SAMPLE = CHECKOUT / "data" / "sample"
UNTIL = date(2025, 6, 4)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    (home / "landing").symlink_to(SAMPLE / "landing")
    settings = Settings(home, CHECKOUT / "data" / "reference", b"a key")
    stage(settings, UNTIL)
    return settings


def expected(name: str) -> set[tuple[str, ...]]:
    with (SAMPLE / "expected" / name).open(encoding="utf-8", newline="") as file:
        return set(map(tuple, list(csv.reader(file))[1:]))


def test_accounts(sample):
    names = Identities(sample).file_names(UNTIL)
    found = {
        (
            *(a.feed, a.delivered_on.isoformat(), names[a.feed, a.delivered_on, a.file], a.status),
            *map(str, (a.read, a.accepted, a.quarantined, a.superseded)),
        )
        for a in accounts(sample, UNTIL)
    }
    assert found == expected("files.csv")


def test_quarantine(sample):
    names = Identities(sample).file_names(UNTIL)
    found = {
        (
            q["feed"],
            q["delivered_on"].isoformat(),
            names[q["feed"], q["delivered_on"], q["file"]],
            str(q["row"]),
            q["column"],
            q["reason"],
        )
        for feed in FEEDS
        for path in quarantine_files(sample, feed, UNTIL)
        for q in pl.read_parquet(path).to_dicts()
    }
    assert found == expected("quarantine.csv")
