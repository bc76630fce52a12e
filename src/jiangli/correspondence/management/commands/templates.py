"""``jiangli templates``: the texts as a carrier registers them, each with its version and whether it can go out."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli.correspondence.carrier import CarrierFault, cannot_send, carrier_of, missing_templates
from jiangli.correspondence.texts import texts


class Command(BaseCommand):
    help = "Print every text with its version and the carrier's id; --check: only what cannot go out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if a text cannot go out")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            carrier = carrier_of(settings.CARRIER)
        except (CarrierFault, OSError) as fault:
            raise CommandError(str(fault)) from fault
        if options["check"]:
            missing = missing_templates(carrier)
            if missing:
                raise CommandError("\n".join(missing))
            self.stdout.write(f"{len(texts())} texts can go out.")
            return
        for event, text in texts().items():
            template = carrier.templates.get(event)
            self.stdout.write(f"# {text.when}")
            self.stdout.write(f"# {text.words['zh']}")
            id = template.id if template else ""
            late = "  # register it again" if id and cannot_send(carrier, event, text.version) else ""
            self.stdout.write(
                f'"{event}" = {{ id = "{id}", version = "{text.version}" }}{late}\n\n', ending=""
            )
