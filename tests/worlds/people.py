"""Made-up people: valid ID numbers and names, each of them nobody else's."""

from __future__ import annotations

from datetime import date

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "安博晨德恩芳光海吉佳康兰梅宁平庆荣山泰文喜雅永泽珍志忠祖"


def id_number(region: str, born: date, order: int) -> str:
    """An 18-character resident ID: six digits of region, the birth date, an order of up to 999."""
    digits = f"{region}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


def name(number: int) -> str:
    """The name of the person of this number: three characters, different for each of the first 15,680."""
    surname, rest = _SURNAMES[number % 20], number // 20
    return surname + _GIVEN[rest % 28] + _GIVEN[rest // 28 % 28]
