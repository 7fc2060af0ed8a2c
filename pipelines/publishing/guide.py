"""The sheet 说明: what there is to do today, what is new, how to fill in, what the words mean, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import polars as pl
from xlsxwriter.worksheet import Worksheet

from pipelines.feeds import FEEDBACK
from pipelines.publishing.extracts import County
from pipelines.publishing.sheets import Book, Column, lines_of, row_height
from pipelines.publishing.words import LEVELS, LIST_MEANINGS, LISTS, STATUSES

#: The columns of the sheet; everything above and below the tables is written across them.
_WIDTHS = (5, 9, 6, 9, 17, 11, 12, 14.5, 6, 18, 11, 6, 17.5)
_LAST = len(_WIDTHS) - 1
#: How many of each list are named first, help before suspicion: an office that is only shown accusations stops reading.
_FIRST_TO_DO = {"帮扶": 10, "核查": 7, "单位整改": 3}

_TO_DO = tuple(
    Column(header, kind, width)
    for (header, kind), width in zip(
        (
            ("序号", "count"), ("清单", "list"), ("级别", "level"), ("进展", "centre"), ("预警事项", "wrap"),
            ("姓名", "wrap"), ("乡镇", "wrap"), ("村代码", "text"), ("同户事项", "count"), ("跟进单位", "wrap"),
            ("办理期限", "date"), ("剩余天数", "count"), ("预警编号", "text"),
        ),
        _WIDTHS,
        strict=True,
    )
)  # fmt: skip

_STATUS = {"rejected": "未能读取，整份退回", "held": "未达到报送要求，暂缓使用"}
#: For so long every county is asked whether a returned file that nobody could read was its own.
_ASKED_AGAIN = timedelta(days=7)
#: So many files that were not used are named; the others are counted.
_TROUBLES = 10

_HOW = (
    "1. 打开“预警清单”。每行是一条线索，请先看“预警事由”：里面写了事实、日期、要问清什么、由谁核实。",
    "2. 核实后在同一行右侧的黄色列填写结果和日期，有下拉选项的请选；已经帮扶或处置的，再填措施和服务日期。",
    "　 以前反馈过的见“上次反馈”；后来才帮扶或处置的，请把核查结果、核查日期连同措施和服务日期一起填上。",
    "3. 没有核实的行留空即可。可以排序、筛选、删行、改文件名；预警编号请不要改动。",
    "4. 不论整行其他内容是否改动，交回后只读取黄色列；事实有误请在说明中写明，并请原报送单位更正。",
    "5. 填好后保存（保留或去掉密码都可以），交回发给您本表的部门。反馈为不属实的线索，下次不再出现；"
    "填错了的，在“预警清单”最后另起一行，填预警编号、正确的核查结果和不早于原来的核查日期。",
    "6. 入户前可打印“入户核查单”，每村一页，同一户的事项排在一起；“同户事项”是这一户在列的条数，一次入户一并问清。",
)


def write_guide(book: Book, county: County, troubles: pl.DataFrame, rules: pl.DataFrame) -> int:
    """Write the sheet. Returns the number of warnings among the first to be done."""
    sheet = book.sheet("说明", "#2F5D8A", landscape=False)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    page = _Page(book, sheet)
    listed = county.frames["listed"]
    page.title(f"{county.name}　就业帮扶与公益性岗位预警")
    page.line(f"截至 {county.day}　　本表含个人信息，只供本县经办人员使用，请勿转发或公示。", "hint")
    first = _today(page, county, listed, troubles)
    _counts(page, county, listed)
    page.section("怎样填写")
    for text in _HOW:
        page.line(text)
    _legend(page, county)
    _not_judged(page, county, troubles.filter(pl.col("feed") != FEEDBACK.chinese))
    _whom_to_ask(page, rules.filter(pl.col("rule").is_in(listed["rule"].unique().to_list())))
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
        self.row += 1 + self.book.block(self.sheet, self.row, columns, rows)

    def pairs(self, pairs: Iterable[tuple[str, str, str]], split: int = 3) -> None:
        """Lines of a short word in the first columns, in a style of its own, and its meaning in the others."""
        for style, word, meaning in pairs:
            lines = max(lines_of(word, sum(_WIDTHS[:split])), lines_of(meaning, sum(_WIDTHS[split:])))
            self.sheet.set_row(self.row, row_height(lines))
            for first, last, text, look in ((0, split - 1, word, style), (split, _LAST, meaning, "wrap")):
                self.sheet.merge_range(self.row, first, self.row, last, "", self.book.format(look))
                self.sheet.write_string(self.row, first, text, self.book.format(look))
            self.row += 1


def _today(page: _Page, county: County, listed: pl.DataFrame, troubles: pl.DataFrame) -> int:
    """What to do today: what is not settled and more than blue."""
    page.section("今天要办")
    # A workbook that could not be opened answers nothing, and whose it is nobody can tell: each county is asked.
    lost = troubles.filter(pl.col("feed") == FEEDBACK.chinese, pl.col("delivered_on") > county.day - _ASKED_AGAIN)
    # Files of one day are counted: a line a file says the same again, of a province's counties up to a hundred times.
    lost = lost.group_by("delivered_on", "status", maintain_order=True).len()
    for delivered_on, status, count in lost.iter_rows():
        page.line(
            f"{delivered_on}有{count}个交回的反馈文件（可能不是本县的）{_STATUS[status]}：本县当天交回过的，请对照“上次反馈”，"
            "没有用上的在本表的“预警清单”中重新填写，不改动表头，存为.xlsx文件（不设密码，或用本县的密码）再交一次。",
            "alert",
        )
    if unused := county.frames["unused_answers"].height:
        page.line(f"近30天交回的反馈中有 {unused} 行没有用上或需要核对，见“交回未用”，请重新填写。", "alert")
    of_home = ["county_code", "household_no"]
    at_home = pl.when(pl.col("household_no").is_not_null()).then(pl.len().over(of_home).cast(pl.Int64))
    is_to_do = pl.col("status").is_in(["open", "confirmed"]) & (pl.col("level") > 1)
    to_do = listed.with_columns(at_home.alias("at_home")).filter(is_to_do)
    if to_do.is_empty():
        page.line("今天没有需要办理的事项。", "strong")
        return 0
    is_late = (pl.col("due_on") < county.day).fill_null(False)
    first = _first(to_do.sort("list_order", ~is_late, -pl.col("level"), "due_on", nulls_last=True, maintain_order=True))
    page.line(
        f"待办 {to_do.height} 条，其中逾期 {to_do.filter(is_late).height} 条，"
        f"本次新增 {to_do.filter('is_new').height} 条。"
        f"先办以下 {first.height} 条，其余见“预警清单”。",
        "strong",
    )
    if listed["is_new"].any():
        new = listed.filter("is_new").group_by("list_order", "title").len().sort("list_order", "title")
        page.line(
            f"本次新增：{'、'.join(f'{title}{count}条' for _, title, count in new.iter_rows())}；"
            "在“预警清单”的“新增”一列筛选“新”即可看到。"
        )
    rows = first.with_row_index("number", offset=1).select(
        pl.col("number").cast(pl.Int64),
        "list",
        "level",
        # What is confirmed is to be helped or settled, no longer to be checked.
        pl.when("is_new").then(pl.lit("新")).otherwise(pl.col("status").replace_strict(STATUSES)).alias("progress"),
        "title",
        "who",
        pl.coalesce("township", "township_code"),
        "village_code",
        # One visit settles them all: the slip of the village has them together.
        "at_home",
        "office",
        "due_on",
        (pl.col("due_on") - pl.lit(county.day)).dt.total_days().alias("days_left"),
        "warning_id",
    )
    page.table(_TO_DO, rows)
    return first.height


def _first(to_do: pl.DataFrame) -> pl.DataFrame:
    """The first of each list; where a list has fewer, more of the others."""
    wanted = pl.col("list").replace_strict(_FIRST_TO_DO, return_dtype=pl.Int64)
    ranked = to_do.with_columns(pl.int_range(pl.len()).over("list").alias("place"), pl.int_range(pl.len()).alias("at"))
    chosen = ranked.sort(pl.col("place") >= wanted, "at").head(sum(_FIRST_TO_DO.values()))
    return chosen.sort("at").drop("place", "at")


def _counts(page: _Page, county: County, listed: pl.DataFrame) -> None:
    page.section("清单概况")
    by_level = Counter(listed.select("list", "level").iter_rows())
    by_status = Counter(listed.select("list", "status").iter_rows())
    new = Counter(listed.filter("is_new")["list"])
    unlisted, unserved = (
        {tuple(key): count for *key, count in county.frames["unlisted"].select("list", "status", what).iter_rows()}
        for what in ("warnings", "unserved")
    )
    for name in LISTS:
        found = {word: by_level[name, level] for level, (word, _, _) in LEVELS.items()}
        levels = "、".join(f"{word}{count}" for word, count in found.items() if count)
        gone = {status: unlisted.get((name, status), 0) for status in ("resolved", "lapsed")}
        text = f"【{name}】{LIST_MEANINGS[name]}\n　　在列 {sum(found.values())} 条"
        text += f"（{levels}）" if levels else ""
        text += f"；本次新增 {new[name]} 条；属实待办 {by_status[name, 'confirmed']} 条；"
        text += f"已办理 {by_status[name, 'served']} 条。"
        # Time passing is no help given: what only ran out is not counted with what was settled.
        text += f"上次运行以来已消除 {gone['resolved']} 条，期限已过而移出 {gone['lapsed']} 条"
        if left := unserved.get((name, "lapsed"), 0) if name == "帮扶" else 0:
            text += f"（其中 {left} 条已核实属实而没有帮扶记录，请继续帮扶）"
        text += "；"
        text += f"因反馈不属实而没有列出的现有 {unlisted.get((name, 'dismissed'), 0)} 条。"
        page.line(text)
    page.line("蓝色为提示，只计数、不列入“今天要办”；明细在“预警清单”中，入户时一并问清。", "hint")


def _legend(page: _Page, county: County) -> None:
    page.section("级别")
    page.pairs(((f"level {level}", name, meaning) for level, (name, meaning, _) in LEVELS.items()))
    page.section("规则、政策依据和属实比例（本表出现的规则、条数、所依据的条款）")
    clauses = county.frames["clauses"]
    if clauses.is_empty():
        page.line("本次没有在列的预警。")
        return
    page.line(
        "属实比例按已交回的反馈，同一线索以最近一次为准：本县核查满30条的按本县，不满的按全省，全省也不满的不说。"
        "▲：属实的不到5%，请先核对台账和电话，再决定是否上门。",
        "hint",
    )
    told = {
        rule: _accuracy(county.name, *rest)
        for rule, *rest in county.frames["accuracy"]
        .select("rule", "scope", "checked", "share_upheld", "is_seldom_upheld")
        .iter_rows()
    }
    resting: dict[str, list[tuple[str, str | None]]] = {}
    for rule, title, warnings, rests_on in clauses.select("rule", "title", "warnings", "clauses").iter_rows():
        resting.setdefault(rests_on or "—", []).append((f"{title}（{warnings}条）", told.get(rule)))
    for rests_on, rules in resting.items():
        page.line(rests_on, "clause")
        for title, accuracy in rules:
            if accuracy:
                page.line(f"　　{title}：{accuracy}")
        unknown = [title for title, accuracy in rules if not accuracy]
        if unknown:
            page.line(f"　　{'、'.join(unknown)}")


def _accuracy(county: str, scope: str, checked: int, share: float, is_seldom: bool) -> str:
    """How often a rule was right, in words."""
    where = county if scope == "county" else "全省"
    right = f"{100 * share:.{1 if is_seldom else 0}f}".removesuffix(".0")
    return f"{where}最近核查的{checked}条中{right}%属实。{'▲' if is_seldom else ''}"


def _not_judged(page: _Page, county: County, troubles: pl.DataFrame) -> None:
    page.section("本次没有判断或判断不全的事项")
    rows = county.frames["cannot_judge"].sort("is_judged", "why", "title")
    if rows.is_empty():
        page.line("各项规则所需的数据、参数和依据齐全，没有不能判断的规则。")
    else:
        page.line(
            "没有判断，不等于没有问题：数据从未报送的，要靠它发现的查不出来；停止报送期间，在列的预警保持不变。", "hint"
        )
    for (_, why), part in rows.group_by("is_judged", "why", maintain_order=True):
        page.line(f"{'、'.join(part['title'])}：{why}。")
    for feed, delivered_on, file, status, parts in troubles.head(_TROUBLES).iter_rows():
        what = f"（其中的{parts}）" if parts else "（可能不是本县的）"
        page.line(f"《{feed}》{delivered_on}报送的第{file}个文件{what}{_STATUS[status]}，有关情况没有计入。")
    if troubles.height > _TROUBLES:
        page.line(f"近30天还有{troubles.height - _TROUBLES}个文件没有计入。")


def _whom_to_ask(page: _Page, rules: pl.DataFrame) -> None:
    page.section("有疑问时问谁")
    for (office,), part in rules.sort("office", "rule").group_by("office", maintain_order=True):
        page.line(f"{office}：{'、'.join(part['title'])}。")
    page.line(
        "数据本身有误（身份证号、姓名、日期等）：请原报送单位在下次报送中更正。表打不开、密码不对：问发给您本表的部门。"
    )
