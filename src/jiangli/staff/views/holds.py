"""What holds a case: an officer looks at what was met, and settles it with a reason."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jiangli import clock
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews import permissions
from jiangli.reviews.holds import Hold, holds_of
from jiangli.reviews.models import Settling
from jiangli.reviews.sheet import assess_to_show
from jiangli.staff.gate import officer_required, who
from jiangli.staff.views.case import find, head_of


class SettleForm(forms.Form):
    """Which hold, what the officer decides, and why."""

    limit = forms.ChoiceField(label=gettext_lazy("What is settled"), widget=forms.RadioSelect)
    decision = forms.ChoiceField(
        label=gettext_lazy("What you found"), choices=Settling.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: object, holds: list[Hold], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["limit"].choices = [(hold.id, hold.title) for hold in holds]  # type: ignore[attr-defined]
        if len(holds) == 1:
            self.fields["limit"].initial = holds[0].id


@officer_required
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that holds the case, and the form for what can be settled."""
    application = find(request, pk)
    assessed = assess_to_show(application, at=clock.now())
    holds = holds_of(application, assessed)
    open_holds = [hold for hold in holds if not hold.waits]
    form = SettleForm(request.POST or None, holds=open_holds)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            reviews.settle_hold(
                application,
                limit=said["limit"],
                decision=Settling(said["decision"]),
                reason=said["reason"],
                by=who(request),
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Settled. The case goes on."))
            return redirect("staff:case", pk)
    reason = permissions.cannot_review(application, who(request), on=clock.today())
    if not reason and not open_holds:
        reason = _("Nothing waits to be settled in this case.")
    context = {"case": application, "head": head_of(application, assessed), "form": form, "holds": holds}
    return render(request, "staff/settle.html", {**context, "reason": reason})
