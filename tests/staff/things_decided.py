"""What other bodies, meetings, public notices and selections leave behind, one of each, for the table of doors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jiangli import files
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.programmes.models import Programme
from jiangli.registers.recognitions.models import Recognition, RecognitionState, Source
from jiangli.reviews.deliberation.models import AgendaItem, Meeting, MinutesPaper, PaperState
from jiangli.reviews.deliberation.queries import proposal
from jiangli.reviews.outside.models import Exchange, Reply
from jiangli.reviews.publicity.models import (
    ListKind,
    Objection,
    Paper,
    Publication,
    PublicationCase,
    PublicationRow,
    Way,
)
from jiangli.reviews.publicity.models import PaperState as ObjectionPaper
from jiangli.reviews.selection.models import Candidate, CandidateFile, FileState, SelectionRound
from stories import photograph


def decided_things(case: Application, *, reviewer: User, approver: User, at: datetime) -> dict[str, Any]:
    """By kind: the words of the address of a thing that belongs to the agency of ``case``."""
    agency = Programme.objects.get(pk=case.programme_code).agency
    shown = files.keep(photograph())
    picture = {
        "content_type": "image/jpeg",
        "file": shown,
        "previews": [shown],
        "added_at": at,
        "added_by": reviewer,
    }
    return {
        **_outside(agency, by=reviewer, at=at, shown=shown),
        **_met(case, agency, by=reviewer, at=at, picture=picture),
        **_noticed(case, agency, by=reviewer, at=at, picture=picture),
        **_selected(case, agency, by=reviewer, at=at, picture=picture),
    }


def _outside(agency: Any, *, by: User, at: datetime, shown: str) -> dict[str, Any]:
    exchange = Exchange.objects.create(
        number="E-1", agency=agency, body_id="hangzhou-union", programmes=[], count=0, total_fen=0, made_at=at,
        made_by=by, file_hash="0" * 64, expires_on=at.date(),
    )  # fmt: skip
    reply = Reply.objects.create(
        kind="approvals", agency=agency, body_id="hangzhou-union", by_hand=True, total=0, brought_at=at,
        brought_by=by, file=shown, file_type="image/jpeg",
    )  # fmt: skip
    return {"exchange": [exchange.pk], "reply": [reply.pk], "scan of a reply": [reply.pk, 1]}


def _met(
    case: Application, agency: Any, *, by: User, at: datetime, picture: dict[str, Any]
) -> dict[str, Any]:
    meeting = Meeting.objects.create(
        agency=agency, name="测试会议", planned_on=at.date(), prepared_by=by, prepared_at=at
    )
    item = AgendaItem.objects.create(
        meeting=meeting, application=case, programme_code=case.programme_code, position=1, amount_fen=100,
        summary=proposal(case)[1],
    )  # fmt: skip
    minutes = MinutesPaper.objects.create(meeting=meeting, size=1, state=PaperState.READY, **picture)
    return {"meeting": [meeting.pk], "item": [meeting.pk, item.pk], "minutes": [minutes.pk, 1]}


def _noticed(
    case: Application, agency: Any, *, by: User, at: datetime, picture: dict[str, Any]
) -> dict[str, Any]:
    today = at.date()
    notice = Publication.objects.create(
        number="G-1", agency=agency, programme_code=case.programme_code, version=case.version, stage=0,
        list=ListKind.APPROVED, title="测试公示", intro="公示。", objecting="来信。", posts_on=today, days=5,
        calendar="working", closes_on=today + timedelta(days=7), prepared_by=by, prepared_at=at, frozen_at=at,
    )  # fmt: skip
    listed = PublicationCase.objects.create(publication=notice, application=case, amount_fen=100)
    row = PublicationRow.objects.create(publication=notice, case=listed, position=1, name="测试甲")
    objection = Objection.objects.create(
        number="Y-1", row=row, way=Way.LETTER, name="测试乙", text="不对。", received_on=today, received_at=at,
        entered_by=by,
    )  # fmt: skip
    paper = Paper.objects.create(
        objection=objection,
        size=1,
        state=ObjectionPaper.READY,
        **{name: value for name, value in picture.items() if name != "added_by"},
    )
    return {
        "notice": [notice.pk], "case on a notice": [listed.pk], "objection": [objection.pk],
        "paper of an objection": [paper.pk, 1], "stage": [0, 0],
    }  # fmt: skip


def _selected(
    case: Application, agency: Any, *, by: User, at: datetime, picture: dict[str, Any]
) -> dict[str, Any]:
    today = at.date()
    entry = Recognition.objects.create(
        kind="title", code="T-1", person=case.claimant, name="测试称号", document_number="测〔2025〕1号",
        document_date=today, from_on=today, agency=agency, source=Source.LIST, state=RecognitionState.PROPOSED,
        entered_by=by, entered_at=at, batch="00000000-0000-0000-0000-000000000001",
    )  # fmt: skip
    selection = SelectionRound.objects.create(
        kind="title", name="测试评选", agency=agency, rules_number="测〔2025〕2号", opens_on=today, closes_on=today,
        made_by=by, made_at=at,
    )  # fmt: skip
    candidate = Candidate.objects.create(
        round=selection,
        number=1,
        person=case.claimant,
        name="测试甲",
        received_on=today,
        entered_by=by,
        entered_at=at,
    )
    paper = CandidateFile.objects.create(candidate=candidate, state=FileState.READY, **picture)
    return {
        "recognition": [entry.pk], "recognitions taken together": [entry.batch], "selection": [selection.pk],
        "candidate": [candidate.pk], "paper of a candidate": [paper.pk, 1], "recognised": ["title"],
    }  # fmt: skip
