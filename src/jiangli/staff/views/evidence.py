"""A page of an item of evidence as a picture, for those who may see the case."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from jiangli import files
from jiangli.applications.models import Evidence
from jiangli.applications.permissions import is_own
from jiangli.staff.gate import officer_required, who


@officer_required
@require_GET
def evidence(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """Always the re-encoded picture, never the file as it came."""
    item = get_object_or_404(Evidence.objects.visible_to(who(request)), pk=pk)
    if is_own(item.application, [who(request)]):
        raise Http404
    if not 1 <= page <= len(item.previews):
        raise Http404
    return HttpResponse(
        files.read(item.previews[page - 1]),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store"},
    )
