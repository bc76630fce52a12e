"""More time for a returned case: its claimant asks at the counter or on the telephone, an officer gives it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jiangli import clock
from jiangli.applications import actions as applications
from jiangli.applications.permissions import cannot_extend
from jiangli.refused import Refused
from jiangli.staff.forms import Day
from jiangli.staff.gate import officer_required, who
from jiangli.staff.views.case import find, head_of, opened


class MoreTimeForm(forms.Form):
    """The new last day, and why."""

    to = Day(label=gettext_lazy("New last day for corrections"))
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


@officer_required
@require_http_methods(["GET", "POST"])
def more_time(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a returned case a later last day."""
    application = find(request, pk)
    form = MoreTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            applications.extend(application, **form.cleaned_data, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Given. The applicant's page shows the new day."))
            return redirect("staff:case", pk)
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "form": form,
        "reason": cannot_extend(application, who(request), on=clock.today()),
    }
    return render(request, "staff/more_time.html", context)
