"""``jiangli mode PROGRAMME MODE``: what this installation does with a programme."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock
from jiangli.programmes import actions
from jiangli.programmes.models import Mode, Programme


class Command(BaseCommand):
    help = "Open a programme, take past cases only, only simulate, keep for reference, or close it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme")
        parser.add_argument("mode", choices=Mode.values)

    def handle(self, *args: object, programme: str = "", mode: str = "", **options: object) -> None:
        row = Programme.objects.filter(pk=programme).first()
        if row is None:
            raise CommandError(f"There is no programme {programme}; `jiangli programmes` lists them.")
        before = row.mode
        actions.set_mode(row, Mode(mode), by=None, at=clock.now())
        self.stdout.write(f"{programme}: {before} -> {mode}")
