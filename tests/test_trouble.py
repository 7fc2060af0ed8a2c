"""What goes wrong around a home, a disk or a setting: said with what to do, never as a traceback."""

import importlib.util
import resource
import shutil
import signal
import socket
from pathlib import Path

import pytest
from test_cli import LANDING, fanpin

from pipelines.files import writing
from pipelines.reference import slips
from pipelines.settings import CHECKOUT

DAY = "2025-05-26"

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or not shutil.which("java"),
    reason="needs PySpark (make spark) and Java 17 (make system)",
)


def small_home(home: Path) -> Path:
    for feed in ("deaths", "payroll"):
        shutil.copytree(LANDING / feed / DAY, home / "landing" / feed / DAY)
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = small_home(tmp_path_factory.mktemp("trouble"))
    done = fanpin(home, "run", "--date", DAY)
    assert done.returncode == 0, done.stderr
    return home


def refused(done, *words: str) -> None:
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and "please report" not in done.stderr, done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("command", [("run",), ("export", "files"), ("gate", "list")])
def test_a_mistyped_home_is_refused_and_not_made(tmp_path, command):
    refused(fanpin(tmp_path / "hmoe", *command, "--date", DAY), "does not exist", "FANPIN_HOME")
    assert not (tmp_path / "hmoe").exists()


def test_a_home_without_landing_or_that_is_a_file_is_refused(tmp_path):
    refused(fanpin(tmp_path, "run", "--date", DAY), "has no folder landing")
    (tmp_path / "file").write_text("")
    refused(fanpin(tmp_path / "file", "run", "--date", DAY), "is no folder")
    refused(fanpin(tmp_path / "C:\\fanpin", "run", "--date", DAY), "backslash")
    refused(fanpin(tmp_path / "why?", "run", "--date", DAY), "question mark")


def test_an_empty_landing_is_run_and_said(tmp_path):
    (tmp_path / "landing").mkdir()
    done = fanpin(tmp_path, "run", "--date", DAY)
    assert done.returncode == 0, done.stderr
    assert f"nothing was delivered by {DAY}" in done.stderr


def test_a_home_restored_from_a_backup_has_no_landing_and_is_taken(home, tmp_path):
    for part in ("staging", "identities"):
        shutil.copytree(home / part, tmp_path / part)
    assert fanpin(tmp_path, "export", "files", "--date", DAY).stdout.count("\n") > 1


@pytest.mark.parametrize("bytes_a_file", [1_000, 100_000])
def test_a_full_disk_is_said(tmp_path, bytes_a_file):
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))

    refused(fanpin(small_home(tmp_path), "run", "--date", DAY, before=full), "disk")
    assert not (tmp_path / "published" / DAY).exists()


def test_what_stands_in_the_way_is_named(home, tmp_path):
    shutil.copytree(home / "landing", tmp_path / "landing")
    (tmp_path / "scratch").write_text("")
    refused(fanpin(tmp_path, "run", "--date", DAY), str(tmp_path / "scratch"))


def test_an_export_into_a_missing_folder_is_refused(home, tmp_path):
    output = tmp_path / "missing" / "states.csv"
    refused(fanpin(home, "export", "states", "--date", DAY, "--output", str(output)), str(output))


