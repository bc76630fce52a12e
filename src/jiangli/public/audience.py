"""For whom a programme is: read off who claims, which facts its rules read, and which of them stand against it.

Nothing here knows a programme. An audience is a few facts about somebody; a programme is for them if it reads
one of the facts named and no condition of it is false under those given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiangli import rules


@dataclass(frozen=True)
class Audience:
    """``given``: facts of which one set has to fit; ``reads``: beginnings of facts of which one is read."""

    code: str
    name: str | Promise
    hint: str | Promise
    icon: str
    claimant: str
    reads: tuple[str, ...]
    given: tuple[Mapping[str, str], ...] = ({},)
    without: tuple[str, ...] = ()  # facts of somebody else: a programme that reads one is not for them

    @property
    def settles(self) -> Mapping[str, str]:
        """What is known of everybody in it, so that it need not be asked."""
        return self.given[0] if len(self.given) == 1 else {}


def _kinds(*kinds: str) -> tuple[Mapping[str, str], ...]:
    return tuple({"organisation.kind": kind} for kind in kinds)


AUDIENCES = (
    Audience(
        "worker", _("Workers"), _("You work, and you passed a skill certificate"), "person", "person",
        ("certificate.",), ({"person.school_role": "none"},), ("person.graduation_date",),
    ),
    Audience(
        "student", _("Students and graduates"), _("At school, or finished lately"), "book", "person",
        ("person.school_role", "person.graduation_date"), ({"person.school_role": "student"},),
    ),
    Audience(
        "teacher", _("Teachers"), _("You teach a trade at a school"), "people", "person",
        ("person.school_role",), ({"person.school_role": "teacher"},),
    ),
    Audience(
        "honoured", _("Prize and title holders"), _("A title, a prize in a contest, a group of masters"), "stamp",
        "person", ("selection.", "contest.", "activity."),
    ),
    Audience(
        "insured", _("Members of the mutual aid"), _("In hospital, or seriously ill"), "heart-home", "person",
        ("medical.",),
    ),
    Audience(
        "employer", _("Employers"), _("Enterprises and sole traders"), "building", "organisation",
        ("organisation.kind", "organisation.area", "organisation.certification", "studio.", "base."),
        _kinds("enterprise", "sole_trader"),
    ),
    Audience(
        "training", _("Schools and training bodies"), _("And studios of skill masters"), "list", "organisation",
        ("organisation.kind", "studio.", "base."),
        _kinds("training_institution", "school", "skill_master_studio"),
    ),
    Audience(
        "body", _("Villages, associations, unions"), _("And other organisations"), "home", "organisation",
        ("organisation.kind", "organisation.union", "refund."),
        _kinds("village", "residential_community", "trade_association", "public_institution", "union"),
    ),
)  # fmt: skip
BY_CODE = {audience.code: audience for audience in AUDIENCES}


@lru_cache(maxsize=512)
def audiences_of(law: "rules.Programme") -> tuple[str, ...]:
    """The codes of everybody a programme is for."""
    return tuple(audience.code for audience in AUDIENCES if _is_for(law, audience))


def _is_for(law: "rules.Programme", audience: Audience) -> bool:
    if law.claimant != audience.claimant:
        return False
    names = {name for condition in law.conditions for name in condition.facts}
    read = any(name.startswith(audience.reads) for name in names) and names.isdisjoint(audience.without)
    return read and any(_fits(law, given) for given in audience.given)


def _fits(law: "rules.Programme", given: Mapping[str, str]) -> bool:
    """Whether these facts alone are against no condition."""
    facts = {name: value for name, value in given.items() if name in law.dictionary}
    judged = (condition.rule for condition in (*law.claim, *law.line))
    return not any(rule is not None and rule.run(facts) is False for rule in judged)


def present(laws: Iterable["rules.Programme"]) -> dict[str, int]:
    """Every audience that has a programme, with how many."""
    counts = dict.fromkeys(BY_CODE, 0)
    for law in laws:
        for code in audiences_of(law):
            counts[code] += 1
    return {code: count for code, count in counts.items() if count}
