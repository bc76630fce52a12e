"""The district bureau in the spring of the demonstration: cases at every step between the review and the money.

Prizes of persons, a roster of an enterprise, a training base whose amount is decided: each step is left with work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiangli.applications.models import Application
from jiangli.clock import SHANGHAI
from jiangli.demo.claiming import Facts, Rows, claim, find_out, programme_of_bureau
from jiangli.demo.offices import officer
from jiangli.demo.people import Somebody
from jiangli.demo.pictures import paper
from jiangli.payments import actions as payments
from jiangli.payments import queries as payment_queries
from jiangli.payments import simulated_bank
from jiangli.registers import actions as registers
from jiangli.registers.history import actions as history
from jiangli.registers.history.scopes import scopes_of
from jiangli.registers.models import Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.deliberation import actions as meetings
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.results import Said
from jiangli.reviews.deliberation.status import Result
from jiangli.reviews.deliberation.tasks import carry_out
from jiangli.reviews.publicity import actions as lists
from jiangli.reviews.publicity import closing, objections
from jiangli.reviews.publicity.models import Publication
from jiangli.reviews.publicity.status import Way
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.sheet import assess_for_officer

BUREAU = "xiaoshan-hrss"
REVIEWER, APPROVER, RELEASER = "rs-shenhe", "rs-hefa", "rs-fangxing"
PRIZE: Facts = {
    "contest.id": "2025年区电工技能竞赛",
    "contest.level": "district",
    "contest.organiser_area": "330109",
    "contest.prize": "second",
    "contest.held_on": "2025-04-20",
}
BASE: Facts = {
    "base.recognised_as": "public_training_base",
    "base.recognised_on": "2025-04-08",
    "officer.approved_amount": "160000.00",
}
TRAINED: Facts = {
    "training.by_claimant": True,
    "employment.with_claimant_at_certificate": True,
    "certificate.issue_date": "2025-04-10",
}
LEVELS = ("senior", "technician", "senior_technician")
PRIZES = ("first", "second", "third", "merit")
TEXTS = {
    "title": "关于 2025 年{what}拟发名单的公示",
    "intro": "经审核，拟对下列人员和单位给予奖励资助，现予公示。",
    "objecting": "公示期内可以当面、写信或打电话 0571-00000000 反映，请留下姓名和联系方式。",
}


@dataclass
class Told:
    """The cases that the rest of the town's story goes on with."""

    paid: list[Application] = field(default_factory=list)
    refused: list[Application] = field(default_factory=list)


def play(people: list[Somebody]) -> Told:
    """Everything at the bureau. ``people``: whom nobody else's story needs, twenty at least."""
    desk, told = Desk(people), Told()
    early = [desk.prize(day(5, 7, 9 + n), PRIZES[n]) for n in range(4)]
    trained, base = desk.roster("测试机械有限公司", day(5, 9)), desk.base("测试技工学校", day(5, 9, 11))
    for order, case in enumerate([*early, trained, base]):
        desk.review(case, day(5, 12, 9 + order))
    desk.publish(early, "区级技能竞赛奖励", day(5, 13))
    desk.publish([trained], "企业直接培养高技能人才资助", day(5, 13, 11))
    desk.publish([base], "公共实训基地建设补助", day(5, 13, 14))
    desk.midnight(date(2025, 5, 21))
    told.refused.append(early[3])
    desk.met([*early, trained, base], refused=early[3])
    desk.ask_again(early[3], day(5, 29))
    desk.pay(day(5, 27))
    told.paid += early[:3]
    _later(desk)
    return told


