"""The texts of messages: one file per event in ``texts/``, in Chinese and English, checked when read."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).with_name("texts")
LANGUAGES = ("zh", "en")
KEYS = {"when", "values", "secret", *LANGUAGES}
LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)[!-~]*|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org|top|cc|xyz)\b[!-~]*",
    re.IGNORECASE | re.ASCII,
)


class TextFault(Exception):
    """A text, or the values for it, are wrong; says which file and what to do."""


@dataclass(frozen=True)
class Text:
    """What is said at an event. ``values`` are all to be given; a ``secret`` text is not kept once sent."""

    event: str
    when: str
    values: tuple[str, ...]
    words: Mapping[str, str]
    secret: bool = False

    def fill(self, values: Mapping[str, Any], *, today: date, language: str = "zh") -> str:
        """The sentence. Days are written without the year if it is this year's, ``…_fen`` as yuan.

        A web address in a value (an officer's or a bank's words) is taken out: a message never holds one.
        """
        if missing := set(self.values) - set(values):
            raise TextFault(f"{self.event}: give {', '.join(sorted(missing))}.")
        if unknown := set(values) - set(self.values):
            raise TextFault(
                f"{self.event}: there is no place for {', '.join(sorted(unknown))}; leave it out."
            )
        words = {name: _in_words(name, value, today, language) for name, value in values.items()}
        return re.sub(r" {2,}", " ", self.words[language].format(**words))


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
        values=tuple(raw["values"]),
        words={language: raw[language] for language in LANGUAGES},
        secret=raw.get("secret", False),
    )


def _faults(raw: Mapping[str, Any]) -> list[str]:
    missing = sorted(KEYS - {"secret"} - set(raw))
    unknown = sorted(set(raw) - KEYS)
    faults = [f"Write the key {key}." for key in missing] + [f"Take out the key {key}." for key in unknown]
    return faults or [fault for language in LANGUAGES for fault in _faults_of_words(raw, language)]


def _faults_of_words(raw: Mapping[str, Any], language: str) -> list[str]:
    words, values = raw[language], set(raw["values"])
    used = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    faults = [f"{language}: {{{name}}} is not among the values." for name in sorted(used - values)]
    faults += [f"{language}: say {{{name}}} or take it out of the values." for name in sorted(values - used)]
    return faults + ([f"{language}: take out the web address."] if LINK.search(words) else [])


def _in_words(name: str, value: Any, today: date, language: str) -> str:
    if name.endswith("_fen"):
        return _amount(value, language)
    if isinstance(value, date):
        return _day(value, today, language)
    return LINK.sub("…", str(value))


def _amount(fen: int, language: str) -> str:
    yuan, rest = divmod(fen, 100)
    number = f"{yuan:,}" + (f".{rest:02d}" if rest else "")
    return f"{number} 元" if language == "zh" else f"{number} yuan"


def _day(day: date, today: date, language: str) -> str:
    if language == "zh":
        year = "" if day.year == today.year else f"{day.year} 年 "
        return f"{year}{day.month} 月 {day.day} 日"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")
