"""The carrier's door: delivery receipts, from whoever knows the secret."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jiangli import clock
from jiangli.correspondence import actions
from jiangli.correspondence.carrier import carrier_of
from jiangli.correspondence.receipts import ReceiptFault, read


@csrf_exempt
@require_POST
@never_cache
def receipts(request: HttpRequest) -> JsonResponse:
    """Take receipts as JSON. 404 unless a secret is set, 403 without it, 400 with a sentence if they cannot be read.

    The secret stands in the header that the carrier's file names. References that are not ours are listed in
    the answer, which is 200 all the same: a carrier would send them again and again.
    """
    if not settings.RECEIPT_SECRET:
        raise Http404
    form = carrier_of(settings.CARRIER).receipts
    given = request.headers.get(form.header, "")
    if not hmac.compare_digest(given.encode(), settings.RECEIPT_SECRET.encode()):
        return JsonResponse({"fault": f"The header {form.header} is not the secret."}, status=403)
    try:
        found = read(request.body, form)
    except ReceiptFault as fault:
        return JsonResponse({"fault": str(fault)}, status=400)
    taken = actions.note_receipts(found, at=clock.now())
    return JsonResponse(
        {"changed": taken.changed, "passed_over": taken.passed_over, "unknown": list(taken.unknown)}
    )
