"""How a body wants its sheets: the columns, their values, and the words of its answers, from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jiangli.accounts.models import Agency
from jiangli.reviews.outside.models import BodySheet

SHIPPED = Path(__file__).parent / "outside.toml"
DEFAULT = "default"
VALUES = (
    "serial", "number", "name", "sex", "id_number", "phone", "unit", "credit_code", "occupation", "level",
    "certificate_number", "issue_date", "programme", "amount", "account_name", "account_number",
    "account_bank", "filed_on",
)  # fmt: skip
DAYS = {
    "2025-06-10": "{0:%Y-%m-%d}",
    "2025/6/10": "{0.year}/{0.month}/{0.day}",
    "2025.6.10": "{0.year}.{0.month}.{0.day}",
    "20250610": "{0:%Y%m%d}",
    "2025年6月10日": "{0.year}年{0.month}月{0.day}日",
}
ROWS = ("case", "line")
TITLES = ("number", "name", "certificate_number", "outcome", "reason", "day", "document", "amount")
WORDS = ("passed", "refused", "paid", "returned")
KEYS = ("sheet", "heading", "rows", "day", "columns", "answers")


class WrongLayout(ValueError):
    """The file names something that there is not; the text says where, and what there is."""


@dataclass(frozen=True)
class Layout:
    """``columns``: (title, value) in their order. ``titles`` and ``words``: of answers, each with its spellings."""

    sheet: str
    heading: str
    per_line: bool
    day: str
    columns: tuple[tuple[str, str], ...]
    titles: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]

    def written(self, day: date | None) -> str:
        """A day as the body writes it; empty for none."""
        return DAYS[self.day].format(day) if day else ""


def layouts(text: str, source: str) -> dict[str, dict[str, Any]]:
    """The tables of a file, each whole: what a body leaves out is the default's. WrongLayout if it cannot be used."""
    said = tomllib.loads(text)
    whole = {**_shipped_default(), **said.pop(DEFAULT, {})}
    found = {DEFAULT: whole, **{body: _over(whole, own) for body, own in said.items()}}
    for body, table in found.items():
        _check(f"{source}: {body}", table)
    return found


def layout_of(body: Agency) -> Layout:
    """How this body wants it: of the installation's file, else as shipped, else the default."""
    kept = BodySheet.objects.filter(body=body).first()
    table = kept.layout if kept else shipped().get(body.pk) or shipped()[DEFAULT]
    answers = table["answers"]
    return Layout(
        sheet=table["sheet"],
        heading=table.get("heading", ""),
        per_line=table["rows"] == "line",
        day=table["day"],
        columns=tuple((column["title"], column["value"]) for column in table["columns"]),
        titles={name: tuple(answers[name]) for name in TITLES},
        words={name: tuple(answers[name]) for name in WORDS},
    )


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return layouts(SHIPPED.read_text("utf-8"), SHIPPED.name)


def _shipped_default() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(SHIPPED.read_text("utf-8"))[DEFAULT]
    return table


def _over(whole: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    answers = {**whole["answers"], **own.get("answers", {})}
    return {**whole, **own, "answers": answers}


def _check(where: str, table: dict[str, Any]) -> None:
    _known(where, table, KEYS)
    _known(f"{where}.answers", table["answers"], (*TITLES, *WORDS))
    _one_of(where, "rows", table["rows"], ROWS)
    _one_of(where, "day", table["day"], tuple(DAYS))
    if not table["columns"]:
        raise WrongLayout(f"{where}: columns is empty.")
    for column in table["columns"]:
        _known(f"{where}.columns", column, ("title", "value"))
        _one_of(f"{where}.columns", "value", column.get("value"), VALUES)
    if "number" not in {column["value"] for column in table["columns"]}:
        raise WrongLayout(f"{where}: no column has the value number; without it no answer finds its case.")


def _known(where: str, table: dict[str, Any], names: tuple[str, ...]) -> None:
    if strange := sorted(set(table) - set(names)):
        raise WrongLayout(f"{where}: unknown key {', '.join(strange)}; known: {', '.join(names)}")


def _one_of(where: str, name: str, value: object, values: tuple[str, ...]) -> None:
    if value not in values:
        raise WrongLayout(f"{where}: {name} is {value!r}; known: {', '.join(values)}")
