"""The texts of messages: one file per event in ``texts/``, in Chinese and English, checked when read."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from jiangli.correspondence.forbidden import NEVER_VALUES, faults_of
from jiangli.correspondence.values import in_words
from jiangli.rules.errors import Words

FOLDER = Path(__file__).with_name("texts")
LANGUAGES = ("zh", "en")
KEYS = {"when", "title", "values", "secret", *LANGUAGES}


class TextFault(Exception):
    """A text, or the values for it, are wrong; says which file and what to do."""


@dataclass(frozen=True)
class Text:
    """What is said at an event. ``values`` are all to be given; a ``secret`` text is not kept once sent.

    ``version`` follows from the words and the order of the values: twelve hex digits, new with every change.
    """

    event: str
    when: str
    title: Words
    values: tuple[str, ...]
    words: Mapping[str, str]
    secret: bool = False

    @property
    def version(self) -> str:
        content = json.dumps([self.values, *(self.words[each] for each in LANGUAGES)], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def ordered(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values in the order of the file. TextFault if one is missing or has no place."""
        if missing := set(self.values) - set(values):
            raise TextFault(f"{self.event}: give {', '.join(sorted(missing))}.")
        if unknown := set(values) - set(self.values):
            raise TextFault(
                f"{self.event}: there is no place for {', '.join(sorted(unknown))}; leave it out."
            )
        return {name: values[name] for name in self.values}

    def fill(self, values: Mapping[str, Any], *, today: date, language: str = "zh") -> str:
        """The sentence. Days are written without the year if it is this year's, ``…_fen`` as yuan."""
        return filled(self.words[language], self.ordered(values), today=today, language=language)


def filled(words: str, values: Mapping[str, Any], *, today: date, language: str) -> str:
    """Words with their values in them."""
    said = {name: in_words(name, value, today=today, language=language) for name, value in values.items()}
    return re.sub(r" {2,}", " ", words.format(**said))


def text_for(event: str) -> Text:
    """The text of an event; TextFault if there is none."""
    if event not in texts():
        raise TextFault(f"{event}: write texts/{event}.toml first.")
    return texts()[event]


@cache
def texts() -> Mapping[str, Text]:
    """Every text by its event, read once."""
    return {file.stem: read(file) for file in sorted(FOLDER.glob("*.toml"))}


def read(file: Path) -> Text:
    """Read and check one file."""
    raw = tomllib.loads(file.read_text("utf-8"))
    if faults := list(_faults(raw)):
        raise TextFault(f"{file.name}: {' '.join(faults)}")
    return Text(
        event=file.stem,
        when=raw["when"],
        title=Words(raw["title"]["zh"], raw["title"]["en"]),
        values=tuple(raw["values"]),
        words={language: raw[language] for language in LANGUAGES},
        secret=raw.get("secret", False),
    )


def _faults(raw: Mapping[str, Any]) -> list[str]:
    missing = sorted(KEYS - {"secret"} - set(raw))
    unknown = sorted(set(raw) - KEYS)
    faults = [f"Write the key {key}." for key in missing] + [f"Take out the key {key}." for key in unknown]
    if not faults and set(raw["title"]) != set(LANGUAGES):
        faults.append('Write title = { zh = "…", en = "…" }.')
    if not faults and (never := NEVER_VALUES & set(raw["values"])):
        faults.append(f"Take {', '.join(sorted(never))} out of the values: no message says that.")
    return faults or [fault for language in LANGUAGES for fault in _faults_of_words(raw, language)]


def _faults_of_words(raw: Mapping[str, Any], language: str) -> list[str]:
    words, values = raw[language], set(raw["values"])
    used = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    faults = [f"{language}: {{{name}}} is not among the values." for name in sorted(used - values)]
    faults += [f"{language}: say {{{name}}} or take it out of the values." for name in sorted(values - used)]
    return faults + list(faults_of(words, language, values=values, secret=raw.get("secret", False)))
