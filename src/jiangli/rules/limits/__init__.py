"""What earlier payments and other lines of a roster use up.

History is asked first for every once-only limit, said even where conditions fail; then each limit, in the order of
the file, takes the lines that still stand. Undetermined lines take nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiangli.rules.limits.ceilings import refuse_above, share_out
from jiangli.rules.limits.keys import column_text, key_of
from jiangli.rules.limits.once import among_lines, by_history
from jiangli.rules.limits.past import Past, looks_at
from jiangli.rules.limits.told import tell
from jiangli.rules.programme import Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line

__all__ = ["Past", "apply_limits", "column_text", "key_of", "looks_at", "refuse_above"]


def apply_limits(programme: Programme, lines: Sequence[Line], past: Past, barred: bool) -> None:
    """Add the findings of all limits to each line, and cut its amount where a ceiling does.

    ``barred``: a condition of the whole claim is false, so nothing is left to share out.
    """
    deciding = [limit for limit in programme.limits if limit.refuses]
    for line in lines:
        line.limits_from = len(line.findings)
        line.findings += [by_history(programme, limit, line, past) for limit in deciding]
    for at, limit in enumerate(deciding if not barred else ()):
        if limit.kind != "once_per":
            share_out(programme, limit, at, lines, past)
        elif len(lines) > 1:
            among_lines(programme, limit, at, lines)
    for limit in programme.limits:
        if not limit.refuses:
            tell(programme, limit, lines, past)
