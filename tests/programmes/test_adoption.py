"""A draft is adopted by two officers; publishing the draft's folder again does not undo it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.programmes import actions as programmes
from jiangli.programmes import adoption
from jiangli.programmes.models import Mode, Programme, Two
from jiangli.programmes.queries import drafts, rule
from jiangli.refused import Refused
from law_stories import ORDER, QIANTANG, adopt, two_approvers
from stories import library, officer, the_law

pytestmark = pytest.mark.django_db
UPGRADE = "qiantang-04-skill-upgrade"


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


def document_of(code: str = UPGRADE) -> rules.Document:
    return rule(Programme.objects.with_law().get(pk=code).version).document


def test_two_approvers_of_the_issuer_adopt_it(at: datetime) -> None:
    first, second = two_approvers()
    first_day = date(2025, 4, 1)
    for stranger in (officer("qiantang-hrss", Role.REVIEWER), officer("xiaoshan-hrss", Role.APPROVER)):
        with pytest.raises(Refused):
            adoption.ask(QIANTANG, **ORDER, first_day=first_day, by=stranger, at=at)
    asked = adoption.ask(QIANTANG, **ORDER, first_day=first_day, last_day=date(2027, 12, 31), by=first, at=at)
    for other in (first, officer("qiantang-hrss", Role.REVIEWER)):
        with pytest.raises(Refused):
            adoption.confirm(asked, by=other, at=at)
    assert document_of().status == "draft"
    adoption.confirm(asked, by=second, at=at)
    now = document_of()
    assert (now.status, now.number, now.first_day, now.last_day) == (
        "in_force", ORDER["number"], first_day, date(2027, 12, 31),
    )  # fmt: skip
    rows = Programme.objects.filter(pk__startswith="qiantang-")
    assert set(rows.values_list("mode", flat=True)) == {Mode.OPEN} and not drafts()
    assert Event.objects.about(asked).filter(name="adoption.confirmed").exists()


def test_publishing_the_draft_again_keeps_the_adoption(at: datetime) -> None:
    adopt(at=at)
    before = dict(Programme.objects.values_list("code", "version"))
    assert programmes.publish(library(), by=None, at=at) == []
    assert dict(Programme.objects.values_list("code", "version")) == before
    assert Programme.objects.get(pk=UPGRADE).mode == Mode.OPEN


def test_a_folder_that_says_in_force_itself_is_right(at: datetime) -> None:
    adopt(at=at)
    path = f"{QIANTANG}/document.toml"
    text = library().sources[path].replace('status   = "draft"', 'status = "in_force"\nfrom = 2025-05-01')
    programmes.publish(rules.build({**library().sources, path: text}), by=None, at=at)
    assert document_of().first_day == date(2025, 5, 1) and document_of().number is None


def test_a_mode_set_by_hand_stays_and_a_later_adoption_corrects(at: datetime) -> None:
    row = Programme.objects.get(pk=UPGRADE)
    programmes.set_mode(row, Mode.BACK_ENTRY, by=None, at=at)
    adopt(at=at)
    assert Programme.objects.get(pk=UPGRADE).mode == Mode.BACK_ENTRY
    adopt(at=at + timedelta(hours=1), first_day=date(2025, 4, 2), title="正式的实施细则")
    assert document_of().first_day == date(2025, 4, 2) and document_of().title.zh == "正式的实施细则"


def test_one_that_waits_is_refused_or_taken_back(at: datetime) -> None:
    first, second = two_approvers()
    asked = adoption.ask(QIANTANG, **ORDER, first_day=date(2025, 4, 1), by=first, at=at)
    with pytest.raises(Refused):
        adoption.ask(QIANTANG, **ORDER, first_day=date(2025, 4, 1), by=second, at=at)
    seen = {one.programme.pk: one for one in adoption.preview(asked)}
    assert seen[UPGRADE].mode == Mode.OPEN and seen[UPGRADE].law.document.status == "in_force"
    days = [day for one in seen.values() for _part, day in one.dated]
    assert "2025-04-01" in days and all(day < "2025-04-01" for one in seen.values() for _, day in one.outside)
    with pytest.raises(Refused):
        adoption.refuse(asked, reason=" ", by=second, at=at)
    assert adoption.refuse(asked, reason="文号不对", by=second, at=at).state == Two.REFUSED
    again = adoption.ask(QIANTANG, **ORDER, first_day=date(2025, 4, 1), by=first, at=at)
    with pytest.raises(Refused):
        adoption.withdraw(again, by=second, at=at)
    assert adoption.withdraw(again, by=first, at=at).state == Two.WITHDRAWN and drafts()
