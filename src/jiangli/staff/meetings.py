"""Meetings and cases due as officers see them: what an address asks for, and the rows that answer it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.programmes.models import Programme, Round
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.queries import Sum, due_for, sums_of
from jiangli.reviews.deliberation.status import MeetingState, Result
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.past import chosen, options
from jiangli.staff.words import agency_names, listed, pair, title_of
from jiangli.workbooks import Fen

WAITING = "waiting"
TROUBLE = "trouble"


class Found(NamedTuple):
    rows: QuerySet[Any]
    questions: list[dict[str, Any]]
    text: str


def _words(request: HttpRequest) -> str:
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    return text


def meetings_asked(request: HttpRequest) -> Found:
    """The meetings of the agency, by state and by name or number of the minutes."""
    only(request, "page", "state", "q")
    text, state = _words(request), chosen(request, "state", MeetingState.values)
    rows = Meeting.objects.visible_to(who(request)).annotate(count=Count("items"))
    rows = rows.order_by("-planned_on", "-prepared_at")
    rows = rows.filter(state=state) if state else rows
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(number__icontains=text))
    return Found(rows, [options("state", _("State"), MeetingState.choices, state)], text)


def due_asked(request: HttpRequest) -> Found:
    """The cases due that are not the officer's own, by programme, round, and name or number."""
    only(request, "page", "programme", "round", "q")
    text, rows = _words(request), due_for(who(request))
    codes = sorted(set(rows.order_by().values_list("programme_code", flat=True)))
    programmes = Programme.objects.with_law().in_bulk(codes)
    code = chosen(request, "programme", codes)
    rounds = {str(one.pk): one for one in Round.objects.filter(programme__in=codes)}
    key = chosen(request, "round", rounds)
    if code:
        rows = rows.filter(programme_code=code)
    if key:
        rows = rows.filter(_of_round(rounds[key]))
    if text:
        named = Q(claimant__name__icontains=text) | Q(organisation__name__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    questions = [
        options(
            "programme", _("Programme"), [(each, title_of(programmes[each].version)) for each in codes], code
        )
    ]
    if rounds:
        questions.append(options("round", _("Round"), [(pk, one.name) for pk, one in rounds.items()], key))
    return Found(rows, questions, text)


def _of_round(one: Round) -> Q:
    """Cases first filed on the days of a round."""
    morning = datetime.combine(one.opens_on, time.min, clock.SHANGHAI)
    evening = datetime.combine(one.closes_on + timedelta(days=1), time.min, clock.SHANGHAI)
    return Q(programme_code=one.programme_id, first_filed_at__gte=morning, first_filed_at__lt=evening)


def items_asked(request: HttpRequest, meeting: Meeting) -> Found:
    """The items of a meeting, by programme and by what was said of them."""
    only(request, "page", "programme", "result", "q")
    text = _words(request)
    codes = sorted(set(meeting.items.order_by().values_list("programme_code", flat=True)))
    programmes = Programme.objects.with_law().in_bulk(codes)
    code = chosen(request, "programme", codes)
    more = [(WAITING, _("No result yet")), (TROUBLE, _("Could not be carried out"))]
    result = chosen(request, "result", [*Result.values, WAITING, TROUBLE])
    rows = meeting.items.select_related("application__version", "entered_by", "confirmed_by")
    rows = rows.filter(programme_code=code) if code else rows
    if result == TROUBLE:
        rows = rows.exclude(trouble="")
    elif result:
        rows = rows.filter(result="" if result == WAITING else result)
    if text:
        rows = rows.filter(
            Q(application__number__icontains=text)
            | Q(application__claimant__name__icontains=text)
            | Q(application__organisation__name__icontains=text)
        )
    questions = [
        options(
            "programme", _("Programme"), [(each, title_of(programmes[each].version)) for each in codes], code
        ),
        options("result", _("Result"), [*Result.choices, *more], result),
    ]
    return Found(rows, questions, text)


def said_of(one: Sum) -> dict[str, Any]:
    """A sum with its payers in words: 区人社局 120,000.00."""
    names = agency_names()
    shares = [pair(names.get(payer, payer), f"{fen / 100:,.2f}") for payer, fen in sorted(one.payers.items())]
    return {"count": one.count, "fen": one.fen, "payers": listed(shares)}


def sums_to_show(meeting: Meeting) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """What the agenda comes to, and each of its programmes by title."""
    whole, each = sums_of(meeting)
    programmes = Programme.objects.with_law().in_bulk(list(each))
    rows = [(title_of(programmes[code].version), said_of(one)) for code, one in sorted(each.items())]
    return said_of(whole), rows


def headings() -> tuple[str, ...]:
    """Of the agenda as a spreadsheet, with its results."""
    return (
        _("No."), _("Acceptance number"), _("Claimant or organisation"), _("Employer"), _("Programme"),
        _("Matter"), _("Lines"), _("Amount (yuan)"), _("Who pays"), _("Opinion of the review"),
        _("Publicity"), _("Result"), _("Agreed amount (yuan)"), _("Words of the minutes"), _("Carried out"),
        _("Why not carried out"),
    )  # fmt: skip


def cells(item: AgendaItem) -> tuple[Any, ...]:
    names, told = agency_names(), item.summary
    shares = [
        pair(names.get(row["payer"], row["payer"]), f"{row['fen'] / 100:,.2f}") for row in told["shares"]
    ]
    return (
        item.position, told["number"], told["party"], told["unit"], title_of(item.application.version),
        told["matter"], told["lines"] or None, Fen(item.amount_fen), listed(shares),
        review_words(told), publicity_words(told), item.get_result_display(),
        None if item.agreed_fen is None else Fen(item.agreed_fen), item.words,
        clock.day_of(item.ended_at) if item.ended_at else None, item.trouble,
    )  # fmt: skip


def review_words(summary: dict[str, Any]) -> str:
    """What the last review said, and when; passed without a word is said so."""
    review = summary["review"]
    if not review:
        return "–"
    return f"{review['text'] or _('Passed')} {review['on']}"


def publicity_words(summary: dict[str, Any]) -> str:
    """What came of the publicity; a dash where the law asks for none."""
    publicity = summary["publicity"]
    if not publicity:
        return "–"
    return f"{publicity['text'] or _('No objection')} {publicity['on']}"
