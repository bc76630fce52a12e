"""Sign in: a phone, its code, then name and identity number; the phone known before, if it was another."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode
from jiangli.correspondence import actions as correspondence
from jiangli.programmes.queries import open_programmes
from jiangli.public.forms import CodeForm, IdentityForm, PhoneForm
from jiangli.public.pages import posted, show
from jiangli.public.people import BACKEND, claimant, invitations_to, ours
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import Person

CODE, PROVED, AFTER = "phone_code", "phone_proved", "after_sign_in"
KNOWN, WAITING = "known_phone_code", "person_waiting"


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Where the code goes. Remembers where the claimant was going."""
    if address := ours(request, request.GET.get("next")):
        request.session[AFTER] = address
    if claimant(request):
        return _onward(request)
    form = PhoneForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = correspondence.send_phone_code(form.cleaned_data["phone"], at=clock.now())
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            request.session[CODE] = str(row.pk)
            return redirect("public:code")
    return show(request, "public/phone.html", {"form": form})


def _row(request: HttpRequest, key: str) -> PhoneCode | None:
    pk = request.session.get(key)
    return PhoneCode.objects.filter(pk=pk).first() if pk else None


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Take back the code."""
    row = _row(request, CODE)
    if row is None:
        return redirect("public:phone")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.prove_phone(row, form.cleaned_data["code"], at=clock.now())
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            request.session.cycle_key()
            del request.session[CODE]
            request.session[PROVED] = str(row.pk)
            return redirect("public:identity")
    return show(request, "public/code.html", {"form": form, "phone": row.phone})


@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """Name and number against the register; somebody not found goes on, and an officer looks."""
    row = _row(request, PROVED)
    if row is None or row.proved_at is None:
        return redirect("public:phone")
    form = IdentityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = registers.identify(given["name"], given["id_number"], row.phone, at=clock.now())
            if found.needs:
                return _ask_the_known_phone(request, found)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _enter(request, found.person)
    return show(request, "public/identity.html", {"form": form, "offices": offices()})


def _ask_the_known_phone(request: HttpRequest, found: registers.Identified) -> HttpResponse:
    """Another phone is known of this person: a code goes there too, and must come back."""
    sent = correspondence.send_phone_code(found.needs, at=clock.now())
    request.session[KNOWN], request.session[WAITING] = str(sent.pk), str(found.person.pk)
    return redirect("public:known-phone")


@never_cache
def known_phone(request: HttpRequest) -> HttpResponse:
    """Take back the code from the phone known before; who cannot has the counter."""
    new, known = _row(request, PROVED), _row(request, KNOWN)
    if new is None or known is None:
        return redirect("public:phone")
    person = Person.objects.get(pk=request.session[WAITING])
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            known = accounts.prove_phone(known, form.cleaned_data["code"], at=clock.now())
            person = correspondence.change_phone(person, new=new, known=known, at=clock.now())
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return _enter(request, person)
    context = {"form": form, "tail": known.phone[-4:], "offices": offices()}
    return show(request, "public/known_phone.html", context)


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Sign the person's account in. The session gets a new key and keeps the answers of the check."""
    for key in (PROVED, KNOWN, WAITING):
        request.session.pop(key, None)
    login(request, person.account, backend=BACKEND)
    return _onward(request) if person.in_register else redirect("public:not-found")


def _onward(request: HttpRequest) -> HttpResponse:
    """To where they were going; else those with an organisation, or invited to one, say for whom they act."""
    person = claimant(request)
    asked = person and (person.clerkships.active().exists() or invitations_to(person).exists())
    usual = "public:organisations" if asked else "public:my"
    return redirect(ours(request, request.session.pop(AFTER, None)) or usual)


def offices() -> list[object]:
    """Where one can go with paper: the agencies of the open programmes, each once."""
    return list({row.agency_id: row.agency for row in open_programmes()}.values())


@never_cache
def not_found(request: HttpRequest) -> HttpResponse:
    """Not found is not "no": go on and let an officer look, or bring paper to the counter."""
    if claimant(request) is None:
        return redirect("public:phone")
    if request.method == "POST":
        return _onward(request)
    return show(request, "public/not_found.html", {"offices": offices()})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; drafts stay."""
    logout(request)
    messages.success(request, _("Signed out. What you filled in is kept."))
    return redirect("public:home")
