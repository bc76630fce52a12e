"""The lines of a case in words: who or which month, how it stands, what it brings, and why not."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.asking import asks_of_row, month_of_row
from jiangli.applications.assessing import programme_of, recall
from jiangli.applications.models import Application, Line
from jiangli.applications.queries import name_of_lines
from jiangli.applications.sheet import has_lines
from jiangli.public import telling

PER_PAGE = 50
WORD = {"eligible": "met", "ineligible": "unmet", "undetermined": "unknown"}


def month_in_words(day: Any) -> str:
    """2025 年 6 月."""
    if telling.speech() == "en":
        return f"{day:%B} {day.year}"
    return f"{day.year} 年 {day.month} 月"


def page_of(rows: Sequence[Any], asked: str) -> Page[Any]:
    """The page that is asked for; the first where there is none such."""
    return Paginator(rows, PER_PAGE).get_page(asked or 1)


def line_rows(
    application: Application, results: "Sequence[rules.LineResult] | None", asked: str
) -> dict[str, Any] | None:
    """One page of the lines with what the rules say of each; None where a case has none to show."""
    lines = list(application.lines.select_related("person", "certificate").order_by("number"))
    programme = programme_of(application)
    if not lines or (results is None and not programme.counts):
        return None
    told: Sequence[rules.LineResult | None] = results or [None] * len(lines)
    pairs = list(zip(lines, [*told, *[None] * len(lines)], strict=False))
    page = page_of(pairs, asked)
    return {
        "page": page,
        "rows": [_row(programme, line, result) for line, result in page],
        "judged": bool(results),
        "count": len(lines),
        "head": name_of_lines(programme),
        **{
            code: sum(one is not None and one.outcome == outcome for one in told)
            for outcome, code in WORD.items()
        },
        "sum": sum(result.amount_fen or 0 for result in told if result is not None),
    }


def lines_of_case(application: Application, asked: str) -> dict[str, Any] | None:
    """The lines of a filed case as the rules last answered them; without answers where the list changed since."""
    programme = programme_of(application)
    if not has_lines(programme):
        return None
    last = application.assessments.select_related("version").first()
    results = recall(last).answer.lines or () if last else ()
    same = len(results) == application.lines.count()
    return line_rows(application, results if same else (), asked)


def name_of_line(programme: "rules.Programme", line: Line) -> str:
    """What a line is about: its month, its person, else its certificate."""
    month = month_of_row(programme)
    if month and (day := programme.dictionary.parse(line.stated).get(month.name)):
        return month_in_words(day)
    if line.person:
        return line.person.name
    return str(line.stated.get("certificate.holder_name") or line.certificate or line.number)


def _row(programme: "rules.Programme", line: Line, result: "rules.LineResult | None") -> dict[str, Any]:
    return {
        "number": line.number,
        "pk": line.pk,
        "name": name_of_line(programme, line),
        "said": _said(programme, line),
        "code": WORD[str(result.outcome)] if result else "",
        "amount_fen": result.amount_fen if result else None,
        "why": _why(programme, result) if result else [],
    }


def _said(programme: "rules.Programme", line: Line) -> str:
    """What the row states, but for what it is called by."""
    month, facts = month_of_row(programme), programme.dictionary.parse(line.stated)
    hidden = {month.name if month else "", "certificate.holder_name"}
    said = []
    for ask in asks_of_row(programme):
        if ask.fact.name in facts and ask.fact.name not in hidden:
            value = ask.fact.value_label(facts[ask.fact.name], telling.speech())
            named = ask.fact.kind == "bool"
            said.append(f"{telling.label_of(ask.fact)}：{value}" if named else value)
    number = line.certificate.number if line.certificate and "certificate.number" not in facts else ""
    return " · ".join(part for part in (number, *said) if part)


def _why(programme: "rules.Programme", result: "rules.LineResult") -> list[str]:
    """Why a line is not paid or paid less, each reason with its clause; or what an officer still looks up."""
    lang = telling.speech()
    if result.outcome == "undetermined":
        open_now = dict.fromkeys(name for name in result.unknown if not name.endswith(".id"))
        labels = telling.listed(telling.label_of(programme.dictionary[name]) for name in open_now)
        return [_("An officer looks up: %(facts)s.") % {"facts": labels}] if labels else []
    said = [one for one in result.findings if one.state is False or one.cut_fen is not None]
    brackets = " (%s)" if lang == "en" else "（%s）"
    return [_reason(one, lang) + (brackets % one.clause if one.clause else "") for one in said]


def _reason(finding: "rules.Finding", lang: str) -> str:
    """What is not met, or how a ceiling cut the amount; where nothing is left of it also what was used."""
    if finding.state is False and finding.used_fen and finding.condition.tell:  # else the rules say so
        used = _("%(used)s are used already, nothing is left.")
        return finding.tell(lang) + used % {"used": rules.yuan(finding.used_fen, lang)}
    return finding.tell(lang)
