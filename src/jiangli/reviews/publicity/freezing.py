"""What is frozen of each case: its rows, through ``row_of`` alone, the amount worked out for it, and the seal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.sheet import has_roster
from jiangli.refused import Refused
from jiangli.reviews.publicity.masks import UNIT, Columns, Row, columns_of, row_of
from jiangli.reviews.publicity.models import Publication, PublicationCase, PublicationRow
from jiangli.reviews.sheet import assess_for_officer


@dataclass(frozen=True)
class Frozen:
    """A case as it is put on a list: the amount worked out for it, and its rows, each with its line if it is one."""

    application: Application
    amount_fen: int | None
    rows: tuple[tuple[Line | None, Row], ...]


def may_show_lines(law: rules.Programme) -> bool:
    """Whether the rows of a roster can be shown rather than the organisation that hands it in."""
    return law.lines == "person"


def frozen(application: Application, *, by_line: bool, at: datetime) -> Frozen:
    """What would be shown of the case now. Refused if no amount is settled, or a value holds a personal number."""
    law = programme_of(application)
    assessed = assess_for_officer(application, at=at)
    amount = assessed.answer.amount_fen
    if not amount:
        raise Refused(
            _("%(number)s: the amount is not settled yet. Leave the case out.")
            % {"number": application.number}
        )
    columns = columns_of(law, lines=by_line)
    if by_line and has_roster(law):
        return Frozen(application, amount, _lines(application, law, columns, assessed))
    return Frozen(application, amount, ((None, _whole(application, law, columns, assessed)),))


def _whole(application: Application, law: rules.Programme, columns: Columns, assessed: Assessed) -> Row:
    party, organisation = application.party, application.organisation
    facts = assessed.sheet.vouched(law.dictionary)
    unit = str(facts.get(UNIT) or "")
    if not unit and application.claimant and organisation:
        unit = organisation.name
    people = assessed.tally.standing if has_roster(law) else None
    return row_of(
        law,
        columns,
        name=party.name,
        unit=unit,
        facts=facts,
        people=people,
        amount_fen=assessed.answer.amount_fen,
        codes=_codes(application),
    )


def _lines(
    application: Application, law: rules.Programme, columns: Columns, assessed: Assessed
) -> tuple[tuple[Line | None, Row], ...]:
    """The lines that are paid, in their order; what falls away is not shown."""
    lines, own = application.lines.select_related("person"), assessed.sheet.vouched(law.dictionary)
    found: list[tuple[Line | None, Row]] = []
    for place, (line, result) in enumerate(zip(lines, assessed.answer.lines or (), strict=True)):
        if result.outcome is not rules.Outcome.ELIGIBLE or place in assessed.struck:
            continue
        facts = {**own, **assessed.lines[place].vouched(law.dictionary)}
        name = line.person.name if line.person else str(line.stated.get("person.name", ""))
        unit = str(facts.get(UNIT) or (application.organisation.name if application.organisation else ""))
        row = row_of(
            law,
            columns,
            name=name,
            unit=unit,
            facts=facts,
            amount_fen=result.amount_fen,
            codes=_codes(application),
        )
        found.append((line, row))
    return tuple(found)


def _codes(application: Application) -> tuple[str, ...]:
    code = application.organisation.credit_code if application.organisation else ""
    return (code,) if code else ()


def put_on(publication: Publication, cases: Iterable[Frozen]) -> None:
    """Write the rows of these cases, in place of whatever was frozen before: by name, then unit."""
    publication.rows.all().delete()
    publication.cases.all().delete()
    shown: list[tuple[PublicationCase, Line | None, Row]] = []
    for one in cases:
        case = PublicationCase.objects.create(
            publication=publication, application=one.application, amount_fen=one.amount_fen
        )
        shown += [(case, line, row) for line, row in one.rows]
    PublicationRow.objects.bulk_create(
        PublicationRow(
            publication=publication,
            case=case,
            line=line,
            position=position,
            name=row.name,
            unit=row.unit,
            details=[list(pair) for pair in row.details],
            people=row.people,
            amount_fen=row.amount_fen,
        )
        for position, (case, line, row) in enumerate(shown, 1)
    )


def changed_since(publication: Publication, *, at: datetime) -> list[str]:
    """The numbers of the cases that would be shown otherwise now than they were frozen, or not at all."""
    changed = []
    for case in publication.cases.select_related("application__version", "application__organisation"):
        kept = [(row.line_id, row.shown) for row in case.rows.order_by("position")]
        try:
            now = frozen(case.application, by_line=publication.by_line, at=at)
        except Refused:
            changed.append(str(case.application.number))
            continue
        rows = [(line.pk if line else None, row) for line, row in now.rows]
        if rows != kept or now.amount_fen != case.amount_fen:
            changed.append(str(case.application.number))
    return changed


def seal_of(publication: Publication) -> str:
    """The hash over everything that is shown: the texts, the days, every row in its place."""
    rows = publication.rows.order_by("position").values_list(
        "position", "name", "unit", "details", "people", "amount_fen"
    )
    said = {
        "number": publication.number,
        "agency": publication.agency_id,
        "programme": publication.programme_code,
        "version": publication.version.hash,
        "list": publication.list,
        "title": publication.title,
        "intro": publication.intro,
        "objecting": publication.objecting,
        "days": [publication.days, publication.calendar],
        "rows": [list(row) for row in rows],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def spaced(seal: str) -> str:
    """The first sixteen digits in fours, as they are printed and compared by eye."""
    return " ".join(seal[at : at + 4] for at in range(0, 16, 4)).upper()