def _later(desk: Desk) -> None:
    """Where the bureau stands on the day of the demonstration."""
    met = [desk.prize(day(5, 19, 9 + n), PRIZES[n]) for n in range(2)]
    base = desk.base("测试职业培训学校", day(5, 19, 14))
    for case in (*met, base):
        desk.review(case, day(5, 20))
    desk.publish(met, "区级技能竞赛奖励（第二批）", day(5, 21))
    desk.publish([base], "公共实训基地建设补助（第二批）", day(5, 21, 11))
    desk.midnight(date(2025, 5, 29))
    desk.agenda("区人社局 2025 年第 12 次党组会议", [met[0], base], date(2025, 6, 11), day(6, 6))
    shown = [desk.prize(day(6, 3, 9 + n), PRIZES[n]) for n in range(2)]
    for case in shown:
        desk.review(case, day(6, 4))
    publication = desk.publish(shown, "区级技能竞赛奖励（第三批）", day(6, 5))
    desk.object_to(publication, shown[1], day(6, 9))
    waiting = [desk.prize(day(6, 5, 9 + n), PRIZES[n]) for n in range(3)]
    for case in waiting:
        desk.review(case, day(6, 6))
    desk.prepare(waiting[:1], "区级技能竞赛奖励（第四批）", date(2025, 6, 11), day(6, 9))
    desk.prize(day(6, 9, 9), "first")
    desk.look_into(desk.prize(day(6, 9, 10), "merit"), {**PRIZE, "contest.prize": "merit"}, day(6, 9, 15))
    desk.roster("测试机械有限公司", day(6, 9, 11), left=True)
    desk.base("测试社区居委会", day(6, 9, 14), left=True)


def day(month: int, of_month: int, hour: int = 10) -> datetime:
    return datetime(2025, month, of_month, hour, 20, tzinfo=SHANGHAI)


