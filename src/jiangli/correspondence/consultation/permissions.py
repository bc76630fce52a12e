"""Reasons why not, for askers and for officers."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli.accounts.models import Agency, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.correspondence.consultation.models import Entry, Question, QuestionState
from jiangli.registers.models import Organisation, Person

MOST_WAITING = 3  # questions of one asker that wait for an answer at once
ANSWERS = {role for role in Role if role in ("reviewer", "approver", "counter", "supervisor")}
PUBLISHES = {role for role in Role if role in ("approver", "supervisor")}


def cannot_ask(
    *, person: Person | None = None, organisation: Organisation | None = None, phone_index: str = ""
) -> str | None:
    """Why this asker cannot ask one more question now."""
    if organisation and person and not organisation.clerks.active().filter(person=person).exists():
        return _("You do not act for this organisation.")
    waiting = Question.objects.waiting()
    if organisation:
        waiting = waiting.filter(organisation=organisation)
    elif person:
        waiting = waiting.filter(person=person, organisation=None)
    else:
        waiting = waiting.of_phone(phone_index)
    if waiting.count() >= MOST_WAITING:
        return ngettext(
            "%(count)s question of yours waits for an answer. Ask again when it has been answered.",
            "%(count)s questions of yours wait for an answer. Ask again when one has been answered.",
            MOST_WAITING,
        ) % {"count": MOST_WAITING}
    return None


def is_asker(question: Question, user: User | None, phone_index: str = "") -> bool:
    """Whether it is this person's own question: signed in, as clerk, or by the proved phone."""
    if question.person_id is None:
        return bool(phone_index) and question.phone_index == phone_index
    if user is None or not user.is_authenticated or user.is_officer:
        return False
    return Question.objects.visible_to(user).filter(pk=question.pk).exists()


def cannot_take_back(question: Question, user: User | None, phone_index: str = "") -> str | None:
    """Why this asker cannot take the question back."""
    if not is_asker(question, user, phone_index):
        return _("Only whoever asked can take a question back.")
    if not question.waits:
        return _("This question is settled already.")
    return None


def cannot_deal_with(question: Question, user: User, *, on: date) -> str | None:
    """Why this officer cannot take, answer, close or hand over this question."""
    if question.agency_id != user.agency_id:
        return _("The question is with another agency.")
    if not ANSWERS & roles_of(user, on=on):
        return _("Your post does not include answering questions.")
    asker = question.person
    if asker and user.pk in (asker.account_id, asker.officer_id):
        return _("Nobody answers their own question. A colleague has to do it.")
    if question.state == QuestionState.CLOSED:
        return _("This question is closed.")
    return None


def cannot_answer(question: Question, user: User, *, on: date) -> str | None:
    """As above; and a colleague who took it answers it, unless the account is closed or one stands in."""
    if reason := cannot_deal_with(question, user, on=on):
        return reason
    holder = question.taken_by if question.waits else None
    if holder and holder.is_active and holder not in stands_in_for(user, on=on):
        return _("%(name)s has taken this question. Take it over first.") % {"name": holder.name}
    return None


def cannot_take(question: Question, user: User, *, on: date) -> str | None:
    """Why this officer cannot take the question, or take it over from a colleague."""
    if reason := cannot_deal_with(question, user, on=on):
        return reason
    if not question.waits:
        return _("This question is settled already.")
    return _("You have taken this question already.") if question.taken_by_id == user.pk else None


def cannot_settle(question: Question, user: User, *, on: date) -> str | None:
    """Why this officer can neither hand the question over nor close it without an answer."""
    if not question.waits:
        return _("This question is settled already.")
    return cannot_answer(question, user, on=on)


def cannot_publish(agency: Agency | str, user: User, *, on: date) -> str | None:
    """Why this officer cannot write into the FAQ of the agency."""
    if (agency.pk if isinstance(agency, Agency) else agency) != user.agency_id:
        return _("The entry belongs to another agency.")
    if not PUBLISHES & roles_of(user, on=on):
        return _("Your post does not include publishing. An approver of your agency does it.")
    return None


def cannot_change_entry(entry: Entry, user: User, *, on: date) -> str | None:
    """Why this officer cannot change, move or retire this entry."""
    return cannot_publish(entry.agency_id, user, on=on)
