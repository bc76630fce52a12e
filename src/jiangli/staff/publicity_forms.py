"""Forms of publicity: a list, its cases, objections, postings elsewhere."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.programmes.models import Round
from jiangli.reviews.publicity.models import KEPT_DAYS
from jiangli.reviews.publicity.status import Way
from jiangli.staff.forms import Day

LONG = {"rows": 4}


class TextsForm(forms.Form):
    """What stands above and below the list, and when it goes up."""

    title = forms.CharField(max_length=120, label=_("Title"))
    intro = forms.CharField(
        max_length=2000, label=_("Text above the list"), widget=forms.Textarea(attrs=LONG)
    )
    objecting = forms.CharField(
        max_length=1000,
        label=_("How to object"),
        help_text=_("A landline may stand here; mobile numbers may not."),
        widget=forms.Textarea(attrs=LONG),
    )
    posts_on = Day(label=_("Goes up on"))
    kept_days = forms.IntegerField(
        min_value=1,
        max_value=366,
        initial=KEPT_DAYS,
        label=_("Names stay readable after the last day for (days)"),
    )

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title", "intro", "objecting")}


class CasesForm(forms.Form):
    """Which of the waiting cases stand on the list."""

    round = forms.ModelChoiceField(
        Round.objects.none(), required=False, label=_("Filed in the round"), empty_label=_("All that wait")
    )
    leave_out = forms.CharField(
        required=False,
        max_length=4000,
        label=_("Leave out these acceptance numbers"),
        help_text=_("One to a line, or with spaces between."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, programme: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["round"].queryset = Round.objects.announced().filter(programme=programme)  # type: ignore[attr-defined]

    @property
    def left_out(self) -> set[str]:
        return set(self.cleaned_data["leave_out"].replace("，", " ").replace("、", " ").split())


class PrepareForm(TextsForm, CasesForm):
    by_line = forms.BooleanField(
        required=False, label=_("Show the people of the rosters, not only the organisation")
    )

    def __init__(self, *args: Any, lines: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not lines:
            del self.fields["by_line"]


class EnterObjectionForm(forms.Form):
    row = forms.IntegerField(min_value=1, label=_("Number on the list"))
    way = forms.ChoiceField(
        choices=[(way.value, way.label) for way in Way if way != Way.ONLINE], label=_("How it came")
    )
    received_on = Day(label=_("Received on"))
    name = forms.CharField(max_length=60, label=_("Who objects"))
    phone = forms.CharField(
        required=False, max_length=20, label=_("Mobile number"), help_text=_("To tell them the result.")
    )
    text = forms.CharField(max_length=2000, label=_("What they say"), widget=forms.Textarea(attrs=LONG))
    file = forms.FileField(required=False, label=_("Scan of the letter: picture or PDF"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["received_on"].initial = today


class FoundForm(forms.Form):
    found = forms.CharField(
        max_length=2000, label=_("What you looked at, and what you found"), widget=forms.Textarea(attrs=LONG)
    )


class DecideForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        label=_("Reason"),
        help_text=_("Whoever objected reads it."),
        widget=forms.Textarea(attrs=LONG),
    )


class PostedForm(forms.Form):
    place = forms.CharField(
        max_length=300, label=_("Where"), help_text=_("The address of the page, or where the board hangs.")
    )
    first_day = Day(label=_("First day"))
    last_day = Day(required=False, label=_("Last day"))
    file = forms.FileField(required=False, label=_("Screenshot or photo"))
