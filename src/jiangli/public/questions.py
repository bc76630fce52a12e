"""A fact as a question: the field that its type calls for. The way back to facts is ``rules.facts_from``."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.looks.forms import Answer
from jiangli.looks.widgets import DateParts
from jiangli.rules.facts import Dictionary, Fact
from jiangli.rules.given import is_blank, is_key

UNCLEAR = "unclear"
MOST = {"years": 150, "months": 1800}  # by unit; else
MOST_OF_ANYTHING = 999_999_999
LONGEST, LONGEST_KEY = 80, 60  # characters of a text
EARLIEST = date(1950, 1, 1)  # nothing that is asked lies further back
STILL_TO_COME = ("person.graduation_date",)  # days that may lie ahead
FOR_PERSONS = {"organisation.kind": "none"}  # values that only a person can have
NOT_CLEAR = gettext_lazy("Not sure")


def language() -> str:
    return get_language() or "zh-hans"


def wording(fact: Fact) -> str:
    """The question in the reader's language; its plain name where nobody wrote a question."""
    return (fact.question or fact.label).say(language())


def hint(fact: Fact) -> str:
    return fact.hint.say(language()) if fact.hint else ""


def _note(note: str | None) -> str:
    """Notes of the dictionary are for its authors, unless they are written in Chinese, for readers."""
    return note if note and note[0] > "\u2e80" and not language().startswith("en") else ""


def _choices(fact: Fact, *, unclear: bool) -> list[tuple[str, Any]]:
    """The answers of a question with answers: yes and no, the values of an enum, the places of a code."""
    found: list[tuple[str, Any]] = []
    if fact.kind == "bool":
        found = [("yes", Answer(_("Yes"))), ("no", Answer(_("No")))]
    else:
        offered = [c for c in fact.choices if c.id != FOR_PERSONS.get(fact.name)]
        found = [(c.id, Answer(c.label.say(language()), _note(c.note))) for c in offered]
    if unclear:
        found.append(
            (UNCLEAR, Answer(NOT_CLEAR, _("Go on; the result tells you where to ask"), otherwise=True))
        )
    return found


def _radios(fact: Fact, *, required: bool, unclear: bool, label: str) -> forms.Field:
    missing = _("Choose one. If you are not sure, choose “Not sure”.") if unclear else _("Choose one.")
    return forms.ChoiceField(
        label=label,
        help_text=hint(fact),
        choices=_choices(fact, unclear=unclear),
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def name_of(fact: Fact) -> str:
    """What the fact is called on a form, as in 等级证书编号."""
    label = fact.label.say(language())
    return label[:1].upper() + label[1:]


def field_for(fact: Fact, *, required: bool = True, unclear: bool = True, asked: bool = False) -> forms.Field:
    """The field for a fact, chosen by its type and by nothing else; ``asked`` as a question, else by its name."""
    label, help_text = wording(fact) if asked else name_of(fact), hint(fact)
    if fact.kind in ("bool", "enum") or (fact.kind == "code" and fact.choices):
        return _radios(fact, required=required, unclear=unclear, label=label)
    if fact.kind == "date":
        wrong = _("This is not a day. Write year, month and day in figures, as in 2024, 8, 20.")
        return forms.DateField(
            label=label,
            help_text=help_text,
            widget=DateParts,
            required=required,
            error_messages={"invalid": wrong, "required": _("Write the day: year, month, day.")},
        )
    if fact.kind == "int":
        least, most = 0, MOST.get(fact.unit or "", MOST_OF_ANYTHING)
        wrong = _("Write a whole number in figures, from 0 to %(most)s.") % {"most": most}
        if fact.unit == "year":  # of the calendar
            least, most = EARLIEST.year, clock.today().year + 1
            wrong = _("Write the year in four figures, as in %(year)s.") % {"year": clock.today().year}
        return forms.IntegerField(
            label=label,
            help_text=help_text,
            min_value=least,
            max_value=most,
            required=required,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        )
    if fact.kind == "money":
        return forms.DecimalField(
            label=label, help_text=help_text, min_value=0, max_digits=13, decimal_places=2, required=required
        )
    if is_key(fact):
        help_text = help_text or _("The name or number by which it is known, as in the papers about it.")
        return forms.CharField(label=label, help_text=help_text, max_length=LONGEST_KEY, required=required)
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST, required=required)


