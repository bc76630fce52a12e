"""States of a meeting, and what it can say of a case. One table each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingState(models.TextChoices):
    AGENDA = "agenda", _("Agenda being built")
    FIXED = "fixed", _("Agenda fixed")
    RECORDED = "recorded", _("Results confirmed")
    CLOSED = "closed", pgettext_lazy("meeting", "Closed")
    GIVEN_UP = "given_up", pgettext_lazy("meeting", "Given up")


NEXT: dict[MeetingState, set[MeetingState]] = {
    MeetingState.AGENDA: {MeetingState.FIXED, MeetingState.GIVEN_UP},
    MeetingState.FIXED: {MeetingState.AGENDA, MeetingState.RECORDED, MeetingState.GIVEN_UP},
    MeetingState.RECORDED: {MeetingState.CLOSED},
    MeetingState.CLOSED: set(),
    MeetingState.GIVEN_UP: set(),
}


class Result(models.TextChoices):
    """What the minutes say of one item."""

    APPROVED = "approved", _("As proposed")  # 同意
    OTHER = "other", _("Another amount")  # only where the law leaves the amount to people
    PART = "part", _("In part")  # without some lines of a roster
    REFUSED = "refused", _("Not agreed to")
    PUT_OFF = "put_off", _("Put off to another meeting")  # 缓议
    BACK = "back", _("Back to review")


WORDS_NEEDED = {Result.REFUSED, Result.PUT_OFF, Result.BACK}
PAYS = {Result.APPROVED, Result.OTHER, Result.PART}
