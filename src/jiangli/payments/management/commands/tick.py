"""``jiangli tick``: what time brings, everywhere; run every minute, or with --every."""

import time

from django.core.management.base import BaseCommand, CommandParser
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


class Command(BaseCommand):
    help = "Put back stuck jobs, send what was overlooked, let payments fall due. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on for ever, with this pause")

    def handle(self, *args: object, every: int | None = None, **options: object) -> None:
        self._tick()
        while every:
            time.sleep(every)
            self._tick()

    def _tick(self) -> None:
        now = timezone.now()
        done = {
            "jobs put back": jobs.reclaim(at=now),
            "messages given up": correspondence.give_up(now=now),
            "messages queued again": correspondence.remind(now=now),
            "previews queued again": applications.remind(at=clock.now()),
            "rosters queued again": rosters.remind(at=clock.now()),
            "previews of filings queued again": filings.remind(at=clock.now()),
            "previews of letters queued again": registers.remind(at=clock.now()),
            "invitations closed": invitations.expire(at=clock.now()),
            "imports queued again": history.remind(at=clock.now()),
            "reminded of corrections": cases.remind_of_corrections(at=clock.now()),
            "not corrected in time": cases.lapse(at=clock.now()),
            "readings in effect": interpretations.take_effect(at=clock.now()),
            "cases of adopted drafts": adopted.settle_adopted(at=clock.now()),
            "answers of other bodies queued again": answers.remind(at=clock.now()),
            "cases that no longer wait outside": answers.let_go(at=clock.now()),
            "files of exports dropped": outside.expire(at=clock.now()),
            "next claims": next_claims.tick(at=clock.now()),
            "acts on many queued again": work.remind(at=clock.now()),
            "reminded of time limits": work.remind_of_terms(at=clock.now()),
            "last days of lists counted anew": publicity.plan_again(at=clock.now()),
            "lists put up": publicity.put_up(at=clock.now()),
            "lists over": publicity.take_down(at=clock.now()),
            "cases went on from lists": publicity.let_go_on(at=clock.now()),
            "previews of objections queued again": publicity_papers.remind(at=clock.now()),
            "payments due": payments.fall_due(at=clock.now()),
            "previews of attachments queued again": attachments.remind(at=clock.now()),
            "previews of findings queued again": fraud.remind(at=clock.now()),
            "meetings queued again": deliberation.remind(at=clock.now()),
            "previews of minutes queued again": minutes.remind(at=clock.now()),
            "previews of candidates queued again": selection.remind(at=clock.now()),
            "payments ordered back": recovery.order_back(at=clock.now()),
        }
        for what, count in done.items():
            if count:
                self.stdout.write(f"{what}: {count}")
