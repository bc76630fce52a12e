"""Sums by key, where parts of a key may be unknown: what a limit asks of thousands of lines and payments."""

from __future__ import annotations

from typing import NamedTuple

from jiangli.rules.assessment import PastPayment

Key = tuple[str | None, ...]


class Sum(NamedTuple):
    """How much stands under a key, and the payment that came first; None where none did."""

    total: int = 0
    first: PastPayment | None = None


NOTHING = Sum()


class Tally:
    """Adds up by key. Asked for a whole key it looks once; for one with gaps, it keeps sums for that kind of gap."""

    def __init__(self) -> None:
        self._whole: dict[Key, Sum] = {}
        self._open: dict[Key, Sum] = {}
        self._masked: dict[tuple[bool, ...], dict[Key, Sum]] = {}

    def add(self, key: Key, amount: int, first: PastPayment | None = None) -> None:
        if None in key:
            _add(self._open, key, amount, first)
            return
        _add(self._whole, key, amount, first)
        for mask, sums in self._masked.items():
            _add(sums, _masked(key, mask), amount, first)

    def under(self, key: Key) -> Sum:
        """What stands under exactly this whole key."""
        return self._whole.get(key, NOTHING)

    def perhaps(self, key: Key) -> Sum:
        """What stands under other keys that may be this one, if more were known of it or of them."""
        found = [NOTHING] if None not in key else [self._matching(key)]
        found += [there for other, there in self._open.items() if may_be_one(key, other)]
        return Sum(sum(one.total for one in found), next((one.first for one in found if one.first), None))

    def _matching(self, key: Key) -> Sum:
        """What stands under the whole keys that agree with all that is known of ``key``."""
        mask = tuple(part is not None for part in key)
        if mask not in self._masked:
            sums: dict[Key, Sum] = {}
            for whole, there in self._whole.items():
                _add(sums, _masked(whole, mask), there.total, there.first)
            self._masked[mask] = sums
        return self._masked[mask].get(key, NOTHING)

    def gaps(self, key: Key) -> list[Key]:
        """The keys with gaps that may be this one."""
        return [other for other in self._open if other != key and may_be_one(key, other)]


def may_be_one(first: Key, second: Key) -> bool:
    """Whether two keys agree in all that is known of both."""
    return all(a is None or b is None or a == b for a, b in zip(first, second, strict=True))


def _add(sums: dict[Key, Sum], key: Key, amount: int, first: PastPayment | None) -> None:
    there = sums.get(key, NOTHING)
    sums[key] = Sum(there.total + amount, there.first or first)


def _masked(key: Key, mask: tuple[bool, ...]) -> Key:
    return tuple(part if known else None for part, known in zip(key, mask, strict=True))
