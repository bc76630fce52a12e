"""Every write to a case before it is decided."""

from jiangli.applications.actions.drafts import lapse, save_answers, start, withdraw
from jiangli.applications.actions.evidence import add_evidence, remove_evidence
from jiangli.applications.actions.lists import confirm_card, file_list
from jiangli.applications.actions.moves import move, next_number
from jiangli.applications.actions.submission import Submitted, submit
from jiangli.applications.actions.visits import look_in, renew_query_password

__all__ = [
    "Submitted",
    "add_evidence",
    "confirm_card",
    "file_list",
    "lapse",
    "look_in",
    "move",
    "next_number",
    "remove_evidence",
    "renew_query_password",
    "save_answers",
    "start",
    "submit",
    "withdraw",
]
