"""The organisation one acts for: what is known of it, its account, who acts for it, its cases."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiangli import clock
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.correspondence import organisations as acts
from jiangli.looks.templatetags.looks import mask_card
from jiangli.public import story, telling
from jiangli.public.again import to_claim
from jiangli.public.listing import Unclear, page_of
from jiangli.public.organisation_forms import AccountForm, InviteForm, RefuseForm, kind_in_words
from jiangli.public.pages import posted, show
from jiangli.public.people import ORGANISATION, SignedIn, bans_of, for_claimants, organisation_of
from jiangli.refused import Refused
from jiangli.registers import invitations
from jiangli.registers.loads import dictionary
from jiangli.registers.models import Clerk, ClerkState, InvitationState, Organisation
from jiangli.registers.organisations import AREA, KIND
from jiangli.registers.permissions import cannot_end_clerk, is_head
from jiangli.workbooks import Fen, download, workbook

ROWS = 25


class Acting(SignedIn):
    """A request behind ``for_clerks``: one of the user's organisations is chosen."""

    organisation: Organisation


def for_clerks(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only while one acts for an organisation; others choose one first."""

    @wraps(view)
    @for_claimants
    def guarded(request: Acting, *args: object, **kwargs: object) -> HttpResponse:
        chosen = organisation_of(request)
        if chosen is None:
            return redirect("public:organisations")
        request.organisation = chosen
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@for_clerks
@require_safe
def organisation(request: Acting) -> HttpResponse:
    row = request.organisation
    head = is_head(row, request.user)
    clerks = row.clerks.active().select_related("person").order_by("-head", "asked_at", "pk")
    asked = row.clerks.filter(state=ClerkState.ASKED, with_head=True).select_related("person")
    context = {
        "organisation": row,
        "bans": bans_of(row),
        "head": head,
        "known": [*_known(row), _account(row, head)],
        "clerks": [_clerk(clerk, request, head) for clerk in clerks],
        "requests": list(asked.order_by("asked_at")) if head else [],
        "invitations": list(
            row.invitations.filter(state=InvitationState.OPEN, expires_at__gte=clock.now()).order_by(
                "-made_at"
            )
        ),
        "cases": Application.objects.visible_to(request.user).filter(organisation=row).count(),
    }
    return show(request, "public/organisation.html", context)


def _known(row: Organisation) -> list[dict[str, Any]]:
    area = row.known.get(AREA)
    words = dictionary()[AREA].value_label(area, telling.speech()) if area else ""
    rows = [
        (_("Unified social credit code"), row.credit_code),
        (_("Kind"), kind_in_words(row.known.get(KIND))),
        (_("Registered in"), words),
    ]
    return [{"key": key, "value": value or _("Not known yet"), "missing": not value} for key, value in rows]


def _account(row: Organisation, head: bool) -> dict[str, Any]:
    """Where it is paid; the number masked."""
    missing = not row.account_number
    value = _("Not given yet") if missing else f"{row.account_bank} {mask_card(row.account_number)}"
    said: dict[str, Any] = {"key": _("Paid into"), "value": value, "missing": missing}
    if head:
        action = _("Give it") if missing else _("Change")
        said |= {"url": reverse("public:organisation-account"), "action": action}
    return said


def _clerk(clerk: Clerk, request: Acting, head: bool) -> dict[str, Any]:
    own = clerk.person.account_id == request.user.pk
    may = head or own
    return {
        "name": clerk.person.name,
        "more": _("Head") if clerk.head else "",
        "own": own,
        "url": reverse("public:organisation-clerk", args=[clerk.pk]) if may else "",
    }


@never_cache
@for_clerks
def account(request: Acting) -> HttpResponse:
    """Say into which account the organisation is paid."""
    row = request.organisation
    initial = {"name": row.account_name or row.name, "bank": row.account_bank}
    form = AccountForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            acts.save_account(row, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. The heads get a message about it."))
            return redirect("public:organisation")
    context = {"form": form, "title": _("Where the organisation is paid"), "action": _("Keep this account")}
    return show(request, "public/organisation_form.html", context)


@never_cache
@for_clerks
def invite(request: Acting) -> HttpResponse:
    """Invite somebody to act for the organisation too."""
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.invite(request.organisation, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Invited. They get a message."))
            return redirect("public:organisation")
    context = {"form": form, "title": _("Invite somebody"), "action": _("Send the invitation")}
    return show(request, "public/organisation_form.html", context)


@require_POST
@for_clerks
def withdraw_invitation(request: Acting, pk: Any) -> HttpResponse:
    invitation = get_object_or_404(request.organisation.invitations, pk=pk)
    return _then(
        request,
        lambda: invitations.withdraw(invitation, by=request.user, at=clock.now()),
        _("Taken back."),
    )


def _then(request: Acting, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("public:organisation")


@never_cache
@for_clerks
def clerk(request: Acting, pk: Any) -> HttpResponse:
    """One clerk: make them a head, or end it; asks once more first."""
    row = get_object_or_404(request.organisation.clerks.active().select_related("person"), pk=pk)
    own = row.person.account_id == request.user.pk
    if request.method == "POST":
        if "head" in request.POST:
            return _then(
                request,
                lambda: acts.make_head(row, by=request.user, at=clock.now()),
                _("%(name)s is a head now.") % {"name": row.person.name},
            )
        response = _then(
            request,
            lambda: acts.end(row, by=request.user, at=clock.now()),
            _("%(name)s no longer acts for it.") % {"name": row.person.name},
        )
        if own and organisation_of(request) is None:
            request.session.pop(ORGANISATION, None)
            return redirect("public:my")
        return response
    context = {
        "clerk": row,
        "own": own,
        "cannot_end": cannot_end_clerk(row, request.user, on=clock.today()),
        "may_make_head": is_head(request.organisation, request.user) and not row.head,
    }
    return show(request, "public/organisation_clerk.html", context)


@never_cache
@for_clerks
def asked(request: Acting, pk: Any) -> HttpResponse:
    """Somebody asks to act for it too: see their letter, let them or say why not."""
    waiting = request.organisation.clerks.filter(state=ClerkState.ASKED, with_head=True)
    row = get_object_or_404(waiting.select_related("person"), pk=pk)
    refusing = request.method == "POST" and "refuse" in request.POST
    form = RefuseForm(request.POST if refusing else None)
    if request.method == "POST" and not refusing:
        return _then(
            request,
            lambda: acts.approve(row, by=request.user, at=clock.now()),
            _("%(name)s acts for it now.") % {"name": row.person.name},
        )
    if refusing and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _then(
            request,
            lambda: acts.refuse(row, reason=reason, by=request.user, at=clock.now()),
            _("Refused. They are told why."),
        )
    letters = list(row.letters.order_by("added_at")) if is_head(request.organisation, request.user) else []
    return show(request, "public/organisation_asked.html", {"clerk": row, "form": form, "letters": letters})


@never_cache
@for_clerks
@require_safe
def cases(request: Acting, export: bool = False) -> HttpResponse:
    """The cases of the organisation, newest first, by state; as a page, or all of them as a spreadsheet."""
    found = Application.objects.visible_to(request.user).filter(organisation=request.organisation)
    status, why = request.GET.get("status", ""), _unclear(request)
    if why:
        return show(request, "public/unclear.html", {"why": why}, status=400)
    chosen = found.filter(status=status) if status else found
    chosen = chosen.select_related("claimant", "version").order_by("-started_at", "pk")
    if export:
        return _sheet(chosen.prefetch_related("decisions"))
    counts: dict[str, int] = {}
    for each in found.order_by().values_list("status", flat=True):
        counts[each] = counts.get(each, 0) + 1
    try:
        page = page_of(request, chosen, ROWS)
    except Unclear as unclear:
        return show(request, "public/unclear.html", {"why": str(unclear)}, status=400)
    tabs = [{"label": _("All"), "count": sum(counts.values()), "url": "?", "current": not status}]
    tabs += [
        {"label": label, "count": counts[code], "url": f"?status={code}", "current": code == status}
        for code, label in Status.choices
        if code in counts or code == status
    ]
    context: dict[str, Any] = {
        "page": page, "rows": [_case(row) for row in page.object_list], "tabs": tabs, "status": status,
    }  # fmt: skip
    context["rule"] = programme_of(page[0]) if page else None
    first = page.number == 1 and not status
    mine = {"decision__application__organisation": request.organisation}
    context["coming"] = to_claim(request.user, **mine) if first else []
    return show(request, "public/organisation_cases.html", context)


def _sheet(found: Iterable[Application]) -> HttpResponse:
    """The list to keep: no identity numbers, no accounts."""
    headings = (
        _("Number"), _("Programme"), _("Name"), _("State"), _("Begun on"), _("Handed in on"),
        _("Approved (yuan)"),
    )  # fmt: skip
    rows = [
        (
            row.number, programme_of(row).title.say(telling.speech()),
            row.claimant.name if row.claimant else "", str(row.get_status_display()),
            clock.day_of(row.started_at), row.first_filed_at and clock.day_of(row.first_filed_at),
            _approved(row),
        )
        for row in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Its claims')} {clock.today().isoformat()}.xlsx")


def _approved(row: Application) -> Fen | None:
    decided = next((each for each in row.decisions.all() if each.set_aside_at is None), None)
    return Fen(decided.amount_fen) if decided else None


def _unclear(request: HttpRequest) -> str | None:
    strange = [name for name in request.GET if name not in ("status", "page")]
    if strange:
        return _("This list cannot be narrowed by “%(name)s”.") % {"name": strange[0][:40]}
    status = request.GET.get("status", "")
    if status and status not in Status.values:
        return _("There is no list “%(name)s” here.") % {"name": status[:20]}
    return None


def _case(row: Application) -> dict[str, Any]:
    day = story.written(clock.day_of(row.first_filed_at or row.started_at))
    parts = [row.claimant.name if row.claimant else "", row.number, day]
    return {
        "pk": row.pk,
        "name": programme_of(row).title.say(telling.speech()),
        "more": " · ".join(part for part in parts if part),
        "code": story.story_of(row).code,
    }
