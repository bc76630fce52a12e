"""The bank sheet: a workbook to the bank, and the sheet that it sends back (XLSX, or CSV in UTF-8 or GB18030).

Words on the sheets are Chinese whatever language the officer reads: the bank reads them.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from jiangli import sheets
from jiangli.payments.channels.contract import Answer, Order, Orders, Result
from jiangli.refused import Refused
from jiangli.rules import money_text

OUT = ("序号", "参考号", "户名", "账号", "开户行", "金额(元)", "用途")
WIDTHS = (6, 22, 14, 26, 36, 14, 30)
TOTAL = "合计"

COLUMNS = {
    "reference": ("参考号",),
    "name": ("户名", "收款人户名"),
    "amount": ("金额", "金额(元)"),
    "result": ("结果", "状态", "处理结果"),
    "reason": ("原因", "失败原因", "退回原因"),
    "day": ("日期", "处理日期", "交易日期"),
}
WORDS = {
    Result.PAID: {"成功", "已支付", "支付成功", "交易成功", "已入账", "入账成功"},
    Result.RETURNED: {"失败", "支付失败", "交易失败", "退回", "已退回", "退票", "已退票"},
    Result.PENDING: {"处理中", "待查", "结果未知"},
}
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))(?:\.0|[ T].*)?")
AMOUNT = re.compile(r"¥?((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)元?")
NOISE = Decimal("0.0001")  # of a fen: what a spreadsheet's own arithmetic may leave in a number


class BankSheet:
    """See ``Channel``."""

    def write(self, orders: Orders) -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            book.set_properties({"title": orders.number, "created": orders.written_at.replace(tzinfo=None)})
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"num_format": "@", "bold": True})
            sheet = book.add_worksheet("付款明细")
            for column, width in enumerate(WIDTHS):
                sheet.set_column(column, column, width, text)
            for row, cells in enumerate(_sheet_rows(orders)):
                for column, cell in enumerate(cells):
                    sheet.write_string(row, column, cell, bold if cells[0] in {OUT[0], TOTAL} else text)
        return buffer.getvalue()

    def read(self, content: bytes) -> list[Answer]:
        rows = _rows(content)
        where, columns = _header(rows)
        answers = [
            _answer(number, cells, columns)
            for number, cells in enumerate(rows[where + 1 :], start=where + 2)
            if not _is_no_line(cells, columns["reference"])
        ]
        if not answers:
            raise Refused(_("The sheet has no lines below its headings. Ask the bank for the full file."))
        return answers


def _sheet_rows(orders: Orders) -> list[tuple[str, ...]]:
    count, total = str(len(orders.orders)), money_text(orders.total_fen)
    return [
        ("付款单位", orders.payer),
        ("批次号", orders.number),
        ("笔数", count),
        ("合计金额(元)", total),
        ("",),
        OUT,
        *(_line(number, order) for number, order in enumerate(orders.orders, start=1)),
        (TOTAL, "", f"{count} 笔", "", "", total, ""),
    ]


def _line(number: int, order: Order) -> tuple[str, ...]:
    amount = money_text(order.amount_fen)
    return (str(number), order.reference, order.name, order.account, order.bank, amount, order.purpose)


# --- reading


def _rows(content: bytes) -> list[Sequence[Any]]:
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise Refused(_("The file is too large for a sheet from the bank."))
    try:
        return sheets.rows(content, heading=COLUMNS["reference"][0])
    except sheets.NoSheet as error:
        raise Refused(
            _("This file cannot be opened. Bring the sheet as the bank sent it, XLSX or CSV.")
        ) from error


def _header(rows: list[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """Where the headings are, and the place of each column. Refused if one is missing or stands twice."""
    for where, cells in enumerate(rows):
        headings = [_heading(cell) for cell in cells]
        if any(heading in COLUMNS["reference"] for heading in headings):
            return where, {key: _place(headings, names) for key, names in COLUMNS.items()}
    raise _no_column(COLUMNS["reference"][0])


def _place(headings: list[str], names: tuple[str, ...]) -> int:
    places = [place for place, heading in enumerate(headings) if heading in names]
    if not places:
        raise _no_column(names[0])
    if len(places) > 1:
        raise Refused(
            _("The column “%(name)s” stands there twice. Delete the wrong one.") % {"name": names[0]}
        )
    return places[0]


def _no_column(name: str) -> Refused:
    return Refused(
        _("The sheet has no column “%(name)s”. Add it, or ask the bank for the full sheet.") % {"name": name}
    )


def _heading(cell: object) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell)))


def _is_no_line(cells: Sequence[Any], reference: int) -> bool:
    """An empty row, or the row of totals, which has no reference (the word may stand in its place)."""
    texts = [text for cell in cells if (text := str(cell).strip())]
    if not texts:
        return True
    place = str(_cell(cells, reference))
    return (not place or place == texts[0]) and texts[0].startswith((TOTAL, "总计"))


def _answer(number: int, cells: Sequence[Any], columns: dict[str, int]) -> Answer:
    raw = {key: _cell(cells, place) for key, place in columns.items()}
    word = str(raw["result"])
    return Answer(
        row=number,
        reference=str(raw["reference"]).upper(),
        name=str(raw["name"]),
        amount_fen=fen(raw["amount"]),
        result=next((result for result, words in WORDS.items() if word in words), None),
        word=word,
        reason=str(raw["reason"]),
        day=day(raw["day"]),
    )


def _cell(cells: Sequence[Any], place: int) -> Any:
    """The cell, text without outer spaces; a short row ends in empty cells."""
    cell = cells[place] if place < len(cells) else ""
    return cell.strip() if isinstance(cell, str) else cell


def fen(cell: object) -> int | None:
    """Whole fen from a number or a text such as ``1,200.00`` or ``￥600``; None if it is no such amount."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell)))
    if not (match := AMOUNT.fullmatch(text)) or len(text) > 20:
        return None
    amount = Decimal(match[1].replace(",", "")) * 100
    whole = amount.to_integral_value()
    return int(whole) if whole > 0 and abs(amount - whole) < NOISE else None


def day(cell: object) -> date | None:
    """The day of a date cell, or of a text such as ``2025-06-10`` or ``20250610``, its time of day left out."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not (match := DAY.fullmatch(str(cell))):
        return None
    year, month, in_month, month2, in_month2 = match.groups()
    try:
        return date(int(year), int(month or month2), int(in_month or in_month2))
    except ValueError:
        return None
