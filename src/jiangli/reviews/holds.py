"""What an officer must look at before a case is decided, and what has to be waited for.

A limit that the text does not state holds where it meets an earlier payment or another case that was filed
before; a remark of the programme holds where it is true. An amount that is made less by what was paid waits for
the cases that came first, and so does a case whose key another case holds.

A published interpretation settles what it names for every case filed from its first day on, before any officer's
word: by the day of filing, so that people who filed on the same day get the same answer whoever was quicker.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.assessing import Assessed, counted_lines
from jiangli.applications.guard import collisions, once_limits
from jiangli.applications.models import Application
from jiangli.applications.past import Asked, Columns, Counted, Live, elsewhere, live, place_of, sums
from jiangli.applications.queries import language
from jiangli.applications.status import Status
from jiangli.programmes.interpretations import settling
from jiangli.programmes.models import Interpretation
from jiangli.reviews.models import HoldSettled, KeptHolds, Settling


@dataclass
class Hold:
    """Something that holds a case. ``met``: what it met, as refs that stay the same; ``say``: the same in words.

    ``waits``: nobody settles it, it passes when the other case is decided or closed. ``settled``: the officer's
    word on all that is met now, or the published interpretation that settles it for every case.
    """

    id: str
    title: str
    waits: bool = False
    met: dict[str, str] = field(default_factory=dict)  # ref → in words
    settled: HoldSettled | Interpretation | None = None

    @property
    def interpretation(self) -> Interpretation | None:
        """The published interpretation that settles it, whatever an officer said before."""
        return self.settled if isinstance(self.settled, Interpretation) else None

    @property
    def say(self) -> list[str]:
        return list(dict.fromkeys(self.met.values()))

    @property
    def stands(self) -> bool:
        """Whether the case cannot be passed for it."""
        return self.settled is None or self.settled.decision == Settling.STOP


def holds_of(application: Application, assessed: Assessed) -> list[Hold]:
    """All that holds this case now, in the order of the programme; what was settled is among it."""
    found: dict[tuple[str, bool], Hold] = {}

    def add(id: str, ref: str, words: str, *, waits: bool = False) -> None:
        hold = found.setdefault((id, waits), Hold(id, _title(assessed.programme, id), waits))
        hold.met[ref] = words

    for id, ref, words in _met(application, assessed):
        add(id, ref, words)
    for id, ref, words in _waited_for(application, assessed):
        add(id, ref, words, waits=True)
    return _with_settled(application, assessed, list(found.values()))


def keep_holds(application: Application, assessed: Assessed, *, at: datetime) -> None:
    """Keep what holds a roster as it is assessed here, for the pages that do not assess it."""
    found = [
        {"id": hold.id, "waits": hold.waits, "met": hold.met} for hold in holds_of(application, assessed)
    ]
    KeptHolds.objects.update_or_create(application=application, defaults={"found": found, "at": at})


def holds_to_show(application: Application, assessed: Assessed) -> list[Hold]:
    """What holds a case; of a roster whose lines were only counted, what was found when they were last assessed."""
    if assessed.counted is None:
        return holds_of(application, assessed)
    kept = KeptHolds.objects.filter(application=application).first()
    rows = kept.found if kept else []
    holds = [Hold(row["id"], _title(assessed.programme, row["id"]), row["waits"], row["met"]) for row in rows]
    return _with_settled(application, assessed, holds)


def holds_are_behind(application: Application) -> bool:
    """Whether the kept holds of a filed roster say too little: none since the filing, or a case waited for ended."""
    kept = KeptHolds.objects.filter(application=application).first()
    if kept is None or (application.submitted_at is not None and kept.at < application.submitted_at):
        return True
    refs = {ref for row in kept.found if row["waits"] for ref in row["met"]}
    waited = Application.objects.filter(number__in=[ref.removeprefix("case:") for ref in refs])
    return waited.exclude(status__in=[Status.SUBMITTED, Status.RETURNED]).exists()


def _with_settled(application: Application, assessed: Assessed, holds: list[Hold]) -> list[Hold]:
    """Each with what settles it: a published reading of the text, else an officer's word."""
    settled = list(application.holds_settled.all()) if holds else []
    published = settling(assessed.programme, assessed.applied_on) if holds else {}
    for hold in holds:
        if not hold.waits:
            hold.settled = published.get(hold.id) or _settled(hold, settled)
    return holds


def _title(programme: rules.Programme, id: str) -> str:
    condition = programme.condition(id)
    return condition.title.say(language()) if condition.title else id


def _settled(hold: Hold, rows: Sequence[HoldSettled]) -> HoldSettled | None:
    """The newest word that covers everything met now."""
    return next(
        (row for row in reversed(rows) if row.limit == hold.id and hold.met.keys() <= set(row.met)), None
    )


Met = tuple[str, str, str]  # id of the limit, ref, words


