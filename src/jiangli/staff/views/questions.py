"""Questions of people: the queue of one's agency, and dealing with one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.correspondence.consultation import actions as consultation
from jiangli.correspondence.consultation.actions import LONGEST_ANSWER
from jiangli.correspondence.consultation.models import Question, QuestionKind
from jiangli.correspondence.consultation.permissions import (
    cannot_answer,
    cannot_publish,
    cannot_settle,
    cannot_take,
)
from jiangli.refused import Refused
from jiangli.staff.asked import BOXES, DAYS, asker_of, boxes, chips, days, tabs_of, wanted
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.words import agency_names, title_of
from jiangli.workbooks import download, workbook


class AnswerForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_ANSWER,
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("Plain words; name the clause. A message says only that an answer is here."),
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )


class ReferForm(forms.Form):
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        label=gettext_lazy("To which agency"),
        widget=forms.Select(attrs={"class": "govuk-select"}),
        error_messages={"required": gettext_lazy("Choose the agency.")},
    )
    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Whoever asked reads it."),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, own: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.exclude(pk=own).order_by("code")
        field.label_from_instance = lambda row: agency_names()[row.pk]  # type: ignore[method-assign,assignment]


class CloseForm(forms.Form):
    because = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why it gets no answer"),
        help_text=gettext_lazy("Whoever asked reads it."),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


@never_cache
@officer_required
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    try:
        looked_at = wanted(request)
        page = page_of(looked_at.questions, request)
    except Unclear as why:
        return unclear(request, why)
    form, today = looked_at.form, clock.today()
    names = agency_names()
    rows = [
        {
            "row": row,
            "start": row.text[:80],
            "asker": asker_of(row),
            "programme": title_of(row.programme.version) if row.programme else "",
            "overdue": row.is_overdue(today),
            "age": (today - clock.day_of(row.asked_at)).days,
            "agency": names[row.agency_id],
        }
        for row in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "tabs": tabs_of(looked_at),
        "tab": looked_at.tab,
        "chips": chips(form, BOXES, DAYS),
        "groups": [*boxes(form, BOXES), days(form, DAYS, _("Day of asking"))],
        "kept": [{"name": "tab", "value": looked_at.tab}],
    }
    return render(request, "staff/questions.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered table as a spreadsheet: no names, no phones, no words of theirs."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Asked on"), _("About"), _("Programme"), _("Agency"), _("State"), _("Answer by"), _("Overdue"),
        _("Taken by"), _("Settled on"),
    )  # fmt: skip
    names, today = agency_names(), clock.today()
    rows = [
        (
            clock.day_of(row.asked_at), str(row.get_kind_display()),
            title_of(row.programme.version) if row.programme else "", names[row.agency_id],
            str(row.get_state_display()), row.due_on, _("yes") if row.is_overdue(today) else "",
            str(row.taken_by or ""), clock.day_of(row.settled_at) if row.settled_at else "",
        )
        for row in looked_at.questions
    ]  # fmt: skip
    name = f"{pgettext('officer', 'Questions')} {today.isoformat()}.xlsx"
    return download(workbook(headings, rows), name)


@never_cache
@officer_required
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One question: take it, answer it, hand it over, close it; an answer can become an entry."""
    visible = Question.objects.visible_to(who(request))
    row = get_object_or_404(visible.select_related("agency", "programme__version", "person"), pk=pk)
    act = request.POST.get("act", "")
    given = {name: request.POST if act == name else None for name in ("answer", "refer", "close")}
    forms_ = {
        "answer": AnswerForm(given["answer"]),
        "refer": ReferForm(given["refer"], own=row.agency_id),
        "close": CloseForm(given["close"]),
    }
    if request.method == "POST" and _did(request, row, act, forms_.get(act)):
        return redirect("staff:questions" if act == "refer" else request.get_full_path())
    user, today, names = who(request), clock.today(), agency_names()
    context = {
        "row": row,
        "asker": asker_of(row),
        "programme": title_of(row.programme.version) if row.programme else "",
        "desk": row.agency.policy_office if row.kind == QuestionKind.POLICY else "",
        "overdue": row.is_overdue(today),
        "answers": list(row.answers.select_related("by").order_by("-number")),
        "passed": [
            (names[one.sender_id], names[one.receiver_id], one) for one in row.referrals.select_related("by")
        ],
        "forms": forms_,
        "faulty": next((form for form in forms_.values() if form.errors), None),
        "cannot_answer": cannot_answer(row, user, on=today),
        "cannot_take": cannot_take(row, user, on=today),
        "cannot_settle": cannot_settle(row, user, on=today),
        "may_publish": row.answers.exists() and cannot_publish(row.agency, user, on=today) is None,
    }
    return render(request, "staff/question.html", context, status=400 if context["faulty"] else 200)


def _did(request: HttpRequest, row: Question, act: str, form: forms.Form | None) -> bool:
    """Whether the act was done; if not the form, or a message, says why."""
    by, at = who(request), clock.now()
    try:
        if act == "take":
            consultation.take(row, by=by, at=at)
            messages.success(request, _("You have taken this question."))
            return True
        if form is None or not form.is_valid():
            return False
        given = form.cleaned_data
        if act == "answer":
            consultation.answer(row, given["text"], by=by, at=at)
            messages.success(request, _("Answered. Whoever asked is told."))
        elif act == "refer":
            consultation.refer(row, given["agency"], given["reason"], by=by, at=at)
            messages.success(request, _("Passed on."))
        else:
            consultation.close(row, given["because"], by=by, at=at)
            messages.success(request, _("Closed."))
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return True
        form.add_error(None, str(refusal))
        return False
    return True
