"""The boundaries of all programmes as a table that a policy officer reads over, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jiangli.rules.cases import read_cases
from jiangli.rules.checking.boundaries import Boundary, Seen
from jiangli.rules.checking.folder import case_files, trials_of
from jiangli.rules.checking.generated import Trial
from jiangli.rules.checking.scope import alone, opened, own_cases
from jiangli.rules.engine import assess
from jiangli.rules.errors import Words
from jiangli.rules.facts import Value, yuan
from jiangli.rules.library import build, default_folder, read_sources

_OUTCOMES = {
    "eligible": Words("可领", "eligible"),
    "ineligible": Words("不可领", "not eligible"),
    "undetermined": Words("还不能定", "undetermined"),
}
_HEADS = {
    "zh": ("条件", "事实", "界内", "结果", "界外", "结果"),
    "en": ("condition", "fact", "inside", "outcome", "outside", "outcome"),
}


def boundary_table(folder: Path | None, lang: str = "zh") -> Iterator[str]:
    """For each programme its title, then a row per boundary with tabs between: condition, fact, and on both
    sides the value and what comes of it. Raises PolicyError.
    """
    root, document = opened(folder or default_folder())
    sources, files = read_sources(root), case_files(root)
    if document:
        sources, files = alone(sources, document), own_cases(files, document)
    library = build(sources)
    cases = [case for file, text in files.items() for case in read_cases(text, file)]
    for found in trials_of(library, cases):
        yield f"{found.programme.title.say(lang)} ({found.programme.id})"
        yield "\t".join(_HEADS[lang])
        yield from (_row(found, seen, met, lang) for seen, met in found.met.values())
        yield ""


def _row(found: Trial, seen: Seen, met: Boundary, lang: str) -> str:
    condition, fact = met.rule.condition, found.programme.dictionary[met.fact]
    title = f"{condition.id} {condition.title.say(lang) if condition.title else ''}".strip()
    sides = [
        text
        for value in (met.inside, met.outside)
        for text in (fact.value_label(value, lang), _outcome(seen, met, value, lang))
    ]
    return "\t".join([title, fact.label.say(lang), *sides])


def _outcome(seen: Seen, met: Boundary, value: Value, lang: str) -> str:
    """What comes of a value: 可领 1,200 元, or 不可领 with the ids of what fails."""
    side = seen.with_fact(met.fact, value, met.rule.of_line)
    request = side.request
    answer = assess(
        request.programme, request.facts, on=request.on, history=request.history, lines=request.lines
    )
    result = answer.lines[side.line or 0] if answer.lines else answer
    words = _OUTCOMES[result.outcome.value].say(lang)
    if result.outcome.value == "eligible":
        return f"{words} {yuan(result.amount_fen or 0, lang)}"
    return f"{words} ({' '.join(result.failed or result.unknown)})"
