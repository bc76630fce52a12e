"""Who deals with a case: given out, handed over, given back. And what officers keep: phrases, filters, visits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.deciding import opine
from jiangli.reviews.models import Act, Assignment
from jiangli.reviews.permissions import assigned_to
from jiangli.reviews.work.models import HandOver, Phrase, SavedFilter, Seen
from jiangli.reviews.work.permissions import (
    cannot_assign,
    cannot_edit_phrase,
    cannot_give_back,
    cannot_hand_over,
    cannot_take_back,
    last_pass,
)

VISIT = timedelta(minutes=30)  # pages opened within this time are one visit
SAVED = 20  # filters that one officer keeps


@transaction.atomic
def assign(application: Application, to: User, *, text: str = "", by: User, at: datetime) -> Assignment:
    """Give a case to an officer who may act on it, whoever had it. Safe to run twice."""
    application = locked(application)
    if reason := cannot_assign(application, by, to, on=clock.day_of(at)):
        raise Refused(reason)
    return _give(application, to, "application.assigned", text=text, by=by, at=at)


@transaction.atomic
def hand_over(application: Application, to: User, *, text: str, by: User, at: datetime) -> Assignment:
    """Hand a case that one deals with to a colleague, with a word on why or how far it is."""
    application = locked(application)
    if reason := cannot_hand_over(application, by, to, on=clock.day_of(at)):
        raise Refused(reason)
    if not text.strip():
        raise Refused(_("Say in a sentence how far the case is, or why you hand it over."))
    return _give(application, to, "application.handed_over", text=text, by=by, at=at)


@transaction.atomic
def give_back(application: Application, *, text: str = "", by: User, at: datetime) -> Application:
    """Lay a case back: it waits again for whoever takes it."""
    application = locked(application)
    if reason := cannot_give_back(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    application.assignments.filter(stage=application.stage).delete()
    _note(application, None, text, by=by, at=at)
    record("application.given_back", application, by=by, at=at, stage=application.stage)
    return application


@transaction.atomic
def take_back(application: Application, *, by: User, at: datetime) -> Application:
    """Take a pass back that did not decide and that nobody has touched since: the case stands at its stage again."""
    application = locked(application)
    if reason := cannot_take_back(application, by, at=at):
        raise Refused(reason)
    opinion = last_pass(application)
    assert opinion is not None  # cannot_take_back asked
    application.stage = opinion.stage
    application.save(update_fields=["stage"])
    opine(application, Act.UNDO, opinion.assessment, by=by, at=at)
    return application


def _give(application: Application, to: User, event: str, *, text: str, by: User, at: datetime) -> Assignment:
    had = assigned_to(application)
    row, _made = Assignment.objects.update_or_create(
        application=application, stage=application.stage, defaults={"officer": to, "at": at}
    )
    if had != to:
        _note(application, to, text, by=by, at=at)
        record(event, application, by=by, at=at, stage=application.stage, to=str(to.pk))
    return row


def _note(application: Application, to: User | None, text: str, *, by: User, at: datetime) -> None:
    HandOver.objects.create(
        application=application, stage=application.stage, officer=to, text=text.strip(), by=by, at=at
    )


@transaction.atomic
def visit(application: Application, *, by: User, at: datetime) -> Seen:
    """Note that an officer looks at a case; pages opened one after the other are one visit."""
    row, made = Seen.objects.select_for_update().get_or_create(
        application=application, officer=by, defaults={"at": at}
    )
    if not made:
        if at - row.at > VISIT:
            row.before = row.at
        row.at = at
        row.save(update_fields=["at", "before"])
    return row


@transaction.atomic
def keep_phrase(phrase: Phrase, *, by: User, at: datetime) -> Phrase:
    """Write or change words that are used again; those of the whole agency are its leads' to keep."""
    before = Phrase.objects.select_for_update().get(pk=phrase.pk) if phrase.pk else phrase
    for row in (before, phrase):
        if reason := cannot_edit_phrase(row, by, on=clock.day_of(at)):
            raise Refused(reason)
    phrase.text = phrase.text.strip()
    if not phrase.text:
        raise Refused(_("Write the words."))
    phrase.save()
    record("phrase.kept", phrase, by=by, at=at, kind=phrase.kind)
    return phrase


@transaction.atomic
def drop_phrase(phrase: Phrase, *, by: User, at: datetime) -> None:
    """Take words away; what was written with them stays."""
    if reason := cannot_edit_phrase(phrase, by, on=clock.day_of(at)):
        raise Refused(reason)
    record("phrase.dropped", phrase, by=by, at=at, kind=phrase.kind)
    phrase.delete()


@transaction.atomic
def save_filter(name: str, query: str, *, by: User, at: datetime) -> SavedFilter:
    """Keep a look at the queue under a name; the same name again replaces it."""
    name = name.strip()
    if not name or len(name) > 40:
        raise Refused(_("Give the filter a name of at most 40 characters."))
    if len(query) > 1000:
        raise Refused(_("This filter is too long to keep."))
    others = SavedFilter.objects.filter(officer=by).exclude(name=name)
    if others.count() >= SAVED:
        raise Refused(_("You have %(n)s filters. Take one away first.") % {"n": SAVED})
    row, _made = SavedFilter.objects.update_or_create(officer=by, name=name, defaults={"query": query})
    record("filter.saved", row, by=by, at=at)
    return row


@transaction.atomic
def drop_filter(row: SavedFilter, *, by: User, at: datetime) -> None:
    """Take one's own filter away."""
    if row.officer_id != by.pk:
        raise Refused(_("This is a colleague's filter."))
    record("filter.dropped", row, by=by, at=at)
    row.delete()
