"""What would change an answer: for a condition that is false, the fewest facts that would have to be others.

Nothing here is worked out while a claim is assessed; only when somebody reads why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from jiangli.rules.closures import Run, compile_node
from jiangli.rules.errors import Words
from jiangli.rules.facts import APPLIED_ON, Dictionary, Enum, Fact, Facts, Value
from jiangli.rules.nodes import (
    And,
    ByDate,
    Call,
    Compare,
    FactRef,
    In,
    Literal,
    Node,
    Or,
    children,
    facts_of,
    walk,
)
from jiangli.rules.programme import Condition, Programme
from jiangli.rules.turning import Axis, days, turning_points, where

Span = tuple[Value | None, Value | None]
#: at most so many ways and ranges are told; what has more is better read in the words of the law
MOST = 3
_FIRST, _LAST = date(1900, 1, 1), date(2099, 12, 31)
_LARGEST = 10**12 - 1  # as large as a number may be in a request
_ELSEWHERE = "\0"  # a text or code that no file names
_REMARK = re.compile(r"\s*[（(].*")
_OR = Words("或", " or ")
_ALL = Words("，并且", ", and ")
_ELSE = Words("；或者", "; or ")
_IS = Words("{}是{}", "{} is {}")
_ANSWER = Words("{}：{}", "{}: {}")
_QUOTED = Words("{}是“{}”", "{} is “{}”")
_INSIDE = Words("{}在{}", "{} is within {}")
_IS_NOT = Words("{}不是{}", "{} is not {}")
_RANGE = Words("{}{}", "{} is {}")
_APPLY = Words("{}申请", "you apply {}")
_AGREE = Words("{}一致", "these are the same: {}")
_BETWEEN = Words("在 {} 到 {} 之间", "from {} to {}")
_EXACTLY = {"date": Words("在 {}", "on {}")}
_EQUAL = Words("是 {}", "{}")
_FROM = {"date": Words("不早于 {}", "on or after {}"), "enum": Words("不低于{}", "at least {}")}
_UNTIL = {"date": Words("不晚于 {}", "on or before {}"), "enum": Words("不高于{}", "at most {}")}
_SAID = {"bool": _ANSWER, "text": _QUOTED, "code": _INSIDE}
_LEAST, _MOST = Words("不少于 {}", "at least {}"), Words("不多于 {}", "at most {}")


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, and what it would have to be: exactly one of the four is given.

    ``values``: one of these; ``spans``: within one of these ranges, both ends included, None is open, the nearest
    to what was given first; ``but``: anything else than this; ``agree``: all these facts the same.
    """

    fact: Fact
    values: tuple[Value, ...] = ()
    spans: tuple[Span, ...] = ()
    but: Value | None = None
    agree: tuple[Fact, ...] = ()

    def say(self, lang: str = "zh") -> str:
        """The change in words: 技能等级是技师或高级技师; you apply from 1 May 2025 to 30 June 2025."""
        label = self.fact.label.say(lang)
        if self.agree:
            labels = [fact.label.say(lang) for fact in self.agree]
            return _AGREE.say(lang).format((", " if lang.startswith("en") else "、").join(labels))
        if self.but is not None:
            return _IS_NOT.say(lang).format(label, self.fact.value_label(self.but, lang))
        if self.values:
            values = [_value(self.fact, value, lang) for value in self.values]
            return _SAID.get(self.fact.kind, _IS).say(lang).format(label, _OR.say(lang).join(values))
        said = _OR.say(lang).join(_span(self.fact, span, lang) for span in self.spans[:MOST])
        return (
            _APPLY.say(lang).format(said)
            if self.fact.name == APPLIED_ON
            else _RANGE.say(lang).format(label, said)
        )


Way = tuple[Change, ...]


def _value(fact: Fact, value: Value, lang: str) -> str:
    """A value in words; of an area without what its label remarks on bodies there."""
    told = fact.value_label(value, lang)
    return _REMARK.sub("", told) if fact.kind == "code" else told


def _span(fact: Fact, span: Span, lang: str) -> str:
    low, high = (None if end is None else fact.value_label(end, lang) for end in span)
    if high is None:
        return _FROM.get(fact.kind, _LEAST).say(lang).format(low)
    if low is None:
        return _UNTIL.get(fact.kind, _MOST).say(lang).format(high)
    if low == high:
        return _EXACTLY.get(fact.kind, _EQUAL).say(lang).format(low)
    return _BETWEEN.say(lang).format(low, high)


def say(found: Iterable[Way], lang: str = "zh") -> str:
    """All ways in one phrase; empty if there is none."""
    ways = [_ALL.say(lang).join(change.say(lang) for change in way) for way in found]
    return _ELSE.say(lang).join(ways[:MOST])


def ways_of(condition: Condition, facts: Facts, programme: Programme) -> tuple[Way, ...]:
    """How a condition of a programme that is false would no longer be; for a missing rate, the values that have
    one. Empty for limits: what is paid stays paid.
    """
    if condition.rule:
        return ways(condition.rule.node, facts, programme.dictionary)
    return _rated(programme, facts) if condition.id == programme.amount.rate_condition.id else ()


def _rated(programme: Programme, facts: Facts) -> tuple[Way, ...]:
    by = programme.amount.by
    paid = {value for rate in programme.amount.rates if rate.amount for value in rate.values or ()}
    if by is None or by not in facts or not paid:
        return ()
    fact = programme.dictionary[by]
    return ((Change(fact, tuple(choice.id for choice in fact.choices if choice.id in paid)),),)


