"""See a case without signing in: identity number and query password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts import actions as accounts
from jiangli.accounts.actions import CODE_LIFE, count_attempt
from jiangli.accounts.models import PhoneCode, User
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked
from jiangli.applications.actions.submission import give_query_password
from jiangli.applications.models import Application, ApplicationQuerySet, Visit
from jiangli.applications.permissions import cannot_renew_password
from jiangli.audit.actions import record
from jiangli.correspondence import actions as correspondence
from jiangli.fields import blind_index
from jiangli.refused import Refused
from jiangli.registers.models import Person
from jiangli.registers.queries import find_person, identity_index, normalise_phone

VISIT = timedelta(minutes=30)
TRIES, WITHIN = 5, timedelta(minutes=15)
RESETS, RESETS_WITHIN = 5, timedelta(hours=1)
CASES = 3  # the newest of a person; as many words are tried for somebody unknown, so that time tells nothing


@cache
def _nobodys() -> str:
    return make_password("no such case")


def look_in(id_number: str, password: str, *, at: datetime) -> Visit:
    """A visit to the newest case that both words open. Refused otherwise, never saying which was wrong.

    Slowed by identity number: five tries in a quarter of an hour, whether or not such a person exists.
    """
    index = identity_index(id_number)
    count_attempt("look-in", index, limit=TRIES, within=WITHIN, at=at)
    cases = Application.objects.filter(claimant__id_number_index=index).exclude(query_password="")
    newest = [*cases.order_by("-first_filed_at")[:CASES]]
    hashes = [case.query_password for case in newest] + [_nobodys()] * (CASES - len(newest))
    right = [check_password(password.strip().upper(), hashed) for hashed in hashes]
    if True in right[: len(newest)]:
        return _open(newest[right.index(True)], at=at)
    raise Refused(
        _("The identity number and the query password do not go together. Check both and try again.")
    )


@transaction.atomic
def _open(application: Application, *, at: datetime) -> Visit:
    visit = Visit.objects.create(application=application, until=at + VISIT)
    record("application.looked_up", application, by=None, at=at)
    return visit


@transaction.atomic
def renew_query_password(application: Application, *, by: User, at: datetime) -> str:
    """A new query password for someone who proved their phone; the old one ends. Shown once."""
    application = locked(application)
    if reason := cannot_renew_password(application, by):
        raise Refused(reason)
    password = give_query_password(application)
    application.save(update_fields=["query_password"])
    Visit.objects.filter(application=application).delete()
    record("application.query_password_renewed", application, by=by, at=at)
    return password


@dataclass(frozen=True)
class Asked:
    """A code that was asked for by somebody who forgot a query password; ``person`` None: nobody it could go to."""

    code: PhoneCode
    person: Person | None


def ask_for_reset(id_number: str, phone: str, *, at: datetime) -> Asked:
    """Send a code to ``phone`` if it is the one known of the person with this number; else only seem to.

    Nobody learns whether the person or the phone is known: in either case there is a code to give back.
    Slowed by identity number and, like every code, by phone.
    """
    number = normalise_phone(phone)
    key = blind_index(f"reset:{identity_index(id_number)}")
    count_attempt("reset", key, limit=RESETS, within=RESETS_WITHIN, at=at)
    person = find_person(id_number)
    if person is None or not person.contact or normalise_phone(person.contact) != number:
        row, _code = accounts.issue_phone_code(number, at=at)
        return Asked(row, None)
    return Asked(correspondence.send_phone_code(number, at=at), person)


@transaction.atomic
def reset_query_passwords(person: Person, *, proof: PhoneCode, at: datetime) -> dict[Application, str]:
    """New query passwords for somebody who proved the phone that is known of them. Shown once.

    Refused if the proof is old or of another phone than is known now.
    """
    fresh = proof.proved_at is not None and at - proof.proved_at <= CODE_LIFE
    if not fresh or normalise_phone(proof.phone) != normalise_phone(person.contact):
        raise Refused(_("This code can no longer be used. Ask for a new one."))
    return renew_for_person(person, Application.objects.all(), by=None, at=at)


def renew_for_person(
    person: Person, cases: ApplicationQuerySet, *, by: User | None, at: datetime
) -> dict[Application, str]:
    """A new query password for each of the newest cases of a person: as many as a look-up opens. They are told.

    Refused if nothing of theirs was handed in yet. The caller asked whether they may.
    """
    filed = cases.filter(claimant=person, number__isnull=False).order_by("-first_filed_at")
    rows = [locked(row) for row in filed[:CASES]]
    if not rows:
        raise Refused(_("No claim of this person was handed in here. A query password comes with the first."))
    given = {}
    for row in rows:
        given[row] = give_query_password(row)
        row.save(update_fields=["query_password"])
        Visit.objects.filter(application=row).delete()
        record("application.query_password_renewed", row, by=by, at=at)
    newest = rows[0]
    tell_party(
        "query_password.reset",
        newest,
        once=f"query_password:{newest.pk}:{at.isoformat()}",
        at=at,
        number="、".join(row.number or "" for row in rows),
    )
    return given


@transaction.atomic
def end_query_passwords(person: Person, *, by: User | None, at: datetime) -> None:
    """End every query password of a person: whoever had them may be a stranger. Safe to run twice."""
    for row in Application.objects.filter(claimant=person).exclude(query_password=""):
        row = locked(row)
        row.query_password = ""
        row.save(update_fields=["query_password"])
        Visit.objects.filter(application=row).delete()
        record("application.query_password_ended", row, by=by, at=at)