def _met(application: Application, assessed: Assessed) -> Iterator[Met]:
    """What an officer looks at: payments, earlier cases and cases elsewhere under a limit that holds; remarks."""
    rows = counted_lines(application, assessed)
    limits = [
        limit for limit in assessed.programme.limits if limit.kind == "once_per" and limit.condition.holds
    ]
    holding = [limit for limit in limits if not limit.refuses]
    others = _earlier(application, rows) if holding else []
    for limit in holding:
        past = [(_columns(paid), _ref_paid(paid), _say_paid(paid)) for paid in assessed.history]
        past += [(other.columns, _ref_case(other), _say_case(other)) for other in others]
        yield from _under(limit, assessed, rows, past)
    away = [(row.columns, f"elsewhere:{row.say}", row.say) for row in elsewhere(Asked.of(rows))]
    if away:
        for limit in [*holding, *once_limits(assessed.programme)]:
            yield from _under(limit, assessed, rows, away)
    yield from _told(assessed, {limit.id for limit in holding})


def _earlier(application: Application, rows: Sequence[Counted]) -> list[Live]:
    """The undecided cases of the same people, certificates … that were filed before this one."""
    place = place_of(application)
    return [
        other
        for other in live(Asked.of(rows), but=application)
        if other.fen is None and place_of(other.application) < place
    ]


def _under(
    limit: rules.Limit,
    assessed: Assessed,
    rows: Sequence[Counted],
    others: Iterable[tuple[Columns, str, str]],
) -> Iterator[Met]:
    """Those of ``others`` that stand under the key of a line, where the limit looks at them."""
    by_key: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for columns, ref, words in others:
        if rules.looks_at(limit, columns["programme"], columns["series"] or None):
            for key in _keys(limit, columns, assessed.programme.parts.get(columns["subject"], ())):
                by_key[key].append((ref, words))
    for (number, _part), _line, columns in rows:
        if limit.when is None or limit.when.run(assessed.facts_of(number)) is not False:
            for key in _keys(limit, columns, ()):
                yield from ((limit.id, ref, words) for ref, words in by_key.get(key, ()))


def _keys(limit: rules.Limit, columns: Columns, parts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The keys a row stands under: none where it lacks a column, several where it covers several parts."""
    for subject in (columns["subject"], *parts):
        row = {**columns, "subject": subject}
        key = tuple(row[column] for column, _expression in limit.keys)
        if all(key):
            yield key
        if "subject" not in limit.per:
            return


def _told(assessed: Assessed, known: set[str]) -> Iterator[Met]:
    """What the rules tell of themselves: remarks that are true, ceilings, lines of one list, keys not known."""
    answer = assessed.answer
    said = [(0, finding) for finding in answer.warnings]
    said += [(n, finding) for n, line in enumerate(answer.lines or (), 1) for finding in line.told]
    for number, finding in said:
        if not finding.holds or (finding.paid and finding.id in known and finding.state is False):
            continue
        what = "|".join([finding.id, str(number), str(finding.state), *finding.read("zh")])
        yield finding.id, f"told:{hashlib.sha256(what.encode()).hexdigest()[:16]}", finding.tell(language())


def _waited_for(application: Application, assessed: Assessed) -> Iterator[Met]:
    """Cases that have to be decided or closed first."""
    limits = [limit for limit in assessed.programme.limits if sums(limit) and limit.kind == "less_paid_per"]
    rows = counted_lines(application, assessed) if limits else []
    others = _earlier(application, rows) if limits else []
    for limit in limits:
        first = [(other.columns, _ref_case(other), _say_first(other.application)) for other in others]
        yield from _under(limit, assessed, rows, first)
    for collision in collisions(application, assessed):
        limit = next(
            each for each in once_limits(assessed.programme) if list(each.per) == collision.key.columns
        )
        yield limit.id, f"case:{collision.first.number}", _say_first(collision.first)


def _columns(paid: Mapping[str, str]) -> Columns:
    """The columns of a line of the history, where a payment without a period counts for its year."""
    names = ("programme", "series", "person", "certificate", "organisation", "subject")
    return {name: paid.get(name, "") for name in names} | {"period": paid.get("period", paid["paid_on"][:4])}


def _ref_paid(paid: Mapping[str, str]) -> str:
    """The same before and after a promised amount is paid, whatever day that is."""
    names = ("programme", "person", "certificate", "organisation", "subject", "period", "amount")
    return "paid:" + "|".join(paid.get(name, "") for name in names)


def _ref_case(other: Live) -> str:
    return f"case:{other.application.number}"


def _say_paid(paid: Mapping[str, str]) -> str:
    fen = int(paid["amount"].replace(".", ""))
    return _("%(amount)s was paid or approved on %(day)s (%(programme)s).") % {
        "amount": rules.yuan(fen, language()),
        "day": paid["paid_on"],
        "programme": paid["programme"],
    }


def _say_case(other: Live) -> str:
    return _("Application %(number)s was handed in before and is not decided yet.") % {
        "number": other.application.number
    }


def _say_first(other: Application) -> str:
    return _("Application %(number)s came first. Decide that one, or wait until it is closed.") % {
        "number": other.number
    }
