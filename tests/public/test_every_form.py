"""All programmes: a party of the right kind begins, every page of the form comes out in both languages, and what is
filled in plausibly is handed in or refused with its clause.
"""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from firms import acting, clerk_of, firm, open_programme, user_of
from jiangli import clock, rules
from jiangli.applications import actions as applications
from jiangli.applications.asking import asks_of_case, asks_of_row, month_of_row
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here
from jiangli.applications.sheet import has_lines, has_roster
from jiangli.applications.stages import Filer, filers
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.public import sections
from public.conftest import page
from stories import identity_number, library, member, photograph

CODES = sorted(library().programmes)


def shape(code: str) -> tuple[Any, ...]:
    """What the pages of an application differ by: who claims, its lines, who files, its lists, its route."""
    law = library().programmes[code]
    return (
        law.claimant,
        law.lines,
        tuple(sorted(filers(law))),
        bool(law.counts),
        law.route,
        bool(law.materials),
    )


ONE_OF_EACH = {shape(code): code for code in CODES}.values()  # the rest of the 42 with `make whole`
EACH = [code if code in ONE_OF_EACH else pytest.param(code, marks=pytest.mark.by_hand) for code in CODES]
PLAUSIBLE = {
    "organisation.area": "330109",
    "application.claim_year": 2025,
    "certificate.issue_date": "2025-04-20",
    "training.started_on": "2025-04-01",
    "selection.month": "2025-04-01",
}


@pytest.fixture(autouse=True)
def face(db: None, at: datetime, on_the_day: None) -> None:
    """Each test publishes its own programme alone."""


def typed(fact: "rules.Fact") -> Any:
    """An answer of the right kind: the dictionary's own example where it has one."""
    if fact.kind == "bool":
        return "yes"
    if fact.name in PLAUSIBLE:
        return PLAUSIBLE[fact.name]
    if fact.choices:
        ids = [choice.id for choice in fact.choices]
        return fact.example if fact.example in ids and fact.example != "none" else ids[0]
    return (
        fact.example if fact.example is not None else {"int": 1, "date": "2025-04-01"}.get(fact.kind, "测试")
    )


def begin(law: "rules.Programme") -> tuple[Client, Application]:
    """The party that the law names begins: itself, its organisation, or as an employer for a worker."""
    url = reverse("public:apply", args=[law.id])
    if Filer.PERSON in filers(law):
        client = acting(member(), None)
        sent: dict[str, str] = {}
    else:
        organisation = firm()
        client = acting(clerk_of(organisation), organisation)
        employer = Filer.EMPLOYER in filers(law)
        sent = {"name": "测试乙", "id_number": identity_number(812)} if employer else {}
    in_both(client, url)
    response = client.post(url, sent)
    assert response.status_code == 302, page(response)
    return client, Application.objects.get()


def in_both(client: Client, url: str) -> str:
    """The page in both languages; the Chinese words."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page(client.get(url))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    return page(client.get(url))


def fill_sections(client: Client, case: Application) -> None:
    seen: set[sections.Section] = set()  # the page of the certificate comes twice: its number, then the rest
    while left := [one for one in sections.sections_of(case) if one not in seen]:
        one = left[0]
        seen.add(one)
        url = reverse("public:section", args=[case.pk, one.id])
        words = in_both(client, url)
        assert sections.name_of(one.facts[0]) in words
        response = client.post(url, {fact.name: typed(fact) for fact in one.facts})
        assert response.status_code == 302, page(response)
        case.refresh_from_db()


def fill_lines(client: Client, case: Application, law: "rules.Programme") -> None:
    url, month = reverse("public:lines", args=[case.pk]), month_of_row(law)
    in_both(client, url)
    row = {ask.fact.name: typed(ask.fact) for ask in asks_of_row(law) if ask.fact != month}
    if month:
        row |= {"first_month": "2025-03-01", "last_month": "2025-05-01"}
    if law.lines == "person":
        row |= {"name": "测试丙", "id_number": identity_number(813), "certificate.number": "S000033010099881"}
    response = client.post(url, row)
    assert response.status_code == 302, page(response)
    assert case.lines.count() == (3 if month else 1)
    in_both(client, url)


def fill_papers(client: Client, case: Application, law: "rules.Programme") -> None:
    card = reverse("public:section", args=[case.pk, "card"])
    in_both(client, card)
    account = {"account_name": sections.payee_of(case).name, "account_number": "6217000000000000000"}
    assert client.post(card, {**account, "account_bank": "测试银行萧山支行"}).status_code == 302
    for material in law.materials:
        url = reverse("public:photos", args=[case.pk, material.id])
        in_both(client, url)
        by_line = material.per == "line" and has_roster(law)
        for line in case.lines.all() if by_line else [None]:
            if line:
                in_both(client, f"{url}?line={line.number}")
            by = user_of(line_user(case))
            applications.add_evidence(
                case, material.id, "照片.jpg", photograph(), line=line, by=by, at=clock.now()
            )


def line_user(case: Application) -> Any:
    """Whoever may act for the case."""
    return case.organisation.clerks.get().person if case.organisation else case.claimant


@pytest.mark.parametrize("code", EACH)
def test_every_form_can_be_filled_in_and_handed_in(code: str) -> None:
    law = open_programme(code)
    row = Programme.objects.get(pk=code)
    if reason := cannot_apply_here(row, on=clock.today()):
        response = Client().get(reverse("public:apply", args=[code]))
        assert response.status_code == 302 and reason
        return
    client, case = begin(law)
    in_both(client, reverse("public:application", args=[case.pk]))
    fill_sections(client, case)
    if has_lines(law):
        fill_lines(client, case, law)
    fill_papers(client, case, law)
    url = reverse("public:answers", args=[case.pk])
    words = in_both(client, url)
    assert "还没填" not in words, "nothing is missing"
    response = client.post(url, {"note": "测试：请看一看。"})
    case.refresh_from_db()
    if case.status == Status.SUBMITTED:
        assert response.url == reverse("public:done", args=[case.pk])
        in_both(client, response.url)
        in_both(client, reverse("public:application", args=[case.pk]))
        in_both(client, reverse("public:my"))
    else:
        said = page(response)
        assert "error-summary" in said, "refused, with a sentence"
    in_both(client, reverse("public:withdraw", args=[case.pk]))


def test_most_are_handed_in_and_the_rest_is_refused_by_a_clause() -> None:
    """What limits count by and no register has is asked of whoever claims."""
    for code, names in {
        "xiaoshan-hrss-2025-04a-studio-setup": {"studio.id"},
        "xiaoshan-hrss-2025-05a-training-base-construction": {"base.id"},
        "xiaoshan-hrss-2025-12c-contest-project": {"contest.id"},
        "xiaoshan-hrss-2025-15-pilot-group-service": {"activity.id"},
    }.items():
        asked = {ask.fact.name for ask in asks_of_case(library().programmes[code])}
        assert names <= asked and not asked & {"person.id", "organisation.id", "certificate.id"}
