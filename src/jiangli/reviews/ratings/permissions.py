"""Reasons why not: who rates what, who looks into a bad rating, and who reads its words."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Commitment, Visit
from jiangli.applications.permissions import is_own
from jiangli.applications.status import Status
from jiangli.reviews.ratings.models import LookInto, Rating

LOOKS_INTO = {role for role in Role if role in ("approver", "supervisor")}


def is_closed(application: Application) -> bool:
    """Refused, lapsed, or approved and paid to the last fen. What was withdrawn nobody dealt with."""
    if application.status != Status.APPROVED:
        return application.status in (Status.REFUSED, Status.LAPSED)
    promised = Commitment.objects.filter(application=application, fen__isnull=False)
    return promised.exists() and not promised.filter(paid_fen__lt=F("fen")).exists()


def cannot_rate(
    application: Application, *, by: User | None = None, visit: Visit | None = None, at: datetime
) -> str | None:
    """Why this case cannot be rated, or not by them: its claimant, a clerk, or who holds its query password."""
    if reason := _is_strange(application, by, visit, at):
        return reason
    if not is_closed(application):
        return _("A case can be rated when it is closed: paid, refused, or lapsed.")
    if Rating.objects.filter(application=application).exists():
        return _("This case has been rated. You can still add a remark.")
    return None


def cannot_remark(
    rating: Rating, *, by: User | None = None, visit: Visit | None = None, at: datetime
) -> str | None:
    """Why nothing can be added to this rating by them."""
    if reason := _is_strange(rating.application, by, visit, at):
        return reason
    return _("A remark was added already.") if rating.remarked_at else None


def _is_strange(application: Application, by: User | None, visit: Visit | None, at: datetime) -> str | None:
    if visit is not None and visit.application_id == application.pk and visit.until > at:
        return None
    own = Application.objects.filter(pk=application.pk)
    if by is not None and not by.is_officer and own.visible_to(by).exists():
        return None
    return _("Only whoever claimed rates a case.")


def dealt_with(application: Application | UUID, user: User) -> bool:
    """Whether the officer gave an opinion on the case, themselves or through a deputy, decided it or keyed it in."""
    case = application if isinstance(application, Application) else Application.objects.get(pk=application)
    given = case.opinions.filter(Q(by=user) | Q(on_behalf_of=user)).exists()
    return given or case.entered_by_id == user.pk


def cannot_read_words(rating: Rating, user: User) -> str | None:
    """Why the officer reads the grade, but not what was written: a bad rating of their own work, not answered yet."""
    if rating.agency_id != user.agency_id:
        return _("The rating is about another agency.")
    task = LookInto.objects.filter(rating=rating).first()
    if task is not None and task.answered_at is None and dealt_with(rating.application, user):
        return _("You dealt with this case. You can read the words once it has been looked into.")
    return None


def cannot_look_into(task: LookInto, user: User, *, on: date) -> str | None:
    """Why this officer cannot answer a bad rating. In an office with no other approver the one there is may."""
    rating = task.rating
    if rating.agency_id != user.agency_id:
        return _("The rating is about another agency.")
    if not LOOKS_INTO & roles_of(user, on=on):
        return _("Your post does not include this. An approver of your agency looks into it.")
    if task.answered_at:
        return _("This has been looked into already.")
    if is_own(rating.application, [user]):
        return _("Nobody handles their own case. A colleague has to take it.")
    if dealt_with(rating.application, user) and _somebody_else(rating, user):
        return _("You dealt with this case. A colleague has to look into it.")
    return None


def _somebody_else(rating: Rating, user: User) -> bool:
    """Whether another active officer with the post did not deal with the case."""
    others = User.objects.filter(agency=rating.agency_id, is_active=True, posts__role__in=LOOKS_INTO)
    return any(not dealt_with(rating.application, other) for other in others.exclude(pk=user.pk).distinct())
