"""``jiangli explain``: one answer in words, every condition with its quote, its facts and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from jiangli.rules.assessment import Assessment, Finding, LineResult, Outcome
from jiangli.rules.bounds import bounds_fen
from jiangli.rules.commands import amounts
from jiangli.rules.commands.amounts import range_words
from jiangli.rules.contract import Request
from jiangli.rules.engine import assess
from jiangli.rules.errors import Words
from jiangli.rules.facts import APPLIED_ON, plain, yuan
from jiangli.rules.opening import Opening, opening, since
from jiangli.rules.programme import Programme
from jiangli.rules.wording import agency

MARKS = {True: "✓", False: "✗", None: "?"}
_STATUS = {
    "draft": Words("草案：可以测算，不能发放", "draft: may be estimated, is not paid"),
    "expired": Words("已过期", "no longer in force"),
    "in_force": Words("", ""),
}
_ESTIMATE = Words("按拟议的改动测算，不作为依据", "An estimate under a proposed change; it decides nothing")
_ASKED = Words("按 {} 申请来看", "As applied for on {}")
_DUE = Words("可以领 {}", "Due: {}")
_NOTHING = Words("不能领", "Nothing is due")
_OPEN = Words("还不能确定", "Not determined yet")
_UP_TO = Words("，可能是 {}", "; it may come to {}")
_READ = Words("读到：{}", "Read: {}")
_CHANGE = Words("要这样才符合：{}", "It would hold if: {}")
_INFERRED = Words("推定：{}", "Inferred: {}")
_UNMET = Words("不符合：{}", "Not met: {}")
_COUNTED = Words("按附表点数：{} {}", "Counted over the attached list: {} {}")
_FROM_TO = Words("可以申请：{} 至 {}", "It can be applied for from {} to {}")
_FROM = Words("可以申请：{} 起", "It can be applied for from {}")
_UNTIL = Words("可以申请：至 {}", "It can be applied for until {}")
_ALWAYS = Words("哪天申请都可以", "It can be applied for on any day")
_UNSURE = Words("；还不知道的要先查清", "; what is not known yet has still to be found out")
_DECIDES = Words("（由 {} 决定）", " (decided by {})")
_NEVER = Words("其他不变，以后哪天申请都不行", "Nothing else changed, it passes on no later day")
_WARNINGS = Words("提醒（不影响结论）", "Warnings (they decide nothing)")
_HOLDS = Words("要由人先看", "Held for an officer")
_LINE = Words("第 {} 行", "Line {}")
_NOT_MODELLED = Words("原文里还有规则没管到的话", "The text also says what no rule covers")
_QUOTED = Words("“{}”", "“{}” (Chinese original)")


class Explained:
    """A request with its answer, and from when it would pass. Nothing is worked out before it is asked for."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.programme: Programme = request.programme
        self.answer: Assessment = assess(
            request.programme, request.facts, on=request.on, history=request.history, lines=request.lines
        )

    @property
    def _wanted(self) -> Outcome:
        return Outcome.ELIGIBLE if self.answer.outcome is Outcome.ELIGIBLE else Outcome.UNDETERMINED

    def opening(self) -> Opening:
        """The days on which nothing stands against the claim; for one that is due, on which it is."""
        asked = self.request
        return opening(
            self.programme, asked.facts, on=asked.on, history=asked.history, lines=asked.lines,
            outcome=self._wanted,
        )  # fmt: skip

    def first_day(self, found: Opening) -> date | None:
        """The first of the days of an opening, which may lie before the day asked; None for no beginning."""
        asked = self.request
        if found.first != asked.on:
            return found.first
        return since(
            self.programme, asked.facts, on=asked.on, history=asked.history, lines=asked.lines,
            outcome=self._wanted,
        )  # fmt: skip

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The response of the contract, with what would change it."""
        found, document = self.opening(), self.programme.document
        first = self.first_day(found)
        changes = {finding.id: change for finding in self.answer.findings if (change := finding.change(lang))}
        rows = self.programme.not_modelled
        return {
            **self.answer.as_json(lang), "title": self.programme.title.say(lang),
            "document": {"id": document.id, "title": document.title.say(lang), "status": document.status},
            "changes": changes,
            "opening": {
                "first": found.first and found.first.isoformat(), "since": first and first.isoformat(),
                "last": found.last and found.last.isoformat(),
                "decided_by": [finding.id for finding in found.decided_by],
            },
            "not_modelled": [{"quote": row.basis.quote, "reason": row.reason} for row in rows],
        }  # fmt: skip

    def text(self, lang: str = "zh") -> str:
        """The answer for people, as lines of plain text."""
        parts = [_head(self, lang), amounts.reckoned(self.request, self.answer, lang)]
        parts += [_conditions(self.answer.findings, lang), *_lines(self, lang), [_days(self, lang)]]
        parts += [*_beside(self, lang), _uncovered(self.programme, lang)]
        return "\n\n".join("\n".join(part) for part in parts if part)


def _head(explained: Explained, lang: str) -> list[str]:
    programme, document, answer = explained.programme, explained.programme.document, explained.answer
    status = _STATUS[document.status].say(lang)
    title = f"《{document.title.say(lang)}》" if lang == "zh" else document.title.say(lang)
    payments = [
        f"  {agency(payment.payer, programme, lang)}  {yuan(payment.amount_fen, lang)}"
        for payment in answer.payments
    ]
    return [
        f"{programme.title.say(lang)}  {programme.id}",
        title + (f"  [{status}]" if status else ""),
        *([_ESTIMATE.say(lang)] if answer.estimate else []),
        _ASKED.say(lang).format(plain(explained.request.on, lang)),
        *_counted(explained.request, lang),
        "",
        _outcome(explained, lang),
        *payments,
    ]


def _counted(request: Request, lang: str) -> Iterator[str]:
    """The facts that the rows of the attached list gave."""
    for name in request.counted:
        label = request.programme.dictionary[name].label.say(lang)
        yield _COUNTED.say(lang).format(label, request.facts[name])


def _outcome(explained: Explained, lang: str) -> str:
    answer = explained.answer
    if answer.outcome is Outcome.ELIGIBLE:
        return _DUE.say(lang).format(yuan(answer.amount_fen or 0, lang))
    if answer.outcome is Outcome.INELIGIBLE:
        return _NOTHING.say(lang)
    if explained.request.lines is not None:
        return _OPEN.say(lang)
    given = {**explained.request.facts, APPLIED_ON: explained.request.on}
    return _OPEN.say(lang) + _UP_TO.say(lang).format(
        range_words(*bounds_fen(explained.programme, given), lang)
    )


def _conditions(findings: tuple[Finding, ...], lang: str, indent: str = "") -> list[str]:
    return [indent + line for finding in findings for line in _finding(finding, lang)]


def _finding(finding: Finding, lang: str) -> Iterator[str]:
    """A mark and the title; then quote with clause, facts read, and why not or what is still open."""
    title = finding.title(lang)
    said = _UNMET.say(lang).format(title) if finding.state is False else title
    yield f"{MARKS[finding.state]} {finding.id}  {said}"
    for cite in finding.condition.basis.cites:
        yield f"    {_QUOTED.say(lang).format(cite.quote)}  {cite.clause}"
    if finding.condition.basis.inferred:
        yield "    " + _INFERRED.say(lang).format(finding.condition.basis.inferred)
    if finding.facts:
        yield "    " + _READ.say(lang).format((", " if lang == "en" else "；").join(finding.read(lang)))
    if _has_own_words(finding):
        yield "    " + finding.tell(lang)
    if change := finding.change(lang):
        yield "    " + _CHANGE.say(lang).format(change)


def _has_own_words(finding: Finding) -> bool:
    """Whether it says more than its title, quote and facts, which stand there already."""
    if finding.state:
        return finding.cut_fen is not None
    return finding.state is None or finding.condition.tell is not None or finding.condition.rule is None


def _lines(explained: Explained, lang: str) -> Iterator[list[str]]:
    for number, line in enumerate(explained.answer.lines or (), 1):
        head = f"{_LINE.say(lang).format(number)}  {_line_outcome(line, lang)}"
        due = amounts.line_reckoned(explained.request, number, line, lang)
        yield [head, *("  " + step for step in due), *_conditions(line.findings, lang, "  ")]


def _line_outcome(line: LineResult, lang: str) -> str:
    if line.amount_fen is None:
        return _OPEN.say(lang)
    return _DUE.say(lang).format(yuan(line.amount_fen, lang)) if line.amount_fen else _NOTHING.say(lang)


def _days(explained: Explained, lang: str) -> str:
    """From when until when it passes, and what decides."""
    found = explained.opening()
    ids = "、".join(dict.fromkeys(finding.id for finding in found.decided_by))
    decides = _DECIDES.say(lang).format(ids) if ids else ""
    if found.first is None:
        return _NEVER.say(lang) + decides
    unsure = _UNSURE.say(lang) if _is_unsure(explained.answer) else ""
    return _window(explained.first_day(found), found.last, lang) + unsure + decides


def _is_unsure(answer: Assessment) -> bool:
    """Whether something is not known yet, be it that something else is false."""
    lines = [finding for line in answer.lines or () for finding in line.findings]
    return answer.outcome is Outcome.UNDETERMINED or any(f.state is None for f in (*answer.findings, *lines))


def _window(first: date | None, last: date | None, lang: str) -> str:
    """Days of filing in words; None is open."""
    ends = [plain(day, lang) for day in (first, last) if day]
    words = {(True, True): _FROM_TO, (True, False): _FROM, (False, True): _UNTIL, (False, False): _ALWAYS}
    return words[first is not None, last is not None].say(lang).format(*ends)


def _beside(explained: Explained, lang: str) -> Iterator[list[str]]:
    """What does not decide but has to be said: warnings, and what an officer looks at first."""
    answer = explained.answer
    told = [finding for line in answer.lines or () for finding in line.told]
    warnings = tuple(finding for finding in (*answer.warnings, *told) if finding.state is not True)
    if warnings:
        yield [_WARNINGS.say(lang), *_conditions(warnings, lang, "  ")]
    if answer.holds:
        yield [_HOLDS.say(lang), *(f"  {finding.id}  {finding.title(lang)}" for finding in answer.holds)]


def _uncovered(programme: Programme, lang: str) -> list[str]:
    rows = [
        f"  {_QUOTED.say(lang).format(row.basis.quote or '')}  {row.reason}" for row in programme.not_modelled
    ]
    return [_NOT_MODELLED.say(lang), *rows] if rows else []
