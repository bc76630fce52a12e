"""The guard: what may be claimed once is reserved once, before anything is decided.

Keys come from the programme's ``once_per`` limits. Programmes that look across to the same programmes or the
same series share their keys: a claim for one level bars the other levels of the notice, and a certificate in a
case of one round bars the next round, paid or not. A claim for several parts takes the keys of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Line, Reservation
from jiangli.applications.past import MANY, sums
from jiangli.bulk import insert
from jiangli.refused import Refused
from jiangli.registers.queries import batched


@dataclass(frozen=True)
class Key:
    """What is counted once (``limit``), for whom or what (``subject``), in which ``period``."""

    limit: str
    subject: str
    period: str = ""

    @property
    def columns(self) -> list[str]:
        """What the key is made of: person, certificate, organisation, subject, period."""
        return self.limit.partition("@")[0].split("+")


Wanted = dict[int | None, set[Key]]  # by the number of the line; None: of the case itself


@dataclass(frozen=True)
class Collision:
    """A key that another case holds. ``line`` counts a roster's lines from 1; None: the case itself.

    ``held``: the text does not say that it is paid once, we read it so: an officer looks, the filing goes on.
    """

    key: Key
    line: int | None
    first: Application
    second: Application
    held: bool

    @property
    def own(self) -> bool:
        """Whether the case that came first is of the same party."""
        if self.first.claimant_id is not None or self.second.claimant_id is not None:
            return self.first.claimant_id == self.second.claimant_id
        return self.first.organisation_id == self.second.organisation_id

    def tell(self) -> str:
        """What is taken, in which case, and what to do; never whose case it is."""
        if self.line is None:
            return _pointing_to(self)
        what = _of_certificate(self) if "certificate" in self.key.columns else _of_others(self)
        return _("Line %(line)s: %(what)s") % {"line": self.line, "what": what}


class Taken(Refused):
    """Some of what a case wants to reserve is in other cases already; the sentence names each."""

    def __init__(self, collisions: list[Collision]) -> None:
        super().__init__("\n".join(collision.tell() for collision in collisions))
        self.collisions = collisions
        self.first = collisions[0].first


def keys_of(programme: rules.Programme, facts: rules.Facts) -> list[Key]:
    """The keys a claim with these parsed facts takes: one for each limit and each thing it looks across to.

    Programmes of one series share the key of the series, whatever else each of them looks across to. A limit
    whose subject is not known yet gives no key; ``unknown_keys`` names it.
    """
    return [
        Key(f"{'+'.join(limit.per)}@{over}", subject, period)
        for limit in once_limits(programme)
        for subject, period in _subjects(limit, programme, facts)
        for over in limit.across or (programme.id,)
    ]


def keys_by_line(assessed: Assessed) -> Wanted:
    """The keys a case takes: its own, or those of each line of its roster that stands or may still stand.

    A line that falls away takes nothing, so that what it names stays free for another claim.
    """
    if not assessed.answer.lines:
        return {None: set(keys_of(assessed.programme, assessed.told))}
    told = enumerate(zip(assessed.answer.lines, assessed.told_lines, strict=True), 1)
    return {
        number: set(keys_of(assessed.programme, {**assessed.told, **facts}))
        for number, (line, facts) in told
        if line.outcome is not rules.Outcome.INELIGIBLE
    }


def wanted_keys(assessed: Assessed) -> set[Key]:
    """All keys a case takes, whichever of its lines for."""
    return set().union(*keys_by_line(assessed).values())


def unknown_keys(programme: rules.Programme, facts: rules.Facts) -> list[rules.Limit]:
    """The once-only limits that cannot be guarded yet, because what they count is not known."""
    return [
        limit
        for limit in once_limits(programme)
        if not _off(limit, facts) and not list(_subjects(limit, programme, facts))
    ]


def unguarded(assessed: Assessed) -> list[rules.Limit]:
    """The limits that decide and cannot be kept yet, of the case or a line that stands: what they count is unknown."""
    lines = assessed.answer.lines or ()
    standing = [n for n, line in enumerate(lines, 1) if line.outcome is not rules.Outcome.INELIGIBLE]
    found: dict[str, rules.Limit] = {}
    for number in standing or [1]:
        facts = assessed.facts_of(number)
        for limit in (*unknown_keys(assessed.programme, facts), *_unknown_sums(assessed.programme, facts)):
            found[limit.id] = limit
    return list(found.values())


def _unknown_sums(programme: rules.Programme, facts: rules.Facts) -> list[rules.Limit]:
    """The ceilings and differences of which a key is not known."""
    return [
        limit
        for limit in programme.limits
        if sums(limit)
        and not _off(limit, facts)
        and any(None in rules.key_of(limit, facts, part) for part in rules.parts_of(programme, facts))
    ]


def once_limits(programme: rules.Programme) -> list[rules.Limit]:
    """The limits by which something is paid once, over all earlier payments."""
    return [
        limit
        for limit in programme.limits
        if limit.kind == "once_per" and limit.refuses and not limit.roster_only and "claim" not in limit.per
    ]


def _off(limit: rules.Limit, facts: rules.Facts) -> bool:
    """Whether the limit is certainly not in force for these facts."""
    return limit.when is not None and limit.when.run(facts) is False


def _subjects(
    limit: rules.Limit, programme: rules.Programme, facts: rules.Facts
) -> Iterator[tuple[str, str]]:
    if _off(limit, facts):
        return
    columns = [column for column, _ in limit.keys]
    parts = rules.parts_of(programme, facts) if "subject" in columns else (None,)
    for part in parts:
        values = dict(zip(columns, rules.key_of(limit, facts, part), strict=True))
        if all(values.values()):
            period = values.pop("period", "") or ""
            yield "|".join(str(value) for value in values.values()), period


def _inferred(programme: rules.Programme) -> set[str]:
    """The keys' limits of which the text does not say that they are paid once: one holds, all of its name do."""
    cited = {
        f"{'+'.join(limit.per)}@{over}"
        for limit in once_limits(programme)
        if not limit.condition.holds
        for over in limit.across
    }
    return {
        f"{'+'.join(limit.per)}@{over}" for limit in once_limits(programme) for over in limit.across
    } - cited


