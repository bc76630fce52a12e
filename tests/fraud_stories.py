"""A case in which something was false, and the officers who find it. The law of the union, with and without a ban."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import stories
from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments.recovery import actions as recovery
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud.models import Finding
from stories import library, officer, photograph

UNION = "xiaoshan-union"
DAY = timedelta(days=1)


@cache
def banning(last_day: date | None = None) -> rules.Library:
    """The policies, as if the union's document of 2025 barred whoever cheated, until ``last_day`` or without end."""
    path = "xiaoshan-union-2025/document.toml"
    law = library()
    document = law.documents["xiaoshan-union-2025"]
    words = next(clause.text for clause in document.clauses if len(clause.text) > 20).split("\n")[0][:30]
    ban = f'\n[ban]\nquote = "{words}"\nwho = "claimant"\nuntil = "document_end"\nscope = "document"\n'
    lines = [line for line in law.sources[path].splitlines() if line.split("=")[0].strip() != "to"]
    said = (f"to = {last_day.isoformat()}\n" if last_day else "") + "\n".join(lines)
    return rules.build({**law.sources, path: said + ban})


def banning_law(at: datetime, last_day: date | None = None) -> None:
    stories._publish(banning(last_day), at)


def approver() -> User:
    return officer(UNION, Role.APPROVER)


def proposed(*cases: Application, at: datetime, by: User | None = None) -> Finding:
    """A finding about these cases that waits for the second officer; the money to be back in thirty days."""
    by = by or officer(UNION, Role.REVIEWER)
    finding = fraud.record_finding(cases[0], what="证书是假的，发证机构说没有发过。", by=by, at=at)
    for case in cases[1:]:
        fraud.include(finding, case, by=by, at=at)
    fraud.add_paper(finding, "回函.jpg", photograph(), by=by, at=at)
    finding = fraud.describe(
        finding,
        what=finding.what,
        heard_on=at.date(),
        heard="本人到场，说证书是买来的。",
        pay_back_by=at.date() + 30 * DAY,
        by=by,
        at=at,
    )
    return fraud.propose(finding, by=by, at=at)


def confirmed(*cases: Application, at: datetime) -> Finding:
    return recovery.confirm(proposed(*cases, at=at), by=approver(), at=at)
