"""A query password was forgotten: a code to the phone that is known of the person, then a new one, shown once.

Nobody learns here whether a number or a phone is known: every answer up to the code is the same.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.public import telling
from jiangli.public.forms import CodeForm, ForgottenForm
from jiangli.public.pages import posted, show
from jiangli.refused import Refused
from jiangli.registers.models import Person

ASKED, RENEWED = "reset_asked", "reset_renewed"  # in the session: [code, person]; [[number, title, password]]


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Identity number and phone. The code goes out only if the two belong together; the page says neither."""
    form = ForgottenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = applications.ask_for_reset(given["id_number"], given["phone"], at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[ASKED] = [str(asked.code.pk), str(asked.person.pk) if asked.person else ""]
            return redirect("public:forgotten-code")
    return show(request, "public/forgotten.html", {"form": form})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Take back the code; then every old query password of the person is replaced."""
    row_key, person_key = request.session.get(ASKED) or ("", "")
    row = PhoneCode.objects.filter(pk=row_key).first() if row_key else None
    if row is None:
        return redirect("public:forgotten")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            proof = accounts.prove_phone(row, form.cleaned_data["code"], at=clock.now())
            _renew(request, person_key, proof)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("public:renewed")
    return show(request, "public/forgotten_code.html", {"form": form})


def _renew(request: HttpRequest, person_key: str, proof: PhoneCode) -> None:
    if not person_key:  # a code that nobody was sent: as wrong as any other
        raise Refused(_("The code is not right. Look at the newest message and type its six digits."))
    person = Person.objects.get(pk=person_key)
    given = applications.reset_query_passwords(person, proof=proof, at=clock.now())
    request.session.cycle_key()
    del request.session[ASKED]
    request.session[RENEWED] = [
        [case.number, programme_of(case).title.say(telling.speech()), password]
        for case, password in given.items()
    ]


@never_cache
def renewed(request: HttpRequest) -> HttpResponse:
    """The new query passwords, this once."""
    given = request.session.pop(RENEWED, None)
    if not given:
        return redirect("public:status")
    rows = [{"number": number, "title": title, "password": password} for number, title, password in given]
    return show(request, "public/renewed.html", {"rows": rows})
