"""Write a message to somebody, once. The text comes from a file; sending is the worker's."""

from datetime import datetime
from typing import Any

from django.db import transaction

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode, User
from jiangli.audit.actions import record
from jiangli.correspondence.models import Message, MessageState
from jiangli.correspondence.tasks import deliver
from jiangli.correspondence.texts import text_for
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import Person
from jiangli.registers.rows import normalise_phone, phone_fault


@transaction.atomic
def tell(
    event: str,
    *,
    person: Person | None = None,
    phone: str = "",
    about: str = "",
    once: str,
    at: datetime,
    **values: Any,
) -> Message:
    """Write the text of ``event`` and have it sent after the commit. Safe to run twice with one ``once``.

    It goes to ``phone``, else to the person's contact; with neither it stays to be read on their page.
    ``values`` fill the text, all of them and no others: days as ``date``, money as whole ``…_fen``.
    """
    text = text_for(event).fill(values, today=clock.day_of(at))
    number = phone or (person.contact if person else "")
    message, made = Message.objects.get_or_create(
        once=once,
        defaults={
            "event": event,
            "about": about,
            "person": person,
            "phone": number,
            "text": text,
            "written_at": at,
            "state": MessageState.WAITING if number else MessageState.KEPT,
        },
    )
    if made:
        record("message.written", message, by=None, at=at, event=event, about=about)
    if made and number:
        transaction.on_commit(lambda: deliver.enqueue(str(message.pk)))
    return message


@transaction.atomic
def send_phone_code(phone: str, *, at: datetime) -> PhoneCode:
    """Send a code to ``phone``. Refused if it cannot be a mobile number, or after too many codes."""
    number = normalise_phone(phone)
    if fault := phone_fault(number):
        raise Refused(fault)
    row, code = accounts.issue_phone_code(number, at=at)
    minutes = int(accounts.CODE_LIFE.total_seconds() // 60)
    tell("phone.code", phone=number, once=f"phone.code:{row.pk}", at=at, code=code, minutes=minutes)
    return row


@transaction.atomic
def change_phone(person: Person, *, new: PhoneCode, known: PhoneCode, at: datetime) -> Person:
    """Let ``new`` be the person's phone, now that ``known`` was proved as well, and tell the known one."""
    person = registers.confirm_new_phone(person, new=new, known=known, at=at)
    _tell_of_change(person, known.phone, new.phone, once=str(new.pk), at=at)
    return person


@transaction.atomic
def note_phone(person: Person, phone: str, *, by: User | None, at: datetime) -> None:
    """Note the phone of somebody who showed their identity card at the counter, and tell the one before."""
    number = normalise_phone(phone)
    before = registers.note_phone(person, number, by=by, at=at)
    if before not in ("", number):
        _tell_of_change(person, before, number, once=f"{person.pk}:{at.isoformat()}", at=at)


def _tell_of_change(person: Person, before: str, now: str, *, once: str, at: datetime) -> None:
    tell("phone.changed", person=person, phone=before, once=f"phone.changed:{once}", at=at, tail=now[-4:])
