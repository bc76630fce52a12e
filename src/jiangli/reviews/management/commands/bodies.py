"""``jiangli bodies [FILE]``: how other bodies want the sheets of this installation, from a file."""

import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from jiangli.accounts.models import Agency
from jiangli.reviews.outside.columns import DEFAULT, SHIPPED, WrongLayout, layouts
from jiangli.reviews.outside.models import BodySheet


class Command(BaseCommand):
    help = "Note how bodies outside want their sheets, from a TOML file. Safe to run twice; removes none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)

    @transaction.atomic
    def handle(self, *args: object, file: Path = SHIPPED, **options: object) -> None:
        try:
            found = layouts(file.read_text("utf-8"), str(file))
        except (tomllib.TOMLDecodeError, WrongLayout) as error:
            raise CommandError(str(error)) from error
        found.pop(DEFAULT)
        if strange := sorted(found.keys() - set(Agency.objects.values_list("pk", flat=True))):
            raise CommandError(
                f"{file}: there is no agency {', '.join(strange)}. Run `jiangli agencies` first."
            )
        for body, layout in found.items():
            BodySheet.objects.update_or_create(body_id=body, defaults={"layout": layout})
