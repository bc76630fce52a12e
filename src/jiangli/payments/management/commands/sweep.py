"""``jiangli sweep``: take away stored files that no row knows; run daily."""

from datetime import timedelta

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiangli import files

AGE = timedelta(days=1)  # longer than any request or job between a file and its row


FIELDS = {"file", "sheet"}  # what a field that holds the name of a stored file is called


class Command(BaseCommand):
    help = "Remove files without a row that are older than a day. Safe to run twice."

    def handle(self, *args: object, **options: object) -> None:
        older_than = timezone.now() - AGE
        names = known()
        if not names and files.orphans(names, older_than=older_than):
            raise CommandError(
                "This database knows no file at all. Is it the one that belongs to these files?"
            )
        self.stdout.write(f"files without a row removed: {files.sweep(names, older_than=older_than)}")


def known() -> set[str]:
    """The names of all files that rows keep, in every room: fields called ``file`` or ``sheet``, and ``previews``."""
    names: set[str] = set()
    for model in apps.get_models():
        fields = {field.name for field in model._meta.concrete_fields}
        for field in FIELDS & fields:
            names.update(model._base_manager.exclude(**{field: ""}).values_list(field, flat=True))
        if "previews" in fields:
            for previews in model._base_manager.exclude(previews=[]).values_list("previews", flat=True):
                names.update(previews)
    return names
