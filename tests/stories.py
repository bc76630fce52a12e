"""The people and the acts that the tests tell stories with. Everything goes through actions, as in life.

People are made up: 测试甲 and the like, with identity numbers of a place that does not exist.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any

from django.core.management import call_command
from PIL import Image

from jiangli import rules
from jiangli.accounts.models import Agency, Post, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.queries import asked_of_claimant, missing
from jiangli.clock import SHANGHAI
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Programme, Version
from jiangli.registers import actions as registers
from jiangli.registers.credit_codes import CHARACTERS, credit_check_character
from jiangli.registers.history import actions as history
from jiangli.registers.history.scopes import scopes
from jiangli.registers.identity_numbers import check_character
from jiangli.registers.models import Certificate, Clerk, ClerkState, Membership, Organisation, Person
from jiangli.reviews import actions as reviews

NOON = datetime(2025, 6, 10, 12, 0, tzinfo=SHANGHAI)  # the demonstration's day, inside the union's window
TECHNICIAN = "xiaoshan-union-2025-technician"
SENIOR = "xiaoshan-union-2025-senior-worker"
CHIEF = "xiaoshan-union-2025-chief-technician"
SERIES = "union-skill-incentive"
SUBBRANCH = "测试银行萧山支行"

_serial = count(10_001)  # above the numbers that tests give by hand


def identity_number(serial: int) -> str:
    """A number that is well formed and belongs to nobody: its place 339999 does not exist."""
    digits = f"3399991985{1 + serial // 28 % 12:02d}{1 + serial % 28:02d}{serial % 1000:03d}"
    return digits + check_character(digits)


def agencies() -> dict[str, Agency]:
    """The agencies that the policies name, as they are shipped."""
    call_command("agencies")
    return Agency.objects.in_bulk()


@cache
def library() -> rules.Library:
    """The policies of the repository, read once."""
    return rules.load()


def the_law(at: datetime) -> None:
    """The agencies, and the policies of the repository published."""
    _publish(library(), at)


_published: dict[int, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}


def _publish(law: rules.Library, at: datetime) -> None:
    """Publish as officers do, the first time; into an empty database again as the rows that came of it."""
    agencies()
    if id(law) not in _published or Programme.objects.exists():
        programmes.publish(law, by=None, at=at)
        if Programme.objects.count() == len(law.programmes) == Version.objects.count():
            hidden = ("id", "published_at")
            versions = Version.objects.order_by("pk").values()
            kept = [{k: v for k, v in row.items() if k not in hidden} for row in versions]
            _published[id(law)] = kept, list(Programme.objects.values())
        return
    versions, rows = _published[id(law)]
    made = [Version.objects.create(**row, published_at=at) for row in versions]  # texts this long, one by one
    by_code = {version.programme_code: version for version in made}
    Programme.objects.bulk_create(Programme(**{**row, "version_id": by_code[row["code"]].pk}) for row in rows)


@cache
def adopted(folder: str = "qiantang", first_day: date = date(2025, 1, 1)) -> rules.Library:
    """The policies of the repository with the draft of ``folder`` adopted, as it stands, from ``first_day`` on."""
    path = f"{folder}/document.toml"
    said = library().sources[path]
    lines = [line for line in said.splitlines() if line.split("=")[0].strip() not in {"status", "from"}]
    head = [f'status = "in_force"\nfrom = {first_day.isoformat()}']
    return rules.build({**library().sources, path: "\n".join([*head, *lines]) + "\n"})


def adopted_law(at: datetime, *, folder: str = "qiantang", first_day: date = date(2025, 1, 1)) -> None:
    """The agencies, and the policies with a draft document adopted, published: its programmes take claims."""
    _publish(adopted(folder, first_day), at)


def officer(agency: str, *roles: Role, name: str = "") -> User:
    """An officer of an agency with these posts."""
    serial = next(_serial)
    user = User.objects.create_user(
        username=f"officer-{serial}",
        password="wanderlust-7",
        name=name or f"测试员{serial}",
        agency_id=agency,
    )
    for role in roles:
        Post.objects.create(user=user, role=role)
    return user


def member(
    name: str = "测试甲",
    *,
    serial: int | None = None,
    area: str = "330109",
    verified: bool = True,
    phone: str = "",
) -> Person:
    """A member in the register who has signed in once."""
    serial = serial or next(_serial)
    number = identity_number(serial)
    phone = phone or f"139{serial:08d}"
    person = registers.person_of_number(number, name=name)
    person.in_register = True
    person.phone = phone
    person.save()
    Membership.objects.create(
        person=person,
        union_name="测试一车间工会",
        union_area=area,
        real_name_verified=verified,
        since_on=date(2020, 1, 1),
    )
    return registers.identify(name, number, phone, at=datetime.fromisoformat("2025-06-01T09:00+08:00")).person


def credit_code(serial: int, *, authority: str = "91") -> str:
    """A code that is well formed and belongs to nobody: its place 339999 does not exist."""
    body = "".join(CHARACTERS[serial // 31**place % 31] for place in range(9))
    code = f"{authority}339999{body}"
    return code + credit_check_character(code)


def organisation(
    name: str = "测试机械有限公司",
    *,
    kind: str = "enterprise",
    area: str = "330109",
    clerk: Person | None = None,
    **known: Any,
) -> Organisation:
    """An organisation in the register with an active head clerk; ``known`` are further facts of it,
    named without their ``organisation.``."""
    serial = next(_serial)
    facts = {"kind": kind, "area": area, **known}
    row = Organisation.objects.create(
        name=name,
        credit_code=credit_code(serial),
        known={f"organisation.{fact}": value for fact, value in facts.items()},
        account_name=name,
        account_number=f"3300{serial:015d}",
        account_bank=SUBBRANCH,
        in_register=True,
    )
    Clerk.objects.create(
        organisation=row,
        person=clerk or member(f"测试经办{serial}"),
        head=True,
        state=ClerkState.ACTIVE,
        asked_at=NOON,
        settled_at=NOON,
    )
    return row


def clerk_of(row: Organisation) -> User:
    """The account of its first head clerk."""
    head = row.clerks.filter(state=ClerkState.ACTIVE, head=True).order_by("asked_at", "pk").first()
    assert head is not None and head.person.account is not None
    return head.person.account


def certificate(person: Person, *, number: str = "", **known: Any) -> Certificate:
    """A technician's certificate in the register, valid for the 2025 incentive unless ``known`` says otherwise."""
    row = registers.certificate_for(number or f"S0000330100{next(_serial):05d}")
    fields = {
        "person": person,
        "looked_up_at": datetime.fromisoformat("2025-06-01T09:00+08:00"),
        "holder_name": person.name,
        "kind": "skill_level_certificate",
        "level": "technician",
        "issue_date": date(2024, 9, 20),
        "issuer_kind": "evaluation_body",
        "issuer_area": "330109",
        "filing_area": "330100",
        "occupation": "焊工",
        "issuer_name": "测试评价机构",
    }
    for name, value in {**fields, **known}.items():
        setattr(row, name, value)
    row.save()
    return row


