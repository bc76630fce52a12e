"""Cases made from the hand-written ones: what must hold of any answer, tried on both sides of each boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from jiangli.rules.assessment import Assessment, Finding, LineResult, Outcome, PastPayment
from jiangli.rules.cases import Case
from jiangli.rules.checking.boundaries import Boundary, Seen, boundaries, rules
from jiangli.rules.checking.boxes import Box, alternatives, exact
from jiangli.rules.checking.spans import number
from jiangli.rules.contract import Request
from jiangli.rules.engine import assess, parts_of
from jiangli.rules.errors import FactError, NotCovered, PolicyError, Words
from jiangli.rules.facts import APPLIED_ON, Facts, Value, plain
from jiangli.rules.limits import key_of
from jiangli.rules.nodes import Call, FactRef, walk
from jiangli.rules.programme import Limit, Programme

_SHOWN = 40  # problems of one programme, from which on they are the same one
_CHECK = Words(
    "改规则；规则没有错的，是引擎的错，请报告。", "Correct the rule; if it is right, report the engine."
)
Key = tuple[str, str, int, bool | None]


@dataclass(slots=True)
class Trial:
    """What the generated cases of one programme showed.

    ``met``: boundaries by key, as first met by an eligible case; ``inside`` and ``outside`` are the keys
    that a hand-written case pins on that side; ``count`` is the number of generated cases; ``allowed``: the values that
    conditions allow, worked out without the engine.
    """

    programme: Programme
    count: int = 0
    problems: list[PolicyError] = field(default_factory=list)
    met: dict[Key, tuple[Seen, Boundary]] = field(default_factory=dict)
    inside: set[Key] = field(default_factory=set)
    outside: set[Key] = field(default_factory=set)
    allowed: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)

    @property
    def pinned(self) -> int:
        """Boundaries that hand-written cases pin on both sides."""
        return sum(key in self.inside and key in self.outside for key in self.met)

    def notes(self) -> Iterator[str]:
        """The boundaries that no hand-written case pins, side by side."""
        told: dict[str, None] = {}
        for key, (_, met) in self.met.items():
            fact = self.programme.dictionary[met.fact]
            for pinned, side, value in (
                (self.inside, Words("内", "inside"), met.inside),
                (self.outside, Words("外", "outside"), met.outside),
            ):
                if key not in pinned:
                    label, id = fact.value_label(value), met.rule.condition.id
                    told[
                        f"{id}: 没有案例踩在界{side.zh}（{fact.label.zh} {label}） "
                        f"no case just {side.en}: {met.fact} = {plain(value, 'en')}"
                    ] = None
        yield from told


def trial(programme: Programme, cases: Sequence[tuple[Case, Request]]) -> Trial:
    """Try a programme on both sides of every boundary of its hand-written cases."""
    found = Trial(programme, allowed=dict(_allowed(programme)))
    known = list(rules(programme))
    for case, request in cases:
        first = _assess(found, case, request)
        if first is None:
            continue
        kinds = set(_kinds(first))
        for seen in _sights(request, first):
            met = [one for rule in known for one in boundaries(rule, programme, seen)]
            _pin(found, met, seen)
            if _state(first, seen.line) is Outcome.ELIGIBLE and seen.line in kinds:
                sides = _try_boundaries(found, met, case, seen)
                _try_unknown(found, case, seen, sides)
                _try_twice(found, case, seen, first)
    return found


def _sights(request: Request, found: Assessment) -> list[Seen]:
    """The case at each line of its roster; of a roster that is refused as a whole, at the first."""
    if request.lines is None or not found.lines:
        return [Seen(request, None if request.lines is None else 0)]
    return [Seen(request, at) for at in range(len(found.lines))]


def _kinds(found: Assessment) -> list[int | None]:
    """Of the lines with equal answers the first; None where there is no roster."""
    kinds: dict[object, int] = {}
    for at, line in enumerate(found.lines or ()):
        kinds.setdefault((line.outcome, line.failed, line.amount_fen), at)
    return list(kinds.values()) if found.lines else [None]


def _assess(found: Trial, case: Case, request: Request) -> Assessment | None:
    """The answer; None and a problem where there is none. Whatever is raised is a finding here."""
    try:
        return assess(
            request.programme, request.facts, on=request.on, history=request.history, lines=request.lines
        )
    except FactError:  # an officer's amount above its ceiling: refused as it should be
        return None
    except Exception as error:
        said = error.message if isinstance(error, PolicyError) else Words(repr(error), repr(error))
        _problem(found, case, f"算不出来：{said.zh}", f"cannot be assessed: {said.en}")
        return None


def _problem(found: Trial, case: Case, zh: str, en: str) -> None:
    """Keep a problem, once."""
    words = Words(f"由案例 {case.id} 生成的一例：{zh}", f"Generated from case {case.id}: {en}")
    if len(found.problems) < _SHOWN and words not in [one.message for one in found.problems]:
        found.problems.append(NotCovered(case.place, words, _CHECK))


def _pin(found: Trial, boundaries: Sequence[Boundary], seen: Seen) -> None:
    """Note at which boundaries the case itself stands, on a side where it is decided."""
    for met in boundaries:
        facts = seen.facts(met.rule.of_line)
        state = met.rule.state(facts)
        if state is not False and state is not None and met.at(facts[met.fact], met.inside):
            found.inside.add(met.key)
        if state is not True and state is not None and met.at(facts[met.fact], met.outside):
            found.outside.add(met.key)


def _try_boundaries(
    found: Trial, boundaries: Sequence[Boundary], case: Case, seen: Seen
) -> dict[str, list[Outcome]]:
    """Run both sides of each boundary; gives the outcomes, by the fact that was changed."""
    made: dict[str, list[Outcome]] = {}
    for met in (one for one in boundaries if not one.open):
        found.met.setdefault(met.key, (seen, met))
        for value in (met.inside, met.outside):
            side = seen.with_fact(met.fact, value, met.rule.of_line)
            found.count += 1
            if answer := _assess(found, case, side.request):
                _check_side(found, case, side, met, value, answer)
                made.setdefault(met.fact, []).append(_state(answer, seen.line))
    return made


def _check_side(
    found: Trial, case: Case, side: Seen, met: Boundary, value: Value, answer: Assessment
) -> None:
    """The condition is true inside and false outside, as its values say, and the outcome follows from it."""
    zh, en = f"{met.fact} = {plain(value)}", f"{met.fact} = {plain(value, 'en')}"
    line = answer.lines[side.line or 0] if answer.lines else None
    findings = (*answer.findings, *(line.findings if line else ()))
    for finding in findings:
        turns = finding.condition is met.rule.condition and finding.condition.rule is not None
        if turns and finding.state is not (value == met.inside):
            _problem(found, case, f"{zh}：{finding.id} 没有随之改变。", f"{en}: {finding.id} did not turn.")
        if (said := _by_values(found, finding)) is not None and said is not finding.state:
            _problem(found, case, f"{zh}：{finding.id} 算错了。", f"{en}: {finding.id} is wrong.")
    if not _follows(line or answer, {finding.state for finding in (line or answer).findings}):
        _problem(found, case, f"{zh}：结果和条件不一致。", f"{en}: the outcome does not follow.")


def _by_values(found: Trial, finding: Finding) -> bool | None:
    """What a condition comes to by the values it allows; None where they are not known, or do not say it."""
    boxes = found.allowed.get(finding.id)
    if not boxes or any(name not in finding.given for name in finding.condition.facts):
        return None
    return any(_holds(found.programme, box, finding.given) for box in boxes)


def _allowed(programme: Programme) -> Iterator[tuple[str, tuple[Box, ...]]]:
    """The conditions that speak of facts one by one, and the values they allow."""
    for condition in (*programme.claim, *programme.line):
        assert condition.rule is not None
        boxes = alternatives(condition.rule.node, programme.dictionary)
        if exact(boxes):
            yield condition.id, boxes


def _holds(programme: Programme, box: Box, facts: Facts) -> bool:
    """Whether the facts are in the box."""
    numbers = {name: number(programme.dictionary[name], facts[name]) for name in box}
    return all(any(low <= numbers[name] <= high for low, high in spans) for name, spans in box.items())


def _follows(answer: Assessment | LineResult, states: set[bool | None]) -> bool:
    """Whether an outcome is the one that the findings come to; one that is open may be open elsewhere."""
    if answer.outcome is Outcome.ELIGIBLE:
        return states <= {True} and bool(answer.amount_fen)
    if answer.outcome is Outcome.INELIGIBLE:
        return False in states
    return False not in states or isinstance(answer, Assessment)


def _state(answer: Assessment, line: int | None) -> Outcome:
    """The outcome at a line: what is decided of the line waits for what is open of the whole claim."""
    if line is None or not answer.lines:
        return answer.outcome
    outcome = answer.lines[line].outcome
    waits = outcome is Outcome.ELIGIBLE and any(finding.state is None for finding in answer.findings)
    return Outcome.UNDETERMINED if waits else outcome


def _try_unknown(found: Trial, case: Case, seen: Seen, sides: Mapping[str, Sequence[Outcome]]) -> None:
    """Without a fact the answer is open, or the same as with any value of the fact."""
    turning = set(_turning(found.programme))
    for name, outcomes in sides.items():
        if name == APPLIED_ON or name in turning:
            continue
        found.count += 1
        answer = _assess(found, case, seen.with_fact(name, None).request)
        blind = _state(answer, seen.line) if answer else Outcome.UNDETERMINED
        if blind is not Outcome.UNDETERMINED and set(outcomes) - {blind}:
            zh = f"不知道 {name} 时的结果，知道以后反了过来。"
            _problem(found, case, zh, f"the answer without {name} is turned by knowing it.")


def _turning(programme: Programme) -> Iterator[str]:
    """Facts that may turn a settled answer: the arguments of first_known."""
    for condition in (*programme.claim, *programme.line):
        for node in walk(condition.rule.node) if condition.rule else ():
            if isinstance(node, Call) and node.name == "first_known":
                yield from (part.name for part in node.arguments if isinstance(part, FactRef))


def _try_twice(found: Trial, case: Case, seen: Seen, first: Assessment) -> None:
    """What was paid is not paid again where a limit says so."""
    line = first.lines[seen.line] if first.lines and seen.line is not None else None
    amount, facts = (line or first).amount_fen or 0, seen.facts(True)
    for limit in found.programme.limits:
        keys = [key_of(limit, facts, part) for part in parts_of(found.programme, facts)]
        if not _bars_itself(found.programme, limit) or any(None in key for key in keys):
            continue
        names = [name for name, _ in limit.keys]
        paid = [_payment(found.programme, seen, amount, dict(zip(names, key, strict=True))) for key in keys]
        found.count += 1
        again = _assess(found, case, replace(seen.request, history=(*seen.request.history, *paid)))
        if again and _state(again, seen.line) is Outcome.ELIGIBLE:
            _problem(
                found, case, f"付过以后还能再领（{limit.id}）。", f"it is paid a second time ({limit.id})."
            )


def _payment(
    programme: Programme, seen: Seen, amount_fen: int, columns: dict[str, str | None]
) -> PastPayment:
    """The payment of an answer, filed under the columns of a limit's key."""
    return PastPayment(programme.id, seen.request.on, amount_fen, programme.series, **columns)


def _bars_itself(programme: Programme, limit: Limit) -> bool:
    """Whether an earlier payment of the programme itself leaves nothing to pay."""
    if limit.kind not in ("once_per", "less_paid_per") or limit.roster_only or "claim" in limit.per:
        return False
    if not limit.refuses or limit.when:
        return False
    own = (programme.id, f"series:{programme.series}")
    return any(fnmatchcase(name, pattern) for name in own for pattern in limit.across)
