"""``jiangli receipts FILE``: read delivery receipts that the carrier gave as a file."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock
from jiangli.correspondence import actions
from jiangli.correspondence.carrier import carrier_of
from jiangli.correspondence.receipts import ReceiptFault, read


class Command(BaseCommand):
    help = "Read delivery receipts, JSON or a JSON object per line; - for standard input. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            found = read(_content(options["file"]), carrier_of(settings.CARRIER).receipts, most=None)
        except (ReceiptFault, OSError) as fault:
            raise CommandError(str(fault)) from fault
        taken = actions.note_receipts(found, at=clock.now())
        self.stdout.write(f"{taken.changed} changed, {taken.passed_over} passed over")
        for reference in taken.unknown:
            self.stdout.write(f"not ours, nothing done: {reference}")


def _content(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
