"""The lines of a roster as officers list them: filters of the address, rows of the table, counts above it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Line, LineState, Standing
from jiangli.applications.status import Status
from jiangli.registers.queries import normalise_certificate_number
from jiangli.reviews.differences import changed_lines
from jiangli.reviews.permissions import cannot_be_looked_up
from jiangli.rules import Programme
from jiangli.staff.pages import Unclear, only
from jiangli.staff.sheet import mark_of
from jiangli.staff.words import fact_label, language, pair, say, value_in_words

LINES = 50  # rows of a page
CODES = {"passes": "met", "look": "faulty", "open": "unknown", "fails": "unmet", "struck": "unmet"}
LEVEL = "certificate.level"


class Reason(NamedTuple):
    id: str
    said: str


class LineRow(NamedTuple):
    line: Line
    name: str
    certificate: str
    level: str
    code: str  # in the table of states
    word: str
    amount_fen: int | None
    cut_fen: int | None
    reasons: list[Reason]


class LineFilters(forms.Form):
    q = forms.CharField(required=False, max_length=60, label=gettext_lazy("Name or certificate number"))
    state = forms.MultipleChoiceField(
        required=False, choices=LineState.choices, label=gettext_lazy("Standing of the line")
    )
    condition = forms.MultipleChoiceField(required=False, label=gettext_lazy("Fails or leaves open"))
    changed = forms.MultipleChoiceField(
        required=False,
        choices=[("yes", gettext_lazy("Registers say otherwise since the filing"))],
        label=gettext_lazy("Changed"),
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["condition"].choices = _conditions(programme)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for: its filters, and the lines that remain."""

    form: LineFilters
    lines: QuerySet[Line]

    @property
    def narrowed(self) -> bool:
        return any(self.form.cleaned_data.values())


def _conditions(programme: Programme) -> list[tuple[str, str]]:
    """The conditions that a line can fail, with their titles."""
    claim = {each.id for each in programme.claim}
    rows = [each for each in programme.conditions if each.id not in claim]
    return [(each.id, f"{mark_of(programme, each.id)} {say(each.title)}".strip()) for each in rows]


def wanted_lines(request: HttpRequest, application: Application, programme: Programme) -> Wanted:
    """Read the address. Unclear if it asks for something the list of lines does not have."""
    only(request, "page", *LineFilters.base_fields)
    form = LineFilters(request.GET, programme=programme)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    asked, lines = form.cleaned_data, lines_of(application)
    if asked["state"]:
        lines = lines.filter(standing__state__in=asked["state"])
    if asked["condition"]:
        where = Q()
        for id in asked["condition"]:
            where |= Q(standing__failed__contains=f"|{id}|")
            where |= Q(standing__open__contains=f"|{id}|", standing__state=LineState.OPEN)
        lines = lines.filter(where)
    if asked["changed"]:
        lines = lines.filter(pk__in=changed_lines(application))
    if text := asked["q"].strip():
        lines = lines.filter(_named(text))
    return Wanted(form, lines)


def lines_of(application: Application) -> QuerySet[Line]:
    """The lines as officers see them: those added to a returned roster only once it is handed in again."""
    lines = application.lines.select_related("person", "certificate", "standing").order_by("number")
    if application.status == Status.RETURNED and application.standings.exists():
        return lines.filter(standing__isnull=False)
    return lines


def _named(text: str) -> Q:
    where = Q(person__name__icontains=text) | Q(**{"stated__person.name__icontains": text})
    if number := normalise_certificate_number(text):
        where |= Q(certificate__number__icontains=number)
    if text.isascii() and text.isdecimal() and len(text) < 7:
        where |= Q(number=int(text))
    return where


def row_of(line: Line, programme: Programme) -> LineRow:
    """A line as the table has it, from what is kept of it; a line nobody judged yet is to be checked."""
    kept = getattr(line, "standing", None)
    state = LineState(kept.state) if kept else None
    reasons = [Reason(mark_of(programme, row["id"]), row[language()]) for row in kept.reasons] if kept else []
    if state is LineState.STRUCK:
        struck = line.strikes.filter(lifted_at=None)
        reasons = [Reason(mark_of(programme, row.condition), row.reason) for row in struck]
    return LineRow(
        line,
        name_of(line),
        line.certificate.number if line.certificate else "",
        level_of(line, programme),
        CODES[state.value] if state else "unknown",
        str(state.label) if state else _("Not judged"),
        kept.amount_fen if kept else None,
        kept.cut_fen if kept else None,
        reasons,
    )


def name_of(line: Line) -> str:
    """Who stands on a line: the person, or the name as the roster has it."""
    said = line.stated.get("person.name") or line.listed.get("person.name") or ""
    return line.person.name if line.person else str(said)


def level_of(line: Line, programme: Programme) -> str:
    known = line.certificate.level if line.certificate and line.certificate.looked_up_at else ""
    level = known or line.listed.get(LEVEL) or line.stated.get(LEVEL)
    return value_in_words(programme, LEVEL, level) if level else ""


def counts_of(application: Application) -> Counter[str]:
    """The number of lines in each state."""
    rows = application.standings.order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(rows))


