"""Look-ups by hand: who, where, when, what was found, and a picture; what is not found stays unknown."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from any_programme import filed_case, reviewer_of, right_case
from jiangli import files
from jiangli.applications.models import Application
from jiangli.applications.sheet import has_roster
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.attachments.actions import store
from jiangli.reviews.attachments.models import Attachment, AttachmentState
from jiangli.reviews.attachments.tasks import make_attachment_previews, remind
from jiangli.reviews.models import LookUp
from jiangli.reviews.rosters import look_up_lines
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.sites import sites
from jiangli.reviews.verifying import is_verifying
from stories import SENIOR, library, member, officer, photograph

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
AREA = "certificate.filing_area"


@pytest.fixture
def case() -> Application:
    return filed_case(SENIOR)


@pytest.fixture
def at(case: Application) -> datetime:
    assert case.first_filed_at is not None
    return case.first_filed_at + MINUTE


def noted(case: Application, value: str | None, at: datetime, **more: object) -> LookUp:
    by = reviewer_of(case)
    return reviews.look_up(case, found={AREA: value}, place="证书查询网", by=by, at=at, **more)[0]  # type: ignore[arg-type]


def test_a_look_up_keeps_who_where_when_and_the_picture(case: Application, at: datetime) -> None:
    site = sites()[0]
    row = noted(case, "330109", at, site=site.url, picture=store("截图.jpg", photograph()))
    assert (row.by, row.at, row.site, row.value, row.found) == (
        reviewer_of(case),
        at,
        site.url,
        "330109",
        True,
    )
    assert row.picture is not None and row.picture.original_name == "截图.jpg"
    assert files.read(row.picture.file) == photograph()


def test_its_picture_is_made_again_and_seen_by_officers_of_the_case_only(
    case: Application, at: datetime
) -> None:
    picture = noted(case, "330109", at, picture=store("截图.jpg", photograph())).picture
    assert picture is not None
    make_attachment_previews.func(str(picture.pk))
    make_attachment_previews.func(str(picture.pk))  # safe to run twice
    picture.refresh_from_db()
    assert picture.state == AttachmentState.READY and len(picture.previews) == 1
    assert files.read(picture.previews[0]) != photograph()  # drawn anew, not as it came
    stranger, worker = officer("xiaoshan-hrss"), member("测试旁人").account
    assert worker is not None
    assert Attachment.objects.visible_to(reviewer_of(case)).exists()
    assert not Attachment.objects.visible_to(stranger).exists()
    assert not Attachment.objects.visible_to(worker).exists()


def test_a_picture_whose_task_was_lost_is_asked_for_again(case: Application, at: datetime) -> None:
    noted(case, "330109", at, picture=store("截图.jpg", photograph()))
    assert remind(at=at) == 0
    assert remind(at=at + 2 * MINUTE) == 1


def test_what_is_not_found_is_noted_and_stays_unknown(case: Application, at: datetime) -> None:
    row = noted(case, None, at)
    assert (row.found, row.value) == (False, None)
    found = assess_for_officer(case, at=at)
    assert AREA not in found.sheet.officer
    assert found.answer.finding("E5").state is None


def test_the_newest_look_counts(case: Application, at: datetime) -> None:
    noted(case, "330109", at)
    noted(case, None, at + MINUTE)
    assert AREA not in assess_for_officer(case, at=at).sheet.officer
    noted(case, "330110", at + 2 * MINUTE)
    assert assess_for_officer(case, at=at).sheet.officer[AREA] == "330110"


def test_a_certificate_that_was_not_found_still_waits_for_its_register(
    case: Application, at: datetime
) -> None:
    assert is_verifying(case)
    noted(case, None, at)
    assert is_verifying(case)
    noted(case, "330109", at + MINUTE)
    assert not is_verifying(case)


def test_not_found_has_no_value(case: Application, at: datetime) -> None:
    row = noted(case, "330109", at)
    with pytest.raises(IntegrityError), transaction.atomic():
        LookUp.objects.filter(pk=row.pk).update(found=False)


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(Refused):
        store("表.txt", b"not a picture")


def test_one_picture_serves_many_lines() -> None:
    code = next(
        code
        for code, law in sorted(library().programmes.items())
        if law.lines == "person" and law.elsewhere is None
    )
    case = right_case(code)
    at, law = case.first_filed_at, library().programmes[code]
    assert at is not None and has_roster(law)
    fact = next(row.fact for row in case.look_ups.exclude(line=None) if row.value is not None)
    values = {row.line_id: row.value for row in case.look_ups.filter(fact=fact)}
    picture = store("截图.jpg", photograph())
    look_up_lines(case, fact, values, place="登记系统", picture=picture, by=reviewer_of(case), at=at + MINUTE)
    rows = case.look_ups.filter(at=at + MINUTE)
    assert rows.count() == len(values) and rows.values("picture").distinct().count() == 1
    look_up_lines(
        case, fact, dict.fromkeys(values), place="登记系统", by=reviewer_of(case), at=at + 2 * MINUTE
    )
    assert not any(fact in sheet.officer for sheet in assess_for_officer(case, at=at).lines)


def test_an_installation_names_its_own_sites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert next(site.url for site in sites()).startswith("http://zscx.osta.org.cn")
    file = tmp_path / "sites.toml"
    monkeypatch.setenv("JIANGLI_SITES", str(file))
    for text, good in (
        ('[[sites]]\ntitle = "本地"\nurl = "https://a.example"', True),
        ('[[sites]]\ntitle = "本地"\nurl = "javascript:1"', False),
    ):
        file.write_text(text, "utf-8")
        sites.cache_clear()
        if good:
            assert sites()[0].title == "本地"
        else:
            with pytest.raises(ValueError, match="http"):
                sites()
    monkeypatch.undo()
    sites.cache_clear()
