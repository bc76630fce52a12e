"""Forms of what two approvers do to the law: a draft adopted, an interpretation published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.programmes.models import Answer
from jiangli.staff.forms import Day


class AdoptForm(forms.Form):
    """The first officer's word on a draft document."""

    number = forms.CharField(max_length=80, label=_("Number of the document"))
    title = forms.CharField(
        required=False, max_length=200, label=_("Title of the published document"),
        help_text=_("Empty: as the draft is called."),
    )  # fmt: skip
    title_en = forms.CharField(required=False, max_length=200, label=_("The same in English"))
    first_day = Day(label=_("In force from"))
    last_day = Day(required=False, label=_("In force until, this day included"))
    address = forms.URLField(
        required=False, max_length=300, assume_scheme="https", label=_("Web address of the published text")
    )
    text = forms.CharField(
        required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 5}),
        label=_("Text of the adoption"), help_text=_("If it stands on no website."),
    )  # fmt: skip


class InterpretForm(forms.Form):
    """The first officer's word on what a text leaves open. ``subjects``: (kind:id, words) of what is open."""

    subject = forms.ChoiceField(label=_("What the text leaves open"))
    whole = forms.BooleanField(required=False, label=_("For all programmes of this document that have it"))
    decision = forms.ChoiceField(
        required=False, choices=Answer.choices, widget=forms.RadioSelect,
        label=_("What becomes of the cases it holds"),
    )  # fmt: skip
    value = forms.CharField(
        required=False, max_length=60, label=_("New value"),
        help_text=_("A number, a day such as 2025-06-10, or yes or no.")
    )  # fmt: skip
    number = forms.CharField(max_length=80, label=_("Number of the interpretation"))
    dated = Day(label=_("Published on"))
    from_on = Day(
        label=_("For cases filed from"),
        help_text=_(
            "A new value holds for cases filed once it is confirmed, or from this day if that is later."
        ),
    )
    text = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 5}), label=_("Published text"),
        help_text=_("Everybody can read it on the programme's page."),
    )  # fmt: skip
    text_en = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), label=_("The same in English")
    )  # fmt: skip

    def __init__(self, *args: Any, subjects: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]
