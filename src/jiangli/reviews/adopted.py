"""What the adoption of a draft document means for its cases.

What a draft decided is asked again under the adopted version with the facts of the decision: the same outcome
and shares are paid from then on, anything else is listed for a new decision. A case that is not decided yet
goes on under the adopted version. Both are done by the clock, so that nothing hangs on who opens which page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jiangli import rules
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import keep_assessment, recall_under
from jiangli.applications.guard import take_free
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.amending import adoption_of
from jiangli.programmes.models import Adoption, Programme, Two, Version
from jiangli.programmes.queries import is_draft, rule
from jiangli.reviews.models import Decision, DecisionOutcome, Readopted
from jiangli.reviews.sheet import assess_for_officer

Adopted = tuple[Programme, Adoption, set[int]]  # in force by an adoption; the versions of its draft


def settle_adopted(*, at: datetime) -> int:
    """Ask the decisions made by drafts again, and move open cases on; says how many. Safe to run twice."""
    done = 0
    for row, adoption, drafts in _adopted():
        done += sum(_ask_again(decision, row.version, adoption, at=at) for decision in _decided(row, drafts))
        done += sum(_move_on(pk, row.version, adoption, at=at) for pk in _undecided(row, drafts))
    return done


def still_draft(versions: Collection[Version]) -> set[int]:
    """The keys of those versions that were published as drafts."""
    return {version.pk for version in versions if is_draft(version)}


def is_bound(decision: Decision) -> bool:
    """Whether nothing may be paid on a decision: a draft made it, and the adopted text did not confirm it."""
    return is_draft(decision.version) and not confirmed().filter(decision=decision).exists()


def confirmed() -> QuerySet[Readopted]:
    """Decisions of drafts that an adopted version says as well; a later version changes nothing for them."""
    return Readopted.objects.filter(same=True)


def _adopted() -> Iterator[Adopted]:
    if not Adoption.objects.filter(state=Two.CONFIRMED).exists():
        return
    for row in Programme.objects.with_law():
        law = rule(row.version)
        adoption = adoption_of(law.document.id)
        if adoption is None or law.document.status == "draft":
            continue
        versions = Version.objects.filter(programme_code=row.code).defer("sources")
        if drafts := still_draft(versions):
            yield row, adoption, drafts


def _decided(row: Programme, drafts: set[int]) -> QuerySet[Decision]:
    found = Decision.objects.filter(
        application__programme_code=row.code, version__in=drafts, set_aside_at=None
    ).exclude(outcome=DecisionOutcome.REFUSED)
    asked = Readopted.objects.filter(Q(same=True) | Q(version=row.version_id))
    return found.exclude(pk__in=asked.values("decision")).select_related("assessment", "application")


@transaction.atomic
def _ask_again(decision: Decision, version: Version, adoption: Adoption, *, at: datetime) -> bool:
    application = locked(decision.application)
    if Readopted.objects.filter(decision=decision, version=version).exists():
        return False
    row = Readopted(decision=decision, adoption=adoption, version=version, at=at)
    row.differs, row.amount_fen = _difference(decision, version)
    row.same = not row.differs
    row.save()
    record(
        "decision.readopted", application, by=None, at=at, same=row.same, amount_fen=row.amount_fen,
        decided_fen=decision.amount_fen, version=version.hash,
    )  # fmt: skip
    return True


def _difference(decision: Decision, version: Version) -> tuple[dict[str, object], int | None]:
    """What the version says otherwise than the draft did ({} for nothing), and the amount by it."""
    kept = decision.assessment
    try:
        answer = recall_under(kept, version).answer
        before = recall_under(kept, decision.version).answer
    except rules.FactError:
        return {"outcome": "unreadable"}, None
    found: dict[str, object] = {}
    if answer.outcome != before.outcome:
        failed = [finding.id for finding in answer.findings if finding.state is False]
        found = {"outcome": str(answer.outcome), "failed": failed}
    elif _owed(answer) != _owed(before):
        found = {"outcome": "amount"}
    if not found and not _covers(rule(version).document, kept.applied_on):
        found = {"outcome": "days"}
    return found, answer.amount_fen


def _owed(answer: rules.Assessment) -> tuple[object, ...]:
    lines = answer.lines or ()
    return (
        answer.amount_fen,
        tuple((share.payer, share.amount_fen) for share in answer.payments),
        tuple((line.outcome, line.amount_fen) for line in lines),
    )


def _covers(document: rules.Document, day: date) -> bool:
    """Whether the adopted document was in force on the day of filing."""
    first, last = document.first_day, document.last_day
    return (first is None or first <= day) and (last is None or day <= last)


def _undecided(row: Programme, drafts: set[int]) -> list[UUID]:
    found = Application.objects.filter(
        programme_code=row.code, version__in=drafts, status__in=(Status.SUBMITTED, Status.RETURNED)
    )
    return list(found.values_list("pk", flat=True))


@transaction.atomic
def _move_on(pk: UUID, version: Version, adoption: Adoption, *, at: datetime) -> bool:
    """An open case goes on under the adopted version; one in review is assessed anew, and that is kept.

    One whose steps are others there stays: it is decided by the draft, and then asked again.
    """
    application = locked(Application.objects.get(pk=pk))
    before = application.version
    if (
        before is None
        or before.pk == version.pk
        or application.status not in (Status.SUBMITTED, Status.RETURNED)
    ):
        return False
    if not is_draft(before) or _steps(before) != _steps(version):
        return False
    application.version = version
    application.save(update_fields=["version"])
    if application.status == Status.SUBMITTED:
        assessed = assess_for_officer(application, at=at)
        take_free(application, assessed, at=at)
        keep_assessment(application, assessed, occasion="adoption", at=at)
    record(
        "application.under_adopted", application, by=None, at=at, adoption=str(adoption.pk),
        before=before.hash, version=version.hash,
    )  # fmt: skip
    return True


def _steps(version: Version) -> list[tuple[str, str | None]]:
    return [(stage.kind, stage.agency) for stage in rule(version).stages]
