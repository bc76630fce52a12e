"""``jiangli bank BATCH``: a simulated bank answers a batch, for demonstrations."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock
from jiangli.payments import queries, simulated_bank
from jiangli.payments.models import Batch


class Command(BaseCommand):
    help = "SIMULATED bank: write the sheet that a bank would send back for a batch. No money moves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", help="number of a batch that was sent, such as XS-P-2025-00001")
        parser.add_argument(
            "--fail", type=int, default=0, metavar="N", help="the first N come back (户名不符)"
        )
        parser.add_argument("--out", type=Path, required=True, help="where to write the sheet (XLSX)")

    def handle(self, *args: object, **options: object) -> None:
        number, fail, out = options["batch"], options["fail"], options["out"]
        assert isinstance(fail, int) and isinstance(out, Path)
        batch = Batch.objects.filter(number=number).first()
        if batch is None or not batch.sheet:
            raise CommandError(f"{number} was not sent: release it and write its sheet first.")
        out.write_bytes(simulated_bank.answer(queries.sheet(batch), day=clock.today().isoformat(), fail=fail))
        self.stdout.write(f"SIMULATED bank: {out} answers {batch.number}, {fail} of {batch.count} returned")
