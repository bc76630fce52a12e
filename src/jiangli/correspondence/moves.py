"""How a message comes to its next state; its row is locked by whoever calls."""

from datetime import datetime

from jiangli.audit.actions import record
from jiangli.correspondence.models import Message
from jiangli.correspondence.status import NEXT, MessageState
from jiangli.correspondence.texts import texts


def close(message: Message, state: MessageState, trouble: str = "", *, at: datetime) -> bool:
    """Note that it was sent, delivered or not. False, and nothing changes, where that cannot follow.

    What was a secret is emptied: it has gone out, or never will.
    """
    if state not in NEXT[MessageState(message.state)]:
        return False
    message.state, message.trouble = state, trouble[:200]
    if state in (MessageState.SENT, MessageState.DELIVERED):
        message.sent_at = message.sent_at or at
    if state in (MessageState.DELIVERED, MessageState.FAILED):
        message.ended_at = at
    if message.event not in texts() or texts()[message.event].secret:
        message.text = message.values = ""
    message.save(update_fields=["state", "trouble", "sent_at", "ended_at", "text", "values"])
    record(f"message.{state.value}", message, by=None, at=at, event=message.event, tries=message.tries)
    return True
