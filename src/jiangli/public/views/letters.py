"""The claimant's messages: all that this person was told, newest first, in their language."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli.applications.models import Application
from jiangli.correspondence.models import Message
from jiangli.public import story
from jiangli.public.listing import Unclear, asked_page
from jiangli.public.pages import show
from jiangli.public.people import SignedIn, for_claimants

ROWS = 20


@never_cache
@require_safe
@for_claimants
def letters(request: SignedIn) -> HttpResponse:
    """A page of messages. An address that asks for anything but a page of them is refused."""
    found = Message.objects.visible_to(request.user).select_related("wording")
    try:
        page = asked_page(request, found.order_by("-written_at", "pk"), ROWS)
    except Unclear as why:
        context = {"why": str(why), "back": reverse("public:letters"), "action": _("My messages")}
        return show(request, "public/unclear.html", context, status=400)
    return show(request, "public/letters.html", {"page": page, "letters": _rows(request, page.object_list)})


def _rows(request: SignedIn, messages: Any) -> list[dict[str, Any]]:
    """Each message with the way to its case, if the reader has that case."""
    cases = {message.about for message in messages if message.about}
    own = set(Application.objects.visible_to(request.user).filter(pk__in=cases).values_list("pk", flat=True))
    return [
        {
            **story.letter(message),
            "url": reverse("public:application", args=[message.about]) if message.about in own else "",
        }
        for message in messages
    ]
