"""States of a publicity, of its cases, and of objections. Tables; the pages take their words from here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKind(models.TextChoices):
    APPROVED = "approved", _("Those to be paid")  # 拟发名单
    APPLICANTS = "applicants", _("Those who applied")  # 申报名单
    TOLD = "told", _("Each is told alone")  # 短信告知，没有公开名单


class PublicationState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    APPROVED = "approved", _("Approved, goes up on its day")
    OPEN = "open", _("Up")
    CLOSED = "closed", _("Over")
    WITHDRAWN = "withdrawn", _("Taken down")


NEXT: dict[PublicationState, set[PublicationState]] = {
    PublicationState.DRAFT: {PublicationState.APPROVED, PublicationState.WITHDRAWN},
    PublicationState.APPROVED: {
        PublicationState.OPEN,
        PublicationState.DRAFT,
        PublicationState.WITHDRAWN,
    },
    PublicationState.OPEN: {PublicationState.CLOSED, PublicationState.WITHDRAWN},
    PublicationState.CLOSED: set(),
    PublicationState.WITHDRAWN: set(),
}


class Outcome(models.TextChoices):
    """What became of a case on a list."""

    WAITING = "waiting", _("Still on the list")
    WENT_ON = "went_on", _("Went on")
    STUCK = "stuck", _("Could not go on")
    BACK = "back", _("Back in review")
    LEFT = "left", _("No longer here")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("Received")
    LOOKED_INTO = "looked", _("Looked into")
    UPHELD = "upheld", _("Upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")


OPEN_OBJECTIONS = (ObjectionState.RECEIVED, ObjectionState.LOOKED_INTO)


class Way(models.TextChoices):
    """How an objection came in."""

    ONLINE = "online", _("Here, online")
    LETTER = "letter", _("By letter")
    PHONE = "phone", _("By telephone")
    VISIT = "visit", _("In person")


class PaperState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Can be shown")
    UNREADABLE = "unreadable", _("Cannot be opened")
