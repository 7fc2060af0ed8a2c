"""When warnings are out of the ordinary, and what is remembered of a decision."""

from datetime import date, timedelta

import pytest

from pipelines.scheduled import sign_off
from pipelines.scheduled.sign_off import AHEAD, ALL, Tally, is_approved, record, settle
from pipelines.settings import Settings

DAY = date(2025, 6, 20)


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """Counts the warnings of a day, given those that stand on it and on the run dates before it."""
    settings = Settings(tmp_path, tmp_path, b"a key")

    def count(today: int, *before: int) -> Tally:
        days = [DAY - timedelta(days=len(before) - n) for n in range(len(before))]
        rows = [("job_lost", "340422", DAY, None)] * today
        rows += [
            ("job_lost", "340422", day, day + timedelta(days=1))
            for day, n in zip(days, before, strict=True)
            for _ in range(n)
        ]

        class Engine:
            def __init__(self, _):
                pass

            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def rows(self, *_):
                return rows

        monkeypatch.setattr(sign_off, "Engine", Engine)
        monkeypatch.setattr(sign_off, "derive_warnings", lambda *_: None)
        monkeypatch.setattr(sign_off, "run_dates", lambda *_: [*days, DAY])
        monkeypatch.setattr(sign_off, "content", lambda *_: "a digest")
        return sign_off.tally(settings, DAY)

    count.settings = settings
    return count


@pytest.mark.parametrize(
    ("today", "before", "unusual"),
    [
        (60, (20, 20, 20), ()),  # three times is still ordinary
        (61, (20, 20, 20), (ALL, "job_lost")),
        (50, (0, 0, 0), ()),  # fifty are few
        (51, (0, 0, 0), (ALL, "job_lost")),
        (400, (), ()),  # nothing to hold the first run date against
        (61, (900, *(20,) * 14), (ALL, "job_lost")),  # the fifteenth day back does not count
        (61, (20, 20, 500), (ALL, "job_lost")),  # the median, not the mean
    ],
)
def test_out_of_the_ordinary_is_over_three_times_the_median_and_over_fifty(counted, today, before, unusual):
    assert counted(today, *before).unusual == unusual


def test_what_is_shown_counts_by_rule_and_county(counted):
    found = counted(61, 20, 20)
    assert found.by_county == {"340422": 61}
    assert "| job_lost | 61 | 20 | out of the ordinary |" in found.text()
    assert "| 340422 | 61 |" in found.text()


def test_the_newest_decision_on_just_this_content_counts(counted):
    found = counted(61, 20, 20)
    assert not is_approved(counted.settings, found)
    record(counted.settings, found, True, "li.engineer", "2025-06-21T08:00:00Z")
    record(counted.settings, found, True, "li.engineer", "2025-06-21T08:00:00Z")  # the task was tried again
    assert is_approved(counted.settings, found)
    assert len((counted.settings.home / "gates" / "sign_offs.jsonl").read_text().splitlines()) == 1
    other = Tally(found.day, found.by_rule, found.by_county, found.usual, found.unusual, "another digest")
    assert not is_approved(counted.settings, other)
    record(counted.settings, found, False, "wang.lead", "2025-06-21T09:00:00Z")
    assert not is_approved(counted.settings, found)


def test_an_answer_to_what_the_day_no_longer_says_decides_nothing(counted):
    found = counted(60, 1)
    for approved in (True, False):
        assert not settle(counted.settings, found, "what it said before", approved, "somebody", "then", print)
        assert not is_approved(counted.settings, found)
    assert settle(counted.settings, found, found.content, True, "somebody", "now", print)
    assert is_approved(counted.settings, found)
    assert not settle(counted.settings, found, "what it said before", False, "somebody", "later", print)
    assert is_approved(counted.settings, found)


def test_a_date_after_today_waits_for_a_person(counted, monkeypatch):
    assert counted(1, 1).unusual == ()
    monkeypatch.setattr(f"{__name__}.DAY", date(2099, 1, 1))
    found = counted(1, 1)
    assert found.unusual == (AHEAD,) and "2099-01-01 lies after today" in found.text()
