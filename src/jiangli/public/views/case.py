"""One case: filling in while it is a draft, following it afterwards, and what its claimant may still do."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.filings.choosing import open_choices
from jiangli.applications.models import Application, Visit
from jiangli.applications.permissions import cannot_apply_here, cannot_withdraw, filer_of
from jiangli.applications.stages import waits_for_claimant
from jiangli.applications.status import Status
from jiangli.payments import actions as payments
from jiangli.payments.models import Payment
from jiangli.payments.permissions import cannot_correct_account
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.rounds import cannot_file
from jiangli.public import sections, story, telling, timeline
from jiangli.public.again import another_look, to_claim
from jiangli.public.forms import CardForm, WithdrawForm
from jiangli.public.lines import lines_of_case
from jiangli.public.notices import notice_of
from jiangli.public.pages import is_open, last_day, posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.views.ratings import rating_of
from jiangli.refused import Refused
from jiangli.rules.facts import plain


@never_cache
@for_claimants
def application(request: SignedIn, pk: Any) -> HttpResponse:
    """The claimant's own case: a list of things to fill in, or how far it has come."""
    row = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if row.status == Status.DRAFT:
        return show(request, "public/draft.html", _draft(row))
    if request.method == "POST" and "renew" in request.POST:
        return _renew(request, row)
    told = case(row, may_act=True, user=request.user, page=request.GET.get("page", ""))
    return show(request, "public/case.html", told)


def _draft(row: Application) -> dict[str, Any]:
    found = programme_of(row)
    tasks = sections.tasks(row)
    return {
        "application": row,
        "rule": found,
        "name": found.title.say(telling.speech()),
        "tasks": [task.row() for task in tasks],
        "done": sum(task.done for task in tasks),
        "total": len(tasks),
        "next": sections.next_page(row),
        "last_day": last_day(found),
        "choices": bool(open_choices(row)),
        "later": _not_in_a_round(row, found),
    }


def _not_in_a_round(row: Application, law: "rules.Programme") -> str | None:
    """Why it cannot be handed in today for want of a round; a case that was filed once is not bound by it."""
    programme = Programme.objects.filter(pk=row.programme_code).first() if row.version_id is None else None
    return cannot_file(programme, law, on=clock.today()) if programme else None


def _renew(request: SignedIn, row: Application) -> HttpResponse:
    try:
        password = applications.renew_query_password(row, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your new query code is %(code)s. It is shown only now.") % {"code": password}
        )
    return redirect("public:application", row.pk)


def case(
    row: Application,
    *,
    may_act: bool,
    user: User | None = None,
    page: str = "",
    visit: Visit | None = None,
) -> dict[str, Any]:
    """The page of a filed case; a visitor with a query code sees the same and may do nothing."""
    told = story.story_of(row)
    todo, meanwhile = story.now(told)
    failures = story.bank_failures(told)
    return {
        "application": row,
        "rule": told.rule,
        "told": told,
        "name": told.rule.title.say(telling.speech()),
        "headline": story.headline(told),
        "amount_fen": story.amount_fen(told),
        "estimated": told.decision is None,
        "facts": story.facts(told),
        "stamped_on": story.stamped_on(told),
        "payers": story.payer_rows(told),
        "failures": failures,
        "level": "h2" if failures and may_act else "",
        "corrections": story.corrections(told),
        "reasons": story.reasons(told),
        "refusal": story.refusal(told),
        "exceptions": story.exceptions(told),
        "todo": todo,
        "meanwhile": meanwhile,
        "steps": timeline.steps(told),
        "notice": notice_of(row),
        "letters": story.letters(row),
        "lines": lines_of_case(row, page),
        "look": another_look(row, told.decision, user if may_act else None),
        "coming": to_claim(user, decision__application=row) if user and may_act else [],
        "may_act": may_act,
        "rating": rating_of(row, user=user, visit=visit),
        "choices": row.status == Status.RETURNED and bool(open_choices(row)),
        "may_withdraw": user is not None and may_act and cannot_withdraw(row, user) is None,
    }


@never_cache
@for_claimants
def withdraw(request: SignedIn, pk: Any) -> HttpResponse:
    """Ask once more before a claim is given up, and say so if there is no way back in."""
    row = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    lost = _no_way_back(row)
    form = WithdrawForm(posted(request), lost=lost is not None)
    if request.method == "POST" and form.is_valid():
        try:
            applications.withdraw(row, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Withdrawn."))
        return redirect("public:application", pk) if row.number else redirect("public:my")
    if reason := cannot_withdraw(row, request.user):
        messages.error(request, reason)
        return redirect("public:application", pk)
    found = programme_of(row)
    context = {"application": row, "rule": found, "lost": lost, "form": form}
    context |= {"last_day": last_day(found), "name": found.title.say(telling.speech())}
    return show(request, "public/withdraw.html", context)


def _no_way_back(row: Application) -> str | None:
    """Why a filed claim could not be filed again today, as it would be refused; None for a draft or if it could."""
    if row.number is None:
        return None
    programme = Programme.objects.with_law().get(pk=row.programme_code)
    found, today = rule(programme.version), clock.today()
    if not is_open(found, today) and (last := last_day(found)):
        return _("Filing closed on %(day)s. Once withdrawn, you cannot apply again for this round.") % {
            "day": plain(last, telling.speech())
        }
    return cannot_apply_here(programme, on=today, filer=filer_of(row))


def _account(form: CardForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in form.fields}


@never_cache
@for_claimants
def confirm_card(request: SignedIn, pk: Any) -> HttpResponse:
    """A person on a published list says where the money goes."""
    row = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if row.status != Status.SUBMITTED or not waits_for_claimant(row):
        return redirect("public:application", pk)
    form = CardForm(posted(request), initial={"account_name": row.party.name})
    if request.method == "POST" and form.is_valid():
        try:
            applications.confirm_card(row, account=_account(form), by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error("account_name", str(refusal))
        else:
            messages.success(request, _("The card is noted. It is checked, then the money is sent."))
            return redirect("public:application", pk)
    context = {"form": form, "application": row, "rule": programme_of(row)}
    return show(request, "public/card.html", {**context, "title": _("Confirm your card")})


@never_cache
@for_claimants
def another_card(request: SignedIn, pk: Any, payment: Any) -> HttpResponse:
    """Another card after the bank sent money back."""
    get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    paid = get_object_or_404(
        Payment.objects.visible_to(request.user), pk=payment, entitlement__decision__application=pk
    )
    if reason := cannot_correct_account(paid, request.user, on=clock.today()):
        messages.info(request, reason)
        return redirect("public:application", pk)
    form = CardForm(posted(request), initial={"account_name": paid.payee_name})
    if request.method == "POST" and form.is_valid():
        try:
            payments.correct_account(paid, account=_account(form), by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The new card is noted. The money goes out again with the next batch.")
            )
            return redirect("public:application", pk)
    context = {"form": form, "application": paid.entitlement.decision.application, "payment": paid}
    context |= {"title": _("Another card"), "payer": telling.name_of(paid.payer)}
    context["rule"] = programme_of(paid.entitlement.decision.application)
    return show(request, "public/card.html", context)
