"""Ways out for a message, named in ``MESSAGE_GATEWAYS``. A new way is a class here and a line in GATEWAYS."""

import json
import os
import sys
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from jiangli import clock


class Undeliverable(Exception):
    """The gateway will never take this message (no such number, barred); it is not tried again."""


class Gateway(Protocol):
    """Hands one text to one phone.

    ``send`` is called by the worker, outside any transaction, at most once at a time for a message, with
    the message's own ``reference`` for the provider to recognise a repetition by.

    - Return once the message is accepted.
    - Raise ``jiangli.refused.Unavailable`` only if it was certainly *not* accepted; it is then tried again.
    - Raise ``Undeliverable`` if it never will be.
    - If in doubt (the answer never came), let the error through: the message is then shown as not
      delivered and is not sent again, since a second copy of a message about money frightens people.
    - Never write the phone or the text to a log, and never change the text.
    """

    def send(self, reference: str, event: str, phone: str, text: str) -> None: ...


class Console:
    """Prints to the worker's console. Only a demonstration shows the phone and the text."""

    def send(self, reference: str, event: str, phone: str, text: str) -> None:
        words = f"{phone}  {text}" if settings.DEMO_DAY else masked(phone)
        print(f"[{event}] {words}", file=sys.stdout, flush=True)


class File:
    """Adds a line to ``outbox/<day>.jsonl`` (mode 0600): for trials, and for a sender that reads files."""

    def send(self, reference: str, event: str, phone: str, text: str) -> None:
        folder = Path(settings.OUTBOX)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = {
            "reference": reference,
            "event": event,
            "phone": phone,
            "text": text,
            "at": timezone.now().isoformat(timespec="seconds"),
        }
        path = folder / f"{clock.today().isoformat()}.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


GATEWAYS: dict[str, type[Gateway]] = {"console": Console, "file": File}


def gateways() -> list[Gateway]:
    """Those of this installation, in order; the first is the one that counts, the others get a copy."""
    return [GATEWAYS[name]() for name in settings.MESSAGE_GATEWAYS]


def masked(phone: str) -> str:
    """Enough of a phone to recognise one's own."""
    return f"{phone[:3]}****{phone[-4:]}"
