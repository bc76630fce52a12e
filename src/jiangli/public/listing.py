"""The list of programmes: what each comes to on a line, and the address that narrows the list.

An address with a name or a value that the list does not know is refused (``Unclear``), never read otherwise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.permissions import cannot_apply_here
from jiangli.applications.stages import claimed_by_list
from jiangli.looks.states import STATES
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.programmes.rounds import FREE, Rounds, rounds_of_all
from jiangli.programmes.status import Standing, standing
from jiangli.public.audience import BY_CODE, audiences_of

HERE, LISTED = "here", "listed"
STATES_IN_ORDER = tuple(STATES["programme"])
FACETS = ("who", "agency", "state")
LONGEST = 60


class Unclear(Exception):
    """The address asks for something the list does not have; the text says what."""


@dataclass(frozen=True)
class Entry:
    """One programme as it stands today. ``reason``: why nobody can apply for it here; None if one can."""

    row: Programme
    law: "rules.Programme"
    now: Standing
    reason: str | None
    rounds: Rounds = FREE

    @property
    def state(self) -> str:
        """What one can do: apply here, wait for the list, go to the counter … ; a code of the states."""
        if self.rounds.is_shut and self.now == Standing.OPEN:
            return str(Standing.COMING)
        if self.reason is None:
            return HERE
        return LISTED if self.now == Standing.OPEN and claimed_by_list(self.law) else str(self.now)

    @cached_property
    def who(self) -> tuple[str, ...]:
        return audiences_of(self.law)

    def value_of(self, facet: str) -> tuple[str, ...]:
        return {"who": self.who, "agency": (self.row.agency_id,), "state": (self.state,)}[facet]


def entries(on: date) -> list[Entry]:
    """Every programme: what one can do something about first, then in the order of the notices."""
    there = published()
    rounds = rounds_of_all(there, on=on)
    found = [
        Entry(row, law, standing(row, law, on=on), cannot_apply_here(row, on=on), rounds[row.code])
        for row, law in there
    ]
    return sorted(found, key=lambda one: STATES_IN_ORDER.index(one.state))


@lru_cache(maxsize=512)
def _words(law: "rules.Programme") -> str:
    """Everything a search looks at, in both languages."""
    titles = [law.title, law.document.title, *(c.title for c in law.conditions if c.title)]
    titles += [material.title for material in law.materials]
    if law.amount.by:
        by = law.dictionary[law.amount.by]
        paid = {value for rate in law.amount.rates if rate.amount for value in rate.values or ()}
        titles += [choice.label for choice in by.choices if choice.id in paid]
    quotes = [cite.quote for condition in law.conditions for cite in condition.basis.cites]
    said = [part for title in titles for part in (title.zh, title.en) if part]
    return " ".join([*said, *quotes, law.document.number or ""]).casefold()


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: at most one value of each facet, and words."""

    text: str
    facets: dict[str, str]

    @property
    def in_use(self) -> bool:
        return bool(self.text or any(self.facets.values()))

    def keeps(self, one: Entry, *, but: str = "") -> bool:
        """Whether an entry remains; the facet ``but`` is left out, to count its values."""
        asked = ((facet, value) for facet, value in self.facets.items() if value and facet != but)
        return all(value in one.value_of(facet) for facet, value in asked) and self._says(one)

    def _says(self, one: Entry) -> bool:
        agency = one.row.agency
        words = f"{_words(one.law)} {agency.name} {agency.short_name} {agency.name_en}".casefold()
        return all(word in words for word in self.text.casefold().split())


def ranked(left: list[Entry], asked: Wanted) -> list[Entry]:
    """States whose programmes bear the words in their title first, and in each state these programmes first."""
    words = asked.text.casefold().split()
    if not words:
        return left

    def titled(one: Entry) -> bool:
        return all(word in f"{one.law.title.zh} {one.law.title.en or ''}".casefold() for word in words)

    first = {one.state for one in left if titled(one)}
    return sorted(
        left, key=lambda one: (one.state not in first, STATES_IN_ORDER.index(one.state), not titled(one))
    )


def wanted(query: QueryDict, found: Iterable[Entry]) -> Wanted:
    """Read an address. Unclear if it asks for something the list does not have."""
    for name in query:
        if name not in (*FACETS, "q", "page"):
            raise Unclear(_("The list cannot be narrowed by “%(name)s”.") % {"name": name[:40]})
        if len(query.getlist(name)) > 1:
            raise Unclear(_("“%(name)s” may stand only once in the address.") % {"name": name})
    agencies = {one.row.agency_id for one in found}
    known: dict[str, Callable[[str], bool]] = {
        "who": BY_CODE.__contains__,
        "agency": agencies.__contains__,
        "state": STATES["programme"].__contains__,
    }
    facets = {facet: query.get(facet, "") for facet in FACETS}
    for facet, value in facets.items():
        if value and not known[facet](value):
            raise Unclear(_("The list does not know “%(value)s”.") % {"value": value[:40]})
    text = query.get("q", "").strip()
    if len(text) > LONGEST or "\0" in text:
        raise Unclear(_("At most %(most)s characters can be searched for.") % {"most": LONGEST})
    return Wanted(text, facets)


def counts(found: Iterable[Entry], asked: Wanted, facet: str) -> dict[str, int]:
    """How many programmes each value of a facet would leave, under everything else that is asked."""
    result: dict[str, int] = {}
    for one in found:
        for value in one.value_of(facet):
            result[value] = result.get(value, 0) + asked.keeps(one, but=facet)
    return result


def asked_page(request: HttpRequest, found: Any, rows: int) -> Page[Any]:
    """The page of a list that knows no other question. Unclear if the address asks for anything else."""
    strange = [name for name in request.GET if name != "page"]
    if strange:
        raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": strange[0][:40]})
    return page_of(request, found, rows)


def page_of(request: HttpRequest, found: Any, rows: int) -> Page[Any]:
    """The page that the address asks for. Unclear if there is none."""
    pages, number = Paginator(found, rows), request.GET.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": number[:20], "pages": pages.num_pages}
        )
    return pages.page(int(number))


def address(asked: Wanted, **changes: Any) -> str:
    """The address that asks for the same but for ``changes``."""
    query = QueryDict(mutable=True)
    query.update({"q": asked.text, **asked.facets, **changes})
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"?{query.urlencode()}"
