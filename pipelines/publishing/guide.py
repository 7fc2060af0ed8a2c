"""The sheet 说明: what there is to do today, what is new, how to fill in, what the words mean, what is not known."""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column, lines_of, row_height
from pipelines.publishing.words import LEVELS, LIST_MEANINGS, LISTS

#: The columns of the sheet; everything above and below the tables is written across them.
_WIDTHS = (6, 8, 17, 17, 15, 16, 12, 10, 18)
_LAST = len(_WIDTHS) - 1
_FIRST_TO_DO = 20

_TO_DO = tuple(
    Column(header, kind, width)
    for (header, kind), width in zip(
        (
            ("序号", "count"), ("级别", "level"), ("预警事项", "wrap"), ("姓名", "wrap"), ("乡镇", "wrap"),
            ("村代码", "text"), ("办理期限", "date"), ("剩余天数", "count"), ("预警编号", "text"),
        ),
        _WIDTHS,
        strict=True,
    )
)  # fmt: skip

_NO_LONGER = "今天已没有有效的依据：按补贴所属月份有效的条款办理"

_HOW = (
    "1. 打开“预警清单”。每行是一条线索，请先看“预警事由”：里面写了事实、日期、要问清什么、由谁核实。",
    "2. 核实后在同一行右侧的黄色列填写结果和日期，有下拉选项的请选；已经帮扶或处置的，再填措施和服务日期。",
    "3. 没有核实的行留空即可。可以排序、筛选、删行、改文件名；预警编号请不要改动。",
    "4. 不论整行其他内容是否改动，交回后只读取黄色列；事实有误请在说明中写明，并请原报送单位更正。",
    "5. 填好后保存（保留或去掉密码都可以），交回发给您本表的部门。反馈为不属实的线索，下次不再出现。",
    "6. 入户前可打印“入户核查单”，每村一页，同一户的事项排在一起。",
)


def write_guide(book: Book, county: County, clauses: pl.DataFrame, rules: pl.DataFrame) -> int:
    """Write the sheet. Returns the number of warnings among the first to be done."""
    sheet = book.sheet("说明", "#2F5D8A", landscape=False)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    page = _Page(book, sheet)
    listed = county.frames["listed"]
    page.title(f"{county.name}　就业帮扶与公益性岗位预警")
    page.line(f"截至 {county.day}　　本表含个人信息，只供本县经办人员使用，请勿转发或公示。", "plain")
    first = _today(page, county, listed)
    _counts(page, county, listed)
    page.section("怎样填写")
    for text in _HOW:
        page.line(text)
    _legend(page, listed, clauses)
    _not_judged(page, county)
    _whom_to_ask(page, rules)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    return first


