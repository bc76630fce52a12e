"""200,000 yuan a year for a training institution, both programmes of the adopted document together."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from test_two_at_once import together

from filing_stories import (
    ABILITY,
    BUREAU,
    TRAINING,
    all_confirmed,
    claims_taken,
    class_filed,
    named,
    training_body,
)
from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Balance, Commitment
from jiangli.applications.status import Status
from jiangli.programmes import actions as programmes
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, EarlierPayment, Organisation, Person
from jiangli.registers.queries import find_person
from jiangli.reviews import actions as reviews
from jiangli.reviews import rosters as roster_reviews
from jiangli.reviews.queries import decision_of
from jiangli.reviews.sheet import assess_for_officer
from rosters import filed_roster
from stories import adopted, agencies, certificate, identity_number, officer

pytestmark = pytest.mark.django_db(transaction=True)

LEFT_OUT = ('  { kind = "publish"', '  { kind = "deliberate"', '"公示"', '"审议"')
ISSUED = date(2025, 5, 20)
LOOKED_UP = {
    TRAINING: {"certificate.shortage_occupation": True, "training.completed": True},
    ABILITY: {
        "training.secondary_industry": True,
        "training.completed": True,
        "training.fee_charged": False,
    },
}


def paid_before(body: Organisation, yuan: int, *, programme: str, year: int = 2025) -> None:
    EarlierPayment.objects.create(
        programme_code=programme, organisation=body, period=str(year), paid_on="2025-03-01",
        amount_fen=yuan * 100, source="测试导入",
    )  # fmt: skip


def trained(
    body: Organisation, *serials: int, programme: str, at: datetime
) -> list[tuple[Person, Certificate]]:
    """Trainees of a class filed in time and examined, each with a certificate that this programme pays."""
    filed_at = at - timedelta(days=120)
    trainees = [named(serial) for serial in serials]
    all_confirmed(class_filed(body, *trainees, days_before=40, at=filed_at, programme=programme), at=filed_at)
    known = (
        {"level": "senior"} if programme == TRAINING else {"kind": "special_ability_certificate", "level": ""}
    )
    persons = [find_person(identity_number(serial)) for serial in serials]
    return [(person, certificate(person, issue_date=ISSUED, **known)) for person in persons if person]


def ready(body: Organisation, *serials: int, programme: str, at: datetime) -> Application:
    """A roster that can pass: officers have noted what no register says."""
    rows = trained(body, *serials, programme=programme, at=at)
    said = {"person.group": "unemployed"} if programme == TRAINING else {}
    case = filed_roster(body, *rows, at=at, programme=programme, **said)
    by = officer(BUREAU, Role.APPROVER)
    for fact, value in LOOKED_UP[programme].items():
        values = dict.fromkeys(case.lines.values_list("pk", flat=True), value)
        roster_reviews.look_up_lines(case, fact, values, place="职业能力一体化系统", by=by, at=at)
    return case


def the_law_once_published(at: datetime) -> None:
    """The adopted document, both programmes without 公示 and 审议: its review decides."""
    sources = dict(adopted().sources)
    for code in ("10a-institution-training", "10b-institution-special-ability"):
        for path in (f"qiantang/{code}.toml", f"qiantang/{code}.en.toml"):
            lines = [line for line in sources[path].splitlines() if not line.startswith(LEFT_OUT)]
            sources[path] = "\n".join(lines) + "\n"
    agencies()
    programmes.publish(rules.build(sources), by=None, at=at)
    claims_taken(TRAINING, ABILITY, at=at)


@pytest.fixture
def body(at: datetime) -> Organisation:
    the_law_once_published(at)
    return training_body()


def promised() -> list[int]:
    """What each line was promised, in yuan, in the order of the lines; together never above what is left."""
    balance = Balance.objects.get(limit__startswith="at_most")
    assert balance.used_fen <= balance.cap_fen == 20_000_000
    found = Commitment.objects.filter(released_at=None, fen__isnull=False).order_by("line")
    return [commitment.fen // 100 for commitment in found if commitment.fen is not None]


def test_of_1100_yuan_two_lines_of_720_get_720_and_380(body: Organisation, at: datetime) -> None:
    paid_before(body, 198_900, programme=ABILITY)
    case = ready(body, 951, 952, programme=TRAINING, at=at)
    answer = assess_for_officer(case, at=at).answer
    assert [line.amount_fen for line in answer.lines or ()] == [72_000, 38_000]
    decided = reviews.pass_on(case, seen_fen=110_000, by=officer(BUREAU, Role.APPROVER), at=at)
    assert decision_of(decided).amount_fen == 110_000
    assert promised() == [720, 380]


def test_rosters_of_both_programmes_decided_at_once_never_pass_the_ceiling(
    body: Organisation, at: datetime
) -> None:
    paid_before(body, 198_900, programme=TRAINING)
    cases = [
        ready(body, 961, 962, programme=TRAINING, at=at),
        ready(body, 963, 964, 965, programme=ABILITY, at=at),
    ]
    approvers = [officer(BUREAU, Role.APPROVER) for _case in cases]
    results = together(
        *(
            lambda case=case, by=by: reviews.pass_on(case, seen_fen=110_000, by=by, at=at)
            for case, by in zip(cases, approvers, strict=True)
        )
    )
    assert len([result for result in results if isinstance(result, Refused)]) == 1
    assert sum(promised()) == 1_100
    assert Application.objects.filter(status=Status.APPROVED).count() == 1
