"""A roster of twenty thousand lines is guarded in seconds."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import guard_law as law
from jiangli.applications.guard import Key, Taken, reserve
from jiangli.applications.models import Application, Reservation
from stories import certificate, member

pytestmark = pytest.mark.django_db
MANY = 20_000


def keys(first: int = 0, count: int = MANY) -> dict[int | None, set[Key]]:
    return {None: {Key(f"certificate@{law.COURSES}", f"测试-{n:06d}") for n in range(first, first + count)}}


def case_of(at: datetime) -> Application:
    head = member()
    return law.roster(law.firm(head=head), head, [certificate(member(), level="senior")], at=at)


def test_twenty_thousand_keys_are_taken_in_seconds_and_every_collision_is_named(at: datetime) -> None:
    law.publish(at)
    first, second = case_of(at), case_of(at)
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        reserve(first, keys(), at=at)
    assert time.monotonic() - began < 15  # 2 seconds on a quiet machine; a busy one takes its time
    assert len(queries) < 200  # SQLite takes some 140 rows at once
    assert Reservation.objects.filter(application=first, released_at=None).count() == MANY
    with CaptureQueriesContext(connection) as queries, pytest.raises(Taken) as said:
        reserve(second, keys(MANY - 5, 10), at=at)
    assert len(said.value.collisions) == 5
    assert len(queries) < 12
    assert not second.reservations.exists()
    reserve(first, keys(), at=at)
    reserve(first, keys(0, 10), at=at)
    assert Reservation.objects.filter(application=first, released_at=None).count() == 10
    reserve(second, keys(MANY - 5, 10), at=at)
