"""Whether whoever claims is banned from the programme: asked at the beginning, at filing and before a decision.

Only the party itself: who stands on a roster, or files for another, is not barred by somebody's ban.
"""

from __future__ import annotations

from datetime import date

from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import ban_of, why_banned


def ban_on(application: Application, *, on: date) -> Ban | None:
    """The ban that bars this case on that day."""
    return ban_of(application.party, programme_of(application), on=on)


def banned(application: Application, *, on: date) -> str | None:
    """Why this case cannot be begun, filed or passed on that day: its party is banned, by which clause, until when."""
    ban = ban_on(application, on=on)
    return why_banned(ban) if ban else None
