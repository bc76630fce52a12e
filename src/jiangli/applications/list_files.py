"""Read a published list from a spreadsheet: XLSX, or CSV in UTF-8 or GB18030; every bad row says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules, sheets
from jiangli.refused import Refused
from jiangli.registers.identity_numbers import identity_number_fault, normalise_identity_number

COLUMNS = ("姓名", "身份证号", "等级", "证书编号", "发证日期")
NEEDED = COLUMNS[:4]
MOST_ROWS = 20_000


@dataclass(frozen=True)
class ListedPerson:
    """A row that can be read. ``level`` is a value of the enum ``level``; ``rank`` its place in it."""

    number: int
    name: str
    id_number: str
    level: str
    rank: int
    certificate_number: str
    issue_date: date | None


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read, and the remedy."""

    number: int
    name: str
    reason: str


def read_list(content: bytes, dictionary: rules.Dictionary) -> list[ListedPerson | BadRow]:
    """The rows below the heading, numbered as in the sheet. Refused if it is no sheet or lacks a column."""
    table = _table(content)
    head, columns = _heading(table)
    levels = dictionary.enums["level"]
    names = {choice.label.say("zh"): choice.id for choice in levels.choices}
    rows: list[ListedPerson | BadRow] = []
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        record = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        if any(str(value).strip() for value in record.values()):
            rows.append(_row(number, record, names, levels.ranks))
    if not rows:
        raise Refused(_("The sheet has a heading and no rows."))
    if len(rows) > MOST_ROWS:
        raise Refused(_("The sheet has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
    return rows


def _table(content: bytes) -> list[Sequence[Any]]:
    try:
        return sheets.rows(content, heading=NEEDED[0])
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None


def _heading(table: list[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(table[:10]):
        words = [str(cell).strip() for cell in cells]
        if all(name in words for name in NEEDED):
            return index, {name: words.index(name) for name in COLUMNS if name in words}
    raise Refused(
        _("No heading found. The first rows must hold the columns %(columns)s.")
        % {"columns": "、".join(NEEDED)}
    )


def _row(
    number: int, record: dict[str, object], names: dict[str, str], ranks: object
) -> ListedPerson | BadRow:
    name, level = _text(record["姓名"]), _text(record["等级"])
    if isinstance(record["身份证号"], float):
        return BadRow(
            number, name, _("身份证号: the sheet has rounded this number. Store the column as text.")
        )
    id_number = normalise_identity_number(_text(record["身份证号"]))
    if not name:
        return BadRow(number, name, _("姓名: is empty. Write the name."))
    if fault := identity_number_fault(id_number):
        return BadRow(number, name, f"身份证号: {fault}")
    if level not in names:
        allowed = "、".join(names)
        return BadRow(
            number,
            name,
            _("等级: “%(level)s” is none of %(allowed)s.") % {"level": level, "allowed": allowed},
        )
    certificate_number = _text(record["证书编号"])
    if not certificate_number:
        return BadRow(
            number, name, _("证书编号: is empty. Look it up: without it a certificate could be paid twice.")
        )
    issued = _day(record.get("发证日期", ""))
    if isinstance(issued, str):
        return BadRow(number, name, _("发证日期: “%(day)s” is no day. Write 2024-08-20.") % {"day": issued})
    rank = ranks[names[level]]  # type: ignore[index]
    return ListedPerson(number, name, id_number, names[level], rank, certificate_number, issued)


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _day(cell: object) -> date | str | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell).replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return date.fromisoformat("-".join(part.zfill(2) for part in text.split("-")))
    except ValueError:
        return text