def collisions(application: Application, assessed: Assessed) -> list[Collision]:
    """Every key this case would take and another live case holds, line by line. Nothing is written."""
    return _collisions(application, keys_by_line(assessed), _inferred(assessed.programme))


def _collisions(application: Application, wanted: Wanted, inferred: Collection[str]) -> list[Collision]:
    holders = _holders({key for keys in wanted.values() for key in keys}, but=application)
    return [
        Collision(key, line, holders[key], application, key.limit in inferred)
        for line, keys in sorted(wanted.items(), key=lambda item: item[0] or 0)
        for key in sorted(keys & holders.keys(), key=_order)
    ]


def _holders(keys: Iterable[Key], *, but: Application) -> dict[Key, Application]:
    """The other cases that hold these keys; one query for every 500 subjects of a limit."""
    by_limit: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        by_limit[key.limit].add(key.subject)
    wanted, found = set(keys), {}
    live = Reservation.objects.filter(released_at=None).exclude(application=but).select_related("application")
    for limit, subjects in sorted(by_limit.items()):
        for some in batched(sorted(subjects), MANY):
            for row in live.filter(limit=limit, subject__in=some):
                key = Key(row.limit, row.subject, row.period)
                if key in wanted:
                    found[key] = row.application
    return found


def _order(key: Key) -> tuple[str, str, str]:
    return key.limit, key.subject, key.period


def take(application: Application, assessed: Assessed, *, at: datetime) -> list[Collision]:
    """Take the keys of a case; Taken, naming every collision, if one of them stops the filing. Safe to run twice.

    A single claim that meets another's case under a limit we only inferred is filed without its keys and given
    back as a collision: an officer looks. Must run inside the transaction of the filing.
    """
    wanted = keys_by_line(assessed)
    found = _collisions(application, wanted, _inferred(assessed.programme))
    if stopping := [each for each in found if each.line is not None or each.own or not each.held]:
        raise Taken(stopping)
    _reserve_rest(application, wanted, found, at=at)
    return found


def take_free(
    application: Application, assessed: Assessed, *, keep: bool = True, at: datetime
) -> list[Collision]:
    """Take what is free of the keys of a filed case, line by line; what is not holds the case until it is.

    For a case that is looked at again: keys become known by a look-up, or free when another case is closed.
    ``keep`` those that are held already though they are not known to be wanted now.
    """
    wanted = keys_by_line(assessed)
    found = _collisions(application, wanted, _inferred(assessed.programme))
    _reserve_rest(application, wanted, found, keep=keep, at=at)
    return found


