"""File the rows of a roster that are in order: as lines of one case, or each person's as a case of their own.

What a row's state says is what was done: a step changes cases and rows in one transaction, so that whoever comes
after a dead worker takes up the rows that are left, and no row is filed twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications import actions as applications
from jiangli.applications.actions.drafts import ACCOUNT
from jiangli.applications.asking import asks_of_case
from jiangli.applications.models import Application, Channel, Line
from jiangli.applications.permissions import cannot_edit
from jiangli.applications.roster_models import TO_FILE, Roster, RosterRow, RosterState, RowState
from jiangli.applications.rosters.checking import draft_of
from jiangli.applications.rosters.columns import Shape, shape_of
from jiangli.applications.rosters.evidence import hang_on
from jiangli.applications.rosters.staging import STEP, Overtaken, step
from jiangli.applications.rosters.words import fault, in_chinese
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.bulk import insert, unswept
from jiangli.correspondence.actions import tell
from jiangli.programmes.queries import held, rule
from jiangli.refused import Refused
from jiangli.registers.actions import person_of_number
from jiangli.registers.in_bulk import certificates_of_numbers, persons_of_numbers, settle_names
from jiangli.registers.models import Person
from jiangli.registers.queries import normalise_identity_number


@unswept()
def file_rows(pk: UUID | str, *, at: datetime) -> None:
    """File what is left of a roster that is being filed. Safe to run twice, also at once."""
    roster = Roster.objects.select_related("version", "organisation", "filed_by", "application").get(pk=pk)
    if roster.state != RosterState.FILING:
        return
    with in_chinese():
        try:
            if shape_of(rule(roster.version)) is Shape.WHOLE:
                _file_whole(roster, at=at)
            else:
                _file_each(roster, at=at)
        except Overtaken:
            return


def _left(roster: Roster) -> Sequence[RosterRow]:
    """The next rows, without what filing does not read."""
    left = roster.rows.filter(state__in=TO_FILE).defer("account", "faults", "notes", "asks")
    return list(left.order_by("number")[:STEP])


def _file_whole(roster: Roster, *, at: datetime) -> None:
    """Every row a line of the organisation's case; then the case is handed in, or stays a draft that says why."""
    if _was_handed_in(roster) and not _left(roster):
        _close(roster, at=at)  # whoever handed it in died before this
        return
    try:
        case = _case_of(roster, at=at)
    except Refused as refusal:
        _close(roster, at=at, trouble=str(refusal))
        return
    while rows := _left(roster):
        with step(roster, at=at) as now:
            now.application = case
            _add_lines(roster, case, rows, at=at)
            now.position += len(rows)
    trouble = ""
    try:
        assert roster.filed_by is not None  # whoever had it filed
        applications.submit(case, by=roster.filed_by, at=at)
    except Refused as refusal:
        trouble = str(refusal)
    _close(roster, at=at, trouble=trouble)


def _was_handed_in(roster: Roster) -> bool:
    return roster.application is not None and roster.application.status == Status.SUBMITTED


def _case_of(roster: Roster, *, at: datetime) -> Application:
    """The draft that takes the rows: the one that is begun, or a new one with the organisation's account.

    A step of its own, so that of two workers the late one begins no second draft.
    """
    by, organisation = roster.filed_by, roster.organisation
    assert by is not None
    with step(roster, at=at) as now:
        case = draft_of(now)
        if case is None or cannot_edit(case, by):
            case = applications.start(None, roster.programme_code, organisation=organisation, by=by, at=at)
        account = {name: getattr(organisation, name) for name in ACCOUNT}
        if all(account.values()) and not case.account_number:
            case = applications.save_answers(case, account=account, by=by, at=at)
        now.application = case
    roster.application = case
    return case


def _add_lines(roster: Roster, case: Application, rows: Sequence[RosterRow], *, at: datetime) -> None:
    numbers = {row.pk: normalise_identity_number(row.given["id_number"]) for row in rows}
    persons = persons_of_numbers({numbers[row.pk]: row.name for row in rows})
    settle_names(list(persons.values()))
    certificates = certificates_of_numbers({row.certificate_number for row in rows} - {""})
    last = case.lines.aggregate(last=Max("number"))["last"] or 0
    lines = [
        Line(
            application=case,
            number=place,
            person=persons[numbers[row.pk]],
            certificate=certificates.get(row.certificate_number),
            stated=row.stated,
        )
        for place, row in enumerate(rows, last + 1)
    ]
    insert(lines)
    keys = case.lines.filter(number__gt=last).order_by("number").values_list("pk", flat=True)
    for row, line, key in zip(rows, lines, keys, strict=True):
        line.pk = key
        row.line, row.application = line, case
    _point_to_lines(rows)
    RosterRow.objects.filter(pk__in=[row.pk for row in rows]).update(application=case, state=RowState.FILED)
    hang_on(rows, by=roster.filed_by, at=at)
    record("roster.lines_added", case, by=roster.filed_by, at=at, rows=len(rows))


