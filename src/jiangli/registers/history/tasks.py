"""The worker's part: read a sheet, take its good rows over, in batches whose position is kept in the import's row."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jiangli import clock, files
from jiangli.accounts.models import Agency
from jiangli.audit.actions import record
from jiangli.jobs import task
from jiangli.registers.history import reading, staging, taking
from jiangli.registers.history.models import HistoryImport, StagedRow
from jiangli.registers.history.reading import Reader, Record
from jiangli.registers.history.scopes import scopes
from jiangli.registers.history.status import AT_WORK, ImportKind, ImportState, StagedState

AT_A_TIME = 500
OVERLOOKED = timedelta(minutes=1)
TRIES = 5


@task()
def work(import_id: str) -> None:
    """Do what the import waits for, until a person has to decide. Safe to run twice, also at once.

    Each batch of rows is one transaction under a lock of the import, begun at its kept position: a worker that
    is killed loses one batch, which the next one does again.
    """
    rows: list[tuple[int, Record]] | None = None
    while True:
        imported = HistoryImport.objects.get(pk=import_id)
        if imported.state not in AT_WORK:
            return
        if imported.state == ImportState.READING and rows is None:
            rows = reading.read(files.read(imported.file), ImportKind(imported.kind))
        _one_batch(import_id, rows or [], at=clock.now())


@transaction.atomic
def _one_batch(import_id: str, rows: list[tuple[int, Record]], *, at: datetime) -> None:
    imported = (
        HistoryImport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=import_id)
    )
    if imported.state == ImportState.READING and rows:
        _read_some(imported, rows, at=at)
    elif imported.state == ImportState.TAKING:
        Agency.objects.select_for_update().get(pk=imported.agency_id)  # two sheets of an agency take turns
        _take_some(imported, at=at)


def _read_some(imported: HistoryImport, rows: list[tuple[int, Record]], *, at: datetime) -> None:
    some = rows[imported.position : imported.position + AT_A_TIME]
    reader = Reader(
        scopes()[imported.scope],
        ImportKind(imported.kind),
        period=imported.period,
        batch=imported.batch,
        today=clock.day_of(at),
    )
    staged = staging.stage(imported, reader, some)
    for row in staged:
        setattr(imported, row.state, getattr(imported, row.state) + 1)
        if row.state == StagedState.GOOD:
            imported.good_fen += row.amount_fen or 0
    imported.position += len(some)
    if imported.position >= len(rows):
        imported.state, imported.position, imported.file = ImportState.STAGED, 0, ""
        counts = {state: getattr(imported, state) for state in ("good", "duplicate", "faulty")}
        record("history.read", imported, by=None, at=at, scope=imported.scope, **counts)
    imported.save()


def _take_some(imported: HistoryImport, *, at: datetime) -> None:
    some = list(imported.rows.filter(state=StagedState.GOOD).order_by("number")[:AT_A_TIME])
    taking.take(imported, some)
    imported.position = min(imported.position + len(some), imported.total)
    if len(some) < AT_A_TIME:
        _finish(imported, at=at)
    imported.save()


def _finish(imported: HistoryImport, *, at: datetime) -> None:
    """Count what came of it, and forget the personal numbers."""
    taken = imported.rows.filter(state=StagedState.TAKEN)
    imported.state, imported.done_at = ImportState.TAKEN, at
    imported.taken = taken.count()
    imported.duplicate = imported.rows.filter(state=StagedState.DUPLICATE).count()
    imported.good_fen = taken.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    StagedRow.objects.filter(history_import=imported).update(cells="", fingerprint="")
    record(
        "history.taken_over", imported, by=imported.confirmed_by, at=at, scope=imported.scope,
        taken=imported.taken, faulty=imported.faulty, duplicate=imported.duplicate, sum_fen=imported.good_fen,
    )  # fmt: skip


def remind(*, at: datetime) -> int:
    """Ask again for imports whose task was lost or failed. Safe to run twice; after five tries see the log."""
    waiting = HistoryImport.objects.filter(state__in=AT_WORK, brought_at__lt=at - OVERLOOKED)
    ids = [str(pk) for pk in waiting.values_list("pk", flat=True)]
    tries, under_way = Counter[str](), set()
    tasks = DBTaskResult.objects.filter(task_path=work.module_path, args_kwargs__args__0__in=ids)
    for status, said in tasks.order_by().values_list("status", "args_kwargs"):
        tries[said["args"][0]] += 1
        if status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
            under_way.add(said["args"][0])
    again = [pk for pk in ids if pk not in under_way and tries[pk] < TRIES + 1]
    for pk in again:
        work.enqueue(pk)
    return len(again)
