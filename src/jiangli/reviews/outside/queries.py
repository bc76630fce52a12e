"""Reads: which stages another body works at for whom, which cases are with it, what it would pay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangli import rules
from jiangli.accounts.models import Agency
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.reviews.models import Decision, Opinion
from jiangli.reviews.outside.models import Exchange, ExchangeRow, Reply, ReplyRow
from jiangli.reviews.outside.status import ReplyKind, ReplyState, RowState, What
from jiangli.reviews.stages import KINDS, is_outside


@dataclass(frozen=True)
class OutsideStage:
    """A stage that ``body`` works at in its own system; ``keeper`` hands our cases over and takes the answers."""

    programme: str
    stage: int
    body: str
    keeper: str


def keeper_of(programme: rules.Programme, stage: int, away: Collection[str] | None = None) -> str:
    """The agency that exchanges with the body of this stage: of the last stage here before it, else the programme's.

    ``away``: the agencies with their own systems, where the caller has them.
    """
    away = elsewhere() if away is None else away
    before = [s for s in programme.stages[:stage] if s.kind in KINDS and not (s.outside or s.agency in away)]
    return str(before[-1].agency if before else programme.agency)


def elsewhere() -> set[str]:
    """The codes of the agencies that have their own systems."""
    return set(Agency.objects.filter(works_here=False).values_list("pk", flat=True))


def outside_stages(agency: str = "") -> list[OutsideStage]:
    """Every stage outside whose cases ``agency`` keeps; of all agencies if empty."""
    versions = Programme.objects.order_by("pk").values_list("pk", "version__hash")
    found = _outside(tuple(versions), frozenset(elsewhere()))
    return [stage for stage in found if agency in ("", stage.keeper)]


@lru_cache(maxsize=8)
def _outside(_versions: tuple[tuple[str, str], ...], away: frozenset[str]) -> tuple[OutsideStage, ...]:
    """Those of these versions of the law; every page of an officer asks."""
    return tuple(
        OutsideStage(row.code, index, stage.agency, keeper_of(law, index, away))
        for row, law in published()
        for index, stage in enumerate(law.stages)
        if stage.kind in KINDS and stage.agency and (stage.outside or stage.agency in away)
    )


def bodies_of(agency: str) -> list[Agency]:
    """The bodies with which an agency exchanges."""
    codes = {stage.body for stage in outside_stages(agency)}
    return list(Agency.objects.filter(pk__in=codes).order_by("name"))


def exchanges(agency: str) -> bool:
    """Whether an agency exchanges with anybody, or once did."""
    return bool(outside_stages(agency)) or Exchange.objects.filter(agency=agency).exists()


def waiting(agency: str, body: str) -> QuerySet[Application]:
    """The agency's cases that stand at a stage of this body, the earliest filed first."""
    there = Q(pk__in=[])
    for stage in outside_stages(agency):
        if stage.body == body:
            there |= Q(programme_code=stage.programme, stage=stage.stage)
    return Application.objects.filter(there, status=Status.SUBMITTED).order_by("first_filed_at", "number")


def to_export(agency: str, body: str) -> QuerySet[Application]:
    """Those of them that are not out: never exported for this stage, or missing from the body's answer."""
    out = ExchangeRow.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"), state=RowState.OUT)
    return waiting(agency, body).filter(~Exists(out))


def stands_outside(application: Application) -> str | None:
    """The body whose answer a case waits for; None if it waits for none."""
    if application.status != Status.SUBMITTED:
        return None
    stage = programme_of(application).stages[application.stage]
    return stage.agency if stage.kind in KINDS and is_outside(stage) else None


def shares(application: Application, body: str) -> tuple[int, int]:
    """What the body would pay of a case and the whole, in fen, as last assessed; its share is the whole if none."""
    kept = application.assessments.only("result").first()
    if kept is None:
        return 0, 0
    total = kept.amount_fen or 0
    own = [row for row in kept.result.get("payments", ()) if row["payer"] == body]
    return (sum(int(Decimal(row["amount"]) * 100) for row in own) if own else total), total


@dataclass(frozen=True)
class Standing:
    """Where a case is with a body: since when, in which export; an answer that waits to be confirmed."""

    body: Agency
    since: datetime | None
    waits: bool
    row: ExchangeRow | None
    pending: Reply | None
    answer: ReplyRow | None


def standings_of(application: Application) -> Iterator[Standing]:
    """For each stage of another body that a case has come to."""
    law = programme_of(application)
    for index, stage in enumerate(law.stages[: application.stage + 1]):
        if stage.kind not in KINDS or not is_outside(stage):
            continue
        waits = application.stage == index and application.status == Status.SUBMITTED
        rows = application.reply_rows.filter(stage=index, reply__kind=ReplyKind.APPROVALS)
        answered = rows.filter(done_at__isnull=False, what__in=[What.PASSED, What.REFUSED])
        pending = rows.filter(planned=True, reply__state__in=[ReplyState.STAGED, ReplyState.TAKING]).first()
        last = Opinion.objects.filter(application=application, stage__lt=index).last()
        out = application.exchange_rows.filter(stage=index).select_related("exchange").last()
        answer = None if waits else answered.select_related("reply").order_by("done_at").last()
        if waits or out or answer:
            yield Standing(
                Agency.objects.get(pk=stage.agency),
                last.at if last else application.submitted_at,
                waits,
                out,
                pending.reply if pending else None,
                answer,
            )


def decided_for(application: Application) -> Decision | None:
    """The decision to pay that stands."""
    return application.decisions.filter(set_aside_at=None).exclude(outcome="refused").first()


def rows_of(exchange: Exchange) -> QuerySet[ExchangeRow]:
    return exchange.rows.select_related("application", "application__claimant", "application__organisation")
