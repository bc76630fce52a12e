"""Stage a sheet: each row read, compared with what is there and with the rows above it, and kept to be looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiangli.registers.history import comparing
from jiangli.registers.history.comparing import Known, Record, same_payment, source_of
from jiangli.registers.history.models import HistoryImport, StagedRow
from jiangli.registers.history.reading import BATCH, NAME, Reader
from jiangli.registers.history.status import ImportKind, StagedState
from jiangli.registers.names import could_be_person_name
from jiangli.registers.rows import Row


def stage(imported: HistoryImport, reader: Reader, rows: Sequence[tuple[int, Record]]) -> list[StagedRow]:
    """Keep these rows of the sheet, each with its state; says which."""
    read = [reader.row(number, cells) for number, cells in rows]
    known = comparing.known_of(said for _row, said in read)
    above = _above(imported, [said for row, said in read if not row.faults])
    staged = []
    for row, said in read:
        print_ = "" if row.faults else comparing.fingerprint(imported, said)
        if not row.faults:
            _compare_names(row, said, known)
        again = not row.faults and _is_there(imported, row, said, known, above.get(print_))
        if print_ and print_ not in above:
            above[print_] = (row.number, said)
        staged.append(_staged(imported, row, said, print_, again=again))
    return StagedRow.objects.bulk_create(staged)


def _staged(imported: HistoryImport, row: Row, said: Record, fingerprint: str, *, again: bool) -> StagedRow:
    state = StagedState.FAULTY if row.faults else StagedState.DUPLICATE if again else StagedState.GOOD
    return StagedRow(
        history_import=imported,
        number=row.number,
        name=said["name"][:60],
        amount_fen=said.get("amount_fen") or None,
        cells=json.dumps({"said": said, "raw": _raw(row)}, ensure_ascii=False),
        fingerprint=fingerprint,
        state=state,
        faults=[{"field": fault.field, "remedy": fault.remedy} for fault in row.faults],
    )


def _raw(row: Row) -> dict[str, str]:
    """The cells as they stand in the sheet, to give a bad row back."""
    return {name: "" if cell is None else str(cell) for name, cell in row.cells.items()}


def _above(imported: HistoryImport, said: list[Record]) -> dict[str, tuple[int, Record]]:
    """Rows of earlier batches of this sheet that have one of these fingerprints."""
    prints = {comparing.fingerprint(imported, row) for row in said}
    rows = imported.rows.filter(fingerprint__in=prints).order_by("-number")
    return {row.fingerprint: (row.number, said_of(row)) for row in rows}


def said_of(row: StagedRow) -> Record:
    """What a staged row says; KeyError once its cells were dropped."""
    said: Record = json.loads(row.cells)["said"]
    return said


def raw_of(row: StagedRow) -> dict[str, Any]:
    """The cells of the sheet; {} once they were dropped."""
    raw: dict[str, Any] = json.loads(row.cells)["raw"] if row.cells else {}
    return raw


def _compare_names(row: Row, said: Record, known: Known) -> None:
    person = known.person(said)
    if person is not None and not could_be_person_name(said["name"], person):
        row.blame(
            NAME,
            _("The registers have “%(known)s” under this number. Compare both with the identity card.")
            % {"known": person.name},
        )


def _is_there(
    imported: HistoryImport, row: Row, said: Record, known: Known, above: tuple[int, Record] | None
) -> bool:
    """Whether the row stands above or in the registers. What is like it but not the same is a fault."""
    if above is not None:
        if comparing.substance(imported, above[1]) == comparing.substance(imported, said):
            return True
        row.blame(BATCH, _differs(_("Row %(row)d") % {"row": above[0]}))
        return False
    if imported.kind == ImportKind.ELSEWHERE:
        return known.case_of(said) is not None
    there = list(known.payments_of(said))
    if any(same_payment(paid, said) for paid in there):
        return True
    for paid in there:
        if paid.source == source_of(imported, said):
            row.blame(BATCH, _differs(f"{paid.source}, {paid.paid_on}, {paid.amount_fen / 100:,.2f}"))
    return False


def _differs(what: str) -> str:
    return _(
        "%(what)s has the same person, certificate and batch with another day or sum. Correct the wrong one; "
        "if both were paid, give them different batches."
    ) % {"what": what}
