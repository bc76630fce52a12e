"""The law in words: titles of programmes, stages, facts and values in the reader's language."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.applications.papers import CONSENT, FORM
from jiangli.applications.stages import stage_of
from jiangli.applications.status import Status
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.rules import FactError, Programme, parse_fact

ACCOUNT = _("The bank account")


def say(words: Any) -> str:
    """A pair of sentences in the reader's language; what is no pair, as it is."""
    if words is None:
        return ""
    return words.say(language()) if hasattr(words, "say") else str(words)


def language() -> str:
    return (get_language() or "zh")[:2]


def title_of(version: Version | None) -> str:
    """The title of the programme; a draft has no version yet, and no officer sees it."""
    return say(rule(version).title) if version else ""


def agency_names() -> dict[str, str]:
    """The short name of each agency by code, for this page."""
    rows = Agency.objects.values_list("code", "short_name", "name_en")
    return {code: english if language() == "en" else short for code, short, english in rows}


def stage_title(application: Application) -> str:
    """The title of the stage at which a case stands."""
    return say(stage_of(application).title)


def fact_label(programme: Programme, name: str) -> str:
    """The name of a fact in words."""
    return say(programme.dictionary[name].label) if name in programme.dictionary else name


def value_in_words(programme: Programme, name: str, value: Any) -> str:
    """A value as the contract writes it, in words: 技师, 2024 年 9 月 20 日, 是."""
    try:
        parsed = parse_fact(programme.dictionary, name, value)
    except FactError:
        return str(value)
    return "" if parsed is None else programme.dictionary[name].value_label(parsed, language())


def pair(label: str, value: str) -> str:
    """A label and its value, with the colon of the reader's language."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def listed(parts: list[str]) -> str:
    """Several sentences or names in a row, parted as the reader's language parts them."""
    return gettext("; ").join(parts)


def status_word(status: str) -> str:
    """The state of a case as officers read it; empty where everybody reads the same word."""
    return gettext("Waiting for the applicant's correction") if status == Status.RETURNED else ""


def part_label(programme: Programme, part: str) -> str:
    """A part of the form in words: a fact, the account, ``material:<id>``, or ``line:<number>:<fact>`` of a roster."""
    kind, _colon, id = part.partition(":")
    if kind == "line":
        number, _colon, fact = id.partition(":")
        line = gettext("Line %(number)s") % {"number": number}
        return f"{line} · {fact_label(programme, fact)}" if fact else line
    if kind == "material":
        titles = {m.id: m.title for m in programme.materials} | {m.id: m.title for m in (FORM, CONSENT)}
        title = say(titles[id]) if id in titles else id
        return gettext("Picture: %(title)s") % {"title": title}
    return str(ACCOUNT) if part == "account" else fact_label(programme, part)
