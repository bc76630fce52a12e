"""``jiangli officer USERNAME AGENCY ROLE… --name NAME --id-number NUMBER``: appoint an officer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.accounts.roles import Role
from jiangli.refused import Refused
from jiangli.registers import actions as registers


class Command(BaseCommand):
    help = "Appoint an officer, or give them other posts; prints the password of a new account, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("agency")
        parser.add_argument("role", nargs="+", choices=Role.values)
        parser.add_argument("--name", required=True)
        parser.add_argument("--id-number", required=True, help="so that nobody handles their own case")

    def handle(self, *args: object, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none; run jiangli agencies"
            raise CommandError(f"There is no agency {options['agency']}; known: {known}.")
        try:
            user, password = registers.appoint_officer(
                options["username"],
                agency,
                [Role(role) for role in options["role"]],
                name=options["name"],
                id_number=options["id_number"],
                by=None,
                at=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username}  {password or '(the password stays)'}")
