"""Deliveries become rows, quarantine and accounts that come out even, in whatever order they arrive."""

import csv
import hashlib
import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.feeds import FEEDS, ord_of
from pipelines.settings import FanpinError, Settings
from pipelines.staging import stage as staging
from pipelines.staging.accounts import accounts, quarantine_files, row_files
from pipelines.staging.identities import Identities
from pipelines.staging.remembered import Remembered
from pipelines.staging.stage import stage

DAY = date(2025, 6, 1)
HEADER = ["证件号码", "姓名", "死亡日期", "信息来源"]
ANN, BOB = "11010519491231002X", "340123199001011238"
ROW = [ANN, "张三", "2025-05-01", "公安"]


@pytest.fixture
def home(tmp_path) -> Settings:
    return Settings(tmp_path, tmp_path, b"a key")


def deliver(home: Settings, name: str, *rows, feed: str = "deaths", header=HEADER, day: date = DAY) -> Path:
    path = home.landing / feed / day.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def counts(home: Settings) -> list[tuple]:
    return [(a.file, a.status, a.read, a.accepted, a.quarantined, a.superseded) for a in accounts(home, DAY)]


def rows(home: Settings, feed: str = "deaths") -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in row_files(home, feed, DAY)).sort("ord")


def quarantine(home: Settings, feed: str = "deaths") -> list[tuple]:
    frame = pl.concat(pl.read_parquet(path) for path in quarantine_files(home, feed, DAY))
    return frame.select("file", "row", "column", "reason").rows()


