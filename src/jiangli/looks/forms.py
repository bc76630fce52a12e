"""How Django's own forms come out in our look. Settings: FORM_RENDERER = "jiangli.looks.forms.Renderer"."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from .widgets import Files


class Renderer(TemplatesSetting):
    form_template_name = "looks/form.html"
    field_template_name = "looks/field.html"


class Answer:
    """The label of a choice with a second line; `otherwise` sets it apart below a line that says "or"."""

    def __init__(self, label: str | Promise, hint: str | Promise = "", *, otherwise: bool = False) -> None:
        self.label, self.hint, self.otherwise = label, hint, otherwise

    def __str__(self) -> str:
        return str(self.label)


class FilesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = list(data) if isinstance(data, list | tuple) else [data]
        return [
            file for file in (super(FilesField, self).clean(one, initial) for one in given or [None]) if file
        ]


# Django's own sentences for faults, in our voice: their Chinese is in our catalogue and goes before Django's.
OUR_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid value."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("No file was submitted. Check the encoding type on the form."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
)
