"""Forms by which people are heard: a question, a rating, a remark; and who asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency
from jiangli.correspondence.consultation.actions import LONGEST
from jiangli.correspondence.consultation.models import QuestionKind
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.public import telling
from jiangli.reviews.ratings.actions import LONGEST as LONGEST_WORDS
from jiangli.reviews.ratings.models import Grade, Reason


class QuestionForm(forms.Form):
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        required=False,
        label=_("Programme"),
        help_text=_("If you know which one it is about. Its agency answers."),
        widget=forms.Select(attrs={"class": "govuk-select"}),
        empty_label=_("None, or I do not know"),
    )
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        required=False,
        label=_("Who should answer"),
        help_text=_("Only needed without a programme."),
        widget=forms.Select(attrs={"class": "govuk-select"}),
        empty_label=_("Choose an agency"),
    )
    kind = forms.ChoiceField(
        choices=QuestionKind.choices,
        initial=QuestionKind.CLAIM,
        label=_("What it is about"),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        max_length=LONGEST,
        label=_("Your question"),
        help_text=_("Leave out identity and card numbers: nobody needs them to answer."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your question.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        titles = {row.code: law.title.say(telling.speech()) for row, law in published()}
        programme, agency = self.fields["programme"], self.fields["agency"]
        assert isinstance(programme, forms.ModelChoiceField) and isinstance(agency, forms.ModelChoiceField)
        programme.queryset = Programme.objects.with_law()
        programme.label_from_instance = lambda row: titles.get(row.pk, row.pk)  # type: ignore[method-assign,assignment]
        agency.queryset = Agency.objects.filter(programmes__isnull=False).distinct().order_by("code")
        agency.label_from_instance = telling.name_of  # type: ignore[method-assign,assignment]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("programme") and not given.get("agency") and not self.errors:
            self.add_error("agency", _("Choose a programme above, or the agency that should answer."))
        return given


class RatingForm(forms.Form):
    grade = forms.TypedChoiceField(
        choices=Grade.choices,
        coerce=lambda value: Grade(int(value)),
        label=_("How satisfied are you with how this case was dealt with?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )
    reasons = forms.MultipleChoiceField(
        choices=Reason.choices,
        required=False,
        label=_("Because of"),
        help_text=_("Tick what mattered, for good or bad."),
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        max_length=LONGEST_WORDS,
        required=False,
        label=_("In your own words"),
        help_text=_("Officers read it without your name. Others never do."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RemarkForm(forms.Form):
    words = forms.CharField(
        max_length=LONGEST_WORDS,
        label=_("Something to add"),
        help_text=_("Once. The grade stays as you gave it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
