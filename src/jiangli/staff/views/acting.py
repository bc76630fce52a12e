"""What an officer does with a case. Each act is a page of its own: read, fill in, send; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiangli import clock
from jiangli.applications.assessing import Assessed
from jiangli.applications.banned import banned
from jiangli.applications.models import Application, LineState
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews import differences, permissions
from jiangli.reviews.holds import holds_of
from jiangli.reviews.sheet import assess_to_show, unchecked
from jiangli.reviews.work.queries import phrases_for
from jiangli.staff.acts import LINES_SHOWN, ConfirmForm, LookUpForm, PassForm, RefuseForm, ReturnForm
from jiangli.staff.exceptions import differing_rows
from jiangli.staff.gate import officer_required, who
from jiangli.staff.rosters import falling_rows, lost_conditions
from jiangli.staff.sheet import conditions_of
from jiangli.staff.views.case import find, head_of, opened
from jiangli.staff.words import fact_label, value_in_words


@officer_required
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find(request, pk)
    try:
        reviews.take(application, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are dealing with this case now."))
    return redirect("staff:case", pk)


@officer_required
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    application, assessed = _opened(request, pk)
    reason = permissions.cannot_pass(application, who(request), assessed, on=clock.today())
    tally = assessed.tally
    form = PassForm(
        request.POST or None,
        falling=tally.falling,
        look=tally.of(LineState.LOOK),
        hint=_("For the next officer. The applicant does not see it."),
    )

    def act() -> None:
        seen, lines = request.POST.get("seen", ""), request.POST.get("seen_lines", "")
        reviews.pass_on(
            application,
            text=form.cleaned_data["text"],
            falling=int(lines) if lines.isdecimal() else 0,
            seen_fen=int(seen) if seen.isdecimal() else None,
            seen_changes=request.POST.get("seen_changes", ""),
            by=who(request),
            at=clock.now(),
        )

    falling = falling_rows(application, assessed.programme, FALLING_SHOWN) if tally.falling else []
    fen = assessed.answer.amount_fen
    now = differences.as_of_now(application, assessed, at=clock.now())
    changed = differences.since_last_look(application, now)
    more = {"tally": tally, "falling": falling, "fen": fen, "seen": fen or 0}
    more |= {
        "changes": differing_rows(changed, assessed.programme),
        "seen_changes": differences.seen(changed),
    }
    return _page(request, application, assessed, form, act, reason, "pass", **more)


FALLING_SHOWN = 20


@officer_required
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    application, assessed = _opened(request, pk)
    numbers = [int(n) for n in request.GET.getlist("line")[:LINES_SHOWN] if n.isdecimal() and len(n) < 8]
    form = ReturnForm(request.POST or None, application=application, assessed=assessed, lines=numbers)

    def act() -> None:
        reviews.send_back(
            application,
            fields=form.chosen,
            text=form.cleaned_data["text"],
            by=who(request),
            at=clock.now(),
        )

    return _page(request, application, assessed, form, act, _cannot(request, application), "return")


@officer_required
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    application, assessed = _opened(request, pk)
    rows = conditions_of(assessed)
    whole = assess_to_show(application, at=clock.now())  # a roster's lines are among what holds it
    stopped = [hold for hold in holds_of(application, whole) if hold.settled and hold.stands]
    lost = lost_conditions(application, assessed)
    form = RefuseForm(
        request.POST or None,
        conditions=rows,
        lost=lost,
        stopped=stopped,
        banned=banned(application, on=clock.today()),
    )

    def act() -> None:
        reviews.refuse(
            application,
            conditions=form.cleaned_data["conditions"],
            text=form.cleaned_data["text"],
            by=who(request),
            at=clock.now(),
        )

    undecided = [row for row in rows if row.code == "unknown"]
    reason = _cannot(request, application)
    if not reason and not form.fields["conditions"].choices:  # type: ignore[attr-defined]
        reason = _("No condition is certainly unmet. Look up what is open and note it first.")
    return _page(request, application, assessed, form, act, reason, "refuse", undecided=undecided)


@officer_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note at once which of the things that only the applicant stated one looked up and found to be so."""
    application, assessed = _opened(request, pk)
    stated = unchecked(assessed)
    form = ConfirmForm(request.POST or None, request.FILES or None, stated=stated)
    reason = permissions.cannot_look_up(application, who(request), on=clock.today())
    if not stated and not reason:
        reason = _("Nothing that was filled in waits for a look.")

    def act() -> None:
        reviews.look_up(
            application,
            found=form.found,
            **form.where,
            by=who(request),
            at=clock.now(),
        )

    ticked = form["facts"].value() or []
    rows = [
        {
            "key": key,
            "name": name,
            "label": fact_label(assessed.programme, name),
            "value": value_in_words(assessed.programme, name, value),
            "ticked": key in ticked,
            "reading": [row.mark for row in conditions_of(assessed) if _reads(assessed, row.id, name)],
        }
        for key, (name, value) in form.stated.items()
    ]
    return _page(request, application, assessed, form, act, reason, "confirm", rows=rows)


