"""Amounts in words: what a programme pays in short, and how the amount of one claim came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jiangli.rules import wording
from jiangli.rules.assessment import Assessment, Finding, LineResult, Outcome
from jiangli.rules.bounds import bounds_fen
from jiangli.rules.brackets import Brackets, brackets_of
from jiangli.rules.contract import Request
from jiangli.rules.document import Basis
from jiangli.rules.engine import assess, parts_of
from jiangli.rules.errors import Words
from jiangli.rules.facts import APPLIED_ON, Facts, yuan
from jiangli.rules.nodes import FactRef, Literal, Node
from jiangli.rules.programme import Programme, Supplement
from jiangli.rules.reckoning import Reckoning, reckon

_FROM_FEN, _MOST_FEN = Words("{}起", "from {}"), Words("最多 {}", "up to {}")
_TO_BE_SET = Words("金额另定", "an amount still to be set")
_BY_OFFICER = Words("由经办人核定", "decided by an officer")
_BY_FORMULA = Words("按公式", "by a formula")
_EACH = {"month": Words("每月 {}", "{} a month"), "person": Words("每人 {}", "{} a person")}
_HEAD = Words("金额怎么来的", "How the amount comes about")
_ROW = Words("{}：{}", "{}: {}")
_TIMES = Words("× {}（{} 各一份）＝ {}", "× {} (once by each: {}) = {}")
_SHARED = Words("由 {} 分担", "shared by {}")
_RAISED = Words("不足 {}，按 {}", "less than {}, so {}")
_QUOTED = Words("“{}”", "“{}” (Chinese original)")
_INFERRED = Words("推定：{}", "Inferred: {}")


def range_words(least: int, most: int | None, lang: str = "zh") -> str:
    """600 元; 600 元 – 800 元; 最多 800 元; 600 元起; or that it has still to be set."""
    if most is None:
        return _FROM_FEN.say(lang).format(yuan(least, lang)) if least else _TO_BE_SET.say(lang)
    if least == most:
        return yuan(most, lang)
    if least:
        return f"{yuan(least, lang)} – {yuan(most, lang)}"
    return _MOST_FEN.say(lang).format(yuan(most, lang))


def in_short(programme: Programme, lang: str = "zh") -> str:
    """What a claim or a line is paid, before anything is known of it: 每月 1,000 元; 最多 4,600 元; 由经办人核定."""
    each = _EACH.get(programme.lines, Words("{}", "{}")).say(lang)
    if fixed := programme.amount_range_fen():
        return each.format(range_words(*fixed, lang))
    most = bounds_fen(programme, {}).most
    known = "" if most is None else _MOST_FEN.say(lang).format(yuan(most, lang))
    if programme.amount.by_officer:
        return ("；" if lang == "zh" else "; ").join(part for part in (_BY_OFFICER.say(lang), known) if part)
    return each.format(known or _formula(programme, lang))


def _formula(programme: Programme, lang: str) -> str:
    """The only row in words where there is one; else that there are formulas."""
    paid = [rate for rate in programme.amount.rates if rate.amount]
    if len(paid) > 1:
        return _BY_FORMULA.say(lang)
    return _ROW.say(lang).format(_BY_FORMULA.say(lang), wording.rate_amount(paid[0], programme, lang))


# --- how one amount came about


def reckoned(request: Request, answer: Assessment, lang: str = "zh") -> list[str]:
    """The steps to the amount of a single claim that is due; nothing for any other."""
    if answer.outcome is not Outcome.ELIGIBLE or request.lines is not None:
        return []
    given = {**request.facts, APPLIED_ON: request.on}
    steps = [*_steps(request.programme, given, answer.findings, lang), *_parts(request, answer, lang)]
    return [_HEAD.say(lang), *("  " + step for step in steps)]


def line_reckoned(request: Request, number: int, line: LineResult, lang: str = "zh") -> list[str]:
    """The steps to the amount of a line of a list, counted from 1, that is due."""
    if line.outcome is not Outcome.ELIGIBLE or request.lines is None:
        return []
    given = {**request.facts, **request.lines[number - 1], APPLIED_ON: request.on}
    return list(_steps(request.programme, given, line.findings, lang))


def _steps(programme: Programme, facts: Facts, findings: Sequence[Finding], lang: str) -> Iterator[str]:
    found = reckon(programme, facts)
    case, base = wording.rate_case(found.rate, programme, lang), yuan(found.base_fen, lang)
    yield _ROW.say(lang).format(case, base)
    yield from _formula_steps(found, programme, facts, lang)
    yield from _basis(found.rate.basis, lang)
    for extra, fen in found.added:
        yield _added(extra, fen, programme, lang)
        yield from _basis(extra.basis, lang)
    yield from _by_payers(found, programme, facts, lang)
    yield from (finding.tell(lang) for finding in findings if finding.cut_fen is not None)


def _added(extra: Supplement, fen: int, programme: Programme, lang: str) -> str:
    said = wording.supplement(extra, programme, lang)
    return f"{said} ＝ +{yuan(fen, lang)}" if extra.percent else said


def _formula_steps(found: Reckoning, programme: Programme, facts: Facts, lang: str) -> Iterator[str]:
    """How the row's sum was worked out, where it is not written as one figure."""
    assert found.rate.amount is not None
    node: Node = found.rate.amount.node
    if isinstance(node, Literal):
        return
    sliced = brackets_of(node)
    if sliced:
        yield "  " + _slices(sliced, found.base_fen, facts, lang)
    else:
        yield "  " + wording.say(node, programme.dictionary, lang)
    stop, facts_named = "; " if lang == "en" else "；", programme.dictionary
    read = [(facts_named[name], facts[name]) for name in found.rate.amount.facts if name in facts]
    yield "  " + stop.join(
        _ROW.say(lang).format(fact.label.say(lang), fact.value_label(value, lang)) for fact, value in read
    )


