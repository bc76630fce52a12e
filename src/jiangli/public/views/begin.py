"""Begin a claim: for oneself, for an organisation, or as an employer for one of its people."""

from fnmatch import fnmatch
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock, rules
from jiangli.accounts.actions import TooManyTries
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here, cannot_file_as
from jiangli.applications.rosters.columns import shape_of
from jiangli.applications.sheet import has_roster
from jiangli.applications.stages import Filer
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.rounds import cannot_file
from jiangli.public import certificates, checking, doors, story, telling
from jiangli.public.forms import WorkerForm
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, claimant, for_claimants, live_claims
from jiangli.public.views.check import answers_of
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import Person


@never_cache
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin; who is not signed in hears at once where one cannot apply here, before any phone is asked for."""
    row = get_object_or_404(Programme.objects.with_law(), pk=code)
    if reason := cannot_apply_here(row, on=clock.today()):
        live = claimant(request) and _first_live(request, code)
        if not live:
            messages.error(request, reason)
            return redirect("public:programme", code)
    return _begin(request, row)


@for_claimants
def _begin(request: SignedIn, row: Programme) -> HttpResponse:
    """As whom: then what will be asked, or for whom it is, or where organisations come in."""
    found = rule(row.version)
    door = doors.door(request, found)
    if door.filer is None:
        return _closed_door(request, row)
    if door.filer == Filer.EMPLOYER:
        return _for_worker(request, row, door)
    live = _live(request, row, door)
    if request.method == "POST" and not live:
        person = request.user.person if door.filer == Filer.PERSON else None
        said = checking.stated(found, answers_of(request))
        if person is not None:
            said = certificates.with_the_chosen(request, found, said)
        return _start(request, row, person, door, said)
    if live:
        told = story.story_of(live)
        headline = story.headline(told)
        return show(request, "public/already.html", {"rule": found, "live": live, "headline": headline})
    there = _cases(request, row, door)
    context = {
        **_context(request, row, door),
        "taken_over": len(checking.stated(found, answers_of(request))),
        "choice": _choice(request, found) if door.filer == Filer.PERSON else None,
        "draft": there.filter(status=Status.DRAFT).first(),
        "earlier": there.exclude(number=None).order_by("-first_filed_at").first(),
    }
    return show(request, "public/apply.html", context)


def _choice(request: SignedIn, found: rules.Programme) -> Any:
    """The certificates of this person among which one is chosen; None where there is nothing to choose."""
    return certificates.choice_of(request, found, checking.stated(found, answers_of(request)))


def _start(
    request: SignedIn, row: Programme, person: Person | None, door: doors.Door, said: dict[str, Any]
) -> HttpResponse:
    try:
        application = applications.start(
            person, row.code, organisation=door.organisation, by=request.user, at=clock.now(), stated=said
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("public:programme", row.code)
    return redirect("public:application", application.pk)


def _closed_door(request: SignedIn, row: Programme) -> HttpResponse:
    """Somebody who acts for no organisation, at a programme that organisations hand in."""
    context = {
        **_context(request, row, doors.Door(None)),
        "reason": cannot_file_as(rule(row.version), Filer.PERSON),
        "entrance": doors.entrance(),
    }
    return show(request, "public/organisation_first.html", context)


def _for_worker(request: SignedIn, row: Programme, door: doors.Door) -> HttpResponse:
    """The worker's name and number; whether anybody knew them is not to be seen."""
    form = WorkerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            worker = registers.person_for_claim(given["id_number"], given["name"], at=clock.now())
        except (Refused, TooManyTries) as refusal:
            form.add_error(None, str(refusal))
        else:
            return _start(request, row, worker, door, {})
    drafts = _cases(request, row, door).filter(status=Status.DRAFT).select_related("claimant")
    context = {**_context(request, row, door), "form": form, "rosters": doors.rosters(), "drafts": drafts}
    return show(request, "public/worker.html", context)


def _context(request: SignedIn, row: Programme, door: doors.Door) -> dict[str, Any]:
    found = rule(row.version)
    return {
        "rule": found,
        "row": row,
        "title": found.title.say(telling.speech()),
        "person": claimant(request),
        "door": door,
        "as_person": door.other == Filer.PERSON,
        "as_employer": door.other == Filer.EMPLOYER,
        "by_list": has_roster(found),
        "refusals": doors.refusals(found, door.organisation, on=clock.today()) if door.organisation else [],
        "brings_roster": door.organisation is not None and shape_of(found) is not None,
        "materials": telling.materials(found),
        "later": cannot_file(row, found, on=clock.today()),
        "open_draft": found.document.status == "draft",
        "until": _("For %(name)s") % {"name": door.organisation.name} if door.organisation else "",
    }


def _cases(request: SignedIn, row: Programme, door: doors.Door) -> Any:
    """One's own cases of this programme, or those of the organisation one acts for."""
    mine = Application.objects.visible_to(request.user).filter(programme_code=row.code)
    return mine.filter(organisation=door.organisation)


def _live(request: SignedIn, row: Programme, door: doors.Door) -> Application | None:
    """The claim that is on its way or decided, where the law pays only one and nothing could come of a second."""
    if door.filer != Filer.PERSON or not paid_once(rule(row.version)):
        return None
    return _first_live(request, row.code)


def _first_live(request: HttpRequest, code: str) -> Application | None:
    return live_claims(request.user).filter(programme_code=code, organisation=None).first()


def paid_once(law: Any) -> bool:
    """Whether the programme pays a person once, whatever the certificate, month or event."""
    return any(
        limit.kind == "once_per"
        and limit.refuses
        and set(limit.per) <= {"person"}
        and any(fnmatch(law.id, across) or across == f"series:{law.series}" for across in limit.across)
        for limit in law.limits
    )
