"""For whom one acts: choose, ask to act for an organisation, answer invitations."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiangli import clock, files
from jiangli.accounts.models import Agency
from jiangli.correspondence import organisations as acts
from jiangli.public.organisation_forms import SELF, ActingForm, AskForm, kind_in_words, name_of
from jiangli.public.pages import posted, show
from jiangli.public.people import (
    ORGANISATION,
    SignedIn,
    claimant,
    for_claimants,
    invitations_to,
    organisation_of,
    ours,
)
from jiangli.refused import Refused
from jiangli.registers import organisations as bodies
from jiangli.registers.models import (
    Clerk,
    ClerkState,
    Invitation,
    Letter,
    Organisation,
    Person,
)


def person_of(request: SignedIn) -> Person:
    person = claimant(request)
    assert person is not None  # behind for_claimants
    return person


@never_cache
@for_claimants
@require_safe
def organisations(request: SignedIn) -> HttpResponse:
    """For whom one acts now, what one was invited to, what one asked for."""
    person = person_of(request)
    own = list(Organisation.objects.acted_for_by(request.user).order_by("name"))
    current = organisation_of(request)
    form = ActingForm(
        initial={"organisation": str(current.pk) if current else SELF}, person=person, organisations=own
    )
    context = {
        "form": form if own else None,
        "next": ours(request, request.GET.get("next")) or "",
        "current": current,
        "invitations": list(invitations_to(person).select_related("organisation").order_by("-made_at")),
        "requests": [_request(clerk) for clerk in _requests(person)],
    }
    return show(request, "public/organisations.html", context)


def _requests(person: Person) -> list[Clerk]:
    """What waits, and what was refused with nothing after it."""
    rows = person.clerkships.filter(state__in=[ClerkState.ASKED, ClerkState.REFUSED, ClerkState.ACTIVE])
    found: dict[object, Clerk] = {}
    for row in rows.select_related("organisation", "asked_of").order_by("asked_at"):
        found[row.organisation_id] = row
    return [row for row in found.values() if row.state != ClerkState.ACTIVE]


def _request(clerk: Clerk) -> dict[str, Any]:
    with_head = clerk.with_head and clerk.organisation.clerks.heads().exists()
    waits = _("its head") if with_head else name_of(clerk.asked_of) if clerk.asked_of else ""
    return {
        "clerk": clerk,
        "waits": waits,
        "with_head": with_head,
        "agency": name_of(clerk.asked_of) if clerk.asked_of else "",
        "kind": kind_in_words(clerk.stated_kind),
        "refused": clerk.state == ClerkState.REFUSED,
        "letters": list(clerk.letters.order_by("added_at")),
    }


@require_POST
@for_claimants
def act_for(request: SignedIn) -> HttpResponse:
    """Act for one of one's organisations from now on, or for oneself again."""
    own = Organisation.objects.acted_for_by(request.user)
    onwards = ours(request, request.POST.get("next"))
    form = ActingForm(request.POST, person=person_of(request), organisations=list(own))
    if not form.is_valid():
        messages.error(request, _("You do not act for this organisation any more."))
        return redirect("public:organisations")
    if form.cleaned_data["organisation"] != SELF:
        request.session[ORGANISATION] = form.cleaned_data["organisation"]
        return redirect(onwards or "public:organisation")
    request.session.pop(ORGANISATION, None)
    messages.success(request, _("You act for yourself again."))
    return redirect("public:my")


@never_cache
@for_claimants
def ask(request: SignedIn) -> HttpResponse:
    """Ask to act for an organisation, with its licence."""
    form = AskForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            clerk = acts.ask(
                person_of(request),
                credit_code=given["credit_code"],
                name=given["name"],
                kind=given["kind"],
                agency=Agency.objects.get(pk=given["agency"]),
                letters=[_paper(file) for file in given["letters"]],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _asked(clerk))
            return redirect("public:organisations")
    return show(request, "public/ask_organisation.html", {"form": form})


def _asked(clerk: Clerk) -> str:
    if clerk.with_head:
        return _("Handed in. Its head answers first; you can also take it to the agency.")
    return _("Handed in. An officer looks at it and you get a message.")


def _paper(file: Any) -> acts.Paper:
    """What is too large is never read."""
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise Refused(
            _("This file is larger than %(limit)s MB. Take a photograph of it instead.")
            % {"limit": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}
        )
    return acts.Paper(file.name, file.read())


def _own_request(request: SignedIn, pk: Any) -> Clerk:
    return get_object_or_404(person_of(request).clerkships, pk=pk)


@require_POST
@for_claimants
def take_to_agency(request: SignedIn, pk: Any) -> HttpResponse:
    """A head does not answer: let the agency decide."""
    return _done(
        request,
        lambda: bodies.take_to_agency(_own_request(request, pk), by=request.user, at=clock.now()),
        _("The agency looks at it now."),
    )


@require_POST
@for_claimants
def take_back(request: SignedIn, pk: Any) -> HttpResponse:
    return _done(
        request,
        lambda: bodies.take_back(_own_request(request, pk), by=request.user, at=clock.now()),
        _("Taken back."),
    )


def _done(request: SignedIn, act: Any, words: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("public:organisations")


@require_POST
@for_claimants
def accept(request: SignedIn, pk: Any) -> HttpResponse:
    """Accept an invitation and act for the organisation at once."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        clerk = acts.accept(invitation, person_of(request), by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("public:organisations")
    request.session[ORGANISATION] = str(clerk.organisation_id)
    messages.success(request, _("You act for %(name)s now.") % {"name": clerk.organisation.name})
    return redirect("public:organisation")


@require_POST
@for_claimants
def decline(request: SignedIn, pk: Any) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    return _done(
        request,
        lambda: acts.decline(invitation, person_of(request), by=request.user, at=clock.now()),
        _("Declined. They are told."),
    )


@never_cache
@for_claimants
@require_safe
def letter(request: SignedIn, pk: Any, page: int = 1) -> HttpResponse:
    """A page of a letter, always as the re-encoded picture."""
    row = get_object_or_404(Letter.objects.visible_to(request.user), pk=pk)
    if not 1 <= page <= len(row.previews):
        raise Http404
    response = HttpResponse(files.read(row.previews[page - 1]), content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
