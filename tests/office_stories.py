"""An office of three works at a district case on its own pages, from the first look-up to the payment that is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.stages import stage_of
from jiangli.public.people import BACKEND
from jiangli.reviews.deliberation.models import Meeting
from jiangli.reviews.publicity.models import Publication
from stories import officer, photograph

DAY = timedelta(days=1)


def desk(user: User) -> Client:
    """The browser of somebody who is signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


class Office:
    """Reviewer, approver, and the minute that passes: ``work`` lets the clock and the worker do theirs."""

    def __init__(self, agency: str, work: Callable[[], None]) -> None:
        self.reviewer = desk(officer(agency, Role.REVIEWER))
        self.approver = desk(officer(agency, Role.APPROVER))
        self.work = work

    def pays(self, case: Application, found: Mapping[str, Any]) -> Application:
        """The case, looked up and passed at each of its stages, until its payment is due."""
        while (case := Application.objects.get(pk=case.pk)).status == "submitted":
            at = case.stage
            getattr(self, f"_{stage_of(case).kind}")(case, found)
            assert Application.objects.get(pk=case.pk).stage > at, stage_of(case).title.zh
        call_command("tick", verbosity=0)
        return case

    def _review(self, case: Application, found: Mapping[str, Any]) -> None:
        for fact, value in found.items():
            page = reverse("staff:look-up", args=[case.pk, fact])
            said = str(value).lower() if isinstance(value, bool) else str(value)
            answer = self.reviewer.post(page, {"value": said, "place": "社保和备案系统"})
            assert answer.status_code == 302, (fact, answer.content.decode()[-3000:])
        page = reverse("staff:pass", args=[case.pk])
        seen = self.reviewer.get(page).context
        sent = {"text": "材料齐全。", **{name: seen[name] for name in ("seen", "seen_changes")}}
        answer = self.reviewer.post(page, sent)
        assert answer.status_code == 302, answer.context.get("reason")

    def _publish(self, case: Application, found: Mapping[str, Any]) -> None:
        assert case.version is not None
        waits = reverse("staff:publication-new", args=[case.version.pk, case.stage])
        assert waits in self.reviewer.get(reverse("staff:publicity")).content.decode()
        first = self.reviewer.get(waits).context["form"].initial
        texts = {name: first[name] for name in ("title", "intro", "objecting")}
        given = {**texts, "posts_on": clock.today(), "kept_days": "30", "leave_out": "", "round": ""}
        assert self.reviewer.post(waits, given).status_code == 302
        made = Publication.objects.get(cases__application=case)
        self.approver.post(reverse("staff:publication", args=[made.pk]), {"which": "approve"})
        self.work()
        made.refresh_from_db()
        shown = Client().get(reverse("public:publication", args=[made.number])).content.decode()
        assert case.claimant is None or case.claimant.name in shown
        settings.DEMO_DAY = made.closes_on
        self.work()
        assert Application.objects.get(pk=case.pk).stage == case.stage, "the last day counts"
        settings.DEMO_DAY = made.closes_on + DAY
        self.work()

    def _deliberate(self, case: Application, found: Mapping[str, Any]) -> None:
        today = clock.today()
        self.reviewer.post(reverse("staff:meetings"), {"name": "区人社局党组会议", "planned_on": today})
        meeting = Meeting.objects.latest("prepared_at")
        due = reverse("staff:meeting-due", args=[meeting.pk])
        self.reviewer.post(due, {"which": "chosen", "case": [str(case.pk)]})
        page = reverse("staff:meeting", args=[meeting.pk])
        scan = SimpleUploadedFile("纪要.jpg", photograph(), "image/jpeg")
        number = f"测试纪要〔2025〕{Meeting.objects.count()}号"
        for said in (
            {"which": "fix"},
            {"which": "note", "number": number, "held_on": today},
            {"which": "scan", "file": scan},
            {"which": "rest"},
        ):
            assert self.reviewer.post(page, said).status_code == 302, said["which"]
        assert self.approver.post(page, {"which": "confirm"}).status_code == 302
        self.work()
