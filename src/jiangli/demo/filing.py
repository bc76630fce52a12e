"""How the made-up people file: through the acts of life, with drawn papers, on days before the demo's."""

from datetime import date, datetime, timedelta
from typing import Any

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here
from jiangli.applications.queries import must_be_stated
from jiangli.clock import SHANGHAI
from jiangli.demo.people import Row, Somebody
from jiangli.demo.pictures import paper
from jiangli.programmes.queries import open_programmes, rule
from jiangli.registers import actions as registers

FIRST_DAY = datetime(2025, 5, 6, 9, 10, tzinfo=SHANGHAI)
ANSWERS: dict[str, Any] = {
    "person.sex": "female",
    "certificate.former_level": "intermediate",
    "certificate.former_level_date": "2020-05-01",
    "employment.employer_name": "测试机械有限公司",
    "membership.union_name": "试验机械工会",
    "person.migrant_worker": False,
}


class Days:
    """The days of the story, one after another, in office hours."""

    def __init__(self) -> None:
        self.at = FIRST_DAY

    def next(self) -> datetime:
        self.at += timedelta(hours=1, minutes=40)
        if self.at.hour >= 17:
            self.at = (self.at + timedelta(days=1)).replace(hour=9, minute=10)
        return self.at


def programme_for(level: str, day: date) -> str:
    """The first programme open here that a certificate of this level is not against."""
    for row in open_programmes():
        programme = rule(row.version)
        here = cannot_apply_here(row, on=day) is None
        if here and not against(programme, {"certificate.level": level}, day):
            return row.code
    raise LookupError(f"No programme here takes the level {level}.")


def against(programme: rules.Programme, facts: dict[str, Any], day: date) -> list[str]:
    """The conditions that these facts alone already break."""
    answer = rules.assess(programme, programme.dictionary.parse(facts), on=day)
    return [finding.id for finding in answer.findings if finding.state is False]


def file_for(who: Somebody, days: Days) -> tuple[Application, str]:
    """Somebody the registers know files a claim."""
    assert who.certificate is not None
    return file(who.member, who.certificate, days)


def file(member: Row, certificate: Row, days: Days) -> tuple[Application, str]:
    """Somebody with this certificate comes and files; the case and its query password."""
    at = days.next()
    programme = programme_for(certificate["level"], at.date())
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
        "certificate.holder_name": certificate["holder_name"],
        "certificate.issue_date": str(certificate["issue_date"]),
        "membership.union_name": member["union_name"],
    }
    asked = programme_of(application).form
    return {ask.fact.name: known.get(ask.fact.name, _any(ask.fact)) for ask in asked if _is_asked(ask, known)}


def _is_asked(ask: rules.Ask, known: dict[str, Any]) -> bool:
    if ask.fact.name.startswith("account.") or ask.fact.name == "person.name":
        return False
    return ask.fact.name in known or (ask.when is None and must_be_stated(ask.fact))


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