def chosen_from(fact: Fact, offered: list[tuple[str, str]], *, required: bool) -> forms.Field:
    """One of several entries of a register, by its name."""
    needed = dict.fromkeys(("required", "invalid_choice"), _("Choose one."))
    return forms.ChoiceField(
        label=name_of(fact),
        help_text=_("The register has several of yours. Choose the one that this is about."),
        choices=offered,
        widget=forms.RadioSelect,
        required=required,
        error_messages=needed,
    )


def _wrong_day(fact: Fact, day: date) -> str:
    """Why a day cannot be meant; empty where it can."""
    if day < EARLIEST:
        return _("This day lies before 1950. Please check the year.")
    if day > clock.today() and fact.name not in STILL_TO_COME:
        return _("This day is still to come. Please check it.")
    return ""


def has_answers(fact: Fact) -> bool:
    """Whether the question is a choice, so that "not sure" is one of its answers."""
    return fact.kind in ("bool", "enum") or (fact.kind == "code" and bool(fact.choices))


def as_initial(fact: Fact, value: Any) -> Any:
    """The contract's value as the field shows it."""
    if fact.kind == "bool" and isinstance(value, bool):
        return "yes" if value else "no"
    return value


class FactForm(forms.Form):
    """Fields for some facts. ``known`` are earlier answers; ``unsure`` facts were answered "not sure"."""

    asks = False

    def __init__(
        self,
        facts: Iterable[Fact],
        *args: Any,
        known: dict[str, Any] | None = None,
        unsure: Iterable[str] = (),
        optional: Iterable[str] = (),
        choices: Mapping[str, list[tuple[str, str]]] | None = None,
        **kwargs: Any,
    ) -> None:
        """``choices``: fact → what the register offers for it, instead of writing it."""
        super().__init__(*args, **kwargs)
        self.facts = {fact.name: fact for fact in facts}
        known, unsure, optional = known or {}, set(unsure), set(optional)
        for name, fact in self.facts.items():
            self.fields[name] = field_for(
                fact, required=name not in optional, unclear=self.may_be_unsure(fact), asked=self.asks
            )
            if choices and name in choices:
                self.fields[name] = chosen_from(fact, choices[name], required=name not in optional)
            self.fields[name].initial = UNCLEAR if name in unsure else as_initial(fact, known.get(name))

    def clean(self) -> dict[str, Any]:
        """What the dictionary does not take is said at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, fact in self.facts.items():
            day = cleaned.get(name)
            if fact.question and isinstance(day, date) and (why := _wrong_day(fact, day)):
                self.add_error(name, why)
        for slip in given(self).slips:
            if slip.fact not in self.errors:
                self.add_error(slip.fact, slip.words.say(language()))
        for name, said in cleaned.copy().items():
            if name in self.facts and self.fields[name].required and said != UNCLEAR and is_blank(said):
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    def may_be_unsure(self, fact: Fact) -> bool:
        """What a register or an officer will look up need not be known by the claimant."""
        return fact.source != "applicant"


class QuestionForm(FactForm):
    """One question of the check. Every question can be answered "not sure"."""

    asks = True

    def __init__(self, fact: Fact, *args: Any, **kwargs: Any) -> None:
        self.fact = fact
        super().__init__([fact], *args, optional=() if has_answers(fact) else [fact.name], **kwargs)
        if not has_answers(fact):
            self.fields[UNCLEAR] = forms.BooleanField(
                label=NOT_CLEAR,
                help_text=_("Go on; the result tells you where to ask"),
                required=False,
                initial=fact.name in set(kwargs.get("unsure") or ()),
            )

    def may_be_unsure(self, fact: Fact) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if has_answers(self.fact) or self.errors:
            return cleaned
        if cleaned.get(UNCLEAR):
            cleaned[self.fact.name] = None
        elif cleaned.get(self.fact.name) in (None, ""):
            self.add_error(self.fact.name, _("Write an answer, or tick “Not sure”."))
        return cleaned


def given(form: FactForm) -> "rules.Given":
    """What the fields hold, read the one way that forms, rosters and machines have."""
    said = {name: form.cleaned_data.get(name) for name in form.facts}
    return rules.facts_from(Dictionary(form.facts, {}), said)


def facts_from(form: FactForm) -> dict[str, Any]:
    """The answers of a valid form as facts: contract values, None where the answer is "not sure" or blank."""
    return {**dict.fromkeys(form.facts), **given(form).facts}
