"""Writes about who: proof of a phone, slowing of guesses, accounts of claimants."""

import secrets
import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.models import Agency, Attempts, Deputy, PhoneCode, Post, User
from jiangli.accounts.roles import Role
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.fields import blind_index
from jiangli.refused import Refused

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_PER_HOUR = 5
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other


class TooManyTries(Refused):
    """Nothing that is typed now is looked at; it says for how long."""


@transaction.atomic
def count_attempt(kind: str, key: str, *, limit: int, within: timedelta, at: datetime) -> None:
    """Count one guess at ``key`` (a blind index); ``TooManyTries`` once there were ``limit`` in the time ``within``.

    Safe against many guesses at once on both databases: they wait for the one row of the secret, and a
    refused guess is not counted again, so that a lock ends by itself.
    """
    row = Attempts.objects.get_or_create(kind=kind, key=key)[0]
    row = Attempts.objects.select_for_update().get(pk=row.pk)
    recent = [moment for moment in row.moments if datetime.fromisoformat(moment) > at - within]
    if len(recent) >= limit:
        minutes = max(1, int(within.total_seconds() // 60))
        raise TooManyTries(
            _("Too many tries. Please try again in %(minutes)s minutes.") % {"minutes": minutes}
        )
    row.moments = [*recent, at.isoformat()]
    row.save(update_fields=["moments"])


@transaction.atomic
def issue_phone_code(phone: str, *, at: datetime) -> tuple[PhoneCode, str]:
    """Make a six-digit code for ``phone`` (11 digits); the caller sends it. Refused after five in an hour."""
    index = blind_index(f"phone:{phone}")
    count_attempt("phone-code", index, limit=CODES_PER_HOUR, within=timedelta(hours=1), at=at)
    code = f"{secrets.randbelow(10**6):06d}"
    row = PhoneCode.objects.create(
        phone=phone, phone_index=index, code_hash=make_password(code), sent_at=at, expires_at=at + CODE_LIFE
    )
    return row, code


def prove_phone(row: PhoneCode, code: str, *, at: datetime) -> PhoneCode:
    """Take back a code. Refused if it is wrong, too old, or was tried too often; wrong tries are kept."""
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().get(pk=row.pk)
        row.tries += 1
        usable = row.proved_at is None and row.tries <= CODE_TRIES and at <= row.expires_at
        right = usable and check_password(code, row.code_hash)
        if right:
            row.proved_at = at
        row.save(update_fields=["tries", "proved_at"])
    if not usable:
        raise Refused(_("This code can no longer be used. Ask for a new one."))
    if not right:
        raise Refused(_("The code is not right. Look at the newest message and type its six digits."))
    return row


def open_claimant_account(name: str) -> User:
    """An account for a claimant: a random name to sign in with, and no password."""
    user = User(username=f"c-{uuid.uuid4().hex}", name=name)
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def appoint_officer(
    username: str, agency: Agency, roles: Collection[Role], *, name: str, by: User | None, at: datetime
) -> tuple[User, str | None]:
    """The officer with exactly these posts, and their password if the account is new. Safe to run twice."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is not None and not user.is_officer:
        raise Refused(_("Choose another user name. This one is a claimant's account."))
    password = None if user else _random_password()
    user = user or User(username=username)
    user.name, user.agency = name, agency
    if password:
        user.set_password(password)
    user.save()
    user.posts.exclude(role__in=roles).delete()
    for role in roles:
        Post.objects.get_or_create(user=user, role=role)
    record("officer.appointed", user, by=by, at=at, agency=agency.pk, roles=sorted(map(str, roles)))
    return user, password


def _random_password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def appoint_deputy(deputy: User, *, from_on: date, to_on: date, by: User, at: datetime) -> Deputy:
    """Let a colleague of ``by``'s own agency act for them, both days included."""
    absent = User.objects.select_for_update().get(pk=by.pk)
    if reason := _cannot_appoint(absent, deputy, from_on, to_on, on=day_of(at)):
        raise Refused(reason)
    row = Deputy.objects.create(absent=absent, deputy=deputy, from_on=from_on, to_on=to_on)
    record(
        "deputy.appointed", row, by=by, at=at, absent=str(absent.pk), deputy=str(deputy.pk),
        from_on=from_on.isoformat(), to_on=to_on.isoformat(),
    )  # fmt: skip
    return row


def _cannot_appoint(absent: User, deputy: User, from_on: date, to_on: date, *, on: date) -> str | None:
    if deputy.pk == absent.pk or deputy.agency_id != absent.agency_id or not absent.is_officer:
        return _("Choose a colleague of your own agency.")
    if not deputy.is_active:
        return _("This colleague's account is closed. Choose another colleague.")
    if to_on < from_on:
        return _("The last day is before the first day. Please put them in order.")
    if to_on < on:
        return _("These days are over. Choose days from today on.")
    if Deputy.objects.filter(absent=absent, from_on__lte=to_on, to_on__gte=from_on).exists():
        return _("Somebody already stands in for you on some of these days. End that first.")
    return None


@transaction.atomic
def end_deputy(deputy: Deputy, *, by: User, at: datetime) -> None:
    """End it as of today: the days before stay as they were. Safe to run twice."""
    row = Deputy.objects.select_for_update().filter(pk=deputy.pk).first()
    if row is None:
        return
    today = day_of(at)
    if row.absent_id != by.pk:
        raise Refused(_("Only the officer who is stood in for can end this."))
    if row.to_on < today:
        raise Refused(_("These days are over already."))
    record("deputy.ended", row, by=by, at=at, absent=str(row.absent_id), deputy=str(row.deputy_id))
    if row.from_on >= today:
        row.delete()
    else:
        row.to_on = today - timedelta(days=1)
        row.save(update_fields=["to_on"])
