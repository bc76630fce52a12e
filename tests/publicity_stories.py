"""Cases that wait for their publicity, lists prepared by one officer and approved by another, and days that pass."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache

from any_programme import passed, right_case
from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.stages import stage_of
from jiangli.clock import SHANGHAI
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Programme, Version
from jiangli.registers.models import Person
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import closing
from jiangli.reviews.publicity.models import Publication
from stories import agencies, library, officer

PRIZE = "xiaoshan-hrss-2025-12b-district-competition-prize"
ROSTER = "qiantang-05-enterprise-cultivation"
AGENCY = "xiaoshan-hrss"
MORNING = datetime(2025, 6, 10, 9, 0, tzinfo=SHANGHAI)  # a Tuesday; five working days later is 17 June
TEXTS = {
    "title": "关于2025年第一批竞赛获奖资助拟发名单的公示",
    "intro": "经审核，拟对下列人员给予资助，现予公示。",
    "objecting": "请打电话、写信或当面告诉我们，并留下姓名。",
}


def on(day: date) -> datetime:
    """One minute after midnight of a day, as the clock of the installation comes by."""
    return datetime.combine(day, time(0, 1), SHANGHAI)


def tick(at: datetime) -> None:
    closing.plan_again(at=at)
    closing.put_up(at=at)
    closing.take_down(at=at)
    closing.let_go_on(at=at)


def waiting_case(code: str = PRIZE, *, person: Person | None = None, at: datetime = MORNING) -> Application:
    """A case that passed its reviews and waits for its publicity."""
    return passed(right_case(code, at=at, person=person), at=at)


def reviewer(agency: str = AGENCY) -> User:
    return officer(agency, Role.REVIEWER)


def second(agency: str = AGENCY) -> User:
    return officer(agency, Role.APPROVER)


def prepared(
    cases: Collection[Application],
    *,
    by: User | None = None,
    posts_on: date | None = None,
    by_line: bool = False,
    at: datetime = MORNING,
) -> Publication:
    first = next(iter(cases))
    agency = first.agencies.get(pk=stage_of(first).agency)
    return publicity.prepare(
        Version.objects.get(pk=first.version_id),
        first.stage,
        cases=[case.pk for case in cases],
        texts=TEXTS,
        posts_on=posts_on or at.date(),
        by_line=by_line,
        by=by or reviewer(agency.pk),
        at=at,
    )


def up(cases: Collection[Application], *, by_line: bool = False, at: datetime = MORNING) -> Publication:
    """A list that is up since this moment."""
    publication = prepared(cases, by_line=by_line, posts_on=at.date(), at=at)
    publicity.approve(publication, by=second(publication.agency_id), at=at)
    closing.put_up(at=at)
    return Publication.objects.get(pk=publication.pk)


def after_the_last_day(publication: Publication) -> datetime:
    return on(Publication.objects.get(pk=publication.pk).closes_on + timedelta(days=1))


@cache
def told_library() -> rules.Library:
    """The policies with the prize's publicity as a message to its claimant: the stage names no list."""
    path = next(path for path in library().sources if path.endswith("12b-district-competition-prize.toml"))
    text = library().sources[path]
    line = next(row for row in text.splitlines() if 'kind = "publish"' in row)
    told = line.replace(', list = "approved"', "")
    assert told != line
    return rules.build({**library().sources, path: text.replace(line, told)})


def told_law(at: datetime) -> None:
    """Published, with that programme open."""
    agencies()
    programmes.publish(told_library(), by=None, at=at)
    assert Programme.objects.filter(pk=PRIZE).exists()
