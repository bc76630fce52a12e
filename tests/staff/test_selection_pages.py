"""The pages of rounds and recognitions, and the one place that experts see."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from jiangli.accounts.roles import Role
from jiangli.public.people import BACKEND
from jiangli.registers.recognitions.models import Recognition, RecognitionState
from jiangli.reviews.selection.models import SelectionRound
from jiangli.reviews.selection.status import CandidateState, RoundState
from jiangli.staff import urls
from jiangli.workbooks import workbook
from selection_stories import BUREAU, Bureau
from stories import agencies, identity_number, member, officer, organisation

pytestmark = pytest.mark.django_db
STUDIO = {"studio.kind": "skill_master_studio", "studio.rank": "district", "studio.area": "330114"}
EXPERTS_OWN = {"home", "scores", "score", "score-file"}


@pytest.fixture(autouse=True)
def offices() -> None:
    agencies()


def seen_by(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def addresses() -> dict[str, str]:
    """Every page of officers, with keys that lead nowhere."""
    found = {}
    for one in urls.urlpatterns:
        try:
            found[one.name] = reverse(f"staff:{one.name}", kwargs={
                name: {"UUIDConverter": uuid4(), "IntConverter": 1}.get(type(how).__name__, "x")
                for name, how in one.pattern.converters.items()
            })  # fmt: skip
        except NoReverseMatch:
            found[one.name] = ""
    return found


def test_an_expert_finds_no_page_but_the_scores() -> None:
    expert, clerk = seen_by(officer(BUREAU, Role.EXPERT)), seen_by(officer(BUREAU, Role.REVIEWER))
    pages = addresses()
    assert "" not in pages.values()
    for name, address in pages.items():
        if name not in EXPERTS_OWN:
            assert expert.get(address).status_code == 404, name
            assert expert.post(address).status_code in (404, 405), name
    assert expert.get(reverse("staff:home"), follow=True).redirect_chain == [(reverse("staff:scores"), 302)]
    assert expert.get(reverse("staff:scores")).status_code == 200
    for name in ("scores", "score", "score-file"):
        assert clerk.get(pages[name]).status_code == 404
    claimant = seen_by(member().account)
    for name in ("recognitions", "selections", "scores"):
        assert claimant.get(reverse(f"staff:{name}")).status_code == 404


def test_a_round_from_its_setup_to_the_register_by_its_pages() -> None:
    bureau, firm = Bureau(experts=1), organisation()
    clerk, chief, expert = seen_by(bureau.clerk), seen_by(bureau.chief), seen_by(bureau.experts[0])
    days = {"opens_on": "2025-03-01", "closes_on": "2025-03-31"}
    made = clerk.post(reverse("staff:selection-new", args=["studio"]), {
        "name": "2025年测试评选", "rules_number": "测试发〔2025〕3号", **days,
        "criteria": "技术水平 60 100\n带徒 40% 20",
        "ranking": "mean", **STUDIO,
    })  # fmt: skip
    one = SelectionRound.objects.get()
    page = reverse("staff:selection", args=[one.pk])
    assert made.url == page
    clerk.post(page, {"which": "experts", "experts": [str(bureau.experts[0].pk)]})
    take = reverse("staff:selection-take", args=[one.pk])
    assert clerk.get(take).status_code == 200
    clerk.post(take, {"credit_code": firm.credit_code, "name": "焊接工作室", "received_on": "2025-03-10"})
    row = one.candidates.get()
    own = reverse("staff:candidate", args=[row.pk])
    assert clerk.get(own).status_code == 200
    clerk.post(own, {"which": "admitted", "words": ""})
    clerk.post(page, {"which": "close"})
    clerk.post(page, {"which": "score"})
    sheet = reverse("staff:score", args=[row.pk])
    assert "焊接工作室" in expert.get(reverse("staff:scores")).content.decode()
    assert expert.get(sheet).status_code == 200
    assert expert.post(sheet, {"which": "score", "c1": "101", "c2": "1"}).status_code == 200
    assert expert.post(sheet, {"which": "score", "c1": "90", "c2": "19"}).status_code == 302
    assert "92.00" not in clerk.get(own).content.decode()
    clerk.post(page, {"which": "closed"})
    assert "92.00" in clerk.get(page).content.decode()
    clerk.post(own, {"which": "choose", "words": ""})
    clerk.post(
        page, {"which": "publish", "number": "公示1号", "from_on": "2025-04-01", "to_on": "2025-04-08"}
    )
    clerk.post(page, {"which": "meeting"})
    clerk.post(page, {
        "which": "propose", "meeting_number": "8号", "meeting_on": "2025-05-06", "document_number": "20号",
        "document_date": "2025-05-06",
    })  # fmt: skip
    clerk.post(page, {"which": "confirm"})
    assert not Recognition.objects.exists()
    chief.post(page, {"which": "confirm"})
    entry = Recognition.objects.get()
    assert (entry.state, entry.party) == (RecognitionState.STANDING, firm)
    one.refresh_from_db()
    row.refresh_from_db()
    assert (one.state, row.state) == (RoundState.DONE, CandidateState.CHOSEN)
    for name, key in (("recognition", entry.pk), ("selection", one.pk), ("candidate", row.pk)):
        assert clerk.get(reverse(f"staff:{name}", args=[key])).status_code == 200
    for name in ("selection-sheet", "selection-ranked"):
        assert clerk.get(reverse(f"staff:{name}", args=[one.pk])).status_code == 200
    for name in ("recognitions", "selections"):
        assert "焊接工作室" in clerk.get(reverse("staff:recognitions")).content.decode()
        assert (
            clerk.get(
                reverse(f"staff:{name}"), {"state": "done" if name == "selections" else "standing"}
            ).status_code
            == 200
        )
        assert clerk.get(reverse(f"staff:{name}-export")).status_code == 200
        assert clerk.get(reverse(f"staff:{name}"), {"strange": "1"}).status_code == 400
    stranger = seen_by(officer("xiaoshan-hrss", Role.REVIEWER))
    assert stranger.get(page).status_code == stranger.get(own).status_code == 404
    assert stranger.get(reverse("staff:recognition", args=[entry.pk])).status_code == 404


def test_one_entry_is_keyed_in_by_one_and_confirmed_by_another() -> None:
    firm, first, second = (
        organisation(),
        seen_by(officer(BUREAU, Role.REGISTRAR)),
        seen_by(officer(BUREAU, Role.APPROVER)),
    )
    there = reverse("staff:recognition-new", args=["studio"])
    assert first.get(there).status_code == 200
    paper = {"document_number": "测1号", "document_date": "2025-05-20"}
    said = {"which": "entry", "credit_code": firm.credit_code, "name": "焊接工作室", **STUDIO, **paper}
    assert first.post(there, {**said, "credit_code": "91"}).status_code == 200
    entry_page = first.post(there, said).url
    first.post(entry_page, {"which": "confirm"})
    assert Recognition.objects.get().state == RecognitionState.PROPOSED
    second.post(entry_page, {"which": "confirm"})
    assert Recognition.objects.get().state == RecognitionState.STANDING
    assert first.get(entry_page).status_code == 200
    first.post(entry_page, {"which": "ask", "reason": "已撤销。"})
    second.post(entry_page, {"which": "revoke"})
    assert Recognition.objects.get().state == RecognitionState.REVOKED


def test_a_list_is_taken_whole_or_not_at_all() -> None:
    first, second = seen_by(officer(BUREAU, Role.REGISTRAR)), seen_by(officer(BUREAU, Role.APPROVER))
    there = reverse("staff:recognition-new", args=["title"])
    assert first.get(reverse("staff:recognition-template", args=["title"])).status_code == 200
    heads = ["姓名或单位", "身份证号", "统一社会信用代码", "登记名称", "登记编号", "称号"]
    good = ["测试甲", identity_number(801), "", "", "", "钱塘金牌技师"]

    def brought(*rows: list[str]):
        file = SimpleUploadedFile("名单.xlsx", workbook(heads, rows, text=True))
        paper = {"list-document_number": "测2号", "list-document_date": "2025-05-20", "list-file": file}
        return first.post(there, {"which": "list", **paper})

    faulty = brought(
        good, ["测试乙", identity_number(802), "", "", "", "劳模"], ["测试丙", "", "", "", "", "无"]
    )
    words = faulty.content.decode()
    assert faulty.status_code == 200 and not Recognition.objects.exists()
    assert identity_number(802) not in words
    assert brought().status_code == 200
    batch = brought(good, ["测试丁", identity_number(803), "", "", "", "钱塘金牌工人"])
    assert first.get(batch.url).status_code == 200
    first.post(batch.url)
    assert not Recognition.objects.filter(state=RecognitionState.STANDING).exists()
    second.post(batch.url)
    assert Recognition.objects.filter(state=RecognitionState.STANDING).count() == 2
    assert second.get(batch.url).status_code == 404
