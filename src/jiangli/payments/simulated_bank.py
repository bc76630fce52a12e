"""A bank for demonstrations and tests: reads a bank sheet and writes the sheet a bank would send back.

SIMULATED. No money moves, and nothing here is part of paying.
"""

import io

import python_calamine
import xlsxwriter

from jiangli.payments.channels.bank_sheet import OUT, TOTAL

HEADINGS = ("参考号", "户名", "金额", "结果", "原因", "日期")
REASON = "户名不符"


def answer(sheet: bytes, *, day: str, fail: int = 0) -> bytes:
    """All are paid on ``day`` (``2025-06-10``), but the first ``fail``, which come back for their name."""
    return workbook([_result(order, day, failed=place < fail) for place, order in enumerate(_orders(sheet))])


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    """A returned sheet with these rows."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("模拟回单")
        for row, cells in enumerate([("模拟银行回单",), HEADINGS, *rows]):
            for column, cell in enumerate(cells):
                page.write_string(row, column, cell)
    return buffer.getvalue()


def _orders(sheet: bytes) -> list[dict[str, str]]:
    rows = python_calamine.load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    where = next(place for place, cells in enumerate(rows) if cells[0] == OUT[0])
    return [dict(zip(OUT, map(str, cells), strict=True)) for cells in rows[where + 1 :] if cells[0] != TOTAL]


def _result(order: dict[str, str], day: str, *, failed: bool) -> tuple[str, ...]:
    result = ("失败", REASON) if failed else ("成功", "")
    return (order["参考号"], order["户名"], order["金额(元)"], *result, day)