def ways(node: Node, facts: Facts, dictionary: Dictionary) -> tuple[Way, ...]:
    """How a condition that is false with these facts would no longer be: each way its changes, all needed.

    First what a single fact can do; only where none can, the fewest together. Empty where nothing that was
    given can be told to change it. Facts that are not given stay so: they are for asking, not for changing.
    """
    found = _alone(node, facts, dictionary)
    return tuple((change,) for change in found) or _together(node, facts, dictionary)


def _alone(node: Node, facts: Facts, dictionary: Dictionary) -> list[Change]:
    run = compile_node(node).run
    given = [name for name in facts_of(node) if name in facts]
    return [change for name in given if (change := _change(node, run, dictionary[name], facts))]


def _together(node: Node, facts: Facts, dictionary: Dictionary) -> tuple[Way, ...]:
    """Parts that need several facts: those of an AND all, those of an OR each for itself."""
    match node:
        case And(parts):
            wrong = [part for part in parts if compile_node(part).run(facts) is False]
            choices = [ways(part, facts, dictionary)[:MOST] for part in wrong]
            joined = [tuple(change for way in chosen for change in way) for chosen in product(*choices)]
            return tuple(way for way in joined if _once(way))
        case Or(parts):
            found = [way for part in parts for way in ways(part, facts, dictionary)]
            return tuple(sorted(found, key=len))
        case ByDate(day, rows):
            here = facts[day.name]
            row = next(part for first, last, part in rows if _within(here, (first, last)))
            return ways(row, facts, dictionary)
        case Call("same", parts):
            named = tuple(dictionary[name] for name in facts_of(node) if name in facts)
            return ((Change(named[0], agree=named),),) if named else ()
    return ()


def _once(way: Way) -> bool:
    """Whether no fact would have to be two things."""
    names = [change.fact.name for change in way]
    return bool(way) and len(set(names)) == len(names)


def _within(value: Value, span: Span) -> bool:
    low, high = span
    return (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]


def _change(node: Node, run: Run, fact: Fact, facts: Facts) -> Change | None:
    """What one fact would have to be, the others as they are; None if it cannot help."""
    if fact.kind in ("date", "int", "money"):
        spans = _spans(node, run, fact, facts)
        return Change(fact, spans=spans) if spans else None
    values = [value for value in _values(node, fact, facts) if run({**facts, fact.name: value}) is not False]
    if _ELSEWHERE in values:
        return Change(fact, but=facts[fact.name])
    if not values:
        return None
    runs = _runs(fact.enum, values) if fact.enum and fact.enum.ordered and len(values) > 2 else ()
    if runs:
        return Change(fact, spans=runs)
    if fact.enum and len(values) > MOST and len(values) == len(fact.enum.ranks) - 1:
        return Change(fact, but=facts[fact.name])
    return Change(fact, tuple(values))


def _values(node: Node, fact: Fact, facts: Facts) -> list[Value]:
    """All values of a choice; of a text or code those that the rule names or that another fact has, and one
    that nothing has.
    """
    if fact.kind == "bool":
        return [True, False]
    if fact.enum:
        return list(fact.enum.ranks)
    named = [literal.value for literal in _literals(node, fact.name)]
    if fact.kind == "code":
        named = [str(value).ljust(6, "0") if value != "none" else value for value in named]
    others = [facts[name] for name in _beside(node, fact.name) if name in facts]
    return list(dict.fromkeys([*named, *others, _ELSEWHERE]))


def _leaves(node: Node, name: str) -> Iterator[Node]:
    """The comparisons, lists and calls that read a fact directly."""
    return (part for part in walk(node) if name in [c.name for c in _parts(part) if isinstance(c, FactRef)])


def _parts(node: Node) -> tuple[Node, ...]:
    return (*children(node), *node.values) if isinstance(node, In) else children(node)


def _literals(node: Node, name: str) -> list[Literal]:
    return [part for leaf in _leaves(node, name) for part in _parts(leaf) if isinstance(part, Literal)]


def _beside(node: Node, name: str) -> list[str]:
    """Facts that are compared with this one."""
    leaves = [leaf for leaf in _leaves(node, name) if isinstance(leaf, Compare | Call)]
    return [part.name for leaf in leaves for part in children(leaf) if isinstance(part, FactRef)]


def _runs(enum: Enum, values: list[Value]) -> tuple[Span, ...]:
    """Values of an ordered choice as one range; () if they are not next to each other."""
    ranks = list(enum.ranks)
    low, high = ranks.index(str(values[0])), ranks.index(str(values[-1]))
    if high - low + 1 != len(values):
        return ()
    return ((ranks[low] if low else None, ranks[high] if high < len(ranks) - 1 else None),)


def _axis(fact: Fact) -> Axis:
    return days(fact.name, _FIRST, _LAST) if fact.kind == "date" else Axis(fact.name, 0, _LARGEST, False)


def representatives(node: Node, fact: Fact, facts: Facts) -> list[Value]:
    """Values of a fact that stand for all others: within each range, and for all that no rule names, one."""
    if fact.kind not in ("date", "int", "money"):
        return _values(node, fact, facts)
    axis = _axis(fact)
    return [axis.value(place) for place in sorted({axis.first, *turning_points(node, axis, facts)})]


def _spans(node: Node, run: Run, fact: Fact, facts: Facts) -> tuple[Span, ...]:
    """The ranges of a date, number or amount that would do, the nearest first."""
    axis = _axis(fact)
    points = turning_points(node, axis, facts)
    found = where(lambda changed: run(changed) is not False, axis, points, facts)
    here = axis.place(facts[fact.name])
    found.sort(key=lambda ends: min(abs(ends[0] - here), abs(ends[1] - here)))
    return tuple(
        (None if low == axis.first else axis.value(low), None if high == axis.last else axis.value(high))
        for low, high in found
    )
