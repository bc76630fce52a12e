"""A case of any programme that is right: a claimant of the right kind files what one of its examples says.

The examples are those beside the programme file, so that nothing here knows a programme. What registers and
officers vouch for is looked up by hand, as where the registers are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any

from filing_stories import claims_taken
from firms import open_programme
from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.asking import asks_of_case, asks_of_row
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import payee_of
from jiangli.applications.queries import missing
from jiangli.applications.sheet import CLAIMANTS_WORD, has_lines, has_roster
from jiangli.applications.stages import Filer, filers
from jiangli.clock import SHANGHAI
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule_in_force
from jiangli.registers.actions import certificate_for
from jiangli.registers.models import Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.rosters import look_up_lines
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.stages import is_review, last_review, roles_at
from jiangli.rules.cases import Case, read_cases
from jiangli.rules.library import default_folder
from stories import ANSWERS, SUBBRANCH, anything, clerk_of, library, member, officer, organisation, photograph

OURS = {"person.id", "person.name", "certificate.id", "organisation.id", "application.applied_on"}
OURS |= {"account.holder_name", "account.details_complete", "application.channel"}
_serial = count(1)


def examples(code: str) -> Iterator[Case]:
    """The examples of a programme that are paid and rest on nothing paid before, in their order."""
    folder = next(path for path in library().sources_of(code) if path.endswith("document.toml")).split("/")[0]
    for path in sorted((default_folder() / folder).glob("*.cases.jsonl")):
        for case in read_cases(path.read_text("utf-8"), path.name):
            paid = case.request["programme"] == code and case.expect.get("outcome") == "eligible"
            if paid and not {"history", "parameters", "overlay"} & case.request.keys():
                yield case


def example(code: str, id: str = "") -> Case:
    """The first example that is paid, or the one that is meant."""
    found = [case for case in examples(code) if id in ("", case.id)]
    counted = [case for case in found if "attached" in case.request]  # where a list has to be attached
    return (counted or found)[0]


def right_case(
    code: str,
    *,
    at: datetime | None = None,
    id: str = "",
    person: Person | None = None,
    body: Organisation | None = None,
    **facts: Any,
) -> Application:
    """A case in review in which everything is looked up: any officer of its first review can pass it.

    The programme is published alone unless it is there. ``facts``: what differs from the example, with ``__`` for
    the dot. ``at`` is the moment of filing; else noon of the example's day.
    """
    case = filed_case(code, at=at, id=id, person=person, body=body, **facts)
    said = _facts(example(code, id), facts)
    if case.claimant and "certificate.holder_name" in said:
        said["certificate.holder_name"] = case.claimant.name
    look_everything_up(case, said, _rows(example(code, id)))
    return Application.objects.get(pk=case.pk)


def filed_case(
    code: str,
    *,
    at: datetime | None = None,
    id: str = "",
    person: Person | None = None,
    body: Organisation | None = None,
    **changed: Any,
) -> Application:
    """The same in review, with nothing looked up yet."""
    chosen = example(code, id)
    day = date.fromisoformat(chosen.request["applied_on"])
    at = at or datetime.combine(day, time(12), SHANGHAI)
    law = _law(code, at)
    facts, rows = _facts(chosen, changed), _rows(chosen)
    if body is None:
        known = {
            name.split(".")[1]: value for name, value in facts.items() if name.startswith("organisation.")
        }
        known.pop("id", None)
        body = (
            organisation(f"测试第{next(_serial)}单位", **known) if Filer.PERSON not in filers(law) else None
        )
    application, by = _begun(law, person, body, at=at)
    if application.claimant and "certificate.holder_name" in facts:
        facts["certificate.holder_name"] = application.claimant.name
    asked = {ask.fact.name for ask in asks_of_case(law)}
    application = applications.save_answers(
        application,
        stated={name: value for name, value in facts.items() if name in asked - OURS},
        account={
            "account_name": payee_of(application).name,
            "account_number": f"621700{next(_serial):013d}",
            "account_bank": SUBBRANCH,
        },
        by=by,
        at=at,
    )
    number = f"S0000330109{next(_serial):06d}"
    if "certificate.number" in asked:
        facts["certificate.number"] = number
    gaps = {gap.part for gap in missing(application, on=at.date())} & asked
    rest = {name: facts.get(name) or ANSWERS.get(name) or anything(law.dictionary[name]) for name in gaps}
    application = applications.save_answers(application, stated=rest, by=by, at=at)
    if has_lines(law):
        _lines(application, law, [{**facts, **row} for row in rows])
    elif "certificate.id" in facts or {"certificate.level", "certificate.kind"} & facts.keys():
        application.lines.update(certificate=certificate_for(number))
    _papers(application, law, by, at=at)
    return applications.submit(application, note="材料齐全。", by=by, at=at).application


def _law(code: str, at: datetime) -> rules.Programme:
    if Programme.objects.filter(pk=code).exists():
        return rule_in_force(code)
    law = open_programme(code, at=at)
    if law.rounds:
        claims_taken(code, at=at)
    return law


def _facts(case: Case, changed: dict[str, Any]) -> dict[str, Any]:
    """The facts of the example; the names on papers are those of whoever claims here."""
    return {**case.request["facts"], **{name.replace("__", "."): value for name, value in changed.items()}}


def _rows(case: Case) -> list[dict[str, Any]]:
    return [row["facts"] for row in case.request.get("lines") or case.request.get("attached") or ()]


def _begun(
    law: rules.Programme, person: Person | None, body: Organisation | None, *, at: datetime
) -> tuple[Application, User]:
    who = filers(law)
    if Filer.PERSON in who and body is None:
        person = person or member(f"测试{next(_serial)}")
        assert person.account is not None
        return applications.start(person, law.id, by=person.account, at=at), person.account
    assert body is not None
    by = clerk_of(body)
    worker = (person or member(f"测试{next(_serial)}")) if law.claimant == "person" else None
    return applications.start(worker, law.id, organisation=body, by=by, at=at), by


def _lines(application: Application, law: rules.Programme, rows: list[dict[str, Any]]) -> None:
    """The rows as a sheet would bring them: what is asked of a row is stated, persons and certificates are ours."""
    asked = {ask.fact.name for ask in asks_of_row(law)} - OURS
    application.lines.all().delete()
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, 1):
        key = row.get("person.id", f"row {number}")
        if key not in people and law.lines != "month":
            people[key] = member(f"测试{next(_serial)}")
        Line.objects.create(
            application=application,
            number=number,
            person=application.claimant if law.lines == "month" else people[key],
            certificate=None if law.lines == "month" else certificate_for(f"S0000330109{next(_serial):06d}"),
            stated={name: value for name, value in row.items() if name in asked},
        )


def _papers(application: Application, law: rules.Programme, by: User, *, at: datetime) -> None:
    for material in law.materials:
        lines = application.lines.all() if material.per == "line" and has_roster(law) else [None]
        for line in lines:
            applications.add_evidence(
                application, material.id, "照片.jpg", photograph(), line=line, by=by, at=at
            )


def look_everything_up(case: Application, facts: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """An officer of its stage notes all that is not the claimant's own word."""
    law, at = rule_in_force(case.programme_code), case.first_filed_at
    assert at is not None
    by = reviewer_of(case)
    found = {name: value for name, value in facts.items() if by_officers(law, name)}
    found |= {
        name: len(rows) for name, _rule in law.counts if name not in facts
    }  # as an attached list has them
    if found:
        reviews.look_up(case, found=found, place="登记系统", by=by, at=at)
    lines = list(case.lines.all()) if has_roster(law) else []
    for name in dict.fromkeys(name for row in rows for name in row if lines and by_officers(law, name)):
        values = {line.pk: row[name] for line, row in zip(lines, rows, strict=True) if name in row}
        look_up_lines(case, name, values, place="登记系统", by=by, at=at)


def by_officers(law: rules.Programme, name: str) -> bool:
    return name in law.facts_read and name not in OURS and law.dictionary[name].source not in CLAIMANTS_WORD


def reviewer_of(case: Application) -> User:
    """The officer who deals with it, else a new one of the right agency and post."""
    law = rule_in_force(case.programme_code)
    assigned = case.assignments.filter(stage=case.stage).first()
    if assigned:
        return assigned.officer
    return officer(law.stages[case.stage].agency, *sorted(roles_at(law, case.stage)))


def passed(case: Application, *, at: datetime) -> Application:
    """The case passed by its officers at every review that stands before it, to publicity, a meeting or the money."""
    law = rule_in_force(case.programme_code)
    while case.status == "submitted" and is_review(law.stages[case.stage]) and case.stage <= last_review(law):
        falling = assess_for_officer(case, at=at).tally.falling
        case = reviews.pass_on(case, falling=falling, by=reviewer_of(case), at=at)
    return case


def approver(case: Application) -> User:
    """An approver of the agency where the case stands."""
    return officer(rule_in_force(case.programme_code).stages[case.stage].agency, Role.APPROVER)
