"""How much a programme pays, row by row and in words: fixed sums, formulas, what officers decide, and ceilings."""

from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.public import formulas, telling
from jiangli.public.telling import speech
from jiangli.rules.nodes import Literal

BASIS = "officer.legal_basis"
Row = dict[str, Any]


def unit_of(law: "rules.Programme") -> str:
    """Yuan a month, yuan a person, or just yuan."""
    if law.lines == "month":
        return _("yuan a month")
    return _("yuan for each person") if law.lines == "person" else _("yuan")


def rates(law: "rules.Programme") -> list[Row]:
    """A row for each rate: for whom, the figure or the words, and the law. Levels without a sum are named too."""
    found: list[Row] = []
    for rate in law.amount.rates:
        row = {
            "name": _for_whom(law, rate),
            "figure": "",
            "unit": unit_of(law),
            "text": "",
            "quote": rate.basis.quote,
            "place": telling.place(law, rate.basis.clause),
        }
        found += _told(law, rate, row)
    return found


def _for_whom(law: "rules.Programme", rate: "rules.Rate") -> str:
    """The values of a row and its condition; what one line of the claim is where it has neither."""
    said = []
    if rate.values and law.amount.by:
        by = law.dictionary[law.amount.by]
        order = [choice.id for choice in by.choices]
        values = sorted(rate.values, key=lambda v: order.index(v) if v in order else 0)
        said.append(telling.listed(by.value_label(v, speech()) for v in values))
    if rate.when is not None and formulas.is_always(rate.when.node) is None:
        said.append(formulas.condition(rate.when.node, law.dictionary))
    return " · ".join(said) or {"month": _("Each month"), "person": _("Each person")}.get(
        law.lines, _("Each claim")
    )


def _told(law: "rules.Programme", rate: "rules.Rate", row: Row) -> list[Row]:
    if rate.amount is None:
        return [{**row, "text": _("The notice names no sum for it"), "none": True}]
    if isinstance(rate.amount.node, Literal):
        return [{**row, "figure": _figure(int(rate.amount.node.value) * law.ratio)}]  # type: ignore[arg-type]
    if rate.by_officer:
        text = _("An officer decides it") if BASIS not in rate.needs else _("Not in this notice")
        return [{**row, "text": text, "more": _officers(law, rate)}]
    return _formula(law, rate, row)


def _officers(law: "rules.Programme", rate: "rules.Rate") -> str:
    """Where an officer takes the sum from, and how high it may be."""
    said = (
        [_("An officer enters it from another document and names that document.")]
        if BASIS in rate.needs
        else []
    )
    said += [_("At most %(most)s.") % {"most": ceiling["more"]} for ceiling in ceilings(law)]
    return " ".join(said)


def _formula(law: "rules.Programme", rate: "rules.Rate", row: Row) -> list[Row]:
    assert rate.amount is not None
    parts = formulas.brackets(rate.amount.node)
    if parts is None:
        more = _("An officer enters the figures from another document.") if BASIS in rate.needs else ""
        return [{**row, "text": formulas.amount(rate.amount.node, law.dictionary), "more": more}]
    fact, spans, floor = parts
    what = law.dictionary[fact.name].label.say(speech())
    rows = [
        {
            **row,
            "name": _("%(what)s from %(low)s to %(high)s yuan")
            % {"what": what, "low": _figure(span.low_fen), "high": _figure(span.high_fen)},
            "figure": f"{span.percent}%",
            "unit": "",
        }
        for span in spans
    ]
    if floor:
        rows.append({**row, "name": _("At least"), "figure": _figure(floor)})
    return rows


def supplements(law: "rules.Programme") -> list[Row]:
    """What is added to a rate: for whom, and how much."""
    rows = []
    for extra in law.amount.supplements:
        row = {
            "name": formulas.condition(extra.when.node, law.dictionary) if extra.when else _("Everybody"),
            "figure": "",
            "unit": "",
            "text": "",
            "quote": extra.basis.quote,
            "place": telling.place(law, extra.basis.clause),
        }
        if extra.percent:
            row["figure"] = f"+{extra.percent}%"
        elif extra.amount and isinstance(extra.amount.node, Literal):
            row |= {"figure": f"+{_figure(int(extra.amount.node.value))}", "unit": unit_of(law)}  # type: ignore[arg-type]
        elif extra.amount:
            row["text"] = formulas.amount(extra.amount.node, law.dictionary)
        rows.append(row)
    return rows


def _key(name: str) -> str:
    """A column of a limit as people say it; a new one is said by its own name."""
    words = {
        "person": _("for one person"),
        "organisation": _("for one organisation"),
        "certificate": _("for one certificate"),
        "subject": _("for one subject"),
        "period": _("in one period"),
        "claim": _("for one claim"),
    }
    return words.get(name, name)


def ceilings(law: "rules.Programme") -> list[Row]:
    """Every ceiling with its sum: 每家单位、一个年度 200,000 元."""
    rows = []
    for limit in law.limits:
        if limit.ceiling is None or not limit.refuses:
            continue
        fixed = isinstance(limit.ceiling.node, Literal)
        most = (
            rules.yuan(int(limit.ceiling.node.value), speech())  # type: ignore[union-attr, arg-type]
            if fixed
            else formulas.amount(limit.ceiling.node, law.dictionary)
        )
        who = telling.listed(_key(name) for name in limit.per) or _("for the whole programme")
        title = limit.condition.title
        rows.append(
            {
                "name": title.say(speech()) if title else limit.id,
                "more": _("%(most)s %(who)s") % {"most": most, "who": who},
                "quote": limit.condition.basis.quote or "",
                "place": telling.place(law, limit.condition.basis.clause),
            }
        )
    return rows


def in_short(law: "rules.Programme") -> tuple[str, str]:
    """The sum as a card shows it, and what stands behind it: ("1,200–1,600", "元"); ("", "按公式算")."""
    if written := telling.amount_range(law):
        return written, unit_of(law)
    most = [limit for limit in law.limits if limit.ceiling and limit.refuses]
    nodes = [one.ceiling.node for one in most if one.ceiling]
    fen = [node.value for node in nodes if isinstance(node, Literal) and isinstance(node.value, int)]
    if fen:
        return _figure(min(fen)), _("yuan at most")
    if any(BASIS in rate.needs for rate in law.amount.rates):
        return "", _("The amount stands in another document")
    if law.amount.by_officer:
        return "", _("An officer decides the amount")
    return "", _("By a formula in the notice")


def _figure(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")
