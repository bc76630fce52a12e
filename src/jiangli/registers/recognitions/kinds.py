"""The kinds of recognition of this installation, as ``policies/recognitions.toml`` says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.refused import Refused


@lru_cache(maxsize=1)
def _library() -> rules.Library:
    return rules.load()


def kinds() -> dict[str, rules.Recognised]:
    """Every kind by id, in the order of the file."""
    return dict(_library().recognitions)


def kind_of(id: str) -> rules.Recognised:
    """Refused where the file has no such kind."""
    if id not in kinds():
        raise Refused(_("There is no such kind of recognition."))
    return kinds()[id]


def facts_of(kind: rules.Recognised, said: dict[str, Any], *, lang: str = "zh") -> dict[str, Any]:
    """What is written of an entry, as the contract has it. Refused for a fact that its kind does not say, one that
    is missing, or a value that is none."""
    dictionary = _library().facts
    given = rules.facts_from(dictionary, said, only=kind.facts)
    for slip in given.slips:
        label = dictionary[slip.fact].label.say(lang) if slip.fact in dictionary else slip.fact
        raise Refused(f"{label}: {slip.words.say(lang)}")
    for name in kind.facts:
        if name not in given.facts:
            label = dictionary[name].label.say(lang)
            raise Refused(_("%(fact)s is missing: this kind of entry has to say it.") % {"fact": label})
    return given.facts
