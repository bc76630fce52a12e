"""What conditions say together: never true, never reached, true at once, or said already.

Silent wherever an expression is beyond exact reasoning, so that every finding is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from jiangli.rules.checking.boxes import Box, all_of, alternatives, among, exact, regimes
from jiangli.rules.checking.spans import value
from jiangli.rules.errors import NotCovered, PolicyError, Words
from jiangli.rules.facts import APPLIED_ON, Dictionary
from jiangli.rules.nodes import ByDate, Or
from jiangli.rules.programme import Condition, Programme, Rate
from jiangli.rules.toml import Key, Table

_CORRECT = Words(
    "改其中一条；或者法规本来如此，就分成两个项目。", "Correct one of them, or make two programmes of it."
)


class Said(NamedTuple):
    """One condition and the ways in which it is true; ``keys`` are its place in the file."""

    id: str
    keys: tuple[Key, ...]
    condition: Condition
    true: tuple[Box, ...]


class Note(NamedTuple):
    """Something an author should look at that makes no file wrong: the keys of its place, and words."""

    keys: tuple[Key, ...]
    words: Words


def contradictions(programme: Programme, root: Table) -> Iterator[PolicyError]:
    """Conditions that are never true: alone, with one other, or all together."""
    for group in _groups(programme):
        never = [said for said in group if not said.true]
        pairs = [] if never else [pair for pair in combinations(group, 2) if not _together(pair)]
        for said in never:
            yield _problem(
                root, said.keys, f"条件 {said.id} 永远不成立。", f"Condition {said.id} can never be true."
            )
        for first, second in pairs:
            why = _why(first, second, programme.dictionary)
            yield _problem(
                root, second.keys, f"{first.id} 和 {second.id} 不可能同时成立{why}。",
                f"{first.id} and {second.id} can never both be true.",
            )  # fmt: skip
        if group and not never and not pairs and not _together(group):
            ids = " ".join(said.id for said in group)
            yield _problem(
                root,
                group[0].keys,
                f"这些条件合在一起永远不成立：{ids}。",
                f"All together can never be true: {ids}.",
            )


def overlaps(programme: Programme, root: Table) -> Iterator[PolicyError]:
    """Two rates that can be true at once, with facts for which they are."""
    rows = list(enumerate(programme.amount.rates))
    for (at, first), (there, second) in combinations(rows, 2):
        both = all_of([_rate(programme, first), _rate(programme, second)])
        if both and exact(both) and (programme.amount.by is None or first.when or second.when):
            example = _example(both[0], programme.dictionary)
            yield _problem(
                root, ("amount", "rates", there),
                f"第 {at + 1} 行和第 {there + 1} 行金额会同时成立，例如 {example}。",
                f"Rates {at + 1} and {there + 1} can both be true, for example {example}.",
                Words("改 when，使一次只有一行成立。", "Correct when, so that one row is true at a time."),
            )  # fmt: skip


def notes(programme: Programme) -> Iterator[Note]:
    """Conditions said already, and alternatives, regimes, rates and supplements that are never reached."""
    groups = _groups(programme)
    if not all(_together(group) for group in groups):
        return
    for group in groups:
        for said in group:
            others = [other for other in group if other is not said]
            yield from _redundant(said, others, programme.dictionary)
            yield from _unreached(said, others, programme.dictionary)
    standing = all_of(said.true for said in groups[-1])
    for at, rate in enumerate(programme.amount.rates):
        if rate.amount and not all_of([standing, _rate(programme, rate)]):
            yield _never(("amount", "rates", at), f"第 {at + 1} 行金额", f"Rate {at + 1}")
    for at, extra in enumerate(programme.amount.supplements):
        when = alternatives(extra.when.node, programme.dictionary) if extra.when else standing
        if not all_of([standing, when]):
            yield _never(("amount", "supplements", at), f"第 {at + 1} 行加发", f"Supplement {at + 1}")


def _groups(programme: Programme) -> list[list[Said]]:
    """Conditions that speak of the same facts; the last group decides over an amount.

    The lines of a roster have facts of their own, and share with the claim the day of filing only.
    """
    claim = [_said(programme, "claim", condition) for condition in programme.claim]
    line = [_said(programme, "line", condition) for condition in programme.line]
    if programme.lines in ("none", "optional"):
        return [[*claim, *line]]
    return [claim, [*(said for said in claim if said.condition.facts == (APPLIED_ON,)), *line]]


def _said(programme: Programme, table: str, condition: Condition) -> Said:
    assert condition.rule is not None
    true = alternatives(condition.rule.node, programme.dictionary)
    return Said(condition.id, (table, condition.id), condition, true)


def _together(group: Iterable[Said]) -> tuple[Box, ...]:
    return all_of(said.true for said in group)


def _redundant(said: Said, others: Sequence[Said], facts: Dictionary) -> Iterator[Note]:
    assert said.condition.rule is not None
    false = alternatives(said.condition.rule.node, facts, False)
    if not false:
        yield Note(said.keys, Words(f"{said.id} 总是成立。", f"{said.id} is always true."))
        return
    for other in others:
        if not all_of([other.true, false]):
            zh = f"{other.id} 成立时 {said.id} 总是成立，不必再写。"
            yield Note(said.keys, Words(zh, f"{said.id} is true whenever {other.id} is."))
            return
    if not all_of([*(other.true for other in others), false]):
        zh = f"其他条件都成立时 {said.id} 总是成立，不必再写。"
        yield Note(said.keys, Words(zh, f"{said.id} is true whenever all the others are."))


def _unreached(said: Said, others: Sequence[Said], facts: Dictionary) -> Iterator[Note]:
    """Alternatives (``any``) and regimes (``by_date``) that never hold together with the other conditions."""
    assert said.condition.rule is not None
    node = said.condition.rule.node
    if not isinstance(node, Or | ByDate):
        return
    ways = (
        [alternatives(part, facts) for part in node.parts] if isinstance(node, Or) else regimes(node, facts)
    )
    standing = _together(others)
    key = "any" if isinstance(node, Or) else "by_date"
    for at, way in enumerate(ways):
        if not all_of([standing, way]):
            yield _never(
                (*said.keys, key, at), f"{said.id} 的第 {at + 1} 种情形", f"Alternative {at + 1} of {said.id}"
            )


def _never(keys: tuple[Key, ...], zh: str, en: str) -> Note:
    return Note(
        keys,
        Words(f"{zh}和其他条件不会同时成立，用不到。", f"{en} never holds together with the conditions."),
    )


def _rate(programme: Programme, rate: Rate) -> tuple[Box, ...]:
    """When a row of the amount is the one."""
    by, facts = programme.amount.by, programme.dictionary
    level = among(by, rate.values, facts) if by and rate.values is not None else ({},)
    return all_of([level, alternatives(rate.when.node, facts) if rate.when else ({},)])


def _why(first: Said, second: Said, facts: Dictionary) -> str:
    """The one fact on which two conditions part, if there is one."""
    names = [name for name in first.condition.facts if name in second.condition.facts]
    labels = "、".join(facts[name].label.zh for name in names)
    return f"（都说到{labels}）" if labels else ""


def _example(box: Box, facts: Dictionary) -> str:
    listed = [f"{name} = {value(facts[name], spans[0][0])}" for name, spans in box.items()]
    return ", ".join(listed) or "…"


def _problem(root: Table, keys: tuple[Key, ...], zh: str, en: str, remedy: Words = _CORRECT) -> PolicyError:
    return NotCovered(root.place(*keys), Words(zh, en), remedy)
