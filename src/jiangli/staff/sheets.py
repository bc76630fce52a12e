"""Tables as spreadsheets. What is text stays text: no cell becomes a formula or a link."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
