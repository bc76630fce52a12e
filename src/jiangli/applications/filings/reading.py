"""Read a sheet of trainees: XLSX, or CSV in UTF-8 or GB18030; every fault names row, column and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli import rules, sheets
from jiangli.applications.filings.law import asked_of_trainee
from jiangli.refused import Refused
from jiangli.registers.identity_numbers import normalise_identity_number
from jiangli.rules.given import text_of

NAME, ID_NUMBER, PHONE = "姓名", "身份证号", "手机号"
HEADING_ROWS = 10  # a title may stand above the headings


@dataclass(frozen=True)
class SheetRow:
    """A row as it was read: ``facts`` by name in the contract's values."""

    number: int
    name: str
    id_number: str
    phone: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class RowFault:
    """What is wrong in a row, in which column, and what to do."""

    row: int
    name: str
    column: str
    remedy: str


@dataclass(frozen=True)
class Read:
    rows: tuple[SheetRow, ...]
    faults: tuple[RowFault, ...]


def columns_of(law: rules.Programme) -> dict[str, str]:
    """The headings of a sheet for this programme → the fact each holds; blank: no fact of the law."""
    facts = {law.dictionary[name].label.zh: name for name in asked_of_trainee(law)}
    return {NAME: "", ID_NUMBER: "", **facts, PHONE: ""}


def read_trainees(content: bytes, law: rules.Programme, *, most: int) -> Read:
    """The rows below the headings, numbered as in the sheet. Refused if it is no sheet or lacks a column."""
    try:
        table = sheets.rows(content, heading=NAME)
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None
    columns = columns_of(law)
    head, places = _heading(table, columns)
    rows, faults, seen = [], [], dict[str, int]()
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        record = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if not any(str(value).strip() for value in record.values()):
            continue
        row, found = _row(number, record, columns, law)
        twice = seen.setdefault(row.id_number, number) if row.id_number else number
        if twice != number:
            found.append((ID_NUMBER, _("This number stands in row %(row)s already.") % {"row": twice}))
        faults += [RowFault(number, row.name, column, remedy) for column, remedy in found]
        rows += [] if found else [row]
    if not rows and not faults:
        raise Refused(_("The sheet has a heading and no rows."))
    if len(rows) + len({fault.row for fault in faults}) > most:
        raise Refused(
            _("A class has at most %(most)s trainees. File the others as a second class.") % {"most": most}
        )
    return Read(tuple(rows), tuple(faults))


def _heading(table: list[Sequence[Any]], columns: dict[str, str]) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(table[:HEADING_ROWS]):
        words = [str(cell).strip() for cell in cells]
        if NAME in words and ID_NUMBER in words:
            return index, {name: words.index(name) for name in columns if name in words}
    raise Refused(
        _("No heading found. The first rows must hold the columns %(columns)s.")
        % {"columns": "、".join((NAME, ID_NUMBER))}
    )


def _row(
    number: int, record: dict[str, Any], columns: dict[str, str], law: rules.Programme
) -> tuple[SheetRow, list[tuple[str, str]]]:
    found: list[tuple[str, str]] = []
    plain: dict[str, str] = {}
    for name in (NAME, ID_NUMBER, PHONE):
        raw = record.get(name, "")
        if rules.rounded(raw):
            rounded = _(
                "The spreadsheet has rounded this number. Store the column as text, then type it again."
            )
            found.append((name, rounded))
            raw = ""
        plain[name] = text_of(raw)
    answers = {fact: record[name] for name, fact in columns.items() if fact and name in record}
    given = rules.facts_from(law.dictionary, answers, only=answers)
    heads = {fact: name for name, fact in columns.items()}
    found += [(heads[slip.fact], slip.words.say(_language())) for slip in given.slips]
    number_said = normalise_identity_number(plain[ID_NUMBER])
    return SheetRow(number, plain[NAME], number_said, plain[PHONE], given.facts), found


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
