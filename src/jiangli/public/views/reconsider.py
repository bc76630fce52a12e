"""Ask for a decision to be looked at again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.public import story, telling
from jiangli.public.again import GroundsForm
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.refused import Refused
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering.actions import ask
from jiangli.reviews.reconsidering.permissions import ask_until, cannot_ask


@never_cache
@for_claimants
def reconsider(request: SignedIn, pk: Any) -> HttpResponse:
    """One's own case, or the organisation's: the grounds, in one's own words."""
    case = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    decision = decision_of(case)
    reason = (
        cannot_ask(decision, request.user, on=clock.today()) if decision else _("Nothing is decided yet.")
    )
    if decision is None or reason:
        messages.info(request, reason or "")
        return redirect("public:application", pk)
    form = GroundsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            ask(decision, form.cleaned_data["grounds"], by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("It has come in. Another officer looks at it, and we tell you the result.")
            )
            return redirect("public:application", pk)
    context = {
        "form": form, "application": case, "name": programme_of(case).title.say(telling.speech()),
        "until": ask_until(decision), "reasons": story.reasons(story.story_of(case)),
    }  # fmt: skip
    return show(request, "public/reconsider.html", context)
