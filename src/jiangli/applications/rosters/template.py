"""Write the sheet of a roster: empty with two examples, or with rows that are to be corrected or completed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

from jiangli import rules
from jiangli.applications.queries import must_be_stated
from jiangli.applications.rosters.columns import KEY, WRONG, Column, columns_of, known_columns
from jiangli.applications.rosters.words import both
from jiangli.registers.identity_numbers import check_character

MOST_ROWS = 20_000
HEAD = 2  # the row of the headings, from 0
EXAMPLES = ("示例1", "示例2"), ("Example 1", "Example 2")
NEEDED = ("name", "id_number", "certificate_number", "account_number", "account_bank")
SHEETS = rules.Words("花名册", "Roster"), rules.Words("填写说明", "How to fill it in")
FORMATS = {"date": "yyyy-mm-dd", "int": "0"}
WIDTHS = {"number": 8, "name": 12, WRONG: 48, KEY: 20}
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Shown:
    """A row to be corrected: the texts of its cells, and what is wrong where (a column's key → the sentence)."""

    cells: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()


def template(law: rules.Programme, lang: str) -> bytes:
    """The empty sheet of a programme in one language: headings, two examples, and how to fill it in."""
    columns = columns_of(law)
    examples = [Shown(_example(columns, number, lang)) for number in (0, 1)]
    return _book(law, columns, examples, lang, grey=True)


def with_rows(law: rules.Programme, columns: Sequence[Column], rows: Iterable[Shown], lang: str) -> bytes:
    """A sheet that holds rows as they were given, with what to correct or to complete in each."""
    extra = {column.key: column for column in known_columns(law)}
    wrong = Column(WRONG, both("What to correct"))
    return _book(law, (wrong, *columns, extra[KEY]), rows, lang, grey=False)


def heading(law: rules.Programme, lang: str) -> str:
    """What the roster is called."""
    return law.roster if law.roster and not lang.startswith("en") else law.title.say(lang)


def _book(
    law: rules.Programme, columns: Sequence[Column], rows: Iterable[Shown], lang: str, *, grey: bool
) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    styles = _styles(book)
    sheet, manual = (book.add_worksheet(words.say(lang)) for words in SHEETS)
    values = _explain(manual, columns, styles, lang)
    sheet.write_string(0, 0, heading(law, lang), styles["title"])
    sheet.write_string(1, 0, _first_line(lang, grey), styles["hint"])
    sheet.set_row(HEAD, 32)
    for place, column in enumerate(columns):
        kind = column.fact.kind if column.fact else ""
        sheet.set_column(place, place, WIDTHS.get(column.key, 20), styles.get(kind, styles["text"]))
        sheet.write_string(
            HEAD, place, column.title.say(lang), styles["must" if is_needed(column) else "may"]
        )
        if column.key in values:
            choice = {"validate": "list", "source": values[column.key], "error_type": "warning"}
            sheet.data_validation(HEAD + 1, place, HEAD + 2 + MOST_ROWS, place, choice)
    for line, row in enumerate(rows, HEAD + 1):
        _write_row(sheet, line, columns, row, styles, grey=grey)
    sheet.freeze_panes(HEAD + 1, 0)
    book.close()
    return out.getvalue()


def _first_line(lang: str, grey: bool) -> str:
    if grey:
        words = both("One row for each person. The grey examples are not read; leave them or delete them.")
    else:
        words = both(
            "Correct what is coloured and bring the sheet back. Rows that are in order are kept here."
        )
    return words.say(lang)


def _styles(book: Any) -> dict[str, Any]:
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 15},
        "hint": {"font_color": "#5b6270"},
        "must": {"bold": True, "bg_color": "#e8ebf5", "border": 1, "text_wrap": True, "valign": "vcenter"},
        "may": {"bg_color": "#f3f3f0", "border": 1, "text_wrap": True, "valign": "vcenter"},
        "text": {"num_format": "@"},
        "wrong": {"num_format": "@", "bg_color": "#fbdcd6"},
        "asked": {"num_format": "@", "bg_color": "#fdf0c8"},
        "example": {"num_format": "@", "font_color": "#8a8f99", "italic": True},
        "wrap": {"text_wrap": True, "valign": "top"},
        "bold": {"bold": True},
    }
    styles = {name: book.add_format(look) for name, look in looks.items()}
    return styles | {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}


