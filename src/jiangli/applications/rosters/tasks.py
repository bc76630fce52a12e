"""Background work on rosters: read and check, file, sort scans. Each may run twice and then does nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from jiangli import clock
from jiangli.applications.roster_models import AT_WORK, Pile, PileState, Roster, RosterState
from jiangli.applications.rosters.filing import file_rows
from jiangli.applications.rosters.scans import sort
from jiangli.applications.rosters.staging import stage
from jiangli.jobs import overlooked, task

OVERLOOKED = timedelta(minutes=1)


@task()
def carry_on(roster_id: str) -> None:
    """Do what is left of a roster: read, check, file. Safe to run twice, also at once."""
    at = clock.now()
    stage(roster_id, at=at)
    if Roster.objects.filter(pk=roster_id, state=RosterState.FILING).exists():
        file_rows(roster_id, at=at)


@task()
def sort_pile(pile_id: str) -> None:
    """Sort a ZIP of scans to their rows. Safe to run twice, also at once."""
    sort(pile_id, at=clock.now())


def remind(*, at: datetime) -> int:
    """Queue again what was lost: rosters and piles that wait and have no task. Safe to run twice.

    After some tries one is left as it is: see the worker's log.
    """
    rosters = Roster.objects.filter(state__in=AT_WORK, touched_at__lt=at - OVERLOOKED)
    piles = Pile.objects.filter(state=PileState.RECEIVED, added_at__lt=at - OVERLOOKED)
    again = 0
    for work, found in ((carry_on, rosters), (sort_pile, piles)):
        ids = [str(pk) for pk in found.values_list("pk", flat=True)[:200]]
        for pk in overlooked(work, ids):
            work.enqueue(pk)
            again += 1
    return again
