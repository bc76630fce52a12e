"""What the check of a case came to, in four words: all met, something unknown, to be corrected, not met."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiangli.applications.assessing import recall
from jiangli.applications.models import Application, Assessment, LineState
from jiangli.applications.standings import Tally, kept_tally
from jiangli.programmes.queries import rule
from jiangli.reviews.verifying import verifying
from jiangli.rules import Programme
from jiangli.staff.words import fact_label

CHECKS = {
    "met": gettext_lazy("All met"),
    "unknown": gettext_lazy("Something to check"),
    "verifying": gettext_lazy("Certificate to be verified"),
    "faulty": gettext_lazy("To be corrected"),
    "unmet": gettext_lazy("Not met"),
}


class Check(NamedTuple):
    """``code`` is a condition's state in the table of states; ``more`` names the first thing in the way."""

    code: str
    word: str
    more: str


def _latest() -> QuerySet[Assessment]:
    return Assessment.objects.filter(application=OuterRef("pk")).order_by("-at", "-pk")


def latest(cases: Iterable[Application]) -> dict[UUID, Assessment]:
    """The newest assessment of each case."""
    pks = [case.pk for case in cases]
    newest = (
        Application.objects.filter(pk__in=pks)
        .annotate(newest=Subquery(_latest().values("pk")[:1]))
        .values_list("newest", flat=True)
    )
    kept = Assessment.objects.filter(pk__in=[pk for pk in newest if pk]).select_related("version")
    light = kept.filter(_SETTLED).defer("lines", "history")
    found = [*light, *kept.exclude(pk__in=light.values("pk"))]
    return {assessment.application_id: assessment for assessment in map(_for_officers, found)}


_SETTLED = Q(vouched=True) | Q(result__has_key="vouched")  # nothing has to be asked of the rules again


def _for_officers(assessment: Assessment) -> Assessment:
    """What was kept at filing took the applicant's word for everything; officers see what is vouched for.

    Of a roster that was kept beside it, so that no list of cases assesses thousands of lines.
    """
    if "vouched" in assessment.result:
        assessment.result = assessment.result["vouched"]
        assessment.vouched = True  # here only, nothing is written
        return assessment
    if assessment.vouched or "stated" not in assessment.sources.values():
        return assessment
    assessment.vouched = True  # here only, nothing is written
    answer = recall(assessment).answer
    assessment.result = {**answer.as_json(), "amount_fen": answer.amount_fen}
    return assessment


def checks_of(cases: QuerySet[Application]) -> dict[UUID, str]:
    """The code of the check of each case; whole assessments are read only where they took the applicant's word."""
    newest = cases.order_by().annotate(newest=Subquery(_latest().values("pk")[:1])).values("newest")
    kept = Assessment.objects.filter(pk__in=newest).order_by().select_related("version")
    heavy = ("result", "facts", "sources", "history", "lines")
    own = {"outcome": F("result__outcome"), "failed": F("result__failed")}
    beside = {"outcome": F("result__vouched__outcome"), "failed": F("result__vouched__failed")}
    rows: list[Any] = [
        *kept.filter(vouched=True).annotate(**own).defer(*heavy),
        *kept.filter(vouched=False, result__has_key="vouched").annotate(**beside).defer(*heavy),
    ]
    found = {row.application_id: code_of(rule(row.version), row.outcome, row.failed or []) for row in rows}
    for row in map(_for_officers, kept.filter(vouched=False).exclude(result__has_key="vouched")):
        found[row.application_id] = code_of(rule(row.version), row.result["outcome"], row.result["failed"])
    waiting = set(verifying(cases.order_by()).values_list("pk", flat=True))
    return {pk: "verifying" if code == "unknown" and pk in waiting else code for pk, code in found.items()}


def code_of(programme: Programme, outcome: str, failed: list[str]) -> str:
    """``ineligible`` for faults only is a case to be corrected, not one to refuse."""
    if outcome == "eligible":
        return "met"
    if outcome == "undetermined":
        return "unknown"
    return "faulty" if failed and all(programme.condition(id).fault for id in failed) else "unmet"


def check_of(assessment: Assessment | None, *, verifying: bool = False) -> Check:
    """The check in words, with the first thing in the way. ``verifying``: its certificate cannot be found yet."""
    if assessment is None:
        return Check("unknown", _("Not checked yet"), "")
    programme = rule(assessment.version)
    result: dict[str, Any] = assessment.result
    code = code_of(programme, result["outcome"], result["failed"])
    if "tally" in result and not result["failed"] and not result["unknown"]:
        return _lines(code, kept_tally(result["tally"]))
    if code == "met":
        return Check(code, str(CHECKS["met"]), "")
    if code == "unknown":
        open_ones = [finding for finding in result["findings"] if finding["state"] is None]
        word = ngettext("%(count)s to check", "%(count)s to check", len(open_ones)) % {
            "count": len(open_ones)
        }
        if verifying:
            return Check("verifying", str(CHECKS["verifying"]), word)
        return Check(code, word, _not_known(programme, result["unknown"]))
    false = [finding for finding in result["findings"] if finding["state"] is False]
    if code == "faulty":
        return Check(code, str(CHECKS["faulty"]), false[0]["tell"])
    hard = [finding for finding in false if not finding["fault"]]
    word = ngettext("%(count)s not met", "%(count)s not met", len(hard)) % {"count": len(hard)}
    return Check(code, word, hard[0]["tell"] if hard else "")


def _lines(code: str, tally: Tally) -> Check:
    """The check of a roster whose claim holds: what its lines came to."""
    away = ngettext("%(n)s line falls away", "%(n)s lines fall away", tally.falling) % {"n": tally.falling}
    more = away if tally.falling else ""
    if opened := tally.of(LineState.OPEN):
        return Check(code, ngettext("%(n)s open line", "%(n)s open lines", opened) % {"n": opened}, more)
    return Check(code, str(CHECKS[code]), more)


def _not_known(programme: Programme, names: list[str]) -> str:
    return _("%(fact)s: not known") % {"fact": fact_label(programme, names[0])} if names else ""
