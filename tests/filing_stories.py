"""Stories of classes that an organisation files before they begin, under the Qiantang document as if adopted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.assessing import Assessed, assess_vouched
from jiangli.applications.filings import actions as filings
from jiangli.applications.filings import trainees as lists
from jiangli.applications.filings.models import Examined, Filing, FilingTrainee
from jiangli.applications.models import Application, Line
from jiangli.programmes.models import Programme, Round
from jiangli.programmes.rounds import open_round
from jiangli.registers.models import Certificate, Organisation, Person
from jiangli.reviews.examining import examine
from stories import clerk_of, identity_number, officer, organisation

TRAINING = "qiantang-10a-institution-training"
ABILITY = "qiantang-10b-institution-special-ability"
SCHOOL = "qiantang-07-school-enterprise"
BUREAU = "qiantang-hrss"
LOOKED = "浙江省职业能力一体化系统，户籍和参保"


def training_body(name: str = "测试培训学校", **known: Any) -> Organisation:
    return organisation(name, kind="training_institution", area="330114", **known)


def named(serial: int, name: str = "", **said: Any) -> lists.Given:
    """What a clerk says of a trainee: unemployed, checked by name, unless ``said`` otherwise."""
    fields = {"group": "unemployed", "real_name_checked": True, **said}
    return lists.Given(name or f"测试学员{serial}", identity_number(serial), **fields)


def begun(
    body: Organisation, *trainees: lists.Given, opens_on: date, at: datetime, programme: str = TRAINING
) -> Filing:
    """A draft of a class with everything filled in."""
    by = clerk_of(body)
    filing = filings.begin(body, programme, by=by, at=at)
    about = {
        "title": "焊工初级一班",
        "plan": "理论 40 课时，实操 80 课时。",
        "occupation": "焊工",
        "place": "测试路 1 号",
        "opens_on": opens_on,
    }
    filing = filings.describe(filing, about, by=by, at=at)
    for given in trainees:
        lists.put_trainee(filing, given, by=by, at=at)
    return filing


def class_filed(
    body: Organisation,
    *trainees: lists.Given,
    days_before: int,
    at: datetime,
    programme: str = TRAINING,
    why_late: str = "",
) -> Filing:
    """A class filed at ``at`` that opens ``days_before`` days later."""
    opens_on = clock.day_of(at) + timedelta(days=days_before)
    filing = begun(body, *trainees, opens_on=opens_on, at=at, programme=programme)
    return filings.file_class(filing, by=clerk_of(body), at=at, why_late=why_late)


def claims_taken(*programmes: str, at: datetime) -> list[Round]:
    """The year's round of each programme, announced and open for a month from today."""
    today = clock.day_of(at)
    return [
        open_round(
            Programme.objects.get(pk=code), name="2025 年度", opens_on=today,
            closes_on=today + timedelta(days=30), by=officer(BUREAU, Role.APPROVER), at=at,
        )
        for code in programmes
    ]  # fmt: skip


def examiner() -> User:
    return officer(BUREAU, Role.REVIEWER)


def all_confirmed(filing: Filing, *, at: datetime, by: User | None = None) -> Filing:
    keys = list(filing.trainees.filter(removed_at=None).values_list("pk", flat=True))
    return examine(filing, keys, Examined.CONFIRMED, by=by or examiner(), at=at, where=LOOKED)


def entry_of(filing: Filing, person: Person) -> FilingTrainee:
    return filing.trainees.get(person=person, removed_at=None)


def roster(
    body: Organisation, *rows: tuple[Person, Certificate | None], at: datetime, programme: str = TRAINING
) -> Application:
    """A draft of the organisation's claim with a line for each person. Lines stand as a staged list leaves them."""
    application = applications.start(None, programme, organisation=body, by=clerk_of(body), at=at)
    Line.objects.bulk_create(
        Line(application=application, number=number, person=person, certificate=held)
        for number, (person, held) in enumerate(rows, 1)
    )
    return application


def answered(application: Application, *, at: datetime) -> Assessed:
    """What the rules say by what registers, officers and filed classes vouch for."""
    return assess_vouched(application, at=at, officer={})


def states(assessed: Assessed, line: int = 0) -> dict[str, bool | None]:
    """The conditions of a line by id."""
    assert assessed.answer.lines is not None
    return {finding.id: finding.state for finding in assessed.answer.lines[line].findings}
