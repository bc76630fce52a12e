"""The check: one question a page, no sign-in; answers stay in the session."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.applications.models import Application
from jiangli.public import checking, telling
from jiangli.public.pages import is_open, posted, show, until
from jiangli.public.people import claimant, live_claims
from jiangli.public.questions import QuestionForm, facts_from, wording
from jiangli.public.telling import speech
from jiangli.rules import Dictionary, FactError, parse_fact

SESSION = "check"


def answers_of(request: HttpRequest) -> dict[str, Any]:
    """Answers so far in the order they were given: contract values, None for "not sure".

    What the law of today no longer takes as an answer is asked again.
    """
    answers = dict(request.session.get(SESSION, {}))
    if not answers:
        return answers
    dictionaries = [programme.dictionary for _row, programme in checking.for_persons()]
    return {name: value for name, value in answers.items() if _taken(name, value, dictionaries)}


def _taken(name: str, value: Any, dictionaries: Iterable[Dictionary]) -> bool:
    try:
        for dictionary in dictionaries:
            if value is not None and name in dictionary:
                parse_fact(dictionary, name, value)
    except FactError:
        return False
    return True


def check(request: HttpRequest) -> HttpResponse:
    """On with the next question, or to the result; a post starts anew."""
    if request.method == "POST":
        request.session.pop(SESSION, None)
    asked = checking.still_to_ask(answers_of(request), on=clock.today())
    if asked:
        return redirect("public:check-question", asked[0].name)
    return redirect("public:check-result")


def question(request: HttpRequest, fact: str) -> HttpResponse:
    """Ask one fact."""
    asked = checking.questions(found for _row, found in checking.for_persons())
    if fact not in asked:
        raise Http404
    answers = answers_of(request)
    unsure = [name for name, value in answers.items() if value is None]
    form = QuestionForm(asked[fact], posted(request), known=answers, unsure=unsure)
    if request.method == "POST" and form.is_valid():
        request.session[SESSION] = {**answers, **facts_from(form)}
        if "stop" in request.POST:
            messages.success(request, _("Your answers stay here. Go on whenever you like."))
            return redirect("public:home")
        return redirect("public:check")
    return show(request, "public/question.html", _question(fact, form, answers))


def _question(fact: str, form: QuestionForm, answers: dict[str, Any]) -> dict[str, Any]:
    before = list(answers)
    if fact in before:
        before = before[: before.index(fact)]
    left = [one for one in checking.still_to_ask(answers, on=clock.today()) if one.name != fact]
    past = len(answers) - (fact in answers)
    return {
        "form": form,
        "field": form[fact],
        "unclear": form["unclear"] if "unclear" in form.fields else None,
        "index": len(before) + 1,
        "total": past + 1 + len(left),
        "back": reverse("public:check-question", args=[before[-1]]) if before else reverse("public:home"),
        "first": not before,
        "why": _why(fact),
    }


def _why(fact: str) -> list[dict[str, str]]:
    """The first condition of each programme that reads the fact, in the words of the law."""
    found: dict[str, dict[str, str]] = {}
    for _row, programme in checking.for_persons():
        for condition in programme.conditions:
            quote = condition.basis.quote
            if fact in condition.facts and quote and quote not in found:
                found[quote] = {"quote": quote, "place": telling.place(programme, condition.basis.clause)}
                break
    return list(found.values())[:3]


def result(request: HttpRequest) -> HttpResponse:
    """What the answers come to: what to do, how much, why, and the law."""
    answers, today = answers_of(request), clock.today()
    if not answers and checking.still_to_ask(answers, on=today):
        return redirect("public:check")
    looked = checking.look(answers, on=today)
    unsure = [name for name, value in answers.items() if value is None]
    context = {
        "main": _main(looked[0], unsure, today) if looked else None,
        "others": [_other(one) for one in looked[1:]],
        "answers": _given(answers),
        "rule": looked[0].rule if looked else None,
        "live": _live(request, looked[0].row.code) if looked else None,
        "unfinished": bool(checking.still_to_ask(answers, on=today)),
    }
    return show(request, "public/result.html", context)


def _live(request: HttpRequest, code: str) -> Application | None:
    """The claim of this kind that somebody signed in has handed in."""
    if claimant(request) is None:
        return None
    return live_claims(request.user).filter(programme_code=code).first()


def _main(one: checking.Looked, unsure: list[str], today: Any) -> dict[str, Any]:
    rows = telling.conditions(one.shown, unsure=unsure, history=False)
    nobody, open_now = checking.asks_nobody(one.rule), is_open(one.rule, today)
    amount = one.estimate.amount_fen if one.possible else None
    return {
        "result": _result(one, rows),
        "over": one.rule.title.say(speech()),
        "title": _headline(one, nobody=nobody, open_now=open_now),
        "amount_fen": amount,
        "range": telling.amount_range(one.rule) if one.possible and not amount else "",
        "payers": telling.payers(one.estimate.payments) if amount else [],
        "sum": telling.sum_in_words(one.estimate.payments) if amount else "",
        "foot": _foot(one, rows, nobody=nobody),
        "conditions": rows,
        "counted": telling.counted(rows),
        "materials": [] if nobody or not one.possible else telling.materials(one.rule),
        "apply": reverse("public:programme", args=[one.row.code]) if one.possible and not nobody else "",
        "read": reverse("public:programme", args=[one.row.code]),
        "nobody": nobody,
        "possible": one.possible,
        "until": until(one.rule, today),
    }


def _result(one: checking.Looked, rows: list[dict[str, Any]]) -> str:
    """Open items that are filled in when applying do not make the answer doubtful; a "not sure" does."""
    if not one.possible:
        return "faulty" if one.assessment.only_faults else "ineligible"
    asked = checking.questions([one.rule])
    doubtful = any(name in asked for name in one.assessment.unknown) or not one.estimate.amount_fen
    return "undetermined" if doubtful else "eligible"


def _headline(one: checking.Looked, *, nobody: bool, open_now: bool) -> str:
    if not one.possible:
        if not open_now:
            return _("One cannot apply at the moment.")
        return _("By your answers nothing can be claimed this time.")
    if nobody:
        return _("You need not apply. If you are on the published list you get an estimated")
    if one.estimate.amount_fen:
        return _("You can apply. You would get an estimated")
    return _("Apply, and an officer looks up the rest. The notice pays")


def _foot(one: checking.Looked, rows: list[dict[str, Any]], *, nobody: bool) -> str:
    if not one.possible:
        return _("This is an estimate from your answers. If one of them is not right, change it below.")
    if nobody:
        return _(
            "The city union pays from the list that the province publishes, and asks you for a card by then."
        )
    open_rows = sum(row["code"] == "unknown" for row in rows)
    if open_rows:
        return _(
            "An estimate. %(count)s points are filled in or looked up after you apply; the decision counts."
        ) % {"count": open_rows}
    return _("An estimate; the decision counts.")


def _other(one: checking.Looked) -> dict[str, Any]:
    why = " ".join(finding.tell(speech()) for finding in one.missed)
    if checking.asks_nobody(one.rule):
        why = _("Nobody applies: paid from the published list")
    return {
        "name": one.rule.title.say(speech()),
        "url": reverse("public:programme", args=[one.row.code]),
        "more": why or _("May also be possible. Only one of these is paid, the highest."),
        "kind": "result",
        "code": "undetermined" if one.possible else "ineligible",
    }


def _given(answers: dict[str, Any]) -> list[dict[str, str]]:
    """The answers with a link to change each."""
    rows = []
    programmes = [programme for _row, programme in checking.for_persons()]
    for name, fact in checking.questions(programmes).items():
        if name not in answers:
            continue
        said = answers[name]
        value = programmes[0].dictionary.parse({name: said}).get(name) if said is not None else None
        rows.append(
            {
                "key": wording(fact),
                "value": _("Not sure") if value is None else fact.value_label(value, speech()),
                "url": reverse("public:check-question", args=[name]),
                "action": _("Change"),
            }
        )
    return rows
