"""Reasons why not, for those who claim. One function serves the button, its tooltip and the guard."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import programme_of
from jiangli.applications.banned import banned
from jiangli.applications.models import Application, Channel
from jiangli.applications.stages import Filer, filers
from jiangli.applications.status import NEXT, Status
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import in_force, programmes_of, rule
from jiangli.programmes.rounds import cannot_file
from jiangli.programmes.status import Standing, standing
from jiangli.registers.models import ClerkState, Organisation, Person

BACK_DAYS = 60  # so far back a paper form may have come in: the offices' own rule, no law names one

TAKING = (Mode.OPEN, Mode.BACK_ENTRY)  # modes in which a case is taken at all

TO_ORGANISATION = {"employer_receipt", "union_account"}  # routes on which the money goes to an organisation


def acts_for(application: Application, user: User) -> bool:
    """Whether this user may act for whoever claims.

    That is the person, a clerk of the organisation that claims or files for them, or, of a paper form that is
    being entered or corrected at the counter, the officers there.
    """
    if application.claimant and application.claimant.account_id == user.pk:
        return True
    if application.status in {Status.DRAFT, Status.RETURNED} and keys_in(application, user):
        return True
    clerks = Organisation.objects.acted_for_by(user)
    return application.organisation_id is not None and clerks.filter(pk=application.organisation_id).exists()


def keys_in(application: Application, user: User) -> bool:
    """Whether this officer enters this paper form: whoever began it, or a counter clerk of the same agency.

    Never their own claim.
    """
    if application.channel != Channel.COUNTER or not user.is_officer or application.entered_by is None:
        return False
    if application.entered_by.agency_id != user.agency_id or is_own(application, [user]):
        return False
    return application.entered_by_id == user.pk or user.posts.filter(role=Role.COUNTER).exists()


def is_own(application: Application, people: Iterable[User]) -> bool:
    """True if the case is the claim of one of these people: the officer, or whoever they stand in for here.

    It is theirs, too, where they stand on its roster or act for the organisation that claims.
    """
    keys = {user.pk for user in people}
    persons = Person.objects.filter(Q(account__in=keys) | Q(officer__in=keys))
    lines = application.lines.filter(person__in=persons)
    clerks = Q(clerkships__organisation=application.organisation_id, clerkships__state=ClerkState.ACTIVE)
    return (
        (application.claimant_id is not None and persons.filter(pk=application.claimant_id).exists())
        or lines.exists()
        or (application.organisation_id is not None and persons.filter(clerks).exists())
    )


def _not_theirs(application: Application, user: User) -> str | None:
    if not acts_for(application, user):
        return _("Only the applicant can do this.")
    return None


def cannot_take(programme: Programme) -> str | None:
    """Why no new case of this programme is taken here, however it comes: its mode, which follows its file."""
    if programme.mode in TAKING:
        return None
    if programme.mode == Mode.SIMULATION:
        return _is_only_tried(rule(programme.version))
    return _("This programme does not take applications here.")


def cannot_file_here(
    programme: Programme, *, on: date, filer: Filer | None = None, counter: bool = False
) -> str | None:
    """Why nobody of this kind can file here on that day; outside a round one may still begin a draft."""
    law = rule(programme.version)
    reason = cannot_apply_here(programme, on=on, filer=filer, counter=counter)
    return reason or cannot_file(programme, law, on=on)


def cannot_apply_here(
    programme: Programme, *, on: date, filer: Filer | None = None, counter: bool = False
) -> str | None:
    """Why nobody of this kind, or without one nobody at all, can apply for this programme here on that day.

    ``counter``: an officer keys it in, which back entry allows and nothing else makes easier.
    """
    law = rule(programme.version)
    filer = filer or next(iter(filers(law) - {Filer.AGENCY}), Filer.PERSON)
    entered = counter and programme.mode == Mode.BACK_ENTRY
    shut = None if entered else _is_not_open(programme, law, on=on)
    return shut or cannot_file_as(law, filer) or cannot_take(programme)


def cannot_enter(programme: Programme, *, on: date, filer: Filer = Filer.PERSON) -> str | None:
    """Why no paper form for this programme is entered by officers, of those that came in on that day.

    The one place to say what the counter may take beyond what one may claim online.
    """
    return cannot_file_here(programme, on=on, filer=filer, counter=True)


def cannot_use_counter(user: User, *, on: date) -> str | None:
    """Why this user enters no paper forms and notes no phones that day."""
    if not user.is_officer or Role.COUNTER not in roles_of(user, on=on):
        return _("Your post does not include the counter.")
    return None


def _cannot_key_in(application: Application, programme: Programme, user: User, *, on: date) -> str | None:
    """Why this paper form, which came in on the day ``on``, is not entered by this user."""
    if programme not in programmes_of(user.agency_id or ""):
        return _("Your agency has no part in this programme. Its form goes to another office.")
    if is_own(application, [user]):
        return _("Nobody enters their own claim. A colleague has to enter it.")
    return cannot_enter(programme, on=on, filer=filer_of(application))


def cannot_receive(application: Application, day: date, why: str, *, on: date) -> str | None:
    """Why a paper form cannot have come in on ``day``, seen from the day ``on``."""
    if application.channel != Channel.COUNTER or application.first_filed_at is not None:
        return _("The day it came in is noted before a paper form is handed in, and not changed later.")
    if day > on:
        return _("The form cannot have come in after today.")
    if day < on - timedelta(days=BACK_DAYS):
        return _("The day lies more than %(days)s days back. Ask the head of your office.") % {
            "days": BACK_DAYS
        }
    if day < on and not why.strip():
        return _("Say how you know the day: the postmark, the stamp of receipt.")
    return None


def payee_of(application: Application) -> Person | Organisation:
    """In whose name the account has to be: the employer's where it is paid against its receipt, else the party's."""
    organisation = application.organisation
    if organisation is not None and programme_of(application).route in TO_ORGANISATION:
        return organisation
    return application.party


def filer_of(application: Application) -> Filer:
    """As whom a case is handed in: its person, its organisation, or an organisation for its person."""
    if application.organisation_id is None:
        return Filer.PERSON
    return Filer.ORGANISATION if application.claimant_id is None else Filer.EMPLOYER


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
    programme = in_force(application.programme_code)
    if application.channel == Channel.COUNTER:
        reason = cannot_use_counter(user, on=on)
        reason = reason or _cannot_key_in(application, programme, user, on=application.received_on or on)
        return reason or banned(application, on=on)
    if reason := cannot_apply_here(programme, on=on, filer=filer_of(application)):
        return reason
    return _not_theirs(application, user) or banned(application, on=on)


def cannot_discard(application: Application, user: User) -> str | None:
    """Why what was keyed in so far is not thrown away."""
    if application.channel != Channel.COUNTER or application.status != Status.DRAFT:
        return _("Only a paper form that is not handed in yet can be discarded.")
    return _not_theirs(application, user)


def cannot_edit(application: Application, user: User) -> str | None:
    """Why the answers and photographs of a case cannot be changed now."""
    if reason := _not_theirs(application, user):
        return reason
    if application.status == Status.SUBMITTED:
        return _("The application is being reviewed. Withdraw it if something has to change.")
    if application.status == Status.LAPSED:
        return _("The time to correct it is over. Apply anew while the window is open.")
    if application.status not in {Status.DRAFT, Status.RETURNED}:
        return _("This application is closed.")
    return None


def cannot_extend(application: Application, user: User, *, on: date) -> str | None:
    """Why no more time for corrections can be given by this officer."""
    if not user.is_officer or not Application.objects.visible_to(user).filter(pk=application.pk).exists():
        return _("Only an officer who deals with the case can give more time.")
    if not roles_of(user, on=on) & {Role.REVIEWER, Role.APPROVER}:
        return _("Only an officer who deals with the case can give more time.")
    if is_own(application, [user]):
        return _("Nobody gives more time for their own case. A colleague has to do it.")
    if application.status != Status.RETURNED:
        return _("Only a returned case has a last day for corrections.")
    return None


def cannot_submit(application: Application, user: User) -> str | None:
    """Why a case cannot be filed now, apart from what is missing in it and what the rules say."""
    return cannot_edit(application, user)


def cannot_withdraw(application: Application, user: User) -> str | None:
    """Why a case cannot be withdrawn now."""
    if reason := _not_theirs(application, user):
        return reason
    if user.is_officer and application.status != Status.DRAFT:
        return _("Only the applicant can do this.")
    if Status.WITHDRAWN not in NEXT[Status(application.status)]:
        return _("A decided or closed application cannot be withdrawn.")
    return None


def cannot_renew_at_counter(person: Person, user: User, *, on: date) -> str | None:
    """Why this officer gives this person, who shows their identity card, no new query password and notes no phone."""
    if reason := cannot_use_counter(user, on=on):
        return reason
    if person.officer_id == user.pk or (person.account_id is not None and person.account_id == user.pk):
        return _("Nobody does this for themself. A colleague has to do it.")
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
        "The account is in the name “%(account)s”, it has to be in the name “%(person)s”. The two must be the same."
    ) % {"account": account_name, "person": party.name}
