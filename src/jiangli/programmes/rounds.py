"""Application rounds (受理批次): when they are, and whether a claim can be filed on a day.

A programme whose notice names rounds takes claims only inside one that its agency announced. Where the notice
names none and the agency announced one all the same, it binds too; without any, the days of filing alone count.
Outside a round claims may be prepared as drafts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.programmes.models import Mode, Programme, Round
from jiangli.programmes.permissions import cannot_close_round, cannot_move_end, cannot_open_round
from jiangli.programmes.queries import rule
from jiangli.refused import Refused


@dataclass(frozen=True)
class Rounds:
    """The rounds of a programme as seen on a day. ``bound``: claims are filed only inside a round."""

    bound: bool
    now: Round | None = None
    next: Round | None = None
    last: Round | None = None  # the newest that is over

    @property
    def is_shut(self) -> bool:
        return self.bound and self.now is None


FREE = Rounds(bound=False)


def _seen(law: rules.Programme, row: Programme, found: Iterable[Round], on: date) -> Rounds:
    announced = sorted(found, key=lambda one: one.opens_on)
    if row.mode == Mode.BACK_ENTRY or not (law.rounds or announced):
        return FREE
    return Rounds(
        bound=True,
        now=next((one for one in announced if one.covers(on)), None),
        next=next((one for one in announced if one.opens_on > on), None),
        last=next((one for one in reversed(announced) if one.last_day < on), None),
    )


def rounds_of(programme: Programme, law: rules.Programme, *, on: date) -> Rounds:
    return _seen(law, programme, programme.rounds.announced(), on)


def rounds_of_all(programmes: Iterable[tuple[Programme, rules.Programme]], *, on: date) -> dict[str, Rounds]:
    """Those of many programmes by code, with one query."""
    announced: dict[str, list[Round]] = {}
    for one in Round.objects.announced():
        announced.setdefault(one.programme_id, []).append(one)
    return {row.code: _seen(law, row, announced.get(row.code, ()), on) for row, law in programmes}


def round_on(programme: Programme, day: date) -> Round | None:
    """The round that takes claims on this day."""
    return next((one for one in programme.rounds.announced() if one.covers(day)), None)


def cannot_file(programme: Programme, law: rules.Programme, *, on: date) -> str | None:
    """Why no claim is filed on this day for want of a round: the next one, or the last. Drafts may be begun."""
    seen = rounds_of(programme, law, on=on)
    return tell(seen) if seen.is_shut else None


def tell(seen: Rounds) -> str:
    """When one can file again, in a sentence."""
    if seen.next:
        return _(
            "Claims are taken in rounds. The next one, %(name)s, is open from %(first)s to %(last)s."
        ) % {"name": seen.next.name, "first": seen.next.opens_on, "last": seen.next.last_day}
    if seen.last:
        return _(
            "Claims are taken in rounds. The last one, %(name)s, ended on %(last)s; the next is not announced yet."
        ) % {"name": seen.last.name, "last": seen.last.last_day}
    return _("Claims are taken in rounds, and none is announced yet.")


# --- what officers do


@transaction.atomic
def open_round(
    programme: Programme,
    *,
    name: str,
    opens_on: date,
    closes_on: date,
    notice_number: str = "",
    notice_address: str = "",
    notice_text: str = "",
    reason: str = "",
    by: User,
    at: datetime,
) -> Round:
    """Announce a round. Refused where it meets another one of the programme, or has no name or no days to it.

    More in a year than the notice names ("in principle") needs a ``reason``.
    """
    programme = Programme.objects.select_for_update(of=("self",)).with_law().get(pk=programme.pk)
    if why := cannot_open_round(programme, by, on=day_of(at)):
        raise Refused(why)
    if not name.strip():
        raise Refused(_("Give the round a name, such as 2025 年度第一次."))
    if closes_on < opens_on or closes_on < day_of(at):
        raise Refused(_("Write a last day that is not before the first day and not past."))
    if programme.rounds.filter(name=name.strip()).exists():
        raise Refused(_("There is a round of this name already."))
    _stop_if_it_meets_another(programme, opens_on, closes_on)
    if _has_enough(programme, opens_on.year) and not reason.strip():
        raise Refused(
            _(
                "The notice names %(times)s a year in principle, and they are announced. Say why there is another."
            )
            % {"times": rule(programme.version).rounds.per_year}  # type: ignore[union-attr]
        )
    one = Round.objects.create(
        programme=programme, name=name.strip(), opens_on=opens_on, closes_on=closes_on,
        notice_number=notice_number.strip(), notice_address=notice_address, notice_text=notice_text.strip(),
        reason=reason.strip(), opened_at=at, opened_by=by,
    )  # fmt: skip
    record(
        "round.opened", one, by=by, at=at, programme=programme.code, opens_on=opens_on.isoformat(),
        closes_on=closes_on.isoformat(), reason=reason.strip(),
    )  # fmt: skip
    return one


def _has_enough(programme: Programme, year: int) -> bool:
    """Whether the notice names rounds, and as many are announced in this year."""
    law = rule(programme.version)
    there = programme.rounds.announced().filter(opens_on__year=year).count()
    return law.rounds is not None and there >= law.rounds.per_year


def _stop_if_it_meets_another(
    programme: Programme, first: date, last: date, *, but: Round | None = None
) -> None:
    for other in programme.rounds.announced():
        if other != but and first <= other.last_day and other.opens_on <= last:
            raise Refused(
                _("The round %(name)s is from %(first)s to %(last)s; the two would meet.")
                % {"name": other.name, "first": other.opens_on, "last": other.last_day}
            )


@transaction.atomic
def move_end(one: Round, *, closes_on: date, reason: str, by: User, at: datetime) -> Round:
    """Give a round another last day, later or earlier; not before today."""
    one = _locked(one)
    if why := cannot_move_end(one, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    if closes_on < max(one.opens_on, day_of(at)):
        raise Refused(_("Write a last day that is not before the first day and not past."))
    _stop_if_it_meets_another(one.programme, one.opens_on, closes_on, but=one)
    before, one.closes_on = one.closes_on, closes_on
    one.save(update_fields=["closes_on"])
    record(
        "round.end_moved", one, by=by, at=at, programme=one.programme_id, before=before.isoformat(),
        closes_on=closes_on.isoformat(), reason=reason.strip()[:300],
    )  # fmt: skip
    return one


@transaction.atomic
def close_round(one: Round, *, reason: str, by: User, at: datetime) -> Round:
    """Take nothing more in this round from today on; one that has not opened yet is called off."""
    one = _locked(one)
    if why := cannot_close_round(one, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    one.closed_on, one.closed_at, one.closed_by = day_of(at), at, by
    one.closed_because = reason.strip()[:300]
    one.save()
    record("round.closed", one, by=by, at=at, programme=one.programme_id, reason=one.closed_because)
    return one


def _locked(one: Round) -> Round:
    """The round with its programme held, so that two changes of its rounds take turns."""
    Programme.objects.select_for_update().get(pk=one.programme_id)
    return Round.objects.select_related("programme").get(pk=one.pk)
