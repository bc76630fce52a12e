"""A published list of what was recognised, as a sheet: all rows or none are taken; a second officer confirms them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules, sheets
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.actions import person_of_number
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.loads import dictionary
from jiangli.registers.models import Organisation, Person
from jiangli.registers.names import could_be_person_name
from jiangli.registers.queries import find_person
from jiangli.registers.recognitions.actions import Document, Entry, confirm, put_down
from jiangli.registers.recognitions.kinds import kind_of
from jiangli.registers.recognitions.models import Recognition, RecognitionState, Source
from jiangli.registers.recognitions.permissions import cannot_enter

HOLDER, ID_NUMBER, CREDIT_CODE, NAME, CODE, ABOUT = (
    "姓名或单位", "身份证号", "统一社会信用代码", "登记名称", "登记编号", "考核对象编号",
)  # fmt: skip
MOST_ROWS = 2000


class Faulty(Refused):
    """Rows that cannot be taken: [(row as the spreadsheet counts, what to do)]."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.rows = rows
        super().__init__(_("%(n)s rows cannot be taken. Nothing was kept.") % {"n": len(rows)})


@dataclass(frozen=True)
class Taken:
    """A list that waits for the second officer: its key and how many entries it has."""

    batch: uuid.UUID
    entries: int


def columns(kind: rules.Recognised) -> list[str]:
    """The headings of a sheet of this kind, for the template."""
    about = [ABOUT] if kind.about else []
    return [HOLDER, ID_NUMBER, CREDIT_CODE, NAME, CODE, *about, *(_label(name) for name in kind.facts)]


def _label(name: str) -> str:
    return dictionary()[name].label.zh


def holder_of(*, name: str, id_number: str = "", credit_code: str = "") -> Person | Organisation:
    """Who is meant: an organisation by its code, else a person by number and name. Refused where they do not agree.

    A person nobody knew is kept under the name; an organisation has to be known.
    """
    if credit_code.strip():
        code = normalise_credit_code(credit_code)
        if fault := credit_code_fault(code):
            raise Refused(fault)
        found = Organisation.objects.filter(credit_code=code).first()
        if found is None:
            raise Refused(
                _("No organisation of this code is known here. Have it sign in or load its register.")
            )
        return found
    if not name.strip() or not id_number.strip():
        raise Refused(_("Write the credit code of the organisation, or name and identity number."))
    known = find_person(id_number)
    if known is not None and not could_be_person_name(name.strip(), known):
        raise Refused(_("This number belongs to somebody of another name. Look at both again."))
    return known or person_of_number(id_number, name=name)


@transaction.atomic
def take_list(kind_id: str, document: Document, content: bytes, *, by: User, at: datetime) -> Taken:
    """Read a sheet of one kind; every row becomes a proposed entry. Faulty, and nothing is kept, if one is wrong."""
    if reason := cannot_enter(by, on=clock.day_of(at)):
        raise Refused(reason)
    kind, batch = kind_of(kind_id), uuid.uuid4()
    rows, faults = _rows(content), []
    for number, cells in rows:
        try:
            with transaction.atomic():
                put_down(_entry(kind, cells), document, source=Source.LIST, batch=batch, by=by, at=at)
        except Refused as refusal:
            faults.append((number, str(refusal)))
    if faults:
        raise Faulty(faults)
    return Taken(batch, len(rows))


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        table = sheets.rows(content, heading=HOLDER)
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None
    found = [n for n, cells in enumerate(table[:10]) if HOLDER in map(_text, cells)]
    if not found:
        raise Refused(_("The sheet has no column “%(name)s”. Download the template.") % {"name": HOLDER})
    head = [_text(cell) for cell in table[found[0]]]
    rows = [(n, _cells(head, cells)) for n, cells in enumerate(table[found[0] + 1 :], found[0] + 2)]
    rows = [(n, cells) for n, cells in rows if any(cells.values())]
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(_("The sheet has to have 1 to %(most)s rows.") % {"most": MOST_ROWS})
    return rows


def _cells(head: Sequence[str], cells: Sequence[Any]) -> dict[str, str]:
    return {
        name: "(rounded)" if rules.rounded(cell) else _text(cell)
        for name, cell in zip(head, cells, strict=False)
    }


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _entry(kind: rules.Recognised, cells: Mapping[str, str]) -> Entry:
    said = {name: cells.get(_label(name), "") for name in kind.facts}
    name, code = cells.get(HOLDER, ""), cells.get(CREDIT_CODE, "")
    party = holder_of(name=name, id_number=cells.get(ID_NUMBER, ""), credit_code=code)
    if isinstance(party, Organisation) and name and name != party.name:
        raise Refused(_("This code belongs to an organisation of another name. Look at both again."))
    about = Recognition.objects.filter(code=cells.get(ABOUT, "")).first() if kind.about else None
    return Entry(kind.id, party, cells.get(NAME, ""), said, cells.get(CODE, ""), about)


def waiting(batch: uuid.UUID) -> Any:
    """The entries of a list that nobody confirmed yet."""
    return Recognition.objects.filter(batch=batch, state=RecognitionState.PROPOSED, source=Source.LIST)


@transaction.atomic
def confirm_list(batch: uuid.UUID, *, by: User, at: datetime) -> int:
    """The second officer's word on a whole list; all of it or nothing. Says how many."""
    rows = list(waiting(batch).order_by("pk"))
    if not rows:
        raise Refused(_("This list was dealt with already."))
    for row in rows:
        confirm(row, by=by, at=at)
    record("recognition.list_confirmed", rows[0], by=by, at=at, batch=str(batch), entries=len(rows))
    return len(rows)
