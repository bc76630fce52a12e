"""How the lines of a roster stand: counted, and kept for lists of thousands of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiangli import rules
from jiangli.applications.models import Application, LineState, Standing
from jiangli.bulk import insert


@dataclass(frozen=True)
class Tally:
    """The number of lines in each state, by the code of the state."""

    counts: Mapping[str, int]

    def of(self, *states: LineState) -> int:
        return sum(self.counts.get(state.value, 0) for state in states)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def falling(self) -> int:
        """Lines that are not paid: what fails, and what was struck off."""
        return self.of(LineState.FAILS, LineState.STRUCK)

    @property
    def standing(self) -> int:
        """Lines that are paid if the case passes now."""
        return self.of(LineState.PASSES, LineState.LOOK)


def state_of(result: rules.LineResult, *, struck: bool) -> LineState:
    """A line that passes but that a limit holds is for an officer to look at."""
    if struck:
        return LineState.STRUCK
    if result.outcome is rules.Outcome.UNDETERMINED:
        return LineState.OPEN
    if result.outcome is rules.Outcome.INELIGIBLE:
        return LineState.FAILS
    held = any(finding.holds for finding in (*result.findings, *result.told))
    return LineState.LOOK if held else LineState.PASSES


def tally_of(lines: Sequence[rules.LineResult], struck: Collection[int]) -> Tally:
    """The lines of an answer, counted by state."""
    states = (state_of(line, struck=place in struck) for place, line in enumerate(lines))
    return Tally(dict(Counter(state.value for state in states)))


def kept_tally(counts: Mapping[str, int]) -> Tally:
    """A tally as an assessment keeps it."""
    return Tally(dict(counts))


def keep_standings(application: Application, answer: rules.Assessment, struck: Collection[int]) -> None:
    """Replace what is kept of each line; nothing is, where the claim itself fails and no line was judged."""
    Standing.objects.filter(application=application).delete()
    keys = application.lines.order_by("number").values_list("pk", flat=True) if answer.lines else []
    rows = [
        _standing(application, key, result, struck=place in struck)
        for place, (key, result) in enumerate(zip(keys, answer.lines or (), strict=True))
    ]
    insert(rows)


def _standing(application: Application, key: int, result: rules.LineResult, *, struck: bool) -> Standing:
    return Standing(
        application=application,
        line_id=key,
        state=state_of(result, struck=struck),
        amount_fen=result.amount_fen,
        cut_fen=max((f.cut_fen for f in result.findings if f.cut_fen is not None), default=None),
        failed=_barred(result.failed),
        open=_barred([finding.id for finding in result.findings if finding.state is None]),
        unknown=_barred(result.unknown),
        reasons=list(_reasons(result)),
    )


def _barred(names: Sequence[str]) -> str:
    return f"|{'|'.join(dict.fromkeys(names))}|" if names else ""


def _reasons(result: rules.LineResult) -> Iterator[dict[str, Any]]:
    """What does not simply hold, in both languages: false and open findings, cuts, and what is only told."""
    for finding in result.findings:
        if finding.state is not True or finding.cut_fen is not None:
            yield _reason(finding)
    for finding in result.told:
        yield {**_reason(finding), "told": True, "holds": finding.holds}


def _reason(finding: rules.Finding) -> dict[str, Any]:
    return {"id": finding.id, "state": finding.state, "zh": finding.tell("zh"), "en": finding.tell("en")}
