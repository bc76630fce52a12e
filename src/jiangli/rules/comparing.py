"""Two versions of a programme: what the law says otherwise, and which cases are answered otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from jiangli.rules import wording
from jiangli.rules.cases import Case
from jiangli.rules.closures import Expression
from jiangli.rules.contract import answer
from jiangli.rules.errors import PolicyError, Words
from jiangli.rules.facts import plain
from jiangli.rules.library import Library
from jiangli.rules.nodes import Node
from jiangli.rules.programme import Condition, Programme

LANGUAGES = ("zh", "en")
KINDS = {
    "head": Words("项目", "Programme"), "claim": Words("条件", "Condition"), "line": Words("每行", "Line"),
    "warnings": Words("提示", "Warning"), "quote": Words("引文", "Quote"), "parameter": Words("参数", "Parameter"),
    "count": Words("点数", "Count"), "record": Words("归档", "Filed under"),
    "amount": Words("金额", "Amount"), "supplement": Words("加发", "Supplement"), "payer": Words("出资", "Payer"),
    "limit": Words("限额", "Limit"), "stage": Words("流程", "Stage"), "material": Words("材料", "Material"),
}  # fmt: skip
_ADDED, _REMOVED = Words("新增", "new"), Words("取消", "removed")
_HERE = Words("本平台", "here")
_ANSWER = ("outcome", "amount", "failed", "error")


class Feature(NamedTuple):
    """One thing a programme says; ``node`` where it is an expression."""

    kind: str
    key: str
    label: Words
    value: Words
    node: Node | None = None


class Change(NamedTuple):
    """One thing that two versions say differently; ``before`` is None for what is new, ``after`` for what is gone."""

    kind: str
    key: str
    label: Words
    before: Words | None
    after: Words | None

    def say(self, lang: str = "zh") -> str:
        """The change in one line: 金额 技师：600 元 → 700 元."""
        english = lang.startswith("en")
        head = f"{KINDS[self.kind].say(lang)} {self.label.say(lang)}".strip()
        old, new = (words.say(lang) if words else "" for words in (self.before, self.after))
        if self.before is None or self.after is None:
            sign = (_ADDED if self.before is None else _REMOVED).say(lang)
            return f"{head} ({sign}): {old or new}" if english else f"{head}（{sign}）：{old or new}"
        return f"{head}{': ' if english else '：'}{old or '—'} → {new or '—'}"


class CaseChange(NamedTuple):
    """A case that the two versions answer differently."""

    case: Case
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def say(self) -> str:
        """The keys that differ, old and new."""
        keys = [key for key in _ANSWER if self.before.get(key) != self.after.get(key)]
        told = "；".join(f"{key} {self.before.get(key)} → {self.after.get(key)}" for key in keys)
        return f"{self.case.id}（{self.case.note}）：{told}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One programme in two versions; one of them is None where it is new or gone."""

    old: Programme | None
    new: Programme | None
    changes: tuple[Change, ...] = ()
    cases: tuple[CaseChange, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.changes or self.cases or not self.old or not self.new)

    def say(self, lang: str = "zh") -> list[str]:
        """The comparison, line by line."""
        if self.old is None or self.new is None:
            found = self.new or self.old
            assert found is not None
            return [f"{found.title.say(lang)}（{(_REMOVED if self.old else _ADDED).say(lang)}）\t{found.id}"]
        ids = self.new.id if self.old.id == self.new.id else f"{self.old.id} → {self.new.id}"
        said = [change.say(lang) for change in self.changes]
        heading = Words("案例的结果不同：", "Cases answered otherwise:").say(lang)
        cases = [heading, *(f"  {change.say()}" for change in self.cases)] if self.cases else []
        return [f"{self.new.title.say(lang)}\t{ids}", *(f"  {line}" for line in [*said, *cases])]


def compare(old: Programme, new: Programme) -> tuple[Change, ...]:
    """What two versions say differently, in the order of the new one; what is gone comes last."""
    before = {(feature.kind, feature.key): feature for feature in features(old)}
    after = {(feature.kind, feature.key): feature for feature in features(new)}
    found = [
        _change(before.get(key), feature, old, new)
        for key, feature in after.items()
        if before.get(key) is None or before[key].value != feature.value
    ]
    gone = [
        Change(feature.kind, feature.key, feature.label, feature.value, None)
        for key, feature in before.items()
        if key not in after
    ]
    return (*found, *gone)


def _change(was: Feature | None, now: Feature, old: Programme, new: Programme) -> Change:
    if was is None:
        return Change(now.kind, now.key, now.label, None, now.value)
    before, after = was.value, now.value
    if was.node and now.node and wording.outline(was.node) == wording.outline(now.node):
        pairs = [_constants(was.node, old, now.node, new, lang) for lang in LANGUAGES]
        before, after = Words(pairs[0][0], pairs[1][0]), Words(pairs[0][1], pairs[1][1])
    return Change(now.kind, now.key, now.label, before, after)


def _constants(was: Node, old: Programme, now: Node, new: Programme, lang: str) -> tuple[str, str]:
    """Only the constants that differ: 2023 年 12 月 1 日 → 2024 年 12 月 1 日."""
    both = zip(
        wording.constants(was, old.dictionary, lang),
        wording.constants(now, new.dictionary, lang),
        strict=True,
    )
    differing = [(sorted(a - b), sorted(b - a)) for a, b in both if a != b]
    left = dict.fromkeys(word for words, _ in differing for word in words)
    right = dict.fromkeys(word for _, words in differing for word in words)
    return wording.joined([*left], lang), wording.joined([*right], lang)


