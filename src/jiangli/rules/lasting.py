"""How long a programme can be claimed. The last day of its document is not always the end of it.

A notice that ends still pays for what came before: a certificate of its last week, the months up to its last day.
Its conditions say so, so the day on which one files closes nothing unless a condition bounds it.
"""

from __future__ import annotations

from datetime import date

from jiangli.rules.programme import Programme


def is_over(programme: Programme, on: date) -> bool:
    """Whether nobody can claim any more: its document has expired, or the days of filing have passed."""
    _, last = programme.window() or (None, None)
    return programme.document.status == "expired" or (last is not None and last < on)


def ended_on(programme: Programme, on: date) -> date | None:
    """The last day of the document, where it has passed and what came by then can still be claimed; else None."""
    last = programme.document.last_day
    return last if last is not None and last < on and not is_over(programme, on) else None
