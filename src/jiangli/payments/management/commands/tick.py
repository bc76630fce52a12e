"""``jiangli tick``: what time brings, everywhere; run every minute, or with --every."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from jiangli import clock, jobs
from jiangli.applications import actions as cases
from jiangli.applications import tasks as applications
from jiangli.applications.filings import tasks as filings
from jiangli.applications.rosters import tasks as rosters
from jiangli.correspondence import tasks as correspondence
from jiangli.payments import actions as payments
from jiangli.payments.recovery import actions as recovery
from jiangli.programmes import interpretations
from jiangli.registers import invitations
from jiangli.registers import tasks as registers
from jiangli.registers.history import tasks as history
from jiangli.reviews import adopted
from jiangli.reviews.attachments import tasks as attachments
from jiangli.reviews.deliberation import minutes
from jiangli.reviews.deliberation import tasks as deliberation
from jiangli.reviews.fraud import tasks as fraud
from jiangli.reviews.next_claims import actions as next_claims
from jiangli.reviews.outside import actions as outside
from jiangli.reviews.outside import tasks as answers
from jiangli.reviews.publicity import closing as publicity
from jiangli.reviews.publicity import tasks as publicity_papers
from jiangli.reviews.selection import tasks as selection
from jiangli.reviews.work import tasks as work

log = logging.getLogger(__name__)


# What is said, and what is done: at the machine's own time, or at the demonstration's.
BY_THE_MACHINE: dict[str, Callable[..., int]] = {
    "jobs put back": jobs.reclaim,
    "messages given up": lambda at: correspondence.give_up(now=at),
    "messages queued again": lambda at: correspondence.remind(now=at),
}
BY_THE_CLOCK: dict[str, Callable[..., int]] = {
    "previews queued again": applications.remind,
    "rosters queued again": rosters.remind,
    "previews of filings queued again": filings.remind,
    "previews of letters queued again": registers.remind,
    "invitations closed": invitations.expire,
    "imports queued again": history.remind,
    "reminded of corrections": cases.remind_of_corrections,
    "not corrected in time": cases.lapse,
    "readings in effect": interpretations.take_effect,
    "cases of adopted drafts": adopted.settle_adopted,
    "answers of other bodies queued again": answers.remind,
    "cases that no longer wait outside": answers.let_go,
    "files of exports dropped": outside.expire,
    "next claims": next_claims.tick,
    "acts on many queued again": work.remind,
    "reminded of time limits": work.remind_of_terms,
    "last days of lists counted anew": publicity.plan_again,
    "lists put up": publicity.put_up,
    "lists over": publicity.take_down,
    "cases went on from lists": publicity.let_go_on,
    "previews of objections queued again": publicity_papers.remind,
    "payments due": payments.fall_due,
    "previews of attachments queued again": attachments.remind,
    "previews of findings queued again": fraud.remind,
    "meetings queued again": deliberation.remind,
    "previews of minutes queued again": minutes.remind,
    "previews of candidates queued again": selection.remind,
    "payments ordered back": recovery.order_back,
}


class Command(BaseCommand):
    help = "Put back stuck jobs, send what was overlooked, let payments fall due. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on for ever, with this pause")

    def handle(self, *args: object, every: int | None = None, **options: object) -> None:
        failed = self._tick()
        if failed and not every:
            raise CommandError(f"failed, see the log: {', '.join(failed)}")
        while every:
            time.sleep(every)
            self._tick()

    def _tick(self) -> list[str]:
        """Everything once; gives what failed."""
        failed = [
            *self._do(BY_THE_MACHINE, timezone.now),
            *self._do(BY_THE_CLOCK, clock.now),
        ]
        return failed

    def _do(self, work: dict[str, Callable[..., int]], now: Callable[[], datetime]) -> list[str]:
        """Each for itself: what fails goes to the log, and the rest is done. Gives what failed."""
        failed = []
        for what, do in work.items():
            try:
                count = do(at=now())
            except Exception:
                log.exception("tick: %s failed", what)
                failed.append(what)
            else:
                if count:
                    self.stdout.write(f"{what}: {count}")
        return failed