class _Page:
    """A sheet that is written from top to bottom."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet, self.row = book, sheet, 0

    def title(self, text: str) -> None:
        self.sheet.set_row(self.row, 30)
        self.sheet.write_string(self.row, 0, text, self.book.format("title"))
        self.row += 1

    def section(self, text: str) -> None:
        self.row += 1
        self.sheet.set_row(self.row, 20)
        self.sheet.merge_range(self.row, 0, self.row, _LAST, "", self.book.format("section"))
        self.sheet.write_string(self.row, 0, text, self.book.format("section"))
        self.row += 1

    def line(self, text: str, style: str = "line") -> None:
        """A text across the sheet. Merged cells do not grow by themselves: the height follows from the length."""
        self.sheet.set_row(self.row, row_height(lines_of(text, sum(_WIDTHS))))
        self.sheet.merge_range(self.row, 0, self.row, _LAST, "", self.book.format(style))
        self.sheet.write_string(self.row, 0, text, self.book.format(style))
        self.row += 1

    def table(self, columns: tuple[Column, ...], rows: pl.DataFrame) -> None:
        self.row += 1 + self.book.block(self.sheet, self.row, columns, rows.iter_rows())

    def pairs(self, pairs: list[tuple[str, str]], *, level: bool = False) -> None:
        """Lines of a short word on the left and its meaning on the right."""
        for number, (word, meaning) in enumerate(pairs):
            lines = max(lines_of(word, sum(_WIDTHS[:3])), lines_of(meaning, sum(_WIDTHS[3:])))
            self.sheet.set_row(self.row, row_height(lines))
            look = f"level {4 - number}" if level else "wrap"
            self.sheet.merge_range(self.row, 0, self.row, 2, "", self.book.format(look))
            self.sheet.write_string(self.row, 0, word, self.book.format(look))
            self.sheet.merge_range(self.row, 3, self.row, _LAST, "", self.book.format("wrap"))
            self.sheet.write_string(self.row, 3, meaning, self.book.format("wrap"))
            self.row += 1


def _today(page: _Page, county: County, listed: pl.DataFrame) -> int:
    """What to do today: what is open and more than blue, what is late first."""
    page.section("今天要办")
    urgent = listed.filter(pl.col("due_on").is_not_null(), pl.col("level") > 1)
    if urgent.is_empty():
        page.line("今天没有需要办理的事项。", "strong")
        return 0
    late = urgent.filter(pl.col("due_on") < county.day).height
    new = urgent.filter("is_new").height
    first = urgent.sort("due_on", "level", "list_order", descending=[False, True, False], maintain_order=True)
    # What is late comes first; of the rest the highest level, then what is due first.
    first = first.sort(
        pl.col("due_on") >= county.day, -pl.col("level"), "list_order", "due_on", maintain_order=True
    ).head(_FIRST_TO_DO)
    page.line(
        f"待办 {urgent.height} 条，其中逾期 {late} 条，本次新增 {new} 条。"
        f"先办以下 {first.height} 条，其余见“预警清单”。",
        "strong",
    )
    rows = first.with_row_index("number", offset=1).select(
        pl.col("number").cast(pl.Int64),
        "level",
        "title",
        "who",
        pl.coalesce("township", "township_code"),
        "village_code",
        "due_on",
        (pl.col("due_on") - pl.lit(county.day)).dt.total_days().alias("days_left"),
        "warning_id",
    )
    page.table(_TO_DO, rows)
    return first.height


def _counts(page: _Page, county: County, listed: pl.DataFrame) -> None:
    page.section("清单概况")
    ended = county.frames["ended"]
    for name in LISTS:
        part = listed.filter(list=name)
        levels = "、".join(
            f"{word}{part.filter(level=level).height}"
            for level, (word, _, _) in LEVELS.items()
            if part.filter(level=level).height
        )
        gone = ended.filter(list=name)["warnings"].sum()
        text = f"【{name}】{LIST_MEANINGS[name]}\n　　在列 {part.height} 条"
        text += f"（{levels}）" if levels else ""
        text += f"；本次新增 {part.filter('is_new').height} 条；属实待办 {part.filter(status='confirmed').height} 条；"
        text += f"已办理 {part.filter(status='served').height} 条；上次运行以来已消除 {gone} 条。"
        page.line(text)
    page.line("蓝色为提示，只计数、不列入“今天要办”；明细在“预警清单”中，入户时一并问清。", "plain")


def _legend(page: _Page, listed: pl.DataFrame, clauses: pl.DataFrame) -> None:
    page.section("级别")
    page.pairs([(name, meaning) for name, meaning, _ in LEVELS.values()], level=True)
    page.section("规则与政策依据（本表出现的规则和条数，附今天有效的条款）")
    counts = dict(listed.group_by("rule").len().iter_rows())
    resting: dict[str, list[str]] = {}
    for rule, title, _, _, clause in clauses.iter_rows():
        if rule in counts:
            resting.setdefault(clause or _NO_LONGER, []).append(f"{title}（{counts[rule]}）")
    if not resting:
        page.line("本次没有在列的预警。")
    page.pairs([(clause, "、".join(titles)) for clause, titles in sorted(resting.items())])


def _not_judged(page: _Page, county: County) -> None:
    page.section("本次没有判断的事项")
    rows = county.frames["cannot_judge"]
    if rows.is_empty():
        page.line("各项规则所需的数据都在有效期内，没有因数据中断而不能判断的规则。")
        return
    for (feed, delivered_on), part in rows.group_by("feed", "delivered_on", maintain_order=True):
        why = f"最近一次报送是{delivered_on}，已超过时限" if delivered_on else "还没有收到过"
        page.line(f"《{feed}》{why}；下列规则没有判断，原有预警保持不变：{'、'.join(sorted(set(part['title'])))}。")


def _whom_to_ask(page: _Page, rules: pl.DataFrame) -> None:
    page.section("有疑问时问谁")
    for (office,), part in rules.sort("office", "rule").group_by("office", maintain_order=True):
        page.line(f"{office}：{'、'.join(part['title'])}。")
    page.line(
        "数据本身有误（身份证号、姓名、日期等）：请原报送单位在下次报送中更正。表打不开、密码不对：问发给您本表的部门。"
    )
