"""What the limits of a case look back to: payments, what other cases were promised, and what they only claim.

All of it in the columns of the history: programme, series, person, certificate, organisation, subject, period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.models import Application, Commitment, Line
from jiangli.registers.history.models import ElsewhereCase
from jiangli.registers.history.status import ElsewhereState
from jiangli.registers.models import EarlierPayment
from jiangli.registers.queries import batched, earlier_payments

MANY = 500  # keys asked for, or rows written, at once
KEYS = ("person", "certificate", "organisation")  # the columns that are keys of a register

Columns = dict[str, str]
Counted = tuple[
    tuple[int, str | None], Line | None, Columns
]  # (number of the line, part), the line, its columns


def counted(
    application: Application,
    programme: rules.Programme,
    facts: rules.Facts,
    rows: Sequence[rules.Facts] | None,
    only: Line | None = None,
) -> Iterator[Counted]:
    """Each line of a case, and each part of it, with the columns it is counted under.

    ``rows`` are the facts of a roster's lines in their order, or of ``only`` one; None for one claim.
    """
    unread = application.lines.defer("stated", "listed")  # JSON, read for thousands of lines in vain
    lines: list[Line | None] = [only] if only else list(unread.order_by("number"))
    if rows is None:  # one claim, whatever list is attached to it
        lines, rows = [lines[0] if len(lines) == 1 else None], [{}]
    for number, (line, row) in enumerate(zip(lines, rows, strict=True), 1):
        told = {**facts, **row}
        recorded = {
            column: rules.column_text(expression.run(told), column) or ""
            for column, expression in programme.record.items()
        }
        for part in rules.parts_of(programme, told):
            columns = _columns(application, line, programme, recorded)
            yield (number, part), line, columns | ({"subject": part} if part else {})


def _columns(
    application: Application, line: Line | None, programme: rules.Programme, recorded: Mapping[str, str]
) -> Columns:
    """The organisation is the one that claims; who files for a person is no part of what is paid."""
    person = (line.person_id if line else None) or application.claimant_id
    organisation = application.organisation_id if application.claimant_id is None else None
    return {
        "programme": programme.id,
        "series": programme.series or "",
        "person": str(person or ""),
        "certificate": str((line.certificate_id if line else None) or ""),
        "organisation": str(organisation or ""),
        "subject": recorded.get("subject", ""),
        "period": recorded.get("period", ""),
    }


def fields_of(columns: Columns) -> dict[str, Any]:
    """The columns as fields of a row, here and in the history."""
    keys = {f"{name}_id": columns[name] or None for name in KEYS}
    plain = {name: columns[name] for name in ("series", "subject", "period")}
    return {"programme_code": columns["programme"], **plain, **keys}


def columns_of(row: Commitment | EarlierPayment) -> Columns:
    keys = {name: str(getattr(row, f"{name}_id") or "") for name in KEYS}
    plain = {"series": row.series, "subject": row.subject, "period": row.period}
    return {"programme": row.programme_code, **plain, **keys}


@dataclass(frozen=True)
class Asked:
    """Whose payments and claims are looked for."""

    person: frozenset[str]
    certificate: frozenset[str]
    organisation: frozenset[str]
    subject: frozenset[str]

    @classmethod
    def of(cls, rows: Sequence[Counted]) -> Asked:
        def all_of(column: str) -> frozenset[str]:
            return frozenset(columns[column] for _place, _line, columns in rows if columns[column])

        return cls(*(all_of(column) for column in ("person", "certificate", "organisation", "subject")))

    def items(self) -> Iterator[tuple[str, frozenset[str]]]:
        for column in ("person", "certificate", "organisation", "subject"):
            yield column, getattr(self, column)


@dataclass(frozen=True)
class Live:
    """A line of another live case. ``fen``: promised and not paid yet; None while nobody has decided."""

    application: Application
    columns: Columns
    fen: int | None
    promised_on: date | None

    @property
    def as_history(self) -> dict[str, str]:
        """It as a line of the contract's history."""
        assert self.fen is not None and self.promised_on is not None
        known = {name: value for name, value in self.columns.items() if value}
        return {**known, "paid_on": self.promised_on.isoformat(), "amount": rules.money_text(self.fen)}


OPEN = Q(released_at=None) & (Q(fen=None) | Q(fen__gt=F("paid_fen")))  # not in the history yet


