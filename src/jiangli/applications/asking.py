"""What a case is asked, and what each row of its roster: read off the programme, for forms, rosters and machines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jiangli import rules
from jiangli.applications.sheet import NUMBER, has_lines, has_roster, reads_certificates
from jiangli.applications.stages import claimed_by_list
from jiangli.rules.given import is_key

OF_A_ROW = ("person.", "certificate.", "employment.", "insurance.", "membership.", "officer.")
OURS = ("person.id", "certificate.id", "organisation.id", "application.applied_on", "application.channel")
NAMED_BY = ("certificate.holder_name", NUMBER)  # what tells the rows of an attached list apart
STATED = {"applicant", "employer"}  # sources of facts that whoever claims has to say


@lru_cache(maxsize=512)
def asks_of_case(programme: rules.Programme) -> tuple[rules.Ask, ...]:
    """The questions to whoever claims, in the order of the form; of a roster those about the whole claim."""
    rows = facts_of_rows(programme)
    return tuple(ask for ask in _asks(programme) if ask.fact.name not in rows)


@lru_cache(maxsize=512)
def asks_of_row(programme: rules.Programme) -> tuple[rules.Ask, ...]:
    """What each row of a roster, or of an attached list, is asked; nothing where there are no rows."""
    rows = facts_of_rows(programme)
    return tuple(ask for ask in _asks(programme) if ask.fact.name in rows)


def month_of_row(programme: rules.Programme) -> rules.Fact | None:
    """The fact that says which month a row is for, written as its first day; None where rows are no months."""
    if programme.lines != "month":
        return None
    filed_by = {name for expression in programme.record.values() for name in expression.facts}
    days = [ask.fact for ask in asks_of_row(programme) if ask.fact.kind == "date"]
    return next((fact for fact in days if fact.name in filed_by), days[0] if days else None)


def _asks(programme: rules.Programme) -> list[rules.Ask]:
    """The form, then what the rules read and only the claimant can say although nobody wrote a question for it.

    That is also the name or number by which a studio, a contest and the like is known: no register has them.
    What is counted over an attached list is asked row by row, and by which certificate, so that none counts twice.
    A claim for one certificate says which it is: the register and the limits know it by its number.
    """
    counted = {name for name, _ in programme.counts}
    listed = _counted(programme)
    form = [ask for ask in programme.form if ask.fact.name not in counted]
    asked = {ask.fact.name for ask in form} | set(OURS) | counted
    read = [programme.dictionary[name] for name in programme.facts_read]
    wanted = [fact for fact in read if fact.source in STATED or is_key(fact)]
    wanted += [programme.dictionary[name] for name in (*_known_by(programme), *listed)]
    if names_certificate(programme):
        wanted.append(programme.dictionary[NUMBER])
    new = {fact.name: rules.Ask(fact, None, True) for fact in wanted}
    return [*form, *(ask for name, ask in new.items() if name not in asked)]


@lru_cache(maxsize=512)
def names_certificate(programme: rules.Programme) -> bool:
    """Whether a claim is for one certificate whose number somebody has to say: no list, its own or a published one,
    names it already."""
    if has_lines(programme) or claimed_by_list(programme) or NUMBER not in programme.dictionary:
        return False
    return reads_certificates(programme)


def _known_by(programme: rules.Programme) -> tuple[str, ...]:
    """By what the certificates of an attached list are told apart."""
    listed = any(name.startswith("certificate.") for name in _counted(programme))
    return NAMED_BY if listed and all(name in programme.dictionary for name in NAMED_BY) else ()


@lru_cache(maxsize=512)
def facts_of_rows(programme: rules.Programme) -> frozenset[str]:
    """The facts that belong to a row rather than to the claim: what only conditions of a line, the amount or the
    limits read, and of what no rule reads whatever is about a person.
    """
    if not has_lines(programme):
        return frozenset()
    if not has_roster(programme):
        return frozenset((*_known_by(programme), *_counted(programme)))
    of_claim = {name for condition in programme.claim for name in condition.facts}
    unread = {ask.fact.name for ask in programme.form} - set(programme.facts_read)
    candidates = {*programme.facts_read, *_of_person(unread)} - of_claim
    return frozenset(name for name in candidates if not name.startswith(("organisation.", "application.")))


def _of_person(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name.startswith(OF_A_ROW))


def _counted(programme: rules.Programme) -> tuple[str, ...]:
    """The facts of an attached list that its counts read."""
    counted = {name for name, _ in programme.counts}
    return tuple(
        name
        for _, expression in programme.counts
        for name in expression.facts
        if name not in counted
        and name not in OURS
        and not name.startswith(("application.", "organisation.", "parameter."))
    )
