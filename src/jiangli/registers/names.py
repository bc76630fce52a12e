"""Names of persons: folded for comparison, and the differences shown.

Two writings are one name if they differ only in the dot between the parts of a minority name, in spaces
or in width. The folded form is for comparing; people always see a name as it was written.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

DOT = "·"
DOTS = frozenset("·•.．‧∙・･⋅᛫˙●⸱․")
PLACEHOLDERS = frozenset("?？*＊□■〓〇○◇\ufffd")
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


class Named(Protocol):
    name: str
    former_names: list[str]


@dataclass(frozen=True)
class Piece:
    """A stretch of two names that is the same in both, or not."""

    a: str
    b: str
    same: bool


def fold(name: str) -> str:
    """The name as it is compared: half-width, no spaces, one kind of dot, no case."""
    folded = _fold_once(name)
    while (again := _fold_once(folded)) != folded:  # taking a space away may bring an accent to its letter
        folded = again
    return folded


def _fold_once(name: str) -> str:
    dotted = "".join(DOT if c in DOTS else c for c in name)
    plain = unicodedata.normalize("NFKC", dotted)
    return "".join(DOT if c in DOTS else c for c in plain if not _is_blank(c)).casefold()


def differences(a: str, b: str) -> tuple[Piece, ...]:
    """Both names cut into pieces that agree and pieces that do not, exactly as written."""
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    return tuple(Piece(a[a1:a2], b[b1:b2], tag == "equal") for tag, a1, a2, b1, b2 in matcher.get_opcodes())


def same_name(a: str, b: str) -> bool:
    """Whether two writings are one name."""
    return bool(fold(a)) and fold(a) == fold(b)


def same_person_name(name: str, person: Named) -> bool:
    """Whether ``name`` is the person's name or one they had before."""
    return any(same_name(name, known) for known in (person.name, *person.former_names))


def could_be_person_name(name: str, person: Named) -> bool:
    """The same name, or one that differs only where a rare character may have been written another way.

    A fault to correct, with both strings shown; not another person.
    """
    return same_person_name(name, person) or any(
        _differ_in_rare_characters(fold(name), fold(known)) for known in _names(person)
    )


def _names(person: Named) -> Iterable[str]:
    return (person.name, *person.former_names)


def _differ_in_rare_characters(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    different = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(different) == len(a):
        return False
    return all(_is_rare(x) or _is_rare(y) for x, y in different)


def _is_rare(character: str) -> bool:
    """Not in GB 2312, so that old systems could not write it, or a mark that stands for such a one."""
    if character in PLACEHOLDERS:
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _is_blank(character: str) -> bool:
    return (
        character.isspace()
        or character in INVISIBLE
        or "\ufe00" <= character <= "\ufe0f"  # variation selectors
        or "\U000e0100" <= character <= "\U000e01ef"
    )
