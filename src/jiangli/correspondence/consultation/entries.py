"""Writes of the FAQ: publish from an answer or anew, change, move, retire. Nothing personal gets in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.correspondence.consultation.leaks import leaks
from jiangli.correspondence.consultation.models import Entry, Question
from jiangli.correspondence.consultation.permissions import cannot_change_entry, cannot_publish
from jiangli.programmes.models import Programme
from jiangli.refused import Refused


@dataclass(frozen=True)
class Words:
    """What an entry says. English is whole or missing."""

    question_zh: str
    answer_zh: str
    question_en: str = ""
    answer_en: str = ""


@transaction.atomic
def publish(
    words: Words,
    *,
    programme: Programme | None = None,
    source: Question | None = None,
    by: User,
    at: datetime,
) -> Entry:
    """Put a question and its answer into the FAQ of ``by``'s agency, last of its programme's.

    Refused if it holds an identity number, a card, a phone of a person, or the name of whoever asked.
    """
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)  # the order of its entries is its own
    if reason := cannot_publish(agency, by, on=clock.day_of(at)):
        raise Refused(reason)
    if source is not None and (source.agency_id != agency.pk or not source.answers.exists()):
        raise Refused(_("Only an answered question of your agency can become an entry."))
    _check(words, source)
    last = Entry.objects.filter(agency=agency, programme=programme).aggregate(last=Max("position"))["last"]
    entry = Entry.objects.create(
        agency=agency,
        programme=programme,
        source=source,
        position=(last or 0) + 1,
        published_at=at,
        changed_at=at,
        changed_by=by,
        **asdict(words),
    )
    record("faq.published", entry, by=by, at=at, programme=programme.pk if programme else "")
    return entry


@transaction.atomic
def change(entry: Entry, words: Words, *, programme: Programme | None, by: User, at: datetime) -> Entry:
    """Write it anew. What was retired is shown again."""
    entry = _mine(entry, by, at)
    _check(words, entry.source)
    for name, value in asdict(words).items():
        setattr(entry, name, value)
    entry.programme, entry.changed_at, entry.changed_by, entry.retired_at = programme, at, by, None
    entry.save()
    record("faq.changed", entry, by=by, at=at, programme=programme.pk if programme else "")
    return entry


@transaction.atomic
def retire(entry: Entry, *, by: User, at: datetime) -> Entry:
    """Show it no longer; it stays at the desk. Safe to run twice."""
    entry = _mine(entry, by, at)
    if entry.retired_at is None:
        entry.retired_at = at
        entry.save(update_fields=["retired_at"])
        record("faq.retired", entry, by=by, at=at)
    return entry


@transaction.atomic
def move(entry: Entry, *, up: bool, by: User, at: datetime) -> None:
    """One place up or down among the entries of its agency and programme that are shown."""
    Agency.objects.select_for_update().get(pk=entry.agency_id)
    entry = _mine(entry, by, at)
    rows = list(Entry.objects.shown().filter(agency=entry.agency_id, programme=entry.programme_id))
    here = next((place for place, row in enumerate(rows) if row.pk == entry.pk), None)
    if here is None:
        raise Refused(_("This entry is not shown. Publish it again first."))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, 1):
        row.position = place
    Entry.objects.bulk_update(rows, ["position"])
    record("faq.moved", entry, by=by, at=at, position=there + 1)


def _mine(entry: Entry, by: User, at: datetime) -> Entry:
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if reason := cannot_change_entry(entry, by, on=clock.day_of(at)):
        raise Refused(reason)
    return entry


def _check(words: Words, source: Question | None) -> None:
    if not words.question_zh.strip() or not words.answer_zh.strip():
        raise Refused(_("Write question and answer in Chinese."))
    if bool(words.question_en.strip()) != bool(words.answer_en.strip()):
        raise Refused(_("Write both question and answer in English, or neither."))
    person = source.person if source else None
    names = [person.name, *person.former_names] if person else []
    if faults := leaks("\n".join(asdict(words).values()), names=names):
        raise Refused(" ".join(faults))
