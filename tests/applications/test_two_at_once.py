"""Two at the same moment: one person, or one certificate, ends in exactly one filed case. On both databases."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Reservation
from jiangli.applications.status import Status
from jiangli.refused import Refused
from stories import SENIOR, TECHNICIAN, certificate, draft, member, the_law

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at once, each in a thread with its own connection; what each gave, or the Refused it met."""
    gate, results = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            results.append(act())
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def filed_cases() -> int:
    return Application.objects.filter(status=Status.SUBMITTED).count()


def test_one_person_filing_two_levels_at_once_is_filed_once(at: datetime) -> None:
    the_law(at)
    person = member()
    higher = draft(person, certificate(person), at=at, programme=TECHNICIAN)
    lower = draft(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    results = together(
        lambda: applications.submit(higher, by=person.account, at=at),
        lambda: applications.submit(lower, by=person.account, at=at),
    )
    assert filed_cases() == 1
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Reservation.objects.filter(released_at=None).count() == 3


def test_one_certificate_filed_by_two_people_at_once_is_filed_once(at: datetime) -> None:
    the_law(at)
    people = [member("测试甲"), member("测试乙")]
    held = certificate(people[0])
    held.looked_up_at = held.person = None
    held.save()
    cases = [draft(person, held, at=at) for person in people]
    results = together(
        *(
            lambda case=case, person=person: applications.submit(case, by=person.account, at=at)
            for case, person in zip(cases, people, strict=True)
        )
    )
    assert filed_cases() == 1
    assert sum(isinstance(result, Refused) for result in results) == 1


def test_one_draft_filed_twice_at_once_gives_one_number_and_one_password(at: datetime) -> None:
    the_law(at)
    person = member()
    case = draft(person, certificate(person), at=at)
    results = together(*(lambda: applications.submit(case, by=person.account, at=at) for _ in range(2)))
    assert filed_cases() == 1
    assert sorted(bool(result.query_password) for result in results) == [False, True]  # type: ignore[attr-defined]


def test_starting_twice_at_once_gives_one_draft(at: datetime) -> None:
    the_law(at)
    person = member()
    results = together(
        *(lambda: applications.start(person, TECHNICIAN, by=person.account, at=at) for _ in range(2))
    )
    assert len({result.pk for result in results}) == 1  # type: ignore[attr-defined]
    assert Application.objects.count() == 1
