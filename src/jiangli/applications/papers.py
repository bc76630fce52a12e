"""What is kept of a paper form beside the materials of its programme: the form itself, and the signed consent."""

from __future__ import annotations

from dataclasses import dataclass

from jiangli import rules
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Channel


@dataclass(frozen=True)
class Paper:
    """A scan that every paper form needs. ``id`` and ``title`` as of a material; never optional."""

    id: str
    title: rules.Words
    hint: rules.Words
    optional: bool = False
    per: str = "claim"


FORM = Paper(
    "paper-form",
    rules.Words("纸质申请表", "The paper form"),
    rules.Words("每一页都扫，签名要看得清。", "Every page, with the signature readable."),
)
CONSENT = Paper(
    "paper-consent",
    rules.Words("签了字的同意书", "The signed consent"),
    rules.Words(
        "本人（单位盖章）同意由窗口录入，并核对信息。代办的附授权书。",
        "The claimant agrees that the counter enters the form and looks facts up. With the authority of a bearer.",
    ),
)


def papers_of(application: Application) -> tuple[Paper, ...]:
    """The papers a case needs: none unless it was entered at the counter."""
    return (FORM, CONSENT) if application.channel == Channel.COUNTER else ()


def scans_of(application: Application) -> list[rules.Material | Paper]:
    """Everything of which scans are kept for this case: its papers, then the materials of its programme."""
    return [*papers_of(application), *programme_of(application).materials]


def known_materials(application: Application) -> dict[str, rules.Words]:
    """The titles of ``scans_of`` by id, what one reads first in front: materials, then papers."""
    found = {material.id: material.title for material in programme_of(application).materials}
    return found | {paper.id: paper.title for paper in papers_of(application)}
