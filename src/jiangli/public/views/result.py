"""The result of the check: the best first with every point, then the others in the order that helps."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.applications.models import Application
from jiangli.looks.templatetags.looks import written_day
from jiangli.public import amounts, checking, telling
from jiangli.public.checking import WHO, Looked
from jiangli.public.listing import Entry, entries
from jiangli.public.pages import is_open, show, until
from jiangli.public.people import claimant, live_claims
from jiangli.public.questions import wording
from jiangli.public.telling import speech
from jiangli.public.views.check import ABOUT, answers_of

NEAR = 5  # near misses that are shown at once


def result(request: HttpRequest) -> HttpResponse:
    """What the answers come to: what to do, how much, why, and the law."""
    today = clock.today()
    found = entries(today)
    answers = answers_of(request, found)
    about = request.session.get(ABOUT, "")
    ahead = checking.still_to_ask(answers, on=today, found=found, about=about)
    if not answers and ahead:
        return redirect("public:check")
    looked = checking.look(answers, on=today, found=found) if WHO in answers else []
    looked.sort(key=lambda one: one.row.code != about)  # the programme one came from leads
    too_little = bool(looked) and looked[0].possible and not looked[0].has_grounds
    unsure = [name for name, value in answers.items() if value is None]
    first = looked[0] if looked else None
    if too_little:
        first = None
    context = {
        "main": _main(first, unsure, today) if first else None,
        "too_little": too_little,
        "groups": _groups(looked if too_little else looked[1:]),
        "earlier": "earlier" in request.GET,
        "about": about,
        "answers": _given(answers, found),
        "rule": first.rule if first else None,
        "live": _live(request, first.row.code) if first else None,
        "unfinished": bool(ahead),
    }
    return show(request, "public/result.html", context)


def _live(request: HttpRequest, code: str) -> Application | None:
    """The claim of this kind that somebody signed in has handed in."""
    if claimant(request) is None:
        return None
    return live_claims(request.user).filter(programme_code=code).first()


def _main(one: Looked, unsure: list[str], today: Any) -> dict[str, Any]:
    rows = telling.conditions(one.shown, unsure=unsure, history=False, listed=False)
    amount = one.estimate.amount_fen if one.possible else None
    nobody = one.entry.state == "listed"
    figure, unit = amounts.in_short(one.rule)
    if amount and not telling.amount_range(one.rule):
        unit = amounts.unit_of(one.rule)
    return {
        "result": _result(one),
        "state": one.entry.state,
        "over": one.rule.title.say(speech()),
        "title": _headline(one, open_now=is_open(one.rule, today)),
        "amount_fen": amount,
        "range": figure if one.possible and not amount else "",
        "unit": unit,
        "words": unit if one.possible and not amount and not figure else "",
        "payers": telling.payers(one.estimate.payments) if amount else [],
        "sum": telling.sum_in_words(one.estimate.payments) if amount else "",
        "rates": amounts.rates(one.rule) if one.possible and checking.by_list(one.rule) else [],
        "foot": _foot(one, rows),
        "conditions": rows,
        "counted": telling.counted(rows),
        "materials": [] if nobody or not one.possible else telling.materials(one.rule),
        "apply": reverse("public:programme", args=[one.row.code])
        if one.entry.state == "here" and one.possible
        else "",
        "read": reverse("public:programme", args=[one.row.code]),
        "reason": one.entry.reason if one.possible and one.entry.state not in ("here", "listed") else "",
        "possible": one.possible,
        "until": "" if nobody else until(one.rule, today),
    }


def _result(one: Looked) -> str:
    """Open items that are filled in when applying do not make the answer doubtful; a "not sure" does."""
    if not one.possible:
        return "faulty" if one.assessment.only_faults else "ineligible"
    return "eligible" if one.group == "now" and one.entry.state in ("here", "listed") else "undetermined"


def _headline(one: Looked, *, open_now: bool) -> str:
    if not one.possible:
        if not open_now:
            return _("One cannot apply at the moment.")
        return _("By your answers nothing can be claimed this time.")
    if one.entry.state == "draft":
        return _("Only a draft so far. If it is adopted as it stands, it would pay an estimated")
    if one.entry.state == "elsewhere":
        if one.rule.elsewhere is None:
            return _("Claimed in another system, not here.")
        where = one.rule.elsewhere.title.say(speech())
        return _("Claimed in another system, not here: %(where)s") % {"where": where}
    if one.entry.state == "listed":
        return _("You need not apply. If you are on the published list you get an estimated")
    if one.entry.state == "simulation":
        return _("Only to be tried out here; no claims are taken. It would pay an estimated")
    if one.entry.state in ("open", "coming", "back_entry"):
        return _at_the_counter(one)
    if one.group != "now":
        return (
            _(
                "Perhaps you can apply: something is still to be found out. If it fits you would get an estimated"
            )
            if one.estimate.amount_fen
            else _("Perhaps you can apply: something is still to be found out.")
        )
    if one.estimate.amount_fen:
        return _("You can apply. You would get an estimated")
    return _("Apply, and an officer looks up the rest. The notice pays")


def _at_the_counter(one: Looked) -> str:
    sure = one.group == "now" and not one.open_questions
    if not (one.estimate.amount_fen or amounts.in_short(one.rule)[0]):
        return (
            _("It looks as if you can claim this at the counter.")
            if sure
            else _("Perhaps you can claim this.")
        )
    if sure:
        return _("It looks as if you can claim this at the counter. It pays")
    return _("Perhaps you can claim this at the counter. It pays")


def _foot(one: Looked, rows: list[dict[str, Any]]) -> str:
    if not one.possible:
        return _("This is an estimate from your answers. If one of them is not right, change it below.")
    if one.entry.state == "draft":
        return _("An estimate by a draft for comments. Nothing is paid on it yet.")
    if one.entry.state == "listed":
        return _(
            "The city union pays from the list that the province publishes, and asks you for a card by then."
        )
    if one.rule.lines == "month":
        return _("For one month. How many months are paid depends on each month.")
    open_rows = sum(row["code"] == "unknown" for row in rows)
    if open_rows:
        return _(
            "An estimate. %(count)s points are filled in or looked up after you apply; the decision counts."
        ) % {"count": open_rows}
    return _("An estimate; the decision counts.")


def _groups(looked: list[Looked]) -> list[dict[str, Any]]:
    """The other programmes under headings; those far away are folded, and of those nearly reached all but a few."""
    found = []
    for code, ones in groupby(looked, key=lambda one: one.group):
        lines = [_line(one) for one in ones]
        shown = NEAR if code == "near" else len(lines)
        found.append({"code": code, "title": _title(code), "count": len(lines), "lines": lines[:shown],
                      "folded": lines[shown:]})  # fmt: skip
    return found


def _title(group: str) -> str:
    return {
        "now": _("You can claim this too"),
        "possible": _("Perhaps, too: something is still to be found out"),
        "draft": _("Drafts and trials: estimates, nothing is paid yet"),
        "elsewhere": _("In another system"),
        "near": _("Nearly: one thing is missing"),
        "far": _("Not for you, by your answers"),
    }[group]


def _line(one: Looked) -> dict[str, Any]:
    figure, unit = amounts.in_short(one.rule)
    if one.possible and one.estimate.amount_fen:
        figure, unit = f"{one.estimate.amount_fen / 100:,.2f}".removesuffix(".00"), amounts.unit_of(one.rule)
    return {
        "name": one.rule.title.say(speech()),
        "code": one.row.code,
        "office": telling.name_of(one.row.agency),
        "tell": _tell(one),
        "state": one.entry.state,
        "figure": figure if one.possible or one.group == "near" else "",
        "unit": unit if one.possible or one.group == "near" else "",
    }


def _tell(one: Looked) -> str:
    """What is missing, what is still to be found out, or where to go."""
    if not one.possible:
        said = " ".join(telling.tell_of(finding, listed=False) for finding in one.missed)
        if one.group == "near" and (day := one.opens_on):
            said = f"{said} {_('It would pass from %(day)s on.') % {'day': written_day(day)}}"
        return said
    if one.entry.state == "elsewhere" and one.rule.elsewhere:
        return _("Go to: %(where)s") % {"where": one.rule.elsewhere.title.say(speech())}
    if asked := one.open_questions:
        labels = telling.listed(telling.label_of(one.rule.dictionary[name]) for name in asked[:4])
        return _("Still open: %(facts)s") % {"facts": labels}
    if one.entry.state == "listed":
        return _("Nobody applies: paid from the published list")
    return _("An officer finds out the rest.") if one.assessment.unknown else ""


def _given(answers: dict[str, Any], found: list[Entry]) -> list[dict[str, str]]:
    """The answers with a link to change each."""
    asked = {WHO: checking.who_question(found)} | checking.questions(one.law for one in found)
    dictionaries = {name: one.law.dictionary for one in found for name in one.law.facts_read}
    rows = []
    for name in answers:
        if name not in asked:
            continue
        fact, said = asked[name], answers[name]
        value = dictionaries[name].parse({name: said}).get(name) if said is not None and name != WHO else said
        rows.append(
            {
                "key": wording(fact),
                "value": _("Not sure") if value is None else fact.value_label(value, speech()),
                "url": reverse("public:check-question", args=[name]),
                "action": _("Change"),
            }
        )
    return rows
