"""An amount was noted within its ceiling, and another payment leaves less: nothing breaks, and it is noted anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from any_programme import right_case
from jiangli.applications.models import Application
from jiangli.public.people import BACKEND
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment
from jiangli.reviews import actions as reviews
from jiangli.reviews.work import bulk
from jiangli.reviews.work.models import BulkKind, ItemState
from meeting_stories import AT, BASE

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def shrunk(settings: Any) -> Application:
    """120,000 yuan were noted; then 200,000 of the 300,000 of this base were paid."""
    settings.DEMO_DAY = (AT + timedelta(days=1)).date()
    case = right_case(BASE, at=AT)
    subject = case.commitments.get().subject
    EarlierPayment.objects.create(
        programme_code=BASE, subject=subject, paid_on=date(2025, 11, 20), amount_fen=20_000_000, source="测试"
    )
    return case


def test_a_pass_is_refused_with_the_words_of_the_ceiling_and_the_pages_still_open(
    shrunk: Application,
) -> None:
    by = shrunk.assignments.get().officer
    with pytest.raises(Refused, match="最多还可以发 100,000 元"):
        reviews.pass_on(shrunk, by=by, at=LATER)
    client = Client()
    client.force_login(by, backend=BACKEND)
    page = client.get(reverse("staff:case", args=[shrunk.pk]))
    assert page.status_code == 200 and "最多还可以发 100,000 元" in page.content.decode()
    assert client.get(reverse("staff:pass", args=[shrunk.pk])).status_code == 200


def test_many_at_once_stop_at_this_case_and_say_why(shrunk: Application) -> None:
    by = shrunk.assignments.get().officer
    assert "最多还可以发" in str(bulk.preview([shrunk], BulkKind.PASS, by=by, at=LATER)[0].why)
    done = bulk.run(bulk.begin(BulkKind.PASS, {shrunk: 12_000_000}, by=by, at=LATER), at=LATER)
    assert [item.state for item in done.items.all()] == [ItemState.STOPPED]


def test_the_officer_notes_what_is_left_and_passes(shrunk: Application) -> None:
    by = shrunk.assignments.get().officer
    note = {"application": shrunk, "place": "审核", "by": by, "at": LATER}
    with pytest.raises(Refused, match="最多还可以发 100,000 元"):
        reviews.look_up(found={"officer.approved_amount": "100000.01"}, **note)
    reviews.look_up(found={"officer.approved_amount": "100000.00"}, **note)
    assert reviews.pass_on(shrunk, by=by, at=LATER).stage > shrunk.stage
