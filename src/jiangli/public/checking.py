"""The check: which question comes next, and what the answers so far come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jiangli import rules
from jiangli.applications.stages import claimed_by_list
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import open_programmes, rule
from jiangli.rules.facts import Fact

ASKED_LATER = "account"  # who one is and where the money goes is asked when applying
NOT_ASKED = ("system", "officer")


@dataclass(frozen=True)
class Looked:
    """One programme as the answers so far leave it.

    ``shown`` rests on the answers alone; ``assessment`` also takes a list to name the level that the
    certificate names; ``estimate`` is what would be paid if nothing were in the way.
    """

    row: Programme
    rule: "rules.Programme"
    assessment: "rules.Assessment"
    estimate: "rules.Assessment"
    shown: "rules.Assessment"

    @property
    def possible(self) -> bool:
        return self.assessment.outcome != "ineligible"

    @property
    def missed(self) -> list[Any]:
        return [finding for finding in self.assessment.findings if finding.state is False]


def for_persons() -> list[tuple[Programme, "rules.Programme"]]:
    """The open programmes that pay persons: those one applies for first, each in the order of the notices."""
    rows = [(row, rule(row.version)) for row in open_programmes()]
    rows = [(row, found) for row, found in rows if found.claimant == "person"]
    return sorted(rows, key=lambda pair: asks_nobody(pair[1]))


def asks_nobody(programme: "rules.Programme") -> bool:
    """Whether nobody applies: the programme is paid from a list that another body publishes."""
    return claimed_by_list(programme)


def can_be_asked(fact: Fact) -> bool:
    """What a person can say about themselves without naming themselves."""
    return (
        fact.question is not None
        and fact.kind != "text"
        and fact.source not in NOT_ASKED
        and not fact.name.startswith(f"{ASKED_LATER}.")
    )


def questions(programmes: Iterable["rules.Programme"]) -> dict[str, Fact]:
    """Every question the check might ask, in a stable order: that of the notices and of their conditions."""
    found: dict[str, Fact] = {}
    for programme in programmes:
        for name in programme.facts_read:
            if can_be_asked(programme.dictionary[name]):
                found.setdefault(name, programme.dictionary[name])
    return found


def known(programme: "rules.Programme", answers: Mapping[str, Any], *, guess: bool = True) -> dict[str, Any]:
    """Answers as facts. A list names the level that its certificate names, so far as one can ``guess`` today."""
    said = {
        name: value for name, value in answers.items() if value is not None and name in programme.dictionary
    }
    for name in programme.facts_read if guess else ():
        twin = name.replace("list.", "certificate.", 1)
        if name.startswith("list.") and name not in said and twin in said:
            said[name] = said[twin]
    return programme.dictionary.parse(said)


def estimate(programme: "rules.Programme", facts: Mapping[str, Any], *, on: date) -> "rules.Assessment":
    """What would be paid if every condition held: the amount alone."""
    return rules.assess(replace(programme, claim=(), line=(), limits=()), facts, on=on)


def inside(programme: "rules.Programme", day: date) -> date:
    """The day, moved to the nearest day on which one can file, so that a closed window still answers the rest."""
    first, last = programme.window() or (None, None)
    return max(first or day, min(day, last or day))


def look(answers: Mapping[str, Any], *, on: date) -> list[Looked]:
    """Every programme under the answers, those that may pay first; among them those one applies for."""
    found = []
    for row, programme in for_persons():
        facts = known(programme, answers)
        answer = rules.assess(programme, facts, on=on)
        plain = rules.assess(programme, known(programme, answers, guess=False), on=on)
        shown = answer if answer.outcome == "ineligible" else plain
        found.append(Looked(row, programme, answer, estimate(programme, facts, on=on), shown))
    return sorted(found, key=lambda one: (not one.possible, len(one.missed), asks_nobody(one.rule)))


def still_to_ask(answers: Mapping[str, Any], *, on: date) -> list[Fact]:
    """Questions whose answers may still change something, in order."""
    programmes = [programme for _, programme in for_persons()]
    wanted: set[str] = set()
    for programme in programmes:
        day = inside(programme, on)
        wanted.update(rules.assess(programme, known(programme, answers), on=day).unknown)
    return [fact for name, fact in questions(programmes).items() if name in wanted and name not in answers]


def stated(programme: "rules.Programme", answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the check that the form of this programme asks again, to be taken over."""
    asked = {ask.fact.name for ask in programme.form}
    return {name: value for name, value in answers.items() if value is not None and name in asked}
