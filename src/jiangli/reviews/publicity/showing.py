"""A list as it is read: headings, cells, the sentence about its days, and the texts that a draft begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from jiangli import clock, rules
from jiangli.accounts.models import Agency
from jiangli.applications.queries import language
from jiangli.programmes.calendar import calendar
from jiangli.programmes.queries import rule
from jiangli.reviews.publicity.freezing import spaced
from jiangli.reviews.publicity.masks import Columns, Row, columns_of
from jiangli.reviews.publicity.models import Publication, PublicationRow
from jiangli.reviews.publicity.status import ListKind, Outcome


@dataclass(frozen=True)
class Table:
    """The columns of a list: what stands above each, and which hold numbers."""

    columns: Columns
    law: rules.Programme

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """(words, whether its cells are numbers)."""
        person = self.columns.whose == "person"
        found = [(_("No."), False), (_("Name") if person else _("Organisation"), False)]
        if self.columns.unit:
            found.append((_("Works at"), False))
        found += [(self.law.dictionary[fact].label.say(language()), False) for fact in self.columns.facts]
        if self.columns.people:
            found.append((_("People"), True))
        if self.columns.amount:
            found.append((_("Amount (yuan)"), True))
        return found

    def cells(self, position: int, row: Row) -> list[str | int | None]:
        """One row in the order of the headings; amounts in fen."""
        said = dict(row.details)
        found: list[str | int | None] = [position, row.name]
        if self.columns.unit:
            found.append(row.unit)
        found += [said.get(fact, "") for fact in self.columns.facts]
        if self.columns.people:
            found.append(row.people)
        if self.columns.amount:
            found.append(row.amount_fen)
        return found


def table_of(publication: Publication, rows: Iterable[PublicationRow]) -> Table:
    """The table of these rows, without the columns in which none of them has anything."""
    rows = list(rows)
    law = rule(publication.version)
    columns = columns_of(law, lines=publication.by_line)
    used = {fact for row in rows for fact, _value in row.shown.details}
    kept = tuple(fact for fact in columns.facts if fact in used)
    unit = columns.unit and any(row.unit for row in rows)
    return Table(Columns(columns.whose, unit, kept, columns.people, columns.amount), law)


def first_day(publication: Publication) -> date:
    """The first of the days that count."""
    posted = clock.day_of(publication.opened_at) if publication.opened_at else publication.posts_on
    day = posted if publication.agency.counts_posting_day else posted + timedelta(days=1)
    return calendar().working_day_from(day) if publication.calendar == "working" else day


def days_in_words(publication: Publication) -> str:
    """五个工作日 or five days, as the stage counts them."""
    if publication.calendar == "working":
        words = ngettext("%(n)s working day", "%(n)s working days", publication.days)
    else:
        words = ngettext("%(n)s day", "%(n)s days", publication.days)
    return words % {"n": publication.days}


def not_announced(publication: Publication) -> str | None:
    """The sentence about a year whose days off nobody announced yet; None if they are known or nothing is open."""
    if publication.closed_at or publication.withdrawn_at or publication.calendar != "working":
        return None
    return calendar().not_announced(first_day(publication), publication.closes_on)


def first_texts(law: rules.Programme, agency: Agency, *, on: date) -> dict[str, str]:
    """What a draft begins with, in Chinese; the officer changes it as needed."""
    kind = next((one.list for one in law.stages if one.kind == "publish"), None)
    programme = law.title.say("zh")
    with override("zh-hans"):
        values = {
            "year": on.year, "programme": programme, "document": law.document.title.say("zh"),
            "agency": agency.name, "office": agency.office, "phone": agency.phone, "address": agency.address,
        }  # fmt: skip
        title = _("Public notice of those to be paid for %(programme)s, %(year)s")
        intro = _(
            "Under %(document)s and after review by %(agency)s the following are to be paid for %(programme)s."
        )
        if kind == ListKind.APPLICANTS:
            title = _("Public notice of those who applied for %(programme)s, %(year)s")
            intro = _("Under %(document)s the following have applied to %(agency)s for %(programme)s.")
        objecting = _(
            "Whoever disagrees tells us during these days by telephone, by letter, in person or on this page, with "
            "name and telephone, so that we can answer. We keep them to ourselves."
        )
        where = [_("Received by: %(agency)s %(office)s") % values]
        where += [_("telephone: %(phone)s") % values] if agency.phone else []
        where += [_("address: %(address)s") % values] if agency.address else []
        return {
            "title": (title % values)[:120],
            "intro": intro % values,
            "objecting": f"{objecting}{'，'.join(part.strip() for part in where)}。",
        }


def sheet_of(publication: Publication) -> dict[str, Any]:
    """What the printed sheet ``print/publicity.html`` needs. To be made and rendered in Chinese."""
    rows = list(publication.rows.exclude(case__outcome=Outcome.BACK))
    table = table_of(publication, rows)
    return {
        "one": publication,
        "table": table,
        "rows": [table.cells(row.position, row.shown) for row in rows],
        "days": days_in_words(publication),
        "first_day": first_day(publication),
        "not_announced": not_announced(publication),
        "total_fen": sum(row.amount_fen or 0 for row in rows),
        "span": len(table.headings) - 1,
        "seal": spaced(publication.seal) if publication.seal else "",
    }
