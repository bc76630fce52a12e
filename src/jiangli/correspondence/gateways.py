"""Ways out for a message, named in ``MESSAGE_GATEWAYS``. A new way is a class here and a line in GATEWAYS."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from jiangli import clock


class Undeliverable(Exception):
    """The gateway will never take this message (no such number, barred); it is not tried again."""


class InDoubt(Exception):
    """Nobody knows whether the gateway took it: the answer never came, or cannot be read. Never sent again."""


@dataclass(frozen=True)
class Letter:
    """What a gateway is handed. ``values`` fill the wording, in Chinese words and in its order."""

    reference: str  # ours: the same at every try, for the carrier to recognise a repetition by
    event: str
    phone: str
    text: str
    version: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    """Hands one letter to one phone.

    ``send`` is called by the worker, outside any transaction, at most once at a time for a message.

    - Return once the message is accepted: the carrier's own reference for receipts, or blank.
    - Raise ``jiangli.refused.Unavailable`` only if it was certainly *not* accepted; it is then tried again.
    - Raise ``Undeliverable`` if it never will be.
    - If in doubt (the answer never came), raise ``InDoubt`` or let the error through: the message is then shown
      as not delivered and is not sent again, since a second copy of a message about money frightens people.
    - Never write the phone or the text to a log, and never change the text.
    """

    def send(self, letter: Letter) -> str: ...


class Console:
    """Prints to the worker's console. Only a demonstration shows the phone and the text."""

    def send(self, letter: Letter) -> str:
        words = f"{letter.phone}  {letter.text}" if settings.DEMO_DAY else masked(letter.phone)
        print(f"[{letter.event}] {words}", file=sys.stdout, flush=True)
        return ""


class File:
    """Adds a line to ``outbox/<day>.jsonl`` (mode 0600): for trials, and for a sender that reads files."""

    def send(self, letter: Letter) -> str:
        folder = Path(settings.OUTBOX)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = {
            "reference": letter.reference,
            "event": letter.event,
            "version": letter.version,
            "phone": letter.phone,
            "text": letter.text,
            "values": dict(letter.values),
            "at": timezone.now().isoformat(timespec="seconds"),
        }
        path = folder / f"{clock.today().isoformat()}.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
        return ""


def _http() -> Gateway:
    from jiangli.correspondence.http import Http

    return Http()


GATEWAYS: dict[str, Callable[[], Gateway]] = {"console": Console, "file": File, "http": _http}


def gateways() -> list[Gateway]:
    """Those of this installation, in order; the first is the one that counts, the others get a copy."""
    return [GATEWAYS[name]() for name in settings.MESSAGE_GATEWAYS]


def masked(phone: str) -> str:
    """Enough of a phone to recognise one's own."""
    return f"{phone[:3]}****{phone[-4:]}"
