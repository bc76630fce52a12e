"""Where a register or a list says something else than the claimant: both words, and the way on."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.applications.models import Application
from jiangli.applications.sheet import sheets_of
from jiangli.public import sections, telling
from jiangli.rules.facts import Fact

NUMBER = "certificate.number"


def source_of(name: str, *, listed: bool = False) -> str:
    """Who vouches for a fact, in words."""
    if listed:
        return _("The published list")
    return _("The certificate register") if name.startswith("certificate.") else _("The member register")


def _in_words(fact: Fact, value: Any, lang: str) -> str:
    """The value; a yes or no with what it is about."""
    said = fact.value_label(value, lang)
    if not isinstance(value, bool):
        return said
    return f"{telling.label_of(fact)}: {said}" if lang == "en" else f"“{fact.label.say(lang)}：{said}”"


def differences(
    application: Application, programme: "rules.Programme", wrong: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Facts that a register or a list has otherwise; those that stand in the way (``wrong``) first."""
    sheet, wrong = sheets_of(application, programme, on=clock.today()).case, set(wrong)
    outside = {**sheet.listed, **sheet.register}
    found = []
    for name, theirs in outside.items():
        mine = sheet.stated.get(name)
        if mine is None or mine == theirs or name not in programme.dictionary:
            continue
        said = programme.dictionary.parse({name: mine})[name]
        known = programme.dictionary.parse({name: theirs})[name]
        if said == known:
            continue
        fact, lang = programme.dictionary[name], telling.speech()
        found.append(
            {
                "name": name,
                "what": telling.label_of(fact),
                "who": source_of(name, listed=name not in sheet.register),
                "theirs": _in_words(fact, known, lang),
                "mine": _in_words(fact, said, lang),
                "stops": name in wrong,
                "certificate": name.startswith("certificate."),
                "url": sections.address(application, name) + "?from=answers",
                "number_url": sections.address(application, NUMBER) + "?from=answers",
            }
        )
    return sorted(found, key=lambda one: not one["stops"])
