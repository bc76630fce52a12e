"""Forms of classes that an organisation files before they begin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli import rules
from jiangli.applications.filings.facts import GROUP, REAL_NAME
from jiangli.applications.filings.law import asked_of_trainee
from jiangli.applications.filings.models import Filing, FilingTrainee
from jiangli.public.forms import IdNumberField, PhotosForm, plain
from jiangli.public.telling import speech

YES, NO = "yes", "no"
CHECKED = {YES: True, NO: False, "": None}


class Changing(forms.Form):
    """A form that asks why, once the class is filed."""

    why = forms.CharField(
        label=_("Why it changes"),
        help_text=_("The class is filed already; the office sees what changed and why."),
        max_length=300,
        error_messages={"required": _("Write why it changes.")},
    )

    def __init__(self, *args: Any, filing: Filing, **options: Any) -> None:
        super().__init__(*args, **options)
        if filing.filed_at is None:
            del self.fields["why"]
        else:
            self.order_fields([name for name in self.fields if name != "why"])

    @property
    def reason(self) -> str:
        return str(self.cleaned_data.get("why", ""))


class ClassForm(Changing):
    title = forms.CharField(
        label=_("Name of the class"),
        max_length=80,
        error_messages={"required": _("Write what the class is called.")},
    )
    occupation = forms.CharField(
        label=_("Occupation or item"),
        help_text=_("As it will stand on the certificate."),
        max_length=60,
        error_messages={"required": _("Write what is taught.")},
    )
    opens_on = forms.DateField(
        label=_("Opening day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input"}),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Write the first day of the class."),
            "invalid": _("Write a day such as 2025-09-01."),
        },
    )
    place = forms.CharField(
        label=_("Where it is held"),
        max_length=100,
        error_messages={"required": _("Write where the class is held.")},
    )
    plan = forms.CharField(
        label=_("Plan and courses"),
        help_text=_(
            "What is taught, by whom, and for how many hours. You can hand it in as a picture instead."
        ),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class TraineeForm(Changing):
    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Write the name of the trainee.")}
    )
    id_number = IdNumberField()
    group = forms.ChoiceField(error_messages={"required": _("Choose one.")})
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("If you know it: so that somebody can ring."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    real_name = forms.ChoiceField(
        label=_("Was the name checked in the system of the province?"),
        choices=[(YES, _("Yes")), (NO, _("No")), ("", _("Not known yet"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, law: rules.Programme, filing: Filing, **options: Any) -> None:
        super().__init__(*args, filing=filing, **options)
        asked = asked_of_trainee(law)
        if GROUP in asked:
            fact = law.dictionary[GROUP]
            self.fields["group"].label = fact.label.say(speech())
            words = [(choice.id, choice.label.say(speech())) for choice in fact.choices]
            self.fields["group"].choices = [("", _("Please choose")), *words]  # type: ignore[attr-defined]
        else:
            del self.fields["group"]
        if REAL_NAME not in asked:
            del self.fields["real_name"]

    def clean_name(self) -> str:
        return plain(self.cleaned_data["name"])

    @staticmethod
    def of(trainee: FilingTrainee) -> dict[str, Any]:
        """What stands there now; the number is typed anew."""
        checked = {value: key for key, value in CHECKED.items()}
        return {
            "name": trainee.name,
            "group": trainee.group,
            "phone": trainee.phone,
            "real_name": checked[trainee.real_name_checked],
            "id_number": trainee.person.id_number,
        }


class TraineeSheetForm(Changing):
    file = forms.FileField(
        label=_("The sheet"),
        help_text=_("XLSX or CSV, at most 500 rows. Identity numbers as text."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("Choose a file.")},
    )


class PapersForm(Changing, PhotosForm):
    """The plan or the list, as pictures."""


class WhyForm(Changing):
    """Nothing but the reason."""


class LateForm(forms.Form):
    why_late = forms.CharField(
        label=_("Why it is filed late"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason; the office reads it.")},
    )
