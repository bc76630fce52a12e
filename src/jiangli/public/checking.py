"""The check: which question comes next, and what the answers so far come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.stages import claimed_by_list
from jiangli.programmes.models import Programme
from jiangli.programmes.status import Standing, filing_days
from jiangli.public.audience import BY_CODE, audiences_of
from jiangli.public.listing import STATES_IN_ORDER, Entry, entries
from jiangli.rules.changing import Change, ways_of
from jiangli.rules.facts import Choice, Enum, Fact
from jiangli.rules.offers import Offer, Offers, next_question

WHO = "about.who"  # the first question: no fact of the law, it chooses among the programmes
MOST = 15  # questions on any way through
ASKED_LATER = "account"  # who one is and where the money goes is asked when applying
OVER = (Standing.CLOSED,)


@dataclass(frozen=True, eq=False)
class Asked(Offer):
    """A programme while questions are asked. ``passed``: facts that were asked already, whatever was said."""

    passed: frozenset[str] = frozenset()

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """What is still to be asked about it."""
        return tuple(name for name in wanted(self.programme, self.assessment) if name not in self.passed)


@dataclass(frozen=True, eq=False)
class Looked:
    """One programme as the answers so far leave it.

    ``shown`` rests on the answers alone; ``assessment`` also takes a list to name the level that the
    certificate names; ``estimate`` is what would be paid if nothing were in the way.
    """

    entry: Entry
    offer: Offer
    estimate: "rules.Assessment"
    shown: "rules.Assessment"
    answered: frozenset[str] = frozenset()  # what was said, "not sure" left out

    @property
    def assessment(self) -> "rules.Assessment":
        return self.offer.assessment

    @property
    def row(self) -> Programme:
        return self.entry.row

    @property
    def rule(self) -> "rules.Programme":
        return self.entry.law

    @property
    def possible(self) -> bool:
        return self.assessment.outcome != "ineligible"

    @property
    def missed(self) -> list[Any]:
        return [finding for finding in self.assessment.findings if finding.state is False]

    @property
    def open_questions(self) -> list[str]:
        """What the claimant could still be asked about it."""
        return wanted(self.rule, self.assessment)

    @property
    def has_grounds(self) -> bool:
        """Whether the answers alone fulfil at least one of its conditions."""
        return any(
            finding.state is True and finding.condition.rule and self.answered.intersection(finding.facts)
            for finding in self.shown.findings
        )

    @property
    def group(self) -> str:
        """Where it stands in the result: now, possible, draft, elsewhere, near or far."""
        if not self.possible:
            return "near" if self.offer.is_near and self._within_reach else "far"
        if self.entry.state in TRIED:
            return "draft"
        if self.entry.state == "elsewhere":
            return self.entry.state
        settled = self.has_grounds and self.knows_sum and not self.open_questions
        return "now" if settled else "possible"

    @property
    def _within_reach(self) -> bool:
        """Whether what is missing can come with time or effort, without being somebody else or living elsewhere."""
        ways = [ways_of(one.condition, one.given, one.programme) for one in self.missed]
        return all(any(all(_can_change(c, one.given) for c in way) for way in found) or one.fault
                   for one, found in zip(self.missed, ways, strict=True))  # fmt: skip

    @property
    def opens_on(self) -> date | None:
        """The later day from which nothing would stand against it; None if there is none, or it is today."""
        first = self.offer.opening.first
        return first if first is not None and first > self.offer.on else None

    @property
    def knows_sum(self) -> bool:
        """Whether the answers settle what is paid; for a list it is the table of its rates."""
        return bool(self.estimate.amount_fen) or by_list(self.rule)


def _can_change(change: Change, given: Mapping[str, Any]) -> bool:
    """A higher level, a later day, a yes instead of a no; never another district, kind or a lower level."""
    fact = change.fact
    if fact.kind == "code" or (fact.enum and not fact.enum.ordered):
        return False
    if fact.enum is None or fact.name not in given:
        return True
    here = fact.enum.ranks[str(given[fact.name])]
    tops = [*change.values, *(high or fact.enum.choices[-1].id for _low, high in change.spans)]
    return any(fact.enum.ranks[str(value)] > here for value in tops)


TRIED = ("draft", "simulation")  # states in which one only gets an estimate
GROUPS = ("now", "possible", "draft", "elsewhere", "near", "far")


def by_list(law: "rules.Programme") -> bool:
    """Whether an organisation claims for the people on a list, so that nobody is asked about one of them."""
    return law.claimant == "organisation" and law.lines in ("person", "month")


def pool(found: Iterable[Entry], who: str | None = None) -> list[Entry]:
    """The programmes that the check looks at: not over, and for these people; for persons where nobody said who."""
    live = [one for one in found if one.now not in OVER]
    if who:
        return [one for one in live if who in audiences_of(one.law)]
    return [one for one in live if one.law.claimant == "person"]


def asks_nobody(programme: "rules.Programme") -> bool:
    """Whether nobody applies: the programme is paid from a list that another body publishes."""
    return claimed_by_list(programme)


def can_be_asked(fact: Fact) -> bool:
    """What one can say about oneself without naming oneself: what the dictionary has a question for."""
    return fact.question is not None and fact.kind != "text" and not fact.name.startswith(f"{ASKED_LATER}.")


def who_question(found: Iterable[Entry]) -> Fact:
    """The first question: who is asking, of those for whom there is something."""
    live = [one for one in found if one.now not in OVER]
    there = {code for one in live for code in audiences_of(one.law)}
    choices = tuple(
        Choice(code, _words(str(audience.name)), str(audience.hint))
        for code, audience in BY_CODE.items()
        if code in there
    )
    ranks = {choice.id: at for at, choice in enumerate(choices)}
    return Fact(
        WHO, "enum", _words(_("You are")), "", "applicant",
        Enum("who", _words(_("You are")), False, choices, ranks), choices=choices,
        question=_words(_("Who are you?")), hint=_words(_("We then ask only what matters for you.")),
    )  # fmt: skip


def _words(text: str) -> "rules.Words":
    return rules.Words(text, text)


def questions(programmes: Iterable["rules.Programme"]) -> dict[str, Fact]:
    """Every question the check might ask, in a stable order: that of the programmes and of their conditions."""
    found: dict[str, Fact] = {}
    for programme in programmes:
        for name in programme.facts_read:
            if can_be_asked(programme.dictionary[name]):
                found.setdefault(name, programme.dictionary[name])
    return found


def wanted(programme: "rules.Programme", answer: "rules.Assessment") -> list[str]:
    """What this answer waits for and one can be asked; of a list only what concerns the claim as a whole."""
    names = [name for name in answer.unknown if can_be_asked(programme.dictionary[name])]
    if not by_list(programme):
        return names
    of_claim = {name for condition in programme.claim for name in condition.facts}
    return [name for name in names if name in of_claim]


def known(programme: "rules.Programme", answers: Mapping[str, Any], *, guess: bool = True) -> dict[str, Any]:
    """Answers as facts. A list names the level that its certificate names, so far as one can ``guess`` today."""
    audience = BY_CODE.get(answers.get(WHO) or "")
    everything = {**(audience.settles if audience else {}), **answers}
    said = {
        name: value
        for name, value in everything.items()
        if value is not None and name in programme.dictionary
    }
    for name in programme.facts_read if guess else ():
        twin = name.replace("list.", "certificate.", 1)
        if name.startswith("list.") and name not in said and twin in said:
            said[name] = said[twin]
    return programme.dictionary.parse(said)


def estimate(programme: "rules.Programme", facts: Mapping[str, Any], *, on: date) -> "rules.Assessment":
    """What would be paid if every condition held: the amount under its ceilings. Of a monthly allowance, one month."""
    ceilings = tuple(limit for limit in programme.limits if limit.ceiling)
    return rules.assess(replace(programme, claim=(), line=(), limits=ceilings), facts, on=on)


def inside(programme: "rules.Programme", day: date) -> date:
    """The day, moved to the nearest day on which one can file, so that a closed window still answers the rest."""
    first, last = filing_days(programme)
    return max(first or day, min(day, last or day))


def look(answers: Mapping[str, Any], *, on: date, found: list[Entry] | None = None) -> list[Looked]:
    """Every programme under the answers: in the order of the groups, then by what one can do about it."""
    seen = []
    said = frozenset(name for name, value in answers.items() if value is not None)
    for one in pool(entries(on) if found is None else found, answers.get(WHO)):
        facts, law = known(one.law, answers), one.law
        day = inside(law, on) if one.now == Standing.DRAFT else on
        answer = rules.assess(law, facts, on=day)
        plain = rules.assess(law, known(law, answers, guess=False), on=day)
        shown = answer if answer.outcome == "ineligible" else plain
        offer, guess = Offer(law, answer, facts, day), estimate(law, facts, on=day)
        seen.append(Looked(one, offer, guess, shown, said))
    return sorted(
        seen,
        key=lambda one: (
            GROUPS.index(one.group),
            not one.has_grounds,
            STATES_IN_ORDER.index(one.entry.state),
            len(one.missed),
            -(one.estimate.amount_fen or 0),
        ),
    )


def still_to_ask(
    answers: Mapping[str, Any], *, on: date, found: list[Entry] | None = None, about: str = ""
) -> list[Fact]:
    """Questions whose answers may still change something, first the one that settles most; at most `MOST` in all.

    What concerns the programme ``about`` comes before everything else.
    """
    found = entries(on) if found is None else found
    if WHO not in answers:
        return [who_question(found)]
    there = pool(found, answers[WHO])
    asking = [one.law for one in there if one.now != Standing.ELSEWHERE] or [one.law for one in there]
    offers = [_asked(law, answers, on=inside(law, on)) for law in asking]
    best = next_question(Offers((), tuple(offers), (), (), ()))
    names = {name for offer in offers for name in offer.asks}
    left = [fact for name, fact in questions(asking).items() if name in names]
    of_one = {
        name for law, offer in zip(asking, offers, strict=True) if law.id == about for name in offer.asks
    }
    left.sort(key=lambda fact: (fact.name not in of_one, fact.name != best))
    return left[: max(MOST - len(answers), 0)]


def _asked(law: "rules.Programme", answers: Mapping[str, Any], *, on: date) -> Asked:
    facts = known(law, answers)
    return Asked(law, rules.assess(law, facts, on=on), facts, on, passed=frozenset(answers))


def usual_length(found: list[Entry], *, on: date) -> int:
    """How many questions may follow the first one: the middle of what each of its answers leads to."""
    codes = [choice.id for choice in who_question(found).choices]
    lengths = sorted(len(still_to_ask({WHO: code}, on=on, found=found)) for code in codes)
    return lengths[len(lengths) // 2] if lengths else 0


def stated(programme: "rules.Programme", answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the check that the form of this programme asks again, to be taken over."""
    asked = {ask.fact.name for ask in programme.form}
    return {name: value for name, value in answers.items() if value is not None and name in asked}