def _reserve_rest(
    application: Application,
    wanted: Wanted,
    found: Collection[Collision],
    *,
    keep: bool = False,
    at: datetime,
) -> None:
    """Reserve for the lines without a collision; a line that collides takes none of its keys."""
    barred = {collision.line for collision in found}
    free = {line: keys for line, keys in wanted.items() if line not in barred}
    reserve(application, free, keep=keep, at=at)


def reserve(
    application: Application,
    keys: Iterable[Key] | Mapping[int | None, Collection[Key]],
    *,
    keep: bool = False,
    at: datetime,
) -> None:
    """Take ``keys``, and no others unless ``keep``; Taken, naming each, if others hold some. Safe to run twice.

    ``keys`` by the number of the line where the case has a roster. Must run inside the transaction of the
    filing. The database's unique index decides between two at once.
    """
    by_line = keys if isinstance(keys, Mapping) else {None: set(keys)}
    wanted: Wanted = {line: set(of_line) for line, of_line in by_line.items()}
    everything = {key: line for line, of_line in reversed(wanted.items()) for key in of_line}
    held = {
        Key(r.limit, r.subject, r.period): r.pk for r in application.reservations.filter(released_at=None)
    }
    for gone in batched([pk for key, pk in held.items() if key not in everything and not keep], MANY):
        Reservation.objects.filter(pk__in=gone).update(released_at=at)
    lines = list(application.lines.order_by("number").values_list("pk", flat=True))
    rows = [
        _row(application, key, lines, everything[key], at=at)
        for key in sorted(everything.keys() - held.keys(), key=_order)
    ]
    try:
        with transaction.atomic():
            insert(rows)
    except IntegrityError:
        found = _collisions(application, wanted, ())
        raise Taken(found) if found else Refused(_try_again()) from None


def _row(
    application: Application, key: Key, lines: list[int], number: int | None, *, at: datetime
) -> Reservation:
    return Reservation(
        limit=key.limit,
        subject=key.subject,
        period=key.period,
        application=application,
        line_id=lines[number - 1] if number else None,
        made_at=at,
    )


def _try_again() -> str:
    """The other case gave its key back in the same moment."""
    return _("Another application was using this in the same moment. Please send it once more.")


def _pointing_to(collision: Collision) -> str:
    number = {"number": collision.first.number}
    if collision.first.claimant_id == collision.second.claimant_id is not None:
        return (
            _(
                "You already have application %(number)s for this incentive. It is paid once for each person: "
                "look at that application, or withdraw it first if you want to claim with another certificate."
            )
            % number
        )
    if collision.own:
        return (
            _(
                "You already have application %(number)s for the same thing. It is paid once: look at that "
                "application, or withdraw it first if this one is right."
            )
            % number
        )
    if "certificate" not in collision.key.columns:
        return (
            _(
                "The same thing is already claimed in application %(number)s. It is paid once. Check what you filled "
                "in; if it is right, call the office and name that application."
            )
            % number
        )
    return (
        _(
            "This certificate is already in application %(number)s. A certificate is paid once. Check the number on "
            "the certificate; if it is yours, call the office and name that application."
        )
        % number
    )


def _of_certificate(collision: Collision) -> str:
    return _(
        "its certificate is already in application %(number)s, and a certificate is paid once. Check the number; "
        "take the line out, or call the office and name that application."
    ) % {"number": collision.first.number}


def _of_others(collision: Collision) -> str:
    return _(
        "this person is already in application %(number)s, and this is paid once. Take the line out, or call the "
        "office and name that application."
    ) % {"number": collision.first.number}


def release_keys(application: Application, *, lines: Collection[Line] | None = None, at: datetime) -> None:
    """Free what a withdrawn, refused or lapsed case, or only some of its lines, had reserved. Safe to run twice."""
    rows = application.reservations.filter(released_at=None)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    rows.update(released_at=at)


def release_unwanted(application: Application, assessed: Assessed, *, at: datetime) -> None:
    """Free the keys that no line of a roster wants any more. Safe to run twice."""
    wanted = wanted_keys(assessed)
    held = application.reservations.filter(released_at=None)
    fallen = [row.pk for row in held if Key(row.limit, row.subject, row.period) not in wanted]
    for some in batched(fallen, MANY):
        Reservation.objects.filter(pk__in=some).update(released_at=at)
