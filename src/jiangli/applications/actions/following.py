"""Get a claim ready that follows another: a draft for the same filer, with what they answered then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.actions.drafts import ACCOUNT, save_answers, start
from jiangli.applications.asking import asks_of_case
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Channel, Line
from jiangli.applications.sheet import has_lines
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.registers.models import ClerkState


def filer_account(application: Application) -> User | None:
    """Who can hand in the next claim online: the person, or a clerk of the organisation; None: only on paper."""
    if application.organisation is None:
        return application.claimant.account if application.claimant else None
    clerks = application.organisation.clerks.filter(state=ClerkState.ACTIVE, person__account__isnull=False)
    clerk = clerks.select_related("person__account").order_by("-head", "asked_at", "pk").first()
    return clerk.person.account if clerk else None


@transaction.atomic
def follow_on(
    application: Application,
    *,
    stated: Mapping[str, Any],
    without: Collection[str] = (),
    lines: Collection[Line] = (),
    at: datetime,
) -> Application:
    """A draft like this case for the same filer, or the one there is already, which stays as it is.

    ``stated`` are answers that differ, ``without`` facts that are asked anew, ``lines`` those of its roster to
    carry over. Refused with the reason if nobody may begin one now.
    """
    by = filer_account(application)
    if by is None:
        raise Refused(_("Nobody of theirs signs in here. It is handed in on paper, at the counter."))
    there = Application.objects.filter(
        programme_code=application.programme_code, claimant=application.claimant,
        organisation=application.organisation, status=Status.DRAFT,
    ).exclude(channel=Channel.COUNTER).first()  # fmt: skip
    if there is not None:
        return there
    draft = start(
        application.claimant, application.programme_code, organisation=application.organisation, by=by, at=at
    )
    law = programme_of(draft)
    asked = {ask.fact.name for ask in asks_of_case(law)} - set(without)
    known = {name: value for name, value in {**application.stated, **stated}.items() if name in asked}
    account = {name: getattr(application, name) for name in ACCOUNT}
    draft = save_answers(draft, stated=known, account=account, by=by, at=at)
    if has_lines(law):
        for number, line in enumerate(lines, 1):
            Line.objects.create(
                application=draft, number=number, person=line.person, certificate=line.certificate,
                stated=line.stated, filing=line.filing,
            )  # fmt: skip
    return draft
