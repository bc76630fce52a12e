"""Object to a row; look into it; decide. Only the case of that row is held meanwhile.

A roster is one case: while one of its lines is objected to, the whole of it waits. Upheld sends the case back to its
last review, whose officers strike the line, or refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, files
from jiangli.accounts.models import PhoneCode, User
from jiangli.applications.actions import next_number
from jiangli.applications.actions.moves import locked
from jiangli.applications.models import Application
from jiangli.applications.permissions import acts_for
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell
from jiangli.correspondence.consultation.actions import proves
from jiangli.pictures import content_type_of
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.models import Person
from jiangli.registers.rows import normalise_phone, phone_fault
from jiangli.reviews import deciding
from jiangli.reviews.publicity.actions import locked_list
from jiangli.reviews.publicity.closing import locked_case, send_back, stands_here
from jiangli.reviews.publicity.guard import leaks
from jiangli.reviews.publicity.models import (
    Objection,
    Paper,
    PostedElsewhere,
    Publication,
    PublicationCase,
    PublicationRow,
)
from jiangli.reviews.publicity.permissions import (
    cannot_decide,
    cannot_enter_objection,
    cannot_look_into,
    cannot_note_posting,
    cannot_object,
    cannot_see_phone,
)
from jiangli.reviews.publicity.status import ObjectionState, Way
from jiangli.reviews.publicity.tasks import make_previews

LONGEST = 2000
MOST_PAPERS = 5
MOST_A_LIST = 20  # objections of one person to one list
File = tuple[str, bytes]  # name, content


def object_to(
    row: PublicationRow,
    *,
    text: str,
    name: str = "",
    person: Person | None = None,
    proof: PhoneCode | None = None,
    papers: Iterable[File] = (),
    at: datetime,
) -> Objection:
    """Somebody who is signed in, or gave back the code sent to their phone, objects to a row."""
    if person is None and not proves(proof, at=at):
        raise Refused(_("Sign in, or give the code that we send to your phone, so that we can answer you."))
    kept = [_kept(file) for file in _few(papers)]
    phone = proof.phone if proof else person.contact if person else ""
    index = proof.phone_index if proof else ""
    with transaction.atomic():
        row = _locked_row(row)
        reason = cannot_object(row.publication, on=clock.day_of(at)) or _not_for_them(row, person)
        if reason or (reason := _too_many(row.publication, person, index)):
            raise Refused(reason)
        one = _make(row, way=Way.ONLINE, name=person.name if person else name, phone=phone, text=text,
                    person=person, phone_index=index, received_on=clock.day_of(at), by=None, at=at)  # fmt: skip
        _add(one, kept, at=at)
    return one


def enter_objection(
    row: PublicationRow,
    *,
    way: Way,
    name: str,
    phone: str = "",
    text: str,
    received_on: date,
    papers: Iterable[File] = (),
    by: User,
    at: datetime,
) -> Objection:
    """An officer notes an objection that came by letter, telephone or in person."""
    number = normalise_phone(phone) if phone.strip() else ""
    if number and (fault := phone_fault(number)):
        raise Refused(fault)
    kept = [_kept(file) for file in _few(papers)]
    with transaction.atomic():
        row = _locked_row(row)
        if reason := cannot_enter_objection(row.case, by, received_on=received_on, on=clock.day_of(at)):
            raise Refused(reason)
        one = _make(row, way=way, name=name, phone=number, text=text, person=None, phone_index="",
                    received_on=received_on, by=by, at=at)  # fmt: skip
        _add(one, kept, at=at)
    return one


@transaction.atomic
def look_into(objection: Objection, *, found: str, by: User, at: datetime) -> Objection:
    """Note what was found; it can be noted anew until it is decided."""
    objection = _locked(objection)
    if reason := cannot_look_into(objection, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not found.strip():
        raise Refused(_("Say what you looked at, and what you found."))
    objection.state, objection.found = ObjectionState.LOOKED_INTO, found.strip()[:LONGEST]
    objection.looked_by, objection.looked_at = by, at
    objection.save(update_fields=["state", "found", "looked_by", "looked_at"])
    record("objection.looked_into", objection, by=by, at=at)
    return objection


@transaction.atomic
def decide(objection: Objection, *, upheld: bool, reason: str, by: User, at: datetime) -> Objection:
    """The approver's word, told to whoever objected. Upheld: the case leaves the list for its last review."""
    objection = _locked(objection)
    if why := cannot_decide(objection, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Give the reason: whoever objected reads it."))
    if found := leaks(reason):
        raise Refused(str(found[0]))
    objection.state = ObjectionState.UPHELD if upheld else ObjectionState.NOT_UPHELD
    objection.reason, objection.decided_by, objection.decided_at = reason.strip()[:1000], by, at
    objection.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record("objection.decided", objection, by=by, at=at, upheld=upheld)
    if upheld:
        said = _("Objection %(number)s to row %(row)s is right: %(reason)s")
        values = {"number": objection.number, "row": objection.row.position, "reason": objection.reason}
        _to_review(objection, said % values, by=by, at=at)
    _tell(objection, upheld, at=at)
    return objection


def _to_review(objection: Objection, text: str, *, by: User, at: datetime) -> None:
    """The case leaves the list it is on by now, or waits for no other if its own was taken down."""
    old = locked_case(objection.row.case_id)
    live = PublicationCase.objects.filter(application=old.application_id, live=True)
    if (now := live.select_related("publication").first()) is not None:
        locked_list(now.publication)
        send_back(locked_case(now.pk), text=text, by=by, at=at)
    elif stands_here(application := locked(old.application)):
        deciding.back_to_review(application, text=text, by=by, at=at)


@transaction.atomic
def see_phone(objection: Objection, *, by: User, at: datetime) -> str:
    """The number of whoever objected, in full; every look is recorded."""
    if reason := cannot_see_phone(objection, by, on=clock.day_of(at)):
        raise Refused(reason)
    record("objection.phone_seen", objection, by=by, at=at)
    return objection.phone


def note_posting(
    publication: Publication,
    *,
    place: str,
    first_day: date,
    last_day: date | None = None,
    papers: Iterable[File] = (),
    by: User,
    at: datetime,
) -> PostedElsewhere:
    """Note that the list was also up elsewhere, with a picture of it."""
    kept = [_kept(file) for file in _few(papers)]
    with transaction.atomic():
        publication = locked_list(publication)
        if reason := cannot_note_posting(publication, by, on=clock.day_of(at)):
            raise Refused(reason)
        if not place.strip():
            raise Refused(_("Say where it was up: the address of the page, or of the board."))
        if first_day > clock.day_of(at) or (last_day and last_day < first_day):
            raise Refused(_("The first day is not later than today, and the last one not before the first."))
        posting = PostedElsewhere.objects.create(
            publication=publication, place=place.strip()[:300], first_day=first_day, last_day=last_day,
            noted_by=by, noted_at=at,
        )  # fmt: skip
        record("publication.posted_elsewhere", publication, by=by, at=at, papers=len(kept))
        _keep_papers(kept, at=at, posting=posting)
    return posting


def _few(papers: Iterable[File]) -> list[File]:
    found = list(papers)
    if len(found) > MOST_PAPERS:
        raise Refused(_("At most %(n)s files. Put the rest into one PDF.") % {"n": MOST_PAPERS})
    return found


def _kept(file: File) -> dict[str, object]:
    name, content = file
    kind = content_type_of(content)
    return {
        "original_name": name[:120],
        "content_type": kind,
        "size": len(content),
        "file": files.keep(content),
    }


def _add(objection: Objection, kept: list[dict[str, object]], *, at: datetime) -> None:
    _keep_papers(kept, at=at, objection=objection)


def _keep_papers(
    kept: list[dict[str, object]],
    *,
    at: datetime,
    objection: Objection | None = None,
    posting: PostedElsewhere | None = None,
) -> None:
    for one in kept:
        paper = Paper.objects.create(objection=objection, posting=posting, added_at=at, **one)
        transaction.on_commit(partial(make_previews.enqueue, str(paper.pk)))


def _make(
    row: PublicationRow,
    *,
    way: Way,
    name: str,
    phone: str,
    text: str,
    person: Person | None,
    phone_index: str,
    received_on: date,
    by: User | None,
    at: datetime,
) -> Objection:
    if not name.strip():
        raise Refused(_("Give your name, so that we can answer you; it is not shown to anybody else."))
    if not text.strip():
        raise Refused(_("Say what is not right."))
    if len(text) > LONGEST:
        raise Refused(_("At most %(n)s characters. Send the rest as a file.") % {"n": LONGEST})
    one = Objection.objects.create(
        number=next_number(f"{row.publication.agency.prefix}-Y", on=clock.day_of(at)),
        row=row, way=way, person=person, name=name.strip()[:60], phone=phone, phone_index=phone_index,
        text=text.strip(), received_on=received_on, received_at=at, entered_by=by,
    )  # fmt: skip
    record("objection.received", one, by=by, at=at, number=one.number, way=way, row=row.position)
    return one


def _not_for_them(row: PublicationRow, person: Person | None) -> str | None:
    """Where each is told alone, only whoever claims can object."""
    if not row.publication.is_told:
        return None
    account = person.account if person else None
    application = Application.objects.get(pk=row.case.application_id)
    if account is None or not acts_for(application, account):
        return _("Only whoever claims can object to this.")
    return None


def _too_many(publication: Publication, person: Person | None, index: str) -> str | None:
    made = Objection.objects.filter(row__publication=publication)
    made = made.filter(person=person) if person else made.filter(phone_index=index)
    if made.count() >= MOST_A_LIST:
        return _("You objected to %(n)s rows of this list already. Call us about the others.") % {
            "n": MOST_A_LIST
        }
    return None


def _tell(objection: Objection, upheld: bool, *, at: datetime) -> None:
    publication = objection.row.publication
    tell(
        "objection.upheld" if upheld else "objection.not_upheld",
        person=objection.person,
        phone=objection.phone if objection.person is None else "",
        about=objection.pk,
        once=f"objection.decided:{objection.pk}",
        at=at,
        number=objection.number,
        programme=rule(publication.version).title,
        agency=publication.agency.names,
    )


def _locked(objection: Objection) -> Objection:
    row = PublicationRow.objects.get(pk=Objection.objects.values_list("row", flat=True).get(pk=objection.pk))
    _locked_row(row)
    rows = Objection.objects.select_for_update(of=("self",))
    return rows.select_related(
        "row__publication__agency", "row__publication__version", "row__case", "person", "looked_by"
    ).get(pk=objection.pk)


def _locked_row(row: PublicationRow) -> PublicationRow:
    """The row with its list and case locked, in that order: nothing closes or goes on meanwhile."""
    locked_list(row.publication)
    locked_case(row.case_id)
    return PublicationRow.objects.select_related("publication__agency", "case__publication").get(pk=row.pk)
