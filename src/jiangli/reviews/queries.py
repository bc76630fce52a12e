"""The work that waits for an officer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.applications.models import Application, Line, LineState, Standing
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.registers.models import Clerk, ClerkState, Person
from jiangli.reviews.models import Act, Assignment, Decision, Opinion, Strike
from jiangli.reviews.stages import is_review, roles_at


def decision_of(application: Application) -> Decision | None:
    """The decision that stands; None before, or while the case is looked at again."""
    return Decision.objects.filter(application=application, set_aside_at=None).first()


def stages_for(user: User, *, on: date) -> list[tuple[str, int, str]]:
    """(programme, stage, title) of every stage of review at which the officer may act on that day."""
    roles = roles_of(user, on=on)
    found: list[tuple[str, int, str]] = []
    if user.agency is None or not user.agency.works_here:
        return found
    for programme in Programme.objects.with_law():
        compiled = rule(programme.version)
        for index, stage in enumerate(compiled.stages):
            mine = is_review(stage) and stage.agency == user.agency_id and not stage.outside
            if mine and roles_at(compiled, index) & roles:
                found.append((programme.code, index, stage.title.say("zh")))
    return found


def own(user: User) -> Q:
    """Cases that are the officer's own: their claim, a roster they stand on, an organisation they act for."""
    persons = Person.objects.filter(Q(officer=user) | Q(account=user)).values("pk")
    on_roster = Line.objects.filter(application=OuterRef("pk"), person__in=persons)
    acting = Clerk.objects.filter(person__in=persons, state=ClerkState.ACTIVE).values("organisation")
    claimed = Q(claimant__isnull=False) & Q(claimant__in=persons)
    return claimed | Q(Exists(on_roster)) | (Q(organisation__isnull=False) & Q(organisation__in=acting))


def filed_together(application: Application) -> QuerySet[Application]:
    """The cases its organisation filed for this programme on that day, this one among them; none of a person's."""
    if application.organisation_id is None or application.first_filed_at is None:
        return Application.objects.none()
    morning = datetime.combine(clock.day_of(application.first_filed_at), time.min, clock.SHANGHAI)
    return Application.objects.filter(
        organisation=application.organisation_id,
        programme_code=application.programme_code,
        first_filed_at__gte=morning,
        first_filed_at__lt=morning + timedelta(days=1),
    )


@dataclass(frozen=True)
class LineFaults:
    """What is wrong with one line, in the words of its officers: (part, words). ``struck``: it was left out."""

    number: int
    name: str
    faults: tuple[tuple[str, str], ...]
    struck: bool


def faults_of_lines(application: Application) -> list[LineFaults]:
    """What whoever claims may read of each line: what it was returned with, struck off for, or failed for.

    Nothing while the case is under review: what officers found so far is not said yet. ``part`` is a fact's name,
    the id of a condition, or empty for the line as a whole.
    """
    if application.status not in SAID:
        return []
    found: dict[int, list[tuple[str, str]]] = {}
    for number, part, words in _returned(application):
        found.setdefault(number, []).append((part, words))
    struck = {row.line.number: row for row in _strikes(application)}
    for number, row in struck.items():
        found.setdefault(number, []).append((row.condition, row.reason))
    if application.status != Status.RETURNED:
        failing = Standing.objects.filter(application=application, state=LineState.FAILS)
        for number, reasons in failing.values_list("line__number", "reasons"):
            said = [
                (row["id"], row["zh"]) for row in reasons if row["state"] is False and not row.get("told")
            ]
            found.setdefault(number, []).extend(said)
    lines = application.lines.select_related("person").filter(number__in=found) if len(found) < 500 else None
    rows = lines if lines is not None else application.lines.select_related("person")
    return [
        LineFaults(line.number, _name(line), tuple(found[line.number]), line.number in struck)
        for line in rows
        if line.number in found
    ]


SAID = {Status.RETURNED, Status.APPROVED, Status.REFUSED, Status.LAPSED}


def _returned(application: Application) -> Iterator[tuple[int, str, str]]:
    """(line, fact, reason) of the newest return: its fields ``line:<number>`` or ``line:<number>:<fact>``."""
    last = application.opinions.filter(act=Act.RETURN).last()
    if application.status != Status.RETURNED or last is None:
        return
    for row in last.fields:
        kind, _colon, rest = row["field"].partition(":")
        number, _colon, part = rest.partition(":")
        if kind == "line" and number.isdecimal():
            yield int(number), part, row["reason"]


def _strikes(application: Application) -> QuerySet[Strike]:
    return Strike.objects.filter(line__application=application, lifted_at=None).select_related("line")


def _name(line: Line) -> str:
    return line.person.name if line.person else str(line.stated.get("person.name", ""))


def queue(user: User, *, on: date) -> QuerySet[Application]:
    """Cases that wait at a stage of the officer's agency and post, the earliest filed first."""
    at_stage = Q(pk__in=[])
    for code, index, _title in stages_for(user, on=on):
        at_stage |= Q(programme_code=code, stage=index)
    return (
        Application.objects.visible_to(user)
        .filter(at_stage, status=Status.SUBMITTED)
        .exclude(own(user))
        .order_by("first_filed_at", "pk")
    )


def mine(user: User, *, on: date) -> QuerySet[Application]:
    """Cases of the queue that the officer has taken at this stage."""
    taken = Assignment.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"), officer=user)
    return queue(user, on=on).filter(Exists(taken))


def done_by_agency(user: User) -> QuerySet[Application]:
    """Cases on which someone of the officer's agency has given an opinion, the newest first."""
    given = Opinion.objects.filter(application=OuterRef("pk"), by__agency=user.agency_id)
    return Application.objects.visible_to(user).filter(Exists(given)).order_by("-submitted_at")


def waiting_for_claimants(user: User) -> QuerySet[Application]:
    """Cases of the officer's agency that were returned and not corrected yet."""
    return Application.objects.visible_to(user).filter(status=Status.RETURNED).order_by("first_filed_at")
