"""Cells are read as the specification's `feeds.md` says, type by type."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.feeds import INSURANCE, Column
from pipelines.staging import resident_id
from pipelines.staging.columns import read
from pipelines.staging.dates import OPEN_END

UNTIL = date(2025, 6, 4)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def value(type_, *cells, **more):
    """What cells of a type mean; "?" for what can't be read, None for what is empty."""
    reading = read(Column("c", "列", type_, **more), pl.Series(cells, dtype=pl.String), UNTIL)
    found = ["?" if bad else v for v, bad in zip(reading.value.to_list(), reading.unreadable.to_list(), strict=True)]
    return found if len(found) > 1 else found[0]


def complete(digits: str) -> str:
    """17 digits with the check character that the standard's table gives."""
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


IDS = st.builds(
    lambda region, born, serial: complete(f"{region:06d}{born:%Y%m%d}{serial:03d}"),
    st.integers(0, 999_999),
    st.dates(date(1900, 1, 1), UNTIL),
    st.integers(0, 999),
)


class TestIdNumbers:
    @given(IDS)
    def test_a_valid_one_is_read_and_leads_back(self, id_number):
        number = value("id", id_number)
        assert number == int(id_number[:17])
        assert resident_id.texts(pl.Series([number])).item() == id_number

    @given(IDS, st.integers(0, 17), st.integers(1, 9))
    def test_every_change_of_one_digit_is_noticed(self, id_number, at, by):
        changed = str(by if id_number[at] == "X" else (int(id_number[at]) + by) % 10)
        assert value("id", id_number[:at] + changed + id_number[at + 1 :]) == "?"

    @given(IDS.filter(lambda i: i[6:8] == "19"))
    def test_fifteen_digits_are_the_same_person(self, id_number):
        assert value("id", id_number[:6] + id_number[8:17]) == int(id_number[:17])

    @given(IDS, st.text("0123456789", max_size=4))
    def test_a_certificate_number_begins_with_the_id_number(self, id_number, rest):
        assert value("id", id_number + rest) == int(id_number[:17])

    def test_how_it_is_written_does_not_matter(self):
        number = 11010519491231002
        cells = ["11010519491231002x", " 110105 19491231 002X", "'11010519491231002X", '="11010519491231002X"']
        assert value("id", *cells, "１１０１０５１９４９１２３１００２Ｘ") == [number] * 5

    def test_birth_dates_are_real_and_not_after_the_delivery(self):
        born = ["20250604", "20250605", "19000101", "18991231", "20230229", "20240229", "19991301"]
        found = value("id", *[complete(f"340123{day}001") for day in born])
        assert [v == "?" for v in found] == [False, True, False, True, True, False, True]

    def test_scientific_notation_has_lost_its_end(self):
        cells = ["3.40123E+17", "3.4e17", "34E+16", "340123199001011234", "E+17", ""]
        reading = read(Column("c", "列", "id"), pl.Series(cells), UNTIL)
        assert reading.lost.to_list() == [True, True, True, False, False, False]


class TestDates:
    @settings(deadline=None)
    @given(DATES, st.sampled_from(["", " 00:00:00", "T12:30", " 上午"]))
    def test_every_form_means_its_day(self, day, after):
        y, m, d = day.year, day.month, day.day
        forms = [
            day.isoformat(),
            f"{y}/{m}/{d}",
            f"{y}.{m}.{d}",
            f"{y}{m:02}{d:02}",
            f"{y}年{m}月{d}日",
            f"{y}-{m}-{d}",
        ]
        assert set(value("date", *[form + after for form in forms], day.isoformat())) == {day}
        assert set(value("month", *[form + after for form in forms], day.isoformat())) == {y * 12 + m - 1}

    @given(st.integers(20_000, 73_050), st.sampled_from(["", ".0", ".75"]))
    def test_serial_numbers_count_days(self, serial, fraction):
        assert value("date", f"{serial}{fraction}") == date(1899, 12, 30) + timedelta(serial)

    @settings(deadline=None)
    @given(DATES)
    def test_a_month_is_its_first_day_or_as_an_end_its_last(self, day):
        y, m = day.year, day.month
        forms = [f"{y}-{m:02}", f"{y}/{m}", f"{y}{m:02}", f"{y}年{m}月"]
        assert set(value("date", *forms)) == {date(y, m, 1)}
        assert {end + timedelta(1) for end in value("end_date", *forms)} == {date(y + m // 12, m % 12 + 1, 1)}
        assert set(value("month", *forms)) == {y * 12 + m - 1}

    @pytest.mark.parametrize(
        "cell",
        ["2025.1", "2025-6/1", "2025-02-30", "2025-13-01", "1899-12-31", "2101-01-01", "19999", "80001", "2025", "长期",
         "9999-12-31", "2025年6月1", "25-06-01", "2025-06-01上午", "45809.5.1", "x", "20250631", "3.4E+17", "80000"],
    )  # fmt: skip
    def test_anything_else_is_unreadable(self, cell):
        assert value("date", cell) == "?"

    def test_open_ends(self):
        cells = ["长期", "至今", "无固定期限", "9999-12-31", "99991231", "9999/1", "9999年12月", "999912"]
        assert set(value("end_date", *cells)) == {OPEN_END}
        assert value("end_date", "9999-02-30", "永久", "无") == ["?", "?", None]


def test_numbers():
    cells = ["1,234.50", "￥600元", "¥ 1", "６００", "5.", ".5", "0", "9" * 40, "-1", "1.2.3", "1E3", "六百", "", "-"]
    assert value("number", *cells) == [
        *map(Decimal, ["1234.5", "600", "1", "600", "5", "0.5", "0", "99999999999999.9999"]),
        *["?"] * 4,
        *[None] * 2,
    ]


def test_yes_and_no():
    assert value("yes_no", "是", "有", "y", "1", "TRUE", "true") == [True] * 6
    assert value("yes_no", "否", "无", "N", "0", "False") == [False] * 5
    assert value("yes_no", "", "-", "null", "2", "不") == [None, None, None, "?", "?"]


def test_codes_and_digits():
    scheme = INSURANCE.column("scheme")
    assert value("code", "110", " 企业养老 ", "１１０", "111", "无", values=scheme.values) == [
        "企业养老",
        "企业养老",
        "企业养老",
        "?",
        None,
    ]
    assert value("digits", "340123", "34012", "3401234", "34012x", "N/A", length=6) == ["340123", "?", "?", "?", None]


def test_accounts():
    assert value("account", "6228 4800-1", "'62284", "6.2E+18", "无", "待定") == [
        "622848001",
        "62284",
        None,
        None,
        None,
    ]


def test_text():
    empty = ["", " ", "\u3000", "-", "—", "－", "/", "无", "NULL", "null", "N/A", "#N/A", "#REF!", "#VALUE!", "#NAME?"]
    assert value("text", *empty, "#DIV/0!", "#NULL!", "#NUM!", '=""', "'") == [None] * (len(empty) + 5)
    cells = ["Ａ（１）　b", '="007"', "'007", "a\nb", "无业", "O'Neill", "\xa0x\x1c", "a=b", 'say "x"']
    assert value("text", *cells) == ["A(1) b", "007", "007", "a\nb", "无业", "O'Neill", "x", "a=b", 'say "x"']


def test_names():
    cells = ["张 三", "阿卜・杜.拉•甲．乙", "J. Smith", "〇.𠀀", "无", "吴无忌", " 李四\u3000"]
    assert value("name", *cells) == ["张三", "阿卜·杜·拉·甲·乙", "J.Smith", "〇·𠀀", None, "吴无忌", "李四"]
