"""``jiangli explain``: one answer in words, every condition with its quote, its facts and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiangli.rules.assessment import Assessment, Finding, LineResult, Outcome
from jiangli.rules.bounds import bounds_fen
from jiangli.rules.contract import Request
from jiangli.rules.engine import assess
from jiangli.rules.errors import Words
from jiangli.rules.facts import APPLIED_ON, plain, yuan
from jiangli.rules.opening import Opening, opening
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
_FROM_FEN, _MOST_FEN = Words("{}起", "from {}"), Words("最多 {}", "up to {}")
_TO_BE_SET = Words("金额另定", "an amount still to be set")
_READ = Words("读到：{}", "Read: {}")
_CHANGE = Words("要这样才符合：{}", "It would hold if: {}")
_INFERRED = Words("推定：{}", "Inferred: {}")
_FROM = Words("其他不变，{} 起申请就行", "Nothing else changed, it passes from {}")
_UNTIL = Words("，到 {} 为止", " until {}")
_NO_END = Words("，看不到截止日", ", with no end in sight")
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

    def opening(self) -> Opening:
        """The days on which nothing stands against the claim; for one that is due, on which it is."""
        asked, due = self.request, self.answer.outcome is Outcome.ELIGIBLE
        return opening(
            self.programme, asked.facts, on=asked.on, history=asked.history, lines=asked.lines,
            outcome=Outcome.ELIGIBLE if due else Outcome.UNDETERMINED,
        )  # fmt: skip

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The response of the contract, with what would change it."""
        found, document = self.opening(), self.programme.document
        changes = {finding.id: change for finding in self.answer.findings if (change := finding.change(lang))}
        rows = self.programme.not_modelled
        return {
            **self.answer.as_json(lang), "title": self.programme.title.say(lang),
            "document": {"id": document.id, "title": document.title.say(lang), "status": document.status},
            "changes": changes,
            "opening": {
                "first": found.first and found.first.isoformat(), "last": found.last and found.last.isoformat(),
                "decided_by": [finding.id for finding in found.decided_by],
            },
            "not_modelled": [{"quote": row.basis.quote, "reason": row.reason} for row in rows],
        }  # fmt: skip

    def text(self, lang: str = "zh") -> str:
        """The answer for people, as lines of plain text."""
        parts = [_head(self, lang), _conditions(self.answer.findings, lang), *_lines(self, lang)]
        parts += [[_days(self.opening(), lang)], *_beside(self, lang), _uncovered(self.programme, lang)]
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
        "",
        _outcome(explained, lang),
        *payments,
    ]


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


def range_words(least: int, most: int | None, lang: str = "zh") -> str:
    """600 元; 600 元 – 800 元; 最多 800 元; 600 元起; or that it has still to be set."""
    if most is None:
        return _FROM_FEN.say(lang).format(yuan(least, lang)) if least else _TO_BE_SET.say(lang)
    if least == most:
        return yuan(most, lang)
    return (
        f"{yuan(least, lang)} – {yuan(most, lang)}" if least else _MOST_FEN.say(lang).format(yuan(most, lang))
    )


def _conditions(findings: tuple[Finding, ...], lang: str, indent: str = "") -> list[str]:
    return [indent + line for finding in findings for line in _finding(finding, lang)]


def _finding(finding: Finding, lang: str) -> Iterator[str]:
    """A mark and the title; then quote with clause, facts read, and why not or what is still open."""
    yield f"{MARKS[finding.state]} {finding.id}  {finding.title(lang)}"
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
        yield [head, *_conditions(line.findings, lang, "  ")]


def _line_outcome(line: LineResult, lang: str) -> str:
    if line.amount_fen is None:
        return _OPEN.say(lang)
    return _DUE.say(lang).format(yuan(line.amount_fen, lang)) if line.amount_fen else _NOTHING.say(lang)


def _days(found: Opening, lang: str) -> str:
    """From when until when it passes, and what decides."""
    ids = "、".join(dict.fromkeys(finding.id for finding in found.decided_by))
    decides = _DECIDES.say(lang).format(ids) if ids else ""
    if found.first is None:
        return _NEVER.say(lang) + decides
    end = _UNTIL.say(lang).format(plain(found.last, lang)) if found.last else _NO_END.say(lang)
    return _FROM.say(lang).format(plain(found.first, lang)) + end + decides


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