def _slices(sliced: Brackets, paid_fen: int, facts: Facts, lang: str) -> str:
    """2,000 元 × 80% + 1,000 元 × 50% ＝ 2,100 元."""
    whole = sliced.whole_fen(facts) or 0
    parts = [(part, part.part_fen(whole)) for part in sliced.slices]
    terms = [f"{yuan(fen, lang)} × {part.percent}%" for part, fen in parts if fen]
    total = sum(part.paid_fen(whole) for part in sliced.slices)
    said = f"{' + '.join(terms)} ＝ {yuan(total, lang)}"
    if total == paid_fen:
        return said
    raised = _RAISED.say(lang).format(yuan(sliced.floor_fen or 0, lang), yuan(paid_fen, lang))
    return f"{said}{', ' if lang == 'en' else '，'}{raised}"


def _by_payers(found: Reckoning, programme: Programme, facts: Facts, lang: str) -> Iterator[str]:
    payers = programme.payers_for(facts)
    names = wording.joined([wording.agency(payer.agency, programme, lang) for payer in payers], lang)
    if found.ratio > 1:
        yield _TIMES.say(lang).format(found.ratio, names, yuan(found.total_fen, lang))
    elif len(payers) > 1:
        shares = wording.joined([wording.payer(payer, programme, lang) for payer in payers], lang)
        yield _SHARED.say(lang).format(shares)


def _basis(basis: Basis, lang: str) -> Iterator[str]:
    for cite in basis.cites:
        yield f"  {_QUOTED.say(lang).format(cite.quote)}  {cite.clause}"
    if basis.inferred:
        yield "  " + _INFERRED.say(lang).format(basis.inferred)


def _parts(request: Request, answer: Assessment, lang: str) -> Iterator[str]:
    """What each instalment comes to on its own, where several are claimed at once."""
    programme, given = request.programme, {**request.facts, APPLIED_ON: request.on}
    subject = programme.record["subject"].node if programme.parts else None
    if not isinstance(subject, FactRef) or len(parts := parts_of(programme, given)) < 2:
        return
    alone = {
        part: assess(
            programme, {**request.facts, subject.name: str(part)}, on=request.on, history=request.history
        )
        for part in parts
    }
    if sum(found.amount_fen or 0 for found in alone.values()) == answer.amount_fen:
        fact = programme.dictionary[subject.name]
        for part, found in alone.items():
            label = fact.value_label(str(part), lang)
            yield _ROW.say(lang).format(label, yuan(found.amount_fen or 0, lang))
