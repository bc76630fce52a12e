"""The certificates of a person that fit a programme, and what each would bring: they choose one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock, rules
from jiangli.applications.asking import asks_of_case
from jiangli.applications.assessing import past_payment
from jiangli.looks.forms import Answer
from jiangli.looks.templatetags.looks import written_day
from jiangli.public import telling
from jiangli.public.pages import posted
from jiangli.public.people import SignedIn
from jiangli.registers.models import Certificate, Person
from jiangli.registers.queries import earlier_payments, register_facts

NUMBER = "certificate.number"


@dataclass(frozen=True)
class Choice:
    """A certificate as the register has it. ``fen`` is None while it is not known what it brings."""

    number: str
    level: str
    day: date | None
    occupation: str
    fen: int | None


def choices(
    person: Person, programme: rules.Programme, stated: Mapping[str, Any], *, on: date
) -> list[Choice]:
    """What the register knows of this person that would not be refused, the highest amount first.

    Empty where there is nothing to choose: the form asks no certificate, or only one fits.
    """
    if NUMBER not in {ask.fact.name for ask in asks_of_case(programme)}:
        return []
    found = []
    for held in Certificate.objects.filter(person=person, looked_up_at__isnull=False).order_by("number"):
        answer = _answer(person, held, programme, stated, on=on)
        if answer.outcome is not rules.Outcome.INELIGIBLE:
            found.append(
                Choice(
                    held.number, _level(held, programme), held.issue_date, held.occupation, answer.amount_fen
                )
            )
    return sorted(found, key=lambda choice: -(choice.fen or 0)) if len(found) > 1 else []


def _answer(
    person: Person, held: Certificate, programme: rules.Programme, stated: Mapping[str, Any], *, on: date
) -> rules.Assessment:
    facts = {**stated, **register_facts(person, held, on=on)}
    known = {name: value for name, value in facts.items() if name in programme.dictionary}
    past = [past_payment(row) for row in earlier_payments([person.pk], [held.pk])]
    return rules.assess(programme, programme.dictionary.parse(known), on=on, history=past)


def _level(held: Certificate, programme: rules.Programme) -> str:
    """The level in words; what the dictionary does not know stays as the register has it."""
    try:
        value = rules.parse_fact(programme.dictionary, "certificate.level", held.level)
    except (rules.FactError, KeyError):
        return held.level
    if value is None:
        return held.level
    return programme.dictionary["certificate.level"].value_label(value, telling.speech())


class CertificateForm(forms.Form):
    """Which certificate to apply with. It may be left open: the form asks the number anyway."""

    certificate = forms.ChoiceField(
        label=gettext_lazy("Which certificate do you apply with?"),
        help_text=gettext_lazy("The register has these of you. One claim is for one certificate."),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, found: list[Choice], on: date, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["certificate"].choices = [  # type: ignore[attr-defined]
            (choice.number, Answer(_title(choice), _hint(choice, on))) for choice in found
        ]


def _title(choice: Choice) -> str:
    return " · ".join(part for part in (choice.level, choice.occupation) if part)


def _hint(choice: Choice, on: date) -> str:
    day = written_day(choice.day, on) if choice.day else ""
    brings = (
        _("brings %(amount)s") % {"amount": rules.yuan(choice.fen, telling.speech())}
        if choice.fen
        else _("the amount shows when more is known")
    )
    return " · ".join(part for part in (day, choice.number, brings) if part)


def choice_of(request: SignedIn, programme: rules.Programme, said: dict[str, Any]) -> CertificateForm | None:
    """The form by which the claimant chooses; None where there is nothing to choose."""
    today = clock.today()
    found = choices(request.user.person, programme, said, on=today)
    return CertificateForm(posted(request), found=found, on=today) if found else None


def with_the_chosen(request: SignedIn, programme: rules.Programme, said: dict[str, Any]) -> dict[str, Any]:
    """The answers with the certificate the claimant chose, where it is one of theirs."""
    form = choice_of(request, programme, said)
    if form is not None and form.is_valid() and (chosen := form.cleaned_data["certificate"]):
        return {**said, NUMBER: chosen}
    return said
