"""Stories of organisations that claim for a roster of people. Lines are written directly, as a list leaves them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.queries import asked_of_claimant
from jiangli.registers.models import Certificate, Organisation, Person
from stories import SUBBRANCH, certificate, clerk_of, member, organisation, photograph

TRAINING = "xiaoshan-hrss-2025-02-training-institution"
ENTERPRISE = "xiaoshan-hrss-2025-08-enterprise-training"
BUREAU = "xiaoshan-hrss"
ON_LIST = "training.on_filed_roster"
STARTED = {"training.started_on": "2025-03-03"}
IN_TIME = date(2025, 4, 20)


def school(name: str = "测试培训学校") -> Organisation:
    return organisation(name, kind="training_institution")


def trainee(name: str, **known: Any) -> tuple[Person, Certificate]:
    """Somebody with a certificate that the training institution is paid for."""
    person = member(name)
    return person, certificate(person, **{"issue_date": IN_TIME, **known})


def started(body: Organisation, *, programme: str, at: datetime, **stated: Any) -> Application:
    """A draft of the organisation with its form, account and evidence, without lines."""
    by = clerk_of(body)
    application = applications.start(None, programme, organisation=body, by=by, at=at)
    asked = {ask.fact.name: ask.fact for ask in asked_of_claimant(application)}
    application = applications.save_answers(
        application,
        stated={name: value for name, value in stated.items() if name in asked},
        account={"account_name": body.name, "account_number": "33000000000000001", "account_bank": SUBBRANCH},
        by=by,
        at=at,
    )
    for material in programme_of(application).materials:
        applications.add_evidence(application, material.id, "照片.jpg", photograph(), by=by, at=at)
    return application


def scan_each_line(application: Application, *, at: datetime) -> None:
    """A scan for each line of whatever the programme asks line by line."""
    assert application.organisation is not None
    by = clerk_of(application.organisation)
    for material in programme_of(application).materials:
        for line in application.lines.all() if material.per == "line" else ():
            applications.add_evidence(
                application, material.id, "照片.jpg", photograph(), line=line, by=by, at=at
            )


def filed_roster(
    body: Organisation,
    *rows: tuple[Person, Certificate],
    at: datetime,
    programme: str = TRAINING,
    **stated: Any,
) -> Application:
    """A roster in review: one line for each of ``rows``. ``stated`` is what every line says."""
    application = started(body, programme=programme, at=at)
    said = {**STARTED, **stated} if programme == TRAINING else stated
    Line.objects.bulk_create(
        Line(application=application, number=number, person=person, certificate=held, stated=said)
        for number, (person, held) in enumerate(rows, 1)
    )
    scan_each_line(application, at=at)
    return applications.submit(application, by=clerk_of(body), at=at).application
