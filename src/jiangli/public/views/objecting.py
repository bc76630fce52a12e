"""Object to a row of a list: first who one is, by account or proved phone; and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode
from jiangli.applications.models import Application
from jiangli.correspondence import actions as correspondence
from jiangli.programmes.queries import rule
from jiangli.public import telling
from jiangli.public.askers import ASKING, Asker, asker_of
from jiangli.public.forms import CodeForm, PhoneForm
from jiangli.public.objecting_forms import ObjectionForm
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants, ours
from jiangli.public.views.publicity import find, unindexed
from jiangli.refused import Refused
from jiangli.reviews.publicity import objections
from jiangli.reviews.publicity.models import Objection, PublicationRow
from jiangli.reviews.publicity.permissions import cannot_object
from jiangli.reviews.publicity.queries import of_case
from jiangli.reviews.publicity.status import Outcome

SENT, BACK = (
    "objecting_code",
    "objecting_back",
)  # in the session: the code that was sent, and where one came from


@unindexed
@never_cache
def objection(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Object to one row of a public list."""
    found = find(number)
    if not found.shows_rows(clock.today()):
        raise Http404
    row = get_object_or_404(found.rows.exclude(case__outcome=Outcome.BACK), position=position)
    return _object(request, row, reverse("public:publication", args=[number]))


@never_cache
@for_claimants
def told(request: SignedIn, pk: UUID) -> HttpResponse:
    """Object to a result that was told to its claimant alone."""
    case = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    here = of_case(case)
    if here is None or not here.publication.is_told or here.publication.opened_at is None:
        raise Http404
    row = here.rows.order_by("position").first()
    if row is None:
        raise Http404
    return _object(request, row, reverse("public:application", args=[pk]))


def _object(request: HttpRequest, row: PublicationRow, back: str) -> HttpResponse:
    if request.user.is_authenticated and request.user.is_officer:
        raise Http404
    asker = asker_of(request)
    form = ObjectionForm(posted(request), request.FILES or None, named=asker.person is not None)
    context: dict[str, Any] = {
        "row": row, "one": row.publication, "back": back, "asker": asker, "form": form,
        "stopped": cannot_object(row.publication, on=clock.today()),
    }  # fmt: skip
    if request.method == "POST" and asker.is_known and form.is_valid() and _send(form, row, asker, request):
        return redirect("public:my-objections")
    return show(request, "public/publication_object.html", context)


def _send(form: ObjectionForm, row: PublicationRow, asker: Asker, request: HttpRequest) -> Objection | None:
    given = form.cleaned_data
    papers = [(file.name or "", file.read()) for file in request.FILES.getlist("file")]
    try:
        made = objections.object_to(
            row, text=given["text"], name=given.get("name", ""), person=asker.person, proof=asker.proof,
            papers=papers, at=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(
        request, _("We have your objection %(number)s. You hear from us.") % {"number": made.number}
    )
    return made


def _of(asker: Asker) -> QuerySet[Objection]:
    if asker.person is not None:
        return Objection.objects.filter(person=asker.person)
    return Objection.objects.filter(phone_index=asker.phone_index)


@unindexed
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """One's own objections and what became of them."""
    asker = asker_of(request)
    if not asker.is_known:
        request.session[BACK] = request.path
        return redirect("public:publicity-phone")
    rows = _of(asker).select_related("row__publication__version")[:100]
    told_rows = [
        {"row": row, "programme": rule(row.row.publication.version).title.say(telling.speech())}
        for row in rows
    ]
    return show(request, "public/objections.html", {"rows": told_rows})


@unindexed
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Without an account: the phone to which the answer goes."""
    if back := ours(request, request.GET.get("next")):
        request.session[BACK] = back
    if asker_of(request).is_known:
        return redirect(_back(request))
    form = PhoneForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = correspondence.send_phone_code(form.cleaned_data["phone"], at=clock.now())
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            request.session[SENT] = str(row.pk)
            return redirect("public:publicity-code")
    return show(request, "public/publication_phone.html", {"form": form, "asked": False})


@unindexed
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Take back the code; for an hour one objects and reads with this phone."""
    row = PhoneCode.objects.filter(pk=request.session.get(SENT) or UUID(int=0)).first()
    if row is None:
        return redirect("public:publicity-phone")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.prove_phone(row, form.cleaned_data["code"], at=clock.now())
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            request.session.cycle_key()
            del request.session[SENT]
            request.session[ASKING] = str(row.pk)
            return redirect(_back(request))
    return show(request, "public/publication_phone.html", {"form": form, "asked": True})


def _back(request: HttpRequest) -> str:
    return ours(request, request.session.pop(BACK, None)) or reverse("public:my-objections")
