"""What the law says of a row, in the words that the row keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from jiangli import rules
from jiangli.applications.rosters.words import both, fault
from jiangli.rules.facts import yuan

if TYPE_CHECKING:
    from jiangli.applications.rosters.checking import Checked


def verdict(
    row: Checked,
    findings: Iterable[rules.Finding],
    told: Iterable[rules.Finding],
    amount_fen: int | None,
    unknown: Iterable[str],
    others: Sequence[Checked] = (),
) -> None:
    """Put down what fails with its clause, what was cut, what is told beside it, and whether it stays open.

    ``others`` are the rows it was judged with, in their order. A condition that only holds a case for an officer,
    and one that nobody can settle yet, do not fail a row.
    """
    found, unknown = list(findings), tuple(unknown)
    _ask_no_more(row, found, unknown)
    row.faults += [
        _failed(row, finding, others) for finding in found if finding.state is False and not finding.holds
    ]
    row.amount_fen = None if row.faults else amount_fen
    held = [finding for finding in found if finding.holds and finding.state is False]
    row.notes += [_in_words(finding, others) for finding in held]
    row.notes += [
        _in_words(finding, others)
        for finding in found
        if finding.state is True and finding.cut_fen is not None
    ]
    row.notes += [_in_words(finding, others) for finding in told if finding.state is False]
    row.open = row.open or any(finding.state is None for finding in found) or bool(tuple(unknown))
    asked = _looked_up(row, found, unknown)
    if asked and not row.faults and not row.cells.asks:
        row.notes.append(asked)


def _ask_no_more(row: Checked, found: Iterable[rules.Finding], unknown: Iterable[str]) -> None:
    """Forget questions that only these conditions read and whose answers could not change what came of them."""
    conditions = [finding for finding in found if finding.condition.rule is not None]
    read = {name for finding in conditions for name in finding.facts}
    matter = {name for finding in found for name in finding.unknown} | set(unknown)
    row.cells.asks = [name for name in row.cells.asks if name not in read or name in matter]


def _failed(row: Checked, finding: rules.Finding, others: Sequence[Checked]) -> dict[str, str]:
    """What fails, told with its clause, at the column that it most likely is about."""
    field = next((name for name in finding.facts if name in row.cells.facts), "")
    return fault(field, _cited(finding, others))


def _cited(finding: rules.Finding, others: Sequence[Checked]) -> rules.Words:
    if finding.line is not None and finding.line <= len(others):
        number = others[finding.line - 1].row.number
        return both("Row %(row)s counts for the same already. Only one of them is paid.", row=number)
    clause = finding.clause
    zh, en = (f"{finding.tell(lang)}{f'（{clause}）' if clause else ''}" for lang in ("zh", "en"))
    return rules.Words(zh, en)


def _in_words(finding: rules.Finding, others: Sequence[Checked]) -> dict[str, str]:
    if finding.cut_fen is None:
        return fault("", _cited(finding, others))
    before, used = finding.cut_fen, finding.used_fen or 0
    words = both(
        "A ceiling cuts this row: %(before)s before, %(used)s are used by others already (%(title)s).",
        before=rules.Words(yuan(before), yuan(before, "en")),
        used=rules.Words(yuan(used), yuan(used, "en")),
        title=rules.Words(finding.title("zh"), finding.title("en")),
    )
    return fault("", words)


def _looked_up(row: Checked, found: Iterable[rules.Finding], unknown: Iterable[str]) -> dict[str, str] | None:
    """What an officer will look up for the row."""
    names = [name for finding in found if finding.state is None for name in finding.unknown]
    facts = tuple(row.dictionary[name].label for name in dict.fromkeys([*names, *unknown]))
    return fault("", _to_look_up(facts)) if facts else None


@lru_cache(maxsize=1024)
def _to_look_up(facts: tuple[rules.Words, ...]) -> rules.Words:
    listed = rules.Words(
        "、".join(label.zh for label in facts), ", ".join(label.say("en") for label in facts)
    )
    return both("An officer looks this up: %(what)s.", what=listed)
