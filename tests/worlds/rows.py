"""What a row of a feed says when a case does not say otherwise: an ordinary person, about whom there is no warning.

The defaults suit the date most cases are set on, 2025-06-16.
"""

from __future__ import annotations

from typing import Any

from pipelines.feeds import FEEDS

DAY = "2025-06-16"

DEFAULTS: dict[str, dict[str, Any]] = {
    "registry": {
        "household_no": "户1",
        "village_code": "here",
        "household_type": "脱贫户",
        "labour": "普通劳动力",
    },
    "employment": {
        "channel": "单位就业",
        "work_region": "here",
        "started_on": "2024-03-01",
        "updated_on": "2025-06-01",
    },
    "insurance": {
        "scheme": "企业养老",
        "employer_no": "单位1",
        "payer": "单位职工",
        "period": "2025-05",
        "payment": "正常缴费",
        "state": "参保缴费",
    },
    "benefits": {"period": "2025-05", "amount": 1200, "paid_on": "2025-06-01"},
    "jobseekers": {"registered_on": "2025-06-10"},
    "posts": {
        "post_no": "岗1",
        "post_type": "保洁员",
        "department": "人社部门",
        "funding": "衔接资金",
        "employer_name": "村委会",
        "village_code": "here",
        "on_post_from": "2025-01-01",
        "contract_from": "2025-01-01",
        "contract_to": "2025-12-31",
        "accident_policy_no": "保1",
        "accident_insured_to": "2025-12-31",
        "monthly_standard": 600,
    },
    "subsidies": {
        "post_no": "岗1",
        "county_code": "here",
        "period": "2025-05",
        "amount": 600,
        "paid_on": "2025-06-10",
    },
    "allowances": {"county_code": "here", "period": "2025-05", "amount": 100, "paid_on": "2025-06-10"},
    "deaths": {"died_on": "2025-05-20", "source": "民政"},
    "enterprises": {
        "uscc": "码1",
        "entity_name": "小店",
        "status": "存续",
        "registered_on": "2024-01-01",
    },
    "payroll": {"kind": "财政供养", "employer_name": "县林业局", "from_on": "2024-01-01"},
    "field_reports": {"reported_on": "2025-06-10"},
    "feedback": {},
}

#: Columns that must not be another case's, so that a value in a case is made one of its own.
OWN = {"record_no", "payment_no", "report_no", "bank_account"}

#: Columns in which `here`, `neighbour`, `there` stand for the case's counties, and what follows the county's code.
PLACES = {"village_code": "101001", "county_code": "", "work_region": ""}

#: What a row may say beside the columns of its feed.
ABOUT = {"who", "delivered_on"}


def full(feed: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of `feed` that a row of a case stands for: defaults filled in, a range of periods one row a month.

    Raises KeyError for a column the feed has not.
    """
    columns = {column.name for column in FEEDS[feed].columns}
    for column in row:
        if column not in columns | ABOUT:
            raise KeyError(f"{feed} has no column {column}")
    row = {"who": "甲"} | DEFAULTS[feed] | row
    first, dots, last = str(row.get("period", "")).partition("..")
    return [row | {"period": month} for month in _months(first, last)] if dots else [row]


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(start, end + 1)]
