"""The states of a payment and of a batch, and which may follow which.

``unknown`` (the bank did not say) is only ever queried, never sent again. A returned payment is final; the
money goes out again as a new payment that names the one before it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaymentStatus(models.TextChoices):
    DUE = "due", _("Due")  # 等待发放
    FROZEN = "frozen", _("In a batch")
    RELEASED = "released", _("Released")
    SENT = "sent", _("With the bank")  # 银行办理中
    PAID = "paid", _("Paid")  # 已到账
    RETURNED = "returned", _("Returned by the bank")  # 银行退回
    UNKNOWN = "unknown", _("Being queried")  # 正在查询


NEXT: dict[PaymentStatus, set[PaymentStatus]] = {
    PaymentStatus.DUE: {PaymentStatus.FROZEN},
    PaymentStatus.FROZEN: {PaymentStatus.RELEASED, PaymentStatus.DUE},
    PaymentStatus.RELEASED: {PaymentStatus.SENT, PaymentStatus.DUE},  # back where its batch is dissolved
    PaymentStatus.SENT: {PaymentStatus.PAID, PaymentStatus.RETURNED, PaymentStatus.UNKNOWN},
    PaymentStatus.UNKNOWN: {PaymentStatus.PAID, PaymentStatus.RETURNED},
    PaymentStatus.PAID: set(),
    PaymentStatus.RETURNED: set(),
}


class BatchStatus(models.TextChoices):
    FROZEN = "frozen", _("Frozen, waiting for release")
    RELEASED = "released", _("Released")
    SENT = "sent", _("With the bank")
    CLOSED = "closed", pgettext_lazy("batch", "Answered")
    DISSOLVED = "dissolved", _("Dissolved")


NEXT_BATCH: dict[BatchStatus, set[BatchStatus]] = {
    BatchStatus.FROZEN: {BatchStatus.RELEASED, BatchStatus.DISSOLVED},
    BatchStatus.RELEASED: {BatchStatus.SENT, BatchStatus.DISSOLVED},  # where one of it must not go out
    BatchStatus.SENT: {BatchStatus.CLOSED},
    BatchStatus.CLOSED: set(),
    BatchStatus.DISSOLVED: set(),
}
