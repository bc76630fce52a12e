"""Each boundary of a programme, seen from a case: the value just inside, the value just outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from jiangli.rules.checking.edges import atoms, edges
from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.contract import Request
from jiangli.rules.facts import APPLIED_ON, Fact, Facts, Value
from jiangli.rules.nodes import Call, FactRef, In, Literal, Node, walk
from jiangli.rules.programme import Condition, Payer, Programme, Supplement

_COARSE = ("calendar_months", "year_of", "month_end")
State = Callable[[Facts], object]


class Rule(NamedTuple):
    """What a boundary belongs to: a condition, or the rates of the amount (``condition`` is then "rate").

    ``state`` is true or false for a condition, and for the rates which rows are true. ``of_line``: its
    facts are those of a line.
    """

    condition: Condition
    atoms: tuple[Expression, ...]
    state: State
    of_line: bool


class Seen(NamedTuple):
    """A case, at one line of its roster (from 0; None where there is none)."""

    request: Request
    line: int | None

    def facts(self, of_line: bool) -> Facts:
        """The facts that a rule sees."""
        lines = self.request.lines or ()
        own = lines[self.line] if of_line and self.line is not None else {}
        return {**self.request.facts, **own, APPLIED_ON: self.request.on}

    def with_fact(self, name: str, value: Value | None, of_line: bool = True) -> Seen:
        """The same case with another value of a fact, or without it."""
        if name == APPLIED_ON:
            assert isinstance(value, date)
            return self._replace(request=replace(self.request, on=value))
        request = self.request
        if request.lines and self.line is not None and of_line:
            changed = _put(request.lines[self.line], name, value)
            rows = tuple(changed if at == self.line else row for at, row in enumerate(request.lines))
            request = replace(request, lines=rows)
            if value is not None:
                return self._replace(request=request)
        return self._replace(request=replace(request, facts=_put(request.facts, name, value)))


def _put(facts: Facts, name: str, value: Value | None) -> Facts:
    rest = {key: there for key, there in facts.items() if key != name}
    return rest if value is None else {**rest, name: value}


class Boundary(NamedTuple):
    """A fact whose value turns a rule. ``inside`` is where the rule is true; ``rising`` whether it is the
    greater one (None where values have no order). ``edge`` numbers the comparison within the rule;
    ``by_month``: it asks for no more than the month of a day; ``open``: on one side the rule is not known.
    """

    rule: Rule
    fact: str
    edge: int
    rising: bool | None
    inside: Value
    outside: Value
    by_month: bool
    open: bool

    def at(self, given: Value, there: Value) -> bool:
        """Whether the value given stands at one there."""
        if self.by_month and isinstance(given, date) and isinstance(there, date):
            return (given.year, given.month) == (there.year, there.month)
        return given == there

    @property
    def key(self) -> tuple[str, str, int, bool | None]:
        """The same for every case in which this boundary is met."""
        return self.rule.condition.id, self.fact, self.edge, self.rising


def rules(programme: Programme) -> Iterator[Rule]:
    """The conditions, and the rates and supplements together, as far as they have boundaries."""
    for of_line, conditions in ((False, programme.claim), (True, programme.line)):
        for condition in conditions:
            assert condition.rule is not None
            yield Rule(condition, _atoms(condition.rule.node), condition.rule.run, of_line)
    nodes = tuple(_amount_nodes(programme))
    runs = [compile_node(node).run for node in nodes]
    if nodes:
        found = tuple(atom for node in nodes for atom in _atoms(node))
        state: State = lambda facts: tuple(run(facts) for run in runs)  # noqa: E731
        yield Rule(programme.amount.rate_condition, found, state, True)


def _atoms(node: Node) -> tuple[Expression, ...]:
    return tuple(compile_node(atom) for atom in atoms(node))


def _amount_nodes(programme: Programme) -> Iterator[Node]:
    """When each row of the amount holds."""
    by = programme.amount.by
    for rate in programme.amount.rates:
        if by and rate.values is not None:
            yield In(FactRef(by), tuple(Literal(value, "enum") for value in sorted(rate.values)))
        if rate.when:
            yield rate.when.node
    more: tuple[Supplement | Payer, ...] = (*programme.amount.supplements, *programme.payers)
    yield from (part.when.node for part in more if part.when)


def boundaries(rule: Rule, programme: Programme, seen: Seen) -> Iterator[Boundary]:
    """The boundaries of a rule at which nothing but one fact of the case turns it."""
    facts = seen.facts(rule.of_line)
    known: set[tuple[str, frozenset[Value]]] = set()
    for edge, atom in enumerate(rule.atoms):
        for fact in (programme.dictionary[name] for name in atom.facts if name in facts):
            for pair in edges(atom, fact, facts):
                there = (fact.name, frozenset(pair))
                if there not in known and (met := _met(rule, edge, fact, pair, facts)):
                    known.add(there)
                    yield met


def _met(rule: Rule, edge: int, fact: Fact, pair: tuple[Value, Value], facts: Facts) -> Boundary | None:
    """The boundary between two values, if the rule turns there."""
    before, after = (rule.state({**facts, fact.name: value}) for value in pair)
    if before == after:
        return None
    atom, (low, high) = rule.atoms[edge], pair
    if isinstance(before, tuple):
        rises = bool(atom.run({**facts, fact.name: high}))
    else:
        rises = after is True or before is False
    ordered = fact.kind in ("date", "int", "money") or bool(fact.enum and fact.enum.ordered)
    inside, outside = (high, low) if rises else (low, high)
    bounds = rises if ordered else None, inside, outside
    return Boundary(rule, fact.name, edge, *bounds, _by_month(atom, fact), None in (before, after))


def _by_month(atom: Expression, fact: Fact) -> bool:
    """Whether the atom asks for the month or the year of a day, so that any day of the month is at the boundary."""
    calls = [part for part in walk(atom.node) if isinstance(part, Call) and part.name in _COARSE]
    return any(FactRef(fact.name) == _plain(part) for call in calls for part in call.arguments)


def _plain(node: Node) -> Node:
    return replace(node, column=0) if isinstance(node, FactRef) else node
