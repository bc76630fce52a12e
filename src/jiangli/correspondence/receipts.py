"""Receipts: what a carrier says became of a message, read from its JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jiangli.correspondence.carrier import ReceiptForm, at_path
from jiangli.correspondence.forbidden import without_phones
from jiangli.correspondence.status import MessageState

MOST = 1000  # receipts in one post


class ReceiptFault(Exception):
    """What came is not a list of receipts; says what is wrong with it."""


@dataclass(frozen=True)
class Receipt:
    """One message and its state: DELIVERED, FAILED, or None for one that is not final."""

    reference: str  # ours, blank if the carrier gives only its own
    carrier_reference: str
    state: MessageState | None
    reason: str = ""

    @property
    def names(self) -> dict[str, Any]:
        """How the message is found: by our reference, which is its key, else by the carrier's."""
        try:
            return {"pk": UUID(self.reference)}
        except ValueError:
            own = self.carrier_reference
            return {"carrier_reference": own} if own else {"pk__in": []}


@dataclass(frozen=True)
class Taken:
    """What came of receipts: how many changed a message, how many had nothing to change, which fit none."""

    changed: int
    passed_over: int
    unknown: tuple[str, ...]


def read(content: bytes, form: ReceiptForm, *, most: int | None = MOST) -> list[Receipt]:
    """The receipts in a JSON text, or in one JSON value per line. ReceiptFault if it is neither, or too many."""
    rows = list(_rows(_parsed(content), form))
    if most is not None and len(rows) > most:
        raise ReceiptFault(f"{len(rows)} receipts; send at most {most} at once.")
    return [_receipt(row, place, form) for place, row in enumerate(rows, 1)]


def _parsed(content: bytes) -> list[Any]:
    try:
        text = content.decode("utf-8-sig")
        try:
            return [json.loads(text)]
        except ValueError:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise ReceiptFault("This is not JSON in UTF-8.") from None


def _rows(values: list[Any], form: ReceiptForm) -> Iterator[Any]:
    for value in values:
        found = at_path(value, form.list) if form.list else value
        if isinstance(found, list):
            yield from found
        else:
            yield found


def _receipt(row: Any, place: int, form: ReceiptForm) -> Receipt:
    if not isinstance(row, dict):
        raise ReceiptFault(f"Receipt {place} is not an object.")
    reference, own = _word(row, form.reference), _word(row, form.carrier_reference)
    if not reference and not own:
        raise ReceiptFault(f"Receipt {place} names no message: give {form.reference}.")
    said = _word(row, form.state)
    if not said:
        raise ReceiptFault(f"Receipt {place} has no state: give {form.state}.")
    state = None
    if said in form.delivered:
        state = MessageState.DELIVERED
    elif said in form.failed:
        state = MessageState.FAILED
    reason = _word(row, form.reason) if state == MessageState.FAILED else ""
    return Receipt(reference[:80], own[:80], state, without_phones(reason)[:200])


def _word(row: dict[str, Any], path: str) -> str:
    value = at_path(row, path)
    if value is None or isinstance(value, dict | list):
        return ""
    return "".join(letter for letter in str(value) if letter.isprintable()).strip()
