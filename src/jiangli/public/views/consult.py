"""Consultation: the FAQ, asking with suggestions from it first, and one's own questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode
from jiangli.correspondence import actions as correspondence
from jiangli.correspondence.consultation import actions as consultation
from jiangli.correspondence.consultation import queries
from jiangli.correspondence.consultation.models import Entry, Question, QuestionKind
from jiangli.correspondence.consultation.permissions import cannot_ask, cannot_take_back
from jiangli.looks.templatetags.looks import written_day
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.public import telling
from jiangli.public.askers import ASKING, Asker, asker_of, questions_of
from jiangli.public.forms import CodeForm, PhoneForm
from jiangli.public.listing import Unclear
from jiangli.public.pages import posted, show
from jiangli.public.voice import QuestionForm
from jiangli.refused import Refused

SENT = "asking_code"  # in the session: the key of the code that was sent
ROWS, LONG = 20, 60


def told(entries: list[Entry]) -> list[dict[str, str]]:
    """Entries in the reader's language, each with what it is about."""
    rows = []
    for entry in entries:
        question, answer = entry.said(telling.speech())
        about = rule(entry.programme.version).title.say(telling.speech()) if entry.programme else ""
        rows.append(
            {"question": question, "answer": answer, "about": about, "by": telling.name_of(entry.agency)}
        )
    return rows


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """Every entry that is shown: searched by words, narrowed to a programme."""
    everything = queries.faq()
    titles = {
        one.programme_id: rule(one.programme.version).title.say(telling.speech())
        for one in everything
        if one.programme
    }
    try:
        words, code = _asked(request, {str(key) for key in titles})
        kept = [one for one in everything if not code or one.programme_id == code]
        page = _page(queries.found(kept, words), request)
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    options = [{"value": key, "label": title, "chosen": key == code} for key, title in titles.items()]
    context = {
        "page": page,
        "rows": told(list(page.object_list)),
        "q": words,
        "programmes": options,
        "narrowed": bool(words or code),
    }
    return show(request, "public/faq.html", context)


def _asked(request: HttpRequest, codes: set[str]) -> tuple[str, str]:
    if strange := set(request.GET) - {"q", "programme", "page"}:
        raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": min(strange)[:40]})
    words, code = request.GET.get("q", "").strip(), request.GET.get("programme", "")
    if len(words) > LONG:
        raise Unclear(_("Search for fewer words."))
    if code and code not in codes:
        raise Unclear(_("There are no questions on “%(name)s” here.") % {"name": code[:40]})
    return words, code


def _page(things: Any, request: HttpRequest) -> Page[Any]:
    pages, number = Paginator(things, ROWS), request.GET.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": number[:20], "pages": pages.num_pages}
        )
    return pages.page(int(number))


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Write a question; what the FAQ says of it is shown first, and it is sent with a second press."""
    if request.user.is_authenticated and request.user.is_officer:
        raise Http404
    asker = asker_of(request)
    if not asker.is_known:
        return show(request, "public/ask_who.html", {})
    about = Programme.objects.filter(pk=request.GET.get("programme", "")[:80]).first()
    form = QuestionForm(posted(request), initial={"programme": about})
    context: dict[str, Any] = {"form": form, "asker": asker, "suggested": []}
    context["stopped"] = cannot_ask(
        person=asker.person, organisation=asker.organisation, phone_index=asker.phone_index
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        code = given["programme"].pk if given["programme"] else ""
        pool = [one for one in queries.faq() if not code or one.programme_id in (None, code)]
        context["suggested"] = told(queries.suggested(pool, given["text"]))
        if ("send" in request.POST or not context["suggested"]) and (sent := _send(form, asker)):
            day = written_day(sent.due_on, clock.today())
            messages.success(
                request, _("Your question was sent. You have an answer by %(day)s.") % {"day": day}
            )
            return redirect("public:question", sent.pk)
    return show(request, "public/ask.html", context)


def _send(form: QuestionForm, asker: Asker) -> Question | None:
    given = form.cleaned_data
    try:
        return consultation.ask(
            given["text"],
            kind=QuestionKind(given["kind"]),
            agency=given["agency"],
            programme=given["programme"],
            person=asker.person,
            organisation=asker.organisation,
            proof=asker.proof,
            at=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Without an account: the phone to which we say that the answer has come."""
    if asker_of(request).is_known:
        return redirect("public:ask")
    form = PhoneForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = correspondence.send_phone_code(form.cleaned_data["phone"], at=clock.now())
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            request.session[SENT] = str(row.pk)
            return redirect("public:ask-code")
    return show(request, "public/ask_phone.html", {"form": form})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Take back the code; for an hour one asks and reads with this phone."""
    row = PhoneCode.objects.filter(pk=request.session.get(SENT) or UUID(int=0)).first()
    if row is None:
        return redirect("public:ask-phone")
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
            has = Question.objects.of_phone(row.phone_index).exists()
            return redirect("public:questions" if has else "public:ask")
    return show(request, "public/ask_code.html", {"form": form, "phone": row.phone})


@never_cache
def questions(request: HttpRequest) -> HttpResponse:
    """One's own questions, the newest first."""
    asker = asker_of(request)
    if not asker.is_known:
        return redirect("public:ask")
    rows = questions_of(asker).select_related("agency", "organisation").order_by("-asked_at", "pk")
    try:
        page = _page(rows, request)
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    listed = [
        {"row": row, "agency": telling.name_of(row.agency), "start": row.text[:60]}
        for row in page.object_list
    ]
    return show(request, "public/questions.html", {"page": page, "rows": listed})


@never_cache
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own question: where it is, what was answered. It can be taken back while it waits."""
    asker = asker_of(request)
    if not asker.is_known:
        return redirect("public:ask")
    row = get_object_or_404(questions_of(asker).select_related("agency", "programme__version"), pk=pk)
    if request.method == "POST" and "back" in request.POST:
        try:
            consultation.take_back(row, by=asker.user, phone_index=asker.phone_index, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back."))
        return redirect("public:question", pk)
    passed = [
        {"to": telling.name_of(one.receiver), "reason": one.reason, "at": one.at}
        for one in row.referrals.select_related("receiver")
    ]
    context = {
        "row": row,
        "agency": telling.name_of(row.agency),
        "about": rule(row.programme.version).title.say(telling.speech()) if row.programme else "",
        "answers": list(row.answers.order_by("-number")),
        "passed": passed,
        "overdue": row.is_overdue(clock.today()),
        "may_take_back": cannot_take_back(row, asker.user, asker.phone_index) is None,
    }
    return show(request, "public/question_asked.html", context)