def test_an_exported_file_is_its_owners_alone(home, tmp_path):
    output = tmp_path / "states.csv"
    output.write_text("of everybody")
    output.chmod(0o644)
    assert fanpin(home, "export", "states", "--date", DAY, "--output", str(output)).returncode == 0
    assert output.stat().st_mode & 0o777 == 0o600


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def test_damaged_files_are_named_with_what_mends_them(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    for table, export in (("states", "states"), ("hits", "warnings")):
        cut(copy / "warehouse" / DAY / f"{table}.parquet")
        refused(fanpin(copy, "export", export, "--date", DAY), f"warehouse/{DAY}/{table}", f"fanpin run --date {DAY}")
    assert f"warehouse/{DAY}/" in fanpin(copy, "doctor").stdout
    [rows] = (copy / "staging" / "payroll" / DAY).glob("rows-*.parquet")
    cut(rows)
    refused(fanpin(copy, "run", "--date", DAY), f"remove staging/payroll/{DAY}/")
    assert f"staging/payroll/{DAY}/rows-" in fanpin(copy, "doctor").stdout

    shutil.rmtree(rows.parent)
    assert fanpin(copy, "run", "--date", DAY).returncode == 0
    assert fanpin(copy, "doctor").returncode == 0

    [counts] = (copy / "staging" / "payroll" / DAY).glob("counts-*.parquet")
    cut(counts)
    refused(fanpin(copy, "run", "--date", DAY), str(counts.relative_to(copy)), "remove it")
    assert counts.name in fanpin(copy, "doctor").stdout
    counts.unlink()
    assert fanpin(copy, "run", "--date", DAY).returncode == 0


def test_a_home_may_be_called_nearly_anything(tmp_path):
    home = small_home(tmp_path / "a *[b]'\" {c} 返贫")
    done = fanpin(home, "run", "--date", DAY)
    assert done.returncode == 0, done.stderr
    for table in ("quarantine", "warnings"):
        assert fanpin(home, "export", table, "--date", DAY).returncode == 0
    assert (home / "published" / "latest" / "fanpin.duckdb").stat().st_size > 0
    assert fanpin(home, "doctor").returncode == 0


def test_the_password_is_refused_where_the_key_is_not_the_homes(home):
    assert fanpin(home, "password", "340422").returncode == 0
    refused(fanpin(home, "password", "340422", FANPIN_KEY="another key"), "key")


def test_a_home_that_lost_its_way_back_to_people_is_refused(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    (copy / "identities" / "keys.json").unlink()
    refused(fanpin(copy, "run", "--date", DAY), "keys.json", "backup")
    assert "FAULT    key" in fanpin(copy, "doctor").stdout


def test_a_date_after_today_is_run_and_said(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    done = fanpin(copy, "run", "--date", "2099-05-26")
    assert done.returncode == 0 and "2099-05-26 lies after today" in done.stderr
    assert "after today" not in fanpin(copy, "run", "--date", DAY).stderr


def test_what_looks_like_a_slip_is_said_and_does_not_stop_a_run(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    for folder in ("employmnt/2025-05-26", "employment/2025-5-26", "deaths/2205-05-26", "张三340422198001011234"):
        (copy / "landing" / folder).mkdir(parents=True)
    tables = shutil.copytree(CHECKOUT / "data" / "reference", tmp_path / "reference")
    for name, line in (
        ("parameters", "labor_age_max,,60,2021/7/7,,"),
        ("parameters", "mass_stop_share,340422,30,2021-07-07,,"),
        ("parameters", "stale_days,3404,60.5,2021-07-07,2021-07-06,"),
        ("basis", "job_lots,wan-2021-10,二、（九）"),
    ):
        with open(tables / f"{name}.csv", "a", encoding="utf-8") as file:
            file.write(line + "\n")
    passwords = tmp_path / "passwords.csv"
    passwords.write_text("county_code,password\n340422,geheim\n340828,long-enough\n", encoding="utf-8")
    environment = {"FANPIN_REFERENCE": str(tables), "FANPIN_PASSWORDS": str(passwords)}
    run, doctor = (fanpin(copy, *command, **environment) for command in (("run", "--date", DAY), ("doctor",)))
    assert run.returncode == doctor.returncode == 0, run.stderr + doctor.stdout
    for said in (run.stderr, doctor.stdout):
        assert "landing/employmnt is not read" in said
        assert "landing/employment/2025-5-26 is not read" in said
        assert "the year 2205" in said
        assert "张三" not in said and "19800101" not in said
        assert "parameters.csv, row 45, column parameter" in said
        assert "parameters.csv, row 46, column value: expected a share of at most 1" in said
        assert "parameters.csv, row 47, column county_code" in said
        assert "parameters.csv, row 47, column valid_to" in said
        assert "parameters.csv, row 47, column value: expected a whole number" in said
        assert "basis.csv, row 100, column rule" in said
        assert "county 340422: its password" in said and "340828" not in said
        assert "geheim" not in said
    assert fanpin(copy, "password", "340422", **environment).stdout == "geheim\n"


@pytest.mark.parametrize(
    ("name", "value"), [("FANPIN_ENGINE", "nonsense"), ("FANPIN_MEMORY", "abc"), ("FANPIN_DAYS", "x")]
)
def test_doctor_finds_a_setting_that_says_nothing(home, name, value):
    done = fanpin(home, "doctor", **{name: value})
    assert done.returncode == 1
    assert f"FAULT    settings: {name} is {value}: set it to " in done.stdout


def test_doctor_finds_what_spark_lacks(home, tmp_path):
    done = fanpin(home, "doctor", FANPIN_ENGINE="spark", JAVA_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "FAULT    settings: FANPIN_ENGINE=spark lacks " in done.stdout and f"({tmp_path}/bin/java" in done.stdout


def test_doctor_says_that_a_master_is_set_and_not_used(home):
    done = fanpin(home, "doctor", FANPIN_SPARK_MASTER="spark://nowhere:7077")
    assert done.returncode == 0, done.stdout
    assert "days are worked out by duckdb; FANPIN_SPARK_MASTER is not used without FANPIN_ENGINE=spark" in done.stdout


@needs_spark
def test_doctor_names_a_master_and_finds_one_that_takes_no_connection(home):
    with socket.socket() as closed, socket.create_server(("127.0.0.1", 0)) as listening:
        closed.bind(("127.0.0.1", 0))
        deaf, there = (f"127.0.0.1:{found.getsockname()[1]}" for found in (closed, listening))
        for master in ("yarn", f"spark://{there}", f"spark://{deaf},{there}"):
            done = fanpin(home, "doctor", FANPIN_ENGINE="spark", FANPIN_SPARK_MASTER=master)
            assert done.returncode == 0, done.stdout
            assert f"ok       settings: days are worked out by spark on {master}\n" in done.stdout
        for master in (f"spark://{deaf}", "spark://127.0.0.1", "spark://127.0.0.1:99999999"):
            done = fanpin(home, "doctor", FANPIN_ENGINE="spark", FANPIN_SPARK_MASTER=master)
            assert done.returncode == 1
            assert f"FAULT    settings: nothing takes a connection at {master} within " in done.stdout


@pytest.mark.parametrize(
    "command",
    [("simulate", "--persons", "100", "--days", "0", "--seed", "1", "--home"), ("national", "--date", DAY, "--output")],
)
def test_an_empty_text_is_no_folder(home, tmp_path, command):
    done = fanpin(home, *command, "", folder=tmp_path)
    assert done.returncode == 2 and "expected a folder" in done.stderr
    assert not any(tmp_path.iterdir())


def test_the_tables_of_the_checkout_hold_no_slips():
    assert slips(CHECKOUT / "data" / "reference") == []


def test_a_slip_in_the_criteria_of_the_policy_is_said(tmp_path):
    folder = shutil.copytree(CHECKOUT / "data" / "reference", tmp_path / "reference")
    with open(folder / "policy_parameters.csv", "a", encoding="utf-8") as file:
        file.write("hard_age_man,,50,2021-07-07,,a slip\nhold_share,340422,80,2021-07-07,2021-07-06,two\n")
    said = slips(folder)
    assert all(line.startswith("reference table policy_parameters.csv, row ") for line in said)
    assert [line.partition("column ")[2].partition(":")[0] for line in said] == ["parameter", "value", "valid_to"]


def test_what_others_put_beside_the_dates_is_passed_over(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    for part in ("published", "warehouse"):
        (copy / part / "desktop.ini").write_text("")
        (copy / part / "2025-06-31").mkdir()
    done = fanpin(copy, "run", "--date", DAY)
    assert done.returncode == 0, done.stderr


def test_what_is_written_just_now_is_not_read(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    with writing(copy):
        for command in (("export", "states"), ("gate", "list"), ("quarantine", "list")):
            refused(fanpin(copy, *command, "--date", DAY), "another run is using this home")