def published(home: Settings) -> dict[str, str]:
    """What was staged: the digest of each file by its path."""
    return {
        str(path.relative_to(home.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.staging.rglob("*"))
        if path.is_file()
    }


def test_rows_carry_pseudonyms_and_their_place(home):
    deliver(home, "a.csv", ROW)
    stage(home, DAY)
    identities = Identities(home)
    row = rows(home).row(0, named=True)
    assert row == {
        "person": identities.keys("id", pl.Series([int(ANN[:17])])).item(),
        "name_key": identities.keys("text", pl.Series(["张三"])).item(),
        "died_on": date(2025, 5, 1),
        "source": "公安",
        "ord": ord_of(DAY, 1, 2),
        "delivered_on": DAY,
        "superseded": False,
    }
    assert identities.texts("id", pl.Series([row["person"]]))["text"].to_list() == [ANN]
    assert identities.texts("text")["text"].to_list() == ["张三"]


def test_a_key_that_comes_again_without_fault_supersedes(home):
    again, faulty = [ANN, "张三", "2025/5/2", "公安"], [ANN, "张三", "x", "公安"]
    deliver(home, "a.csv", ROW, again, [ANN, "张三", "2025-05-01", "民政"])
    deliver(home, "b.csv", again, faulty)
    stage(home, DAY)
    assert counts(home) == [(1, "read", 3, 1, 0, 2), (2, "read", 2, 1, 1, 0)]
    assert rows(home).filter("superseded")["ord"].to_list() == [ord_of(DAY, 1, 2), ord_of(DAY, 1, 3)]
    assert quarantine(home) == [(2, 3, "died_on", "bad_date")]


def test_an_empty_part_of_a_key_is_a_value(home):
    feed = FEEDS["insurance"]
    header = [column.name for column in feed.columns]
    row = dict.fromkeys(header, "") | {
        **{"id_number": ANN, "name": "张三", "scheme": "310", "payer": "102", "period": "202501", "state": "1"},
    }
    lines = [list((row | {"employer_no": number}).values()) for number in ("", "e", "-", "E", "e")]
    deliver(home, "a.csv", *lines, feed="insurance", header=header)
    stage(home, DAY)
    assert counts(home) == [(1, "read", 5, 3, 0, 2)]


@pytest.mark.parametrize(
    "row, column, reason",
    [
        ([ANN, "", "x", "x"], "name", "missing_required"),
        (["x", "-", "x", "x"], "name", "missing_required"),
        (["3.4E+17", "张三", "x", "x"], "id_number", "id_precision_lost"),
        ([ANN[:17] + "1", "张三", "x", "x"], "id_number", "bad_id"),
        ([ANN, "张三", "x", "x"], "died_on", "bad_date"),
        ([ANN, "张三", "2025-01-01", "x"], "source", "bad_code"),
    ],
)
def test_the_first_failing_check_names_the_reason(home, row, column, reason):
    deliver(home, "a.csv", row)
    stage(home, DAY)
    assert quarantine(home) == [(1, 2, column, reason)]


def test_an_end_before_its_start_is_reported_at_the_end(home):
    header = ["证件号码", "姓名", "登记日期", "注销日期"]
    days = [("2025-01-02", "2025-01-01"), ("2025-01-02", "2025-01-02"), ("2025-01-02", "2025-01"), ("2025-01-03", "")]
    deliver(home, "a.csv", *[(ANN, "张三", *pair) for pair in days], feed="jobseekers", header=header)
    stage(home, DAY)
    assert quarantine(home, "jobseekers") == [(1, 2, "cancelled_on", "bad_period")]


def test_blank_rows_do_not_count_but_are_numbered(home):
    deliver(home, "a.csv", [], ["", " ", "-", "无", "someone"], ROW, [], ["", "", "", "x"])
    stage(home, DAY)
    assert counts(home) == [(1, "read", 2, 1, 1, 0)]
    assert rows(home)["ord"].to_list() == [ord_of(DAY, 1, 4)]
    assert quarantine(home) == [(1, 6, "id_number", "missing_required")]


def test_feedback_that_was_not_filled_in_is_blank(home):
    header = ["预警编号", "核查结果", "核查日期", "说明"]
    deliver(
        home,
        "a.csv",
        ["w1", "", "", ""],
        ["w2", "属实", "2025-05-01", ""],
        ["w3", "", "", "n"],
        feed="feedback",
        header=header,
    )
    stage(home, DAY)
    assert counts(home) == [(1, "read", 2, 1, 1, 0)]


def test_quarantined_rows_are_kept_as_they_came_and_known_by_pseudonym(home):
    row = ["x", " 张 三", "2025-05-01", "公安", "past the header"]
    deliver(home, "王五.csv", row, [ANN, "张三", "", "公安"])
    stage(home, DAY)
    identities = Identities(home)
    kept = identities.quarantined(DAY).to_dicts()
    assert (kept[0]["row"], kept[0]["cells"], kept[0]["header"]) == (2, row, HEADER)
    assert identities.file_names(DAY) == {("deaths", DAY, 1): "王五.csv"}
    known = pl.read_parquet(quarantine_files(home, "deaths", DAY)[0])
    ann, name = (
        identities.keys("id", pl.Series([int(ANN[:17])])).item(),
        identities.keys("text", pl.Series(["张三"])).item(),
    )
    assert known["person"].to_list() == [None, ann]
    assert known["name_key"].to_list() == [name, name]


def test_nothing_personal_leaves_identities(home):
    deliver(home, "王五.csv", ROW, ["x", "张三", "2025-05-01", "李四"])
    deliver(home, "李四.csv", header=["证件号码", "张三", ANN])
    stage(home, DAY)
    personal = [text.encode() for text in ("张三", "李四", "王五", ANN)]
    for path in home.staging.rglob("*"):
        if path.is_file():
            data = path.read_bytes() + str(path).encode() + json.dumps(str(path)).encode()
            if path.suffix == ".parquet":
                data += str(pl.read_parquet(path).to_dicts()).encode()
            else:
                data += str(json.loads(data[: path.stat().st_size])).encode()
            assert not any(text in data for text in personal), path
    assert home.identities.stat().st_mode & 0o777 == 0o700
    assert not (home.identities / ".work").exists()


FAULTS = st.tuples(
    st.sampled_from([ANN, BOB, "", "x", "3.4E+17"]),
    st.sampled_from(["张三", "李四", "", " "]),
    st.sampled_from(["2025-05-01", "2025-05", "", "x", "1800-01-01"]),
    st.sampled_from(["公安", "民政", "", "x"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(FAULTS, max_size=12), min_size=1, max_size=3))
def test_accounts_come_out_even(tmp_path_factory, files):
    path = tmp_path_factory.mktemp("home")
    home = Settings(path, path, b"k")
    for i, lines in enumerate(files):
        deliver(home, f"{i}.csv", *lines)
    stage(home, DAY)
    found = accounts(home, DAY)
    faulty = Counter(file for file, *_ in quarantine(home))
    staged = rows(home)
    for account, lines in zip(found, files, strict=True):
        assert account.read == sum(any(cell.strip() for cell in line) for line in lines)
        assert account.read == account.accepted + account.quarantined + account.superseded
        assert account.quarantined == faulty[account.file]
    latest = {(line[0], line[3]): line for lines in files for line in lines if _faultless(line)}
    assert (~staged["superseded"]).sum() == sum(account.accepted for account in found) == len(latest)


def _faultless(line) -> bool:
    return line[0] in (ANN, BOB) and line[1].strip() and line[2].startswith("2025") and line[3] in ("公安", "民政")


class TestStagingAgain:
    def test_nothing_is_done_where_nothing_changed(self, home, monkeypatch):
        path = deliver(home, "a.csv", ROW)
        assert len(stage(home, DAY)) == 1
        before = published(home)
        path.touch()
        monkeypatch.setattr("pipelines.staging.group.open_table", None)
        assert stage(home, DAY) == []
        assert published(home) == before

    def test_a_late_file_takes_its_place_and_only_it_is_read(self, home, monkeypatch):
        deliver(home, "b.csv", ROW, [BOB, "x", "", ""])
        stage(home, DAY)
        deliver(home, "a.csv", [ANN, "张三", "2025-05-02", "公安"])
        read = []
        monkeypatch.setattr(staging.Stager, "_read", _recording(read, staging.Stager._read))
        stage(home, DAY)
        assert counts(home) == [(1, "read", 1, 0, 0, 1), (2, "read", 2, 1, 1, 0)]
        assert rows(home)["ord"].to_list() == [ord_of(DAY, 1, 2), ord_of(DAY, 2, 2)]
        assert quarantine(home) == [(2, 3, "died_on", "missing_required")]
        assert Identities(home).quarantined(DAY).select("file", "row").rows() == [(2, 3)]
        assert read == [1]

    def test_changed_bytes_replace_the_earlier_version(self, home):
        deliver(home, "a.csv", ROW, ROW)
        stage(home, DAY)
        deliver(home, "a.csv", [BOB, "李四", "2025-05-02", "公安"])
        stage(home, DAY)
        assert counts(home) == [(1, "read", 1, 1, 0, 0)]
        assert rows(home)["died_on"].to_list() == [date(2025, 5, 2)]

    def test_a_file_that_has_gone_stays_known(self, home):
        gone = deliver(home, "b.csv", ROW)
        stage(home, DAY)
        gone.unlink()
        stage(home, DAY)
        deliver(home, "a.csv", [ANN, "张三", "2025-05-02", "公安"])
        stage(home, DAY)
        assert counts(home) == [(1, "read", 1, 0, 0, 1), (2, "read", 1, 1, 0, 0)]

    def test_the_order_of_staging_leaves_no_trace(self, home, tmp_path):
        files = {
            "a.csv": [ROW],
            "b.csv": [ROW, [BOB, "李四", "x", "公安"]],
            "c.csv": [[BOB, "李四", "2025", "公安"], ROW],
        }
        seen = []
        for i, order in enumerate(("abc", "cab", "bca")):
            one = Settings(tmp_path / str(i), tmp_path, b"k")
            for letter in order:
                deliver(one, f"{letter}.csv", *files[f"{letter}.csv"])
                if i:
                    stage(one, DAY)
            stage(one, DAY)
            seen.append(published(one))
        assert seen[0] == seen[1] == seen[2]

    def test_another_declaration_or_reader_reads_landing_again_and_keeps_what_has_gone(self, home, monkeypatch):
        deliver(home, "a.csv", ROW)
        gone = deliver(home, "b.csv", [BOB, "李四", "2025-05-02", "公安"])
        stage(home, DAY)
        gone.unlink()
        read = []
        monkeypatch.setattr(staging.Stager, "_read", _recording(read, staging.Stager._read))
        monkeypatch.setattr(staging, "READER", 2)
        assert len(stage(home, DAY)) == 2
        assert read == [1]
        assert rows(home).height == 2

    def test_later_deliveries_are_not_seen(self, home):
        deliver(home, "a.csv", ROW)
        deliver(home, "a.csv", ROW, day=date(2025, 6, 2))
        stage(home, DAY)
        assert len(accounts(home, date(2025, 12, 31))) == 1

    def test_a_failed_write_leaves_the_old_state(self, home, monkeypatch):
        deliver(home, "a.csv", ROW)
        stage(home, DAY)
        before = published(home)
        deliver(home, "b.csv", ROW)
        monkeypatch.setattr("os.replace", _full)
        with pytest.raises(FanpinError, match="No space left"):
            stage(home, DAY)
        monkeypatch.undo()
        assert published(home) == before
        stage(home, DAY)
        assert len(counts(home)) == 2


def _recording(numbers: list[int], read):
    def recorded(self, reader, number, *rest):
        numbers.append(number)
        return read(self, reader, number, *rest)

    return recorded


def _full(*_):
    raise OSError(28, "No space left on device")


def test_another_key_is_refused(home):
    deliver(home, "a.csv", ROW)
    stage(home, DAY)
    with pytest.raises(FanpinError, match="the key is not the one"):
        stage(Settings(home.home, home.home, b"another"), DAY)


def test_a_home_whose_identities_were_lost_says_so(home):
    deliver(home, "a.csv", ROW)
    stage(home, DAY)
    shutil.rmtree(home.identities)
    with pytest.raises(FanpinError, match="from a backup"):
        stage(home, DAY)


def test_a_collision_of_pseudonyms_stops(home, monkeypatch):
    monkeypatch.setattr("pipelines.staging.identities.keyed", lambda key, kind, texts: [1 for _ in texts])
    identities = Identities(home)
    identities.keys("text", pl.Series(["a", "b"]))
    with pytest.raises(FanpinError, match="same pseudonym"):
        identities.save()


@settings(max_examples=50, deadline=None)
@given(batches=st.lists(st.lists(st.one_of(st.none(), st.text("ab张", max_size=3)), max_size=9), max_size=9))
def test_the_same_value_always_has_the_same_key_and_another_has_another(tmp_path_factory, batches):
    folder = tmp_path_factory.mktemp("home")
    keys = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.staging.identities._FEW", 3)
        for number in range(2):  # the second time from disk
            identities = Identities(Settings(folder, folder, b"a key"))
            for batch in batches:
                found = identities.keys("text", pl.Series(batch, dtype=pl.String)).to_list()
                assert [key is None for key in found] == [value is None for value in batch]
                for value, key in zip(batch, found, strict=True):
                    assert keys.setdefault(value, key) == key
            if number:
                assert not any(identities._fresh.values())
            identities.save()
    assert len(set(keys.values())) == len(keys)
    said = dict(identities.texts("text").select("text", "key").rows())
    assert said == {value: key for value, key in keys.items() if value is not None}


@settings(max_examples=50, deadline=None)
@given(batches=st.lists(st.lists(st.sampled_from([f"{n}" for n in range(20)]), max_size=30), max_size=6))
def test_what_repeats_is_read_as_if_it_did_not_and_less_often(batches):
    asked = []

    def read(texts: pl.Series) -> pl.DataFrame:
        asked.extend(texts)
        return pl.DataFrame({"value": texts.cast(pl.Int64), "empty": texts == "7"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.staging.remembered.MOST", 5)
        remembered = Remembered(read)
        for batch in batches:
            found = remembered(pl.Series(batch, dtype=pl.String))
            assert found.rows() == [(int(text), text == "7") for text in batch]
    assert len(asked) <= sum(map(len, batches))


def test_a_file_that_says_the_same_again_and_again_is_read_once():
    asked = []
    remembered = Remembered(lambda texts: pl.DataFrame({"value": asked.extend(texts) or texts}))
    for _ in range(3):
        remembered(pl.Series(["a", "b"] * 10))
    assert sorted(asked) == ["a", "b"]


def test_rejected_files_do_not_stop_the_others(home):
    deliver(home, "b.csv", ROW)
    deliver(home, "a.csv", header=["x"])
    deliver(home, "c.pdf", ROW)
    deliver(home, "d.xlsx", ROW)
    stage(home, DAY)
    assert [(a.status, a.read) for a in accounts(home, DAY)] == [
        ("rejected", 0),
        ("read", 1),
        ("rejected", 0),
        ("rejected", 0),
    ]
    assert all(a.problem.startswith("expected") for a in accounts(home, DAY) if a.status == "rejected")


def test_a_file_found_broken_half_way_counts_no_rows(home, monkeypatch):
    monkeypatch.setattr("pipelines.landing.encoding.utf8_blocks.__defaults__", (200, 100))
    path = deliver(home, "a.csv", *[ROW] * 20)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030") + b"\xff")
    deliver(home, "b.csv", ROW)
    stage(home, DAY)
    assert counts(home) == [(1, "rejected", 0, 0, 0, 0), (2, "read", 1, 1, 0, 0)]
    assert rows(home).height == 1


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS.keys())
def test_every_file_of_a_feed_has_the_same_columns(home, feed):
    """A file in which all rows are faulty, and one that is rejected, too."""
    required = [column.chinese for column in feed.columns if column.required]
    deliver(home, "a.csv", ["x"] * len(required), feed=feed.name, header=required)
    stage(home, DAY)
    names = [
        name
        for c in feed.columns
        for name in ([c.staged, "born_on"] if c.type == "id" and feed.born_on else [c.staged])
    ]
    schema = pl.read_parquet_schema(row_files(home, feed.name, DAY)[0])
    assert list(schema) == [*names, "ord", "delivered_on", "superseded"]
    assert counts(home)[0][2:] == ((1, 0, 1, 0))
