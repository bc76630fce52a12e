"""Made-up agencies, officers, persons and cases, in as few words as a test needs.

Names and numbers are invented. What a test does not name is made so that all goes well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import count

from jiangli import rules
from jiangli.accounts.models import Agency, Deputy, Post, User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Assessment, Line
from jiangli.applications.status import Status
from jiangli.clock import SHANGHAI, day_of
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.registers.history.models import HistoryDeclaration
from jiangli.registers.history.scopes import key_of
from jiangli.registers.identity_numbers import check_character
from jiangli.registers.models import Certificate, Person
from jiangli.registers.queries import identity_index
from jiangli.reviews.models import Act, Decision, DecisionOutcome, Entitlement, Opinion

CITY, DISTRICT = "hangzhou-union", "xiaoshan-union"
TECHNICIAN = "xiaoshan-union-2025-technician"
AT = datetime(2025, 6, 10, 9, 0, tzinfo=SHANGHAI)

_AGENCIES = {
    CITY: ("杭州市总工会", "市总工会", "Hangzhou Federation of Trade Unions", "HZ"),
    DISTRICT: ("杭州市萧山区总工会", "区总工会", "Xiaoshan Federation of Trade Unions", "XS"),
}
_next = count(1).__next__


def agency(code: str = DISTRICT) -> Agency:
    """One of the two unions."""
    name, short_name, name_en, prefix = _AGENCIES[code]
    made, _new = Agency.objects.get_or_create(
        code=code, defaults={"name": name, "short_name": short_name, "name_en": name_en, "prefix": prefix}
    )
    return made


def officer(*roles: Role, of: str = DISTRICT, name: str = "") -> User:
    """An officer of an agency, with these posts."""
    user = User.objects.create(username=f"officer-{_next()}", name=name or "测试职员", agency=agency(of))
    for role in roles:
        Post.objects.create(user=user, role=role)
    return user


def deputy(absent: User, by: User, *, on: date = AT.date()) -> Deputy:  # noqa: B008  a constant
    """``by`` stands in for ``absent`` for a day."""
    return Deputy.objects.create(absent=absent, deputy=by, from_on=on, to_on=on)


def claimant_account() -> User:
    """An account as claimants have it."""
    return User.objects.create(username=f"claimant-{_next()}")


def person(name: str = "测试甲", *, account: User | None = None, officer: User | None = None) -> Person:
    """Somebody of the member register."""
    digits = f"33010919900101{_next() % 1000:03d}"
    number = digits + check_character(digits)
    return Person.objects.create(
        name=name,
        id_number=number,
        id_number_index=identity_index(f"{number}-{_next()}"),
        phone="13800000000",
        account=account,
        officer=officer,
        in_register=True,
    )


def certificate(holder: Person, *, issued: date = date(2024, 6, 18)) -> Certificate:
    """A technician's certificate."""
    return Certificate.objects.create(
        number=f"TEST{_next():012d}",
        person=holder,
        holder_name=holder.name,
        kind="skill_level_certificate",
        level="technician",
        issue_date=issued,
    )


@cache
def _law() -> rules.Library:
    return rules.load(rules.default_folder())


def version(code: str = TECHNICIAN) -> Version:
    """The programme as the policies folder has it, published."""
    library = _law()
    made, _new = Version.objects.get_or_create(
        programme_code=code,
        hash=library.programmes[code].hash,
        defaults={"sources": library.sources_of(code), "published_at": AT},
    )
    return made


def approved_case(
    claimant: Person | None = None,
    *,
    shares: Mapping[str, int] | None = None,
    reviewer: User | None = None,
    approver: User | None = None,
    account_number: str = "6222021202000000017",
    at: datetime = AT,
) -> Application:
    """A case with its decision; ``shares``: what each payer owes, in fen (600 yuan each if not said)."""
    shares = shares or {CITY: 60_000, DISTRICT: 60_000}
    claimant = claimant or person()
    case = _filed_case(claimant, account_number, at)
    for code in shares:
        case.agencies.add(agency(code))
    assessment = _assessment(case, sum(shares.values()), at)
    reviewer, approver = reviewer or officer(Role.REVIEWER), approver or officer(Role.APPROVER, of=CITY)
    for stage, by in enumerate((reviewer, approver)):
        Opinion.objects.create(
            application=case,
            stage=stage,
            stage_title="审核",
            act=Act.PASS,
            assessment=assessment,
            by=by,
            at=at,
        )
    decision = Decision.objects.create(
        application=case,
        outcome=DecisionOutcome.APPROVED,
        amount_fen=sum(shares.values()),
        version=case.version,
        assessment=assessment,
        by=approver,
        at=at,
    )
    for code, amount in shares.items():
        Entitlement.objects.create(decision=decision, payer=agency(code), amount_fen=amount, due_at=at)
    return case


def declared_history(payer: str, *, law: str = TECHNICIAN, at: datetime = AT) -> HistoryDeclaration:
    """Two officers have said that all this payer paid before is here, so that its payments can be released."""
    made, _new = HistoryDeclaration.objects.get_or_create(
        scope=key_of(rule(version(law))),
        payer=agency(payer),
        revoked_at=None,
        defaults={
            "complete_up_to": at.date(),
            "note": "此前没有发放过。",
            "declared_at": at,
            "declared_by": officer(Role.REGISTRAR, of=payer),
            "confirmed_at": at,
            "confirmed_by": officer(Role.APPROVER, of=payer),
        },
    )
    return made


def _filed_case(claimant: Person, account_number: str, at: datetime) -> Application:
    case = Application.objects.create(
        number=f"XS-2025-{_next():05d}",
        programme_code=TECHNICIAN,
        version=version(),
        claimant=claimant,
        status=Status.APPROVED,
        stage=2,
        started_at=at,
        first_filed_at=at,
        submitted_at=at,
        account_name=claimant.name,
        account_number=account_number,
        account_bank="测试银行萧山支行" if account_number else "",
    )
    Line.objects.create(application=case, person=claimant, certificate=certificate(claimant))
    return case


def _assessment(case: Application, amount_fen: int, at: datetime) -> Assessment:
    return Assessment.objects.create(
        application=case,
        version=case.version,
        occasion="decision",
        applied_on=day_of(at),
        at=at,
        facts={},
        sources={},
        vouched=True,
        result={"outcome": "eligible", "amount_fen": amount_fen},
    )
