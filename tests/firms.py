"""Organisations with their clerks, and programmes whose draft has been adopted: for tests of what organisations do.

Everything is made up: 测试企业甲 and the like, with credit codes of a place that does not exist.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import count
from typing import Any

from django.test import Client

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Mode, Programme
from jiangli.public.people import BACKEND, ORGANISATION
from jiangli.registers.models import Clerk, ClerkState, Organisation, Person
from stories import NOON, agencies, library, member

_serial = count(1)


def firm(name: str = "测试企业甲有限公司", *, known: dict[str, Any] | None = None) -> Organisation:
    """An organisation with an account; ``known``: what a register vouches for."""
    return Organisation.objects.create(
        name=name,
        credit_code=f"91339999TEST{next(_serial):05d}X",
        known=known or {},
        account_name=name,
        account_number="3301999900000000018",
        account_bank="测试银行萧山支行",
    )


def clerk_of(organisation: Organisation, name: str = "测试经办") -> Person:
    """Somebody who acts for it and is signed in."""
    person = member(name)
    Clerk.objects.create(
        organisation=organisation, person=person, state=ClerkState.ACTIVE, asked_at=NOON, head=True
    )
    return person


def user_of(person: Person) -> User:
    assert person.account is not None
    return person.account


def acting(person: Person, organisation: Organisation | None) -> Client:
    """A browser in which this person is signed in, and acts for the organisation if there is one."""
    client = Client()
    client.force_login(user_of(person), backend=BACKEND)
    if organisation is not None:
        session = client.session
        session[ORGANISATION] = str(organisation.pk)
        session.save()
    return client


@cache
def adopted(code: str) -> rules.Library:
    """A library of this programme alone; a draft document as if it had been adopted for 2025 and after, and
    an expired one as if it were in force."""
    there = library()
    sources = {
        path: text.replace('"expired"', '"in_force"') if path.endswith("document.toml") else text
        for path, text in there.sources_of(code).items()
    }
    if there.programmes[code].document.status == "draft":
        path = next(path for path in sources if path.endswith("document.toml"))
        sources[path] = sources[path].replace(
            'status   = "draft"',
            'status   = "in_force"\nfrom = 2025-01-01\nto = 2028-12-31\nnumber = "测试〔2025〕1号"',
        )
    return rules.build(sources)


def open_programme(code: str, *, at: datetime = NOON) -> rules.Programme:
    """The agencies, and this programme alone, published and taking claims if the law lets it."""
    agencies()
    law = adopted(code)
    programmes.publish(law, by=None, at=at)
    if law.programmes[code].elsewhere is None:
        Programme.objects.filter(pk=code).update(mode=Mode.OPEN)
    return law.programmes[code]
