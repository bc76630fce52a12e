"""How much can still come of a claim: the least and the most that its known facts leave possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

from jiangli.rules.brackets import Brackets, brackets_of
from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.days import percent_of
from jiangli.rules.engine import parts_of
from jiangli.rules.facts import Facts
from jiangli.rules.nodes import Arithmetic, Call, Node
from jiangli.rules.programme import Programme, Rate, Supplement

Span = tuple[float, float]
_ANY: Span = (0, inf)  # no fact is below zero


class Bounds(NamedTuple):
    """In fen; ``most`` is None where nothing bounds it (an officer's amount without a ceiling)."""

    least: int
    most: int | None


def bounds_fen(programme: Programme, facts: Facts) -> Bounds:
    """Least and most over all rates that can still apply, all payers together, ceilings applied.

    Never narrower than the truth: whatever is learned, an eligible answer lies within, or below the least where
    a limit has been used up in part. Conditions that are false already are passed over, so that it also says
    what a claim would come to if they held.
    """
    spans = [_rate(programme, rate, facts) for rate in _possible(programme, facts)]
    least, most = min((low for low, _ in spans), default=0), max((high for _, high in spans), default=0)
    for ceiling in _ceilings(programme, facts):
        least, most = min(least, ceiling), min(most, ceiling)
    fewest, many = _parts(programme, facts)
    return Bounds(int(max(0, least)) * fewest, None if most == inf else int(most) * many)


def _parts(programme: Programme, facts: Facts) -> tuple[int, int]:
    """How many parts (instalments) the claim can cover, each paid and limited on its own."""
    if not programme.parts or programme.record["subject"].run(facts) is not None:
        return (count := len(parts_of(programme, facts))), count
    return 1, max(map(len, programme.parts.values()))


def _ceilings(programme: Programme, facts: Facts) -> Iterator[int]:
    for limit in programme.limits:
        sure = limit.refuses and (limit.when is None or limit.when.run(facts) is True)
        value = limit.ceiling.run(facts) if limit.ceiling and sure else None
        if value is not None:
            yield value


def _possible(programme: Programme, facts: Facts) -> Iterator[Rate]:
    """The rows with an amount that neither what is known nor a condition excludes."""
    by, standing = programme.amount.by, _standing(programme, facts)
    for rate in programme.amount.rates:
        tried: list[Facts] = [facts]
        if by and rate.values is not None:
            known = facts.get(by)
            tried = [{**facts, by: value} for value in rate.values if known in (None, value)]
        rules = [rate.when, *standing] if rate.when else standing
        if rate.amount and any(all(rule.run(each) is not False for rule in rules) for each in tried):
            yield rate


def _standing(programme: Programme, facts: Facts) -> list[Expression]:
    """The conditions that are not false as it is. One that is false excludes everything, or nothing here."""
    rules = [condition.rule for condition in (*programme.claim, *programme.line)]
    return [rule for rule in rules if rule and rule.run(facts) is not False]


def _rate(programme: Programme, rate: Rate, facts: Facts) -> Span:
    """A row with the supplements that are sure at the least, and those that are possible at the most."""
    assert rate.amount is not None
    low, high = least, most = _span(rate.amount.node, facts)
    for extra in programme.amount.supplements:
        state = extra.when.run(facts) if extra.when else True
        if state is False:
            continue
        added = _extra(extra, (low, high), facts)
        least, most = least + (added[0] if state else 0), most + added[1]
    ratio = programme.ratio_for(facts)
    return least * ratio, most * ratio


def _extra(extra: Supplement, base: Span, facts: Facts) -> Span:
    if extra.amount:
        return _span(extra.amount.node, facts)
    return _percent(base[0], extra.percent or 0), _percent(base[1], extra.percent or 0)


def _percent(fen: float, percent: float) -> float:
    return percent_of(int(fen), int(percent)) if inf not in (fen, percent) else inf if fen and percent else 0


def _span(node: Node, facts: Facts) -> Span:
    """The range of an expression of money or numbers."""
    value = compile_node(node).run(facts)
    if value is not None:
        return value, value
    if found := brackets_of(node):
        return _sliced(found, _span(found.whole, facts))
    match node:
        case Arithmetic(op, left, right):
            return _ARITHMETIC[op](_span(left, facts), _span(right, facts))
        case Call(name, parts) if name in _CALLS:
            return _CALLS[name](*(_span(part, facts) for part in parts))
    return _ANY


def _sliced(found: Brackets, whole: Span) -> Span:
    """What is paid in brackets only rises with the sum."""
    most = inf if found.most_fen is None else found.most_fen
    return found.paid_fen(int(whole[0])), most if whole[1] == inf else found.paid_fen(int(whole[1]))


def _product(a: Span, b: Span) -> Span:
    corners = [0 if 0 in (x, y) else x * y for x in a for y in b]
    return min(corners), max(corners)


_ARITHMETIC: dict[str, Callable[[Span, Span], Span]] = {
    "+": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "-": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "*": _product,
}
_CALLS: dict[str, Callable[..., Span]] = {
    "least": lambda *spans: (min(low for low, _ in spans), min(high for _, high in spans)),
    "greatest": lambda *spans: (max(low for low, _ in spans), max(high for _, high in spans)),
    "percent_of": lambda a, n: (_percent(a[0], n[0]), _percent(a[1], n[1])),
    "raised_to": lambda a, least: (min(a[0], least[0]), max(a[1], least[1])),
}
