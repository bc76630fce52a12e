"""Previews whose task was lost or failed are asked for again."""

from datetime import datetime, timedelta

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jiangli.applications.models import Evidence, EvidenceState
from jiangli.applications.tasks import make_previews, remind
from jiangli.jobs import TRIES
from stories import certificate, draft, member, the_law

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=2)


@pytest.fixture
def evidence(at: datetime) -> Evidence:
    """A file whose task never came to be: nothing commits in a test."""
    the_law(at)
    person = member()
    first, *others = draft(person, certificate(person), at=at).evidence.all()
    Evidence.objects.filter(pk__in=[other.pk for other in others]).update(state=EvidenceState.READY)
    assert not DBTaskResult.objects.exists()
    return first


def test_a_lost_task_is_queued_once_and_makes_the_preview(at: datetime, evidence: Evidence) -> None:
    assert remind(at=at) == 0  # its own task may be on the way
    assert remind(at=at + LATER) == 1
    assert remind(at=at + LATER) == 0  # it waits
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert remind(at=at + LATER) == 0
    make_previews.call(*DBTaskResult.objects.get().args_kwargs["args"])
    evidence.refresh_from_db()
    assert evidence.state == EvidenceState.READY and evidence.previews
    DBTaskResult.objects.all().delete()
    assert remind(at=at + LATER) == 0


def test_a_failing_task_is_tried_so_often_and_no_more(at: datetime, evidence: Evidence) -> None:
    tries = 0
    while remind(at=at + LATER):
        tries += 1
        DBTaskResult.objects.update(status=TaskResultStatus.FAILED)
    assert tries == TRIES


def test_what_was_taken_away_needs_no_preview(at: datetime, evidence: Evidence) -> None:
    Evidence.objects.update(removed_at=at)
    assert remind(at=at + LATER) == 0
