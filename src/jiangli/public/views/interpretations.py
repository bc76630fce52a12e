"""政策解答 for everybody: what the agencies have published where their texts are silent, searched by words."""

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiangli import rules
from jiangli.programmes.models import Interpretation
from jiangli.programmes.queries import published, rule
from jiangli.public.pages import show
from jiangli.public.telling import name_of, speech

ROWS = 20


@require_safe
def interpretations(request: HttpRequest) -> HttpResponse:
    """The published ones, newest first, narrowed by ``q``."""
    if strange := [name for name in request.GET if name not in ("q", "page")]:
        why = _("This list cannot be narrowed by “%(name)s”.") % {"name": strange[0][:40]}
        return show(request, "public/unclear.html", {"why": why}, status=400)
    text, number = request.GET.get("q", "").strip()[:60], request.GET.get("page") or "1"
    rows = Interpretation.objects.standing().select_related("programme__version", "agency")
    if text:
        rows = rows.filter(Q(text__icontains=text) | Q(text_en__icontains=text) | Q(number__icontains=text))
    pages = Paginator(rows, ROWS)
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        why = _("There is no page %(page)s; the list has %(pages)s.") % {
            "page": number[:20], "pages": pages.num_pages,
        }  # fmt: skip
        return show(request, "public/unclear.html", {"why": why}, status=400)
    page = pages.page(int(number))
    titles = {law.document.id: law.document.title for _row, law in published()}
    found = [
        {"one": row, "words": words(row), "office": name_of(row.agency), "title": _title(row, titles)}
        for row in page.object_list
    ]
    return show(request, "public/interpretations.html", {"page": page, "rows": found, "text": text})


def _title(row: Interpretation, documents: Mapping[str, "rules.Words"]) -> str:
    title = rule(row.programme.version).title if row.programme else documents.get(row.document)
    return title.say(speech()) if title else ""


def words(row: Interpretation) -> str:
    """The published text in the reader's language; the Chinese one where there is no other."""
    return (row.text_en if speech() == "en" else "") or row.text
