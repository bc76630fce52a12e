"""Every write of the consultation: asking, taking, answering, handing over, closing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.actions import count_attempt
from jiangli.accounts.models import Agency, PhoneCode, User
from jiangli.audit.actions import record
from jiangli.correspondence import actions as correspondence
from jiangli.correspondence.consultation.models import (
    Answer,
    Question,
    QuestionKind,
    QuestionState,
    Referral,
)
from jiangli.correspondence.consultation.permissions import (
    cannot_answer,
    cannot_ask,
    cannot_settle,
    cannot_take,
    cannot_take_back,
)
from jiangli.correspondence.consultation.queries import readers_of
from jiangli.fields import blind_index
from jiangli.programmes.calendar import working_days_after
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person

PROOF_LIFE = timedelta(hours=1)  # how long after its code a phone may ask and read
MOST_A_DAY = 10
LONGEST = 1000  # characters of a question
LONGEST_ANSWER = 2000


def proves(proof: PhoneCode | None, *, at: datetime) -> bool:
    """Whether the code came back, and not too long ago."""
    return proof is not None and proof.proved_at is not None and at <= proof.proved_at + PROOF_LIFE


@transaction.atomic
def ask(
    text: str,
    *,
    kind: QuestionKind,
    agency: Agency | None = None,
    programme: Programme | None = None,
    person: Person | None = None,
    organisation: Organisation | None = None,
    proof: PhoneCode | None = None,
    at: datetime,
) -> Question:
    """Ask: as the ``person`` who is signed in, for an ``organisation`` too, or with a phone that was just proved.

    The agency of the programme answers, else the one that was chosen. Refused without either, or when too
    many questions of the asker wait already.
    """
    said = _said(text, LONGEST)
    answers = programme.agency if programme else agency
    if answers is None:
        raise Refused(_("Choose a programme, or the agency that should answer."))
    index = ""
    if person is None:
        if proof is None or not proves(proof, at=at):
            raise Refused(_("Prove your phone first: we tell you there when the answer has come."))
        index = proof.phone_index
    key = index or blind_index(f"asker:{organisation.pk if organisation else person.pk if person else ''}")
    count_attempt("question", key, limit=MOST_A_DAY, within=timedelta(days=1), at=at)  # its row is the lock
    if reason := cannot_ask(person=person, organisation=organisation, phone_index=index):
        raise Refused(reason)
    question = Question.objects.create(
        person=person,
        organisation=organisation,
        phone=proof.phone if proof and person is None else "",
        phone_index=index,
        kind=kind,
        programme=programme,
        agency=answers,
        text=said,
        asked_at=at,
        due_on=_promised(answers, at),
    )
    record(
        "question.asked", question, by=person.account if person else None, at=at,
        agency=answers.pk, programme=programme.pk if programme else "", kind=str(kind),
    )  # fmt: skip
    return question


def _said(text: str, longest: int) -> str:
    said = text.strip()
    if not said:
        raise Refused(_("Write something first."))
    if len(said) > longest:
        raise Refused(_("Write at most %(most)s characters.") % {"most": longest})
    return said


def _promised(agency: Agency, at: datetime) -> date:
    return working_days_after(clock.day_of(at), agency.questions_within_days)


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update().get(pk=question.pk)


@transaction.atomic
def take(question: Question, *, by: User, at: datetime) -> Question:
    """Say that one deals with it, or take it over from a colleague."""
    question = _locked(question)
    if reason := cannot_take(question, by, on=clock.day_of(at)):
        raise Refused(reason)
    before = question.taken_by_id
    question.taken_by, question.taken_at = by, at
    question.save(update_fields=["taken_by", "taken_at"])
    record("question.taken", question, by=by, at=at, before=str(before or ""))
    return question


@transaction.atomic
def answer(question: Question, text: str, *, by: User, at: datetime) -> Answer:
    """Answer, or answer again better; the asker is told that there is something to read, never what."""
    question = _locked(question)
    if reason := cannot_answer(question, by, on=clock.day_of(at)):
        raise Refused(reason)
    number = question.answers.count() + 1
    row = Answer.objects.create(
        question=question, number=number, text=_said(text, LONGEST_ANSWER), by=by, at=at
    )
    question.state = QuestionState.ANSWERED
    question.settled_at = question.settled_at or at
    question.save(update_fields=["state", "settled_at"])
    record("question.answered", question, by=by, at=at, version=number)
    _tell_answered(question, number, at=at)
    return row


@transaction.atomic
def refer(question: Question, agency: Agency, reason: str, *, by: User, at: datetime) -> Question:
    """Hand it over to another agency, which promises anew; the asker reads where it is and why."""
    question = _locked(question)
    if why := cannot_settle(question, by, on=clock.day_of(at)):
        raise Refused(why)
    if agency.pk == question.agency_id:
        raise Refused(_("Choose another agency. The question is with this one."))
    Referral.objects.create(
        question=question, sender=question.agency, receiver=agency, reason=_said(reason, 300), by=by, at=at
    )
    sender = question.agency_id
    question.agency, question.state = agency, QuestionState.PASSED
    question.taken_by = question.taken_at = None
    question.due_on = _promised(agency, at)
    question.save(update_fields=["agency", "state", "taken_by", "taken_at", "due_on"])
    record("question.passed_on", question, by=by, at=at, sender=sender, receiver=agency.pk)
    _tell_passed_on(question, at=at)
    return question


@transaction.atomic
def close(question: Question, reason: str, *, by: User, at: datetime) -> Question:
    """Close it without an answer: asked twice, not ours, no question at all. The asker reads why."""
    question = _locked(question)
    if why := cannot_settle(question, by, on=clock.day_of(at)):
        raise Refused(why)
    question.closed_because = _said(reason, 300)
    _end(question, at=at)
    record("question.closed", question, by=by, at=at)
    _tell_closed(question, at=at)
    return question


@transaction.atomic
def take_back(question: Question, *, by: User | None, phone_index: str = "", at: datetime) -> Question:
    """The asker needs no answer any more."""
    question = _locked(question)
    if why := cannot_take_back(question, by, phone_index):
        raise Refused(why)
    _end(question, at=at)
    record("question.taken_back", question, by=by, at=at)
    return question


def _end(question: Question, *, at: datetime) -> None:
    question.state, question.settled_at = QuestionState.CLOSED, at
    question.save(update_fields=["state", "settled_at", "closed_because"])


def _tell_answered(question: Question, number: int, *, at: datetime) -> None:
    _tell("question.answered", question, once=f"question.answered:{question.pk}:{number}", at=at)


def _tell_passed_on(question: Question, *, at: datetime) -> None:
    once = f"question.passed_on:{question.pk}:{question.referrals.count()}"
    _tell("question.passed_on", question, once=once, at=at, due_on=question.due_on)


def _tell_closed(question: Question, *, at: datetime) -> None:
    _tell("question.closed", question, once=f"question.closed:{question.pk}", at=at)


def _tell(event: str, question: Question, *, once: str, at: datetime, **values: Any) -> None:
    """To whoever asked. Neither the question nor the answer is said: a phone is read by others too."""
    values |= {"agency": question.agency.names, "asked_on": clock.day_of(question.asked_at)}
    if question.person is None:
        correspondence.tell(event, phone=question.phone, once=once, at=at, **values)
    else:
        correspondence.tell_all(event, readers_of(question), once=once, at=at, **values)
