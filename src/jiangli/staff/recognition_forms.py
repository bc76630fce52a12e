"""Forms of the register of recognitions: the holder, the document, and what a kind says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli import rules
from jiangli.registers.loads import dictionary
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.actions import Document
from jiangli.registers.recognitions.lists import holder_of
from jiangli.registers.recognitions.models import Recognition, RecognitionState
from jiangli.staff.acts import field_of
from jiangli.staff.forms import Day


class HolderForm(forms.Form):
    """Who holds it: an organisation by its code, or a person by name and number, as the kind allows."""

    def __init__(self, *args: Any, kind: rules.Recognised, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, both = kind, len(kind.holders) == 2
        if "organisation" in kind.holders:
            self.fields["credit_code"] = forms.CharField(
                max_length=18, required=not both, label=_("Credit code of the organisation")
            )
        if "person" in kind.holders:
            self.fields["holder"] = forms.CharField(
                max_length=60, required=not both, label=_("Name of the person")
            )
            self.fields["id_number"] = forms.CharField(
                max_length=18, required=not both, label=_("Identity number of the person")
            )
        if kind.about:
            rows = Recognition.objects.filter(kind=kind.about, state=RecognitionState.STANDING)
            self.fields["about"] = forms.ModelChoiceField(rows, label=_("What is assessed"))

    def party(self) -> Person | Organisation:
        """Refused where nobody of this kind is meant."""
        given = self.cleaned_data
        return holder_of(
            name=given.get("holder", ""),
            id_number=given.get("id_number", ""),
            credit_code=given.get("credit_code", ""),
        )


class DocumentFields(forms.Form):
    document_number = forms.CharField(max_length=80, label=_("Number of the document"))
    document_date = Day(label=_("Date of the document"))
    from_on = Day(required=False, label=_("Holds from"), help_text=_("Blank: from the date of the document."))
    until_on = Day(
        required=False, label=_("Holds until, this day included"), help_text=_("Blank: without end.")
    )

    def document(self) -> Document:
        given = self.cleaned_data
        day = given["document_date"]
        return Document(given["document_number"], day, given["from_on"] or day, given["until_on"])


class EntryForm(HolderForm, DocumentFields):
    """One entry, keyed in by an officer."""

    def __init__(self, *args: Any, kind: rules.Recognised, **options: Any) -> None:
        super().__init__(*args, kind=kind, **options)
        self.fields["name"] = forms.CharField(
            max_length=100,
            required=False,
            label=_("Name"),
            help_text=_("Of the studio or base. Blank: the holder's."),
        )
        self.fields["code"] = forms.CharField(
            max_length=40, required=False, label=_("Number in the register"),
            help_text=_("The one that earlier payments were filed under. Blank: a new one."),
        )  # fmt: skip
        for name in kind.facts:
            self.fields[name] = field_of(dictionary()[name])
        first = [*self.fields.keys() - DocumentFields.base_fields.keys()]
        self.order_fields([name for name in self.fields if name in first])

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.kind.facts}


class ListOfForm(DocumentFields):
    file = forms.FileField(
        label=_("The list"),
        help_text=_("XLSX or CSV with the columns of the template. If one row is wrong, nothing is kept."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
