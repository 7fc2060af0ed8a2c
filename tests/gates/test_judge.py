"""Great Expectations passes in silence in many ways: none of them passes here, and it opens no socket."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.gates import judge as judging
from pipelines.gates.judge import judge
from pipelines.gates.suites import Expectation, Suite
from pipelines.settings import FanpinError


def suite(*lines: tuple[str, float | None, float | None]) -> Suite:
    return Suite(
        "feeds/a", "表", tuple(Expectation(name, low, high, "warning", "一行不少") for name, low, high in lines)
    )


def test_each_unit_is_judged_by_its_number() -> None:
    found = judge(suite(("share", 0, 0.5), ("lost", None, 0)), {"share": [0.1, 0.6, 0.5], "lost": [0, 0, 3]})
    assert found == {"share": [True, False, True], "lost": [True, True, False]}


def test_a_missing_number_is_not_a_pass() -> None:
    assert judge(suite(("share", 0, 0.5)), {"share": [None, 0.7, None]}) == {"share": [None, False, None]}
    assert judge(suite(("share", 0, 0.5)), {"share": [None]}) == {"share": [None]}
    assert judge(suite(("share", 0, 0.5)), {"share": []}) == {"share": []}


@pytest.mark.parametrize("value", [float("nan"), "110105", True])
def test_only_numbers_are_judged(value) -> None:
    with pytest.raises(FanpinError, match="only numbers") as refused:
        judge(suite(("share", 0, 0.5)), {"share": [0.1, value]})
    assert "110105" not in str(refused.value)


def test_a_metric_that_was_not_measured_is_refused() -> None:
    with pytest.raises(FanpinError, match="not measured"):
        judge(suite(("share", 0, 0.5)), {"shares": [0.1]})


def test_a_line_that_is_left_out_is_noticed(monkeypatch) -> None:
    """A type it doesn't know is logged and left out by Great Expectations; the reader of suites refuses it before."""
    raw = Expectation.raw.fget
    monkeypatch.setattr(
        Expectation,
        "raw",
        property(lambda self: raw(self) | {"type": "expect_nothing"} if self.metric == "x" else raw(self)),
    )
    with pytest.raises(FanpinError):
        judge(suite(("x", 0, 0.123), ("y", 0, 0.124)), {"x": [0.1], "y": [0.1]})


def test_verdicts_are_the_same_when_they_come_from_memory(monkeypatch) -> None:
    lines = suite(("share", 0, 0.5))
    first = judge(lines, {"share": [0.25, 0.75]})
    monkeypatch.setattr(judging, "_validate", lambda *_: pytest.fail("was judged already"))
    assert judge(lines, {"share": [0.25, 0.75]}) == first


def test_no_socket_is_opened_and_nothing_is_written(tmp_path) -> None:
    program = (
        "import sys\n"
        "def watch(event, found):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        "        print('SOCKET', event); sys.exit(3)\n"
        "sys.addaudithook(watch)\n"
        "from pipelines.gates.judge import judge\n"
        "from pipelines.gates.suites import Expectation, Suite\n"
        "lines = (Expectation('share', 0, 0.5, 'critical', '一行不少'),)\n"
        "assert 'great_expectations' not in sys.modules, 'imported before it is needed'\n"
        "assert judge(Suite('feeds/a', '表', lines), {'share': [0.1, 0.9]}) == {'share': [True, False]}\n"
        "assert 'pyspark' not in sys.modules or sys.modules['pyspark']\n"
        "print('judged')\n"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "judged\n"), found.stderr
    assert not list(tmp_path.iterdir())


def test_without_great_expectations_nothing_is_judged(tmp_path) -> None:
    program = (
        "import sys\n"
        "sys.modules['great_expectations'] = None\n"
        "from pipelines.gates.judge import judge\n"
        "from pipelines.gates.suites import Expectation, Suite\n"
        "from pipelines.settings import FanpinError\n"
        "try:\n"
        "    judge(Suite('feeds/a', '表', (Expectation('share', 0, 0.5, 'critical', '一'),)), {'share': [0.1]})\n"
        "except FanpinError as error:\n"
        "    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "can't be imported" in found.stdout
