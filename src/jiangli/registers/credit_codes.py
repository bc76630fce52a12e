"""The unified social credit code of GB 32100-2015: authority, kind, six digits of place, nine of body, a check.

All registering authorities use it: market supervision (9), civil affairs (5), unions (8), agriculture (N),
law, education and so on (1 to Y); villages and communities have codes that begin with 5 or N.
Place and authority are not looked at: lists of them would be wrong within a year.
"""

import unicodedata

from django.utils.translation import gettext as _

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31: without I, O, S, V and Z
LENGTH = 18


def normalise_credit_code(text: str) -> str:
    """Half-width, in capitals, without spaces and hyphens: how codes are kept and compared."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and c not in "-‐‑–—\u200b\ufeff")


def credit_code_fault(text: str) -> str | None:
    """What is wrong with a code, in words for the person who typed it; None if nothing is."""
    code = normalise_credit_code(text)
    if len(code) != LENGTH:
        return _("Type all 18 characters of the unified social credit code. There are %(count)d.") % {
            "count": len(code)
        }
    if strange := [c for c in code if c not in CHARACTERS]:
        return _(
            "Look at the character %(character)s of the unified social credit code: "
            "the letters I, O, S, V and Z never occur in it."
        ) % {"character": strange[0]}
    if not code[2:8].isdigit():
        return _("Look at characters 3 to 8 of the unified social credit code: they are digits.")
    if credit_check_character(code[:-1]) != code[-1]:
        return _(
            "Compare the unified social credit code with the licence. One of its characters is not right."
        )
    return None


def credit_check_character(characters: str) -> str:
    """The eighteenth character that belongs to seventeen: weights are powers of 3 modulo 31."""
    total = sum(CHARACTERS.index(c) * pow(3, place, 31) for place, c in enumerate(characters))
    return CHARACTERS[-total % 31]
