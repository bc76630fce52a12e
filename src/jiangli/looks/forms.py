"""How Django's own forms come out in our look. Settings: FORM_RENDERER = "jiangli.looks.forms.Renderer"."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise

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

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # type: ignore[override]
        given = data if isinstance(data, list | tuple) else [data]
        return [file for file in (super(FilesField, self).clean(one, initial) for one in given) if file]
