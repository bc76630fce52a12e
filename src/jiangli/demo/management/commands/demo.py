"""``jiangli demo``: fill an installation with a made-up town."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jiangli.clock import SHANGHAI
from jiangli.demo import cases, offices, organisations, people, sheets
from jiangli.registers import actions as registers
from jiangli.registers.loads import Loaded, load_organisations
from jiangli.registers.models import Person

LOADED_AT = datetime(2025, 4, 15, 8, 0, tzinfo=SHANGHAI)
SIGN_INS, PEOPLE, LIST = "sign-ins.txt", "people.txt", "list-of-chief-technicians.csv"


class Command(BaseCommand):
    help = "Made-up offices, members, certificates and cases, for trying out. Safe to run twice."

    def handle(self, *args: object, **options: object) -> None:
        if Person.objects.exists() and not offices.are_open():
            raise CommandError("There are people here already. The demonstration belongs in an empty place.")
        call_command("agencies", stdout=self.stderr)
        call_command("publish", stdout=self.stderr)
        with transaction.atomic():
            self._open_desks()
        everybody = people.everybody()
        with transaction.atomic():
            self._load(everybody)
            organisations.ask(LOADED_AT)
        told = cases.play(everybody)
        if told or not (Path(settings.VAR) / PEOPLE).exists():
            sheets.write(PEOPLE, sheets.people([who for who in everybody if who.story], told))
            sheets.write(LIST, sheets.chief_list(people.on_the_list()))
        self.stdout.write((Path(settings.VAR) / SIGN_INS).read_text("utf-8"), ending="")

    def _open_desks(self) -> None:
        """New officers' passwords are shown and kept in a private file, once; only hashes are stored."""
        made = offices.open_desks(LOADED_AT)
        file = Path(settings.VAR) / SIGN_INS
        if made or not file.exists():
            before = file.read_text("utf-8") if file.exists() else ""
            sheets.write(SIGN_INS, before + sheets.sign_ins(made))

    def _load(self, everybody: list[people.Somebody]) -> None:
        members = [who.member for who in everybody if "not in the register" not in who.tags]
        members += [row["member"] for row in people.on_the_list()] + organisations.members()
        certificates = [who.certificate for who in everybody if who.certificate]
        paid = [who.paid for who in everybody if who.paid]
        for loaded in (
            registers.load_members(members, at=LOADED_AT),
            registers.load_certificates(certificates, at=LOADED_AT),
            registers.load_earlier_payments(paid, at=LOADED_AT),
            load_organisations(organisations.rows(), at=LOADED_AT),
        ):
            self._check(loaded)

    def _check(self, loaded: Loaded) -> None:
        if loaded.faults:
            raise CommandError("\n".join(str(fault) for fault in loaded.faults))
