"""Reasons why a case cannot be given to somebody, or a pass cannot be taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.reviews.models import Act, Opinion
from jiangli.reviews.permissions import assigned_to, cannot_deal, cannot_review
from jiangli.reviews.stages import decides, next_stage
from jiangli.reviews.work.models import Phrase

UNDO = timedelta(minutes=30)
LEADS = {Role.SUPERVISOR, Role.APPROVER}


def leads(user: User, *, on: date) -> bool:
    """True for those who see the whole office's work and give cases out: its supervisor and its approvers."""
    return user.is_officer and bool(roles_of(user, on=on) & LEADS)


def cannot_assign(application: Application, by: User, to: User, *, on: date) -> str | None:
    """Why this officer cannot give the case to that one."""
    if not leads(by, on=on):
        return _("Only the supervisor or an approver gives cases out.")
    if not Application.objects.visible_to(by).filter(pk=application.pk).exists():
        return _("The case is with another agency at this stage.")
    if is_own(application, [by]):
        return _("Nobody handles their own case. A colleague has to take it.")
    return _cannot_be_given_to(application, to, by, on=on)


def cannot_hand_over(application: Application, by: User, to: User, *, on: date) -> str | None:
    """Why this officer cannot hand the case over to that colleague."""
    if by == to:
        return _("You deal with this case already.") if assigned_to(application) == by else None
    return cannot_review(application, by, on=on) or _cannot_be_given_to(application, to, by, on=on)


def _cannot_be_given_to(application: Application, to: User, by: User, *, on: date) -> str | None:
    if not to.is_active or to.agency_id != by.agency_id:
        return _("Choose a colleague of your agency.")
    if reason := cannot_deal(application, to, on=on):
        return _("%(name)s cannot deal with it. What they would be told: “%(reason)s”") % {
            "name": to.name,
            "reason": reason,
        }
    return None


def cannot_give_back(application: Application, by: User, *, on: date) -> str | None:
    """Why this officer cannot lay the case back for whoever takes it."""
    officer = assigned_to(application)
    if officer is None or application.status != Status.SUBMITTED:
        return _("Nobody deals with this case.")
    if officer in stands_in_for(by, on=on):
        return None
    if officer.agency_id == by.agency_id and leads(by, on=on):
        return None
    return _("%(name)s is dealing with this case.") % {"name": officer.name}


def last_pass(application: Application) -> Opinion | None:
    """The newest opinion, if it is a pass."""
    opinion = application.opinions.order_by("at", "pk").last()
    return opinion if opinion and opinion.act == Act.PASS else None


def cannot_take_back(application: Application, by: User, *, at: datetime) -> str | None:
    """Why a pass cannot be taken back: it decided, too late, another's, or somebody has touched the case since."""
    opinion = last_pass(application)
    if opinion is None or opinion.by_id != by.pk:
        return _("Only whoever passed the case can take that back.")
    if decides(programme_of(application), opinion.stage) or application.status != Status.SUBMITTED:
        return _("This pass was the decision. A decision is not taken back; it can be reconsidered.")
    if at - opinion.at > UNDO:
        return _("A pass can be taken back for %(n)s minutes only.") % {"n": UNDO.seconds // 60}
    if application.stage != next_stage(programme_of(application), opinion.stage):
        return _("The case has gone on since.")
    if _touched_since(application, opinion) or application.publications.filter(live=True).exists():
        return _("Somebody has begun to deal with the case since.")
    return None


def _touched_since(application: Application, opinion: Opinion) -> bool:
    """Whether anybody did anything with the case after this pass; what the clock noted does not count."""
    events = Event.objects.about(application)
    passed = events.filter(name="stage.pass", at=opinion.at, by=opinion.by_id).last()
    return passed is None or events.filter(pk__gt=passed.pk, by__isnull=False).exists()


def cannot_edit_phrase(phrase: Phrase, by: User, *, on: date) -> str | None:
    """Why this officer cannot write or change these words."""
    if phrase.agency_id != by.agency_id or (phrase.officer_id not in (None, by.pk)):
        return _("These words are a colleague's.")
    if phrase.officer_id is None and not leads(by, on=on):
        return _("The words of the whole agency are kept by its supervisor or an approver.")
    return None
