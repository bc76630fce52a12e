"""Reasons why not, for those who claim. One function serves the button, its tooltip and the guard."""

from datetime import date

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.models import Application, Channel
from jiangli.applications.stages import claimed_by_list
from jiangli.applications.status import NEXT, Status
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.rounds import cannot_file
from jiangli.programmes.status import Standing, standing
from jiangli.registers.models import Person
from jiangli.rules.nodes import Literal

FILING = ("file", "file_before")
TAKING = (Mode.OPEN, Mode.BACK_ENTRY)  # modes in which a case is taken at all
CARRIED = ("file", "review", "pay")  # kinds of stages that a claim can pass through here


def _not_theirs(application: Application, user: User) -> str | None:
    if application.claimant.account_id != user.pk:
        return _("Only the applicant can do this.")
    return None


def cannot_take(programme: Programme) -> str | None:
    """Why no new case of this programme is taken here, however it comes: its mode, which follows its file."""
    if programme.mode in TAKING:
        return None
    if programme.mode == Mode.SIMULATION:
        return _is_only_tried(rule(programme.version))
    return _("This programme does not take applications here.")


def cannot_file_here(programme: Programme, *, on: date) -> str | None:
    """Why nobody can file for this programme here on that day; outside a round one may still begin a draft."""
    law = rule(programme.version)
    return cannot_apply_here(programme, on=on) or cannot_file(programme, law, on=on)


def cannot_apply_here(programme: Programme, *, on: date) -> str | None:
    """Why nobody can apply for this programme here on that day: it is not open, or its kind is not taken online yet."""
    law = rule(programme.version)
    return _is_not_open(programme, law, on=on) or cannot_be_carried(law) or cannot_take(programme)


def _is_draft() -> str:
    return _("This is a draft for comments. One can try out what it would pay, and nothing is paid yet.")


def _is_only_tried(law: "rules.Programme") -> str:
    if law.document.status == "draft":
        return _is_draft()
    return _("This can only be read and tried out here. No claims are taken.")


def _is_not_open(programme: Programme, law: "rules.Programme", *, on: date) -> str | None:
    now = standing(programme, law, on=on)
    if now in (Standing.DRAFT, Standing.SIMULATION):
        return _is_only_tried(law)
    if now == Standing.BACK_ENTRY:
        return _("Officers enter past cases at the counter. One cannot apply online.")
    if now == Standing.ELSEWHERE:
        return _("Claims are made and decided in another system, not here.")
    if now == Standing.COMING:
        return _("The time to apply has not begun yet.")
    return _("The time to apply is over.") if now == Standing.CLOSED else None


def cannot_be_carried(law: "rules.Programme") -> str | None:
    """Why claims of this kind are not taken online yet, with the way that is open instead."""
    first = next((stage for stage in law.stages if stage.kind in FILING), None)
    if claimed_by_list(law):
        return _("Nobody applies for this: it is paid from the published list.")
    if law.claimant != "person":
        return _("Organisations cannot apply online here yet. Hand in the papers at the counter.")
    if first is not None and first.agency == "employer":
        return _("Your employer hands this in at the counter; it is not taken online here yet.")
    if law.lines in {"person", "month"}:
        return _("Claims with a list of persons or months are not taken online here yet. Go to the counter.")
    if not has_fixed_amounts(law):
        return _("An officer finds out the amount. Not taken online here yet: go to the counter.")
    if any(stage.outside or stage.kind not in CARRIED for stage in law.stages):
        return _("Not taken online here yet: hand in the papers at the counter.")
    return None


def has_fixed_amounts(law: "rules.Programme") -> bool:
    """Whether the notice itself names every sum."""
    sums = [rate.amount for rate in law.amount.rates if rate.amount]
    return bool(sums) and all(isinstance(amount.node, Literal) for amount in sums)


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