def live(asked: Asked, *, but: Application) -> list[Live]:
    """What other live cases claim or are owed for anyone or anything of ``asked``, the earliest filed first."""
    rows: dict[int, Commitment] = {}
    standing = Commitment.objects.filter(OPEN).exclude(application=but).select_related("application")
    for column, keys in asked.items():
        for some in batched(sorted(keys), MANY):
            rows |= {row.pk: row for row in standing.filter(**{f"{column}__in": some})}
    found = sorted(rows.values(), key=lambda row: (*place_of(row.application), row.pk))
    return [
        Live(
            row.application,
            columns_of(row),
            None if row.fen is None else row.fen - row.paid_fen,
            row.promised_on,
        )
        for row in found
    ]


def place_of(application: Application) -> tuple[str, str]:
    """Where a filed case stands in the order of filing."""
    day = application.first_filed_at
    return (day.isoformat() if day else "", str(application.pk))


def history_of(
    application: Application, programme: rules.Programme, rows: Sequence[Counted], *, promised: bool
) -> list[dict[str, str]]:
    """Earlier payments that the limits of a case may count, as the contract has them, the oldest first.

    ``promised`` adds what other cases were promised and are not paid yet. For a ceiling over a whole programme
    what was paid to others stands there as one sum for each programme and period.
    """
    asked = Asked.of(rows)
    subjects = asked.subject if _looks_by_subject(programme) else frozenset()
    found = earlier_payments(asked.person, asked.certificate, asked.organisation, subjects)
    if promised:
        found += [row.as_history for row in live(asked, but=application) if row.fen is not None]
    if over_all := [limit for limit in programme.limits if sums(limit) and not set(limit.per) - {"period"}]:
        found += _of_all_others(over_all, found, application, promised=promised)
    return sorted(found, key=lambda row: row["paid_on"])


def sums(limit: rules.Limit) -> bool:
    """Whether a limit adds up amounts over several claims, and decides."""
    return limit.refuses and limit.kind != "once_per" and not limit.roster_only and "claim" not in limit.per


def _looks_by_subject(programme: rules.Programme) -> bool:
    return any("subject" in limit.per for limit in programme.limits)


def _of_all_others(
    limits: Sequence[rules.Limit],
    found: Sequence[Mapping[str, str]],
    application: Application,
    *,
    promised: bool,
) -> list[dict[str, str]]:
    """What is paid and promised in all, by programme and period, less what ``found`` has of it already."""
    totals: Counter[tuple[str, str, str]] = Counter()
    paid = EarlierPayment.objects.filter(freed_on=None).annotate(year=ExtractYear("paid_on"))
    names = ("programme_code", "series", "period", "year")
    for code, series, period, year, fen in paid.values_list(*names).annotate(sum=Sum("amount_fen")):
        totals[code, series, period or str(year)] += fen
    if promised:
        owed = Commitment.objects.filter(OPEN, fen__isnull=False).exclude(application=application)
        owed = owed.annotate(year=ExtractYear("promised_on"))
        for code, series, period, year, fen in owed.values_list(*names).annotate(
            sum=Sum(F("fen") - F("paid_fen"))
        ):
            totals[code, series, period or str(year)] += fen
    for row in found:
        place = row["programme"], row.get("series", ""), row.get("period", row["paid_on"][:4])
        totals[place] -= int(row["amount"].replace(".", ""))
    return [
        {"programme": code, "series": series, "period": period, "paid_on": f"{period[:4]}-01-01"}
        | {"amount": rules.money_text(fen)}
        for (code, series, period), fen in sorted(totals.items())
        if fen > 0 and any(rules.looks_at(limit, code, series) for limit in limits)
    ]


@dataclass(frozen=True)
class Elsewhere:
    """A case in progress in another system. ``say``: where, and under which number there."""

    columns: Columns
    say: str


def elsewhere(asked: Asked) -> list[Elsewhere]:
    """Cases in progress in other systems for anyone or anything of ``asked``; an officer looks at each.

    The one place where they come in.
    """
    rows: dict[Any, ElsewhereCase] = {}
    standing = ElsewhereCase.objects.filter(state=ElsewhereState.OPEN)
    for column in ("person", "certificate"):
        for some in batched(sorted(getattr(asked, column)), MANY):
            rows |= {row.pk: row for row in standing.filter(**{f"{column}__in": some})}
    return [
        _elsewhere(row) for row in sorted(rows.values(), key=lambda row: (str(row.filed_on), str(row.pk)))
    ]


def _elsewhere(row: ElsewhereCase) -> Elsewhere:
    keys = {name: str(getattr(row, f"{name}_id", None) or "") for name in KEYS}
    plain = {"programme": row.programme_code, "series": row.series, "subject": "", "period": ""}
    say = _("A case in progress elsewhere: %(what)s.") % {"what": str(row)}
    return Elsewhere({**plain, **keys}, say)
