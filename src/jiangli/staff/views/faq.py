"""The FAQ desk: entries of one's agency, published from an answer or anew, changed, moved, retired."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.correspondence.consultation import entries
from jiangli.correspondence.consultation.models import Entry, Question
from jiangli.correspondence.consultation.permissions import cannot_publish
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.refused import Refused
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import title_of
from jiangli.workbooks import download, workbook


class EntryForm(forms.Form):
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        required=False,
        label=gettext_lazy("Programme"),
        empty_label=gettext_lazy("For all programmes"),
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )
    question_zh = forms.CharField(
        max_length=200,
        label=gettext_lazy("Question in Chinese"),
        help_text=gettext_lazy("As others would ask it: no names, no numbers of people."),
    )
    answer_zh = forms.CharField(
        max_length=2000, label=gettext_lazy("Answer in Chinese"), widget=forms.Textarea(attrs={"rows": 6})
    )
    question_en = forms.CharField(max_length=300, required=False, label=gettext_lazy("Question in English"))
    answer_en = forms.CharField(
        max_length=4000,
        required=False,
        label=gettext_lazy("Answer in English"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.with_law()
        field.label_from_instance = lambda row: title_of(row.version)  # type: ignore[method-assign,assignment]

    @property
    def words(self) -> entries.Words:
        given = self.cleaned_data
        names = ("question_zh", "answer_zh", "question_en", "answer_en")
        return entries.Words(*(given[name].strip() for name in names))


def _wanted(request: HttpRequest) -> Any:
    only(request, "page", "q", "programme", "state")
    rows = Entry.objects.visible_to(who(request)).select_related("programme__version", "changed_by")
    state, code = request.GET.get("state", ""), request.GET.get("programme", "")
    if state not in ("", "shown", "retired"):
        raise Unclear(_("There is no list “%(name)s” here.") % {"name": state[:20]})
    if state:
        rows = rows.filter(retired_at__isnull=state == "shown")
    if code:
        if not Programme.objects.filter(pk=code).exists():
            raise Unclear(_("There is no programme “%(name)s” here.") % {"name": code[:40]})
        rows = rows.filter(programme=code)
    if words := request.GET.get("q", "").strip():
        rows = rows.filter(question_zh__icontains=words) | rows.filter(answer_zh__icontains=words)
    return rows.order_by("programme__position", "position", "published_at", "pk")


@officer_required
@require_GET
def faq(request: HttpRequest) -> HttpResponse:
    try:
        page = page_of(_wanted(request), request)
    except Unclear as why:
        return unclear(request, why)
    state, whole = request.GET.get("state", ""), Entry.objects.visible_to(who(request))
    sizes = {"": whole.count(), "shown": whole.shown().count()}
    sizes["retired"] = sizes[""] - sizes["shown"]
    labels = {"": _("All"), "shown": _("Shown"), "retired": _("Retired")}
    used = set(whole.order_by().values_list("programme", flat=True))
    context = {
        "page": page,
        "rows": [(one, title_of(one.programme.version) if one.programme else "") for one in page.object_list],
        "tabs": [
            {
                "label": labels[key],
                "count": n,
                "url": f"?state={key}" if key else "?",
                "current": key == state,
            }
            for key, n in sizes.items()
        ],
        "q": request.GET.get("q", ""),
        "state": state,
        "programmes": [
            (row.code, title_of(row.version), row.code == request.GET.get("programme"))
            for row, _law in published()
            if row.code in used
        ],
        "cannot": cannot_publish(office(request), who(request), on=clock.today()),
    }
    return render(request, "staff/faq.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        rows = _wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Programme"), _("Question in Chinese"), _("Answer in Chinese"), _("Question in English"),
        _("Answer in English"), _("Published on"), _("Retired on"),
    )  # fmt: skip
    cells = [
        (
            title_of(one.programme.version) if one.programme else "", one.question_zh, one.answer_zh,
            one.question_en, one.answer_en, clock.day_of(one.published_at),
            clock.day_of(one.retired_at) if one.retired_at else "",
        )
        for one in rows
    ]  # fmt: skip
    return download(workbook(headings, cells), f"FAQ {clock.today().isoformat()}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, question: UUID | None = None) -> HttpResponse:
    """A new entry; from a question its words and the newest answer stand there to be edited."""
    source = get_object_or_404(Question.objects.visible_to(who(request)), pk=question) if question else None
    answer = source.answers.last() if source else None
    given = {"question_zh": source.text[:200], "programme": source.programme_id} if source else {}
    given |= {"answer_zh": answer.text} if answer else {}
    form = EntryForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        programme = form.cleaned_data["programme"]
        try:
            entries.publish(form.words, programme=programme, source=source, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Published: everybody can read it."))
            return redirect("staff:faq")
    context = {"form": form, "source": source, "reason": _cannot(request)}
    return render(request, "staff/entry.html", context, status=400 if form.errors else 200)


@officer_required
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an entry, or retire it; a retired one is shown again when it is kept."""
    row = get_object_or_404(Entry.objects.visible_to(who(request)), pk=pk)
    names = ("programme", "question_zh", "answer_zh", "question_en", "answer_en")
    form = EntryForm(
        request.POST if "keep" in request.POST else None, initial={name: getattr(row, name) for name in names}
    )
    if request.method == "POST" and _changed(request, row, form):
        return redirect("staff:faq")
    context = {"form": form, "entry": row, "reason": _cannot(request)}
    return render(request, "staff/entry.html", context, status=400 if form.errors else 200)


def _changed(request: HttpRequest, row: Entry, form: EntryForm) -> bool:
    by, at = who(request), clock.now()
    try:
        if "retire" in request.POST:
            entries.retire(row, by=by, at=at)
            messages.success(request, _("Retired: only this desk still sees it."))
        elif "up" in request.POST or "down" in request.POST:
            entries.move(row, up="up" in request.POST, by=by, at=at)
        elif form.is_valid():
            entries.change(row, form.words, programme=form.cleaned_data["programme"], by=by, at=at)
            messages.success(request, _("Kept: everybody reads the new words."))
        else:
            return False
    except Refused as refusal:
        if not form.is_bound:
            messages.error(request, str(refusal))
            return True
        form.add_error(None, str(refusal))
        return False
    return True


def _cannot(request: HttpRequest) -> str | None:
    return cannot_publish(office(request), who(request), on=clock.today())
