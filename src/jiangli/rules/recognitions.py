"""``recognitions.toml``: what each kind of recognition says of its holder, and from which fact a choice follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiangli.rules import toml
from jiangli.rules.errors import FactError, PolicyError, Words
from jiangli.rules.facts import Dictionary, parse_fact

FILE = "recognitions.toml"
HOLDERS = ("person", "organisation")
_KEYS = ("zh", "en", "holders", "facts", "day", "key", "always", "about", "grade", "choose")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One kind of recognition. ``facts`` are written when it is entered, ``always`` hold while it stands.

    ``day`` is the fact of its document's date, ``key`` that of its own number. An assessment has a ``grade`` and may
    be ``about`` an entry of another kind. Of several entries the one that agrees with the stated ``choose`` counts.
    """

    id: str
    label: Words
    holders: tuple[str, ...]
    facts: tuple[str, ...]
    day: str
    key: str
    always: Mapping[str, Any]
    about: str
    grade: str
    choose: str

    @property
    def given(self) -> tuple[str, ...]:
        """Every fact that an entry of this kind says."""
        more = [name for name in (self.day, self.key) if name]
        return (*self.facts, *more, *self.always)


def recognised_kinds(sources: Mapping[str, str], dictionary: Dictionary) -> dict[str, Recognised]:
    """The kinds by id; none without the file. Raises PolicyError for unknown keys, holders, kinds and facts."""
    if FILE not in sources:
        return {}
    root = toml.read(sources[FILE], FILE).only("kinds")
    kinds = root.data.get("kinds", {})
    found = {id: _kind(root, id, row, dictionary) for id, row in kinds.items()}
    for kind in found.values():
        if kind.about and kind.about not in found:
            raise _wrong(
                root, kind.id, "about", f"没有 {kind.about} 这一类。", f"There is no kind {kind.about}."
            )
        if kind.grade and kind.grade not in kind.facts:
            raise _wrong(
                root, kind.id, "grade", "等次要在 facts 里。", "The grade has to be among the facts."
            )
        if kind.choose and kind.choose not in kind.given:
            raise _wrong(
                root, kind.id, "choose", "要用本类说明的事实来选。", "Choose by a fact that it says."
            )
    return found


def _kind(root: toml.Table, id: str, row: Any, dictionary: Dictionary) -> Recognised:
    if not isinstance(row, dict):
        raise _wrong(root, id, "", "写成 [kinds.名称]。", "Write it as [kinds.name].")
    for key in row:
        if key not in _KEYS:
            raise _wrong(root, id, key, f"不认得的键 {key}。", f"Unknown key {key}.")
    holders = tuple(row.get("holders", ()))
    if not holders or set(holders) - set(HOLDERS):
        raise _wrong(
            root, id, "holders", "写 person、organisation 或两个都写。", "Write person, organisation or both."
        )
    for key, name in _names(row):
        if name not in dictionary:
            raise _wrong(root, id, key, f"事实词典里没有 {name}。", f"The dictionary has no fact {name}.")
    for name, value in row.get("always", {}).items():
        try:
            parse_fact(dictionary, name, value)
        except FactError as error:
            raise root.wrong(["kinds", id, "always"], error.words, _REMEDY) from error
    text = {key: str(row.get(key, "")) for key in ("day", "key", "about", "grade", "choose")}
    label = Words(str(row.get("zh", id)), row.get("en"))
    return Recognised(
        id, label, holders, tuple(row.get("facts", ())), always=dict(row.get("always", {})), **text
    )


_REMEDY = Words("照文件开头的说明改。", "See the lines at the top of the file.")


def _names(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("facts", "always"):
        yield from ((key, name) for name in row.get(key, ()))
    yield from ((key, row[key]) for key in ("day", "key", "grade", "choose") if row.get(key))


def _wrong(root: toml.Table, id: str, key: str, zh: str, en: str) -> PolicyError:
    return root.wrong([part for part in ("kinds", id, key) if part], Words(zh, en), _REMEDY)
