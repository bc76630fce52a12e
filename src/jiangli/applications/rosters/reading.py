"""Read the sheet of a roster: XLSX, XLS or CSV, with the headings of the template in either language."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules, sheets
from jiangli.applications.rosters.columns import Column, folded, titles
from jiangli.applications.rosters.template import EXAMPLES, MOST_ROWS
from jiangli.refused import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
HEADINGS = ("姓名", "Name")
LOOKED_AT = 15  # rows in which the headings are looked for
LONGEST = 200  # characters of a cell that are kept


@dataclass(frozen=True)
class Read:
    """A row as it stands in the sheet: its number there, counted from 1, and its cells by the key of their column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """What was read. ``unused``: headings of columns that nothing is done with."""

    rows: tuple[Read, ...]
    unused: tuple[str, ...]


def read(content: bytes, law: rules.Programme) -> Sheet:
    """The rows below the headings, without examples and empty ones. Refused, with the remedy, if it is none."""
    table = _table(content)
    head, columns, unused = _heading(table, titles(law))
    rows = tuple(
        Read(number, cells)
        for number, line in enumerate(table[head + 1 :], start=head + 2)
        if (cells := _cells(line, columns)) and not _is_example(cells)
    )
    if not rows:
        raise Refused(_("The sheet has headings and no rows. Fill it in and bring it again."))
    if len(rows) > MOST_ROWS:
        raise Refused(_("The sheet has more than %(most)s rows. Split it.") % {"most": f"{MOST_ROWS:,}"})
    return Sheet(rows, tuple(unused))


def _table(content: bytes) -> list[Sequence[Any]]:
    if len(content) > MOST_BYTES or _unpacked(content) > MOST_UNPACKED:
        raise Refused(_("This sheet is too large. Keep the rows only, and split it if need be."))
    cannot = _("This sheet cannot be opened. Save it as XLSX and bring it again.")
    for heading in HEADINGS:
        try:
            table = sheets.rows(content, heading=heading)
        except sheets.NoSheet:
            raise Refused(cannot) from None
        if any(folded(cell) == folded(heading) for line in table[:LOOKED_AT] for cell in line):
            return table
    return table


def _unpacked(content: bytes) -> int:
    """How large a workbook becomes when it is opened; 0 for what is none."""
    if not content.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return sum(part.file_size for part in book.infolist())
    except zipfile.BadZipFile:
        return 0


def _heading(
    table: list[Sequence[Any]], known: Mapping[str, Column]
) -> tuple[int, dict[str, int], list[str]]:
    for index, line in enumerate(table[:LOOKED_AT]):
        found: dict[str, int] = {}
        unused = []
        for place, cell in enumerate(line):
            column = known.get(folded(cell))
            if column is not None:
                found.setdefault(column.key, place)
            elif str(cell).strip():
                unused.append(str(cell).strip()[:40])
        if {"name", "id_number"} <= found.keys():
            return index, found, [title for title in unused if folded(title) not in _OURS]
    raise Refused(
        _(
            "No headings found. Among the first rows there must be one with “姓名” and “身份证号”, as in the template."
        )
    )


_OURS = {folded("要改的地方"), folded("What to correct")}


def _cells(line: Sequence[Any], columns: Mapping[str, int]) -> dict[str, str]:
    texts = {key: cell_text(line[place]) for key, place in columns.items() if place < len(line)}
    return {key: text for key, text in texts.items() if text}


def _is_example(cells: Mapping[str, str]) -> bool:
    number = folded(cells.get("number", ""))
    return any(number == folded(example) for examples in EXAMPLES for example in examples)


def cell_text(raw: Any) -> str:
    """A cell as text. A number that the spreadsheet has rounded stays recognisable as one (3.30109E+17)."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if rules.rounded(raw) and not isinstance(raw, str):
        return f"{raw:.5E}"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else repr(raw)
    return str(raw).strip()[:LONGEST]
