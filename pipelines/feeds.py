"""What each feed is: its columns, Chinese headers, types, key and checks, declared once.

Reading, the schema of the staged rows, the checks, templates and tests follow from `FEEDS`.
Source: the specification's `feeds.md`.

What a column becomes in the staged Parquet files:

| type | staged as |
|---|---|
| `id` | `person` BIGINT, the keyed pseudonym of the ID number; `born_on` DATE where the feed asks for it |
| `name` | `name_key` BIGINT, the keyed hash of the normalised name |
| `text` | VARCHAR; where `private` (free text that may name somebody): BIGINT keyed hash `<column>_key` |
| `digits` | VARCHAR of exactly `length` digits |
| `date`, `end_date` | DATE; an open end is 9999-12-31 |
| `month` | INTEGER, months counted from year 0: year × 12 + month − 1 |
| `number` | DECIMAL(18, 4) |
| `yes_no` | BOOLEAN |
| `code` | VARCHAR, the value of the list |
| `account` | BIGINT keyed hash `<column>_key` |

Every staged row also carries `ord` BIGINT, its place in the order of delivery (see `ord_of`),
`delivered_on` DATE and `superseded` BOOLEAN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ColumnType = Literal["id", "name", "text", "digits", "date", "end_date", "month", "number", "yes_no", "code", "account"]

#: How a row's place in the order of delivery is packed into one integer: day, file, row.
ORD_DAY, ORD_FILE = 10**13, 10**9
EPOCH = date(1970, 1, 1)


def ord_of(delivered_on: date, file: int, row: int) -> int:
    """The place of a row in the order of delivery: later rows have larger numbers.

    `file` is the file's number in the account of its feed and date (1-based, in file-name order),
    `row` the 1-based row as a spreadsheet shows it.
    """
    return (delivered_on - EPOCH).days * ORD_DAY + file * ORD_FILE + row


@dataclass(frozen=True)
class Column:
    """One column of a feed: its snake_case name, its Chinese name and how a cell of it is read."""

    name: str
    chinese: str
    type: ColumnType = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    key: bool = False
    private: bool = False
    length: int = 0
    #: For `code`: each value and its aliases.
    values: tuple[tuple[str, ...], ...] = ()

    @property
    def staged(self) -> str:
        """The name of the column in the staged rows."""
        if self.type == "id":
            return "person"
        if self.type == "name":
            return "name_key"
        return f"{self.name}_key" if self.private or self.type == "account" else self.name


@dataclass(frozen=True)
class Feed:
    """A kind of delivery. `scope` is empty for a delta; for a snapshot it names what a delivery states whole."""

    name: str
    chinese: str
    columns: tuple[Column, ...]
    scope: tuple[str, ...] = ()
    #: Pairs of columns: an end may not lie before its start.
    periods: tuple[tuple[str, str], ...] = ()
    born_on: bool = False
    #: A row whose columns named here are all empty was not filled in, and is blank.
    filled_by: tuple[str, ...] = ()
    #: What a day waits for before it is run unattended: `day`, a delivery of that date; `latest`, that one is known;
    #: `no`, nothing. It says nothing about how rows are read, so it is no part of what a staged group was made by.
    awaited: Literal["day", "latest", "no"] = field(default="no", repr=False)

    @property
    def snapshot(self) -> bool:
        return bool(self.scope)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


def _codes(*values: str | tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((v,) if isinstance(v, str) else v for v in values)


def _id(chinese: str, *aliases: str, key: bool = False) -> Column:
    return Column("id_number", chinese, "id", aliases, required=True, key=key)


def _name(*aliases: str) -> Column:
    return Column("name", "姓名", "name", aliases, required=True)


_ID_ALIASES = ("身份证号", "身份证号码", "公民身份号码")
_VILLAGE = Column("village_code", "村代码", "digits", ("行政区划代码",), required=True, length=12)
_EMPLOYER_CODE = Column("employer_code", "统一社会信用代码")
_PAYMENT_STATUS = Column("status", "发放状态", "code", values=_codes("成功", "退回", "已追回"))
_PAYMENT_NO = Column("payment_no", "发放流水号", required=True, key=True)
_PAYMENT_COUNTY = Column("county_code", "发放县代码", "digits", required=True, length=6)
_PAYMENT_PERIOD = Column("period", "所属月份", "month", required=True)
_PAID_ON = Column("paid_on", "发放日期", "date", required=True)

REGISTRY = Feed(
    "registry",
    "脱贫人口和防止返贫监测对象名册",
    (
        Column("household_no", "户编号", aliases=("户码",), required=True),
        _name(),
        _id("证件号码", *_ID_ALIASES, key=True),
        Column("relation", "与户主关系"),
        _VILLAGE,
        Column("household_type", "户类型", "code", required=True, values=_codes("脱贫户", "一般农户")),
        Column(
            "monitor_category",
            "监测对象类别",
            "code",
            values=_codes("脱贫不稳定户", "边缘易致贫户", "突发严重困难户"),
        ),
        Column("risk_cleared", "风险是否已消除", "yes_no"),
        Column("low_income", "低收入类别", "code", values=_codes("低保", "特困", "低保边缘")),
        Column(
            "labour",
            "劳动技能",
            "code",
            required=True,
            values=_codes("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力"),
        ),
        Column("student", "在校生状况"),
        Column("willing", "就业意愿", "yes_no"),
        Column("relocated", "易地搬迁", "yes_no"),
        Column("site_code", "安置点编码"),
        Column("skill", "技能工种"),
        Column("wanted_trade", "意向工种"),
        Column("wanted_place", "意向就业地点"),
        Column("contact", "帮扶联系人", private=True),
    ),
    scope=("county",),
    born_on=True,
    awaited="latest",
)

EMPLOYMENT = Feed(
    "employment",
    "务工就业信息",
    (
        Column("record_no", "记录编号", required=True, key=True),
        _name(),
        _id("证件号码", *_ID_ALIASES),
        Column(
            "channel",
            "就业渠道",
            "code",
            required=True,
            values=_codes("单位就业", "灵活就业", "帮扶车间", "自主创业", "以工代赈"),
        ),
        Column("employer_name", "务工企业名称", aliases=("单位名称",), private=True),
        _EMPLOYER_CODE,
        Column("work_region", "务工所在地代码", "digits", required=True, length=6),
        Column("started_on", "开始时间", "date", ("务工开始时间",), required=True),
        Column("ended_on", "结束时间", "end_date", ("务工结束时间",)),
        Column("monthly_wage", "月收入", "number"),
        Column("updated_on", "更新日期", "date", required=True),
    ),
    periods=(("started_on", "ended_on"),),
    awaited="day",
)

INSURANCE = Feed(
    "insurance",
    "社会保险参保缴费",
    (
        _id("社会保障号码", "AAC002", "证件号码", key=True),
        _name("AAC003"),
        Column(
            "scheme",
            "险种类型",
            "code",
            ("AAE140",),
            required=True,
            key=True,
            values=_codes(
                ("企业养老", "110"),
                ("机关养老", "120"),
                ("失业保险", "210"),
                ("工伤保险", "410"),
                ("居民养老", "170"),
                ("医疗保险", "310"),
            ),
        ),
        Column("employer_no", "单位编号", aliases=("AAB001",), key=True, private=True),
        Column("employer_name", "单位名称", aliases=("AAB004",), private=True),
        _EMPLOYER_CODE,
        Column(
            "payer",
            "缴费人员类别",
            "code",
            required=True,
            values=_codes(("单位职工", "101"), ("个体缴费", "102")),
        ),
        Column("period", "费款所属期", "month", ("AAE003",), required=True, key=True),
        Column("payment", "缴费标志", "code", values=_codes("正常缴费", "补缴", "欠费")),
        Column(
            "state",
            "个人缴费状态",
            "code",
            ("AAC031",),
            required=True,
            values=_codes(("参保缴费", "1"), ("暂停缴费", "2"), ("终止缴费", "3")),
        ),
        Column("stop_reason", "停保原因"),
        Column("paid_on", "到账日期", "date", ("AAE079",)),
    ),
    awaited="day",
)

BENEFITS = Feed(
    "benefits",
    "社会保险待遇发放",
    (
        _id("社会保障号码", "AAC002", "证件号码", key=True),
        _name("AAC003"),
        Column(
            "kind",
            "待遇类别",
            "code",
            required=True,
            key=True,
            values=_codes("失业保险金", "职工养老金", "居民养老金"),
        ),
        Column("period", "所属月份", "month", required=True, key=True),
        Column("amount", "金额", "number", required=True),
        _PAID_ON,
    ),
    awaited="latest",
)

JOBSEEKERS = Feed(
    "jobseekers",
    "失业登记",
    (
        _id("证件号码", key=True),
        _name(),
        Column("registered_on", "登记日期", "date", required=True, key=True),
        Column("cancelled_on", "注销日期", "end_date"),
    ),
    periods=(("registered_on", "cancelled_on"),),
)

POSTS = Feed(
    "posts",
    "乡村公益性岗位实名制台账",
    (
        Column("post_no", "岗位编号", required=True, key=True),
        Column("post_type", "岗位名称", required=True),
        Column(
            "department",
            "开发主管部门",
            "code",
            required=True,
            values=_codes("人社部门", "农业农村部门", "乡村振兴部门", "林业部门"),
        ),
        Column(
            "funding",
            "资金来源",
            "code",
            required=True,
            values=_codes("就业补助资金", "衔接资金", "光伏收益", "其他"),
        ),
        Column("employer_name", "用人单位", required=True, private=True),
        _EMPLOYER_CODE,
        _VILLAGE,
        _name(),
        _id("证件号码", *_ID_ALIASES, key=True),
        Column("on_post_from", "上岗日期", "date", required=True, key=True),
        Column("off_post_on", "退岗日期", "end_date"),
        Column("off_reason", "退岗原因"),
        Column("contract_from", "协议开始日期", "date"),
        Column("contract_to", "协议结束日期", "end_date"),
        Column("accident_policy_no", "意外险保单号"),
        Column("accident_insured_to", "意外险到期日", "end_date"),
        Column("monthly_standard", "月补贴标准", "number", required=True),
    ),
    scope=("county", "department"),
    periods=(("on_post_from", "off_post_on"), ("contract_from", "contract_to")),
    born_on=True,
    awaited="latest",
)

SUBSIDIES = Feed(
    "subsidies",
    "岗位补贴发放明细",
    (
        _PAYMENT_NO,
        Column("post_no", "岗位编号", required=True),
        _PAYMENT_COUNTY,
        _name(),
        _id("证件号码"),
        _PAYMENT_PERIOD,
        Column("required_days", "规定出勤天数", "number"),
        Column("attended_days", "出勤天数", "number"),
        Column("amount", "发放金额", "number", required=True),
        _PAID_ON,
        Column("bank_account", "银行账号", "account"),
        _PAYMENT_STATUS,
    ),
)

ALLOWANCES = Feed(
    "allowances",
    "就业帮扶补贴发放",
    (
        _PAYMENT_NO,
        _name(),
        _id("证件号码"),
        Column(
            "kind",
            "补贴类别",
            "code",
            required=True,
            values=_codes("以工代训补贴", "培训生活费补助", "跨省交通补助"),
        ),
        _PAYMENT_COUNTY,
        _PAYMENT_PERIOD,
        Column("days", "天数", "number"),
        Column("amount", "金额", "number", required=True),
        _PAID_ON,
        _PAYMENT_STATUS,
    ),
)

DEATHS = Feed(
    "deaths",
    "死亡信息",
    (
        _id("证件号码", key=True),
        _name(),
        Column("died_on", "死亡日期", "date", required=True),
        Column(
            "source",
            "信息来源",
            "code",
            required=True,
            key=True,
            values=_codes("公安", "民政", "卫健", "社保"),
        ),
    ),
    awaited="latest",
)

ENTERPRISES = Feed(
    "enterprises",
    "市场主体登记",
    (
        _id("证件号码", key=True),
        _name(),
        Column("uscc", "统一社会信用代码", required=True, key=True),
        Column("entity_name", "主体名称", required=True, private=True),
        Column("status", "登记状态", "code", required=True, values=_codes("存续", "注销", "吊销")),
        Column("registered_on", "成立日期", "date", required=True),
    ),
)

PAYROLL = Feed(
    "payroll",
    "财政供养和村干部名册",
    (
        _id("证件号码", key=True),
        _name(),
        Column("kind", "人员类别", "code", required=True, key=True, values=_codes("财政供养", "村干部")),
        Column("employer_name", "单位名称", required=True, private=True),
        Column("from_on", "开始日期", "date", required=True, key=True),
        Column("to_on", "结束日期", "end_date"),
    ),
    periods=(("from_on", "to_on"),),
)

FIELD_REPORTS = Feed(
    "field_reports",
    "基层走访上报",
    (
        Column("report_no", "上报编号", required=True, key=True),
        _name(),
        _id("证件号码"),
        Column("reported_on", "上报日期", "date", required=True),
        Column(
            "kind",
            "情况类型",
            "code",
            required=True,
            values=_codes("失业", "返乡", "空岗", "顶岗", "其他"),
        ),
        Column("note", "说明", private=True),
    ),
)

FEEDBACK = Feed(
    "feedback",
    "核查反馈",
    (
        Column("warning_id", "预警编号", required=True, key=True),
        Column("outcome", "核查结果", "code", required=True, values=_codes("属实", "不属实")),
        Column("checked_on", "核查日期", "date", required=True, key=True),
        Column(
            "service",
            "帮扶或处置措施",
            "code",
            values=_codes(
                "职业指导",
                "职业介绍",
                "技能培训",
                "公益性岗位",
                "失业保险金申领",
                "停发补贴",
                "追回补贴",
                "清退",
                "其他",
            ),
        ),
        Column("served_on", "服务日期", "date"),
        Column("why", "原因", private=True),
        Column("note", "说明", private=True),
        # Beside the specification: as the workbook was sent, to notice an answer that slipped into another's row.
        Column("name", "姓名", "name"),
    ),
    filled_by=("outcome", "checked_on", "service", "served_on", "why", "note"),
)

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        REGISTRY,
        EMPLOYMENT,
        INSURANCE,
        BENEFITS,
        JOBSEEKERS,
        POSTS,
        SUBSIDIES,
        ALLOWANCES,
        DEATHS,
        ENTERPRISES,
        PAYROLL,
        FIELD_REPORTS,
        FEEDBACK,
    )
}
