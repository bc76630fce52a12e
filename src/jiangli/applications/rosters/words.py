"""A sentence in both languages at once: rows keep what is wrong with them in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from jiangli import rules

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def both(msgid: str, **values: Any) -> rules.Words:
    """A message of our catalogue with its values; a value that is ``Words`` is said in its language."""
    return said(
        lambda lang: (
            _(msgid) % {name: _of(value, lang) for name, value in values.items()} if values else _(msgid)
        )
    )


def said(sentence: Callable[[str], str | None]) -> rules.Words:
    """What ``sentence`` says in each language; it is given the language as the rules name it."""
    found = {}
    for lang, code in LANGUAGES.items():
        with translation.override(code):
            found[lang] = sentence(lang) or ""
    return rules.Words(found["zh"], found["en"])


def _of(value: Any, lang: str) -> Any:
    return value.say(lang) if isinstance(value, rules.Words) else value


def fault(field: str, words: rules.Words) -> dict[str, str]:
    """As a row keeps it: the column's key, or nothing, and the sentence in both languages."""
    return {"field": field, "zh": words.zh, "en": words.en or words.zh}


@contextmanager
def in_chinese() -> Iterator[None]:
    """What the worker writes for good stands in Chinese where only one language is kept."""
    with translation.override(LANGUAGES["zh"]):
        yield
