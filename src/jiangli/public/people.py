"""Who is asking: a claimant who signed in by phone, name and number, or nobody."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import bans_in_force, why_banned
from jiangli.registers.models import Invitation, InvitationState, Organisation, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
ORGANISATION = "organisation"  # in the session: the key of the organisation one acts for
View = Callable[..., HttpResponse]


class SignedIn(HttpRequest):
    """A request behind ``for_claimants``: its user is a claimant."""

    user: User


def claimant(request: HttpRequest) -> Person | None:
    """The person behind the account that is signed in; None for visitors and for officers."""
    if not request.user.is_authenticated or request.user.is_officer:
        return None
    return Person.objects.filter(account=request.user).first()


def live_claims(user: "User | AnonymousUser") -> QuerySet[Application]:
    """Claims of this account that are on their way or were approved: a second one of the kind is pointless."""
    live = [Status.SUBMITTED, Status.RETURNED, Status.APPROVED]
    if not isinstance(user, User):
        return Application.objects.none()
    return Application.objects.visible_to(user).filter(status__in=live)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Off to the phone, and back here afterwards."""
    return redirect(f"{reverse('public:phone')}?{urlencode({'next': request.get_full_path()})}")


def for_claimants(view: View) -> View:
    """Only for claimants: visitors are led to sign in, for officers the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_officer:
            raise Http404
        if claimant(request) is None:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def ours(request: HttpRequest, address: str | None) -> str | None:
    """The address, if it leads to this site."""
    fits = address and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if fits else None


def organisation_of(request: HttpRequest) -> Organisation | None:
    """The organisation that whoever is signed in acts for just now; None while they act for themself."""
    if not request.user.is_authenticated or ORGANISATION not in request.session:
        return None
    return Organisation.objects.acted_for_by(request.user).filter(pk=request.session[ORGANISATION]).first()


def to_organisations(request: HttpRequest) -> HttpResponse:
    """Off to choose the organisation one acts for, and back here afterwards."""
    return redirect(f"{reverse('public:organisations')}?{urlencode({'next': request.get_full_path()})}")


def for_organisations(view: View) -> View:
    """Only while one acts for an organisation; other claimants choose one first and come back."""

    @wraps(view)
    @for_claimants
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs) if organisation_of(request) else to_organisations(request)

    return guarded


def invitations_to(person: Person) -> QuerySet[Invitation]:
    """The invitations that went to this person's phone and can still be answered."""
    if not person.proved_phone_index:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        state=InvitationState.OPEN, expires_at__gte=clock.now(), phone_index=person.proved_phone_index
    )


def bans_of(party: Person | Organisation) -> list[str]:
    """Why this party cannot claim under a document today, by which clause and until when; nothing if it may."""
    return [why_banned(ban) for ban in bans_in_force(Ban.objects.against(party), on=clock.today())]
