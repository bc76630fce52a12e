"""Persons and certificates of a whole list at once: a few queries for thousands of them. All safe to run twice."""

from collections.abc import Collection, Mapping, Sequence

from jiangli.bulk import insert
from jiangli.registers.models import Certificate, Person
from jiangli.registers.queries import batched, identity_index


def persons_of_numbers(names: Mapping[str, str]) -> dict[str, Person]:
    """Identity number (normalised and sound) → its person, kept under the given name if nobody knew them."""
    index = {number: identity_index(number) for number in names}
    known = _persons(index.values())
    new = [
        Person(id_number_index=index[number], id_number=number, name=name)
        for number, name in names.items()
        if index[number] not in known
    ]
    insert(new, ignore_conflicts=True)
    if _count(Person, new) < len(new):  # somebody else came first with one of them
        known |= _persons({person.id_number_index for person in new})
    else:
        known |= {person.id_number_index: person for person in new}
    return {number: known[index[number]] for number in names}


def _persons(indexes: Collection[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for some in batched(indexes, 500):
        rows = Person.objects.filter(id_number_index__in=some).defer("id_number", "phone", "proved_phone")
        found |= {person.id_number_index: person for person in rows}
    return found


def certificates_of_numbers(numbers: Collection[str]) -> dict[str, Certificate]:
    """Number (normalised) → its certificate; one that no register has shown yet has its number only."""
    known = _certificates(numbers)
    new = [Certificate(number=number) for number in numbers if number not in known]
    insert(new, ignore_conflicts=True)
    if _count(Certificate, new) < len(new):
        return known | _certificates({certificate.number for certificate in new})
    return known | {certificate.number: certificate for certificate in new}


def _count(model: type[Person] | type[Certificate], new: Sequence[Person | Certificate]) -> int:
    """How many of these were written under the key they were given."""
    keys = [row.pk for row in new]
    return sum(model._default_manager.filter(pk__in=some).count() for some in batched(keys, 500))


def _certificates(numbers: Collection[str]) -> dict[str, Certificate]:
    found: dict[str, Certificate] = {}
    for some in batched(numbers, 500):
        found |= {
            certificate.number: certificate for certificate in Certificate.objects.filter(number__in=some)
        }
    return found


def settle_names(persons: Collection[Person]) -> None:
    """From now on their names change only by a register or an officer."""
    for some in batched({person.pk for person in persons if not person.name_is_settled}, 500):
        Person.objects.filter(pk__in=some).update(name_is_settled=True)
