"""``jiangli organisations FILE``: load the register of organisations from a spreadsheet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock, sheets
from jiangli.refused import Refused
from jiangli.registers.loads import load_organisations


class Command(BaseCommand):
    help = (
        "Load organisations from XLSX or CSV. Columns: credit_code, name, and facts of an organisation "
        "(kind, area, certification_filing_area, star_rating …). Safe to run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, file: Path, **options: Any) -> None:
        try:
            loaded = load_organisations(_cells(file), at=clock.now())
        except (OSError, sheets.NoSheet, Refused) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"new {loaded.new}, changed {loaded.changed}, the same {loaded.same}")
        if loaded.faults:
            raise CommandError("\n".join(str(fault) for fault in loaded.faults))


def _cells(file: Path) -> list[dict[str, Any]]:
    """The rows below the headings, as dictionaries; empty rows are left out."""
    found = sheets.rows(file.read_bytes(), heading="credit_code")
    if not found:
        return []
    headings = [str(cell).strip() for cell in found[0]]
    rows = (dict(zip(headings, row, strict=False)) for row in found[1:])
    return [
        {name: cell for name, cell in row.items() if name}
        for row in rows
        if any(str(cell).strip() for cell in row.values())
    ]
