"""``jiangli publish [FOLDER]``: publish the policies of a folder."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from jiangli import clock, rules
from jiangli.programmes import actions as programmes


class Command(BaseCommand):
    help = "Publish programme files as immutable versions. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=None, help="default: the policies of this wheel"
        )

    def handle(self, *args: object, folder: Path | None = None, **options: object) -> None:
        for version in programmes.publish(rules.load(folder), by=None, at=clock.now()):
            self.stdout.write(str(version))
