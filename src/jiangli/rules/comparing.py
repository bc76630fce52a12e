"""Two versions of a programme: what the law says otherwise, and which cases are answered otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from jiangli.rules import wording
from jiangli.rules.cases import Case
from jiangli.rules.closures import Expression
from jiangli.rules.contract import answer
from jiangli.rules.document import Document
from jiangli.rules.drafting.yearly import moved
from jiangli.rules.errors import PolicyError, Words
from jiangli.rules.facts import APPLIED_ON, plain
from jiangli.rules.library import Library
from jiangli.rules.nodes import Node
from jiangli.rules.programme import Condition, Programme

LANGUAGES = ("zh", "en")
KINDS = {
    "document": Words("文件", "Document"),
    "head": Words("项目", "Programme"), "claim": Words("条件", "Condition"), "line": Words("每行", "Line"),
    "warnings": Words("提示", "Warning"), "quote": Words("引文", "Quote"), "parameter": Words("参数", "Parameter"),
    "count": Words("点数", "Count"), "record": Words("归档", "Filed under"),
    "amount": Words("金额", "Amount"), "supplement": Words("加发", "Supplement"), "payer": Words("出资", "Payer"),
    "limit": Words("限额", "Limit"), "stage": Words("流程", "Stage"), "material": Words("材料", "Material"),
}  # fmt: skip
_ADDED, _REMOVED = Words("新增", "new"), Words("取消", "removed")
_OLD_CASES = Words("原有的案例，结果不同：", "Cases of the old version, answered otherwise:")
_NEW_CASES = Words(
    "新加的案例，原来的结果不同：", "Cases of the new version, which the old one answers otherwise:"
)
_BY_WINDOW = Words("另有 {} 个案例只因受理的日子不同", "{} more cases differ by the days of filing alone")
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

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The change for machines."""
        ends = {"before": self.before, "after": self.after}
        said = {name: words and words.say(lang) for name, words in ends.items()}
        return {"kind": self.kind, "key": self.key, "label": self.label.say(lang), **said}


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

    def as_json(self) -> dict[str, Any]:
        """The two answers for machines."""
        ends = (("before", self.before), ("after", self.after))
        answers = {name: {key: answer.get(key) for key in _ANSWER if key in answer} for name, answer in ends}
        return {"id": self.case.id, "note": self.case.note, **answers}


class Version(NamedTuple):
    """A programme with the library it stands in."""

    library: Library
    programme: Programme


