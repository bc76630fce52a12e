"""The certificates of a person that fit a programme, and what each would bring: they choose one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock, rules
from jiangli.applications.asking import asks_of_case
from jiangli.applications.assessing import past_payment, programme_of
from jiangli.applications.models import Application
from jiangli.applications.sheet import NUMBER
from jiangli.looks.forms import Answer
from jiangli.looks.templatetags.looks import written_day
from jiangli.public import telling
from jiangli.public.pages import posted
from jiangli.public.people import SignedIn
from jiangli.public.questions import FactForm
from jiangli.registers.models import Certificate, Person
from jiangli.registers.queries import earlier_payments, register_facts
from jiangli.rules.facts import Fact

HELD, OTHER = "held", "other"


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
    """What of ``fitting`` one chooses from before one begins; empty where only one fits."""
    found = fitting(person, programme, stated, on=on)
    return found if len(found) > 1 else []


def fitting(
    person: Person, programme: rules.Programme, stated: Mapping[str, Any], *, on: date
) -> list[Choice]:
    """What the register knows of this person that would not be refused, the highest amount first.

    Empty where the form asks no certificate.
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
    return sorted(found, key=lambda choice: -(choice.fen or 0))


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


class NumberForm(FactForm):
    """The page of the certificate: one of those the register has of the claimant, or the number of another."""

    def __init__(self, facts: Iterable[Fact], *args: Any, held: list[Choice], on: date, **named: Any) -> None:
        super().__init__(facts, *args, **named)
        if not held:
            return
        typed = self.fields[NUMBER]
        typed.required = False
        typed.label = _("Number of another certificate")
        other = Answer(_("Another certificate"), _("Write its number below."), otherwise=True)
        rows = [(one.number, Answer(_title(one), _hint(one, on))) for one in held]
        known = {one.number for one in held}
        first = typed.initial or (held[0].number if len(held) == 1 else None)
        self.fields[HELD] = forms.ChoiceField(
            label=_("Which certificate do you apply with?"),
            help_text=_("The register has these of you. One claim is for one certificate."),
            choices=[*rows, (OTHER, other)],
            widget=forms.RadioSelect,
            initial=first if not first or first in known else OTHER,
            error_messages={"required": _("Choose a certificate, or write the number of another.")},
            required=False,
        )
        if typed.initial in known:
            typed.initial = None

    def clean(self) -> dict[str, Any]:
        """The one that was chosen, else the number that was typed."""
        if HELD in self.fields:
            chosen = self.cleaned_data.get(HELD)
            if chosen and chosen != OTHER:
                self.cleaned_data[NUMBER] = chosen
            elif not self.cleaned_data.get(NUMBER):
                field = NUMBER if chosen else HELD
                self.add_error(field, self.fields[HELD].error_messages["required"])
        return super().clean()


def form_of_page(request: SignedIn, application: Application, facts: Sequence[Fact], **told: Any) -> FactForm:
    """The fields of a page; to a person who claims for themself with the certificates the register has of them."""
    if NUMBER not in {fact.name for fact in facts}:
        return FactForm(facts, posted(request), **told)
    held, today = [], clock.today()
    if application.organisation_id is None and application.claimant is not None:
        held = fitting(application.claimant, programme_of(application), application.stated, on=today)
    return NumberForm(facts, posted(request), held=held, on=today, **told)


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
