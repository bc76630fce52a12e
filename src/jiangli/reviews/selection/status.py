"""States of a round and of a candidate, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    RECEIVING = "receiving", _("Taking candidates")  # 申报
    PRELIMINARY = "preliminary", _("Preliminary review")  # 初审
    SCORING = "scoring", _("Experts score")  # 专家评审
    CHOOSING = "choosing", _("To be chosen")  # 拟定
    PUBLICITY = "publicity", _("On public notice")  # 公示
    DELIBERATION = "deliberation", _("Before the meeting")  # 审议
    PROPOSED = "proposed", _("Result to be confirmed")
    DONE = "done", _("Recognised")
    CANCELLED = "cancelled", _("Given up")


_S = RoundState
NEXT_ROUND: dict[RoundState, set[RoundState]] = {
    _S.RECEIVING: {_S.PRELIMINARY, _S.CANCELLED},
    _S.PRELIMINARY: {_S.SCORING, _S.CANCELLED},
    _S.SCORING: {_S.CHOOSING, _S.CANCELLED},
    _S.CHOOSING: {_S.PUBLICITY, _S.CANCELLED},
    _S.PUBLICITY: {_S.DELIBERATION, _S.CHOOSING, _S.CANCELLED},
    _S.DELIBERATION: {_S.PROPOSED, _S.CHOOSING, _S.CANCELLED},
    _S.PROPOSED: {_S.DONE, _S.DELIBERATION},
    _S.DONE: set(),
    _S.CANCELLED: set(),
}


class CandidateState(models.TextChoices):
    WAITING = "waiting", _("To be examined")
    RETURNED = "returned", _("Returned to be completed")
    ADMITTED = "admitted", _("Admitted")
    REFUSED = "refused", _("Not admitted")
    CHOSEN = "chosen", _("Chosen")
    PASSED_OVER = "passed_over", _("Not chosen")


_C = CandidateState
NEXT_CANDIDATE: dict[CandidateState, set[CandidateState]] = {
    _C.WAITING: {_C.ADMITTED, _C.RETURNED, _C.REFUSED},
    _C.RETURNED: {_C.WAITING, _C.REFUSED},
    _C.ADMITTED: {_C.CHOSEN, _C.PASSED_OVER},
    _C.CHOSEN: {_C.PASSED_OVER},
    _C.PASSED_OVER: {_C.CHOSEN},
    _C.REFUSED: set(),
}


class Ranking(models.TextChoices):
    MEAN = "mean", _("Mean of all experts")
    TRIMMED = "trimmed", _("Mean without the highest and the lowest")


class FileState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Can be shown")
    UNREADABLE = "unreadable", _("Cannot be opened")
