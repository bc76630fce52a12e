"""What every public page shows besides its own: whom to call."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import clock, rules
from jiangli.accounts.models import Agency
from jiangli.applications.permissions import cannot_apply_here
from jiangli.looks.templatetags.looks import written_day
from jiangli.programmes.queries import open_programmes, rule
from jiangli.programmes.rounds import FREE, Rounds
from jiangli.programmes.status import filing_days
from jiangli.public.telling import name_of, speech
from jiangli.rules.lasting import ended_on, is_over

FAR = 366  # further ahead nobody counts days


def contact(programme: "rules.Programme | None" = None) -> dict[str, str] | None:
    """The office that answers questions about a programme: as its text names it, else the agency it is with.

    Without a programme that of the first that can be applied for.
    """
    known = programme.contact if programme else _first_contact()
    if known is None:
        return _agency_of(programme) if programme else None
    return {
        "office": known.name.say(speech()),
        "phone": known.phone,
        "hours": _("Working days 9:00–11:30, 13:30–17:00"),
    }


def _agency_of(programme: "rules.Programme") -> dict[str, str] | None:
    agency = Agency.objects.filter(programmes=programme.id).exclude(phone="").first()
    if agency is None:
        return None
    return {
        "office": name_of(agency),
        "phone": agency.phone,
        "hours": _("Working days 9:00–11:30, 13:30–17:00"),
    }


def _first_contact() -> "rules.Contact | None":
    today = clock.today()
    laws = [rule(row.version) for row in open_programmes() if cannot_apply_here(row, on=today) is None]
    laws += [rule(row.version) for row in open_programmes()] if not laws else []
    return next((law.contact for law in laws if law.contact), None)


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page with the day, the contact in its foot, and what the view found."""
    page = {"today": clock.today(), "contact": contact(context.get("rule")), **context}
    return render(request, template, page, status=status)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the post, even an empty one; nothing when the page is only opened."""
    return request.POST if request.method == "POST" else None


def last_day(programme: "rules.Programme") -> date | None:
    return filing_days(programme)[1]


def is_open(programme: "rules.Programme", day: date) -> bool:
    first, _last = filing_days(programme)
    return (first is None or first <= day) and not is_over(programme, day)


def until(programme: "rules.Programme", day: date, rounds: Rounds = FREE) -> str:
    """12 月 1 日截止 · 还有 174 天. Where rounds bind, those of the round: that is when one can hand in."""
    if rounds.now:
        return _in_words(rounds.now.last_day, day)
    if rounds.next:
        return _("Next round opens on %(day)s") % {"day": written_day(rounds.next.opens_on, day)}
    if rounds.bound and is_open(programme, day):
        return _("The next round is not announced yet")
    first, last = filing_days(programme)
    if first and day < first:
        return _("Opens on %(day)s") % {"day": written_day(first, day)}
    if last is None:
        return _until_its_document_ends(programme, day)
    return _in_words(last, day)


def _in_words(last: date, day: date) -> str:
    written = written_day(last, day)
    if day > last:
        return _("Closed on %(day)s") % {"day": written}
    if day == last:
        return _("Today is the last day")
    days = (last - day).days
    if days > FAR:
        return _("In force until %(day)s") % {"day": written}
    return ngettext("Until %(day)s · %(days)s day left", "Until %(day)s · %(days)s days left", days) % {
        "day": written,
        "days": days,
    }


def _until_its_document_ends(programme: "rules.Programme", day: date) -> str:
    """Where no day closes the filing: the last day of the document, which closes nothing for what came before."""
    if ended := ended_on(programme, day):
        return _("Ended on %(day)s for new cases; still payable for what came before") % {
            "day": written_day(ended, day)
        }
    last = programme.document.last_day
    return _("In force until %(day)s") % {"day": written_day(last, day)} if last else ""
