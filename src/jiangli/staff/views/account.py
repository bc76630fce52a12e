"""Who stands in for whom."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import Deputy
from jiangli.refused import Refused
from jiangli.staff.forms import DeputyForm
from jiangli.staff.gate import officer_required, who


@officer_required
@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """Name a colleague, from one day to another; see who stands in, and for whom one does oneself."""
    form = DeputyForm(request.POST or None, officer=who(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            accounts.appoint_deputy(**form.cleaned_data, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. Your deputy can act for you in these days."))
            return redirect("staff:deputies")
    mine = Deputy.objects.filter(absent=who(request)).select_related("deputy").order_by("-to_on")
    others = Deputy.objects.filter(deputy=who(request), to_on__gte=clock.today()).select_related("absent")
    return render(
        request, "staff/deputies.html", {"form": form, "mine": mine, "others": others, "today": clock.today()}
    )


@officer_required
@require_POST
def end_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = get_object_or_404(Deputy, pk=pk, absent=who(request))
    try:
        accounts.end_deputy(deputy, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Ended. From today you act for yourself."))
    return redirect("staff:deputies")