class Desk:
    """The bureau's officers and whoever comes to them."""

    def __init__(self, people: list[Somebody]) -> None:
        self.people = iter(people)
        self.reviewer, self.approver, self.releaser = map(officer, (REVIEWER, APPROVER, RELEASER))
        self.facts: dict[Any, tuple[Facts, Rows]] = {}
        self.certificates = 0

    # --- claiming

    def prize(self, at: datetime, prize: str) -> Application:
        """Somebody who won something claims their prize."""
        who = next(self.people).member
        person = registers.identify(who["name"], who["id_number"], who["phone"], at=at).person
        assert person.account is not None
        facts = {**PRIZE, "contest.prize": prize}
        code = programme_of_bureau(BUREAU, PRIZE, at)
        return self._kept(claim(code, facts, person=person, by=person.account, at=at), facts)

    def roster(self, name: str, at: datetime, *, left: bool = False) -> Application:
        """An enterprise claims for three of its workers; the third is not its own. ``left``: nobody looked yet."""
        rows = [self._row(level, at) for level in LEVELS]
        rows[2]["employment.with_claimant_at_certificate"] = False
        code = programme_of_bureau(BUREAU, TRAINED, at)
        body = _body(name)
        case = claim(code, {}, body=body, rows=rows, by=_clerk(body), at=at)
        case = self._kept(case, {}, rows)
        if left:
            self.look_into(case, {}, at)
        return case

    def base(self, name: str, at: datetime, *, left: bool = False) -> Application:
        """A training base claims for what it cost; the amount is the officers' to say."""
        body = _body(name)
        facts = {**BASE, "base.id": f"{name}实训基地", "organisation.area": "330109"}
        code = programme_of_bureau(
            BUREAU, {name: facts[name] for name in BASE if name != "base.recognised_on"}, at
        )
        return self._kept(claim(code, facts, body=body, by=_clerk(body), at=at), facts)

    def _row(self, level: str, at: datetime) -> dict[str, Any]:
        self.certificates += 1
        who = next(self.people).member
        number = f"S000033999920250{self.certificates:03d}"
        return {
            "person.name": who["name"],
            "person.id_number": who["id_number"],
            "certificate.number": number,
            "certificate.level": level,
            **TRAINED,
        }

    def _kept(self, case: Application, facts: Facts, rows: Rows = ()) -> Application:
        self.facts[case.pk] = (facts, rows)
        return case

    # --- the review

    def look_into(self, case: Application, facts: Facts, at: datetime) -> None:
        _facts, rows = self.facts[case.pk]
        find_out(case, facts, rows, by=self.reviewer, at=at)

    def review(self, case: Application, at: datetime) -> Application:
        self.look_into(case, self.facts[case.pk][0], at)
        falling = assess_for_officer(case, at=at).tally.falling
        return reviews.pass_on(case, text="材料齐全，情况属实。", falling=falling, by=self.reviewer, at=at)

    # --- publicity

    def prepare(self, cases: list[Application], what: str, posts_on: date, at: datetime) -> Publication:
        case = Application.objects.get(pk=cases[0].pk)
        texts = {name: text.format(what=what) for name, text in TEXTS.items()}
        version = case.version
        assert version is not None  # a filed case has one
        return lists.prepare(
            version, case.stage, cases=[one.pk for one in cases], texts=texts, posts_on=posts_on,
            by=self.reviewer, at=at,
        )  # fmt: skip

    def publish(self, cases: list[Application], what: str, at: datetime) -> Publication:
        """Up from the day on which it is prepared."""
        publication = self.prepare(cases, what, at.date(), at)
        publication = lists.approve(publication, by=self.approver, at=at)
        closing.put_up(at=at)
        return publication

    def midnight(self, on: date) -> None:
        """What the clock brings on this day."""
        at = datetime(on.year, on.month, on.day, 0, 1, tzinfo=SHANGHAI)
        closing.take_down(at=at)
        closing.let_go_on(at=at)

    def object_to(self, publication: Publication, case: Application, at: datetime) -> None:
        row = publication.rows.get(case__application=case)
        objections.enter_objection(
            row, way=Way.PHONE, name="测试群众", phone="13900009001",
            text="名单上的这一位那天没有参加决赛，请核实名次。", received_on=at.date(), by=self.reviewer, at=at,
        )  # fmt: skip

    # --- meetings

    def agenda(self, name: str, cases: list[Application], on: date, at: datetime) -> Meeting:
        """A meeting with these cases on its fixed agenda."""
        meeting = meetings.call_meeting(name=name, planned_on=on, by=self.reviewer, at=at)
        meetings.add(meeting, cases, by=self.reviewer, at=at)
        return meetings.fix(meeting, by=self.reviewer, at=at)

    def met(self, cases: list[Application], *, refused: Application) -> None:
        """A meeting that agreed to all but one, whose results were confirmed and carried out."""
        met, at = date(2025, 5, 22), day(5, 23)
        meeting = self.agenda("区人社局 2025 年第 10 次党组会议", cases, met, day(5, 21))
        meeting = meetings.note_minutes(
            meeting, number="演示纪要〔2025〕10号", held_on=met, by=self.reviewer, at=at
        )
        scan = paper("会议纪要", ["〔2025〕10 号", "审议技能人才奖励资助"])
        meetings.add_minutes(meeting, "会议纪要.jpg", scan, by=self.reviewer, at=at)
        said = Said(Result.REFUSED, "名次有争议，赛事主办方正在复核，暂不同意发放。")
        meetings.enter(
            AgendaItem.objects.get(meeting=meeting, application=refused), said, by=self.reviewer, at=at
        )
        meetings.enter_rest_as_proposed(meeting, by=self.reviewer, at=at)
        meeting = meetings.confirm(meeting, by=self.approver, at=day(5, 23, 14))
        carry_out(str(meeting.pk), at=day(5, 23, 14))

    def ask_again(self, case: Application, at: datetime) -> None:
        decision, person = decision_of(case), case.claimant
        assert decision is not None and isinstance(person, Person) and person.account is not None
        grounds = "主办方 5 月 26 日已经出了复核结果，我的名次没有变，请重新看一下。"
        reconsidering.ask(decision, grounds, by=person.account, at=at)

    # --- money

    def pay(self, at: datetime) -> None:
        """What the meeting agreed to is paid by the bank, all of it."""
        for scope in scopes_of(BUREAU).values():
            if BUREAU in scope.payers:
                declared = history.declare(
                    scope, complete_up_to=date(2025, 2, 28), note="办法 3 月 1 日起施行，此前没有发放过。",
                    by=self.reviewer, at=at,
                )  # fmt: skip
                history.confirm(declared, by=self.approver, at=at)
        payments.fall_due(at=at)
        agency = self.reviewer.agency
        assert agency is not None
        batch = payments.freeze(agency, by=self.reviewer, at=at)
        batch = payments.release(batch, by=self.releaser, at=at)
        payments.write_sheet(batch, by=self.reviewer, at=at)
        batch.refresh_from_db()
        answer = simulated_bank.answer(payment_queries.sheet(batch), day=at.date().isoformat(), fail=0)
        payments.read_returned(agency, answer, by=self.reviewer, at=at)


def _body(name: str) -> Organisation:
    found: Organisation = Organisation.objects.get(name=name)
    return found


def _clerk(body: Organisation) -> Any:
    head = body.clerks.select_related("person__account").get(head=True)
    return head.person.account
