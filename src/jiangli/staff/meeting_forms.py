"""Forms of meetings and of what their minutes say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.applications.assessing import programme_of
from jiangli.applications.sheet import has_roster
from jiangli.looks.forms import Answer
from jiangli.reviews.deliberation.actions import Said
from jiangli.reviews.deliberation.models import AgendaItem
from jiangli.reviews.deliberation.permissions import AMOUNT
from jiangli.reviews.deliberation.sheets import Wrong, amount_of, lines_of
from jiangli.reviews.deliberation.status import Result
from jiangli.staff.forms import Day
from jiangli.staff.words import say

HINTS = {
    Result.OTHER: _("Write the amount below. It is reckoned by the law; above a ceiling it is refused."),
    Result.PART: _("Name the lines that are left out, and the condition."),
    Result.PUT_OFF: _("The case is due again for the next meeting."),
    Result.BACK: _("Its reviewer looks at it again; the claimant has nothing to do."),
}


class MeetingForm(forms.Form):
    name = forms.CharField(max_length=80, label=_("Which meeting"), help_text=_("Such as 区人社局党组会议."))
    planned_on = Day(label=_("Planned for"))


class MinutesForm(forms.Form):
    number = forms.CharField(max_length=60, label=_("Number of the minutes"))
    held_on = Day(label=_("Day of the meeting"))


class ScanForm(forms.Form):
    file = forms.FileField(label=_("Scan of the signed minutes: picture or PDF"))


class ResultSheetForm(forms.Form):
    file = forms.FileField(
        label=_("The sheet with the results filled in"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class ResultForm(forms.Form):
    """What the minutes say of one item; asks only what this case allows."""

    result = forms.ChoiceField(widget=forms.RadioSelect, label=_("What the minutes say"))
    amount = forms.CharField(required=False, max_length=20, label=_("Agreed amount (yuan)"))
    lines = forms.CharField(
        required=False, max_length=300, label=_("Lines that are left out"), help_text=_("Such as 2、5.")
    )
    condition = forms.ChoiceField(required=False, label=_("Condition they rest on"))
    words = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Words of the minutes"),
        help_text=_("Whoever claims reads them."),
    )

    def __init__(self, *args: Any, item: AgendaItem, **options: Any) -> None:
        super().__init__(*args, **options)
        programme = programme_of(item.application)
        allowed = set(Result)
        if AMOUNT not in programme.facts_read:
            allowed.discard(Result.OTHER)
            del self.fields["amount"]
        if has_roster(programme):
            rows = [(one.id, f"{one.id} {say(one.title)}".strip()) for one in programme.conditions]
            self.fields["condition"].choices = [("", _("Please choose")), *rows]  # type: ignore[attr-defined]
        else:
            allowed.discard(Result.PART)
            del self.fields["lines"], self.fields["condition"]
        self.fields["result"].choices = [  # type: ignore[attr-defined]
            (result.value, Answer(result.label, HINTS.get(result, "")))
            for result in Result
            if result in allowed
        ]
        if item.result:
            self.initial = {
                "result": item.result,
                "words": item.words,
                "amount": f"{item.agreed_fen / 100:.2f}"
                if item.agreed_fen and item.result == Result.OTHER
                else "",
                "lines": "、".join(str(row["line"]) for row in item.struck),
                "condition": item.struck[0]["condition"] if item.struck else "",
            }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, result, read in (
            ("amount", Result.OTHER, amount_of),
            ("lines", Result.PART, lines_of),
        ):
            if given.get("result") != result:
                given[name] = None
                continue
            try:
                given[name] = read(given.get(name, ""))
            except Wrong as wrong:
                self.add_error(name, wrong.remedy)
        return given

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            Result(given["result"]),
            words=given["words"],
            amount_fen=given["amount"],
            lines=given["lines"] or (),
            condition=given.get("condition") or "",
        )
