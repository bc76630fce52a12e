"""The check: one question a page, no sign-in; answers stay in the session."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.public import checking, telling
from jiangli.public.checking import WHO
from jiangli.public.listing import Entry, entries
from jiangli.public.pages import posted, show
from jiangli.public.questions import QuestionForm, facts_from
from jiangli.rules import Dictionary, FactError, parse_fact

SESSION = "check"
ABOUT = "check_about"  # the programme whose page the check was begun from


def answers_of(request: HttpRequest, found: list[Entry] | None = None) -> dict[str, Any]:
    """Answers so far in the order they were given: contract values, None for "not sure".

    What the law of today no longer takes as an answer is asked again.
    """
    answers = dict(request.session.get(SESSION, {}))
    if not answers:
        return answers
    found = entries(clock.today()) if found is None else found
    dictionaries = list({id(one.law.dictionary): one.law.dictionary for one in found}.values())
    dictionaries.append(Dictionary({WHO: checking.who_question(found)}, {}))
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
    """On with the next question, or to the result; a post starts anew; ``programme`` is asked about first."""
    if request.method == "POST":
        request.session.pop(SESSION, None)
        request.session.pop(ABOUT, None)
    found = entries(clock.today())
    about = (request.POST if request.method == "POST" else request.GET).get("programme")
    earlier = _begin(request, about, found) if about else 0
    asked = checking.still_to_ask(
        answers_of(request, found), on=clock.today(), found=found, about=request.session.get(ABOUT, "")
    )
    url = reverse("public:check-question", args=[asked[0].name]) if asked else reverse("public:check-result")
    return redirect(f"{url}?earlier=1" if earlier else url)


def _begin(request: HttpRequest, about: str, found: list[Entry]) -> int:
    """Turn the check to one programme; how many earlier answers go with it."""
    one = next((one for one in found if one.row.code == about), None)
    if one is None or not one.who:
        return 0
    request.session[ABOUT] = about
    answers = answers_of(request, found)
    earlier = len(answers)
    if answers.get(WHO) not in one.who:
        answers.pop(WHO, None)
        first = {WHO: one.who[0]} if len(one.who) == 1 else {}
        request.session[SESSION] = {**first, **answers}
    return earlier


def question(request: HttpRequest, fact: str) -> HttpResponse:
    """Ask one fact, or who one is."""
    found = entries(clock.today())
    answers = answers_of(request, found)
    asked = {WHO: checking.who_question(found)}
    asked |= checking.questions(one.law for one in found)
    if fact not in asked:
        raise Http404
    unsure = [name for name, value in answers.items() if value is None]
    form = QuestionForm(asked[fact], posted(request), known=answers, unsure=unsure)
    stops = request.method == "POST" and "stop" in request.POST
    if request.method == "POST" and form.is_valid():
        request.session[SESSION] = {**answers, **facts_from(form)}
        if not stops:
            return redirect("public:check")
    if stops:  # whatever the page held: nobody has to answer in order to stop
        messages.success(request, _("Your answers stay here. Go on whenever you like."))
        return redirect("public:home")
    about = request.session.get(ABOUT, "")
    context = _question(fact, form, answers, found, about)
    if "earlier" in request.GET:
        context |= {"earlier": len(answers), "about": about}
    return show(request, "public/question.html", context)


def _question(
    fact: str, form: QuestionForm, answers: dict[str, Any], found: list[Entry], about: str
) -> dict[str, Any]:
    before = list(answers)
    if fact in before:
        before = before[: before.index(fact)]
    ahead = checking.still_to_ask(answers, on=clock.today(), found=found, about=about)
    left = [one for one in ahead if one.name != fact]
    past = len(answers) - (fact in answers)
    total = past + 1 + (len(left) if WHO in answers else checking.usual_length(found, on=clock.today()))
    return {
        "form": form,
        "field": form[fact],
        "unclear": form["unclear"] if "unclear" in form.fields else None,
        "index": len(before) + 1,
        "total": total,
        "back": reverse("public:check-question", args=[before[-1]]) if before else reverse("public:home"),
        "first": not before,
        "why": _why(fact, checking.pool(found, answers.get(WHO))),
    }


def _why(fact: str, found: list[Entry]) -> list[dict[str, str]]:
    """The first condition of each programme that reads the fact, in the words of the law."""
    said: dict[str, dict[str, str]] = {}
    for one in found:
        for condition in one.law.conditions:
            quote = condition.basis.quote
            if fact in condition.facts and quote and quote not in said:
                said[quote] = {"quote": quote, "place": telling.place(one.law, condition.basis.clause)}
                break
    return list(said.values())[:3]
