"""Who asks a question: signed in, or with a proved phone."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from jiangli import clock
from jiangli.accounts.models import PhoneCode, User
from jiangli.correspondence.consultation.actions import proves
from jiangli.correspondence.consultation.models import Question, QuestionQuerySet
from jiangli.public.people import claimant, organisation_of
from jiangli.registers.models import Organisation, Person

ASKING = (
    "asking_phone"  # in the session: the key of the code that proved the phone of somebody without account
)


class Asker(NamedTuple):
    """Who asks: signed in, alone or for an organisation, or with a proved phone; None of it for strangers."""

    person: Person | None = None
    organisation: Organisation | None = None
    proof: PhoneCode | None = None

    @property
    def is_known(self) -> bool:
        return self.person is not None or self.proof is not None

    @property
    def phone_index(self) -> str:
        return self.proof.phone_index if self.proof else ""

    @property
    def user(self) -> User | None:
        return self.person.account if self.person else None


def asker_of(request: HttpRequest) -> Asker:
    if person := claimant(request):
        return Asker(person, organisation_of(request))
    pk = request.session.get(ASKING)
    proof = PhoneCode.objects.filter(pk=pk).first() if pk else None
    return Asker(proof=proof) if proves(proof, at=clock.now()) else Asker()


def questions_of(asker: Asker) -> QuestionQuerySet:
    """The questions that this asker may read."""
    if asker.user:
        return Question.objects.visible_to(asker.user)
    return Question.objects.of_phone(asker.phone_index)
