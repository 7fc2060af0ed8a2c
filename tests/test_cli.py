"""The command line as users and schedulers meet it: exit codes, messages, and no personal data in them."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import CHECKOUT

LANDING = CHECKOUT / "data" / "sample" / "landing"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("home")
    for feed in ("registry", "deaths", "posts", "payroll"):
        shutil.copytree(LANDING / feed / "2025-05-26", home / "landing" / feed / "2025-05-26")
    done = fanpin(home, "run", "--date", "2025-05-26")
    assert done.returncode == 0, done.stderr
    return home


def fanpin(
    home: Path, *arguments: str, before=None, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FANPIN_")}
    return subprocess.run(
        [Path(sys.executable).parent / "fanpin", *arguments],
        env=clean | {"FANPIN_HOME": str(home), "FANPIN_KEY": "a key"} | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        preexec_fn=before,
        cwd=folder,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--date", "2025-6-4"),
        ("run", "--date", "2025-02-30"),
        ("run", "--date", "20250604"),
        ("run",),
        ("run", "--day", "2025-06-04"),
        ("backfill", "--from", "2025-06-04", "--to", "2025-06-03"),
        ("export", "people", "--date", "2025-05-26"),
        ("export", "files"),
        ("password", "3404"),
        ("fly",),
    ],
)
def test_wrong_usage_exits_2_and_says_so(home, arguments):
    done = fanpin(home, *arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("table", ["states", "warnings", "conflicts"])
def test_a_date_that_was_not_run_exits_1_and_says_what_to_do(home, table):
    done = fanpin(home, "export", table, "--date", "2025-05-27")
    assert done.returncode == 1
    assert "fanpin run --date 2025-05-27" in done.stderr


@pytest.mark.parametrize("table", ["files", "quarantine"])
def test_accounts_need_only_that_deliveries_were_staged(home, table):
    done = fanpin(home, "export", table, "--date", "2025-05-27")
    assert done.returncode == 0
    assert done.stdout.count("\n") > 1


def test_without_a_key_nothing_runs(home):
    done = fanpin(home, "run", "--date", "2025-05-26", FANPIN_KEY="")
    assert done.returncode == 1
    assert "FANPIN_KEY" in done.stderr


def test_with_another_key_nothing_runs(home):
    done = fanpin(home, "run", "--date", "2025-05-26", FANPIN_KEY="another key")
    assert done.returncode == 1
    assert "FANPIN_KEY" in done.stderr


def test_the_key_may_stand_in_a_file(home, tmp_path):
    (tmp_path / "key").write_text("a key\n", encoding="utf-8")
    done = fanpin(
        home, "export", "states", "--date", "2025-05-26", FANPIN_KEY="", FANPIN_KEY_FILE=str(tmp_path / "key")
    )
    assert done.returncode == 0


def test_an_unknown_warning_exits_1(home):
    done = fanpin(home, "explain", "W000000000000X")
    assert done.returncode == 1
    assert "W000000000000X" not in done.stdout


def test_another_run_writing_exits_1(home):
    with open(home / ".writing", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = fanpin(home, "run", "--date", "2025-05-26")
    assert done.returncode == 1
    assert "another run" in done.stderr


@pytest.mark.parametrize(
    ("table", "find", "replace", "says"),
    [
        ("parameters", "labour_age_max,,60,", "labour_age_max,,sixty,", ("parameters.csv", "row 4", "value")),
        ("parameters", "labour_age_max,,60,", "labour_age_max,,-60,", ("parameters.csv", "row 4", "value")),
        ("parameters", "2021-07-07,,劳动年龄下限", "2021/13/7,,劳动年龄下限", ("row 3", "valid_from")),
        ("parameters", "labour_age_max,,60,2021-07-07", "labour_age_min,,60,2021-07-07", ("row 4", "row 3")),
        ("rules", "rule,title", "rule,name", ("rules.csv", "title")),
        ("rules", "job_lost,就业转失业,Employment,帮扶", "job_lost,就业转失业,Employment,帮忙", ("job_lost", "list")),
        ("basis", "job_lost,wan-2021-10", "job_lost,wan-2021-11", ("basis.csv", "job_lost")),
        ("instruments", None, None, ("instruments.csv", "missing")),
    ],
)
def test_a_wrong_reference_table_exits_1_and_names_the_place(home, tmp_path, table, find, replace, says):
    folder = shutil.copytree(CHECKOUT / "data" / "reference", tmp_path / "reference")
    path = folder / f"{table}.csv"
    if find is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert find in text
        path.write_text(text.replace(find, replace, 1), encoding="utf-8")
    done = fanpin(home, "run", "--date", "2025-05-26", FANPIN_REFERENCE=str(folder))
    assert done.returncode == 1
    for word in says:
        assert word in done.stderr


def test_export_to_a_file_is_what_standard_output_gets(home, tmp_path):
    printed = fanpin(home, "export", "states", "--date", "2025-05-26").stdout
    fanpin(home, "export", "states", "--date", "2025-05-26", "--output", str(tmp_path / "states.csv"))
    written = (tmp_path / "states.csv").read_bytes()
    assert written.decode("utf-8") == printed
    assert b"\r" not in written
    lines = printed.splitlines()
    assert lines[1:] == sorted(lines[1:])


def test_explain_tells_the_story_in_chinese_with_the_clause_and_the_rows(home):
    rows = fanpin(home, "export", "warnings", "--date", "2025-05-26").stdout.splitlines()
    warning_id = next(row for row in rows if "post_contract_missing" in row).split(",")[0]
    story = fanpin(home, "explain", warning_id).stdout
    assert warning_id in story
    assert "二、（七）" in story
    assert "乡村公益性岗位实名制台账，2025-05-26送达" in story


def test_rejected_files_are_said_without_their_names_and_the_run_goes_on(home):
    shutil.copytree(LANDING / "employment" / "2025-05-26", home / "landing" / "employment" / "2025-05-28")
    done = fanpin(home, "run", "--date", "2025-05-28")
    assert done.returncode == 0
    assert "employment 2025-05-28 file 1: rejected" in done.stderr
    assert "broken.xlsx" not in done.stderr


def test_doctor_finds_a_changed_published_file(home):
    assert fanpin(home, "doctor").returncode == 0
    brief = home / "published" / "2025-05-26" / "brief.html"
    text = brief.read_bytes()
    brief.write_bytes(text + b" ")
    done = fanpin(home, "doctor")
    brief.write_bytes(text)
    assert done.returncode == 1
    assert "brief.html" in done.stdout
