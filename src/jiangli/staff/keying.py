"""Forms of the counter: whose paper form it is, everything that is written on it, and who shows their card.

The long form is typed from paper: one page, fields in the order of the form, days as 20240820 if one likes.
Each answer is kept by itself, so that one that cannot be read costs none of the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.applications.actions import DiscardReason, Paper
from jiangli.applications.models import Application
from jiangli.applications.papers import scans_of
from jiangli.applications.queries import asked_of_claimant, language, must_be_stated
from jiangli.looks.forms import FilesField
from jiangli.programmes.models import Programme
from jiangli.registers.recognitions.queries import choices_of
from jiangli.registers.rows import normalise_phone, phone_fault
from jiangli.rules import Programme as Law
from jiangli.rules import facts_from
from jiangli.rules.facts import Fact
from jiangli.staff.forms import Day
from jiangli.staff.words import fact_label, say, title_of

TYPED = {"autocomplete": "off", "spellcheck": "false"}
NOT_ON_THE_FORM = ("account.", "person.name")  # the account has fields of its own, the name was given before
ACCOUNT = ("account_name", "account_number", "account_bank")
FACT, FILE = "fact:", "file:"


def _line(label: Any, *, hint: Any = "", length: int = 60, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=TYPED)
    return forms.CharField(label=label, help_text=hint, max_length=length, widget=widget, **more)


class NewPaperForm(forms.Form):
    """Whose form it is, for which programme, and when it came in."""

    use_required_attribute = False

    programme = forms.ChoiceField(label=gettext_lazy("Which programme the form is for"))
    name = _line(
        gettext_lazy("Name of the person"),
        hint=gettext_lazy(
            "As on the identity card. Where an organisation claims for itself, write its name and code instead."
        ),
        required=False,
    )
    id_number = _line(gettext_lazy("Identity card number"), required=False, length=40)
    phone = _line(
        gettext_lazy("Mobile number"),
        hint=gettext_lazy("Noted only if none is known yet. To change one, the person shows their card."),
        required=False,
        length=20,
    )
    organisation = _line(
        gettext_lazy("Name of the organisation"),
        hint=gettext_lazy("Only where an organisation claims, or hands in for its people."),
        required=False,
        length=100,
    )
    credit_code = _line(gettext_lazy("Unified social credit code"), required=False, length=40)
    received_on = Day(
        label=gettext_lazy("The form came in on"),
        required=False,
        help_text=gettext_lazy("This day counts. Leave it empty if it was today."),
    )
    why = _line(
        gettext_lazy("How you know of an earlier day"),
        hint=gettext_lazy("For example: postmark of 3 June, stamp of receipt of the street office."),
        required=False,
        length=300,
    )

    def __init__(self, *args: Any, programmes: Iterable[Programme], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(row.code, title_of(row.version)) for row in programmes]
        self.fields["programme"].choices = [("", _("Please choose")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whose form it is has to be said: a person by name and number, an organisation by its code."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("phone") and (fault := phone_fault(normalise_phone(given["phone"]))):
            self.add_error("phone", fault)
        person = given.get("name") or given.get("id_number") or not given.get("credit_code")
        if person and "name" not in self.errors and not given.get("name"):
            self.add_error("name", _("Write the name as it stands on the identity card."))
        if person and "id_number" not in self.errors and not given.get("id_number"):
            self.add_error("id_number", _("Write the identity card number, or the organisation's code."))
        return given

    def mark_needed(self) -> None:
        """Once it is checked: name and number are not shown as optional, as most forms are a person's."""
        for name in ("name", "id_number"):
            self.fields[name].required = True

    @property
    def paper(self) -> Paper:
        given = self.cleaned_data
        return Paper(
            **{name: given[name] for name in ("name", "id_number", "phone", "organisation", "credit_code")}
        )


