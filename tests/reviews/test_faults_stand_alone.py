"""What fails by a fault of ours fails alone: the other cases, and the rest of what time brings, go on."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments.management.commands import tick
from jiangli.refused import Refused
from jiangli.reviews.deliberation.sheets import Wrong, amount_of
from jiangli.reviews.outside.reading import _fen
from jiangli.reviews.publicity import closing
from jiangli.reviews.work import bulk
from jiangli.reviews.work.models import BulkKind, ItemState
from publicity_stories import after_the_last_day, up, waiting_case
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = pytest.mark.django_db


def broken(case: Application) -> None:
    """A case at a stage that its law does not have."""
    case.stage = 99
    case.save(update_fields=["stage"])


def test_of_many_cases_the_others_go_on(at: datetime) -> None:
    the_law(at)
    people = [member(f"测试{name}") for name in "甲乙"]
    cases = [filed(one, certificate(one, level="senior"), programme=SENIOR, at=at) for one in people]
    by = officer("xiaoshan-union", Role.REVIEWER)
    shown = {row.case: row.fen for row in bulk.preview(cases, BulkKind.PASS, by=by, at=at)}
    broken(cases[0])
    begun = bulk.begin(BulkKind.PASS, shown, by=by, at=at)
    bulk.run(begun, at=at)
    states = [item.state for item in begun.items.order_by("pk")]
    assert states == [ItemState.WAITING, ItemState.DONE]


def test_of_a_list_the_others_go_on() -> None:
    cases = [waiting_case(), waiting_case()]
    later = after_the_last_day(up(cases))
    closing.take_down(at=later)
    broken(cases[0])
    assert closing.let_go_on(at=later) == 1


def test_one_failed_work_of_a_tick_leaves_the_others_done_and_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(at: datetime) -> int:
        raise ValueError(at)

    work = {"a fault": fails, "the rest": lambda at: 3, **tick.BY_THE_CLOCK}
    monkeypatch.setattr(tick, "BY_THE_CLOCK", work)
    with pytest.raises(CommandError, match="a fault"):
        call_command("tick")
    assert capsys.readouterr().out == "the rest: 3\n"


@pytest.mark.parametrize("text", ["9e999999", "NaN", "Infinity", "-1", "1e99999", ""])
def test_no_amount_breaks_a_sheet(text: str) -> None:
    with pytest.raises((Wrong, Refused)):
        amount_of(text)
    assert _fen(text) in (None, -1)
