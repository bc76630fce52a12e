"""What an officer lets be done with a programme: its mode, set with a reason, and what each mode takes."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.management import call_command

from jiangli.accounts.roles import Role
from jiangli.applications.permissions import cannot_apply_here, cannot_take
from jiangli.audit.models import Event
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import rule
from jiangli.programmes.status import Standing, standing
from jiangli.refused import Refused
from stories import TECHNICIAN, library, officer, the_law

pytestmark = pytest.mark.django_db
DRAFT = "qiantang-04-skill-upgrade"
DAY = date(2025, 6, 10)


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


def row_of(code: str) -> Programme:
    return Programme.objects.with_law().get(pk=code)


def test_a_draft_is_for_simulation_until_somebody_opens_it(at: datetime) -> None:
    row = row_of(DRAFT)
    assert row.mode == Mode.SIMULATION and "征求意见稿" in str(cannot_take(row))
    call_command("mode", DRAFT, "open")
    row = row_of(DRAFT)
    assert cannot_take(row) is None
    assert standing(row, rule(row.version), on=DAY) == Standing.OPEN
    programmes.publish(library(), by=None, at=at)
    assert row_of(DRAFT).mode == Mode.OPEN


@pytest.mark.parametrize(
    "mode, taken, applied, said",
    [
        (Mode.OPEN, True, True, ""),
        (Mode.BACK_ENTRY, True, False, "窗口"),
        (Mode.SIMULATION, False, False, "试算"),
        (Mode.REFERENCE, False, False, "别的系统"),
        (Mode.CLOSED, False, False, "已过"),
    ],
)
def test_what_each_mode_takes(mode: Mode, taken: bool, applied: bool, said: str) -> None:
    call_command("mode", TECHNICIAN, mode.value)
    row = row_of(TECHNICIAN)
    reason = cannot_apply_here(row, on=DAY)
    assert (cannot_take(row) is None, reason is None) == (taken, applied)
    assert said in str(reason or "")


def test_past_cases_can_still_be_entered_when_the_days_of_filing_are_over() -> None:
    call_command("mode", TECHNICIAN, "back_entry")
    row = row_of(TECHNICIAN)
    assert standing(row, rule(row.version), on=date(2027, 1, 1)) == Standing.BACK_ENTRY


def test_an_approver_of_the_agency_sets_it_and_says_why(at: datetime) -> None:
    row = row_of(TECHNICIAN)
    approver = officer(row.agency_id, Role.APPROVER)
    strangers = (officer(row.agency_id, Role.REGISTRAR), officer("xiaoshan-hrss", Role.APPROVER))
    for by, reason in ((approver, " "), *((other, "停一停") for other in strangers)):
        with pytest.raises(Refused):
            programmes.set_mode(row, Mode.CLOSED, reason=reason, by=by, at=at)
    with pytest.raises(Refused):
        programmes.set_mode(row, Mode(row.mode), reason="一样", by=approver, at=at)
    programmes.set_mode(row, Mode.CLOSED, reason="今年名额已满。", by=approver, at=at)
    event = Event.objects.about(row).get(name=programmes.MODE_SET)
    assert (event.by, event.details["before"], event.details["mode"]) == (approver, "open", "closed")
    assert event.details["reason"] == "今年名额已满。" and row_of(TECHNICIAN).mode == Mode.CLOSED
