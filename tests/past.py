"""Sheets of the past as officers bring them, and the worker that reads them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from jiangli.accounts.models import User
from jiangli.registers.history import actions as history
from jiangli.registers.history.models import HistoryImport
from jiangli.registers.history.reading import COLUMNS
from jiangli.registers.history.scopes import Scope, scopes
from jiangli.registers.history.status import ImportKind
from jiangli.registers.history.tasks import work
from stories import SERIES, identity_number

PAID, ELSEWHERE = ImportKind.PAID, ImportKind.ELSEWHERE


def the_series() -> Scope:
    """The unions' incentive over the years."""
    return scopes()[f"series:{SERIES}"]


def sheet(*rows: dict[str, Any], kind: ImportKind = PAID, headings: tuple[str, ...] = ()) -> bytes:
    """A workbook; numbers stay numbers, as a spreadsheet keeps them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    headings = headings or COLUMNS[kind]
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading)
        for line, row in enumerate(rows, 1):
            cell = row.get(heading, "")
            write = page.write_number if isinstance(cell, int | float) else page.write_string
            write(line, column, cell)
    book.close()
    return out.getvalue()


def paid(serial: int = 501, **changes: Any) -> dict[str, Any]:
    """A row about somebody who was paid in 2023."""
    return {
        "姓名": "测试甲",
        "身份证号": identity_number(serial),
        "证书编号": f"S00003301{serial:06d}",
        "年度": "2023",
        "批次": "第一批",
        "发放日期": "2023-11-20",
        "金额(元)": "1,000.00",
        **changes,
    }


def filed_there(serial: int = 501, **changes: Any) -> dict[str, Any]:
    """A row about somebody whose claim another system has."""
    return {
        "姓名": "测试甲",
        "身份证号": identity_number(serial),
        "证书编号": f"S00003301{serial:06d}",
        "受理编号": f"CS-{serial}",
        "受理机关": "测试街道总工会",
        "受理日期": "2025-04-20",
        "状态": "审核中",
        **changes,
    }


def read(content: bytes, *, by: User, at: datetime, kind: ImportKind = PAID, **named: str) -> HistoryImport:
    """A sheet brought in and read by the worker."""
    imported = history.bring(the_series(), kind, content, by=by, at=at, **named)
    work.func(str(imported.pk))
    imported.refresh_from_db()
    return imported


def taken(content: bytes, *, by: User, at: datetime, kind: ImportKind = PAID, **named: str) -> HistoryImport:
    """A sheet read and taken over."""
    imported = read(content, by=by, at=at, kind=kind, **named)
    history.take_over(imported, by=by, at=at)
    work.func(str(imported.pk))
    imported.refresh_from_db()
    return imported
