"""Every state a person or an officer can see: its icon, its word, its colour. One table, used everywhere."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(NamedTuple):
    icon: str
    word: str | Promise
    colour: str  # green, amber, crimson, indigo or grey
    stamped: bool = False  # decided for good, so the page may carry the stamp


STATES: dict[str, dict[str, State]] = {
    "condition": {
        "met": State("check", _("Met"), "green"),
        "faulty": State("exclamation", _("To be corrected"), "amber"),
        "unmet": State("cross", _("Not met"), "crimson"),
        "unknown": State("question", _("To be checked"), "grey"),
        "verifying": State("clock", _("To be verified"), "grey"),
    },
    "bulk": {
        "waiting": State("clock", _("Still to do"), "grey"),
        "done": State("check", _("Done"), "green"),
        "stopped": State("cross", _("Stopped"), "crimson"),
        "undone": State("back", _("Taken back"), "amber"),
    },
    "reminder": {
        "soon": State("clock", _("Due soon"), "amber"),
        "overdue": State("exclamation", _("Overdue"), "crimson"),
    },
    "filing": {
        "draft": State("doc", _("Draft"), "grey"),
        "filed": State("clock", _("Class filed"), "indigo"),
        "examined": State("check", _("Filed, all examined"), "green"),
        "withdrawn": State("back", _("Withdrawn"), "grey"),
    },
    "trainee": {
        "waiting": State("clock", _("To be examined"), "grey"),
        "confirmed": State("check", _("Confirmed"), "green"),
        "refused": State("cross", _("Did not pass"), "crimson"),
    },
    "timing": {
        "early": State("check", _("In time"), "green"),
        "short": State("exclamation", _("Later than asked"), "amber"),
        "after": State("cross", _("Not before it began"), "crimson"),
    },
    "result": {
        "eligible": State("check", _("You can apply"), "green"),
        "faulty": State("exclamation", _("One thing missing"), "amber"),
        "ineligible": State("cross", _("Does not qualify"), "crimson"),
        "undetermined": State("question", _("More to check"), "grey"),
    },
    "register": {
        "found": State("check", _("Found"), "green"),
        "missing": State("question", _("Not found"), "grey"),
        "mismatch": State("cross", _("Does not agree"), "amber"),
    },
    "case": {
        "draft": State("doc", _("Draft"), "grey"),
        "submitted": State("clock", _("Submitted"), "indigo"),
        "reviewing": State("clock", _("Under review"), "indigo"),
        "returned": State("exclamation", _("Waiting for your correction"), "amber"),
        "publicity": State("clock", _("On public notice"), "indigo"),
        "approved": State("check", _("Payment approved"), "green", stamped=True),
        "refused": State("cross", _("Not approved"), "crimson", stamped=True),
        "withdrawn": State("back", _("Withdrawn"), "grey"),
        "lapsed": State("clock", _("Not corrected in time"), "grey"),
    },
    "roster": {
        "received": State("clock", _("Received"), "indigo"),
        "reading": State("clock", _("Being read"), "indigo"),
        "checking": State("clock", _("Being checked"), "indigo"),
        "ready": State("check", _("All rows checked"), "green"),
        "filing": State("clock", _("Being filed"), "indigo"),
        "kept": State("doc", _("Put into the claim, not handed in yet"), "amber"),
        "filed": State("check", _("Already handed in"), "green"),
        "abandoned": State("back", _("Given up"), "grey"),
    },
    "row": {
        "waiting": State("clock", _("Not checked yet"), "grey"),
        "faulty": State("exclamation", _("To correct"), "amber"),
        "incomplete": State("edit", _("To complete"), "amber"),
        "stopped": State("cross", _("Not filed"), "crimson"),
        "good": State("check", _("In order"), "green"),
        "doubtful": State("question", _("An officer looks it up"), "grey"),
        "kept": State("doc", _("Put into the claim"), "grey"),
        "filed": State("check", _("Already handed in"), "green"),
        "removed": State("trash", _("Taken out"), "grey"),
    },
    "programme": {
        "here": State("check", _("Apply here"), "green"),
        "listed": State("list", _("Paid from a list"), "green"),
        "open": State("building", _("At the counter"), "indigo"),
        "coming": State("clock", _("Not open yet"), "grey"),
        "back_entry": State("edit", _("Past cases at the counter"), "indigo"),
        "draft": State("doc", _("Draft for comments"), "amber"),
        "simulation": State("eye", _("Only to be tried out"), "amber"),
        "elsewhere": State("open", _("In another system"), "grey"),
        "closed": State("lock", _("Closed"), "grey"),
    },
    "payment": {
        "waiting": State("clock", _("Waiting for payment"), "grey"),
        "sent": State("clock", _("With the bank"), "indigo"),
        "paid": State("check", _("Paid"), "green"),
        "returned": State("exclamation", _("Returned by the bank"), "amber"),
        "querying": State("question", _("Being queried"), "grey"),
    },
    "question": {
        "open": State("clock", _("Waits for an answer"), "indigo"),
        "passed": State("clock", _("Passed on, waits there"), "indigo"),
        "answered": State("check", _("Answered"), "green"),
        "closed": State("lock", _("Closed"), "grey"),
    },
    "entry": {
        "shown": State("eye", _("Shown"), "green"),
        "retired": State("lock", _("Retired"), "grey"),
    },
    "override": {
        "asked": State("clock", _("Waits for the second officer"), "amber"),
        "confirmed": State("check", _("Confirmed by two"), "green"),
        "fallen": State("exclamation", _("Counts no more"), "crimson"),
        "refused": State("cross", _("Not confirmed"), "grey"),
        "withdrawn": State("back", _("Withdrawn"), "grey"),
    },
    "look_into": {
        "none": State("check", _("Nothing to look into"), "grey"),
        "waiting": State("clock", _("To look into"), "amber"),
        "overdue": State("exclamation", _("Overdue"), "crimson"),
        "answered": State("check", _("Answered"), "green"),
    },
    "meeting": {
        "agenda": State("edit", _("Agenda being built"), "grey"),
        "fixed": State("doc", _("Agenda fixed"), "indigo"),
        "recorded": State("clock", _("Being carried out"), "amber"),
        "closed": State("check", _("All carried out"), "green"),
        "given_up": State("back", _("Did not take place"), "grey"),
    },
    "agenda_item": {
        "waiting": State("clock", _("No result yet"), "grey"),
        "approved": State("check", _("As proposed"), "green"),
        "other": State("edit", _("Another amount"), "green"),
        "part": State("exclamation", _("In part"), "amber"),
        "refused": State("cross", _("Not agreed to"), "crimson"),
        "put_off": State("clock", _("Put off"), "grey"),
        "back": State("back", _("Back to review"), "amber"),
    },
    "recognition": {
        "proposed": State("clock", _("To be confirmed"), "indigo"),
        "standing": State("check", _("Recognised"), "green"),
        "declined": State("cross", _("Not confirmed"), "grey"),
        "revoked": State("cross", _("Revoked"), "crimson"),
    },
    "selection": {
        "receiving": State("doc", _("Taking candidates"), "indigo"),
        "preliminary": State("clock", _("Preliminary review"), "indigo"),
        "scoring": State("edit", _("Experts score"), "indigo"),
        "choosing": State("list", _("To be chosen"), "amber"),
        "publicity": State("clock", _("On public notice"), "indigo"),
        "deliberation": State("clock", _("Before the meeting"), "indigo"),
        "proposed": State("exclamation", _("Result to be confirmed"), "amber"),
        "done": State("check", _("Recognised"), "green"),
        "cancelled": State("back", _("Given up"), "grey"),
    },
    "candidate": {
        "waiting": State("clock", _("To be examined"), "grey"),
        "returned": State("exclamation", _("Returned to be completed"), "amber"),
        "admitted": State("check", _("Admitted"), "indigo"),
        "refused": State("cross", _("Not admitted"), "crimson"),
        "chosen": State("check", _("Chosen"), "green"),
        "passed_over": State("back", _("Not chosen"), "grey"),
    },
    "publication": {
        "draft": State("doc", _("Being prepared"), "grey"),
        "approved": State("clock", _("Approved, goes up on its day"), "indigo"),
        "open": State("eye", _("Up"), "green"),
        "closed": State("lock", _("Over"), "grey"),
        "withdrawn": State("back", _("Taken down"), "crimson"),
    },
    "on_list": {
        "waiting": State("clock", _("Still on the list"), "indigo"),
        "went_on": State("check", _("Went on"), "green"),
        "stuck": State("exclamation", _("Could not go on"), "amber"),
        "back": State("back", _("Back in review"), "amber"),
        "left": State("back", _("No longer here"), "grey"),
    },
    "objection": {
        "received": State("clock", _("Received"), "amber"),
        "looked": State("eye", _("Looked into"), "indigo"),
        "upheld": State("check", _("Upheld"), "green"),
        "not_upheld": State("cross", _("Not upheld"), "grey"),
    },
    "message": {
        "waiting": State("clock", _("Not sent yet"), "grey"),
        "sending": State("clock", _("Being sent"), "grey"),
        "sent": State("message", _("Sent to the phone"), "indigo"),
        "delivered": State("check", _("On the phone"), "green"),
        "failed": State("exclamation", _("Not delivered"), "amber"),
        "kept": State("phone", _("No phone was known"), "grey"),
    },
}

THREE_VALUES = {True: "met", False: "unmet", None: "unknown"}


def state_of(kind: str, code: str | bool | None) -> State:
    """The row of the table. A condition may also be given as true, false or none."""
    if kind == "condition" and (code is None or isinstance(code, bool)):
        code = THREE_VALUES[code]
    return STATES[kind][str(code)]
