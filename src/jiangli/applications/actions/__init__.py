"""Every write to a case before it is decided."""

from jiangli.applications.actions.calls import check_caller, note_wrong_answers, search
from jiangli.applications.actions.counter import (
    DiscardReason,
    Paper,
    discard,
    enter,
    note_phone,
    note_received,
    person_of_card,
    renew_at_counter,
)
from jiangli.applications.actions.deadlines import correct_by, extend, lapse, remind_of_corrections
from jiangli.applications.actions.drafts import save_answers, start, withdraw
from jiangli.applications.actions.evidence import add_evidence, remove_evidence, reuse_evidence
from jiangli.applications.actions.following import filer_account, follow_on
from jiangli.applications.actions.lines import RowSlip, RowsRefused, set_lines
from jiangli.applications.actions.lists import confirm_card, file_list
from jiangli.applications.actions.moves import move, next_number
from jiangli.applications.actions.submission import Submitted, submit
from jiangli.applications.actions.visits import (
    ask_for_reset,
    look_in,
    renew_query_password,
    reset_query_passwords,
)

__all__ = [
    "DiscardReason",
    "Paper",
    "RowSlip",
    "RowsRefused",
    "Submitted",
    "add_evidence",
    "ask_for_reset",
    "check_caller",
    "confirm_card",
    "correct_by",
    "discard",
    "enter",
    "extend",
    "file_list",
    "filer_account",
    "follow_on",
    "lapse",
    "look_in",
    "move",
    "next_number",
    "note_phone",
    "note_received",
    "note_wrong_answers",
    "person_of_card",
    "remind_of_corrections",
    "remove_evidence",
    "renew_at_counter",
    "renew_query_password",
    "reset_query_passwords",
    "reuse_evidence",
    "save_answers",
    "search",
    "set_lines",
    "start",
    "submit",
    "withdraw",
]
