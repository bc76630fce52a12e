"""The register of recognitions: entered by one, confirmed by another; what it says of a holder on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person
from jiangli.registers.queries import organisation_facts, register_facts
from jiangli.registers.recognitions import actions
from jiangli.registers.recognitions.actions import Document, Entry
from jiangli.registers.recognitions.models import Recognition, RecognitionState
from jiangli.registers.recognitions.queries import choices_of
from jiangli.rules.recognitions import recognised_kinds
from stories import agencies, clerk_of, library, member, officer, organisation

pytestmark = pytest.mark.django_db
AT = datetime.fromisoformat("2025-06-10T12:00+08:00")
TODAY = AT.date()
DAY = timedelta(days=1)
PAPER = Document("测试人社发〔2025〕1号", date(2025, 5, 20), date(2025, 5, 20))
STUDIO = {"studio.kind": "skill_master_studio", "studio.rank": "district", "studio.area": "330114"}


@pytest.fixture(autouse=True)
def offices() -> None:
    agencies()


def registrar() -> User:
    return officer("qiantang-hrss", Role.REGISTRAR)


def approver() -> User:
    return officer("qiantang-hrss", Role.APPROVER)


def recognised(party: Person | Organisation, kind: str, paper: Document = PAPER, **said: Any) -> Recognition:
    """An entry of two officers. ``said``: name, code, about, facts."""
    facts = said.pop("facts", STUDIO if kind == "studio" else {})
    entry = Entry(kind, party, said.pop("name", party.name), facts, **said)
    return actions.confirm(actions.enter(entry, paper, by=registrar(), at=AT), by=approver(), at=AT)


def of(body: Organisation, on: date = TODAY, **stated: str) -> dict[str, Any]:
    """What the register says of studios."""
    said = {name.replace("__", "."): value for name, value in stated.items()}
    found = organisation_facts(body, on=on, stated=said)
    return {name: value for name, value in found.items() if name.startswith("studio.")}


def test_an_entry_says_nothing_before_a_second_officer_confirms_it() -> None:
    body, first = organisation(), officer("qiantang-hrss", Role.REGISTRAR, Role.APPROVER)
    row = actions.enter(Entry("studio", body, "测试焊接工作室", STUDIO, code="t-s01"), PAPER, by=first, at=AT)
    assert of(body) == {}
    with pytest.raises(Refused):
        actions.confirm(row, by=first, at=AT)
    with pytest.raises(Refused):
        actions.confirm(row, by=officer("xiaoshan-hrss", Role.APPROVER), at=AT)
    actions.confirm(row, by=approver(), at=AT)
    assert of(body) == {**STUDIO, "studio.id": "T-S01", "studio.recognised_on": "2025-05-20"}


def test_it_holds_from_its_first_to_its_last_day() -> None:
    body = organisation()
    recognised(body, "studio", Document("测1号", TODAY, TODAY, TODAY + 9 * DAY))
    held = [bool(of(body, on=TODAY + n * DAY)) for n in (-1, 0, 9, 10)]
    assert held == [False, True, True, False]


def test_of_two_studios_the_claimant_chooses_and_nothing_is_guessed() -> None:
    body = organisation()
    welding, turning = (
        recognised(body, "studio", name=name, code=code) for name, code in (("焊接", "A1"), ("车工", "A2"))
    )
    assert of(body) == {}
    assert {code for code, _words in choices_of(body, "studio.id", on=TODAY)} == {welding.code, turning.code}
    assert of(body, studio__id="a1")["studio.id"] == "A1"
    assert of(body, studio__id="A3") == {}


def test_an_assessment_counts_for_the_studio_that_is_meant() -> None:
    body = organisation()
    one, two = (recognised(body, "studio", name=name, code=name) for name in ("S1", "S2"))
    good = {"studio.assessment_result": "良好"}
    recognised(body, "studio_assessment", about=one, name="S1", facts=good)
    assert of(body, studio__id="S1")["studio.assessment_result"] == "good"
    assert "studio.assessment_result" not in of(body, studio__id="S2")
    assert two.state == RecognitionState.STANDING


def test_another_title_than_was_stated_is_not_put_in_its_place() -> None:
    person = member()
    recognised(person, "title", facts={"selection.title": "钱塘金牌技师"})

    def title(**stated: str) -> Any:
        said = {name.replace("__", "."): value for name, value in stated.items()}
        return register_facts(person, None, on=TODAY, stated=said).get("selection.title")

    assert title() == title(selection__title="qiantang_gold_technician") == "qiantang_gold_technician"
    assert title(selection__title="national_skill_expert") is None


def test_who_is_in_the_pilot_group_is_known() -> None:
    person = member()
    recognised(person, "pilot_group")
    assert register_facts(person, None, on=TODAY)["membership.pilot_group"] is True


def test_revoking_takes_a_reason_and_two_and_leaves_nothing_said() -> None:
    body, first = organisation(), officer("qiantang-hrss", Role.REVIEWER, Role.APPROVER)
    row = recognised(body, "studio")
    with pytest.raises(Refused):
        actions.revoke(row, by=approver(), at=AT)
    with pytest.raises(Refused):
        actions.ask_to_revoke(row, reason=" ", by=first, at=AT)
    row = actions.ask_to_revoke(row, reason="工作室已撤销。", by=first, at=AT)
    with pytest.raises(Refused):
        actions.revoke(row, by=first, at=AT)
    assert of(body)
    assert actions.revoke(row, by=approver(), at=AT).state == RecognitionState.REVOKED
    assert of(body) == {}


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("studio", {"studio.kind": "skill_master_studio"}, "级别"),
        ("studio", {**STUDIO, "studio.rank": "乡级"}, "级别"),
        ("studio", {**STUDIO, "organisation.kind": "enterprise"}, "删去"),
        ("title", {"selection.title": "钱塘金牌技师"}, "."),
        ("medal", {}, "."),
    ],
)
def test_what_its_kind_does_not_say_is_refused(kind: str, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        actions.enter(Entry(kind, organisation(), "测试", facts), PAPER, by=registrar(), at=AT)
    assert not Recognition.objects.exists()


def test_nobody_recognises_an_organisation_of_their_own() -> None:
    body, by = organisation(), registrar()
    clerk = clerk_of(body).person
    clerk.officer = by
    clerk.save()
    with pytest.raises(Refused):
        actions.enter(Entry("studio", body, "测试", STUDIO), PAPER, by=by, at=AT)


def test_experts_see_no_entry_and_holders_what_stands() -> None:
    body = organisation()
    row = recognised(body, "studio")
    actions.enter(Entry("studio", body, "另一个", STUDIO), PAPER, by=registrar(), at=AT)
    assert not Recognition.objects.visible_to(officer("qiantang-hrss", Role.EXPERT)).exists()
    assert not Recognition.objects.visible_to(officer("xiaoshan-hrss", Role.REVIEWER)).exists()
    assert list(Recognition.objects.visible_to(clerk_of(body))) == [row]
    assert Recognition.objects.visible_to(registrar()).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        '[kinds.x]\nholders = ["person"]\nfacts = ["studio.colour"]',
        '[kinds.x]\nholders = ["club"]',
        '[kinds.x]\nholders = ["person"]\nabout = "y"',
        '[kinds.x]\nholders = ["person"]\ngrades = "studio.rank"',
        '[kinds.x]\nholders = ["person"]\nalways = { "membership.pilot_group" = "yes" }',
    ],
)
def test_the_file_of_kinds_is_refused_with_what_it_may_not_say(wrong: str) -> None:
    with pytest.raises(rules.PolicyError):
        recognised_kinds({"recognitions.toml": wrong}, library().facts)
