"""A small invented law for the guard: two rosters under one ceiling, a difference, parts, and a limit that holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any

from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Line
from jiangli.programmes import actions as programmes
from jiangli.registers.models import Certificate, Clerk, ClerkState, Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.sheet import assess_for_officer
from stories import agencies, library, officer

COURSES, SKILLS = "try-courses", "try-skills"  # of an organisation, for its people
UPGRADE, HALVES, EXTRA = "try-upgrade", "try-halves", "try-extra"  # of a person

_serial = count(1)

_DOCUMENT = """
title  = "测试办法"
issuer = "qiantang-hrss"
status = "in_force"
from   = 2025-01-01
"""
_TEXT = """
# 测试办法

一本证书只发一次。每家单位每年最高2000元。已经领过的补差额。每人每半份只发一次。按等级发放。持有证书。
"""
_HEAD = """
id       = "{id}"
title    = "{title}"
section  = "测试办法"
agency   = "qiantang-hrss"
claimant = "{claimant}"
{more}
[{kind}.E1]
title = "持有证书"
when  = "certificate.level >= 'junior'"
quote = "持有证书。"
[amount]
by    = "certificate.level"
quote = "按等级发放。"
rates = [
  {{ is = "senior",            yuan = {senior} }},
  {{ is = "technician",        yuan = {technician} }},
  {{ is = "senior_technician", yuan = {master} }},
]
[process]
stages = [
  {{ kind = "file",   title = "申报", agency = "claimant", inferred = "试" }},
  {{ kind = "review", title = "审核", inferred = "试" }},
  {{ kind = "pay",    title = "发放", inferred = "试" }},
]
"""
_CAP = """
[[limits]]
id       = "once"
once_per = ["certificate"]
quote    = "一本证书只发一次。"
[[limits]]
id      = "cap"
at_most = 2000
per     = ["organisation", "period"]
across  = ["try-courses", "try-skills"]
quote   = "每家单位每年最高2000元。"
"""
_DIFFERENCE = """
[[limits]]
id            = "difference"
less_paid_per = ["person"]
quote         = "已经领过的补差额。"
"""
_HALVES = """
[[limits]]
id       = "once"
once_per = ["person", "subject"]
quote    = "每人每半份只发一次。"
[[limits]]
id       = "both"
once_per = ["certificate"]
across   = ["try-extra"]
effect   = "hold"
inferred = "没有写能不能都领"
"""
_EXTRA = """
[[limits]]
id       = "mine"
once_per = ["certificate"]
inferred = "没有写能不能重复"
"""


def _programme(id: str, title: str, kind: str, amounts: Sequence[int], limits: str) -> str:
    organisation = kind == "line"
    record = (
        'record = { period = "year_of(application.applied_on)" }\nlines = "person"' if organisation else ""
    )
    if id == HALVES:
        record = 'record = { subject = "application.instalment", parts = { both = ["first", "second"] } }'
    names = dict(zip(("senior", "technician", "master"), amounts, strict=True))
    head = _HEAD.format(
        id=id,
        title=title,
        claimant="organisation" if organisation else "person",
        more=record,
        kind=kind,
        **names,
    )
    return head + limits


@cache
def law() -> rules.Library:
    """The invented programmes with the dictionary of the repository."""
    sources = {name: text for name, text in library().sources.items() if "/" not in name}
    sources |= {"try/document.toml": _DOCUMENT, "try/text.md": _TEXT}
    for id, title, kind, amounts, limits in (
        (COURSES, "测试培训", "line", (400, 600, 1000), _CAP),
        (SKILLS, "测试技能", "line", (400, 720, 1000), _CAP),
        (UPGRADE, "测试提升", "claim", (1000, 3000, 5000), _DIFFERENCE),
        (HALVES, "测试两半", "claim", (100, 200, 300), _HALVES),
        (EXTRA, "测试另加", "claim", (50, 60, 70), _EXTRA),
    ):
        sources[f"try/{id}.toml"] = _programme(id, title, kind, amounts, limits)
    return rules.build(sources)


def publish(at: datetime) -> None:
    """The agencies, and the invented law in force."""
    agencies()
    programmes.publish(law(), by=None, at=at)


def publish_with_a_difference_for_each_trainee(at: datetime) -> None:
    """The invented law, but of the courses only the difference to what a trainee had before is paid."""
    path = f"try/{COURSES}.toml"
    changed = law().sources[path].replace(_CAP, _DIFFERENCE)
    programmes.publish(rules.build({**law().sources, path: changed}), by=None, at=at)


def firm(name: str = "测试机械有限公司", *, head: Person) -> Organisation:
    """An organisation for which ``head`` acts."""
    made = Organisation.objects.create(
        name=name, credit_code=f"91339999TEST{next(_serial):06d}", in_register=True
    )
    Clerk.objects.create(organisation=made, person=head, state=ClerkState.ACTIVE, head=True, asked_at=CLOCK)
    return made


CLOCK = datetime.fromisoformat("2025-06-01T09:00+08:00")
ACCOUNT = {"account_number": "6217000000000000000", "account_bank": "测试银行萧山支行"}


def roster(
    organisation: Organisation,
    head: Person,
    rows: Sequence[Certificate],
    *,
    programme: str = COURSES,
    at: datetime,
) -> Application:
    """A draft of an organisation with a line for each certificate."""
    assert head.account is not None
    case = applications.start(None, programme, organisation=organisation, by=head.account, at=at)
    case.lines.all().delete()
    Line.objects.bulk_create(
        Line(application=case, number=number, person=row.person, certificate=row)
        for number, row in enumerate(rows, 1)
    )
    account = {**ACCOUNT, "account_name": organisation.name}
    return applications.save_answers(case, account=account, by=head.account, at=at)


def claim(person: Person, held: Certificate, programme: str, *, at: datetime, **stated: Any) -> Application:
    """A draft of a person, ready to be filed."""
    assert person.account is not None
    case = applications.start(person, programme, by=person.account, at=at)
    case = applications.save_answers(
        case,
        stated={name.replace("__", "."): value for name, value in stated.items()}
        | {"certificate.number": held.number},
        account={**ACCOUNT, "account_name": person.name},
        by=person.account,
        at=at,
    )
    case.lines.update(certificate=held)
    return case


def submit(case: Application, by: Person, *, at: datetime) -> Application:
    assert by.account is not None
    return applications.submit(case, by=by.account, at=at).application


def decide(case: Application, *, at: datetime, seen_fen: int | None = None) -> Application:
    """Pass a filed case at its only review."""
    approver = officer("qiantang-hrss", Role.APPROVER)
    falling = assess_for_officer(case, at=at).tally.falling  # the officer has seen what falls away
    return reviews.pass_on(case, falling=falling, seen_fen=seen_fen, by=approver, at=at)