def _reads(assessed: Assessed, condition: str, fact: str) -> bool:
    return any(finding.id == condition and fact in finding.unknown for finding in assessed.open)


@officer_required
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    """Note by hand what a fact is and where one saw it."""
    application, assessed = _opened(request, pk)
    if fact not in assessed.programme.facts_read or fact not in assessed.programme.dictionary:
        raise Http404
    form = LookUpForm(request.POST or None, request.FILES or None, fact=assessed.programme.dictionary[fact])
    reason = permissions.cannot_look_up(application, who(request), on=clock.today())
    reason = reason or permissions.cannot_be_looked_up(assessed.programme, fact)

    def act() -> None:
        reviews.look_up(
            application,
            found={fact: form.value},
            **form.where,
            by=who(request),
            at=clock.now(),
        )

    reading = [row for row in conditions_of(assessed) if fact in assessed.programme.condition(row.id).facts]
    more = {"label": fact_label(assessed.programme, fact), "reading": reading}
    return _page(request, application, assessed, form, act, reason, "look-up", **more)


def _opened(request: HttpRequest, pk: UUID) -> tuple[Application, Assessed]:
    application = find(request, pk)
    return application, opened(application)


def _cannot(request: HttpRequest, application: Application) -> str | None:
    return permissions.cannot_review(application, who(request), on=clock.today())


DONE = {
    "pass": lambda: _("Passed."),
    "return": lambda: _("Returned. The applicant has been told what to correct."),
    "refuse": lambda: _("Refused. The applicant has been told why."),
    "confirm": lambda: _("Noted. The conditions are checked again."),
    "look-up": lambda: _("Noted. The conditions are checked again."),
}


def _page(
    request: HttpRequest,
    application: Application,
    assessed: Assessed,
    form: forms.Form,
    act: Callable[[], None],
    reason: str | None,
    name: str,
    **more: Any,
) -> HttpResponse:
    if "use" in request.POST and "text" in form.fields:
        _use_phrase(request, form)
    elif request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[name]())
            return redirect("staff:case", application.pk)
    head = head_of(application, assessed)
    phrases = phrases_for(who(request), name, application.programme_code)
    context = {"case": application, "head": head, "form": form, "reason": reason, "phrases": phrases, **more}
    return render(request, f"staff/{name}.html", context)


def _use_phrase(request: HttpRequest, form: forms.Form) -> None:
    """Put the chosen words behind what was typed; nothing is sent, and nothing typed is lost."""
    data = request.POST.copy()
    data["text"] = "\n".join(filter(None, [data.get("text", "").strip(), data.get("phrase", "")]))
    form.data = data
    form.is_valid()
    form.errors.clear()
