"""What one claimant can get: every programme of a library assessed on one day, in the order that helps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from jiangli.rules.assessment import Assessment, Finding, Outcome, PastPayment
from jiangli.rules.bounds import Bounds, bounds_fen
from jiangli.rules.changing import Change, Span, Way, representatives, ways_of
from jiangli.rules.engine import assess
from jiangli.rules.errors import FactError
from jiangli.rules.facts import APPLIED_ON, Enum, Fact, Facts
from jiangli.rules.lasting import ended_on, is_over
from jiangli.rules.library import Library
from jiangli.rules.opening import Opening, opening
from jiangli.rules.programme import Programme

_FIXED = ("person.sex", "person.household_area", "person.home_place")  # what somebody is, whatever they do
_CLAIMANTS = ("applicant", "employer")  # sources of facts that a claimant is asked


@dataclass(frozen=True, eq=False)
class Offer:
    """One programme, and what it comes to for this claimant on the day ``on``.

    ``reference``: this installation only shows it.
    """

    programme: Programme
    assessment: Assessment
    facts: Facts
    on: date
    history: Sequence[PastPayment] = ()
    reference: bool = False

    @property
    def amount_fen(self) -> int | None:
        """What is due; None while undetermined."""
        return self.assessment.amount_fen

    @property
    def draft(self) -> bool:
        """Whether its document is a draft, so that nothing is paid yet."""
        return self.programme.document.status == "draft"

    @property
    def ended(self) -> bool:
        """Whether its document has ended, so that only what came before is still payable."""
        return ended_on(self.programme, self.on) is not None

    @property
    def elsewhere(self) -> bool:
        """Whether it is filed, or decided, in another body's system."""
        outside = any(stage.outside for stage in self.programme.stages if stage.kind == "file")
        return outside or self.programme.elsewhere is not None

    @property
    def by_line(self) -> bool:
        """Whether the answer is for one line of a list: a person, or a month."""
        return self.programme.lines in ("person", "month")

    @cached_property
    def bounds(self) -> Bounds:
        """Least and most that can still come of it, in fen."""
        return bounds_fen(self.programme, {**self.facts, APPLIED_ON: self.on})

    @cached_property
    def opening(self) -> Opening:
        """From when, and until when, nothing stands against it if only the day changes."""
        return opening(
            self.programme, self.facts, on=self.on, history=self.history, outcome=Outcome.UNDETERMINED
        )

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """Unknown facts that the claimant can be asked."""
        return tuple(name for name in self.assessment.unknown if _is_asked(self.programme, name))

    @property
    def checks(self) -> tuple[str, ...]:
        """Unknown facts that officers and registers find out."""
        return tuple(name for name in self.assessment.unknown if name not in self.asks)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The findings that are false."""
        return tuple(finding for finding in self.assessment.findings if finding.state is False)

    def ways(self, finding: Finding) -> tuple[Way, ...]:
        """How a false finding could still come to hold: each way its changes, cut down to what can come."""
        found = ways_of(finding.condition, finding.given, self.programme)
        return tuple(way for changes in found if (way := self._within_reach(changes)))

    @property
    def is_near(self) -> bool:
        """Whether one change would do: a single failed condition, or only what can still come right.

        What can come is what lies ahead: days from today on, and no lower value of what has an order. What somebody is
        (a name, a key, the sex, where they come from) stays as it is.
        """
        ways = [(finding, self.ways(finding)) for finding in self.failed]
        if len(ways) == 1:
            return ways[0][0].fault or bool(ways[0][1])
        return all(finding.fault or any(map(_by_itself, found)) for finding, found in ways)

    def _within_reach(self, way: Way) -> Way:
        """The changes with only what can still come; () where one of them cannot."""
        found = tuple(within_reach(change, self.facts, self.on) for change in way)
        return tuple(change for change in found if change) if None not in found else ()


def _is_asked(programme: Programme, name: str) -> bool:
    fact = programme.dictionary[name]
    return fact.question is not None or fact.source in _CLAIMANTS


def within_reach(change: Change, facts: Facts, on: date) -> Change | None:
    """A change without what lies behind: days before ``on``, lower values of an order; None if nothing is left, or
    nobody can change such a fact.
    """
    fact = change.fact
    if fact.kind == "text" or fact.name in _FIXED:
        return None
    if fact.kind == "date":
        spans = tuple(_ahead(span, on) for span in change.spans if span[1] is None or span[1] >= on)  # type: ignore[operator]
        return replace(change, spans=spans) if spans else None
    if fact.enum and fact.enum.ordered and change.but is None:
        return _higher(change, fact.enum, str(facts[fact.name]))
    return change


def _ahead(span: Span, on: date) -> Span:
    """The days of a range from today on."""
    low, high = span
    return (on if low is None or low < on else low), high  # type: ignore[operator]


def _higher(change: Change, enum: Enum, given: str) -> Change | None:
    """Only values above the one given."""
    ranks, last = enum.ranks, enum.choices[-1].id
    values = tuple(value for value in change.values if ranks[str(value)] > ranks[given])
    spans = tuple(span for span in change.spans if ranks[str(span[1] or last)] > ranks[given])
    return replace(change, values=values, spans=spans) if values or spans else None


def _by_itself(way: Way) -> bool:
    """Whether time or a higher level brings every change about."""
    return all(_comes(change.fact) for change in way)


def _comes(fact: Fact) -> bool:
    return fact.name == APPLIED_ON or (fact.enum is not None and fact.enum.ordered)


@dataclass(frozen=True, eq=False)
class Offers:
    """All offers of one claimant on one day.

    ``due``: highest amount first; ``possible``: undetermined, fewest questions first; ``ineligible``: the
    others, of which `near` are those that one change would turn; ``left_out``: programmes that
    cannot be claimed on the day, not assessed; ``invalid``: those for which a fact cannot be right (an officer's amount
    above the ceiling), with the reason; ``others``: those for another kind of claimant.
    """

    due: tuple[Offer, ...]
    possible: tuple[Offer, ...]
    ineligible: tuple[Offer, ...]
    left_out: tuple[Programme, ...]
    invalid: tuple[tuple[Programme, FactError], ...] = ()
    others: tuple[Programme, ...] = ()

    @cached_property
    def near(self) -> tuple[Offer, ...]:
        """Near misses: fewest failed conditions first."""
        near = [offer for offer in self.ineligible if offer.is_near]
        return tuple(sorted(near, key=lambda offer: len(offer.failed)))

    @cached_property
    def rest(self) -> tuple[Offer, ...]:
        """What is neither due nor possible nor near."""
        near = set(self.near)
        return tuple(offer for offer in self.ineligible if offer not in near)


def offers(
    library: Library,
    facts: Facts,
    *,
    on: date,
    claimant: str = "person",
    history: Sequence[PastPayment] = (),
    reference: Collection[str] = (),
    out_of_force: bool = False,
) -> Offers:
    """Every programme for this kind of claimant ("person", "organisation") that can be claimed on ``on``.

    ``facts`` may be few: what is missing makes an offer possible, never due. ``reference`` names programmes
    that this installation only shows; ``out_of_force`` assesses those that are over or to come as well.
    """
    found: dict[Outcome, list[Offer]] = {outcome: [] for outcome in Outcome}
    left_out: list[Programme] = []
    invalid: list[tuple[Programme, FactError]] = []
    every = library.programmes.values()
    for programme in every:
        if programme.claimant != claimant:
            continue
        if not out_of_force and not in_force(programme, on):
            left_out.append(programme)
            continue
        try:
            answer = assess(programme, facts, on=on, history=history)
        except FactError as error:
            invalid.append((programme, error))
            continue
        offer = Offer(programme, answer, facts, on, history, programme.id in reference)
        found[answer.outcome].append(offer)
    found[Outcome.ELIGIBLE].sort(key=lambda offer: -(offer.amount_fen or 0))
    found[Outcome.UNDETERMINED].sort(key=lambda offer: (len(offer.asks), len(offer.assessment.unknown)))
    due, possible = tuple(found[Outcome.ELIGIBLE]), tuple(found[Outcome.UNDETERMINED])
    others = tuple(programme for programme in every if programme.claimant != claimant)
    return Offers(due, possible, tuple(found[Outcome.INELIGIBLE]), tuple(left_out), tuple(invalid), others)


def in_force(programme: Programme, on: date) -> bool:
    """Whether a programme can be claimed on a day; one of a draft, once its first day has come."""
    first = programme.document.first_day
    return (first is None or first <= on) and not is_over(programme, on)


def next_question(found: Offers) -> str | None:
    """The fact to ask next: the one whose answer settles most of what is possible; None if there is nothing to ask.

    For each programme that waits for it a fact counts 1 where nothing else is open, else the share of its
    possible answers that would rule the programme out. Of equals, the one that more programmes wait for.
    """
    scores: dict[str, tuple[float, int]] = {}
    for offer in found.possible:
        for name in offer.asks:
            worth, waiting = scores.get(name, (0.0, 0))
            scores[name] = (worth + _settles(offer, name), waiting + 1)
    return max(scores, key=lambda name: scores[name], default=None)


def _settles(offer: Offer, name: str) -> float:
    """The share of the answers about one fact that would settle one programme."""
    if offer.assessment.unknown == (name,):
        return 1.0
    open_ones = [finding for finding in offer.assessment.findings if name in finding.unknown]
    rules = [finding.condition.rule for finding in open_ones if finding.condition.rule]
    given, fact = {**offer.facts, APPLIED_ON: offer.on}, offer.programme.dictionary[name]
    values = {value for rule in rules for value in representatives(rule.node, fact, given)}
    against = [value for value in values if any(rule.run({**given, name: value}) is False for rule in rules)]
    return len(against) / len(values) if values else 0.0
