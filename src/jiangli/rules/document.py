"""A published document: its text clause by clause, and the words of it that a rule rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from jiangli.rules.errors import Words


class Clause(NamedTuple):
    """A clause of the official text: heading, number as people cite it (二(三)7, 十(4); "" if it has none),
    level (1 is the document), own words below it, line in the file; ``lines``: for each line of the words
    its line in the file and how far it is indented there.
    """

    title: str
    path: tuple[str, ...]
    number: str
    level: int
    text: str
    line: int
    lines: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """Where it stands, for people: the headings from the outermost, without the document's title."""
        return " › ".join(self.path[1:] or self.path)


class Cite(NamedTuple):
    """Words of the law, verbatim, and the clause they were found in."""

    quote: str
    clause: str


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a rule is there: quotes, or the reason for which it is inferred although no words are."""

    cites: tuple[Cite, ...] = ()
    inferred: str | None = None

    @property
    def quote(self) -> str | None:
        return "\n".join(cite.quote for cite in self.cites) or None

    @property
    def clause(self) -> str | None:
        return self.cites[0].clause if self.cites else None


@dataclass(frozen=True, slots=True)
class Contact:
    name: Words
    phone: str


@dataclass(frozen=True, slots=True)
class NotModelled:
    """Words of the law that no rule covers, and why: quoted, or all that stands below ``clause``."""

    basis: Basis
    reason: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """Who may not claim again after a proven fraud, by the document's own words.

    ``who``: ``claimant``, whoever claimed with false papers. ``until``: ``document_end``, the document's last day,
    without end while it has none. ``scope``: all programmes of the ``document``, or of its whole ``series``.
    """

    basis: Basis
    who: str
    until: str
    scope: str


@dataclass(frozen=True, slots=True)
class Document:
    """A published document: what it is called, from when it holds, whom to ask, and its text clause by
    clause.

    ``first_day`` and ``last_day`` are those of the law; ``learned_on`` is the day on which this installation
    came to know of it, which may be later. ``ban``: what it says of fraud; without it nobody is banned.
    """

    id: str
    title: Words
    number: str | None
    issuer: str
    status: str
    series: str | None
    first_day: date | None
    last_day: date | None
    contact: Contact | None
    learned: str | None
    learned_on: date | None
    clauses: tuple[Clause, ...] = field(repr=False)
    not_modelled: tuple[NotModelled, ...] = ()
    ban: Ban | None = None
