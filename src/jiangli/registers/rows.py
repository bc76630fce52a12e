"""Rows of a register load: plain dictionaries, read field by field, each fault named with its remedy."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiangli.registers.identity_numbers import identity_number_fault, normalise_identity_number

YES = frozenset({"是", "y", "yes", "true", "1", "已认证"})
NO = frozenset({"否", "n", "no", "false", "0", "未认证"})


@dataclass(frozen=True)
class Fault:
    """A field of a row that cannot be taken, and what to do. ``row`` counts from 1."""

    row: int
    field: str
    remedy: str

    def __str__(self) -> str:
        return _("Row %(row)d, %(field)s: %(remedy)s") % {
            "row": self.row,
            "field": self.field,
            "remedy": self.remedy,
        }


@dataclass
class Row:
    """One row being read. Reading goes on after a fault, so that all of them are told at once."""

    number: int
    cells: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)

    def blame(self, name: str, remedy: str) -> None:
        self.faults.append(Fault(self.number, name, remedy))

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        value = unicodedata.normalize("NFC", str(self.cells.get(name) or "")).strip()
        if needed and not value:
            self.blame(name, _("Fill it in."))
        if len(value) > limit:
            self.blame(name, _("Shorten it to %(limit)d characters.") % {"limit": limit})
        return value

    def identity_number(self, name: str, *, needed: bool = False) -> str:
        value = normalise_identity_number(str(self.cells.get(name) or ""))
        if not value and not needed:
            return ""
        if fault := identity_number_fault(value):
            self.blame(name, fault)
        return value

    def phone(self, name: str) -> str:
        value = normalise_phone(str(self.cells.get(name) or ""))
        if value and phone_fault(value):
            self.blame(name, str(phone_fault(value)))
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        value = self.cells.get(name)
        if value in (None, ""):
            if needed:
                self.blame(name, _("Fill it in."))
            return None
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
        except ValueError:
            self.blame(name, _("Write the day as 2024-08-20."))
            return None

    def yes(self, name: str) -> bool:
        value = str(self.cells.get(name, "")).strip().lower()
        if value not in YES | NO:
            self.blame(name, _("Write yes or no."))
        return value in YES

    def area(self, name: str, *, needed: bool = False, none: bool = False) -> str:
        value = str(self.cells.get(name) or "").strip()
        fits = (len(value) == 6 and value.isdigit()) or (none and value == "none") or value == ""
        if not fits or (needed and not value):
            self.blame(name, _("Write the six digits of the area code."))
            return ""
        return value

    def amount_fen(self, name: str) -> int:
        value = self.cells.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            self.blame(name, _("Write the amount in fen, a whole number above nought."))
            return 0
        return value

    def names(self, name: str) -> list[str]:
        value = self.cells.get(name) or []
        parts = value.replace("、", ",").replace("，", ",").split(",") if isinstance(value, str) else value
        return [part.strip() for part in parts if part.strip()]


def normalise_phone(text: str) -> str:
    """Eleven digits: half-width, without spaces, hyphens and the country's 86."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "-–—()")
    return digits.removeprefix("+86").removeprefix("0086")


def phone_fault(text: str) -> str | None:
    """What is wrong with a mobile number; None if nothing is."""
    number = normalise_phone(text)
    if len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1":
        return None
    return _("Type the 11 digits of a mobile number. It begins with 1.")
