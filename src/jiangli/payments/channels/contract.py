"""What a channel is told, what it answers, and what it must never do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True)
class Order:
    """One payment to be made. ``reference`` comes back with the answer; ``purpose`` is read by the payee."""

    reference: str
    name: str
    account: str
    bank: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True)
class Orders:
    """A released batch, in the order of its references."""

    payer: str
    number: str
    written_at: datetime
    orders: tuple[Order, ...]

    @property
    def total_fen(self) -> int:
        return sum(order.amount_fen for order in self.orders)


class Result(Enum):
    PAID = "paid"
    RETURNED = "returned"
    PENDING = "pending"  # the bank says that it does not know yet


@dataclass(frozen=True)
class Answer:
    """What the bank says of one payment. None where it said nothing that could be read."""

    row: int  # as a person counts the rows of the file, from 1
    reference: str
    name: str
    amount_fen: int | None
    result: Result | None
    word: str  # the bank's own word for the result
    reason: str
    day: date | None

    @property
    def said(self) -> tuple[object, ...]:
        """Everything but the place in the file: two rows that say the same are one answer."""
        return (self.name, self.amount_fen, self.result, self.word, self.reason, self.day)


class Channel(Protocol):
    """A channel only translates. It decides nothing, keeps nothing, and reads neither clock nor database.

    It must never leave out, merge, split, round or re-order an order, never read an answer as "paid"
    that does not plainly say so, and never guess a reference, a name, an amount or a day.
    """

    def write(self, orders: Orders) -> bytes:
        """The file for the bank. Called once in the life of a batch, after its release and inside the
        transaction that marks it as sent; the file is kept, and handed out again instead of written again.
        """
        ...

    def read(self, content: bytes) -> list[Answer]:
        """The answers in a file that the bank sent, one for each of its rows, in its order.

        Called for every file an officer brings, also twice for the same one, and for files that are no
        answers at all. ``Refused``, saying what is missing, if the file as a whole cannot be read; a row
        that cannot be read is an answer with None in it.
        """
        ...
