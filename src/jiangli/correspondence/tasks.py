"""Send what is written. Mark and commit; call the gateway; record and commit.

The guarantee: **at most once**, except that a gateway which said it took nothing is asked again, up to five
times. A worker that dies between the call and the record leaves the message "being sent"; ``give_up`` then
shows it as not delivered. It is never handed over a second time on a guess. A receipt may come at any time,
also before the worker has noted the answer: what it says stands.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from jiangli import clock, jobs
from jiangli.correspondence.gateways import InDoubt, Letter, Undeliverable, gateways
from jiangli.correspondence.models import Message, MessageState
from jiangli.correspondence.moves import close
from jiangli.refused import Unavailable

log = logging.getLogger(__name__)

TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
OVERLOOKED = timedelta(minutes=1)
LOST = timedelta(minutes=15)
UNKNOWN = gettext_noop("It is not known whether it went out.")


@jobs.task
def deliver(message_id: str) -> None:
    """Send one message. Safe to run twice: only the run that finds it waiting sends it."""
    message = _take(message_id, now=timezone.now())
    if message is None:
        return
    try:
        reference = _hand_over(message)
    except Unavailable as trouble:
        _wait(message, str(trouble), now=timezone.now())
    except Undeliverable as trouble:
        _close(message, MessageState.FAILED, str(trouble))
    except InDoubt as trouble:
        log.warning("it is not known whether message %s was taken: %s", message.pk, trouble)
        _close(message, MessageState.FAILED, UNKNOWN)
    else:
        _close(message, MessageState.SENT, reference=reference)


@transaction.atomic
def _take(message_id: str, *, now: datetime) -> Message | None:
    message = Message.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING).first()
    if message is None:
        return None
    message.state, message.sending_at = MessageState.SENDING, now
    message.tries += 1
    message.save(update_fields=["state", "sending_at", "tries"])
    return message


def _hand_over(message: Message) -> str:
    """Every gateway gets it; what the first one says counts, a copy that fails does not."""
    first, *copies = gateways()
    letter = Letter(
        reference=str(message.pk),
        event=message.event,
        phone=message.phone,
        text=message.text,
        version=message.wording.version if message.wording else "",
        values=message.blanks(),
    )
    reference = first.send(letter)
    for gateway in copies:
        try:
            gateway.send(letter)
        except (Unavailable, Undeliverable, InDoubt):
            log.warning("a copy of message %s was not taken", message.pk)
    return reference


@transaction.atomic
def _wait(message: Message, trouble: str, *, now: datetime) -> None:
    """Try it later, unless that was the last time, or a receipt has ended it meanwhile."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.SENDING:
        return
    if message.tries >= TRIES:
        close(message, MessageState.FAILED, trouble, at=clock.now())
        return
    message.state, message.sending_at, message.trouble = MessageState.WAITING, None, trouble[:200]
    message.due_at = now + FIRST_WAIT * 2 ** (message.tries - 1)
    message.save(update_fields=["state", "sending_at", "trouble", "due_at"])
    later = deliver.using(run_after=message.due_at)
    transaction.on_commit(lambda: later.enqueue(str(message.pk)))


@transaction.atomic
def _close(message: Message, state: MessageState, trouble: str = "", *, reference: str = "") -> None:
    """Note what the gateway said, and the carrier's reference even where a receipt was quicker."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if reference:
        message.carrier_reference = reference
        message.save(update_fields=["carrier_reference"])
    close(message, state, trouble, at=clock.now())


def remind(*, now: datetime) -> int:
    """Queue messages again whose task was lost. ``now`` is the machine's own time. Safe to run twice."""
    overlooked = Message.objects.filter(state=MessageState.WAITING, due_at__lt=now - OVERLOOKED)
    ids = list(overlooked.values_list("pk", flat=True)[:1000])
    for pk in ids:
        deliver.enqueue(str(pk))
    return len(ids)


def give_up(*, now: datetime) -> int:
    """Show as not delivered what was being sent when a worker died. Safe to run twice."""
    lost = Message.objects.filter(state=MessageState.SENDING, sending_at__lt=now - LOST)
    return sum(_give_up(message.pk) for message in lost)


@transaction.atomic
def _give_up(pk: UUID) -> bool:
    message = Message.objects.select_for_update().filter(pk=pk, state=MessageState.SENDING).first()
    if message is not None:
        close(message, MessageState.FAILED, UNKNOWN, at=clock.now())
    return message is not None