@cache
def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "#f6eedd").save(out, "JPEG")
    return out.getvalue()


ANSWERS = {
    "person.sex": "female",
    "certificate.former_level": "senior",
    "certificate.former_level_date": "2020-05-01",
    "certificate.occupation": "焊工",
    "employment.employer_name": "测试机械有限公司",
    "person.migrant_worker": False,
    "certificate.issue_date": "2024-09-20",
}


def draft(
    person: Person,
    held: Certificate,
    *,
    at: datetime,
    programme: str = TECHNICIAN,
    stated: dict[str, Any] | None = None,
    **account: str,
) -> Application:
    """A draft with everything filled in, ready to be filed."""
    by = person.account
    assert by is not None
    application = applications.start(person, programme, by=by, at=at)
    number = {"certificate.number": held.number}
    application = applications.save_answers(application, stated=number, by=by, at=at)
    application = applications.save_answers(
        application,
        stated=_answers(application, person) | (stated or {}),
        account={
            "account_name": person.name,
            "account_number": "6217000000000000000",
            "account_bank": SUBBRANCH,
            **account,
        },
        by=by,
        at=at,
    )
    for material in programme_of(application).materials:
        applications.add_evidence(application, material.id, "照片.jpg", photograph(), by=by, at=at)
    return Application.objects.get(pk=application.pk)


def _answers(application: Application, person: Person) -> dict[str, Any]:
    """An answer for every fact the form still asks: the one above, else the first choice of its type."""
    asked = {ask.fact.name: ask.fact for ask in asked_of_claimant(application)}
    answers = {name: ANSWERS[name] for name in asked if name in ANSWERS}
    for gap in missing(application, on=NOON.date()):
        if gap.part in asked and gap.part not in answers:
            name = person.name if gap.part == "certificate.holder_name" else anything(asked[gap.part])
            answers[gap.part] = name
    return answers


def anything(fact: Any) -> Any:
    match fact.kind:
        case "enum" | "code":
            return fact.choices[0].id
        case "bool":
            return False
        case "int":
            return 1
        case "date":
            return "2020-05-01"
        case _:
            return "测试"


def history_declared(*payers: str, at: datetime, programme: str = TECHNICIAN) -> None:
    """Two officers of each payer declare that nothing was paid before, so that payments can be released."""
    scope = next(found for found in scopes().values() if programme in [law.id for law in found.laws])
    for payer in payers or ("hangzhou-union", "xiaoshan-union"):
        declared = history.declare(
            scope, complete_up_to=at.date(), note="此前没有发放过。",
            by=officer(payer, Role.REGISTRAR), at=at,
        )  # fmt: skip
        history.confirm(declared, by=officer(payer, Role.APPROVER), at=at)


def filed(
    person: Person, held: Certificate, *, at: datetime, programme: str = TECHNICIAN, **account: str
) -> Application:
    """A case in review."""
    application = draft(person, held, at=at, programme=programme, **account)
    assert person.account is not None
    return applications.submit(application, by=person.account, at=at).application


def approved(person: Person, held: Certificate, *, at: datetime, programme: str = TECHNICIAN) -> Application:
    """A case that two officers passed: the first reviews, the other approves."""
    application = filed(person, held, at=at, programme=programme)
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    last = "hangzhou-union" if programme == TECHNICIAN else "xiaoshan-union"
    application = reviews.pass_on(application, by=reviewer, at=at)
    return reviews.pass_on(application, by=officer(last, Role.APPROVER), at=at)