def _write_row(
    sheet: Any, line: int, columns: Sequence[Column], row: Shown, styles: Mapping[str, Any], *, grey: bool
) -> None:
    for place, column in enumerate(columns):
        text = row.cells.get(column.key, "")
        said = row.wrong.get(column.key)
        style = "example" if grey else "wrong" if said else "asked" if column.key in row.asked else "text"
        if column.key == WRONG:
            sheet.write_string(line, place, text, styles["wrap"])
        elif text:
            sheet.write_string(line, place, text, styles[style])
        elif style != "text":
            sheet.write_blank(line, place, None, styles[style])
        if said:
            sheet.write_comment(line, place, said[:1000], {"x_scale": 2})


def _explain(sheet: Any, columns: Sequence[Column], styles: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The second sheet: what each column takes, and to its right the values; gives where each list stands."""
    heads = (both("Column"), both("Needed"), both("How to fill it in"))
    for place, words in enumerate(heads):
        sheet.write_string(0, place, words.say(lang), styles["bold"])
    lists: dict[str, str] = {}
    asked = [column for column in columns if column.key not in (WRONG,)]
    for line, column in enumerate(asked, 1):
        sheet.write_string(line, 0, column.title.say(lang), styles["wrap"])
        sheet.write_string(
            line, 1, (both("yes") if is_needed(column) else both("if you know it")).say(lang), styles["wrap"]
        )
        sheet.write_string(line, 2, _how(column, lang), styles["wrap"])
        if values := values_of(column, lang):
            place = 4 + len(lists)
            sheet.write_string(0, place, column.title.say(lang), styles["bold"])
            sheet.write_column(1, place, values, styles["text"])
            letter = xlsxwriter.utility.xl_col_to_name(place)
            lists[column.key] = f"='{SHEETS[1].say(lang)}'!${letter}$2:${letter}${len(values) + 1}"
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 2, 70)
    sheet.set_column(4, 30, 20)
    return lists


def values_of(column: Column, lang: str) -> list[str]:
    """The values a cell may have, as one reads them; none where it is free."""
    if column.fact is None:
        return []
    if column.fact.kind == "bool":
        return [both("Yes").say(lang), both("No").say(lang)]
    return [choice.label.say(lang) for choice in column.fact.choices]


def is_needed(column: Column) -> bool:
    """Whether a row cannot do without this cell."""
    return column.key in NEEDED if column.fact is None else must_be_stated(column.fact)


def _how(column: Column, lang: str) -> str:
    own = {
        "number": both("Any number; it only helps you to find the row."),
        "name": both("As on the identity card."),
        "id_number": both("18 characters. Leave the column as text, so that nothing is rounded."),
        "certificate_number": both("All letters and digits as on the certificate, as text."),
        "account_number": both("The person's own card, as text."),
        "account_bank": both("Down to the branch, such as the Xiaoshan branch of a bank."),
        "phone": both("11 digits."),
        KEY: both("By it we find the row again."),
    }
    if column.fact is None:
        return own[column.key].say(lang)
    if column.fact.kind == "date":
        return both("A day such as 2024-08-20.").say(lang)
    if values_of(column, lang):
        return both("Choose from the list.").say(lang)
    return column.fact.hint.say(lang) if column.fact.hint else ""


def _example(columns: Sequence[Column], number: int, lang: str) -> dict[str, str]:
    english = lang.startswith("en")
    digits = f"3399991985050{number + 1}00{number + 1}"
    own = {
        "number": EXAMPLES[english][number],
        "name": ("测试甲", "测试乙")[number],
        "id_number": digits + check_character(digits),
        "certificate_number": f"S00003301000000{number + 1}",
        "account_number": f"622848000000000000{number}",
        "account_bank": both("A bank, Xiaoshan branch").say(lang),
        "phone": f"1390000000{number + 1}",
    }
    return {column.key: own.get(column.key) or _sample(column, lang) for column in columns}


def _sample(column: Column, lang: str) -> str:
    fact = column.fact
    assert fact is not None
    if fact.kind == "date":
        return str(fact.example or "2024-08-20")
    values = values_of(column, lang)
    if values:
        return next((c.label.say(lang) for c in fact.choices if c.id == fact.example), values[0])
    return str(fact.example if fact.example is not None else "")
