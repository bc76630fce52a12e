"""Every write about a meeting, under the room's one name."""

from jiangli.reviews.deliberation.agenda import (
    add,
    call_meeting,
    describe,
    fix,
    give_up,
    place,
    reopen,
    take_off,
)
from jiangli.reviews.deliberation.minutes import add_minutes, note_minutes, remove_minutes
from jiangli.reviews.deliberation.results import Said, confirm, enter, enter_rest_as_proposed

__all__ = [
    "Said",
    "add",
    "add_minutes",
    "call_meeting",
    "confirm",
    "describe",
    "enter",
    "enter_rest_as_proposed",
    "fix",
    "give_up",
    "note_minutes",
    "place",
    "remove_minutes",
    "reopen",
    "take_off",
]
