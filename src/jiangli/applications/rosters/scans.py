"""Sort a ZIP of scans to the rows of a roster: by the certificate's or the identity number in the names of its files.

A ZIP is looked at before anything of it is opened: how many files, how large, how much they shrink. Only JPEG, PNG
and PDF are taken, told by their content. Every file that finds no row says why.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jiangli import files, rules
from jiangli.applications.roster_models import Pile, PileState, RosterRow, RowState, Scan
from jiangli.applications.rosters.columns import folded
from jiangli.applications.rosters.evidence import hang_on
from jiangli.applications.rosters.words import both, fault, said
from jiangli.audit.actions import record
from jiangli.pictures import content_type_of
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.queries import identity_index

MOST_PILE = 300 * 1024 * 1024
MOST_FILES = 3000
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_RATIO = 100  # a photograph hardly shrinks; a bomb does
STEP = 20  # files of one transaction
SYSTEM = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
NUMBERS = re.compile(r"[0-9A-Z]{4,}")


def sort(pk: UUID | str, *, at: datetime) -> None:
    """Take the files of a pile one after the other, from where a dead worker left it. Safe to run twice."""
    pile = Pile.objects.select_related("roster__version", "added_by").get(pk=pk)
    if pile.state != PileState.RECEIVED:
        return
    try:
        book = zipfile.ZipFile(io.BytesIO(files.read(pile.file)))
    except zipfile.BadZipFile:
        _end(pile, PileState.UNREADABLE, both("This ZIP cannot be opened. Pack it again."), at=at)
        return
    entries = [entry for entry in book.infolist() if not entry.is_dir() and not SYSTEM.search(name_of(entry))]
    if trouble := _too_much(entries):
        _end(pile, PileState.UNREADABLE, trouble, at=at)
        return
    rows = Rows(pile)
    while pile.position < len(entries):
        if not _take(pile, book, entries, rows, at=at):
            return
    _end(pile, PileState.SORTED, None, at=at)


def _too_much(entries: list[zipfile.ZipInfo]) -> rules.Words | None:
    if len(entries) > MOST_FILES:
        return both("This ZIP holds more than %(most)s files. Split it.", most=MOST_FILES)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        return both(
            "This ZIP becomes larger than %(most)s MB when it is opened. Split it.",
            most=MOST_UNPACKED // 2**20,
        )
    return None


def _end(pile: Pile, state: PileState, trouble: rules.Words | None, *, at: datetime) -> None:
    with transaction.atomic():
        now = Pile.objects.select_for_update(of=("self",)).get(pk=pile.pk)
        if now.state == PileState.RECEIVED:
            now.state = state
            now.trouble = fault("", trouble) if trouble else {}
            now.save(update_fields=["state", "trouble"])
            record("roster.scans_sorted", now.roster, by=None, at=at, pile=str(now.pk), files=now.position)


def _take(
    pile: Pile, book: zipfile.ZipFile, entries: list[zipfile.ZipInfo], rows: Rows, *, at: datetime
) -> bool:
    """The next files of the pile; False if another worker has come further."""
    start = pile.position
    taken = [
        _scan(pile, place, book, entries[place], rows)
        for place in range(start, min(start + STEP, len(entries)))
    ]
    with transaction.atomic():
        now = Pile.objects.select_for_update(of=("self",)).get(pk=pile.pk)
        if now.position != start or now.state != PileState.RECEIVED:
            return False
        Scan.objects.bulk_create(taken)
        now.position, now.total = start + len(taken), len(entries)
        now.save(update_fields=["position", "total"])
        filed = {scan.row.pk: scan.row for scan in taken if scan.row is not None and scan.row.application_id}
        hang_on(list(filed.values()), by=pile.added_by, at=at)
    pile.position = now.position
    return True


def _scan(pile: Pile, place: int, book: zipfile.ZipFile, entry: zipfile.ZipInfo, rows: Rows) -> Scan:
    """One file: kept if it is a picture of somebody's material, else named with the reason."""
    name = name_of(entry)
    scan = Scan(pile=pile, place=place, original_name=name[-120:], size=entry.file_size)
    found = rows.of(name)
    material = rows.material(name) or pile.material
    if isinstance(found, rules.Words):
        scan.why = fault("", found)
    elif not material:
        scan.why = fault(
            "", both("It is not clear which document this is. Put it in a folder with the document's name.")
        )
    elif (content := _opened(book, entry)) is None or isinstance(content, rules.Words):
        scan.why = fault(
            "", content or both("This file cannot be opened. Pack it again, without a password.")
        )
    else:
        kind = _kind(content)
        if isinstance(kind, rules.Words):
            scan.why = fault("", kind)
        else:
            scan.row, scan.material, scan.content_type = found, material, kind
            scan.file = files.keep(content)
    return scan


