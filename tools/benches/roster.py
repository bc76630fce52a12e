"""A training institution's list: a ceiling shared over the year, a certificate counted once."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jiangli import rules

DAY = date(2025, 11, 3)
FACTS = {
    "organisation.id": "bench",
    "organisation.kind": "training_institution",
    "organisation.area": "330114",
    "training.filed": True,
    "training.filed_on": date(2025, 3, 20),
    "training.started_on": date(2025, 5, 6),
    "training.completed": True,
}
_PERSON = {
    "person.group": "unemployed",
    "person.real_name_checked": True,
    "officer.trainee_identity_confirmed": True,
    "certificate.kind": "skill_level_certificate",
    "certificate.level": "senior",
    "certificate.issuer_area": "330114",
    "certificate.shortage_occupation": False,
}


def programme(library: rules.Library) -> rules.Programme:
    return library.programmes["qiantang-10a-institution-training"]


@lru_cache
def lines(count: int, known: bool = True) -> tuple[Mapping[str, Any], ...]:
    """So many trainees; ``known``: with their certificates' numbers."""
    return tuple(
        {**_PERSON, "person.id": f"p{n}", **({"certificate.id": f"c{n}"} if known else {})}
        for n in range(count)
    )


@lru_cache
def paid(count: int) -> tuple[rules.PastPayment, ...]:
    """So many earlier payments to another institution, for other certificates."""
    name = "qiantang-10a-institution-training"
    day = date(2024, 1, 1)
    return tuple(
        rules.PastPayment(name, day, 60_000, organisation="other", certificate=f"d{n}") for n in range(count)
    )
