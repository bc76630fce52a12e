"""A file given once can be used again, by the same party only, and neither case loses it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Evidence
from jiangli.applications.queries import current_evidence, given_before
from jiangli.applications.tasks import make_previews
from jiangli.refused import Refused
from jiangli.registers.models import Person
from stories import SENIOR, certificate, filed, member, the_law

pytestmark = pytest.mark.django_db
CARD = "identity_card"


def with_previews() -> None:
    for evidence in Evidence.objects.all():
        make_previews.func(str(evidence.pk))


@pytest.fixture
def person(at: datetime) -> Person:
    """Somebody who withdrew a claim with all its photographs."""
    the_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    with_previews()
    assert person.account is not None
    applications.withdraw(case, by=person.account, at=at)
    return person


def begun(person: Person, at: datetime, programme: str = SENIOR) -> Application:
    assert person.account is not None
    return applications.start(person, programme, by=person.account, at=at)


def test_what_was_given_for_this_material_is_offered_and_used(person: Person, at: datetime) -> None:
    case, account = begun(person, at), person.account
    assert account is not None
    (offered,) = given_before(case, CARD, account)
    again = applications.reuse_evidence(case, CARD, offered, by=account, at=at + timedelta(days=1))
    assert (again.file, again.state) == (offered.file, offered.state)
    assert given_before(case, CARD, account) == [], "it is here already"
    assert applications.reuse_evidence(case, CARD, offered, by=account, at=at) == again
    applications.remove_evidence(again, by=account, at=at)
    assert offered in current_evidence(offered.application), "the earlier case keeps its own"


def test_nobody_uses_the_file_of_somebody_else(person: Person, at: datetime) -> None:
    other = member("测试乙")
    theirs = Evidence.objects.get(material=CARD)
    case = begun(other, at)
    assert other.account is not None
    assert given_before(case, CARD, other.account) == []
    with pytest.raises(Refused):
        applications.reuse_evidence(case, CARD, theirs, by=other.account, at=at)


@pytest.mark.usefixtures("on_the_day")
def test_the_page_offers_it_with_one_button(person: Person, at: datetime, client: Client) -> None:
    case = begun(person, at)
    assert person.account is not None
    client.force_login(person.account)
    earlier = Evidence.objects.get(material=CARD)
    url = reverse("public:evidence-reuse", args=[case.pk, CARD, earlier.pk])
    assert url in client.get(reverse("public:photos", args=[case.pk, CARD])).content.decode()
    assert client.get(url).status_code == 405
    client.post(url)
    assert current_evidence(case).get(material=CARD).file == earlier.file