def _opened(book: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | rules.Words | None:
    """The content, never more than is allowed, whatever the ZIP says of it; None if it cannot be opened."""
    most = settings.UPLOAD_MAX_BYTES
    if entry.file_size > most:
        return both("This file is larger than %(limit)s MB. Scan it smaller.", limit=most // 2**20)
    if entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        return both("This file is packed in a way that photographs are not. Leave it out.")
    try:
        with book.open(entry) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        return None
    return (
        content
        if len(content) <= most
        else both("This file is larger than %(limit)s MB. Scan it smaller.", limit=most // 2**20)
    )


def _kind(content: bytes) -> str | rules.Words:
    try:
        return content_type_of(content)
    except Refused:
        return said(lambda _lang: _why_not(content))


def _why_not(content: bytes) -> str:
    try:
        return content_type_of(content)
    except Refused as refusal:
        return str(refusal)


def name_of(entry: zipfile.ZipInfo) -> str:
    """The path of a file in a ZIP; one that says nothing of its coding is UTF-8 or else GB18030, as here in use."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


class Rows:
    """The rows of a roster by the numbers that a file may be called after, and the materials by their names."""

    def __init__(self, pile: Pile) -> None:
        self._certificates: dict[str, list[RosterRow]] = {}
        self._holders: dict[str, list[RosterRow]] = {}
        rows = RosterRow.objects.filter(roster=pile.roster).exclude(state=RowState.REMOVED)
        for row in rows.select_related("application", "line", "roster__version"):
            if row.certificate_number:
                self._certificates.setdefault(row.certificate_number, []).append(row)
            if row.holder:
                self._holders.setdefault(row.holder, []).append(row)
        self._materials = list(_names(rule(pile.roster.version).materials))

    def of(self, name: str) -> RosterRow | rules.Words:
        """The row that a file is called after, the nearest part of its path first; or why there is none."""
        for part in reversed(name.split("/")):
            found = {row.pk: row for number in _numbers(part) for row in self._called(number)}
            if len(found) == 1:
                return next(iter(found.values()))
            if len(found) > 1:
                numbers = "、".join(str(row.number) for row in found.values())
                return both(
                    "The name fits more than one row (%(rows)s). Use the certificate number.", rows=numbers
                )
        return both(
            "No row has the number in this name. Name the file by the certificate number or the identity number."
        )

    def _called(self, number: str) -> list[RosterRow]:
        if number in self._certificates:
            return self._certificates[number]
        return self._holders.get(identity_index(number), []) if len(number) == 18 else []

    def material(self, name: str) -> str:
        """The material that the name of a folder, or the end of the file's name, says; else empty."""
        whole = folded(name)
        return next((id for id, called in self._materials if called in whole), "")


def _names(materials: Iterable[rules.Material]) -> Iterable[tuple[str, str]]:
    """What each material may be called in a name, the longest first: its id, its title, and that without brackets."""
    found = []
    for material in materials:
        for title in (material.id, *material.title):
            if title:
                found += [(material.id, folded(title)), (material.id, folded(re.split(r"[（(]", title)[0]))]
    return sorted(dict.fromkeys(found), key=lambda pair: -len(pair[1]))


def _numbers(part: str) -> list[str]:
    """The numbers in one part of a path, the longest first: also those that blanks and dashes are written into."""
    plain = (
        unicodedata.normalize("NFKC", part).upper().rsplit(".", 1)[0]
        if "." in part
        else unicodedata.normalize("NFKC", part).upper()
    )
    closed = re.sub(r"(?<=[0-9A-Z])[\s-]+(?=[0-9A-Z])", "", plain)
    return sorted({*NUMBERS.findall(plain), *NUMBERS.findall(closed)}, key=lambda number: -len(number))
