"""The questions of the queue's filter form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from jiangli.programmes.models import Programme
from jiangli.registers.models import Organisation
from jiangli.staff.checks import CHECKS
from jiangli.staff.forms import Day
from jiangli.staff.words import title_of

PERSON, ORGANISATION = "person", "organisation"
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)  # so that there is a day before and after
_OUTSIDE = gettext_lazy("write a day between 1900 and 2999")


class FilingDay(Day):
    default_validators = [MinValueValidator(FIRST, _OUTSIDE), MaxValueValidator(LAST, _OUTSIDE)]


class Filters(forms.Form):
    q = forms.CharField(required=False, max_length=60, label=gettext_lazy("Name or number"))
    programme = forms.MultipleChoiceField(required=False, label=gettext_lazy("Programme"))
    check = forms.MultipleChoiceField(
        required=False, choices=CHECKS.items, label=gettext_lazy("Result of the check")
    )
    assignee = forms.MultipleChoiceField(
        required=False,
        choices=[("me", gettext_lazy("Me")), ("none", gettext_lazy("Nobody yet"))],
        label=gettext_lazy("Dealt with by"),
    )
    party = forms.MultipleChoiceField(
        required=False,
        choices=[(PERSON, gettext_lazy("A person")), (ORGANISATION, gettext_lazy("An organisation"))],
        label=gettext_lazy("Who claims"),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), required=False, label=gettext_lazy("Organisation")
    )
    due = forms.MultipleChoiceField(
        required=False,
        choices=[("late", gettext_lazy("Overdue")), ("soon", gettext_lazy("Due in two working days"))],
        label=gettext_lazy("Time limit"),
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[
            ("filed", gettext_lazy("Earliest filed first")),
            ("due", gettext_lazy("Overdue first")),
            ("newest", gettext_lazy("Newest here first")),
        ],
        label=gettext_lazy("Order"),
    )
    filed_from = FilingDay(required=False, label=gettext_lazy("First filed from"))
    filed_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = Programme.objects.with_law()
        self.fields["programme"].choices = [(p.code, title_of(p.version)) for p in codes]  # type: ignore[attr-defined]

    @property
    def in_use(self) -> bool:
        return any(self.cleaned_data.values())
