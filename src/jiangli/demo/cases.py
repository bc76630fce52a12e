"""Some fifty cases at every point of their way, made by the same acts as in life, on days before the demo's."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from unittest.mock import patch

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.models import F

from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.correspondence.models import Message, MessageState
from jiangli.demo import district, voices
from jiangli.demo.filing import Days, against, file, file_for
from jiangli.demo.offices import officer
from jiangli.demo.people import Somebody, identity_number
from jiangli.payments import actions as payments
from jiangli.payments import queries as payment_queries
from jiangli.payments import simulated_bank
from jiangli.registers.history import actions as history
from jiangli.registers.history.scopes import scopes_of
from jiangli.reviews import actions as reviews
from jiangli.reviews.stages import roles_at

LEVELS = ("senior", "technician", "senior_technician")
FEWER_ROUNDS = (
    20_000  # of hashing query passwords: random, made up, and thirty of them would take half a minute
)


@dataclass
class Told:
    """What the sheet of people says of a case that can be looked up."""

    name: str
    id_number: str
    number: str
    password: str


def play(people: list[Somebody]) -> list[Told]:
    """All the stories, for people against whom nothing stands. Plays only where there is no case yet."""
    if Application.objects.exists():
        return []
    with patch.object(PBKDF2PasswordHasher, "iterations", FEWER_ROUNDS):
        return _play(people)


def _play(people: list[Somebody]) -> list[Told]:
    able = {level: iter([who for who in people if who.claims == level]) for level in LEVELS}
    days, told = Days(), []
    for level, ends in _plan():
        application, password = file_for(next(able[level]), days)
        ends(application, days)
        person = application.claimant
        assert person is not None
        told.append(Told(person.name, str(person.id_number), str(application.number), password))
    _pay(days)
    for level, ends in _later():
        application, _password = file_for(next(able[level]), days)
        ends(application, days)
    payments.fall_due(at=days.next())
    _unknown_people(days)
    spare = [who for who in people if who.certificate and not who.story and not who.claims]
    voices.play(spare[:7], district.play(spare[7:]))
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


# --- what the officers did


def _reviewer(application: Application) -> User:
    """Who reviews the case where it stands."""
    programme = programme_of(application)
    stage = programme.stages[application.stage]
    roles = roles_at(programme, application.stage)
    at_desk = User.objects.filter(agency=stage.agency, posts__role__in=roles).distinct()
    found: User = at_desk.order_by("username")[0]
    return found


def _pass_first(application: Application, days: Days) -> None:
    reviews.pass_on(application, text="材料清楚，情况属实。", by=_reviewer(application), at=days.next())


def _approve(application: Application, days: Days) -> None:
    _pass_first(application, days)
    application.refresh_from_db()
    reviews.pass_on(application, text="同意。", by=_reviewer(application), at=days.next())


def _return(application: Application, days: Days) -> None:
    fields = [
        {"field": "material:certificate", "reason": "发证日期那一角没有拍到，请把四个角都拍进来。"},
        {"field": "account", "reason": "请写到支行。"},
    ]
    reviews.send_back(application, fields=fields, by=_reviewer(application), at=days.next())


def _refuse(application: Application, days: Days) -> None:
    at, elsewhere = (
        days.next(),
        {"certificate.issuer_kind": "evaluation_body", "certificate.filing_area": "310000"},
    )
    broken = against(programme_of(application), elsewhere, at.date())
    said = "打电话问过发证机构：它在上海备案，不在省内。"
    by = _reviewer(application)
    reviews.look_up(application, found=elsewhere, place="打电话问发证机构", by=by, at=at)
    reviews.refuse(application, conditions=broken, text=said, by=by, at=at)


def _withdraw(application: Application, days: Days) -> None:
    assert application.claimant is not None and application.claimant.account is not None
    applications.withdraw(application, by=application.claimant.account, at=days.next())


def _leave(application: Application, days: Days) -> None:
    """Nobody has looked at it yet."""


def _declare_history(days: Days) -> None:
    """Both payers brought in what they paid before, and two officers of each say that this is all."""
    for first, second in (("xs-shenhe", "xs-hefa"), ("hz-jingban", "hz-fushen")):
        by = officer(first)
        for scope in scopes_of(by.agency_id or "").values():
            if not scope.series or by.agency_id not in scope.payers:
                continue
            declared = history.declare(
                scope, complete_up_to=date(2025, 4, 14), note="往年发放记录已由系统初始化时一次导入。", by=by,
                at=days.next(),
            )  # fmt: skip
            history.confirm(declared, by=officer(second), at=days.next())


def _pay(days: Days) -> None:
    """Both payers pay what is approved; the bank answers, and sends one payment of the district back."""
    _declare_history(days)
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
            "level": level,
            "occupation": "焊工",
            "holder_name": name,
            "issue_date": "2024-09-01",
            "issuer_name": "测试职业技能评价中心",
        }
        file(member, certificate, days)


def _already_sent() -> None:
    """The messages of the story went out in its past; the worker is not to send them today."""
    waiting = Message.objects.filter(state=MessageState.WAITING)
    waiting.update(state=MessageState.SENT, sent_at=F("written_at"))
