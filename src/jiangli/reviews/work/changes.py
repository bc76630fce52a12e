"""What whoever claims has changed since a moment: facts before and after, the account, the pictures.

Facts are compared as they were stated at the filings before and after it, so that nothing an officer noted looks
like a correction. Numbers of persons, phones and cards are masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jiangli.applications.models import Application, Assessment
from jiangli.reviews.models import Act, Opinion

FILINGS = ("submission", "resubmission", "list")
LINES = 50  # of a roster that are compared one by one on a page
_NUMBER = re.compile(r"(?<!\w)\d{7,15}(\d{3}[\dXx])(?!\w)")
_OURS = re.compile(r"^account\.|\.id$")


@dataclass(frozen=True)
class Change:
    """``part`` as in a return: a fact, ``account``, ``material:<id>``, ``line:<number>:<fact>``.

    ``before`` and ``after`` are the contract's values of a fact, or words; None: there was nothing.
    ``reason``: what the officer wrote on it. ``same``: it was to be corrected and is as it was.
    """

    part: str
    before: Any
    after: Any
    reason: str = ""
    same: bool = False


def returned_last(application: Application) -> Opinion | None:
    """The return that the case has come back from, while nobody has said anything of it since."""
    last = application.opinions.order_by("at", "pk").last()
    came_back = (
        last is not None and last.act == Act.RETURN and (application.submitted_at or last.at) > last.at
    )
    return last if came_back else None


def changes_of_return(application: Application, opinion: Opinion) -> list[Change]:
    """What was corrected since this return, the asked parts first, and which of them are as they were."""
    reasons = {row["field"]: row["reason"] for row in opinion.fields}
    found = {change.part: change for change in changes(application, since=opinion.at)}
    if opinion.account and opinion.account["index"] != application.account_index:
        found["account"] = Change("account", _tail(opinion.account["tail"]), _tail(_last_four(application)))
    elif opinion.account and opinion.account["name"] != application.account_name:
        found["account"] = Change("account", opinion.account["name"], application.account_name)
    elif opinion.account and opinion.account["bank"] != application.account_bank:
        found["account"] = Change("account", opinion.account["bank"], application.account_bank)
    asked = [
        Change(part, found[part].before, found[part].after, reason)
        if part in found
        else Change(part, None, None, reason, same=not _within(part, found))
        for part, reason in reasons.items()
    ]
    return [*asked, *(change for part, change in found.items() if part not in reasons)]


def changes(application: Application, *, since: datetime) -> list[Change]:
    """Facts, lines and pictures that the claimant changed after this moment."""
    return [*_facts(application, since), *_pictures(application, since)]


def _facts(application: Application, since: datetime) -> Iterator[Change]:
    filings = Assessment.objects.filter(application=application, occasion__in=FILINGS)
    before, after = filings.filter(at__lte=since).first(), filings.first()
    if before is None or after is None or before.pk == after.pk:
        return
    yield from _differing("", before.facts, after.facts)
    rows = {row["line"]: row["facts"] for row in before.lines}
    numbers = dict(application.lines.values_list("pk", "number"))
    shown = 0
    for row in after.lines:
        if row["line"] in numbers and (told := list(_line(numbers, rows, row))):
            yield from told
            shown += 1
        if shown == LINES:
            return


def _line(numbers: dict[int, int], rows: dict[int, dict[str, Any]], row: dict[str, Any]) -> Iterator[Change]:
    number = numbers[row["line"]]
    if row["line"] not in rows:
        yield Change(f"line:{number}", None, "")
        return
    yield from _differing(f"line:{number}:", rows[row["line"]], row["facts"])


def _differing(prefix: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name) and not _OURS.search(name):
            keep = name == "certificate.number"
            was, now = before.get(name), after.get(name)
            yield Change(f"{prefix}{name}", was if keep else masked(was), now if keep else masked(now))


def _pictures(application: Application, since: datetime) -> Iterator[Change]:
    rows = application.evidence.all()
    for material in dict.fromkeys(_materials(rows, since)):
        of = rows.filter(material=material)
        before = of.filter(added_at__lte=since).exclude(removed_at__lte=since).count()
        yield Change(f"material:{material}", before or None, of.filter(removed_at=None).count() or None)


def _materials(rows: QuerySet[Any], since: datetime) -> list[str]:
    return [
        *rows.filter(added_at__gt=since, removed_at=None).values_list("material", flat=True),
        *rows.filter(removed_at__gt=since, added_at__lte=since).values_list("material", flat=True),
    ]


def _within(part: str, found: dict[str, Change]) -> bool:
    """Whether something inside this part changed: a fact of a line that was returned as a whole."""
    return any(other.startswith(f"{part}:") for other in found)


def masked(value: Any) -> Any:
    """A value with numbers of persons, phones and cards but for their last four figures."""
    return _NUMBER.sub(r"••••\1", value) if isinstance(value, str) else value


def _last_four(application: Application) -> str:
    return str(application.account_number[-4:])


def _tail(tail: str) -> str | None:
    return f"•••• {tail}" if tail else None
