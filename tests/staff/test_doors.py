"""Who may open which page, as one table: every address of the officers' face against every kind of visitor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import past
from jiangli import clock, files
from jiangli.accounts.models import Agency, Deputy, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications import tasks
from jiangli.applications.actions import Paper
from jiangli.applications.models import Application, Evidence, Filing, FilingPaper
from jiangli.correspondence import organisations as acts
from jiangli.payments import actions as paying
from jiangli.programmes import rounds
from jiangli.programmes.models import Programme
from jiangli.registers.history.models import ElsewhereCase, HistoryDeclaration
from jiangli.registers.models import PublishedList
from jiangli.registers.tasks import make_letter_previews
from jiangli.reviews import actions as reviews
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.models import Assignment, LookUp, Opinion
from jiangli.reviews.overrides.models import Override
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.work.models import Phrase
from jiangli.staff.urls import urlpatterns
from staff.door_table import LEADS, PAGES, THING, VISITORS
from staff.things_decided import decided_things
from staff.things_heard import heard
from stories import (
    CHIEF,
    SENIOR,
    approved,
    certificate,
    credit_code,
    filed,
    history_declared,
    member,
    officer,
    organisation,
    photograph,
    the_law,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

DISTRICT = "xiaoshan-union"


@pytest.fixture
def house(at: datetime) -> dict[str, Any]:
    """A case in review, a batch that waits, a list, a returned sheet, and the people."""
    the_law(at)
    Agency.objects.create(
        code="elsewhere", name="别处总工会", short_name="别处", name_en="Elsewhere", prefix="BC"
    )
    people: dict[str, User | None] = {
        "stranger": None,
        "other": officer("elsewhere", *Role),
        "reviewer": officer(DISTRICT, Role.REVIEWER),
        "approver": officer(DISTRICT, Role.APPROVER),
        "cashier": officer(DISTRICT, Role.CASHIER),
        "releaser": officer(DISTRICT, Role.RELEASER),
        "counter": officer(DISTRICT, Role.COUNTER),
    }
    worker = member("欧阳测试·阿卜杜拉")
    people["claimant"] = worker.account
    case = filed(worker, certificate(worker, level="senior"), at=at, programme=SENIOR)
    item = Evidence.objects.filter(application=case).first()
    assert item
    tasks.make_previews.func(str(item.pk))
    second = member("测试乙")
    decided = approved(second, certificate(second, level="senior"), at=at, programme=SENIOR)
    asked_again = Reconsideration.objects.create(
        decision=decided.decisions.get(), grounds="请再看一次。", asked_by=second.account, asked_at=at
    )
    paying.fall_due(at=at)
    cashier = people["cashier"]
    assert cashier
    batch = paying.freeze(Agency.objects.get(pk=DISTRICT), by=cashier, at=at)
    listed = PublishedList.objects.create(
        programme_code=CHIEF, document_number="浙测〔2025〕1号", document_date=at.date(), file_hash="0" * 64,
        imported_at=at, imported_by=cashier,
    )  # fmt: skip
    from jiangli.payments.models import ReturnedSheet

    sheet = ReturnedSheet.objects.create(
        payer_id=DISTRICT, file="0" * 64, file_hash="0" * 64, rows=[], read_at=at, read_by=cashier
    )
    deputy = Deputy.objects.create(
        absent=people["reviewer"], deputy=people["approver"], from_on=at.date(), to_on=at.date()
    )
    announced = rounds.open_round(
        Programme.objects.get(pk=CHIEF), name="第一次", opens_on=at.date(), closes_on=at.date(),
        by=officer(Programme.objects.get(pk=CHIEF).agency_id, Role.APPROVER), at=at,
    )  # fmt: skip
    clerk = officer(DISTRICT, Role.REGISTRAR)
    imported = past.taken(
        past.sheet(past.filed_there(), kind=past.ELSEWHERE), by=clerk, at=at, kind=past.ELSEWHERE
    )
    elsewhere = ElsewhereCase.objects.get()
    history_declared(DISTRICT, at=at)
    declaration = HistoryDeclaration.objects.get()
    plan = filed_class(case, at)
    keying, reviewer, approver = (people[name] for name in ("counter", "reviewer", "approver"))
    assert keying and reviewer and approver
    third = member("测试丙")
    whose = Paper(name=third.name, id_number=third.id_number)
    paper = applications.enter(SENIOR, whose, by=keying, at=at)
    scan = applications.add_evidence(paper, "paper-form", "表.jpg", photograph(), by=keying, at=at)
    asking = member("测试经办")
    clerk_asks = acts.ask(
        asking, credit_code=credit_code(31), name="测试新厂有限公司", kind="enterprise",
        agency=Agency.objects.get(pk=DISTRICT), letters=[acts.Paper("授权书.jpg", photograph())],
        by=asking.account, at=at,
    )  # fmt: skip
    letter = clerk_asks.letters.get()
    make_letter_previews.func(str(letter.pk))
    acting = organisation(clerk=asking).clerks.get()
    acting.asked_of_id = DISTRICT
    acting.save()
    shown = files.keep(photograph())
    look = Attachment.objects.create(
        application=case, content_type="image/jpeg", size=1, file=shown, previews=[shown], by=keying, at=at
    )
    exception = Override.objects.create(
        application=case, agency_id=DISTRICT, condition="E5", ground="legal", reason="测试", rests_on={},
        asked_by=people["approver"], asked_at=at,
    )  # fmt: skip
    things = {
        "attachment": [look.pk, 1], "override": [exception.pk],
        "condition": [case.pk, "E5"], "condition of a line": [case.pk, 1, "E5"],
        "paper": [paper.pk], "scan": [paper.pk, scan.pk],
        "asked": [clerk_asks.pk], "acting": [acting.pk], "organisation": [clerk_asks.organisation_id],
        "letter": [letter.pk, 1],
        "reconsideration": [asked_again.pk],
        "case": [case.pk], "list": [listed.pk], "batch": [batch.pk], "sheet": [sheet.pk], "deputy": [deputy.pk],
        "import": [imported.pk], "elsewhere": [elsewhere.pk], "declaration": [declaration.pk],
        "programme": [SENIOR], "round": [announced.pk], "scope": [imported.scope], "kind": ["paid"],
        "evidence": [item.pk, 1], "fact": [case.pk, "certificate.level"],
        "line": [case.pk, 1], "fact of a line": [case.pk, 1, "certificate.level"],
        "phrase": [Phrase.objects.create(agency_id=DISTRICT, kind="pass", text="同意。").pk],
        "filing": [plan.filing_id], "paper of a filing": [plan.filing_id, plan.pk, 1],
        "answer": [case.pk, "approvals"],
    } | heard(case, reviewer=reviewer, approver=approver, at=at)  # fmt: skip
    things |= decided_things(case, reviewer=reviewer, approver=approver, at=at)
    return {"people": people, "things": things, "case": case, "batch": batch}


def filed_class(case: Application, at: datetime) -> FilingPaper:
    """A class that was filed with the agency of the case, with a paper; which programmes ask for it is no matter."""
    filing = Filing.objects.create(
        number="BA-2025-00009", programme_code=case.programme_code, version=case.version, filed_at=at,
        organisation=organisation("测试备案学校"), agency_id=DISTRICT, title="测试班", opens_on=at.date(),
        timing="early", started_at=at,
    )  # fmt: skip
    name = files.keep(photograph())
    return FilingPaper.objects.create(
        filing=filing, kind="plan", content_type="image/jpeg", size=1, file=name, previews=[name], added_at=at
    )


def address(house: dict[str, Any], name: str) -> str:
    return reverse(f"staff:{name}", args=house["things"][THING[name]] if name in THING else [])


def visit(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_table_names_every_address() -> None:
    assert set(PAGES) == {pattern.name for pattern in urlpatterns}


def test_every_door(house: dict[str, Any]) -> None:
    wrong = []
    for visitor in VISITORS:
        client = visit(house["people"][visitor])
        for name, (own, other) in PAGES.items():
            own = 404 if name in LEADS and visitor != "approver" else own
            expected = {"stranger": 302, "claimant": 404, "other": other}.get(visitor, own)
            answer = client.get(address(house, name))
            found = answer.status_code
            if found != expected:
                wrong.append((visitor, name, found, expected))
            if visitor == "stranger" and not answer["Location"].startswith(reverse("account_login")):
                wrong.append((visitor, name, answer["Location"], "sign-in"))
    assert not wrong


FORMS = {
    "pass", "return", "refuse", "look-up", "confirm", "deputies", "new-paper", "keyed", "discard", "card",
    "callers", "caller",
}  # fmt: skip


def test_no_act_without_the_token(house: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(house["people"]["reviewer"], backend="django.contrib.auth.backends.ModelBackend")
    for name, (own, _other) in PAGES.items():
        if own == 405 or name in FORMS:
            assert client.post(address(house, name)).status_code == 403, name


# Acts on a case: what is sent, and what must have happened. Only the reviewer may at this stage.
ACTS: dict[str, tuple[dict[str, Any], Callable[[], int]]] = {
    "take": ({}, Assignment.objects.count),
    "look-up": ({"value": "senior", "place": "证书查询网"}, LookUp.objects.count),
    "return": ({"pick:account": "on", "why:account": "少一位", "text": "请改卡号"}, Opinion.objects.count),
    "refuse": ({"conditions": "E5", "text": "不是杭州的机构"}, Opinion.objects.count),
    "pass": ({"text": ""}, Opinion.objects.count),
}


def found_unmet(house: dict[str, Any]) -> None:
    """The reviewer looked up where the issuer is filed: outside the province, so E5 is not met."""
    found = {"certificate.issuer_area": "990000", "certificate.filing_area": "990000"}
    by, at = house["people"]["reviewer"], clock.now()
    reviews.look_up(house["case"], found=found, place="证书查询网", by=by, at=at)


@pytest.mark.parametrize("name", ACTS)
def test_acts_on_a_case_are_the_reviewers(house: dict[str, Any], name: str) -> None:
    data, count = ACTS[name]
    Deputy.objects.all().delete()
    if name == "refuse":  # only what is certainly unmet ends a case
        found_unmet(house)
    for visitor in (
        "stranger",
        "claimant",
        "other",
        "approver",
        "cashier",
        "releaser",
        "counter",
        "reviewer",
    ):
        before = count()
        answer = visit(house["people"][visitor]).post(address(house, name), data)
        changed = count() - before
        assert changed == (visitor == "reviewer"), (visitor, answer.status_code)


def test_a_refused_act_keeps_what_was_typed(house: dict[str, Any]) -> None:
    client = visit(house["people"]["cashier"])
    page = client.post(address(house, "refuse"), ACTS["refuse"][0]).content.decode()
    assert "不是杭州的机构" in page
    assert Opinion.objects.filter(application=house["case"]).count() == 0


def test_a_refusal_needs_words_and_a_return_a_reason_for_each_field(house: dict[str, Any]) -> None:
    reviewer = visit(house["people"]["reviewer"])
    for name, missing in (
        ("refuse", "text"),
        ("refuse", "conditions"),
        ("return", "why:account"),
        ("return", "pick:account"),
    ):
        data = {key: value for key, value in ACTS[name][0].items() if key != missing}
        assert reviewer.post(address(house, name), data).status_code == 200, (name, missing)
    assert Opinion.objects.filter(application=house["case"]).count() == 0


def test_a_batch_is_released_by_the_releaser_only(house: dict[str, Any]) -> None:
    batch = house["batch"]
    for visitor in ("stranger", "claimant", "other", "reviewer", "approver", "cashier"):
        visit(house["people"][visitor]).post(address(house, "release"))
        batch.refresh_from_db()
        assert batch.status == "frozen", visitor
    visit(house["people"]["releaser"]).post(address(house, "release"))
    batch.refresh_from_db()
    assert batch.status == "released"
    cashier = visit(house["people"]["cashier"])
    visit(house["people"]["reviewer"]).post(address(house, "write-sheet"))
    batch.refresh_from_db()
    assert not batch.sheet
    cashier.post(address(house, "write-sheet"))
    answer = cashier.get(address(house, "sheet"))
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    for visitor in ("reviewer", "approver", "releaser"):
        assert visit(house["people"][visitor]).get(address(house, "sheet")).status_code == 302, visitor
