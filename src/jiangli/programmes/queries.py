"""Read the law: compiled programmes by version, and the one in force by code."""

from functools import lru_cache

from jiangli import rules
from jiangli.programmes.models import Mode, Programme, Version


@lru_cache(maxsize=256)
def _compiled(code: str, hash: str) -> rules.Programme:
    return rules.compile(Version.objects.get(programme_code=code, hash=hash).sources, code)


def rule(version: Version) -> rules.Programme:
    """The compiled programme of a published version; compiled once per process."""
    return _compiled(version.programme_code, version.hash)


def rule_in_force(code: str) -> rules.Programme:
    """The compiled programme in force; ``Programme.DoesNotExist`` if this installation has none such."""
    return rule(Programme.objects.select_related("version").get(pk=code).version)


def open_programmes() -> list[Programme]:
    """The programmes one can claim here, in the order of the notices."""
    return list(Programme.objects.select_related("version", "agency").filter(mode=Mode.OPEN))


def drafts() -> set[str]:
    """The programmes whose document is still a draft: cases may be filed and decided, nothing is paid."""
    every = Programme.objects.select_related("version")
    return {row.code for row in every if rule(row.version).document.status == "draft"}


def programmes_of(agency: str) -> list[Programme]:
    """The programmes in which an agency receives, deals with or pays claims."""
    every = Programme.objects.select_related("version", "agency")
    return [programme for programme in every if agency in _parties(rule(programme.version))]


def _parties(compiled: "rules.Programme") -> set[str]:
    stages, payers = {stage.agency for stage in compiled.stages}, {payer.agency for payer in compiled.payers}
    return {compiled.agency, *stages, *payers}
