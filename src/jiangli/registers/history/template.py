"""The empty sheet of the past: its headings as text columns, how each is filled in, and the projects to choose."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli.registers.history import reading
from jiangli.registers.history.reading import COLUMNS, NEEDED
from jiangli.registers.history.scopes import Scope
from jiangli.registers.history.status import ImportKind
from jiangli.registers.identity_numbers import check_character

ROWS = 20_000
_DIGITS = "33999919850501001"


def template(kind: ImportKind, own: Iterable[Scope]) -> bytes:
    """A workbook: the sheet to fill in, with a list to choose the project from; then an explanation with examples.

    ``own``: the series and programmes whose names can be chosen. The first sheet holds the headings and nothing
    else, so that it is read back as it is.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("To fill in"))
    for column, heading in enumerate(COLUMNS[kind]):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, 18, text)
    sheet.freeze_panes(1, 0)
    titles = list(dict.fromkeys(law.title.say(_speech()) for scope in own for law in scope.laws))
    about = _explained(book, kind, bold, wrapped)
    place = COLUMNS[kind].index(reading.PROGRAMME)
    if titles:
        about.write_string(0, 5, _("Projects to choose from"), bold)
        about.set_column(5, 5, 40)
        for row, title in enumerate(titles, 1):
            about.write_string(row, 5, title)
        source = f"='{about.get_name()}'!$F$2:$F${len(titles) + 1}"
        # other years' projects have no name here: they are typed, so the list only helps
        sheet.data_validation(
            1, place, ROWS, place, {"validate": "list", "source": source, "error_type": "information"}
        )
    book.close()
    return out.getvalue()


def _explained(book: Any, kind: ImportKind, bold: Any, wrapped: Any) -> Any:
    about = book.add_worksheet(_("How to fill it in"))
    for column, heading in enumerate((_("Column"), _("Needed"), _("How"), _("Example"))):
        about.write_string(0, column, heading, bold)
    how, example = _how(), _example()
    for row, name in enumerate(COLUMNS[kind], 1):
        about.write_string(row, 0, name)
        about.write_string(row, 1, _("Yes") if name in NEEDED[kind] else "")
        about.write_string(row, 2, how[name], wrapped)
        about.write_string(row, 3, example[name], wrapped)
    about.set_column(0, 1, 14)
    about.set_column(2, 2, 60)
    about.set_column(3, 3, 30)
    return about


def _speech() -> str:
    return (get_language() or "zh")[:2]


def _how() -> dict[str, str]:
    """How each column is filled in, by heading."""
    number = _(
        "Identity number or certificate number: at least one of the two, as text so that nothing is rounded."
    )
    day = _("A day such as 2024-08-20.")
    return {
        reading.NAME: _("As on the identity card."),
        reading.ID_NUMBER: number,
        reading.CERTIFICATE: number,
        reading.PROGRAMME: _("Choose from the list; of other years write the name or code you know it by."),
        reading.PERIOD: _("The year it was paid for. Leave it empty if it is the same for all rows."),
        reading.BATCH: _("Number or name of the batch. Leave it empty if it is the same for all rows."),
        reading.PAID_ON: day,
        reading.AMOUNT: _("In yuan, at most two decimals."),
        reading.CASE_NUMBER: _("The number the other office gave it."),
        reading.OFFICE: _("The office that deals with it."),
        reading.FILED_ON: day,
        reading.SAID: _("What that office last said, in a few words."),
    }


def _example() -> dict[str, str]:
    return {
        reading.NAME: "测试甲",
        reading.ID_NUMBER: _DIGITS + check_character(_DIGITS),
        reading.CERTIFICATE: "S000033010000001",
        reading.PROGRAMME: "",
        reading.PERIOD: "2024",
        reading.BATCH: "2024-1",
        reading.PAID_ON: "2024-08-20",
        reading.AMOUNT: "600.00",
        reading.CASE_NUMBER: "2024-0001",
        reading.OFFICE: "测试区总工会",
        reading.FILED_ON: "2024-05-06",
        reading.SAID: "审核中",
    }
