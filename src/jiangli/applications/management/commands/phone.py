"""``jiangli phone ID_NUMBER PHONE``: note the new phone of somebody who showed their identity card.

Their older query passwords end. Officers have a page for it at the counter.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock
from jiangli.applications import actions as applications
from jiangli.refused import Refused
from jiangli.registers.queries import find_person


class Command(BaseCommand):
    help = "Note the new phone of somebody who cannot use the old one; it is told. They prove the new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id_number")
        parser.add_argument("phone")

    def handle(self, *args: object, **options: Any) -> None:
        person = find_person(options["id_number"])
        if person is None:
            raise CommandError("Nobody with this number is known; they can sign in with any phone.")
        try:
            applications.note_phone(person, options["phone"], by=None, at=clock.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
