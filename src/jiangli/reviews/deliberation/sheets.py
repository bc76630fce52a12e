"""The sheet of results: one row for each item, filled in from the signed minutes and read back.

Read whole or not at all: with one row wrong nothing is entered, and every fault is named by row, field and remedy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import sheets
from jiangli.accounts.models import User
from jiangli.applications.assessing import programme_of
from jiangli.refused import Refused
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.results import Said, enter
from jiangli.reviews.deliberation.status import Result

# The sheet is the officers' own paper: Chinese, whatever the language of the page.
POSITION, NUMBER, PARTY, PROGRAMME, FEN = "序号", "受理编号", "申报人/单位", "项目", "金额（元）"
RESULT, AGREED, LINES, CONDITION, WORDS = "结果", "同意金额（元）", "不同意的行", "依据条件", "纪要意见"
HEADINGS = (POSITION, NUMBER, PARTY, PROGRAMME, FEN, RESULT, AGREED, LINES, CONDITION, WORDS)
RESULTS = {
    "同意": Result.APPROVED,
    "另定金额": Result.OTHER,
    "部分同意": Result.PART,
    "不同意": Result.REFUSED,
    "缓议": Result.PUT_OFF,
    "退回审核": Result.BACK,
}
WORD_OF = {result: word for word, result in RESULTS.items()}


@dataclass(frozen=True)
class Fault:
    row: int  # as the spreadsheet counts
    field: str
    remedy: str


@dataclass
class Read:
    """What came of a sheet: how many results were entered, or all that is wrong with it."""

    entered: int = 0
    faults: list[Fault] = field(default_factory=list)


class Wrong(Exception):
    """A cell that says nothing one can use: its heading and the remedy."""

    def __init__(self, heading: str, remedy: str) -> None:
        super().__init__(heading, remedy)
        self.heading, self.remedy = heading, remedy


class _Whole(Exception):
    """Ends the transaction: something was wrong, so nothing is entered."""


def sheet_rows(meeting: Meeting) -> list[tuple[Any, ...]]:
    """The rows to fill in, with the results entered so far; amounts in yuan as text."""
    items = meeting.items.select_related("application__version")
    return [
        (
            item.position, item.summary["number"], item.summary["party"],
            programme_of(item.application).title.say("zh"), _yuan(item.amount_fen),
            WORD_OF.get(Result(item.result), "") if item.result else "",
            _yuan(item.agreed_fen) if item.result == Result.OTHER else "",
            "、".join(str(row["line"]) for row in item.struck),
            item.struck[0]["condition"] if item.struck else "", item.words,
        )
        for item in items
    ]  # fmt: skip


def read_results(meeting: Meeting, content: bytes, *, by: User, at: datetime) -> Read:
    """Enter what a filled-in sheet says. Refused for what is no such sheet. A row without a result is left as it is."""
    table = _table(content)
    found = Read()
    try:
        with transaction.atomic():
            _enter_all(meeting, table, found, by=by, at=at)
            if found.faults:
                raise _Whole
    except _Whole:
        found.entered = 0
    return found


def _enter_all(
    meeting: Meeting, table: list[tuple[int, dict[str, str]]], found: Read, *, by: User, at: datetime
) -> None:
    items = {item.summary["number"]: item for item in meeting.items.select_related("application__version")}
    seen: set[str] = set()
    for row, cells in table:
        try:
            item = _item_of(cells, items, seen)
            if cells[RESULT]:
                enter(item, _said(cells), by=by, at=at)
                found.entered += 1
        except Wrong as wrong:
            found.faults.append(Fault(row, wrong.heading, wrong.remedy))
        except Refused as refusal:
            found.faults.append(Fault(row, RESULT, str(refusal)))


def _table(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """(row, heading → cell) of every row below the headings that is not empty."""
    try:
        rows = sheets.rows(content, heading=NUMBER)
    except sheets.NoSheet as error:
        raise Refused(
            _("This is no spreadsheet that can be opened. Download the sheet and fill it in.")
        ) from error
    head = next((i for i, row in enumerate(rows) if NUMBER in map(_text, row)), None)
    if head is None or not {NUMBER, RESULT} <= set(map(_text, rows[head])):
        raise Refused(
            _("The sheet lacks the columns “%(number)s” and “%(result)s”. Download it again and fill it in.")
            % {"number": NUMBER, "result": RESULT}
        )
    names = [_text(cell) for cell in rows[head]]
    return [
        (number, {**dict.fromkeys(HEADINGS, ""), **dict(zip(names, map(_text, row), strict=False))})
        for number, row in enumerate(rows[head + 1 :], head + 2)
        if any(map(_text, row))
    ]


def _item_of(cells: dict[str, str], items: dict[str, AgendaItem], seen: set[str]) -> AgendaItem:
    number = cells[NUMBER]
    if number not in items:
        raise Wrong(NUMBER, _("%(number)s is not on this agenda.") % {"number": number or "–"})
    if number in seen:
        raise Wrong(NUMBER, _("%(number)s stands on the sheet twice.") % {"number": number})
    seen.add(number)
    return items[number]


def _said(cells: dict[str, str]) -> Said:
    word = cells[RESULT]
    if word not in RESULTS:
        raise Wrong(RESULT, _("Write one of: %(words)s.") % {"words": "、".join(RESULTS)})
    result = RESULTS[word]
    return Said(
        result,
        words=cells[WORDS],
        amount_fen=amount_of(cells[AGREED]) if result == Result.OTHER else None,
        lines=lines_of(cells[LINES]) if result == Result.PART else (),
        condition=cells[CONDITION],
    )


def amount_of(text: str) -> int:
    """Fen of an amount in yuan, as 300000, 300,000.00 or 300000.5. Wrong for what is none."""
    try:
        fen = Decimal(text.replace(",", "").replace("，", "").removesuffix("元").strip()) * 100
        whole = int(fen)
    except (ArithmeticError, ValueError) as error:  # too large is Decimal's own error
        raise Wrong(AGREED, _("Write the amount in yuan, such as 300000.00.")) from error
    if whole != fen or not 0 < whole < 10**14:
        raise Wrong(AGREED, _("Write the amount in yuan, such as 300000.00."))
    return whole


def lines_of(text: str) -> tuple[int, ...]:
    """Numbers of lines, parted by commas, spaces or 、. Wrong for anything else."""
    parts = [part for part in re.split(r"[\s,，、;；]+", text) if part]
    if not parts or not all(part.isdecimal() and len(part) < 7 for part in parts):
        raise Wrong(LINES, _("Write the numbers of the lines, such as 2、5."))
    return tuple(int(part) for part in parts)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


__all__: Sequence[str] = [
    "HEADINGS",
    "WORD_OF",
    "Fault",
    "Read",
    "Wrong",
    "amount_of",
    "lines_of",
    "read_results",
    "sheet_rows",
]
