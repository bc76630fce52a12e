"""The pages of rosters: what their addresses may ask for, and the forms on them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import rules
from jiangli.applications.models import Application
from jiangli.applications.roster_models import Roster, RosterRow, RosterState, RowState
from jiangli.applications.rosters.columns import Column, completing_columns
from jiangli.applications.rosters.permissions import cannot_bring
from jiangli.applications.rosters.queries import told_of
from jiangli.applications.rosters.template import is_needed, values_of
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import open_programmes, rule
from jiangli.public import doors
from jiangli.public.listing import Unclear
from jiangli.public.telling import speech
from jiangli.registers.models import Organisation

ROWS = 50
KEPT = "kept"  # in a claim that is still a draft
NAMES = ("state", "q", "page")


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label=gettext_lazy("The filled-in sheet"),
        help_text=gettext_lazy("XLSX, XLS or CSV, at most 20,000 rows."),
        error_messages={"required": gettext_lazy("Choose the sheet first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.txt"


class ScansForm(forms.Form):
    scans = forms.FileField(
        label=gettext_lazy("ZIP of scans"),
        help_text=gettext_lazy(
            "Name each file by the certificate number or the identity number. Put each kind of document in a folder "
            "that is called like it."
        ),
        error_messages={"required": gettext_lazy("Choose the ZIP first.")},
    )
    material = forms.ChoiceField(
        label=gettext_lazy("What the files are, where their names do not say"), required=False
    )

    def __init__(self, law: rules.Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scans"].widget.attrs["accept"] = ".zip"
        choices = [(material.id, material.title.say(speech())) for material in law.materials]
        self.fields["material"].choices = [("", _("Their names say it")), *choices]  # type: ignore[attr-defined]


class RowForm(forms.Form):
    """The cells of one row, each a line of text or a choice of its values; keys are written with an underscore."""

    def __init__(self, law: rules.Programme, row: RosterRow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = row.given
        wrong = {one["field"]: one[speech()] for one in row.faults}
        for column in completing_columns(law):
            field = _field(column, given.get(column.key, ""))
            field.initial = given.get(column.key, "")
            field.required = not self.is_bound and is_needed(
                column
            )  # said beside it; an unfinished row is kept too
            self.fields[field_name(column.key)] = field
            if not self.is_bound and (said := wrong.get(column.key) or _asked(column, row)):
                self.wrong[field_name(column.key)] = said

    @property
    def wrong(self) -> dict[str, str]:
        found: dict[str, str] = self.__dict__.setdefault("_wrong", {})
        return found

    def with_faults(self) -> RowForm:
        """The form that shows at once what is wrong with the row, before anything is sent."""
        self._errors = forms.utils.ErrorDict()
        for name, said in self.wrong.items():
            self._errors[name] = forms.utils.ErrorList([said])
        return self

    def cells(self, law: rules.Programme) -> dict[str, str]:
        return {column.key: self.cleaned_data[field_name(column.key)] for column in completing_columns(law)}


def field_name(key: str) -> str:
    return key.replace(".", "__")


def _asked(column: Column, row: RosterRow) -> str:
    return _("Still to be filled in.") if column.key in row.asks else ""


def _field(column: Column, given: str) -> forms.Field:
    values = values_of(column, speech())
    label = column.title.say(speech())
    if not values:
        return forms.CharField(label=label, required=False, max_length=200)
    choices = [("", "—"), *((value, value) for value in values)]
    if given and given not in values:
        choices.append((given, given))
    widget = forms.Select(attrs={"class": "govuk-select"})
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=widget)


def programmes_for(
    organisation: Organisation, user: Any, *, on: Any
) -> list[tuple[Programme, rules.Programme]]:
    """The programmes for which this organisation can bring a roster today and is not certainly refused."""
    found = [(row, rule(row.version)) for row in open_programmes()]
    return [
        (row, law)
        for row, law in found
        if cannot_bring(row, organisation, user, on=on) is None
        and not doors.refusals(law, organisation, on=on)
    ]


def rows_of(request: HttpRequest, roster: Roster) -> tuple[Page[RosterRow], str, str]:
    """The rows an address asks for, with their state and words; ``Unclear`` if it asks for something else."""
    for name in request.GET:
        if name not in NAMES or len(request.GET.getlist(name)) > 1:
            raise Unclear(_("The list cannot be narrowed by “%(name)s”.") % {"name": name[:40]})
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    if state and state not in RowState.values:
        raise Unclear(_("The list does not know “%(value)s”.") % {"value": state[:40]})
    found = roster.rows.select_related("application").order_by("number")
    found = found.filter(state=state) if state else found.exclude(state=RowState.REMOVED)
    found = found.filter(name__contains=words) if words else found
    pages, number = Paginator(found, ROWS), request.GET.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": number[:20], "pages": pages.num_pages}
        )
    return pages.page(int(number)), state, words


def state_of_roster(roster: Roster) -> str:
    """Its state as a page says it: ``kept`` while its rows stand in a claim that nobody handed in yet."""
    return KEPT if roster.state == RosterState.FILED and _is_draft(roster.application) else roster.state


def state_of_row(row: RosterRow) -> str:
    """The state of a row as a page says it: ``kept`` while its claim is not handed in yet."""
    return KEPT if row.state == RowState.FILED and _is_draft(row.application) else row.state


def _is_draft(application: Application | None) -> bool:
    return application is not None and application.status == Status.DRAFT


def lines(law: rules.Programme, rows: Page[RosterRow]) -> list[dict[str, Any]]:
    """Rows as the list shows them."""
    return [
        {
            "number": row.number,
            "name": row.name or _("(no name)"),
            "state": state_of_row(row),
            "told": told_of(law, row)[:4],
            "amount_fen": row.amount_fen,
            "application": row.application_id,
        }
        for row in rows
    ]
