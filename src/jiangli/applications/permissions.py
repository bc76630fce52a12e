"""Reasons why not, for those who claim. One function serves the button, its tooltip and the guard."""

from datetime import date

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.models import Application, Channel
from jiangli.applications.stages import Filer, filers
from jiangli.applications.status import NEXT, Status
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.status import Standing, standing
from jiangli.registers.models import Organisation, Person


def acts_for(application: Application, user: User) -> bool:
    """Whether this user may act for whoever claims.

    That is the person, a clerk of the organisation that claims or files for them, or, of a paper form that is
    being entered at the counter, the officer who keys it in.
    """
    if application.claimant and application.claimant.account_id == user.pk:
        return True
    if application.channel == Channel.COUNTER and application.entered_by_id == user.pk:
        return user.is_officer
    clerks = Organisation.objects.acted_for_by(user)
    return application.organisation_id is not None and clerks.filter(pk=application.organisation_id).exists()


def _not_theirs(application: Application, user: User) -> str | None:
    if not acts_for(application, user):
        return _("Only the applicant can do this.")
    return None


def cannot_take(programme: Programme) -> str | None:
    """Why no new case of this programme is taken here, however it comes: a draft, another system's, or its mode."""
    law = rule(programme.version)
    if law.document.status == "draft":
        return _is_draft()
    if programme.mode != Mode.OPEN:
        return _("This programme does not take applications here.")
    return None


def cannot_apply_here(programme: Programme, *, on: date, filer: Filer = Filer.PERSON) -> str | None:
    """Why nobody of this kind can apply for this programme here on that day."""
    law = rule(programme.version)
    return _is_not_open(programme, law, on=on) or cannot_file_as(law, filer) or cannot_take(programme)


def filer_of(application: Application) -> Filer:
    """As whom a case is handed in: its person, its organisation, or an organisation for its person."""
    if application.organisation_id is None:
        return Filer.PERSON
    return Filer.ORGANISATION if application.claimant_id is None else Filer.EMPLOYER


def _is_draft() -> str:
    return _("This is a draft for comments. One can try out what it would pay, and nothing is paid yet.")


def _is_not_open(programme: Programme, law: "rules.Programme", *, on: date) -> str | None:
    now = standing(programme, law, on=on)
    if now == Standing.DRAFT:
        return _is_draft()
    if now == Standing.ELSEWHERE:
        return _("Claims are made and decided in another system, not here.")
    if now == Standing.COMING:
        return _("The time to apply has not begun yet.")
    return _("The time to apply is over.") if now == Standing.CLOSED else None


def cannot_file_as(law: "rules.Programme", filer: Filer) -> str | None:
    """Why a claim is not handed in by somebody of this kind, with the way that is open instead."""
    allowed = filers(law)
    if filer in allowed:
        return None
    if Filer.AGENCY in allowed:
        return _("Nobody applies for this: it is paid from the published list.")
    if Filer.ORGANISATION in allowed:
        return _("An organisation claims this for itself. Sign in for yours, then apply.")
    if Filer.PERSON not in allowed:
        return _("Your employer hands this in for you. Ask its clerk.")
    return _("Each person applies for this alone; nobody hands it in for them.")


def cannot_begin(application: Application, user: User, *, on: date) -> str | None:
    """Why this case, which is not saved yet, cannot be begun by this user on that day."""
    programme = Programme.objects.with_law().get(pk=application.programme_code)
    if reason := cannot_apply_here(programme, on=on, filer=filer_of(application)):
        return reason
    return _not_theirs(application, user)


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


def cannot_lapse(application: Application, *, on: date) -> str | None:
    """Why a case cannot be closed for want of a correction now."""
    if application.status != Status.RETURNED:
        return _("Only an application that waits for its correction can lapse.")
    if application.correct_by is None or on <= application.correct_by:
        return _("There is still time to correct this application.")
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


def cannot_be_paid_to(party: Person | Organisation, account_name: str) -> str | None:
    """Why no money goes to this account: it is in another name than the party's. Shows both."""
    if account_name == party.name:
        return None
    return _(
        "The account is in the name “%(account)s”, you are listed as “%(person)s”. The two must be the same."
    ) % {"account": account_name, "person": party.name}
