"""The form of an objection."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.reviews.publicity.objections import LONGEST


class ObjectionForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label=_("Your name"),
        help_text=_("Only the officers see it. We answer you, nobody else learns it."),
    )
    text = forms.CharField(
        max_length=LONGEST,
        label=_("What is not right"),
        help_text=_("Say what you know and how we can check it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what is not right.")},
    )
    file = forms.FileField(
        required=False,
        label=_("A paper that shows it, if you have one"),
        help_text=_("A picture or a PDF. It is stored encrypted and never shown in public."),
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )

    def __init__(self, *args: Any, named: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if named:
            del self.fields["name"]
