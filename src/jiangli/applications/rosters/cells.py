"""One row by itself: its cells as a name, numbers, facts and an account, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from jiangli import rules
from jiangli.applications.queries import must_be_stated
from jiangli.applications.rosters.columns import (
    Shape,
    asks_of_roster,
    counts_certificates,
    known_columns,
    shape_of,
)
from jiangli.applications.rosters.words import both, fault, said
from jiangli.registers.queries import (
    identity_index,
    identity_number_fault,
    normalise_certificate_number,
    normalise_identity_number,
    phone_fault,
)

LONGEST_NAME = 60
CARD = range(10, 31)  # digits of an account


@dataclass
class Cells:
    """What a row says. ``holder`` is the blind index of its identity number, empty while that is wrong.

    ``faults``: [{field, zh, en}]; ``asks``: names of facts that are still to be given.
    """

    name: str = ""
    id_number: str = ""
    holder: str = ""
    certificate_number: str = ""
    account: dict[str, str] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)

    def blame(self, key: str, words: rules.Words) -> None:
        self.faults.append(fault(key, words))


def parse(law: rules.Programme, cells: Mapping[str, str], *, on: date) -> Cells:
    """A row of a roster of this programme on the day ``on``: all faults that it shows by itself."""
    row = Cells()
    _holder(row, cells, on)
    if counts_certificates(law):
        _certificate(row, cells)
    if shape_of(law) is Shape.EACH:
        _account(row, cells)
    if cells.get("phone"):
        _phone(row, cells["phone"])
    _facts(row, law, cells)
    return row


def _holder(row: Cells, cells: Mapping[str, str], on: date) -> None:
    row.name = cells.get("name", "")[:LONGEST_NAME]
    if not row.name:
        row.blame("name", both("Write the name."))
    text = cells.get("id_number", "")
    if not text:
        row.blame("id_number", both("Write the identity number."))
    elif rules.rounded(text):
        row.blame("id_number", _rounded())
    elif identity_number_fault(text, on=on):
        row.blame("id_number", said(lambda _lang: identity_number_fault(text, on=on)))
    else:
        row.id_number = normalise_identity_number(text)
        row.holder = identity_index(row.id_number)


def _certificate(row: Cells, cells: Mapping[str, str]) -> None:
    text = cells.get("certificate_number", "")
    if rules.rounded(text):
        row.blame("certificate_number", _rounded())
        return
    number = normalise_certificate_number(text)
    if not number:
        row.blame("certificate_number", both("Write the number of the certificate: it is paid once."))
    elif not 4 <= len(number) <= 40:
        words = both("Type the number as it stands on the certificate, with all its letters and digits.")
        row.blame("certificate_number", words)
    else:
        row.certificate_number = number


def _account(row: Cells, cells: Mapping[str, str]) -> None:
    number, bank = cells.get("account_number", ""), cells.get("account_bank", "")
    digits = "".join(c for c in number if c.isdigit())
    if rules.rounded(number):
        row.blame("account_number", _rounded())
    elif not number:
        row.blame("account_number", both("Write the number of the person's bank card."))
    elif len(digits) not in CARD or not set(number) <= set("0123456789 -"):
        row.blame(
            "account_number",
            both("Compare the card number with the card: it has only digits, 16 to 19 as a rule."),
        )
    if not bank:
        row.blame("account_bank", both("Write the bank with its branch."))
    row.account = {"account_number": digits, "account_bank": bank[:80]}


def _phone(row: Cells, text: str) -> None:
    if rules.rounded(text):
        row.blame("phone", _rounded())
    elif phone_fault(text):
        row.blame("phone", said(lambda _lang: phone_fault(text)))


def _facts(row: Cells, law: rules.Programme, cells: Mapping[str, str]) -> None:
    asked = _asked(law)
    given = rules.facts_from(law.dictionary, {key: cells[key] for key in asked if key in cells})
    row.facts = dict(given.facts)
    for slip in given.slips:
        row.blame(slip.fact, slip.words)


@lru_cache(maxsize=256)
def _asked(law: rules.Programme) -> tuple[str, ...]:
    return tuple(column.key for column in known_columns(law) if column.fact is not None)


def still_asked(law: rules.Programme, facts: rules.Facts, known: Mapping[str, object]) -> list[str]:
    """What a case of this row still has to be told: not given, not in a register, and nobody else can say it.

    What hangs on another answer is asked once that is there.
    """
    asks = [ask for ask in asks_of_roster(law) if must_be_stated(ask.fact) and ask.fact.name not in known]
    return [ask.fact.name for ask in asks if ask.when is None or ask.when.run(facts) is True]


def _rounded() -> rules.Words:
    return both(
        "The spreadsheet has rounded this number and its last digits are lost. Store the column as text and type it "
        "again from the original."
    )
