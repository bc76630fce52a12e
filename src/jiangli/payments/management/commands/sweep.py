"""``jiangli sweep``: take away stored files that no row knows; run daily."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiangli import files
from jiangli.applications.models import Evidence, FilingPaper
from jiangli.applications.roster_models import Pile, Roster, Scan
from jiangli.payments.models import Batch, ReturnedSheet
from jiangli.registers.history.models import HistoryImport
from jiangli.registers.models import Letter
from jiangli.reviews.fraud.models import FindingPaper
from jiangli.reviews.publicity.models import Paper

AGE = timedelta(days=1)  # longer than any request or job between a file and its row


class Command(BaseCommand):
    help = "Remove files without a row that are older than a day. Safe to run twice."

    def handle(self, *args: object, **options: object) -> None:
        older_than = timezone.now() - AGE
        names = known()
        if not names and files.orphans(names, older_than=older_than):
            raise CommandError(
                "This database knows no file at all. Is it the one that belongs to these files?"
            )
        self.stdout.write(f"files without a row removed: {files.sweep(names, older_than=older_than)}")


def known() -> set[str]:
    """The names of all files that rows keep, in every room: a new field for a file is added here."""
    names: set[str] = set()
    for papers in (
        Evidence.objects,
        Letter.objects,
        FilingPaper.objects,
        FindingPaper.objects,
        Paper.objects,
    ):
        names |= {name for previews in papers.values_list("previews", flat=True) for name in previews}
        names.update(papers.values_list("file", flat=True))
    names.update(Roster.objects.values_list("file", flat=True))
    names.update(Pile.objects.values_list("file", flat=True))
    names.update(Scan.objects.exclude(file="").values_list("file", flat=True))
    names.update(Batch.objects.exclude(sheet="").values_list("sheet", flat=True))
    names.update(ReturnedSheet.objects.values_list("file", flat=True))
    names.update(HistoryImport.objects.exclude(file="").values_list("file", flat=True))
    return names