def features(found: Programme) -> Iterator[Feature]:
    """Everything a programme says, one by one, in the order of the file."""
    yield from _head(found)
    for kind, conditions in (("claim", found.claim), ("line", found.line), ("warnings", found.warnings)):
        for condition in conditions:
            yield from _condition(kind, condition, found)
    yield from _money(found)
    for limit in found.limits:
        label = limit.condition.title or Words("", "")
        yield Feature(
            "limit",
            f"{limit.id} {limit.kind} {' '.join(limit.per)}",
            label,
            _both(wording.limit, limit, found),
        )
        yield from _quote(limit.condition)
    for stage in found.stages:
        yield Feature(
            "stage", f"{stage.kind} {stage.title.zh}", Words("", ""), _both(wording.stage, stage, found)
        )
    for material in found.materials:
        more = Words("（可以不交）", " (optional)") if material.optional else Words("", "")
        yield Feature("material", material.id, Words("", ""), _plus(material.title, more))


def _head(found: Programme) -> Iterator[Feature]:
    yield Feature("head", "title", Words("名称", "title"), found.title)
    yield Feature("head", "agency", Words("受理", "agency"), _both(wording.agency, found.agency, found))
    yield Feature("head", "claimant", Words("对象", "claimant"), Words(found.claimant, found.claimant))
    yield Feature("head", "lines", Words("名册", "lines"), Words(found.lines, found.lines))
    rounds = str(found.rounds.per_year) if found.rounds else ""
    yield Feature("head", "rounds", Words("每年受理次数", "rounds a year"), Words(rounds, rounds))
    yield Feature("head", "route", Words("发放方式", "route"), Words(found.route or "", found.route))
    yield Feature(
        "head",
        "elsewhere",
        Words("办理的地方", "elsewhere"),
        found.elsewhere.title if found.elsewhere else _HERE,
    )
    for kind, rules in (("record", found.record.items()), ("count", found.counts)):
        for name, rule in rules:
            label = Words(name, name)
            yield Feature(kind, name, label, _both(_expression, rule, found), rule.node)
    for parameter in found.parameters:
        value = Words(*(plain(parameter.value, lang) for lang in LANGUAGES))
        yield Feature("parameter", parameter.name, Words(parameter.name, parameter.name), value)


def _condition(kind: str, condition: Condition, found: Programme) -> Iterator[Feature]:
    rule = condition.rule
    assert rule is not None
    label = condition.title or Words(condition.id, condition.id)
    fault = Words("（可以更正）", " (can be corrected)") if condition.fault else Words("", "")
    value = _plus(
        _both(_expression, rule, found),
        fault,
    )
    yield Feature(
        kind, condition.id, _plus(Words(f"{condition.id} ", f"{condition.id} "), label), value, rule.node
    )
    yield from _quote(condition)


def _quote(condition: Condition) -> Iterator[Feature]:
    if condition.basis.quote:
        label, quoted = Words(condition.id, condition.id), condition.basis.quote.replace("\n", " / ")
        yield Feature("quote", condition.id, label, Words(f"“{quoted}”", f"“{quoted}”"))


def _money(found: Programme) -> Iterator[Feature]:
    for rate in found.amount.rates:
        label = _both(wording.rate_case, rate, found)
        yield Feature("amount", label.zh, label, _both(wording.rate_amount, rate, found))
    for at, extra in enumerate(found.amount.supplements):
        yield Feature("supplement", str(at), Words("", ""), _both(wording.supplement, extra, found))
    for payer in found.payers:
        label = _both(wording.agency, payer.agency, found)
        yield Feature("payer", payer.agency, label, _both(wording.payer, payer, found))


def _expression(rule: Expression, found: Programme, lang: str) -> str:
    return wording.expression(rule, found.dictionary, lang)


def _both(say: Any, part: Any, found: Programme) -> Words:
    """A part in both languages."""
    return Words(*(say(part, found, lang) for lang in LANGUAGES))


def _plus(first: Words, second: Words) -> Words:
    return Words(first.zh + second.zh, first.say("en") + second.say("en"))


# --- cases


def compare_cases(
    old: tuple[Library, Programme], new: tuple[Library, Programme], cases: Iterable[Case]
) -> Iterator[CaseChange]:
    """The cases that the two versions answer differently, each asked of the programme itself."""
    for case in cases:
        before, after = (_asked(library, programme, case) for library, programme in (old, new))
        if any(before.get(key) != after.get(key) for key in _ANSWER):
            yield CaseChange(case, before, after)


def _asked(library: Library, programme: Programme, case: Case) -> dict[str, Any]:
    try:
        return answer(library, {**case.request, "programme": programme.id})
    except PolicyError as error:
        return {"error": error.message.zh}


def pairs(
    old: Mapping[str, Programme], new: Mapping[str, Programme]
) -> Iterator[tuple[Programme | None, Programme | None]]:
    """The programmes of two folders, by the names of their files; what is gone comes last."""
    for name, programme in new.items():
        yield old.get(name), programme
    for name, programme in old.items():
        if name not in new:
            yield programme, None