def _point_to_lines(rows: Sequence[RosterRow]) -> None:
    """Write the line of each row. ``bulk_update`` takes a third of the filing for it: a clause for every row."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {RosterRow._meta.db_table} SET line_id = %s WHERE id = %s",
            [(row.line_id, row.pk) for row in rows],
        )


def _file_each(roster: Roster, *, at: datetime) -> None:
    """A case for each person. One that is refused says why on its rows, and the others go on."""
    for numbers in list(_groups(roster)):
        with transaction.atomic():
            left = roster.rows.select_for_update(of=("self",)).filter(state__in=TO_FILE, number__in=numbers)
            rows = list(left.order_by("number"))
            if rows:
                _file_group(roster, rows, at=at)
                done = Roster.objects.filter(pk=roster.pk)
                done.update(position=F("position") + len(rows), touched_at=at)
    _close(roster, at=at)


def _groups(roster: Roster) -> Iterator[list[int]]:
    """The numbers of the rows of each case: one by one, or all of a person where a case has lines."""
    left = roster.rows.filter(state__in=TO_FILE).order_by("number").values_list("number", "holder")
    found: dict[str, list[int]] = {}
    for number, holder in left:
        found.setdefault(holder if has_roster(rule(roster.version)) else str(number), []).append(number)
    yield from found.values()


def _file_group(roster: Roster, rows: Sequence[RosterRow], *, at: datetime) -> None:
    try:
        with transaction.atomic(), held():
            case = _file_person(roster, rows, at=at)
    except Refused as refusal:
        words = fault("", _same(str(refusal)))
        for row in rows:
            row.state, row.faults = RowState.STOPPED, [words]
            row.save(update_fields=["state", "faults"])
        return
    for row in rows:
        row.state, row.application = RowState.FILED, case
        row.save(update_fields=["state", "application", "line", "person", "certificate"])


def _same(sentence: str) -> rules.Words:
    return rules.Words(sentence, sentence)


def _file_person(roster: Roster, rows: Sequence[RosterRow], *, at: datetime) -> Application:
    """One person's case, through the same steps as one that the person files; Refused leaves nothing of it."""
    first, by, law = rows[0], roster.filed_by, rule(roster.version)
    assert by is not None
    person = person_of_number(first.given["id_number"], name=first.name)
    organisation = roster.organisation
    case = applications.start(
        person, roster.programme_code, organisation=organisation, channel=Channel.UNIT, by=by, at=at
    )
    if case.organisation_id != organisation.pk:
        raise Refused(
            _("This person has begun an application of their own. They hand it in, or withdraw it first.")
        )
    account = {"account_name": first.name, **first.account_given}
    case = applications.save_answers(case, stated=_answers(law, first), account=account, by=by, at=at)
    _lines_of(case, rows, person)
    hang_on(rows, by=by, at=at)
    return applications.submit(case, by=by, at=at, in_roster=True).application


def _answers(law: rules.Programme, row: RosterRow) -> dict[str, object]:
    """What of the row its case is asked."""
    asked = {ask.fact.name for ask in asks_of_case(law)}
    said = {**row.stated, "certificate.number": row.given.get("certificate_number", "")}
    return {name: value for name, value in said.items() if name in asked and value not in (None, "")}


def _lines_of(case: Application, rows: Sequence[RosterRow], person: Person) -> None:
    """The rows as lines of the case, or its only line."""
    certificates = certificates_of_numbers({row.certificate_number for row in rows} - {""})
    own = list(case.lines.order_by("number"))
    for place, row in enumerate(rows):
        line = own[place] if place < len(own) else Line(application=case, number=place + 1)
        line.person, line.certificate = person, certificates.get(row.certificate_number)
        line.stated = row.stated if has_roster(rule(row.roster.version)) else line.stated
        line.save()
        row.application, row.line, row.person, row.certificate = case, line, person, line.certificate


def _close(roster: Roster, *, at: datetime, trouble: str = "") -> None:
    """The end of the filing, with its numbers; whoever had it filed is told once."""
    with transaction.atomic():
        now = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
        if now.state != RosterState.FILING:
            return
        filed = now.rows.filter(state=RowState.FILED).count()
        left = now.rows.exclude(state__in=[RowState.FILED, RowState.REMOVED]).count()
        now.state, now.filed_at, now.touched_at = RosterState.FILED, at, at
        now.notes = [fault("", _same(trouble))] if trouble else []
        now.save()
        record("roster.filed", now, by=now.filed_by, at=at, filed=filed, left=left)
        _tell(now, filed, left, at=at)


def _tell(roster: Roster, filed: int, left: int, *, at: datetime) -> None:
    person = Person.objects.filter(account=roster.filed_by).first()
    if person is not None:
        tell(
            "roster.filed",
            person=person,
            about=roster.application_id,
            once=f"roster:{roster.pk}:{at.isoformat()}",
            at=at,
            programme=rule(roster.version).title,
            taken=filed,
            faulty=left,
        )
