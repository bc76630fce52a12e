"""The states of a case, and which may follow which. Where it stands in its stages is a pointer beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")  # 草稿
    SUBMITTED = "submitted", _("In review")  # 审核中
    RETURNED = "returned", _("Waiting for your correction")  # 待您更正
    APPROVED = "approved", _("Approved for payment")  # 同意发放
    REFUSED = "refused", _("Not approved")  # 未同意
    WITHDRAWN = "withdrawn", _("Withdrawn")  # 已撤回
    LAPSED = "lapsed", _("Not corrected in time")  # 逾期未更正


NEXT: dict[Status, set[Status]] = {
    Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
    Status.SUBMITTED: {Status.RETURNED, Status.APPROVED, Status.REFUSED, Status.WITHDRAWN},
    Status.RETURNED: {Status.SUBMITTED, Status.REFUSED, Status.WITHDRAWN, Status.LAPSED},
    Status.APPROVED: {Status.SUBMITTED},  # in part, and none of the money is on its way: the same
    Status.REFUSED: {Status.SUBMITTED},  # looked at again, on a reconsideration that was accepted
    Status.WITHDRAWN: set(),
    Status.LAPSED: set(),
}


class Channel(models.TextChoices):
    PERSONAL = "personal", _("By the worker, online")
    UNIT = "unit", _("By an organisation, online")
    COUNTER = "counter", _("At the counter")
    LIST = "list", _("From a published list")


class LineState(models.TextChoices):
    PASSES = "passes", pgettext_lazy("line", "Passes")
    LOOK = "look", pgettext_lazy("line", "To look at")  # passes, but a limit holds it for an officer
    OPEN = "open", pgettext_lazy("line", "Open")
    FAILS = "fails", pgettext_lazy("line", "Fails")
    STRUCK = "struck", pgettext_lazy("line", "Struck off")


class EvidenceState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Ready to look at")
    UNREADABLE = "unreadable", _("Cannot be opened")
