"""What stands around a case: what changed, linked cases, the word of a hand-over, by when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.reviews.permissions import assigned_to, cannot_review
from jiangli.reviews.work.changes import Change, changes, changes_of_return, returned_last
from jiangli.reviews.work.due import age, terms, with_came
from jiangli.reviews.work.linked import SAME, Links, linked
from jiangli.reviews.work.permissions import cannot_give_back, leads
from jiangli.rules import Programme
from jiangli.staff.words import part_label, status_word, title_of, value_in_words


class Changed(NamedTuple):
    """One part in words: what it was, what it is; ``note`` where that says it better."""

    label: str
    before: str
    after: str
    note: str
    reason: str


def around(
    application: Application, programme: Programme, user: User, *, since: datetime | None
) -> dict[str, Any]:
    """What the page of a case shows beside the check itself; ``since``: the officer's visit before this one."""
    opinion = returned_last(application)
    on = clock.today()
    changed = changes_of_return(application, opinion) if opinion else []
    lately = changes(application, since=since) if since and (opinion is None or since > opinion.at) else []
    officer = assigned_to(application)
    word = application.hand_overs.filter(stage=application.stage).select_related("by", "officer").last()
    return {
        "changed": [in_words(programme, change) for change in changed],
        "returned": opinion,
        "lately": [in_words(programme, change) for change in lately],
        "since": since,
        "links": links_in_words(linked(application, user)),
        "word": word if word and word.text and word.officer == officer else None,
        "term": _term(application),
        "may_hand_over": cannot_review(application, user, on=on) is None
        or (application.status == Status.SUBMITTED and leads(user, on=on)),
        "may_give_back": officer is not None and cannot_give_back(application, user, on=on) is None,
    }


def in_words(programme: Programme, change: Change) -> Changed:
    """A change as officers read it."""
    label = part_label(programme, change.part)
    kind, _colon, rest = change.part.partition(":")
    if change.same:
        return Changed(label, "", "", _("As it was"), change.reason)
    if kind == "material":
        return Changed(label, "", "", _picture(change), change.reason)
    if kind == "line" and not rest.partition(":")[2]:
        note = _("Changed, see below") if change.before is None and change.after is None else _("New line")
        return Changed(label, "", "", note, change.reason)
    fact = rest.partition(":")[2] if kind == "line" else change.part
    before, after = (
        "–" if value is None or value == "" else value_in_words(programme, fact, value)
        if fact in programme.dictionary else str(value)
        for value in (change.before, change.after)
    )  # fmt: skip
    return Changed(label, before, after, "", change.reason)


def _picture(change: Change) -> str:
    if not change.before:
        return _("Added")
    return _("Replaced or added to") if change.after else _("Taken away")


def links_in_words(links: Links) -> dict[str, Any] | None:
    """The linked cases as a list, and how many are another agency's."""
    if not links:
        return None
    rows = [
        {
            "case": row.case,
            "programme": title_of(row.case.version),
            "same": "、".join(str(SAME[way]) for way in row.same),
            "word": status_word(row.case.status),
            "amount_fen": _amount(row.case),
        }
        for row in links.cases
    ]
    hidden = ngettext(
        "%(n)s more is another agency's case.", "%(n)s more are other agencies' cases.", links.hidden
    )
    return {"rows": rows, "hidden": hidden % {"n": links.hidden} if links.hidden else "", "more": links.more}


def _amount(case: Application) -> int | None:
    newest = case.assessments.first()
    return newest.amount_fen if newest else None


def _term(application: Application) -> dict[str, Any] | None:
    """By when the case is due at its stage, and for how long it has been there."""
    if application.status != Status.SUBMITTED:
        return None
    row = with_came(Application.objects.filter(pk=application.pk)).get()
    due_on = terms().due_on(row, row.came_at)
    if due_on is None:
        return None
    on = clock.today()
    return {"due_on": due_on, "late": due_on < on, "age": age(row.came_at, on)}
