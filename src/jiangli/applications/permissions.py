"""Reasons why not, for those who claim. One function serves the button, its tooltip and the guard."""

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application, Channel
from jiangli.applications.status import NEXT, Status
from jiangli.programmes.models import Mode, Programme
from jiangli.registers.models import Person


def _not_theirs(application: Application, user: User) -> str | None:
    if application.claimant.account_id != user.pk:
        return _("Only the applicant can do this.")
    return None


def cannot_take(programme: Programme) -> str | None:
    """Why no new case of this programme is taken here: its mode."""
    if programme.mode != Mode.OPEN:
        return _("This programme does not take applications here.")
    return None


def cannot_start(programme: Programme, claims_by_list: bool) -> str | None:
    """Why nobody can begin an application for this programme."""
    if reason := cannot_take(programme):
        return reason
    if claims_by_list:
        return _("Nobody applies for this: it is paid from the published list.")
    return None


def cannot_edit(application: Application, user: User) -> str | None:
    """Why the answers and photographs of a case cannot be changed now."""
    if reason := _not_theirs(application, user):
        return reason
    if application.status == Status.SUBMITTED:
        return _("The application is being reviewed. Withdraw it if something has to change.")
    if application.status not in {Status.DRAFT, Status.RETURNED}:
        return _("This application is closed.")
    return None


def cannot_submit(application: Application, user: User) -> str | None:
    """Why a case cannot be filed now, apart from what is missing in it and what the rules say."""
    return cannot_edit(application, user)


def cannot_withdraw(application: Application, user: User) -> str | None:
    """Why a case cannot be withdrawn now."""
    if reason := _not_theirs(application, user):
        return reason
    if Status.WITHDRAWN not in NEXT[Status(application.status)]:
        return _("A decided or closed application cannot be withdrawn.")
    return None


def cannot_confirm_card(application: Application, user: User, waiting: bool) -> str | None:
    """Why a card cannot be given for a case that came by a published list."""
    if reason := _not_theirs(application, user):
        return reason
    if application.channel != Channel.LIST or application.status != Status.SUBMITTED or not waiting:
        return _("No card is asked for at this point.")
    return None


def cannot_renew_password(application: Application, user: User) -> str | None:
    """Why no new query password can be given."""
    if reason := _not_theirs(application, user):
        return reason
    if application.number is None:
        return _("The query password is given when the application is filed.")
    return None


def cannot_be_paid_to(person: Person, account_name: str) -> str | None:
    """Why no money goes to this account: it is in another name than the person's. Shows both."""
    if account_name == person.name:
        return None
    return _(
        "The account is in the name “%(account)s”, you are listed as “%(person)s”. The two must be the same."
    ) % {"account": account_name, "person": person.name}
