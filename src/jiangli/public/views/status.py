"""Follow a claim: one's own when signed in, or by identity number and query code."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock
from jiangli.accounts.actions import TooManyTries
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Visit
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.public import story, telling
from jiangli.public.again import to_claim
from jiangli.public.forms import LookUpForm
from jiangli.public.lines import PER_PAGE
from jiangli.public.listing import Unclear, asked_page
from jiangli.public.pages import posted, show, until
from jiangli.public.people import SignedIn, bans_of, claimant, for_claimants, organisation_of
from jiangli.public.views.case import case
from jiangli.refused import Refused
from jiangli.registers.models import Organisation
from jiangli.reviews.models import Opinion

VISIT = "visit"
NOBODY = UUID(int=0)


@never_cache
@for_claimants
def my(request: SignedIn) -> HttpResponse:
    """What this person has handed in or begun, and the organisations they act for: what waits for them first."""
    mine = Application.objects.visible_to(request.user).select_related("version", "organisation", "claimant")
    mine = mine.annotate(looked_at=Exists(Opinion.objects.filter(application=OuterRef("pk"))))
    acting = organisation_of(request)
    rows = sorted(mine.order_by("-started_at"), key=lambda row: (_whose(row, acting), _rank(row)))
    try:
        page = asked_page(request, rows, PER_PAGE)
    except Unclear as why:
        unclear = {"why": str(why), "back": reverse("public:my"), "action": _("My claims")}
        return show(request, "public/unclear.html", unclear, status=400)
    groups = [
        {
            "name": ones[0].organisation.name if ones[0].organisation else "",
            "rows": [_row(one) for one in ones],
        }
        for _key, some in groupby(page, key=lambda row: row.organisation_id)
        if (ones := list(some))
    ]
    letters = Message.objects.visible_to(request.user).count()
    context = {
        "rule": programme_of(page[0]) if page else None,
        "bans": bans_of(request.user.person),
        "coming": to_claim(request.user) if page.number == 1 else [],
        "groups": groups,
        "page": page,
        "person": claimant(request),
        "letters": letters,
        "files_classes": acting is not None,
    }
    return show(request, "public/my.html", context)


def _whose(row: Application, acting: Organisation | None) -> tuple[int, str]:
    """First those of the organisation one acts for now, then one's own, then of other organisations."""
    if row.organisation is None:
        return (1, "")
    return (0 if row.organisation == acting else 2, str(row.organisation_id))


def _rank(row: Application) -> int:
    order = (Status.RETURNED, Status.SUBMITTED, Status.APPROVED, Status.DRAFT)
    return order.index(Status(row.status)) if row.status in order else len(order)


def _row(row: Application) -> dict[str, Any]:
    law, draft = programme_of(row), row.status == Status.DRAFT
    name, day = law.title.say(telling.speech()), row.first_filed_at or row.started_at
    parts = [
        row.claimant.name if row.organisation_id and row.claimant else "",
        row.number or until(law, clock.today()),
    ]
    if row.number:
        parts.append(story.written(clock.day_of(day)))
    code = story.CODES[Status(row.status)]
    return {
        "name": _("Draft: %(name)s") % {"name": name} if draft else name,
        "pk": row.pk,
        "more": " · ".join(part for part in parts if part),
        "code": "reviewing" if code == "submitted" and row.looked_at else code,  # type: ignore[attr-defined]
        "draft": draft,
    }


@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Identity number and query code; slowed, and never saying which of the two was wrong."""
    form = LookUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            visit = applications.look_in(given["id_number"], given["password"], at=clock.now())
        except TooManyTries:
            return show(request, "public/look_up.html", {"form": LookUpForm(), "locked": True})
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[VISIT] = str(visit.pk)
            return redirect("public:visit")
    return show(request, "public/look_up.html", {"form": form, "person": claimant(request)})


@never_cache
def visit(request: HttpRequest) -> HttpResponse:
    """The case that a look-up opened, for half an hour and to look at only."""
    found = Visit.objects.filter(pk=request.session.get(VISIT) or NOBODY, until__gt=clock.now()).first()
    if found is None:
        request.session.pop(VISIT, None)
        return redirect("public:status")
    return show(request, "public/case.html", case(found.application, may_act=False, visit=found))
