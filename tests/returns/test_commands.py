"""`fanpin quarantine`: list says nothing personal; show and export are for those who hold the key."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from worlds.county import DAY, deliver, founded, row

from pipelines.cli import main
from pipelines.main_job import run_days
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small county, run with two rows in quarantine."""
    settings = founded(tmp_path_factory.mktemp("county") / "home")
    deliver(settings, "deaths", [row("deaths", 1), row("deaths", 2, died_on="五月"), row("deaths", 3, source="邻居")])
    run_days(settings, [DAY], lambda _: None)
    return settings


@pytest.fixture
def county(ran: Settings, tmp_path: Path) -> Settings:
    """A copy of it, to run on with."""
    return replace(ran, home=shutil.copytree(ran.home, tmp_path / "home", symlinks=True))


@pytest.fixture
def fanpin(county: Settings, monkeypatch, capsys):
    """Runs a command in the county; returns its exit code, standard output and standard error."""
    monkeypatch.setenv("FANPIN_HOME", str(county.home))
    monkeypatch.setenv("FANPIN_KEY", county.key.decode())
    monkeypatch.delenv("FANPIN_REFERENCE", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main([*arguments])
        except SystemExit as end:
            code = end.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_replay_of_what_never_came_runs_no_day(fanpin, county) -> None:
    before = sorted((county.home / "warehouse").iterdir())
    code, _, said = fanpin("quarantine", "replay", "--feed", "deaths", "--delivered-on", "2020-01-01")
    assert code == 1 and "nothing of deaths was delivered on 2020-01-01" in said
    assert sorted((county.home / "warehouse").iterdir()) == before


def test_why_a_file_was_rejected_can_be_asked_later_and_that_it_was_replaced_is_said(fanpin, county) -> None:
    [path] = (county.landing / "deaths" / str(DAY)).iterdir()
    path.write_bytes(b"\xff\xff")
    code, _, said = fanpin("run", "--date", str(DAY))
    assert code == 0 and f"deaths {DAY} file 1 was replaced: 3 rows before, 0 now" in said
    code, _, said = fanpin("run", "--date", str(DAY))
    assert f"rejected before, not counted: deaths {DAY} file 1; why: `fanpin quarantine list" in said
    code, said, _ = fanpin("quarantine", "list", "--date", str(DAY))
    assert said.startswith(
        f"deaths {DAY} file 1: rejected whole: expected text in UTF-8 or GB18030, found bytes in line 1"
    )


def test_list_counts_by_feed_and_reason_and_names_nobody(fanpin) -> None:
    code, said, _ = fanpin("quarantine", "list", "--date", str(DAY))
    assert code == 0
    assert said.splitlines() == [
        f"deaths {DAY} file 1: 1 row: died_on bad_date (死亡日期: 日期或月份无法识别，或不在1900年至2100年之间)",
        f"deaths {DAY} file 1: 1 row: source bad_code (信息来源: 不是规定的取值，或代码位数不对)",
    ]
    assert row("deaths", 2)["name"] not in said


def test_show_gives_the_rows_as_delivered(fanpin) -> None:
    _, said, _ = fanpin("quarantine", "show", "--date", str(DAY), "--reason", "bad_code")
    [line] = said.splitlines()
    assert f"row 4: source bad_code: name={row('deaths', 3)['name']} | " in line and "source=邻居" in line


def test_export_writes_a_workbook_and_replay_says_where_rows_ended(fanpin, county, tmp_path) -> None:
    target = tmp_path / "returned.xlsx"
    asked = ("--feed", "deaths", "--delivered-on", str(DAY))
    code, said, told = fanpin("quarantine", "export", *asked, "--output", str(target))
    assert (code, said) == (0, "") and told.startswith("2 rows written") and target.exists()
    deliver(county, "deaths", [row("deaths", n) for n in (1, 2, 3)])
    code, said, _ = fanpin("quarantine", "replay", *asked)
    assert code == 0
    assert said.splitlines()[-1].endswith("3 rows read = 3 accepted + 0 quarantined + 0 superseded")
    assert fanpin("quarantine", "list", "--date", str(DAY))[1] == "nothing that fits is in quarantine\n"
    assert fanpin("quarantine", "export", *asked, "--output", str(target))[0] == 1


@pytest.mark.parametrize("arguments", [
    ("list",), ("list", "--date", "2025-6-4"), ("list", "--date", "2025-06-16", "--feed", "death"),
    ("show", "--date", "2025-06-16", "--reason", "bad"), ("export", "--feed", "deaths"), ("replay", "--feed", "x"),
])  # fmt: skip
def test_wrong_usage_exits_2(fanpin, arguments) -> None:
    assert fanpin("quarantine", *arguments)[0] == 2


@pytest.mark.parametrize("command", ["export", "replay"])
def test_a_delivery_that_never_came_exits_1(fanpin, command, tmp_path) -> None:
    output = ("--output", str(tmp_path / "a.xlsx")) if command == "export" else ()
    code, _, told = fanpin("quarantine", command, "--feed", "payroll", "--delivered-on", str(DAY), *output)
    assert code == 1 and "payroll" in told