def figures_of(application: Application, counts: Counter[str]) -> list[dict[str, Any]]:
    """What stands above the table: how many lines stand how, and what they come to."""
    total = application.lines.count()
    paying = application.standings.filter(state__in=["passes", "look"])
    fen = paying.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    unit = _("lines")
    away = counts["fails"] + counts["struck"]
    held = _("of which %(n)s to look at") % {"n": counts["look"]} if counts["look"] else ""
    struck = _("of which %(n)s struck off") % {"n": counts["struck"]} if counts["struck"] else ""
    return [
        {
            "label": str(LineState.PASSES.label),
            "number": f"{counts['passes'] + counts['look']:,}",
            "unit": unit,
            "more": held,
        },
        {"label": str(LineState.OPEN.label), "number": f"{counts['open']:,}", "unit": unit},
        {"label": _("Not paid"), "number": f"{away:,}", "unit": unit, "more": struck},
        {
            "label": _("Sum of the lines that pass"),
            "number": f"{fen // 100:,}" + (f".{fen % 100:02d}" if fen % 100 else ""),
            "unit": _("yuan"),
            "more": _("%(n)s lines in all") % {"n": f"{total:,}"},
        },
    ]


def by_level(application: Application, programme: Programme) -> list[tuple[str, int, int]]:
    """Of the lines that pass: level, how many, and their sum in fen; nothing where levels do not matter."""
    if LEVEL not in programme.dictionary or LEVEL not in programme.facts_read:
        return []
    paying = application.standings.filter(state__in=["passes", "look"]).order_by()
    rows = paying.values_list("line__certificate__level").annotate(Count("pk"), Sum("amount_fen"))
    order = [choice.id for choice in programme.dictionary[LEVEL].choices]
    found = sorted(rows, key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    return [
        (value_in_words(programme, LEVEL, level) if level else _("Not in the register"), n, fen or 0)
        for level, n, fen in found
    ]


def troubled(application: Application) -> tuple[Counter[str], Counter[str]]:
    """How many lines fail each condition, and how many leave it open: by the id of the condition."""
    failed: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    for column, found in (("failed", failed), ("open", opened)):
        judged = application.standings.exclude(**{column: ""}).order_by()
        if column == "open":  # what a line leaves open that fails anyway is nobody's work
            judged = judged.filter(state=LineState.OPEN)
        rows = judged.values_list(column)
        for ids, n in rows.annotate(n=Count("pk")):
            for id in ids.strip("|").split("|"):
                found[id] += n
    return failed, opened


class OpenFact(NamedTuple):
    name: str
    label: str
    lines: int
    reason: str  # why nobody can look it up by hand


def open_facts(application: Application, programme: Programme) -> list[OpenFact]:
    """What is not known of open lines, the most frequent first, each for how many of them."""
    found: Counter[str] = Counter()
    rows = application.standings.filter(state="open").order_by().values_list("unknown")
    for names, n in rows.annotate(n=Count("pk")):
        for name in filter(None, names.split("|")):
            found[name] += n
    return [
        OpenFact(name, fact_label(programme, name), n, cannot_be_looked_up(programme, name) or "")
        for name, n in found.most_common()
    ]


def without(application: Application, fact: str) -> QuerySet[Line]:
    """The lines that stay open for want of this fact."""
    return lines_of(application).filter(standing__state="open", standing__unknown__contains=f"|{fact}|")


def conditions_of_lines(application: Application, programme: Programme) -> list[dict[str, Any]]:
    """The conditions that lines can fail, with how many fail them and how many leave them open."""
    failed, opened = troubled(application)
    claim = {each.id for each in programme.claim}
    rows = []
    for each in (*programme.conditions, programme.amount.rate_condition):
        if each.id in claim or (each is programme.amount.rate_condition and not failed[each.id]):
            continue
        code = "unknown" if opened[each.id] else "unmet" if failed[each.id] else "met"
        rows.append(
            {
                "id": each.id,
                "mark": mark_of(programme, each.id),
                "title": say(each.title) or each.id,
                "code": code,
                "failed": failed[each.id],
                "open": opened[each.id],
                "quote": each.basis.quote or "",
                "place": each.basis.clause or "",
            }
        )
    return rows


def falling_rows(application: Application, programme: Programme, most: int) -> list[LineRow]:
    """The first lines that are not paid, for the page on which one confirms having seen them."""
    lines = lines_of(application).filter(standing__state__in=["fails", "struck"])
    return [row_of(line, programme) for line in lines[:most]]


def kept_of(line: Line) -> Standing | None:
    """What is kept of one line, if anything judged it."""
    return Standing.objects.filter(line=line).first()


def lost_conditions(application: Application, assessed: Assessed) -> list[tuple[str, str]]:
    """What the lines fail where none is left that is paid or open: (id, title), for a refusal to rest on."""
    tally = assessed.tally
    if not tally.total or tally.standing or tally.of(LineState.OPEN):
        return []
    failed, _opened = troubled(application)
    titles = {each.id: say(each.title) for each in assessed.programme.conditions}
    return [(id, titles.get(id, id)) for id, _n in failed.most_common()]