class PaperForm(forms.Form):
    """Everything that is written on one paper form, and the scans."""

    use_required_attribute = False

    def __init__(self, *args: Any, application: Application, law: Law, **options: Any) -> None:
        super().__init__(*args, **options)
        self.application, self.law = application, law
        asks = asked_of_claimant(application)
        self.facts = {a.fact.name: a.fact for a in asks if not a.fact.name.startswith(NOT_ON_THE_FORM)}
        for name, fact in self.facts.items():
            known = application.stated.get(name)
            self.fields[FACT + name] = _field(law, fact, known)
            if offered := choices_of(application.party, name, on=clock.today()):
                self.fields[FACT + name] = forms.ChoiceField(
                    label=str(capfirst(fact_label(law, name))), required=False, initial=known,
                    choices=[("", _("Please choose")), *offered],
                )  # fmt: skip
        for name, label in zip(ACCOUNT, _account_labels(), strict=True):
            length = 40 if name == "account_number" else 80
            initial = getattr(application, name)
            self.fields[name] = _line(label, length=length, required=False, initial=initial)
        for material in scans_of(application):
            self.fields[FILE + material.id] = FilesField(label=say(material.title), required=False)
            self.fields[FILE + material.id].widget.attrs["accept"] = "image/jpeg,image/png,application/pdf"
        self.fields["note"] = forms.CharField(
            label=_("A line to the reviewer"),
            help_text=_("Only where something on the paper is faulty and cannot be mended."),
            widget=forms.Textarea(attrs={"rows": 2}),
            max_length=300,
            required=False,
            initial=application.note_to_officer,
        )

    def clean(self) -> dict[str, Any]:
        """Each answer as a fact, or said to be unreadable at its field; ``stated``, ``account`` hold what is right."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = {name: cleaned.get(FACT + name) for name in self.facts if FACT + name in self.data}
        given = facts_from(self.law.dictionary, typed, only=self.facts)
        for slip in given.slips:
            self.add_error(FACT + slip.fact, slip.words.say(language()))
        wrong = {slip.fact for slip in given.slips}
        had = self.application.stated
        self.stated = {
            name: given.facts.get(name)
            for name in typed
            if name not in wrong and given.facts.get(name) != had.get(name)
        }
        self.account = self._account(cleaned)
        return cleaned

    def _account(self, cleaned: dict[str, Any]) -> dict[str, str]:
        said = {name: unicodedata.normalize("NFKC", cleaned.get(name) or "").strip() for name in ACCOUNT}
        said["account_name"] = (cleaned.get("account_name") or "").strip()  # compared as it is written
        said["account_number"] = re.sub(r"[\s\-]", "", said["account_number"])
        if said["account_number"] and not re.fullmatch(r"\d{8,30}", said["account_number"]):
            self.add_error("account_number", _("An account number is digits only. Compare it with the form."))
            del said["account_number"]
        there = {name: value for name, value in said.items() if name in self.data}
        return {name: value for name, value in there.items() if value != getattr(self.application, name)}

    def mark_needed(self) -> None:
        """Once it is checked: what handing in needs is no longer shown as optional. Keeping never needs it."""
        needed = {FACT + name for name, fact in self.facts.items() if must_be_stated(fact)}
        needed |= {FILE + one.id for one in scans_of(self.application) if not one.optional}
        for name in (*needed, *ACCOUNT):
            self.fields[name].required = True

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields in the order in which one types: what is asked, the account."""
        account = [self[name] for name in ACCOUNT]
        asked = [self[FACT + name] for name in self.facts]
        found = [(_("What the form says"), asked), (_("The account it is paid into"), account)]
        return [{"title": title, "fields": fields} for title, fields in found if fields]

    @property
    def scans(self) -> list[tuple[str, forms.BoundField, bool]]:
        """Id of the material, its field, and whether one may do without."""
        return [(one.id, self[FILE + one.id], one.optional) for one in scans_of(self.application)]


def _account_labels() -> tuple[str, str, str]:
    return _("Name of the account"), _("Number of the account"), _("Bank and sub-branch")


def _field(law: Law, fact: Fact, known: Any) -> forms.Field:
    """A list to choose from where there are choices, else a line to type into; the kind alone decides.

    The hints of the form are for claimants: whoever types from paper needs none, but how to write a day.
    """
    label, needed = str(capfirst(fact_label(law, fact.name))), must_be_stated(fact)
    open_choice = ("", _("Please choose") if needed else _("Not on the form"))
    if fact.kind == "bool":
        choices = [open_choice, ("yes", _("Yes")), ("no", _("No"))]
        initial = {True: "yes", False: "no"}.get(known)
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)
    if fact.choices:
        choices = [open_choice, *((choice.id, say(choice.label)) for choice in fact.choices)]
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=known)
    hint = _("Such as 2024-08-20 or 20240820.") if fact.kind == "date" else ""
    return _line(label, hint=hint, length=200, required=False, initial=known)


class ReceivedForm(forms.Form):
    """The day on which the paper came in."""

    received_on = Day(label=gettext_lazy("The form came in on"))
    why = _line(gettext_lazy("How you know of an earlier day"), required=False, length=300)


class DiscardForm(forms.Form):
    reason = forms.ChoiceField(
        choices=DiscardReason.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Why it is discarded"),
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )


class CardForm(forms.Form):
    """Somebody shows their identity card: what stands on it, and the phone they want noted."""

    name = _line(gettext_lazy("Name on the card"))
    id_number = _line(gettext_lazy("Identity card number"), length=40)
    phone = _line(
        gettext_lazy("New mobile number"),
        hint=gettext_lazy("Only to note a phone. The one before is told, and older query passwords end."),
        required=False,
        length=20,
    )
    seen = forms.BooleanField(
        label=gettext_lazy("I have the identity card before me and the face fits"),
        error_messages={"required": gettext_lazy("Look at the card first, then tick this.")},
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Who is calling?"),
        help_text=gettext_lazy(
            "Name, acceptance number, identity card number, phone, credit code, or the first character of the "
            "name and the last four figures of the phone: 王 1234"
        ),
        max_length=60,
        widget=forms.TextInput(attrs={**TYPED, "autofocus": True}),
        error_messages={"required": gettext_lazy("Write what the caller tells you.")},
    )


class CallerForm(forms.Form):
    tail = forms.CharField(
        label=gettext_lazy("Last four characters, as the caller says them"),
        max_length=4,
        min_length=4,
        widget=forms.TextInput(
            attrs={**TYPED, "autofocus": True, "class": "govuk-input govuk-input--amount"}
        ),
        error_messages={"required": gettext_lazy("Write the four characters.")},
    )
