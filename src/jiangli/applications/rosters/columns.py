"""What the sheet of a programme's roster holds: read off its file, for templates and for reading them back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_noop

from jiangli import rules
from jiangli.applications.asking import asks_of_case, asks_of_row
from jiangli.applications.rosters.words import both
from jiangli.applications.sheet import has_lines
from jiangli.applications.stages import Filer, filers

KEY = "key"  # the column by which a row of ours is recognised when it comes back
WRONG = "wrong"  # the column that says what to correct; never read
TITLES = {
    "number": gettext_noop("No."),
    "name": gettext_noop("Name"),
    "id_number": gettext_noop("Identity number"),
    "certificate_number": gettext_noop("Certificate number"),
    "account_number": gettext_noop("Bank card number"),
    "account_bank": gettext_noop("Bank and branch"),
    "phone": gettext_noop("Mobile number"),
    KEY: gettext_noop("Row key (leave as it is)"),
    WRONG: gettext_noop("What to correct"),
}
OF_CELLS = {
    "person.name": "name",
    "certificate.number": "certificate_number",
}  # facts with a cell of their own
PERSONAL = ("id_number", "account_number", "phone")


class Shape(StrEnum):
    """What becomes of the rows."""

    WHOLE = "whole"  # lines of one case of the organisation
    EACH = "each"  # a case for each person, filed for them


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the key of its cells, its title, and the fact it gives, if any."""

    key: str
    title: rules.Words
    fact: rules.Fact | None = None


def shape_of(law: rules.Programme) -> Shape | None:
    """What becomes of a roster of this programme; None where there is none."""
    allowed = filers(law)
    if Filer.ORGANISATION in allowed:
        return Shape.WHOLE if has_lines(law) else None
    return Shape.EACH if Filer.EMPLOYER in allowed else None


def asks_of_roster(law: rules.Programme) -> tuple[rules.Ask, ...]:
    """What each row has to say: of a case of its own all that the form asks, else what belongs to a line."""
    if shape_of(law) is Shape.EACH:
        return (*asks_of_case(law), *asks_of_row(law))
    return asks_of_row(law)


@lru_cache(maxsize=256)
def columns_of(law: rules.Programme) -> tuple[Column, ...]:
    """The columns of the template, in order: those the notice prescribes, else what every row is asked."""
    if law.roster_columns:
        return tuple(_prescribed(law, column) for column in law.roster_columns)
    first = ["number", "name", "id_number", *(["certificate_number"] if counts_certificates(law) else [])]
    last = [*(["account_number", "account_bank"] if shape_of(law) is Shape.EACH else []), "phone"]
    asked = fact_columns(law)
    return (*map(_ours, first), *asked, *map(_ours, last))


@lru_cache(maxsize=256)
def known_columns(law: rules.Programme) -> tuple[Column, ...]:
    """Every column that a sheet may have: those of the template, what else is asked, and ours."""
    there = columns_of(law)
    keys = {column.key for column in there}
    more = [*fact_columns(law), *(_ours(key) for key in TITLES if key != WRONG)]
    return (*there, *(column for column in more if column.key not in keys))


def completing_columns(law: rules.Programme) -> tuple[Column, ...]:
    """The columns of the template with those of the facts that it leaves out."""
    there = columns_of(law)
    keys = {column.key for column in there}
    return (*there, *(column for column in fact_columns(law) if column.key not in keys))


def fact_columns(law: rules.Programme) -> tuple[Column, ...]:
    """A column for each fact that a row is asked and that has no cell of its own."""
    facts = [ask.fact for ask in asks_of_roster(law)]
    facts = [fact for fact in facts if fact.name not in OF_CELLS and not fact.name.startswith("account.")]
    english = Counter(fact.label.say("en") for fact in facts)
    return tuple(Column(fact.name, _title(fact, english), fact) for fact in facts)


@lru_cache(maxsize=256)
def counts_certificates(law: rules.Programme) -> bool:
    """Whether it matters which certificate a row is about."""
    read = {*law.facts_read, *(ask.fact.name for ask in law.form)}
    read |= {name for _, expression in law.counts for name in expression.facts}
    return any(name.startswith("certificate.") for name in read)


def titles(law: rules.Programme) -> Mapping[str, Column]:
    """Every way a known column may be headed, folded."""
    found: dict[str, Column] = {}
    for column in known_columns(law):
        default = _ours(column.key).title if column.key in TITLES else column.title
        for title in (*column.title, *default, *((column.fact.label) if column.fact else ())):
            if title:
                found.setdefault(folded(title), column)
    for name, cell in OF_CELLS.items():
        for title in law.dictionary[name].label:
            if title and cell in {column.key for column in known_columns(law)}:
                found.setdefault(folded(title), next(c for c in known_columns(law) if c.key == cell))
    return found


def folded(title: object) -> str:
    """A heading as it is compared: half-width, without blanks and stars, no case."""
    plain = unicodedata.normalize("NFKC", str(title))
    return "".join(c for c in plain if not c.isspace() and c not in "*﹡").casefold()


def _ours(key: str) -> Column:
    return Column(key, both(TITLES[key]))


def _prescribed(law: rules.Programme, column: rules.RosterColumn) -> Column:
    if column.fact is not None:
        own = OF_CELLS.get(column.fact, column.fact)
        fact = law.dictionary[column.fact]
        english = column.title.en or _capital(fact.label.say("en"))
        return Column(own, rules.Words(column.title.zh, english), fact if own == column.fact else None)
    assert column.cell is not None
    default = both(TITLES[column.cell])
    return Column(column.cell, rules.Words(column.title.zh, column.title.en or default.en))


def _title(fact: rules.Fact, english: Mapping[str, int]) -> rules.Words:
    """The fact's label; in English with what it is of, where two are called the same or the label says too little."""
    label = fact.label.say("en")
    of = fact.name.split(".")[0].replace("_", " ")
    if english[label] > 1 or (" " not in label and of not in label):
        label = f"{of} {label}"
    return rules.Words(fact.label.zh, _capital(label))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
