"""``jiangli keys``: make the key files of an installation, once."""

import base64
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make the key files under var/keys (mode 0600). Safe to run twice: a key that exists is kept."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.KEYS)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("k1", "index"):
            self._make(folder / name, base64.b64encode(secrets.token_bytes(32)).decode())
        self._make(folder / "django", secrets.token_urlsafe(64))
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # the web server looks for it

    def _make(self, file: Path, content: str) -> None:
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(content)
        self.stdout.write(f"{file.name}: made")
