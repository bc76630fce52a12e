"""A case as one sheet: conditions, facts with where each came from, what the registers say, what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from jiangli.applications.asking import facts_of_rows
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.reviews.models import LookUp
from jiangli.reviews.permissions import cannot_be_looked_up
from jiangli.rules import Finding, Programme
from jiangli.staff.letters import Letter, letter_of
from jiangli.staff.words import fact_label, language, pair, part_label, say, value_in_words

SOURCES = {
    "stated": gettext_lazy("said by the applicant"),
    "listed": gettext_lazy("published list"),
    "register": gettext_lazy("register"),
    "officer": gettext_lazy("looked up"),
    "system": gettext_lazy("from the case"),
}
OURS = {"person.id", "certificate.id", "organisation.id", "application.channel", "application.applied_on"}

EVENTS = {
    "application.submitted": gettext_lazy("Filed"),
    "application.resubmitted": gettext_lazy("Corrected and filed again"),
    "application.listed": gettext_lazy("Taken from the published list"),
    "application.received_noted": gettext_lazy("The day on which the form came in was noted"),
    "application.query_password_renewed": gettext_lazy("Query password renewed"),
    "caller.checked": gettext_lazy("A caller was told how far it is"),
    "caller.not_known": gettext_lazy("A caller could not say who they are"),
    "application.withdrawn": gettext_lazy("Withdrawn by the applicant"),
    "application.taken": gettext_lazy("Taken over"),
    "application.assigned": gettext_lazy("Given to an officer"),
    "application.handed_over": gettext_lazy("Handed over to a colleague"),
    "application.given_back": gettext_lazy("Laid back"),
    "reminder.soon": gettext_lazy("Reminded: due soon"),
    "reminder.overdue": gettext_lazy("Reminded: overdue"),
    "application.approved": gettext_lazy("Approved for payment"),
    "application.sent_outside": gettext_lazy("Handed over to another body"),
    "application.paid_elsewhere": gettext_lazy("Another body paid its share"),
    "application.returned_elsewhere": gettext_lazy("The bank of another body sent its share back"),
    "application.number_shown": gettext_lazy("A full number was shown"),
    "application.checked": gettext_lazy("All lines checked again"),
    "line.struck": gettext_lazy("A line was struck off"),
    "override.asked": gettext_lazy("An exception was asked for"),
    "override.confirmed": gettext_lazy("An exception was confirmed"),
    "override.refused": gettext_lazy("An exception was not confirmed"),
    "override.withdrawn": gettext_lazy("An exception was withdrawn"),
    "line.restored": gettext_lazy("A line was put back"),
    "card.confirmed": gettext_lazy("Card confirmed by the applicant"),
    "reconsideration.asked": gettext_lazy("Another look was asked for"),
    "reconsideration.accepted": gettext_lazy("Another look was agreed to"),
    "reconsideration.rejected": gettext_lazy("Looked at again: the decision stands"),
    "next_claim.raised": gettext_lazy("The next claim was got ready"),
    "evidence.added": pgettext_lazy("event", "Evidence added"),
    "evidence.removed": pgettext_lazy("event", "Evidence removed"),
}


MARKS = {
    "window": gettext_lazy("Time"),
    "period": gettext_lazy("Force"),
    "place": gettext_lazy("Place"),
    "rate": gettext_lazy("Rate"),
}  # the contract's ids that are words
KINDS = {
    "at_most": gettext_lazy("Ceiling"),
    "once_per": gettext_lazy("Paid once"),
    "less_paid_per": gettext_lazy("Difference"),
}  # what a limit is called whose id is a word for authors
NUMBERED = re.compile(r"[A-Z]+\d+[a-z]?")  # E1, X8: as officers read them on the page of the programme


def mark_of(programme: Programme, id: str) -> str:
    """The id of a condition as officers read it; what a limit does where its id is a word of the file."""
    if id in MARKS or NUMBERED.fullmatch(id):
        return str(MARKS.get(id, id))
    kind = next((limit.kind for limit in programme.limits if limit.condition.id == id), "")
    return str(KINDS.get(kind, id))


class ConditionRow(NamedTuple):
    id: str
    mark: str  # the id as officers read it
    title: str
    code: str  # in the table of states
    found: str
    quote: str
    place: str
    inferred: str
    opened: bool
    ask: str  # the first fact to look up, if any


class FactRow(NamedTuple):
    name: str
    label: str
    value: str
    source: str
    known: bool
    differs: str  # what the applicant said, where a register or an officer says otherwise
    may_check: bool  # an officer can look it up by hand


class HistoryRow(NamedTuple):
    at: datetime
    what: str
    who: str
    text: str
    details: list[str]


def conditions_of(assessed: Assessed) -> list[ConditionRow]:
    """Every condition in the order of the notice, the undecided and false ones opened."""
    return [condition_row(finding) for finding in assessed.answer.findings]


def condition_row(finding: Finding) -> ConditionRow:
    """One finding in words."""
    title = finding.title(language())
    code = "faulty" if finding.state is False and finding.fault else _CODES[finding.state]
    found = finding.tell(language()) if finding.state is not True else _given(finding)
    mark = mark_of(finding.programme, finding.id)
    wanted = finding.unknown if finding.state is None else ()
    ask = next((name for name in wanted if not cannot_be_looked_up(finding.programme, name)), "")
    return ConditionRow(
        finding.id,
        mark,
        title,
        code,
        "" if found == title else found,
        finding.quote or "",
        finding.clause or "",
        finding.condition.basis.inferred or "",
        finding.state is not True,
        ask,
    )


_CODES = {True: "met", False: "unmet", None: "unknown"}


def _given(finding: Finding) -> str:
    """The values on which a condition was met."""
    dictionary = finding.programme.dictionary
    said = []
    for name in finding.facts:
        if name in finding.given and name not in OURS:
            fact = dictionary[name]
            value = fact.value_label(finding.given[name], language())
            said.append(pair(say(fact.label), value) if fact.kind == "bool" else value)
    return " · ".join(dict.fromkeys(said))


def tally(rows: list[ConditionRow]) -> str:
    """5 符合 · 1 待核"""
    words = {
        "met": lambda n: ngettext("%(n)s met", "%(n)s met", n),
        "unknown": lambda n: ngettext("%(n)s to check", "%(n)s to check", n),
        "faulty": lambda n: ngettext("%(n)s to be corrected", "%(n)s to be corrected", n),
        "unmet": lambda n: ngettext("%(n)s not met", "%(n)s not met", n),
    }
    counts = {code: sum(row.code == code for row in rows) for code in words}
    return " · ".join(words[code](n) % {"n": n} for code, n in counts.items() if n)


def facts_of(assessed: Assessed, application: Application) -> list[FactRow]:
    """What the rules read and the form asks, with where each value comes from."""
    programme, sheet = assessed.programme, assessed.sheet
    asked = [ask.fact.name for ask in programme.form]
    others = OURS | facts_of_rows(programme)
    names = [name for name in dict.fromkeys([*asked, *programme.facts_read]) if name not in others]
    places = {row.fact: row.place for row in application.look_ups.filter(line=None, found=True)}
    return [fact_row(programme, sheet, name, places) for name in names if _belongs(programme, sheet, name)]


def _belongs(programme: Programme, sheet: Any, name: str) -> bool:
    return name in sheet.facts or name in programme.facts_read


def fact_row(programme: Programme, sheet: Any, name: str, places: dict[str, str]) -> FactRow:
    """One fact in words; ``places`` is where each fact was looked up."""
    label = fact_label(programme, name)
    if name not in sheet.facts:
        return FactRow(name, label, _("Not known"), "", False, "", not cannot_be_looked_up(programme, name))
    source = sheet.sources[name]
    said = str(SOURCES[source])
    if source == "officer" and places.get(name):
        said = pair(said, places[name])
    value, stated = sheet.facts[name], sheet.stated.get(name)
    differs = value_in_words(programme, name, stated) if stated not in (None, value) else ""
    may_check = source != "system" and not cannot_be_looked_up(programme, name)
    return FactRow(name, label, value_in_words(programme, name, value), said, True, differs, may_check)


def history_of(application: Application, programme: Programme) -> list[HistoryRow]:
    """Opinions, look-ups and events, the newest first."""
    rows = [*_opinions(application, programme), *_looks(application, programme), *_events(application)]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _opinions(application: Application, programme: Programme) -> Iterator[HistoryRow]:
    for opinion in application.opinions.select_related("by", "on_behalf_of"):
        who = str(opinion.by)
        if opinion.on_behalf_of:
            who = _("%(deputy)s for %(absent)s") % {"deputy": who, "absent": opinion.on_behalf_of}
        details = [pair(part_label(programme, row["field"]), row["reason"]) for row in opinion.fields]
        details += [str(id) for id in opinion.conditions]
        what = f"{opinion.stage_title} · {opinion.get_act_display()}"
        yield HistoryRow(opinion.at, what, who, opinion.text, details)


def _looks(application: Application, programme: Programme) -> Iterator[HistoryRow]:
    row: LookUp
    for row in application.look_ups.filter(line=None).select_related("by"):
        said = value_in_words(programme, row.fact, row.value) if row.found else _("Not found")
        found = pair(fact_label(programme, row.fact), said)
        yield HistoryRow(
            row.at, _("Looked up at %(place)s") % {"place": row.place}, str(row.by), row.note, [found]
        )
    yield from _looks_at_lines(application, programme)


def _looks_at_lines(application: Application, programme: Programme) -> Iterator[HistoryRow]:
    """What was noted for lines of a roster, one row for each act, however many lines it was for."""
    rows = application.look_ups.exclude(line=None).order_by("at")
    acts = rows.values_list("at", "by__name", "place", "note", "fact").annotate(
        n=Count("pk"), number=Min("line__number")
    )
    for at, who, place, note, fact, n, number in acts:
        where = _("line %(number)s") % {"number": number}
        lines = where if n == 1 else ngettext("%(n)s line", "%(n)s lines", n) % {"n": n}
        found = pair(fact_label(programme, fact), lines)
        yield HistoryRow(at, _("Looked up at %(place)s") % {"place": place}, who, note, [found])


def _events(application: Application) -> Iterator[HistoryRow]:
    events = Event.objects.about(application).filter(name__in=EVENTS, at__gte=application.first_filed_at)
    for event in events.select_related("by"):
        who = str(event.by) if event.by else ""
        number = event.details.get("line")
        details = [_("line %(number)s") % {"number": number}] if number else []
        yield HistoryRow(event.at, str(EVENTS[event.name]), who, "", details)


def messages_of(application: Application) -> list[Letter]:
    """What was told about a case, newest first; for an officer who sees the case."""
    found = Message.objects.about(application.pk).select_related("person", "wording")
    return [letter_of(message) for message in found.order_by("-written_at")]
