"""What history is kept together: a series of notices over the years, or a programme that belongs to none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.programmes.queries import parties, published

PREFIX = "series:"


@dataclass(frozen=True)
class Scope:
    """A series with its programmes, newest notice first, or one programme alone. ``key`` is kept in rows."""

    key: str
    laws: tuple[rules.Programme, ...]

    @property
    def series(self) -> str:
        return self.key.removeprefix(PREFIX) if self.key.startswith(PREFIX) else ""

    @property
    def title(self) -> str:
        """《…》及历年, or the programme's title, in the reader's language."""
        language = (get_language() or "zh")[:2]
        if not self.series:
            return self.laws[0].title.say(language)
        return _("%(notice)s and its other years") % {"notice": self.laws[0].document.title.say(language)}

    @property
    def payers(self) -> set[str]:
        """The codes of the agencies that pay in it."""
        return {payer.agency for law in self.laws for payer in law.payers}

    @property
    def parties(self) -> set[str]:
        """The codes of the agencies that receive, deal with or pay its claims."""
        return {code for law in self.laws for code in parties(law)}


def key_of(law: rules.Programme) -> str:
    """The key of the scope to which a programme belongs."""
    return f"{PREFIX}{law.series}" if law.series else law.id


def grouped(laws: Iterable[rules.Programme]) -> dict[str, Scope]:
    """The scopes of these programmes by key, in their order."""
    found: dict[str, tuple[rules.Programme, ...]] = {}
    for law in laws:
        found[key_of(law)] = (*found.get(key_of(law), ()), law)
    return {key: Scope(key, members) for key, members in found.items()}


def scopes() -> dict[str, Scope]:
    """Every scope of this installation by key, in the order of the notices."""
    return grouped(law for _row, law in published())


def scopes_of(agency: str) -> dict[str, Scope]:
    """The scopes in which an agency takes part."""
    return {key: scope for key, scope in scopes().items() if agency in scope.parties}
