"""Tables that people take away, as spreadsheets or CSV. In a spreadsheet no cell becomes a formula or a link."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
Cell = str | int | date | None


class Fen(int):
    """An amount in fen; written in yuan with two decimals."""


def workbook(headings: Sequence[object], rows: Iterable[Sequence[Cell]], *, text: bool = False) -> bytes:
    """One sheet with a line of headings. ``text``: what is typed into it stays text, so no number is rounded."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, str(heading), bold)
        sheet.set_column(column, column, 18, book.add_format({"num_format": "@"}) if text else None)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Fen):
                sheet.write_number(line, column, int(cell) / 100, money)
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, str(cell))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def plain(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV, marked as UTF-8 for spreadsheets."""
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def download(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file to keep; never stored by a cache on the way."""
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
