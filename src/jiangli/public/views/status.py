"""Follow a claim: one's own when signed in, or by identity number and query code."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
from jiangli.public.forms import LookUpForm
from jiangli.public.pages import posted, show, until
from jiangli.public.people import SignedIn, claimant, for_claimants, organisation_of
from jiangli.public.views.case import case
from jiangli.refused import Refused

VISIT = "visit"
NOBODY = UUID(int=0)


@never_cache
@for_claimants
def my(request: SignedIn) -> HttpResponse:
    """Everything this person has handed in or begun: what waits for them, what is on its way, drafts, the rest."""
    rows = sorted(Application.objects.visible_to(request.user).order_by("-started_at"), key=_rank)
    letters = Message.objects.visible_to(request.user).count()
    context = {
        "rows": [_row(row) for row in rows],
        "person": claimant(request),
        "letters": letters,
        "files_classes": organisation_of(request) is not None,
    }
    return show(request, "public/my.html", context)


def _rank(row: Application) -> int:
    order = (Status.RETURNED, Status.SUBMITTED, Status.APPROVED, Status.DRAFT)
    return order.index(Status(row.status)) if row.status in order else len(order)


def _row(row: Application) -> dict[str, Any]:
    told = story.story_of(row)
    name = programme_of(row).title.say(telling.speech())
    day = row.first_filed_at or row.started_at
    number = row.number or until(told.rule, clock.today())
    return {
        "name": _("Draft: %(name)s") % {"name": name} if row.status == Status.DRAFT else name,
        "pk": row.pk,
        "more": f"{number} · {story.written(clock.day_of(day))}" if row.number else number,
        "code": told.code,
        "draft": row.status == Status.DRAFT,
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
    return show(request, "public/case.html", case(found.application, may_act=False))
