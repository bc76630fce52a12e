"""The sheet for a body: our cases in its columns. The only place where personal numbers stand in clear, and a file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from jiangli import rules
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.reviews.outside.columns import Layout
from jiangli.rules.errors import FactError
from jiangli.rules.facts import parse_fact

Amounts = tuple[int, int]  # the body's share and the whole, in fen
SERIAL = "serial"


def workbook(layout: Layout, cases: Sequence[tuple[Application, Amounts]], *, on: date) -> bytes:
    """One sheet: the heading if there is one, the titles, a row for each case, or for each line of its roster.

    Everything is text, so that no number is rounded and nothing becomes a formula.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(layout.sheet[:31])
        sheet.set_column(0, len(layout.columns) - 1, 18, text)
        top = 0
        if layout.heading:
            sheet.write_string(0, 0, layout.heading.replace("{year}", str(on.year)), bold)
            top = 1
        for column, (title, _value) in enumerate(layout.columns):
            sheet.write_string(top, column, title, bold)
        serial = 0
        for application, amounts in cases:
            for values in _rows(application, amounts, layout):
                serial += 1
                values[SERIAL] = str(serial)
                for column, (_title, value) in enumerate(layout.columns):
                    sheet.write_string(top + serial, column, values.get(value, ""), text)
        sheet.freeze_panes(top + 1, 0)
    return buffer.getvalue()


def _rows(application: Application, amounts: Amounts, layout: Layout) -> Iterator[dict[str, str]]:
    """The values of a case, by the names of columns.py; of a roster those of each line that stands."""
    law = programme_of(application)
    kept = application.assessments.first()
    facts = kept.facts if kept else {}
    common = {
        "number": application.number or "",
        "programme": law.title.zh,
        "amount": rules.money_text(amounts[0]),
        "account_name": application.account_name,
        "account_number": application.account_number,
        "account_bank": application.account_bank,
        "filed_on": layout.written(application.filed_on),
    }
    lines = list(application.lines.select_related("person", "certificate").order_by("number"))
    each = [(line, said) for line, said in zip(lines, kept.lines, strict=True)] if kept and kept.lines else []
    if not layout.per_line or not each:
        only = lines[0] if len(lines) == 1 else None
        yield {**common, **_about(application, only, facts, law, layout)}
        return
    results = kept.result.get("lines", []) if kept else []
    for place, (line, said) in enumerate(each):
        result = results[place] if place < len(results) else {}
        if said.get("struck") or result.get("outcome") == "ineligible":
            continue
        own = {"amount": rules.money_text(result.get("amount_fen") or 0)}
        yield {**common, **own, **_about(application, line, {**facts, **said["facts"]}, law, layout)}


def _about(
    application: Application, line: Line | None, facts: dict[str, Any], law: rules.Programme, layout: Layout
) -> dict[str, str]:
    person = (line.person if line else None) or application.claimant
    held = line.certificate if line else None
    body = application.organisation
    issued = _said(law, "certificate.issue_date", facts) or (held.issue_date if held else None)
    return {
        "name": person.name if person else application.party.name,
        "sex": _word(law, "person.sex", facts),
        "id_number": person.id_number if person else "",
        "phone": person.contact if person else "",
        "unit": _word(law, "employment.employer_name", facts) or (body.name if body else ""),
        "credit_code": body.credit_code if body else "",
        "occupation": _word(law, "certificate.occupation", facts) or (held.occupation if held else ""),
        "level": _word(law, "certificate.level", facts),
        "certificate_number": held.number if held else "",
        "issue_date": layout.written(issued if isinstance(issued, date) else None),
    }


def _said(law: rules.Programme, name: str, facts: dict[str, Any]) -> Any:
    if name not in facts or name not in law.dictionary:
        return None
    try:
        return parse_fact(law.dictionary, name, facts[name])
    except FactError:
        return None


def _word(law: rules.Programme, name: str, facts: dict[str, Any]) -> str:
    """A fact in Chinese words, as the body reads them; empty if it is not known."""
    value = _said(law, name, facts)
    return "" if value is None else law.dictionary[name].value_label(value, "zh")
