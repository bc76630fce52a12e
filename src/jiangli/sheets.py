"""Spreadsheets that people bring: XLSX or XLS, or CSV in UTF-8 or GB18030, as rows of cells."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import python_calamine

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class NoSheet(ValueError):
    """What was brought is no sheet that can be opened; the caller says what to bring instead."""


def rows(content: bytes, *, heading: str) -> list[Sequence[Any]]:
    """Every row of the first sheet, empty ones too, so that the first is row 1 as the spreadsheet counts.

    ``heading`` stands among the headings; it tells whether a CSV is cut at commas or at tabs.
    """
    if content.startswith(WORKBOOKS):
        return _workbook(content)
    text = _text(content)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, heading)))
    except csv.Error as error:
        raise NoSheet(str(error)) from error


def _workbook(content: bytes) -> list[Sequence[Any]]:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (python_calamine.CalamineError, OSError) as error:
        raise NoSheet(str(error)) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoSheet("no text in UTF-8 or GB18030")


def _delimiter(text: str, heading: str) -> str:
    headings = next((line for line in text.splitlines() if heading in line), "")
    return "\t" if "\t" in headings else ","
