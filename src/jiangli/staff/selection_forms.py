"""Forms of selection rounds: setup, candidates, experts, choice, notice, result, and an expert's sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.refused import Refused
from jiangli.registers.loads import dictionary
from jiangli.reviews.selection.models import SelectionRound
from jiangli.reviews.selection.setup import Plan, criteria_of, grades_of
from jiangli.reviews.selection.status import Ranking
from jiangli.staff.acts import field_of
from jiangli.staff.forms import Day
from jiangli.staff.recognition_forms import HolderForm

LINES = forms.Textarea(attrs={"rows": 4})


class RoundSetup(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("Name of the round"))
    rules_number = forms.CharField(max_length=80, label=gettext_lazy("Document by which it is held"))
    rules_address = forms.URLField(
        max_length=300, required=False, assume_scheme="https", label=gettext_lazy("Its address")
    )
    opens_on = Day(label=gettext_lazy("Candidates are taken from"))
    closes_on = Day(label=gettext_lazy("until, this day included"))
    quota = forms.IntegerField(
        required=False, min_value=1, max_value=999, label=gettext_lazy("Places"),
        help_text=gettext_lazy("Blank: no limit."),
    )  # fmt: skip
    criteria = forms.CharField(
        widget=LINES, max_length=2000, label=gettext_lazy("Criteria"),
        help_text=gettext_lazy("One a line: title, weight in percent, most points. Such as 技术水平 40 100."),
    )  # fmt: skip
    ranking = forms.ChoiceField(
        choices=Ranking.choices, label=gettext_lazy("How the scores are put together")
    )

    def __init__(self, *args: Any, kind: rules.Recognised, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.common = [name for name in kind.facts if name != kind.grade]
        for name in self.common:
            self.fields[name] = field_of(dictionary()[name])
        if kind.grade:
            self.fields["grades"] = forms.CharField(
                widget=LINES, max_length=500, required=False, label=_("Grades by score"),
                help_text=_("One a line: least score, grade. Such as 90 优秀. Blank: grades are entered by hand."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, read in (("criteria", criteria_of), ("grades", grades_of)):
            try:
                given[name] = read(given.get(name) or "")
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return given

    def plan(self) -> Plan:
        given = {name: self.cleaned_data[name] for name in RoundSetup.base_fields}
        facts = {name: self.cleaned_data[name] for name in self.common}
        return Plan(kind=self.kind.id, **given, facts=facts, grades=self.cleaned_data["grades"])


class StandingForm(HolderForm):
    """A candidate keyed in from paper."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = forms.CharField(
            max_length=100,
            required=False,
            label=_("Name"),
            help_text=_("Of the studio or base. Blank: the holder's."),
        )
        self.fields["received_on"] = Day(label=_("Came in on"))


class ExpertsForm(forms.Form):
    experts = forms.ModelMultipleChoiceField(
        User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Who scores"),
    )

    def __init__(self, *args: Any, one: SelectionRound, **options: Any) -> None:
        super().__init__(*args, **options)
        known = User.objects.filter(agency=one.agency_id, is_active=True, posts__role=Role.EXPERT).distinct()
        self.fields["experts"].queryset = known.order_by("name")  # type: ignore[attr-defined]
        self.fields["experts"].initial = list(one.experts.values_list("user", flat=True))


class MaterialForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("A material: picture or PDF"))


class WordForm(forms.Form):
    words = forms.CharField(
        required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("Words"),
        help_text=gettext_lazy("Needed when a candidate is returned, refused, or passed over for a lower score."),
    )  # fmt: skip


class ChoiceForm(WordForm):
    """In an assessment also the grade."""

    def __init__(self, *args: Any, kind: rules.Recognised, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind.grade:
            self.fields["grade"] = field_of(dictionary()[kind.grade])
            self.fields["grade"].required = False
            self.fields["grade"].help_text = _("Blank: what the score gives.")


class NoticeForm(forms.Form):
    number = forms.CharField(max_length=80, label=gettext_lazy("Number of the notice"))
    from_on = Day(label=gettext_lazy("First day of the notice"))
    to_on = Day(label=gettext_lazy("Last day of the notice"))
    address = forms.URLField(
        max_length=300, required=False, assume_scheme="https", label=gettext_lazy("Its address")
    )


class ResultForm(forms.Form):
    meeting_number = forms.CharField(max_length=80, label=gettext_lazy("Number of the meeting"))
    meeting_on = Day(label=gettext_lazy("Day of the meeting"))
    document_number = forms.CharField(
        max_length=80, label=gettext_lazy("Number of the document that recognises")
    )
    document_date = Day(label=gettext_lazy("Date of the document"))
    until_on = Day(required=False, label=gettext_lazy("Holds until, this day included"))


class MarksForm(forms.Form):
    """An expert's sheet for one candidate."""

    def __init__(self, *args: Any, criteria: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        for one in criteria:
            self.fields[one["id"]] = forms.DecimalField(
                min_value=0, max_value=one["most"], decimal_places=2, label=one["title"],
                help_text=_("0 to %(most)s points, weight %(weight)s%%") % one,
            )  # fmt: skip
        self.fields["comment"] = forms.CharField(
            required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), label=_("Comment")
        )
