"""Take over staged rows: each becomes an earlier payment, or a case in progress elsewhere. Safe to run twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiangli.registers.history import comparing
from jiangli.registers.history.comparing import Known, Record, same_payment, source_of
from jiangli.registers.history.models import ElsewhereCase, HistoryImport, StagedRow
from jiangli.registers.history.scopes import PREFIX
from jiangli.registers.history.staging import said_of
from jiangli.registers.history.status import ImportKind, StagedState
from jiangli.registers.models import Certificate, EarlierPayment, Person
from jiangli.registers.queries import identity_index


def take(imported: HistoryImport, rows: Sequence[StagedRow]) -> None:
    """Make what these good rows say; a row whose thing came meanwhile another way becomes a duplicate."""
    said = {row.pk: said_of(row) for row in rows}
    _make_known(list(said.values()))
    known = comparing.known_of(said.values())
    payments: list[EarlierPayment] = []
    cases: list[ElsewhereCase] = []
    for row in rows:
        if _came_meanwhile(imported, said[row.pk], known):
            row.state = StagedState.DUPLICATE
            continue
        row.state = StagedState.TAKEN
        if imported.kind == ImportKind.PAID:
            payments.append(_payment(imported, said[row.pk], known))
        else:
            cases.append(_case(imported, said[row.pk], known))
    EarlierPayment.objects.bulk_create(payments)
    ElsewhereCase.objects.bulk_create(cases)
    StagedRow.objects.bulk_update(rows, ["state"])


def _make_known(said: list[Record]) -> None:
    """Persons and certificates that nobody knew yet. When rows name organisations, they are made here too."""
    names = {identity_index(row["id_number"]): row for row in said if row["id_number"]}
    numbers = {row["certificate"] for row in said if row["certificate"]}
    known = comparing.known_of(said)
    Person.objects.bulk_create(
        [
            Person(id_number_index=index, id_number=row["id_number"], name=row["name"])
            for index, row in names.items()
            if index not in known.persons
        ],
        ignore_conflicts=True,
    )
    Certificate.objects.bulk_create(
        [Certificate(number=number) for number in sorted(numbers - set(known.certificates))],
        ignore_conflicts=True,
    )


def _came_meanwhile(imported: HistoryImport, said: Record, known: Known) -> bool:
    if imported.kind == ImportKind.ELSEWHERE:
        return known.case_of(said) is not None
    return any(
        same_payment(paid, said) or paid.source == source_of(imported, said)
        for paid in known.payments_of(said)
    )


def _payment(imported: HistoryImport, said: Record, known: Known) -> EarlierPayment:
    return EarlierPayment(
        programme_code=said["programme"],
        series=series_of(imported.scope),
        person=known.person(said),
        certificate=known.certificate(said),
        period=said["period"],
        paid_on=date.fromisoformat(said["paid_on"]),
        amount_fen=said["amount_fen"],
        source=source_of(imported, said),
        history_import=imported,
    )


def _case(imported: HistoryImport, said: Record, known: Known) -> ElsewhereCase:
    return ElsewhereCase(
        scope=imported.scope,
        programme_code=said["programme"],
        series=series_of(imported.scope),
        person=known.person(said),
        certificate=known.certificate(said),
        name=said["name"],
        office=said["office"],
        number=said["number"],
        filed_on=date.fromisoformat(said["filed_on"]),
        said=said["said"],
        history_import=imported,
    )


def series_of(scope: str) -> str:
    """The series of a scope; empty for a programme alone."""
    return scope.removeprefix(PREFIX) if scope.startswith(PREFIX) else ""
