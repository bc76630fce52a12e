"""``jiangli agencies [FILE]``: the agencies of this installation, from a file."""

import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from jiangli.accounts.models import Agency

SHIPPED = Path(__file__).parents[2] / "agencies.toml"
KEYS = (
    "name",
    "short_name",
    "name_en",
    "prefix",
    "office",
    "phone",
    "address",
    "answers_within_days",
    "correct_within_days",
    "works_here",
    "counts_posting_day",
    "questions_within_days",
    "ratings_within_days",
    "policy_office",
)
PROMISES = {"questions_within_days", "ratings_within_days"}  # counted on the calendar of working days
MOST_DAYS = 366


class Command(BaseCommand):
    help = "Add the agencies of a TOML file, or bring them up to date. Safe to run twice; removes none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)

    @transaction.atomic
    def handle(self, *args: object, file: Path = SHIPPED, **options: object) -> None:
        for code, known in tomllib.loads(file.read_text("utf-8")).items():
            if strange := sorted(set(known) - set(KEYS)):
                raise CommandError(
                    f"{file}: {code}: unknown key {', '.join(strange)}; known: {', '.join(KEYS)}"
                )
            for name in PROMISES & set(known):
                if not isinstance(known[name], int) or not 1 <= known[name] <= MOST_DAYS:
                    raise CommandError(f"{file}: {code}: {name}: give 1 to {MOST_DAYS} working days.")
            Agency.objects.update_or_create(code=code, defaults=known)
