"""Read the law: compiled programmes by version, and the one in force by code."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from jiangli import rules
from jiangli.programmes.models import Mode, Programme, Version


@lru_cache(maxsize=512)
def _compiled(code: str, hash: str) -> rules.Programme:
    return rules.compile(Version.objects.get(programme_code=code, hash=hash).sources, code)


def rule(version: Version) -> rules.Programme:
    """The compiled programme of a published version; compiled once per process."""
    return _compiled(version.programme_code, version.hash)


_held: ContextVar[dict[str, Programme] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside, a programme is read from the database once: for one of many cases, within its transaction."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def in_force(code: str) -> Programme:
    """The programme with its version in force; ``Programme.DoesNotExist`` if there is none such here."""
    known = _held.get()
    if known is None:
        return Programme.objects.with_law().get(pk=code)
    if code not in known:
        known[code] = Programme.objects.with_law().get(pk=code)
    return known[code]


def rule_in_force(code: str) -> rules.Programme:
    """The compiled programme in force; ``Programme.DoesNotExist`` if this installation has none such."""
    return rule(in_force(code).version)


def published() -> list[tuple[Programme, rules.Programme]]:
    """Every programme known here with its law, in the order of the notices."""
    return [(row, rule(row.version)) for row in Programme.objects.with_law()]


@lru_cache(maxsize=64)
def _estimated(code: str, hash: str, proposals: tuple[tuple[str, str], ...]) -> tuple[rules.Programme, ...]:
    sources = Version.objects.get(programme_code=code, hash=hash).sources
    library = rules.build({**sources, **dict(proposals)})
    return tuple(library.estimated(code, id) for id, overlay in library.overlays.items() if overlay.proposed)


def estimates(row: Programme) -> tuple[rules.Programme, ...]:
    """The programme with each of its proposed overlays: for estimates, never to decide."""
    if not row.proposals:
        return ()
    return _estimated(row.code, row.version.hash, tuple(sorted(row.proposals.items())))


def open_programmes() -> list[Programme]:
    """The programmes one can claim here, in the order of the notices."""
    return list(Programme.objects.with_law().filter(mode=Mode.OPEN))


def drafts() -> set[str]:
    """The programmes whose document is still a draft. Whether claims are taken on one, its mode decides.

    Nothing is ever paid on one.
    """
    return {row.code for row, law in published() if law.document.status == "draft"}


def is_draft(version: Version) -> bool:
    """Whether a version was published as a draft; it stays one when the document is adopted in a later version."""
    return rule(version).document.status == "draft"


def programmes_of(agency: str) -> list[Programme]:
    """The programmes in which an agency receives, deals with or pays claims."""
    return [row for row, law in published() if agency in parties(law)]


def parties(compiled: "rules.Programme") -> set[str]:
    """The codes of the agencies that receive, deal with or pay the claims of a programme."""
    stages, payers = {stage.agency for stage in compiled.stages}, {payer.agency for payer in compiled.payers}
    return {compiled.agency, *stages, *payers}
