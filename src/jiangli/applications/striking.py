"""Ask the rules about a roster with lines struck off: these count for nothing, the others keep their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from jiangli import rules
from jiangli.applications.sheet import NOT_WAIVED, Waived

STRUCK = rules.LineResult(rules.Outcome.INELIGIBLE, 0, (), (), ())


def assess_roster(
    programme: rules.Programme,
    facts: rules.Facts,
    day: date,
    past: Sequence[rules.PastPayment],
    lines: Sequence[rules.Facts],
    struck: Collection[int],
    waived: Waived = NOT_WAIVED,
) -> rules.Assessment:
    """What the rules say of ``lines`` without those at the places ``struck`` (from 0), with a result for each line.

    ``waived``: the conditions that count as met by an exception.
    """
    staying = [place for place in range(len(lines)) if place not in struck]
    asked = [lines[place] for place in staying]
    of_lines = {number: waived.lines.get(place, ()) for number, place in enumerate(staying, 1)}
    answer = rules.assess(
        programme, facts, on=day, history=past, lines=asked, waived=waived.case,
        waived_lines=of_lines if waived.lines else {},
    )  # fmt: skip
    if not struck or not (answer.lines or not staying):
        return answer
    results = dict(zip(staying, answer.lines or (), strict=True))
    every = [
        _numbered(results[place], staying) if place in results else STRUCK for place in range(len(lines))
    ]
    dues = tuple(due._replace(line=staying[due.line - 1] + 1) for due in answer.dues)
    return replace(answer, lines=tuple(every), dues=dues)


def _numbered(result: rules.LineResult, staying: Sequence[int]) -> rules.LineResult:
    """Its findings name other lines by the numbers these have on the whole roster."""
    return replace(
        result,
        findings=tuple(_points(finding, staying) for finding in result.findings),
        told=tuple(_points(finding, staying) for finding in result.told),
    )


def _points(finding: rules.Finding, staying: Sequence[int]) -> rules.Finding:
    return finding if finding.line is None else finding._replace(line=staying[finding.line - 1] + 1)
