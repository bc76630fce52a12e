"""One line of a roster as a sheet: every finding with its clause, its facts, what the registers say beside them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.applications.asking import facts_of_rows
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Line, Standing
from jiangli.rules import Programme
from jiangli.staff.registers import RegisterRow, registers_beside
from jiangli.staff.rosters import name_of
from jiangli.staff.sheet import OURS, ConditionRow, FactRow, condition_row, fact_row, mark_of
from jiangli.staff.words import language, say


class StrikeForm(forms.Form):
    condition = forms.ChoiceField(
        label=gettext_lazy("Which condition it does not meet"), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why the line is left out"),
        help_text=gettext_lazy("The organisation reads this beside the line."),
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        claim = {each.id for each in programme.claim}
        rows = [each for each in programme.conditions if each.id not in claim]
        titles = [(each.id, f"{mark_of(programme, each.id)} {say(each.title)}") for each in rows]
        self.fields["condition"].choices = titles  # type: ignore[attr-defined]


def findings_of_line(assessed: Assessed, kept: Standing | None) -> list[ConditionRow]:
    """Every finding of a line. What only the whole roster shows (twice on it, a cut) is as it was kept."""
    result = next(iter(assessed.answer.lines or ()), None)
    if result is None:
        return []
    said = {row["id"]: row for row in kept.reasons} if kept else {}
    rows = [_patched(condition_row(finding), said.pop(finding.id, None)) for finding in result.findings]
    told = {finding.id: condition_row(finding) for finding in result.told}
    return [*rows, *(_told(row, said.get(id)) for id, row in told.items())]


def _patched(row: ConditionRow, kept: dict[str, Any] | None) -> ConditionRow:
    if kept is None or row.code != "met":
        return row
    code = {True: "met", False: "unmet", None: "unknown"}[kept["state"]]
    return row._replace(code=code, found=kept[language()], opened=True)


def _told(row: ConditionRow, kept: dict[str, Any] | None) -> ConditionRow:
    """A limit that decides nothing: for an officer to look at."""
    return row._replace(code="faulty", found=kept[language()] if kept else row.found, opened=True)


def facts_of_line(assessed: Assessed, application: Application, line: Line) -> list[FactRow]:
    """What the rules read of a line, with where each value comes from."""
    programme = assessed.programme
    sheet = assessed.lines[0] if assessed.lines else None
    if sheet is None:
        return []
    own = facts_of_rows(programme)
    asked = [ask.fact.name for ask in programme.form if ask.fact.name in own]
    names = dict.fromkeys([*asked, *(name for name in programme.facts_read if name in own), *sheet.facts])
    looks = application.look_ups.filter(line=line, found=True)
    places = {row.fact: row.place for row in looks}
    ours = {*OURS, "person.name"}
    return [fact_row(programme, sheet, name, places) for name in names if name not in ours]


def registers_of_line(application: Application, assessed: Assessed, line: Line) -> list[RegisterRow]:
    """What the registers say of the person and the certificate of a line, beside what the roster states."""
    if line.person is None:
        said = name_of(line) or _("No name")
        return [RegisterRow(_("Person"), said, _("Member register"), "missing", _("Not identified"))]
    stated = assessed.lines[0].stated if assessed.lines else {}
    return registers_beside(application, assessed.programme, line, stated)
