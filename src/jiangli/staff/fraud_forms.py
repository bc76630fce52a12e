"""Forms of findings, bans and repayments."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.looks.forms import Answer
from jiangli.staff.forms import Day
from jiangli.staff.words import say, title_of

LONG = forms.Textarea(attrs={"rows": 4})


class RecordForm(forms.Form):
    what = forms.CharField(max_length=2000, widget=LONG, label=_("What was false, and how you know"))
    conditions = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Which conditions it concerns")
    )

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = {one.id: say(one.title) or one.id for one in programme_of(application).conditions}
        self.fields["conditions"].choices = [  # type: ignore[attr-defined]
            (id, Answer(f"{id} {title}", "")) for id, title in rows.items()
        ]


class DescribeForm(forms.Form):
    what = forms.CharField(max_length=2000, widget=LONG, label=_("What was false, and how you know"))
    heard_on = Day(required=False, label=_("The claimant was heard on"))
    heard = forms.CharField(
        required=False, max_length=2000, widget=LONG, label=_("What they said, or that they did not come")
    )
    pay_back_by = Day(required=False, label=_("What was paid has to be back by"))


class PaperForm(forms.Form):
    file = forms.FileField(label=_("A paper that shows it: picture or PDF"))


class IncludeForm(forms.Form):
    """Another case of the same party, to be added to a finding."""

    case = forms.ModelChoiceField(
        queryset=Application.objects.none(),
        label=_("Another case of the same claimant"),
        widget=forms.Select(attrs={"class": "govuk-select"}),
        error_messages={"required": _("Choose a case."), "invalid_choice": _("Choose a case.")},
    )

    def __init__(self, *args: Any, cases: QuerySet[Application], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["case"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = cases
        field.label_from_instance = _named  # type: ignore[method-assign,assignment]


def _named(row: Application) -> str:
    return f"{row.number} {title_of(row.version)}"


class InvolveForm(forms.Form):
    who = forms.ChoiceField(label=_("Somebody else who had a part in it"))
    part = forms.CharField(max_length=300, label=_("What they did"))
    banned = forms.BooleanField(
        required=False, label=_("Bar them too; the text itself bars only the claimant")
    )

    def __init__(self, *args: Any, candidates: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (key, f"{party.name} · {where}") for key, party, where in candidates
        ]


class RepaymentForm(forms.Form):
    amount = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, label=_("Amount (yuan)"))
    received_on = Day(label=_("Received on"))
    reference = forms.CharField(max_length=60, label=_("Reference on the bank statement"))
