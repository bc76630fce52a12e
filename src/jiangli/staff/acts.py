"""Forms of the acts on a case: what to correct, which conditions fail, what was found by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, LineState
from jiangli.applications.queries import asked_of_claimant
from jiangli.looks.forms import Answer
from jiangli.refused import Refused
from jiangli.registers.bans.queries import BANNED
from jiangli.reviews.attachments.actions import Stored, store
from jiangli.reviews.holds import Hold
from jiangli.reviews.sites import sites
from jiangli.rules import Programme
from jiangli.rules.facts import Dictionary, Fact
from jiangli.staff.forms import Day, WordsForm
from jiangli.staff.registers import differing
from jiangli.staff.sheet import ConditionRow
from jiangli.staff.words import part_label, say, value_in_words

LINES_SHOWN = 20  # lines that fail and can be picked one by one; the others all together


class ReturnForm(forms.Form):
    """Field by field: a tick and a reason for each, and a word to the whole."""

    text = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        label=gettext_lazy("What the applicant should do"),
        help_text=gettext_lazy("The applicant reads this. Say what to do, in a sentence or two."),
    )

    def __init__(
        self,
        *args: Any,
        application: Application,
        assessed: Assessed,
        lines: Collection[int] = (),
        **options: Any,
    ) -> None:
        """``lines`` are numbers of lines of the roster that the officer came from."""
        super().__init__(*args, **options)
        programme = assessed.programme
        self.failing = failing_parts(application, programme)
        asked = [ask.fact.name for ask in asked_of_claimant(application)]
        parts = [*(f"material:{material.id}" for material in programme.materials), "account"]
        parts += [name for name in asked if not name.startswith("account.")]
        hints = _suggested(application, assessed) | _of_lines(application, lines, self.failing)
        self.wrong = set(hints)
        shown = {**hints, **dict(list(self.failing.items())[:LINES_SHOWN])}
        parts += [part for part in shown if part.startswith("line:")]
        self.parts = [(part, part_label(programme, part)) for part in parts]
        if self.failing:
            n = len(self.failing)
            self.fields["failing"] = forms.BooleanField(
                required=False,
                label=ngettext(
                    "The %(n)s line that fails, with what was found",
                    "All %(n)s lines that fail, each with what was found",
                    n,
                )
                % {"n": n},
            )
        hints = {**self.failing, **hints}
        for part, label in self.parts:
            self.fields[f"pick:{part}"] = forms.BooleanField(
                required=False, label=label, initial=part in self.wrong
            )
            self.fields[f"why:{part}"] = forms.CharField(
                required=False, max_length=300, label=_("What is wrong with it"), initial=hints.get(part, "")
            )

    @property
    def failing_field(self) -> Any:
        """The tick for all lines that fail at once."""
        return self["failing"].as_field_group()

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """What is faulty or disagrees, or was chosen: first on the page."""
        return [self._row(part) for part, _label in self.parts if self._first(part)]

    @property
    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """All the rest."""
        return [self._row(part) for part, _label in self.parts if not self._first(part)]

    def _row(self, part: str) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"pick:{part}"], self[f"why:{part}"]

    def _first(self, part: str) -> bool:
        return part in self.wrong or bool(self[f"pick:{part}"].value())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.chosen = [
            {"field": part, "reason": given.get(f"why:{part}", "").strip()}
            for part, _label in self.parts
            if given.get(f"pick:{part}")
        ]
        if given.get("failing"):
            picked = {row["field"] for row in self.chosen}
            rest = [(part, reason) for part, reason in self.failing.items() if part not in picked]
            self.chosen += [{"field": part, "reason": reason} for part, reason in rest]
        for row in self.chosen:
            if not row["reason"]:
                self.add_error(f"why:{row['field']}", _("Say what is wrong with it."))
        if not self.chosen:
            self.add_error(None, _("Choose at least one thing to correct."))
        return given


def failing_parts(application: Application, programme: Programme) -> dict[str, str]:
    """The lines of a roster that fail, as parts of a return: ``line:<number>:<fact>`` → what was found."""
    rows = application.standings.filter(state=LineState.FAILS).order_by("line__number")
    found = {}
    for number, failed, reasons in rows.values_list("line__number", "failed", "reasons"):
        id = next((id for id in failed.split("|") if id), "")
        try:
            fact = next(
                (f for f in programme.condition(id).facts if "." in f and f in programme.dictionary), ""
            )
        except KeyError:
            fact = ""
        said = " ".join(row[_language()] for row in reasons if row["state"] is False and not row.get("told"))
        found[f"line:{number}:{fact}" if fact else f"line:{number}"] = said[:300]
    return found


def _of_lines(application: Application, lines: Collection[int], failing: dict[str, str]) -> dict[str, str]:
    """The parts of the lines one came from, ticked, with what is known to be wrong."""
    known = {int(part.split(":")[1]): part for part in failing}
    numbers = application.lines.filter(number__in=lines).values_list("number", flat=True)
    parts = [known.get(number, f"line:{number}") for number in numbers]
    return {part: failing.get(part, "") for part in parts}


def _suggested(application: Application, assessed: Assessed) -> dict[str, str]:
    """Parts that are faulty or that a register has otherwise, each with a reason the applicant can read."""
    found = {}
    for name, (says, _stated) in differing(application, assessed):
        words = value_in_words(assessed.programme, name, says)
        found[name] = _("The register has “%(value)s”. Look at it once more.") % {"value": words}
    for fault in assessed.faults:
        for name in fault.facts:
            found["account" if name.startswith("account.") else name] = fault.tell(_language())
    return found


class PassForm(WordsForm):
    """A word to the next officer; of a roster also that one has seen which lines are not paid."""

    def __init__(self, *args: Any, falling: int, look: int, **options: Any) -> None:
        super().__init__(*args, needed=False, **options)
        for name, n, label in (("falling", falling, _falling(falling)), ("look", look, _look(look))):
            if n:
                needed = {"required": _("Tick that you have seen these lines.")}
                self.fields[name] = forms.BooleanField(label=label, error_messages=needed)


def _falling(n: int) -> str:
    return ngettext(
        "I have seen that %(n)s line falls away and is not paid",
        "I have seen that %(n)s lines fall away and are not paid",
        n,
    ) % {"n": n}


def _look(n: int) -> str:
    return ngettext(
        "I have looked at the %(n)s line that a limit holds, and it is paid",
        "I have looked at the %(n)s lines that a limit holds, and they are paid",
        n,
    ) % {"n": n}


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

    def __init__(
        self,
        *args: Any,
        conditions: list[ConditionRow],
        lost: Sequence[tuple[str, str]] = (),
        stopped: Iterable[Hold] = (),
        banned: str | None = None,
        **options: Any,
    ) -> None:
        """``lost``: (id, title) of what the lines of a roster fail of which none is left. ``stopped``: what an
        officer settled as the same thing, and ``banned``, the sentence of a ban: grounds as well."""
        super().__init__(*args, **options)
        field = self.fields["conditions"]
        false = [row for row in conditions if row.code in {"unmet", "faulty"}]
        choices = [(row.id, Answer(f"{row.mark} {row.title}", row.found)) for row in false]
        choices += [(id, Answer(f"{id} {title}", _("No line meets it."))) for id, title in lost]
        choices += [(hold.id, Answer(hold.title, " ".join(hold.say))) for hold in stopped]
        if banned:
            choices.insert(0, (BANNED, Answer(_("Banned after a false claim"), banned)))
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = (
            [BANNED]
            if banned
            else [row.id for row in conditions if row.code == "unmet"] or [id for id, _title in lost]
        )


class WhereForm(forms.Form):
    """Where an officer looked, what it showed, and a note."""

    site = forms.ChoiceField(required=False, label=gettext_lazy("The site you looked at"))
    place = forms.CharField(
        required=False,
        max_length=120,
        label=gettext_lazy("Where you looked"),
        help_text=gettext_lazy("A register, a website, a phone call: so that others can look again."),
    )
    picture = forms.FileField(
        required=False,
        label=gettext_lazy("Picture of what it showed"),
        help_text=gettext_lazy("A screenshot or a PDF. Only officers of this case see it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Note"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Another place, written below")), *((site.url, site.title) for site in sites())]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        titles = {site.url: site.title for site in sites()}
        given["place"] = given.get("place", "").strip() or titles.get(given.get("site", ""), "")
        if not given["place"] and "place" not in self.errors:
            self.add_error("place", _("Say where you looked it up."))
        if given.get("picture"):
            try:
                self.stored = store(given["picture"].name, given["picture"].read())
            except Refused as refusal:
                self.add_error("picture", str(refusal))
        return given

    stored: Stored | None = None

    @property
    def where(self) -> dict[str, Any]:
        """What every look-up notes besides its result."""
        given = self.cleaned_data
        return {
            "place": given["place"],
            "site": given["site"],
            "note": given["note"],
            "picture": self.stored,
        }


class ConfirmForm(WhereForm):
    """What only the applicant stated: a tick for each that the officer found to be so.

    A choice carries the value one saw, so that a tick never confirms another one.
    """

    facts = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("I looked, and it is so"),
        error_messages={"required": gettext_lazy("Tick what you looked up and found to be so.")},
    )
    field_order = ("facts", "site", "place", "picture", "note")

    def __init__(self, *args: Any, stated: dict[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.stated = {f"{name}={value}": (name, value) for name, value in stated.items()}
        self.fields["facts"].choices = [(key, key) for key in self.stated]  # type: ignore[attr-defined]

    @property
    def found(self) -> dict[str, Any]:
        return dict(self.stated[key] for key in self.cleaned_data["facts"])


class LookUpForm(WhereForm):
    """The value by the fact's kind, or that it was not found; where, a picture of it, and a note."""

    missing = forms.BooleanField(
        required=False,
        label=gettext_lazy("It is not found there"),
        help_text=gettext_lazy("Noted as a look. The fact stays unknown; not found is not the same as no."),
    )
    field_order = ("value", "missing", "site", "place", "picture", "note")

    def __init__(self, *args: Any, fact: Fact, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fact = fact
        self.fields["value"] = field_of(fact)
        self.fields["value"].required = False
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.value = None
        raw = given.get("value")
        if given.get("missing"):
            if raw not in (None, ""):
                self.add_error("missing", _("Write what you found, or tick that it is not found: not both."))
            return given
        if raw in (None, ""):
            if "value" not in self.errors:
                self.add_error("value", _("Write what you found."))
            return given
        found = rules.facts_from(Dictionary({self.fact.name: self.fact}, {}), {self.fact.name: raw})
        self.value = found.facts.get(self.fact.name)
        for slip in found.slips:
            self.add_error("value", slip.words.say(_language()))
        if self.value is None and not found.slips:
            self.add_error("value", _("Write what you found."))
        return given


def _language() -> str:
    return (get_language() or "zh")[:2]


def field_of(fact: Fact) -> forms.Field:
    """The field of a fact follows from its kind alone."""
    label = say(fact.label)
    if fact.kind == "bool":
        choices = [("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    if fact.choices:
        choices = [(choice.id, say(choice.label)) for choice in fact.choices]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    if fact.kind == "date":
        return Day(label=label)
    if fact.kind == "int":
        return forms.IntegerField(label=label, min_value=0)
    if fact.kind == "money":
        return forms.DecimalField(label=label, min_value=0, decimal_places=2, max_digits=15)
    hint = _("Six digits of the area code, such as 330109.") if fact.kind == "code" else ""
    return forms.CharField(label=label, max_length=120, help_text=hint)
