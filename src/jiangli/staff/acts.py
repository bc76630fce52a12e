"""Forms of the acts on a case: what to correct, which conditions fail, what was found by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application
from jiangli.applications.queries import asked_of_claimant
from jiangli.rules import Fact, FactError, parse_fact
from jiangli.staff.forms import Day
from jiangli.staff.sheet import ConditionRow
from jiangli.staff.words import part_label, say


class ReturnForm(forms.Form):
    """Field by field: a tick and a reason for each, and a word to the whole."""

    text = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        label=gettext_lazy("What the applicant should do"),
        help_text=gettext_lazy("The applicant reads this. Say what to do, in a sentence or two."),
    )

    def __init__(self, *args: Any, application: Application, assessed: Assessed, **options: Any) -> None:
        super().__init__(*args, **options)
        programme = assessed.programme
        asked = [ask.fact.name for ask in asked_of_claimant(application)]
        parts = [*(f"material:{material.id}" for material in programme.materials), "account"]
        parts += [name for name in asked if not name.startswith("account.")]
        hints = {name: f.tell(_language()) for f in assessed.faults for name in f.facts}
        self.parts = [(part, part_label(programme, part)) for part in parts]
        for part, label in self.parts:
            self.fields[f"pick:{part}"] = forms.BooleanField(required=False, label=label)
            self.fields[f"why:{part}"] = forms.CharField(
                required=False, max_length=300, label=_("What is wrong with it"), initial=hints.get(part, "")
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"pick:{part}"], self[f"why:{part}"]) for part, _label in self.parts]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.chosen = [
            {"field": part, "reason": given.get(f"why:{part}", "").strip()}
            for part, _label in self.parts
            if given.get(f"pick:{part}")
        ]
        for row in self.chosen:
            if not row["reason"]:
                self.add_error(f"why:{row['field']}", _("Say what is wrong with it."))
        if not self.chosen:
            self.add_error(None, _("Choose at least one thing to correct."))
        return given


class RefuseForm(forms.Form):
    conditions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Which conditions are not met"),
        error_messages={"required": gettext_lazy("Choose the conditions that are not met.")},
    )
    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        label=gettext_lazy("Why, in a sentence"),
        help_text=gettext_lazy("The applicant reads this, with the clause of each condition."),
    )

    def __init__(self, *args: Any, conditions: list[ConditionRow], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["conditions"]
        field.choices = [(row.id, f"{row.mark} {row.title}") for row in conditions]  # type: ignore[attr-defined]
        field.initial = [row.id for row in conditions if row.code == "unmet"]


class LookUpForm(forms.Form):
    """The value by the fact's kind, where it was found, and a note."""

    place = forms.CharField(
        max_length=120,
        label=gettext_lazy("Where you looked"),
        help_text=gettext_lazy("A register, a website, a phone call: so that others can look again."),
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Note"),
    )
    field_order = ("value", "place", "note")

    def __init__(self, *args: Any, fact: Fact, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fact = fact
        self.fields["value"] = _field(fact)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (raw := given.get("value")) in (None, ""):
            return given
        self.value = _contract(self.fact, raw)
        try:
            parse_fact({self.fact.name: self.fact}, self.fact.name, self.value)  # type: ignore[arg-type]
        except FactError as error:
            self.add_error("value", error.words.say(_language()))
        return given


def _language() -> str:
    return (get_language() or "zh")[:2]


def _field(fact: Fact) -> forms.Field:
    """The field of a fact follows from its kind alone."""
    label = say(fact.label)
    if fact.kind == "bool":
        choices = [("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    if fact.kind == "enum":
        choices = [(choice.id, say(choice.label)) for choice in fact.choices]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    if fact.kind == "date":
        return Day(label=label)
    if fact.kind == "int":
        return forms.IntegerField(label=label, min_value=0)
    if fact.kind == "money":
        return forms.DecimalField(label=label, min_value=0, decimal_places=2, max_digits=15)
    return forms.CharField(label=label, max_length=120, help_text=_codes(fact) if fact.kind == "code" else "")


def _codes(fact: Fact) -> str:
    """How a code is written, and the ones that have a name."""
    named = "；".join(f"{choice.id} {say(choice.label)}" for choice in fact.choices)
    return " ".join([_("Six digits of the area code, such as 330109."), named])


def _contract(fact: Fact, raw: Any) -> Any:
    """A cleaned answer as the contract writes it."""
    if fact.kind == "bool":
        return raw == "true"
    if fact.kind == "date":
        return raw.isoformat()
    if fact.kind == "money":
        return f"{raw:.2f}"
    return raw
