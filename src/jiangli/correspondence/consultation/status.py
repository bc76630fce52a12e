"""The states of a question, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("question", "Waiting for an answer")
    PASSED = "passed", pgettext_lazy("question", "Passed to another agency")  # and waits there
    ANSWERED = "answered", pgettext_lazy("question", "Answered")
    CLOSED = "closed", pgettext_lazy("question", "Closed")


class QuestionKind(models.TextChoices):
    POLICY = "policy", _("What a policy means")
    CLAIM = "claim", _("How to apply, or how a claim is getting on")


Q = QuestionState
WAITING = (Q.OPEN, Q.PASSED)
NEXT: dict[QuestionState, set[QuestionState]] = {
    Q.OPEN: {Q.PASSED, Q.ANSWERED, Q.CLOSED},
    Q.PASSED: {Q.PASSED, Q.ANSWERED, Q.CLOSED},
    Q.ANSWERED: {Q.ANSWERED},  # a better answer follows; what was said before stays
    Q.CLOSED: set(),
}
