"""How an amount comes about: its row, what is added, and by how many payers; worked out only when read."""

from __future__ import annotations

from dataclasses import dataclass

from jiangli.rules.days import percent_of
from jiangli.rules.facts import Facts
from jiangli.rules.programme import Programme, Rate, Supplement


@dataclass(frozen=True, slots=True, eq=False)
class Reckoning:
    """An amount before any limit: ``base_fen`` of ``rate``, the supplements that apply with their sums, ``ratio``
    payers' worth of it.
    """

    rate: Rate
    base_fen: int
    added: tuple[tuple[Supplement, int], ...]
    ratio: int

    @property
    def total_fen(self) -> int:
        return (self.base_fen + sum(fen for _, fen in self.added)) * self.ratio


def reckon(programme: Programme, facts: Facts) -> Reckoning:
    """The row that pays, with its sums, for facts (the day of filing among them) with which something is due."""
    row = next(rate for rate in programme.amount.rates if programme.amount.matches(rate, facts))
    assert row.amount is not None
    base: int = row.amount.run(facts)
    extras = programme.amount.supplements
    applying = [extra for extra in extras if extra.when is None or extra.when.run(facts)]
    added = tuple((extra, _extra(extra, base, facts)) for extra in applying)
    return Reckoning(row, base, added, programme.ratio_for(facts))


def _extra(extra: Supplement, base: int, facts: Facts) -> int:
    fen: int = extra.amount.run(facts) if extra.amount else percent_of(base, extra.percent or 0)
    return fen
