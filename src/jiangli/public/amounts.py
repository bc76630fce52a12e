"""How much a programme pays, row by row and in words: fixed sums, formulas, what officers decide, and ceilings."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.public import formulas, telling
from jiangli.public.telling import speech
from jiangli.rules.nodes import Call, FactRef, Literal, walk

BASIS = "officer.legal_basis"
MANY_MONTHS = 600  # nothing is paid for fifty years
Row = dict[str, Any]


def unit_of(law: "rules.Programme") -> str:
    """Yuan a month, a person, an activity or an instalment, or just yuan."""
    if law.lines == "month":
        return _("yuan a month")
    if law.parts:
        return _("yuan for each instalment")
    if _subject_of(law).startswith("activity."):
        return _("yuan each time")
    return _("yuan for each person") if law.lines == "person" else _("yuan")


def _subject_of(law: "rules.Programme") -> str:
    """The fact under which a payment is filed; empty where there is none."""
    subject = law.record.get("subject")
    return next(iter(subject.facts), "") if subject else ""


@lru_cache(maxsize=512)
def months_of(law: "rules.Programme") -> int | None:
    """For how many months a monthly sum is paid at most, where a condition counts months between two days."""
    if law.lines != "month":
        return None
    counts = [_months_within(condition) for condition in (*law.claim, *law.line)]
    return min((count for count in counts if count), default=None)


def _months_within(condition: "rules.Condition") -> int | None:
    calls = [node for node in walk(condition.rule.node) if isinstance(node, Call)] if condition.rule else []
    between = next((call.arguments for call in calls if call.name == "calendar_months"), ())
    names = [node.name for node in between if isinstance(node, FactRef)]
    if condition.rule is None or len(names) != 2 or set(condition.facts) != set(names):
        return None
    begin = date(2000, 1, 1)
    later = [date(begin.year + month // 12, month % 12 + 1, 1) for month in range(MANY_MONTHS)]
    count = sum(condition.rule.run({names[0]: begin, names[1]: day}) is True for day in later)
    return count if 0 < count < MANY_MONTHS - 1 else None


def in_all(law: "rules.Programme") -> str:
    """What stands behind a sum that is paid more than once: 最多 24 个月，共 48,000 元; 两笔共 2,400–3,600 元."""
    span = law.amount_range_fen()
    if span is None:
        return ""
    if months := months_of(law):
        return _("at most %(months)s months, %(sum)s yuan in all") % {
            "months": months,
            "sum": _span(span, months),
        }
    if law.parts:
        times = max(len(parts) for parts in law.parts.values())
        return _("%(times)s instalments, %(sum)s yuan in all") % {"times": times, "sum": _span(span, times)}
    return ""


def _span(span: tuple[int, int], times: int = 1) -> str:
    return "–".join(_figure(fen * times) for fen in dict.fromkeys(span))


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
        each = int(rate.amount.node.value)  # type: ignore[arg-type]
        return [{**row, "figure": _figure(each * law.ratio), "more": _shares(law, each)}]
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
    said += [
        f"{row['more'][:1].upper()}{row['more'][1:]}{'.' if speech() == 'en' else '。'}"
        for row in ceilings(law)
    ]
    return " ".join(said)


def _shares(law: "rules.Programme", each_fen: int) -> str:
    """标准 600 元，两家各发 600 元; empty where one body pays."""
    if len(law.payers) < 2 or any(payer.percent is not None or payer.ratio != 1 for payer in law.payers):
        return ""
    return _("standard %(sum)s, paid by each of %(count)s bodies") % {
        "sum": rules.yuan(each_fen, speech()), "count": len(law.payers),
    }  # fmt: skip


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


def _keys(law: "rules.Programme", limit: "rules.Limit") -> str:
    """For whom and for how long a ceiling holds: 每家单位每年, 每人每个周期; a new column is said by its own name."""
    yearly = any("period" in other.per for other in law.limits if other.kind != "at_most")
    words = {
        "person": _("for each person"),
        "organisation": _("for each organisation"),
        "certificate": _("for each certificate"),
        "subject": _("for each project"),
        "period": _period(law),
        "claim": _period(law) if yearly else _("for each claim"),
    }
    said = [words.get(name, name) for name in limit.per] or [_("for the whole programme")]
    if "period" in law.record and _shared(law, limit) and not {"period", "claim"} & set(limit.per):
        said.append(_period(law))
    return (", " if speech() == "en" else "").join(said)


def _period(law: "rules.Programme") -> str:
    period = law.record.get("period")
    if law.lines == "month":
        return _("each month")
    return _("each year") if period and period.facts else _("each cycle")


def _shared(law: "rules.Programme", limit: "rules.Limit") -> bool:
    """Whether what other programmes pay counts against it too."""
    return any(code != law.id for code in limit.across)


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
        title = limit.condition.title
        rows.append(
            {
                "name": title.say(speech()) if title else limit.id,
                "more": (
                    _("at most %(most)s %(who)s, all items together")
                    if _shared(law, limit)
                    else _("at most %(most)s %(who)s")
                )
                % {"most": most, "who": _keys(law, limit)},
                "quote": limit.condition.basis.quote or "",
                "place": telling.place(law, limit.condition.basis.clause),
            }
        )
    return rows


def _fixed(law: "rules.Programme") -> str:
    """The sums that are written, where an officer decides only the rest; empty where there are none."""
    nodes = [rate.amount.node for rate in law.amount.rates if rate.amount and not rate.by_officer]
    fen = [node.value * law.ratio for node in nodes if isinstance(node, Literal) and type(node.value) is int]
    return _span((min(fen), max(fen))) if fen and len(fen) == len(nodes) else ""


def in_short(law: "rules.Programme") -> tuple[str, str]:
    """The sum as a card shows it, and what stands behind it: ("1,200–1,600", "元"); ("", "按公式算")."""
    if written := telling.amount_range(law):
        whole = in_all(law)
        return written, f"{unit_of(law)}{', ' if speech() == 'en' else '，'}{whole}" if whole else unit_of(
            law
        )
    if written := _fixed(law):
        return written, unit_of(law)
    most = [
        one for one in law.limits if one.ceiling and one.refuses and isinstance(one.ceiling.node, Literal)
    ]
    if most:
        fen, shared = min((int(one.ceiling.node.value), _shared(law, one)) for one in most)  # type: ignore[union-attr, arg-type]
        unit = _("yuan, all items together") if shared else _("yuan")
        return _("at most %(figure)s") % {"figure": _figure(fen)}, unit
    if any(BASIS in rate.needs for rate in law.amount.rates):
        return "", _("The amount stands in another document")
    if law.amount.by_officer:
        return "", _("An officer decides the amount")
    return "", _("By a formula in the notice")


def _figure(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")
