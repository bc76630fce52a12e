"""Earlier payments as the limits of one programme see them."""

from __future__ import annotations

from collections.abc import Sequence

from jiangli.rules.assessment import PastPayment
from jiangli.rules.limits.tally import NOTHING, Key, Sum, Tally
from jiangli.rules.programme import Limit, Programme


class Past:
    """The history of one request, added up once for each limit that asks."""

    def __init__(self, programme: Programme, history: Sequence[PastPayment]) -> None:
        self._programme, self._history = programme, history
        self._tallies: dict[Limit, Tally] = {}
        self.empty = not history

    def under(self, limit: Limit, key: Key) -> Sum:
        """What was paid under a key; under all keys that may be it where a part of it is not known."""
        if self.empty or limit.roster_only or "claim" in limit.per:
            return NOTHING
        tally = self._tallies.get(limit) or self._add_up(limit)
        return tally.perhaps(key) if None in key else tally.under(key)

    def _add_up(self, limit: Limit) -> Tally:
        tally = self._tallies[limit] = Tally()
        for paid in self._history:
            if self._counts(limit, paid):
                for key in self._keys(limit, paid):
                    tally.add(key, paid.amount_fen, paid)
        return tally

    def _counts(self, limit: Limit, paid: PastPayment) -> bool:
        """Whether the limit looks across to the programme of this payment."""
        series = paid.series
        if series is None and paid.programme == self._programme.id:
            series = self._programme.series
        return looks_at(limit, paid.programme, series)

    def _keys(self, limit: Limit, paid: PastPayment) -> list[Key]:
        """The keys a payment is filed under: none where it lacks a column, several where it covers several parts."""
        columns = [column for column, _ in limit.keys]
        key = tuple(paid.column(column) for column in columns)
        if None in key:
            return []
        if "subject" not in columns:
            return [key]
        at, parts = columns.index("subject"), self._programme.parts.get(paid.subject or "", ())
        return [key, *((*key[:at], part, *key[at + 1 :]) for part in parts)]


def looks_at(limit: Limit, programme_id: str, series: str | None) -> bool:
    """Whether a limit looks across to a programme of this id and series."""
    for name in limit.across:
        if name.startswith("series:"):
            if series == name.removeprefix("series:"):
                return True
        elif (name.endswith("*") and programme_id.startswith(name[:-1])) or name == programme_id:
            return True
    return False
