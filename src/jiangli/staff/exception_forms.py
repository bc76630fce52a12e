"""Forms of exceptions: what is asked, and the second officer's words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.looks.widgets import Files
from jiangli.refused import Refused
from jiangli.reviews.attachments.actions import Stored, store
from jiangli.reviews.overrides.models import Ground

MOST_PAPERS = 5


class FilesField(forms.FileField):
    """Several files of one input, as a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class AskForm(forms.Form):
    ground = forms.ChoiceField(
        choices=Ground.choices,
        label=gettext_lazy("On what ground"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the ground.")},
    )
    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Why it need not be met here"),
        help_text=gettext_lazy(
            "A sentence. It is printed in the decision and the applicant reads it; name nobody else."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why.")},
    )
    papers = FilesField(
        label=gettext_lazy("What it rests on: pictures or PDF"),
        widget=Files(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"required": gettext_lazy("Attach what the exception rests on.")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.stored: list[Stored] = []
        files = given.get("papers", [])
        if len(files) > MOST_PAPERS:
            self.add_error(
                "papers", _("At most %(n)s files. Put the rest into one PDF.") % {"n": MOST_PAPERS}
            )
            return given
        try:
            self.stored = [store(file.name, file.read()) for file in files if not self.errors]
        except Refused as refusal:
            self.add_error("papers", str(refusal))
        return given


class WhyForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why in a sentence.")},
    )
