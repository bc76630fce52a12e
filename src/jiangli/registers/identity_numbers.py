"""The citizen identity number of GB 11643-1999: six digits of place, eight of birth, three of order, a check.

Residents of Hong Kong (81), Macao (82) and Taiwan (83) and foreigners with permanent residence (9…) have
numbers of the same build, so the place is not looked at: a list of places would be wrong within a year.
"""

import unicodedata
from datetime import date

from django.utils.translation import gettext as _

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FIRST_YEAR = 1900
LENGTH = 18


def normalise_identity_number(text: str) -> str:
    """Half-width, without spaces and hyphens, with a capital X: what the blind index is made of."""
    if text.isascii() and text.isalnum():  # as nearly all are: nothing to fold or leave out
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and c not in "-‐‑–—\u200b\ufeff")


def identity_number_fault(text: str, *, on: date | None = None) -> str | None:
    """What is wrong with an identity number, in words for the person who typed it; None if nothing is.

    ``on``: the day after which nobody can have been born.
    """
    number = normalise_identity_number(text)
    if len(number) != LENGTH:
        return _("Type all 18 characters of the identity number. There are %(count)d.") % {
            "count": len(number)
        }
    if not (number.isascii() and number[:-1].isdigit() and (number[-1].isdigit() or number[-1] == "X")):
        return _("Type 17 digits, then a digit or an X. Other characters are not part of an identity number.")
    if not _is_birth_day(number[6:14], on):
        return _(
            "Look at characters 7 to 14 of the identity number: %(day)s should be a day of birth, "
            "written as year, month, day."
        ) % {"day": number[6:14]}
    if check_character(number[:-1]) != number[-1]:
        return _("Compare the identity number with the card. One of its characters is not right.")
    return None


def check_character(digits: str) -> str:
    """The eighteenth character that belongs to seventeen digits."""
    return CHECKS[sum(int(d) * weight for d, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def _is_birth_day(digits: str, on: date | None) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= FIRST_YEAR and (on is None or born <= on)
