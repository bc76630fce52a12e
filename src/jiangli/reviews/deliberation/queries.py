"""Cases due for deliberation, what an agenda comes to, and the meeting a decision rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Assessment
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.models import Act
from jiangli.reviews.queries import own

DELIBERATE, PUBLISH = "deliberate", "publish"


def deliberates(agency: str) -> bool:
    """Whether cases of some programme come before a meeting of this agency."""
    return bool(_stages(agency, _versions()))


def due(agency: Agency) -> QuerySet[Application]:
    """Cases that stand before a meeting of this agency and are on no open agenda, the earliest filed first."""
    standing = Q(pk__in=[])
    if agency.works_here:
        for version, stage in _stages(agency.pk, _versions()):
            standing |= Q(version=version, stage=stage)
    on_agenda = AgendaItem.objects.open().filter(application=OuterRef("pk"))
    return (
        Application.objects.filter(standing, status=Status.SUBMITTED, agencies=agency)
        .exclude(Exists(on_agenda))
        .select_related("claimant", "organisation", "version")
        .order_by("programme_code", "first_filed_at", "pk")
    )


def due_for(user: User) -> QuerySet[Application]:
    """The cases due at the officer's agency that are not their own."""
    if user.agency is None:
        return Application.objects.none()
    return due(user.agency).exclude(own(user))


def stands_before_meeting(item: AgendaItem) -> bool:
    """Whether the case of an item still waits for what its meeting says."""
    case, agency = item.application, item.meeting.agency
    here = (case.version_id, case.stage) in _stages(agency.pk, _versions())
    return case.status == Status.SUBMITTED and here


def _versions() -> tuple[tuple[int, str], ...]:
    return tuple(Version.objects.order_by("pk").values_list("pk", "hash"))


@lru_cache(maxsize=64)
def _stages(agency: str, versions: tuple[tuple[int, str], ...]) -> tuple[tuple[int, int], ...]:
    """(version, stage) of every stage of deliberation at this agency; a case keeps to the version it was filed by."""
    return tuple(
        (version.pk, index)
        for version in Version.objects.filter(pk__in=[pk for pk, _hash in versions])
        for index, stage in enumerate(rule(version).stages)
        if stage.kind == DELIBERATE and stage.agency == agency and not stage.outside
    )


def proposal(application: Application) -> tuple[int, dict[str, Any]]:
    """The amount proposed for a case and what the material says of it, as its last review left them."""
    kept = application.assessments.defer("lines", "history", "sources").first()
    assert kept is not None  # a filed case was assessed
    said = kept.result.get("vouched", kept.result)
    summary = {
        "party": application.party.name,
        "unit": application.organisation.name if application.organisation and application.claimant_id else "",
        "number": application.number,
        "matter": _matter(programme_of(application), kept.facts),
        "lines": application.lines.count() if has_roster(programme_of(application)) else 0,
        "left_out": _left_out(kept),
        "shares": [
            {"payer": row["payer"], "fen": int(row["amount"].replace(".", ""))} for row in said["payments"]
        ],
        "review": _opinion_at(application, "review"),
        "publicity": _opinion_at(application, PUBLISH),
    }
    return said["amount_fen"] or 0, summary


def _matter(programme: rules.Programme, facts: dict[str, Any]) -> str:
    """What the amount hangs on, in words: 技能等级：技师. Nothing that an officer only entered as the amount."""
    said = []
    for name in programme.amount.facts:
        if facts.get(name) is None or name.startswith("officer."):
            continue
        fact = programme.dictionary[name]
        value = rules.parse_fact(programme.dictionary, name, facts[name])
        if value is not None:
            said.append(f"{fact.label.say('zh')}：{fact.value_label(value, 'zh')}")
    return "；".join(said)


def _left_out(kept: Assessment) -> int:
    """The number of lines that are not paid."""
    lines = kept.result.get("vouched", kept.result).get("lines", ())
    return sum(1 for line in lines if line["outcome"] == "ineligible")


def _opinion_at(application: Application, kind: str) -> dict[str, str]:
    """What was said last at a stage of this kind: that the publicity brought no objection, what the review found."""
    stages = [i for i, stage in enumerate(programme_of(application).stages) if stage.kind == kind]
    opinion = application.opinions.filter(stage__in=stages, act=Act.PASS).select_related("by").last()
    if opinion is None:
        return {}
    return {"text": opinion.text, "by": opinion.by.name, "on": clock.day_of(opinion.at).isoformat()}


@dataclass
class Sum:
    """Count and amounts of some items; ``payers``: agency → fen."""

    count: int = 0
    fen: int = 0
    payers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, fen: int, shares: Iterable[dict[str, Any]]) -> None:
        self.count += 1
        self.fen += fen
        for share in shares:
            self.payers[share["payer"]] += share["fen"]


def sums_of(meeting: Meeting) -> tuple[Sum, dict[str, Sum]]:
    """What an agenda comes to: all of it, and each programme by its code."""
    whole, each = Sum(), defaultdict[str, Sum](Sum)
    for code, fen, summary in meeting.items.values_list("programme_code", "amount_fen", "summary"):
        for one in (whole, each[code]):
            one.add(fen, summary["shares"])
    return whole, dict(each)


def minutes_words(meeting: Meeting) -> str:
    """The meeting as opinions and decisions name it: 区人社局党组会议（会议纪要〔2025〕1号，2025-11-05）."""
    return f"{meeting.name}（{meeting.number}，{meeting.held_on}）"


def meetings_of(application: Application, user: User) -> QuerySet[AgendaItem]:
    """The items under which a case was or is before a meeting of the officer's agency, the newest first."""
    items = AgendaItem.objects.visible_to(user).filter(application=application)
    return items.select_related("meeting").order_by("-meeting__prepared_at")