@dataclass(frozen=True, slots=True)
class Comparison:
    """One programme in two versions; one of them is None where it is new or gone.

    ``cases`` are those of the old version that are answered otherwise, ``new_cases`` those only the new one has;
    ``by_window`` counts those that differ by the days of filing alone.
    """

    old: Programme | None
    new: Programme | None
    changes: tuple[Change, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    new_cases: tuple[CaseChange, ...] = ()
    by_window: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.changes or self.cases or self.new_cases or not self.old or not self.new)

    def say(self, lang: str = "zh") -> list[str]:
        """The comparison, line by line."""
        if self.old is None or self.new is None:
            found = self.new or self.old
            assert found is not None
            return [f"{found.title.say(lang)}（{(_REMOVED if self.old else _ADDED).say(lang)}）\t{found.id}"]
        ids = self.new.id if self.old.id == self.new.id else f"{self.old.id} → {self.new.id}"
        said = [change.say(lang) for change in self.changes]
        for heading, cases in ((_OLD_CASES, self.cases), (_NEW_CASES, self.new_cases)):
            said += [heading.say(lang), *(f"  {case.say()}" for case in cases)] if cases else []
        if self.by_window:
            said.append(_BY_WINDOW.say(lang).format(self.by_window))
        return [f"{self.new.title.say(lang)}\t{ids}", *(f"  {line}" for line in said)]

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The comparison for machines."""
        return {
            "old": self.old and self.old.id, "new": self.new and self.new.id,
            "changes": [change.as_json(lang) for change in self.changes],
            "cases": [change.as_json() for change in self.cases],
            "new_cases": [change.as_json() for change in self.new_cases], "by_window": self.by_window,
        }  # fmt: skip


def compare_documents(old: Document, new: Document) -> tuple[Change, ...]:
    """What two documents say differently of themselves: title, number, days, series."""
    before, after = (dict(_document(document)) for document in (old, new))
    return tuple(
        Change("document", key, label, before[key][1], words)
        for key, (label, words) in after.items()
        if before[key][1] != words
    )


def _document(found: Document) -> Iterator[tuple[str, tuple[Words, Words]]]:
    rows: tuple[tuple[str, Words, Any], ...] = (
        ("title", Words("名称", "title"), found.title), ("number", Words("文号", "number"), found.number),
        ("status", Words("状态", "status"), found.status), ("from", Words("从", "from"), found.first_day),
        ("to", Words("到", "to"), found.last_day), ("series", Words("系列", "series"), found.series),
    )  # fmt: skip
    for key, label, value in rows:
        plainly = Words("") if value is None else Words(*(plain(value, lang) for lang in LANGUAGES))
        yield key, (label, value if isinstance(value, Words) else plainly)


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
    yield Feature(
        "head", "again", Words("再次申请", "claimed again"), _both(wording.again, found.again, found)
    )
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
    old: Version, new: Version, before: Iterable[Case], after: Iterable[Case], ids: Mapping[str, str]
) -> tuple[tuple[CaseChange, ...], tuple[CaseChange, ...], int]:
    """The cases of the old version, and those that only the new one has, where the answers differ; and how many
    differ by the days of filing alone.

    A case of one version is put to the other with its days as many years away as the window is, and with the ids
    of that version (``ids``: old -> new).
    """
    years = _years(old.programme, new.programme)
    asked = [(case, case.request, _turned(case.request, ids, years)) for case in before]
    back = {now: was for was, now in ids.items()}
    put = [turned for _, _, turned in asked]
    fresh = [
        (case, _turned(case.request, back, -years), case.request) for case in after if case.request not in put
    ]
    found = [[_answered(old, new, *row) for row in rows] for rows in (asked, fresh)]
    told = [tuple(one for one in part if one and not _by_window(one, old, new)) for part in found]
    hidden = sum(bool(one and _by_window(one, old, new)) for part in found for one in part)
    return told[0], told[1], hidden


def _years(old: Programme, new: Programme) -> int:
    """By how many years the window moved; 0 where one has none."""
    first, second = (next((day for day in one.window() or () if day), None) for one in (old, new))
    return second.year - first.year if first and second else 0


def _turned(request: Mapping[str, Any], ids: Mapping[str, str], years: int) -> dict[str, Any]:
    """A request for the other version: days moved, programmes by their ids there."""
    later: dict[str, Any] = moved(request, years)
    later["programme"] = ids.get(str(later.get("programme")), later.get("programme"))
    if "history" in later:
        later["history"] = [
            {**row, "programme": ids.get(row["programme"], row["programme"])} for row in later["history"]
        ]
    return later


def _answered(old: Version, new: Version, case: Case, was: Any, now: Any) -> CaseChange | None:
    before, after = _asked(old, was), _asked(new, now)
    differs = any(before.get(key) != after.get(key) for key in _ANSWER)
    return CaseChange(case, before, after) if differs else None


def _by_window(change: CaseChange, old: Version, new: Version) -> bool:
    """Whether one version refuses for the day of filing alone, while the other does not."""
    windows = {
        condition.id
        for one in (old, new)
        for condition in one.programme.claim
        if condition.facts == (APPLIED_ON,)
    }
    failed = [set(answer.get("failed", ())) for answer in (change.before, change.after)]
    return failed[0] != failed[1] and failed[0] ^ failed[1] <= windows


def _asked(version: Version, request: Mapping[str, Any]) -> dict[str, Any]:
    library, programme = version
    overlays = [one.id for one in programme.overlays if one.proposed]
    proposed = {"overlay": overlays[-1]} if overlays else {}
    try:
        return answer(library, {**request, "programme": programme.id, **proposed})
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
