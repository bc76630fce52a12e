"""How people and organisations claim at the bureau, with drawn papers, and what its officers find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.actions.lines import set_lines
from jiangli.applications.asking import asks_of_case, asks_of_row
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import payee_of
from jiangli.applications.queries import missing
from jiangli.applications.sheet import CLAIMANTS_WORD, has_roster
from jiangli.demo.filing import against
from jiangli.demo.pictures import paper
from jiangli.programmes.queries import open_programmes, rule
from jiangli.registers.models import Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.rosters import look_up_lines

Facts = Mapping[str, Any]
Rows = Sequence[Facts]
WRITTEN = {"person.name", "person.id_number", "certificate.number"}  # in every row of a roster


def programme_of_bureau(agency: str, facts: Facts, at: datetime) -> str:
    """The first programme of an agency that reads all of these facts and that none of them is against."""
    for row in open_programmes():
        law = rule(row.version)
        if (
            row.agency_id == agency
            and facts.keys() <= set(law.facts_read)
            and not against(law, dict(facts), at.date())
        ):
            return row.code
    raise LookupError(f"No programme of {agency} reads {', '.join(facts)}.")


def claim(
    code: str,
    facts: Facts,
    *,
    person: Person | None = None,
    body: Organisation | None = None,
    rows: Rows = (),
    by: User,
    at: datetime,
) -> Application:
    """A case that was filed with what the form asks of ``facts``; what it asks besides is answered somehow."""
    case = applications.start(person, code, organisation=body, by=by, at=at)
    law = programme_of(case)
    asked = {ask.fact.name for ask in asks_of_case(law)}
    case = _answer(case, {name: value for name, value in facts.items() if name in asked}, by=by, at=at)
    gaps = {gap.part for gap in missing(case, on=at.date())} & asked
    case = _answer(case, {name: _any(law.dictionary[name]) for name in gaps}, by=by, at=at)
    if rows:
        written = WRITTEN | {ask.fact.name for ask in asks_of_row(law)}
        said = [{name: value for name, value in row.items() if name in written} for row in rows]
        case = set_lines(case, said, by=by, at=at)
    _add_papers(case, law, by=by, at=at)
    return applications.submit(case, by=by, at=at).application


def _answer(case: Application, stated: dict[str, Any], *, by: User, at: datetime) -> Application:
    account = {
        "account_name": payee_of(case).name,
        "account_number": f"6217003399990{case.pk.int % 1000000:06d}",
        "account_bank": "测试银行杭州萧山支行",
    }
    return applications.save_answers(case, stated=stated, account=account, by=by, at=at)


def _any(fact: Any) -> Any:
    if fact.kind in ("enum", "code"):
        return fact.choices[0].id
    return {"bool": False, "int": 1, "date": "2025-04-20"}.get(fact.kind, "测试")


def _add_papers(case: Application, law: rules.Programme, *, by: User, at: datetime) -> None:
    """The papers of the case; what is asked of each line of a roster once for each."""
    lines = list(case.lines.select_related("person", "certificate")) if has_roster(law) else []
    for material in law.materials:
        title = material.title.say("zh")
        for line in lines if material.per == "line" and lines else [None]:
            who = line.person if line is not None and line.person else case.party
            words = [
                who.name,
                *([str(line.certificate.number)] if line is not None and line.certificate else []),
            ]
            applications.add_evidence(
                case, material.id, f"{title}.jpg", paper(title, words), line=line, by=by, at=at
            )


def find_out(case: Application, facts: Facts, rows: Rows = (), *, by: User, at: datetime) -> None:
    """An officer notes what of these facts is not the claimant's own word, of the case and of its lines."""
    law = programme_of(case)
    found = {name: value for name, value in facts.items() if _is_officers(law, name)}
    if found:
        reviews.look_up(case, found=found, place="区人社局业务档案", by=by, at=at)
    lines = list(case.lines.all()) if rows else []
    for name in dict.fromkeys(name for row in rows for name in row if _is_officers(law, name)):
        values = {line.pk: row[name] for line, row in zip(lines, rows, strict=True) if name in row}
        look_up_lines(case, name, values, place="社保系统、证书查询网", by=by, at=at)


def _is_officers(law: rules.Programme, name: str) -> bool:
    return (
        name not in WRITTEN and name in law.facts_read and law.dictionary[name].source not in CLAIMANTS_WORD
    )
