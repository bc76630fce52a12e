"""Cases that come before a meeting of the human resources bureau, and a fixed agenda with its minutes."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from any_programme import passed, right_case
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.clock import SHANGHAI
from jiangli.programmes.queries import rule_in_force
from jiangli.reviews import deciding
from jiangli.reviews.deliberation import actions as deliberation
from jiangli.reviews.deliberation.models import Meeting
from stories import officer, photograph

BUREAU = "xiaoshan-hrss"
STUDIO = "xiaoshan-hrss-2025-04a-studio-setup"
BASE = "xiaoshan-hrss-2025-05a-training-base-construction"
TRAINING = "xiaoshan-hrss-2025-08-enterprise-training"
AT = datetime(2025, 11, 20, 12, tzinfo=SHANGHAI)
HELD_ON = date(2025, 11, 20)
_serial = count(1)


def before_the_meeting(code: str, **facts: Any) -> Application:
    """A case that its review passed and against whose publicity nobody objected."""
    if code == STUDIO:
        facts = {"studio__id": f"T-S{next(_serial):04d}", **facts}
    case = passed(right_case(code, at=AT, **facts), at=AT)
    while rule_in_force(code).stages[case.stage].kind != "deliberate":
        case = deciding.go_on(case, text="公示期满，无异议。", by=officer(BUREAU, Role.APPROVER), at=AT)
    return case


def on_agenda(cases: list[Application], by: User) -> Meeting:
    """A fixed agenda of these cases, with the minutes' number, day and scan."""
    meeting = deliberation.call_meeting(name="区人社局党组会议", planned_on=HELD_ON, by=by, at=AT)
    deliberation.add(meeting, cases, by=by, at=AT)
    meeting = deliberation.fix(meeting, by=by, at=AT)
    number = f"测试纪要〔2025〕{Meeting.objects.count()}号"
    meeting = deliberation.note_minutes(meeting, number=number, held_on=HELD_ON, by=by, at=AT)
    deliberation.add_minutes(meeting, "纪要.jpg", photograph(), by=by, at=AT)
    return meeting
