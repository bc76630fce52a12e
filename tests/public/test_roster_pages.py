"""A clerk's way through the pages: template, upload, rows, one row by hand, scans, filing."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli.applications.models import Application
from jiangli.applications.roster_models import Roster, RosterState, RowState
from jiangli.applications.status import Status
from jiangli.looks.states import state_of
from jiangli.public.people import BACKEND, ORGANISATION
from jiangli.public.rosters import state_of_roster
from roster_stories import IN_2025, TRAINING, brought, house, row, school_of_training, sheet, trainee, worked
from stories import identity_number, member


@pytest.fixture
def desk() -> tuple[Client, Any, Any]:
    """A browser of a clerk who acts for a training institution."""
    organisation, by = school_of_training()
    client = Client()
    client.force_login(by, backend=BACKEND)
    session = client.session
    session[ORGANISATION] = str(organisation.pk)
    session.save()
    return client, organisation, by


def text(client: Client, name: str, *args: Any, **query: str) -> str:
    response = client.get(reverse(f"public:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def upload(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"sheet": SimpleUploadedFile("花名册.xlsx", sheet(TRAINING, rows))}


def test_from_the_template_to_the_rows(desk: tuple[Client, Any, Any]) -> None:
    client, _organisation, _by = desk
    assert "培训学员花名册" in text(client, "rosters")
    assert "开班日期" in text(client, "roster-bring", TRAINING)
    template = client.get(reverse("public:roster-template", args=[TRAINING]), {"lang": "en"})
    assert template.content.startswith(b"PK")
    rows = [trainee(1), trainee(2, id_number="339")]
    response = client.post(reverse("public:roster-bring", args=[TRAINING]), upload(rows))
    roster = Roster.objects.get()
    assert response.url == reverse("public:roster", args=[roster.pk])
    assert "http-equiv" in text(client, "roster", roster.pk)  # it looks again by itself, without a script
    roster = worked(roster, at=IN_2025)
    page = text(client, "roster", roster.pk)
    assert "学员1" in page
    assert "18 位" in page or "一共 18" in page or "18" in page
    assert "http-equiv" not in page
    assert "学员1" not in text(client, "roster", roster.pk, state="faulty")


def test_a_row_is_mended_and_another_taken_out(desk: tuple[Client, Any, Any]) -> None:
    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2, id_number="339")], at=IN_2025)
    page = text(client, "roster-row", roster.pk, 3)
    assert "govuk-error-message" in page
    cells = {key.replace(".", "__"): value for key, value in trainee(2).items()}
    client.post(reverse("public:roster-row", args=[roster.pk, 3]), cells)
    assert row(roster, 3).state == RowState.DOUBTFUL
    client.post(reverse("public:roster-row", args=[roster.pk, 2]), {"remove": "1"})
    assert row(roster, 2).state == RowState.REMOVED


def test_a_corrected_sheet_is_taken_in_and_said(desk: tuple[Client, Any, Any]) -> None:
    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2, id_number="339")], at=IN_2025)
    faulty = client.get(reverse("public:roster-sheet", args=[roster.pk, "faulty"]))
    assert faulty.content.startswith(b"PK")
    client.post(reverse("public:roster", args=[roster.pk]), upload([trainee(1), trainee(2), trainee(3)]))
    roster = worked(roster, at=IN_2025)
    page = text(client, "roster", roster.pk)
    assert "替换 1 行，新增 1 行，1 行没有变" in page
    assert {one.state for one in roster.rows.all()} == {RowState.DOUBTFUL}


def test_filing_is_asked_once_with_its_numbers(desk: tuple[Client, Any, Any]) -> None:
    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    page = text(client, "roster-file", roster.pk)
    assert "申报这 2 行" in page
    assert "申请表" in page
    client.post(reverse("public:roster-file", args=[roster.pk]))
    roster = worked(roster, at=IN_2025)
    assert roster.state == RosterState.FILED
    page = text(client, "roster", roster.pk)
    assert "已放进申请，还没交" in page
    assert "去申请里补齐并提交" in page
    assert page.count("已放进申请") >= 4  # the roster, its sum, and every row
    assert "已放进申请，还没交" in text(client, "rosters")
    handed_in = Roster(state=RosterState.FILED, application=Application(status=Status.SUBMITTED))
    assert state_of("roster", state_of_roster(handed_in)).colour == "green"


def test_scans_that_find_no_row_are_named(desk: tuple[Client, Any, Any]) -> None:
    from jiangli.applications.rosters.scans import sort
    from roster_stories import scans_of

    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    pile = {"scans": SimpleUploadedFile("扫描.zip", scans_of(TRAINING, [9])), "material": ""}
    client.post(reverse("public:roster-scans", args=[roster.pk]), pile)
    assert "正在对号" in text(client, "roster-scans", roster.pk)
    sort(roster.piles.get().pk, at=IN_2025)
    assert "哪一行都对不上" in text(client, "roster-scans", roster.pk)


def test_nobody_else_sees_a_roster(desk: tuple[Client, Any, Any]) -> None:
    _client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    stranger = Client()
    stranger.force_login(member("测试乙").account, backend=BACKEND)
    assert stranger.get(reverse("public:roster", args=[roster.pk])).status_code == 404
    for name in ("rosters", "filings"):  # choose an organisation first, and come back
        there = reverse(f"public:{name}")
        assert stranger.get(there).url.startswith(reverse("public:organisations") + "?next=")
    _house, other = house()
    clerk = Client()
    clerk.force_login(other, backend=BACKEND)
    assert clerk.get(reverse("public:roster-sheet", args=[roster.pk, "all"])).status_code == 404
    assert Client().get(reverse("public:roster", args=[roster.pk])).status_code == 302


@pytest.mark.parametrize("query", [{"state": "nothing"}, {"what": "1"}, {"page": "99"}])
def test_an_address_that_asks_for_something_else_is_refused(
    desk: tuple[Client, Any, Any], query: dict[str, str]
) -> None:
    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    assert client.get(reverse("public:roster", args=[roster.pk]), query).status_code == 400


def test_no_personal_number_is_in_an_address_or_a_list(desk: tuple[Client, Any, Any]) -> None:
    client, organisation, by = desk
    roster = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    assert identity_number(1) not in text(client, "roster", roster.pk)


def test_what_the_organisation_is_certainly_refused_is_said_before_it_begins(
    desk: tuple[Client, Any, Any],
) -> None:
    client, organisation, _by = desk
    begin = reverse("public:apply", args=[TRAINING])
    there = reverse("public:roster-bring", args=[TRAINING])
    assert there in text(client, "rosters") and "note--amber" not in client.get(begin).content.decode()
    organisation.known = {**organisation.known, "organisation.kind": "enterprise"}
    organisation.save()
    assert there not in text(client, "rosters")
    assert "note--amber" in client.get(begin).content.decode()
