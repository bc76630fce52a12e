"""What questions, ratings, findings and the law's own acts leave behind, one of each, for the table of doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.correspondence.consultation import actions as consultation
from jiangli.correspondence.consultation import entries
from jiangli.correspondence.consultation.models import QuestionKind
from jiangli.payments.recovery.models import RecoveryCase
from jiangli.programmes.models import Adoption, Answer, Interpretation, Programme, Reading, Two
from jiangli.programmes.queries import rule
from jiangli.registers.bans.models import Ban
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud.tasks import make_paper_previews
from jiangli.reviews.ratings.models import LookInto, Rating
from stories import member, photograph


def heard(case: Application, *, reviewer: User, approver: User, at: datetime) -> dict[str, Any]:
    """By kind: the words of the address of a thing that belongs to the agency of ``case``."""
    programme = Programme.objects.get(pk=case.programme_code)
    question = consultation.ask(
        "证书丢了怎么办？", kind=QuestionKind.CLAIM, programme=programme, person=member("测试问"), at=at
    )
    entry = entries.publish(entries.Words("问？", "答。"), programme=programme, by=approver, at=at)
    rating = Rating.objects.create(
        application=case, agency=programme.agency, programme_code=programme.pk, grade=1, rated_at=at,
        rated_on=at.date(),
    )  # fmt: skip
    LookInto.objects.create(rating=rating, due_on=at.date())
    return {
        "question": [question.pk], "entry": [entry.pk], "rating": [rating.pk],
        **_found(case, by=reviewer, at=at), **_read(programme, by=approver, at=at),
    }  # fmt: skip


def _found(case: Application, *, by: User, at: datetime) -> dict[str, Any]:
    """A finding with a paper, a ban and money to come back, which are no matter of how they came about."""
    finding = fraud.record_finding(case, what="证书是假的。", by=by, at=at)
    paper = fraud.add_paper(finding, "回函.jpg", photograph(), by=by, at=at)
    make_paper_previews.func(str(paper.pk))
    ban = Ban.objects.create(
        person=case.claimant, document="a", quote="“不得再申请”", clause="一", agency=finding.agency,
        finding=finding.pk, finding_number=finding.number, from_on=at.date(), laid_by=by, laid_at=at,
    )  # fmt: skip
    recovery = RecoveryCase.objects.create(
        number="R-1", finding=finding, application=case, payer=finding.agency, amount_fen=0, ordered_on=at.date(),
        due_on=at.date(), order_text="",
    )  # fmt: skip
    return {
        "finding": [finding.pk], "paper of a finding": [paper.pk, 1], "ban": [ban.pk],
        "recovery": [recovery.pk],
    }  # fmt: skip


def _read(programme: Programme, *, by: User, at: datetime) -> dict[str, Any]:
    assert programme.version is not None
    document = rule(programme.version).document.id
    asked = {
        "agency": programme.agency,
        "document": document,
        "state": Two.ASKED,
        "asked_by": by,
        "asked_at": at,
    }
    adoption = Adoption.objects.create(**asked, number="测〔2025〕1号", first_day=at.date())
    said = Interpretation.objects.create(
        **asked, kind=Reading.LIMIT, subject="E8", decision=Answer.GO_ON, number="测答〔2025〕1号",
        dated=at.date(), from_on=at.date(), text="可以。",
    )  # fmt: skip
    return {
        "document": [document],
        "adoption": [adoption.pk],
        "interpretation": [said.pk],
        "day": ["2025-06-10"],
    }
