"""Write a message to somebody, once. The text comes from a file; sending is the worker's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiangli import clock
from jiangli.accounts import actions as accounts
from jiangli.accounts.models import PhoneCode, User
from jiangli.audit.actions import record
from jiangli.correspondence.models import Message, MessageState, Wording
from jiangli.correspondence.moves import close
from jiangli.correspondence.receipts import Receipt, Taken
from jiangli.correspondence.tasks import deliver
from jiangli.correspondence.texts import Text, text_for
from jiangli.correspondence.values import packed
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
    about: UUID | str | None = None,
    once: str,
    at: datetime,
    **values: Any,
) -> Message:
    """Write the text of ``event`` and have it sent after the commit. Safe to run twice with one ``once``.

    It goes to ``phone``, else to the person's contact; with neither it stays to be read on their page.
    ``about`` is the key of the case. ``values`` fill the text, all of them and no others: days as ``date``,
    money as whole ``…_fen``, and as ``Words`` what has a name in both languages.
    """
    text = text_for(event)
    ordered = text.ordered(values)
    number = phone or (person.contact if person else "")
    message, made = Message.objects.get_or_create(
        once=once,
        defaults={
            "event": event,
            "about": about,
            "person": person,
            "phone": number,
            "wording": _wording(text, at=at),
            "text": text.fill(ordered, today=clock.day_of(at)),
            "values": packed(ordered),
            "written_at": at,
            "state": MessageState.WAITING if number else MessageState.KEPT,
        },
    )
    if made:
        record(
            "message.written",
            message,
            by=None,
            at=at,
            event=event,
            about=str(about or ""),
            version=text.version,
        )
    if made and number:
        transaction.on_commit(lambda: deliver.enqueue(str(message.pk)))
    return message


def tell_all(
    event: str,
    persons: Iterable[Person],
    *,
    about: UUID | str | None = None,
    once: str,
    at: datetime,
    **values: Any,
) -> list[Message]:
    """Tell each of several people the same, once each: the clerks of an organisation, about its case.

    ``once`` names the occasion; each person has their own message under it. Safe to run twice, also after
    somebody joined: only who was not told yet is told.
    """
    each = {person.pk: person for person in persons}
    return [
        tell(event, person=person, about=about, once=f"{once}:{pk}", at=at, **values)
        for pk, person in each.items()
    ]


def _wording(text: Text, *, at: datetime) -> Wording:
    """The row of this version of the words, made when it is first used."""
    row, _made = Wording.objects.get_or_create(
        event=text.event,
        version=text.version,
        defaults={
            "values": list(text.values),
            "zh": text.words["zh"],
            "en": text.words["en"],
            "first_used_at": at,
        },
    )
    return row


def note_receipts(receipts: Iterable[Receipt], *, at: datetime) -> Taken:
    """Take what the carrier says became of messages. Safe to run twice.

    Once delivered stays delivered; a state that says nothing final is passed over. A reference that is not
    ours, or fits several messages, or was never handed out, changes nothing and is told.
    """
    taken, unknown = 0, []
    passed = 0
    for receipt in receipts:
        match _note(receipt, at=at):
            case None:
                unknown.append(receipt.reference or receipt.carrier_reference)
            case True:
                taken += 1
            case False:
                passed += 1
    return Taken(taken, passed, tuple(unknown))


@transaction.atomic
def _note(receipt: Receipt, *, at: datetime) -> bool | None:
    """True if it changed a message, False if there was nothing to change, None if no message is meant."""
    fits = Message.objects.select_for_update().filter(tries__gt=0, **receipt.names)
    found = list(fits[:2])
    if len(found) != 1:
        return None
    if receipt.state is None:
        return False
    return close(found[0], receipt.state, receipt.reason, at=at)


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
