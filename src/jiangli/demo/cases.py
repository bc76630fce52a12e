"""Some thirty cases at every point of their way, made by the same acts as in life, on days before the demo's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.clock import SHANGHAI
from jiangli.correspondence.models import Message, MessageState
from jiangli.demo.offices import officer
from jiangli.demo.people import Row, Somebody, identity_number
from jiangli.demo.pictures import paper
from jiangli.payments import actions as payments
from jiangli.payments import queries as payment_queries
from jiangli.payments import simulated_bank
from jiangli.registers import actions as registers
from jiangli.reviews import actions as reviews

# What each level is claimed under. The demonstration plays with one published document; the product does not know it.
DOCUMENT = "xiaoshan-union-2025"
PROGRAMME = {
    "senior": f"{DOCUMENT}-senior-worker",
    "technician": f"{DOCUMENT}-technician",
    "senior_technician": f"{DOCUMENT}-technician",
}
FIRST_DAY = datetime(2025, 5, 6, 9, 10, tzinfo=SHANGHAI)
ANSWERS: dict[str, Any] = {
    "person.sex": "female",
    "certificate.former_level": "intermediate",
    "certificate.former_level_date": "2020-05-01",
    "employment.employer_name": "测试机械有限公司",
    "membership.union_name": "试验机械工会",
    "person.migrant_worker": False,
}


@dataclass
class Told:
    """What the sheet of people says of a case that can be looked up."""

    name: str
    id_number: str
    number: str
    password: str


class Days:
    """The days of the story, one after another, in office hours."""

    def __init__(self) -> None:
        self.at = FIRST_DAY

    def next(self) -> datetime:
        self.at += timedelta(hours=1, minutes=40)
        if self.at.hour >= 17:
            self.at = (self.at + timedelta(days=1)).replace(hour=9, minute=10)
        return self.at


def play(people: list[Somebody]) -> list[Told]:
    """All the stories, for people against whom nothing stands. Plays only where there is no case yet."""
    if Application.objects.exists():
        return []
    able = {level: iter([who for who in people if who.claims == level]) for level in PROGRAMME}
    days, told = Days(), []
    for level, ends in _plan():
        application, password = _file(next(able[level]), days)
        ends(application, days)
        person = application.claimant
        told.append(Told(person.name, str(person.id_number), str(application.number), password))
    _pay(days)
    for level, ends in _later():
        application, _password = _file(next(able[level]), days)
        ends(application, days)
    _unknown_people(days)
    _already_sent()
    return told[-3:]


def _plan() -> Iterator[tuple[str, Callable[[Application, Days], None]]]:
    """Decided before the first batch went out."""
    yield from [("technician", _approve)] * 3 + [("senior", _approve)] * 3 + [("senior_technician", _approve)]
    yield from [("technician", _refuse), ("senior", _refuse)]
    yield "senior", _withdraw


def _later() -> Iterator[tuple[str, Callable[[Application, Days], None]]]:
    """Where the officers stand today."""
    yield from [("technician", _approve), ("senior", _approve), ("senior", _approve)]
    yield from [("technician", _pass_first)] * 3 + [("senior", _pass_first)] * 2
    yield from [("technician", _return), ("senior", _return)]
    yield from [("technician", _leave)] * 3 + [("senior_technician", _leave)] + [("senior", _leave)] * 4


def _file(who: Somebody, days: Days) -> tuple[Application, str]:
    assert who.certificate is not None
    return _apply(who.member, who.certificate, PROGRAMME[who.claims], days)


def _apply(member: Row, certificate: Row, programme: str, days: Days) -> tuple[Application, str]:
    at = days.next()
    person = registers.identify(member["name"], member["id_number"], member["phone"], at=at).person
    by = person.account
    assert by is not None
    application = applications.start(person, programme, by=by, at=at)
    applications.save_answers(
        application,
        stated=_answers(application, member, certificate),
        account={
            "account_name": member["name"],
            "account_number": f"621700{certificate['number'][-12:]:0>13}",
            "account_bank": "测试银行杭州萧山支行",
        },
        by=by,
        at=at,
    )
    _add_papers(application, member, certificate, by=by, at=at)
    submitted = applications.submit(application, by=by, at=at)
    return submitted.application, submitted.query_password or ""


def _answers(application: Application, member: Row, certificate: Row) -> dict[str, Any]:
    """An answer to everything the form asks of the applicant."""
    known = {
        **ANSWERS,
        "certificate.number": certificate["number"],
        "certificate.occupation": certificate["occupation"],
        "membership.union_name": member["union_name"],
    }
    asked = [ask.fact for ask in programme_of(application).form if ask.when is None]
    answers = {fact.name: known.get(fact.name, _any(fact)) for fact in asked if _is_asked(fact)}
    return {**answers, "certificate.number": certificate["number"]}


def _is_asked(fact: Any) -> bool:
    return fact.source == "applicant" and not fact.name.startswith("account.") and fact.name != "person.name"


def _any(fact: Any) -> Any:
    if fact.kind in ("enum", "code"):
        return fact.choices[0].id
    return {"bool": False, "int": 1, "date": "2020-05-01"}.get(fact.kind, "测试")


def _add_papers(application: Application, member: Row, certificate: Row, *, by: User, at: datetime) -> None:
    number = member["id_number"]
    papers = {
        "identity_card": ("居民身份证", [f"姓名  {member['name']}", f"公民身份号码  {number}"]),
        "certificate": (
            "职业技能等级证书",
            [
                f"姓名  {certificate['holder_name']}",
                f"职业（工种）  {certificate['occupation']}",
                f"证书编号  {certificate['number']}",
                f"发证日期  {certificate['issue_date']}",
                f"发证机构  {certificate['issuer_name']}",
            ],
        ),
        "bank_card": ("测试银行 借记卡", [f"621700{certificate['number'][-12:]:0>13}", member["name"]]),
    }
    for material in programme_of(application).materials:
        title, lines = papers.get(material.id, (material.title.say("zh"), [member["name"]]))
        content = paper(title, lines)
        applications.add_evidence(application, material.id, f"{title}.jpg", content, by=by, at=at)


# --- what the officers did


def _reviewers(application: Application) -> tuple[User, User]:
    last = "xs-hefa" if application.programme_code == PROGRAMME["senior"] else "hz-fushen"
    return officer("xs-shenhe"), officer(last)


def _pass_first(application: Application, days: Days) -> None:
    reviews.pass_on(application, text="材料清楚，情况属实。", by=_reviewers(application)[0], at=days.next())


def _approve(application: Application, days: Days) -> None:
    _pass_first(application, days)
    application.refresh_from_db()
    reviews.pass_on(application, text="同意。", by=_reviewers(application)[1], at=days.next())


def _return(application: Application, days: Days) -> None:
    fields = [
        {"field": "certificate", "reason": "发证日期那一角没有拍到，请把四个角都拍进来。"},
        {"field": "account_bank", "reason": "请写到支行。"},
    ]
    reviews.send_back(application, fields=fields, by=_reviewers(application)[0], at=days.next())


def _refuse(application: Application, days: Days) -> None:
    said = "发证机构的官网上查到，这本证书已经注销。"
    reviews.refuse(application, conditions=["E5"], text=said, by=_reviewers(application)[0], at=days.next())


def _withdraw(application: Application, days: Days) -> None:
    account = application.claimant.account
    assert account is not None
    applications.withdraw(application, by=account, at=days.next())


def _leave(application: Application, days: Days) -> None:
    """Nobody has looked at it yet."""


def _pay(days: Days) -> None:
    """Both payers pay what is approved; the bank answers, and sends one payment of the district back."""
    payments.fall_due(at=days.next())
    for clerk, releaser, fail in (("xs-shenhe", "xs-fangxing", 1), ("hz-jingban", "hz-fangxing", 0)):
        by, other = officer(clerk), officer(releaser)
        assert by.agency is not None
        batch = payments.freeze(by.agency, by=by, at=days.next())
        batch = payments.release(batch, by=other, at=days.next())
        payments.write_sheet(batch, by=by, at=days.next())
        batch.refresh_from_db()
        at = days.next()
        answer = simulated_bank.answer(payment_queries.sheet(batch), day=at.date().isoformat(), fail=fail)
        payments.read_returned(by.agency, answer, by=by, at=at)


def _unknown_people(days: Days) -> None:
    """Two whom no register knows: officers look everything up by hand."""
    import random

    rng = random.Random(7)
    for order, name, level in ((601, "生面孔甲", "senior"), (602, "生面孔乙", "technician")):
        number = identity_number(order, rng)
        member = {
            "name": name,
            "id_number": number,
            "phone": f"1390000{order:04d}",
            "union_name": "还没入册的工会",
        }
        certificate = {
            "number": f"U0000339999{order}",
            "occupation": "焊工",
            "holder_name": name,
            "issue_date": "2024-09-01",
            "issuer_name": "测试职业技能评价中心",
        }
        _apply(member, certificate, PROGRAMME[level], days)


def _already_sent() -> None:
    """The messages of the story went out in its past; the worker is not to send them today."""
    waiting = Message.objects.filter(state=MessageState.WAITING)
    waiting.update(state=MessageState.SENT, sent_at=F("written_at"))
