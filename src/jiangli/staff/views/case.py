"""One case on one page: what is to be judged, what it is judged by, and what one may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jiangli import clock, rules
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application, LineState
from jiangli.applications.permissions import is_own
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.payments.queries import payments_of
from jiangli.programmes.interpretations import holding
from jiangli.refused import Refused
from jiangli.reviews import permissions
from jiangli.reviews.deliberation.queries import meetings_of
from jiangli.reviews.holds import holds_to_show
from jiangli.reviews.overrides.permissions import cannot_ask_at_all
from jiangli.reviews.publicity.models import Objection
from jiangli.reviews.publicity.queries import of_case
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.reconsidering.permissions import cannot_ask
from jiangli.reviews.reveal import Shown
from jiangli.reviews.reveal import reveal as show_number
from jiangli.reviews.sheet import assess_to_show, head_to_show, unchecked
from jiangli.reviews.work.actions import visit
from jiangli.staff.again import TONES
from jiangli.staff.exceptions import changes_of, exceptions_of, line_conditions
from jiangli.staff.exchanging import with_bodies
from jiangli.staff.exhibits import exhibits_of
from jiangli.staff.gate import officer_required, who
from jiangli.staff.party import mask, party_of, roster_of, siblings_of
from jiangli.staff.registers import registers_of
from jiangli.staff.sheet import conditions_of, facts_of, history_of, messages_of, tally
from jiangli.staff.words import agency_names, say, stage_title, status_word
from jiangli.staff.working import around


def find(request: HttpRequest, pk: UUID) -> Application:
    cases = Application.objects.visible_to(who(request)).exclude(status=Status.DRAFT)
    cases = cases.select_related("claimant", "organisation", "version")  # a draft is keyed in elsewhere
    application = get_object_or_404(cases, pk=pk)
    if is_own(application, [who(request)]):
        raise Http404  # one's own claim is seen where every claimant sees theirs
    return application


@officer_required
@require_GET
@never_cache
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find(request, pk)
    seen = visit(application, by=who(request), at=clock.now())
    return render(request, "staff/case.html", page(request, application, since=seen.before))


@officer_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one number in full, on this answer only, and remember who looked."""
    application = find(request, pk)
    what = request.POST.get("what", "")
    if what not in Shown.values:
        return redirect("staff:case", pk)
    try:
        number = show_number(application, what=Shown(what), by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:case", pk)
    return render(request, "staff/case.html", page(request, application, {what: number}))


def page(
    request: HttpRequest,
    application: Application,
    shown: dict[str, str] | None = None,
    since: datetime | None = None,
) -> dict[str, Any]:
    """Everything the case page shows; ``shown`` are numbers in full, ``since`` the visit before this one."""
    assessed = opened(application)
    conditions = conditions_of(assessed)
    return {
        "case": application,
        "party": party_of(application),
        "siblings": siblings_of(application, who(request)),
        "roster": roster_of(application, assessed),
        "head": head_of(application, assessed),
        "conditions": conditions,
        "interpretations": holding(assessed.programme, assessed.applied_on),
        "tally": tally(conditions),
        "facts": facts_of(assessed, application),
        "registers": registers_of(application, assessed),
        "exhibits": exhibits_of(application, request),
        "history": history_of(application, assessed.programme),
        "letters": messages_of(application),
        "payments": payments_of(application),
        "meetings": meetings_of(application, who(request)),
        "bodies": with_bodies(application, who(request), on=clock.today()),
        "changes": changes_of(application, assessed),
        "exceptions": exceptions_of(application, assessed),
        "may_except": cannot_ask_at_all(application, who(request), on=clock.today()) is None,
        "exceptable": set(rules.waivable(assessed.programme)) - line_conditions(assessed.programme),
        "looked": application.look_ups.exists(),
        "publicity": of_case(application),
        "objections": Objection.objects.visible_to(who(request))
        .filter(row__case__application=application)
        .select_related("row"),
        "numbers": _numbers(application, shown or {}),
        **_another_look(application, who(request)),
        **around(application, assessed.programme, who(request), since=since),
        **_decision(application, assessed, who(request)),
    }


def _another_look(application: Application, user: Any) -> dict[str, Any]:
    """The newest asking for another look, or whether a counter clerk may note one."""
    row = Reconsideration.objects.filter(decision__application=application).last()
    decision = decision_of(application)
    may_ask = decision is not None and cannot_ask(decision, user, on=clock.today()) is None
    if row is None or may_ask:
        return {"may_ask": may_ask}
    return {"look": {"pk": row.pk, "word": row.get_state_display(), "tone": TONES[row.state]}}


def opened(application: Application) -> Assessed:
    """What an officer sees of a case; of a roster without its lines, as they were last assessed and kept."""
    if has_roster(programme_of(application)):
        return head_to_show(application)[0]
    return assess_to_show(application, at=clock.now())


def head_of(application: Application, assessed: Assessed) -> dict[str, Any]:
    """The head of the page: title, state, and the few facts beside it."""
    assignment = application.assignments.filter(stage=application.stage).select_related("officer").first()
    status = Status(application.status)
    names = agency_names()
    shares = assessed.answer.payments
    decision = decision_of(application)
    return {
        "title": say(assessed.programme.title),
        "status": "reviewing" if status is Status.SUBMITTED else status.value,
        "word": stage_title(application) if status is Status.SUBMITTED else status_word(status),
        "shares": [(names.get(share.payer, share.payer), share.amount_fen) for share in shares],
        "amount_fen": assessed.answer.amount_fen,
        "assignee": str(decision.by if decision else assignment.officer if assignment else ""),
        "decision": decision,
    }


def _numbers(application: Application, shown: dict[str, str]) -> list[dict[str, str]]:
    """Personal numbers, masked; in full only what was just asked for."""
    person = application.claimant
    masked = {
        Shown.ID_NUMBER: mask(person.id_number, 4) if person else "",
        Shown.PHONE: mask(person.contact, 3) if person else "",
        Shown.ACCOUNT_NUMBER: mask(application.account_number, 0),
    }
    rows = [
        {
            "what": what.value,
            "label": str(what.label),
            "masked": masked[what],
            "shown": shown.get(what.value, ""),
        }
        for what in Shown
        if masked[what]
    ]
    account = " · ".join(part for part in (application.account_name, application.account_bank) if part)
    return [*rows, {"what": "", "label": _("Account"), "masked": account, "shown": ""}]


def _decision(application: Application, assessed: Assessed, user: Any) -> dict[str, Any]:
    """The bar at the bottom: each act, and the sentence that stands in its way."""
    today = clock.today()
    cannot_act = permissions.cannot_review(application, user, on=today)
    cannot_pass = permissions.cannot_pass(application, user, assessed, on=today)
    step = None if cannot_act else _next_step(application, assessed) or _open_lines(application, assessed)
    acts = [
        _act("return", _("Return for correction"), application, cannot_act, key="R"),
        _act("refuse", _("Refuse"), application, cannot_act, kind="refuse", key="N"),
    ]
    if step:
        acts.append(step)
    title = stage_title(application) if application.status == Status.SUBMITTED else ""
    passing = _act("pass", _("Pass: %(stage)s") % {"stage": title}, application, cannot_pass, key="P")
    acts.append(passing | {"kind": "" if cannot_pass else "main"})
    return {
        "waiting": application.status == Status.SUBMITTED,
        "acts": acts,
        "cannot_act": cannot_act,
        "cannot_pass": cannot_pass,
        "may_take": not cannot_act,
        "next": cannot_act or cannot_pass or _("Everything is met. You can pass this case."),
        "hint": _hint(cannot_act, cannot_pass, bool(step)),
    }


def _next_step(application: Application, assessed: Assessed) -> dict[str, Any] | None:
    """What is next: settle what holds it, confirm what was stated if only that is missing, look a fact up."""
    holds = holds_to_show(application, assessed)
    open_holds = any(not hold.waits and not hold.settled for hold in holds)
    if open_holds or (not holds and assessed.tally.of(LineState.LOOK)):
        url = reverse("staff:settle", args=[application.pk])
        return {"label": _("Settle what holds it"), "kind": "main", "url": url, "key": "E"}
    stated = unchecked(assessed)
    rows = [row for row in conditions_of(assessed) if row.code == "unknown"]
    missing = {name for finding in assessed.open for name in finding.unknown} - set(stated)
    if stated and not missing:
        ids = " ".join(row.mark for row in rows)
        label = _("Check %(id)s") % {"id": ids} if len(rows) <= 2 else _("Check what was filled in")
        url = reverse("staff:confirm", args=[application.pk])
        return {"label": label, "kind": "main", "url": url, "key": "E"}
    for row in rows:
        if row.ask:
            url = reverse("staff:look-up", args=[application.pk, row.ask])
            return {"label": _("Check %(id)s") % {"id": row.mark}, "kind": "main", "url": url, "key": "E"}
    return None


def _open_lines(application: Application, assessed: Assessed) -> dict[str, Any] | None:
    """To the open lines of a roster, which are settled there."""
    if not (n := assessed.tally.of(LineState.OPEN)):
        return None
    label = ngettext("%(n)s open line", "%(n)s open lines", n) % {"n": n}
    url = f"{reverse('staff:lines', args=[application.pk])}?state=open"
    return {"label": label, "kind": "main", "url": url, "key": "E"}


def _hint(cannot_act: str | None, cannot_pass: str | None, open_one: bool) -> str:
    if cannot_act or not cannot_pass:
        return ""
    if open_one:
        return _("Note what you found and where; the condition changes by itself.")
    return _("The applicant sees your words and can put it right.")


def _act(
    name: str, label: str, application: Application, reason: str | None, *, kind: str = "", key: str = ""
) -> dict[str, Any]:
    url = reverse(f"staff:{name}", args=[application.pk])
    return {"label": label, "kind": kind, "url": url, "key": key, "disabled": reason or ""}
