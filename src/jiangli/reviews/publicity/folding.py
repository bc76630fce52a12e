"""Every way of writing a digit, folded to the plain one.

Full-width, circled, Chinese (一, 壹, 幺, 〇), of any script, with marks upon it, with nothing visible between: all
become 0 to 9. Letters become a break, everything that is no letter becomes glue, through which numbers are joined.
"""

from __future__ import annotations

import html
import re
import unicodedata
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as NotBase64
from functools import lru_cache
from urllib.parse import unquote

GLUE, LINE, CELL, BREAK = " ", "\n", "\t", "文"
SPOKEN = {"幺": "1", "洞": "0", "拐": "7", "勾": "9", "钩": "9", "两": "2", "俩": "2", "仨": "3", "○": "0",
          "◯": "0", "●": "0", "⭕": "0", "⚪": "0", "⚫": "0", "〇": "0"}  # fmt: skip
ALIKE = {"O": "0", "o": "0", "Ο": "0", "ο": "0", "О": "0", "о": "0", "Ø": "0", "Q": "0", "D": "0",
         "l": "1", "I": "1", "i": "1", "|": "1", "ı": "1", "丨": "1", "∣": "1", "ǀ": "1", "І": "1", "!": "1", "L": "1",
         "Z": "2", "z": "2", "S": "5", "s": "5", "Ѕ": "5", "b": "6", "G": "6", "T": "7", "B": "8", "В": "8",
         "g": "9", "q": "9"}  # fmt: skip
CROSSES = frozenset("xXΧχХх×✕✖⨯ⅹⅩ")
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and signs that show nothing
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{14,}={0,2}")
ESCAPED = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{2,6})\}?|x([0-9A-Fa-f]{2}))")


def fold(text: str, *, alike: bool = False) -> tuple[str, list[int]]:
    """The text as digits, X, glue and breaks, and for each of its characters the place in the original.

    ``alike``: letters that look like digits (O, l, S …) are read as digits too.
    """
    folded: list[str] = []
    places: list[int] = []
    one = _alike if alike else _plain
    for place, character in enumerate(text):
        for written in one(character):
            folded.append(written)
            places.append(place)
    return "".join(folded), places


def _alike(character: str) -> str:
    if found := ALIKE.get(character) or ALIKE.get(unicodedata.normalize("NFKC", character)):
        return found
    return _plain(character)


@lru_cache(maxsize=65_536)
def _plain(character: str) -> str:
    """What one character becomes; nothing if it shows nothing."""
    if character in "0123456789":
        return character
    if character in "\n\r\v\f\x85\u2028\u2029":
        return LINE
    if character == "\t":
        return CELL
    if character in SPOKEN:
        return SPOKEN[character]
    if character in CROSSES:
        return "X"
    kind = unicodedata.category(character)
    if kind in ("Cf", "Mn", "Me") or character in BLANK:
        return "" if character not in BLANK else GLUE
    return _numeral(character, kind) or (BREAK if kind[0] in "LM" or kind in ("Co", "Cn", "Cs") else GLUE)


def _numeral(character: str, kind: str) -> str:
    """Its value in digits: 0 to 9 of every script, ⑩ and higher; 十 and 百 are words and no digits."""
    value = unicodedata.numeric(character, None)
    if value is None:
        inside = unicodedata.normalize("NFKC", character)
        return "".join(c for c in inside if c.isdecimal()) if inside != character else ""
    if value != int(value) or value < 0 or (value > 9 and kind in ("Lo", "Nl")) or value > 99:
        return ""
    return str(int(value))


def decoded(text: str) -> list[str]:
    """What stands in the text in another coding: HTML and URL escapes, \\u escapes, Base64."""
    found = []
    for read in (html.unescape, unquote, _unescape):
        if (inner := read(text)) != text:
            found.append(inner)
    found += [inner for match in ENCODED.finditer(text) if (inner := _from_base64(match.group()))]
    return found


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else ""

    return ESCAPED.sub(one, text)


def _from_base64(text: str) -> str:
    """The words inside; nothing if there are none."""
    text = text.rstrip("=")
    try:
        read = urlsafe_b64decode if {"-", "_"} & set(text) else b64decode
        inner = read(text + "=" * (-len(text) % 4)).decode("utf-8")
    except (NotBase64, ValueError):
        return ""
    return inner if inner.isprintable() else ""
