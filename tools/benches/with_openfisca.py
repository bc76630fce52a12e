"""The technician programme as a country package of OpenFisca: a variable for each fact, condition and the amount.

Formulas are vectors, as its documentation writes them; one claim is a simulation of one person.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = build_entity(key="person", plural="persons", label="A claimant", is_person=True)
PERIOD = "2025-06"
FACTS = {
    "application.applied_on": date, "membership.union_area": str, "membership.real_name_verified": bool,
    "certificate.kind": str, "certificate.level": str, "certificate.issue_date": date,
    "certificate.issuer_kind": str, "certificate.issuer_area": str, "certificate.filing_area": str,
    "person.name": str, "certificate.holder_name": str, "account.holder_name": str,
    "account.details_complete": bool,
}  # fmt: skip
Formula = Callable[[Callable[[str], Any]], Any]


def _starts(codes: Any, prefix: str) -> Any:
    return numpy.char.startswith(codes.astype(str), prefix)


def _between(days: Any, first: str, last: str) -> Any:
    return (days >= numpy.datetime64(first)) & (days <= numpy.datetime64(last))


CONDITIONS: dict[str, Formula] = {
    "window": lambda of: _between(of("application.applied_on"), "2025-04-15", "2025-12-01"),
    "E1": lambda of: _starts(of("membership.union_area"), "330109") & of("membership.real_name_verified"),
    "E2": lambda of: numpy.isin(
        of("certificate.kind").astype(str), ["skill_level_certificate", "vocational_qualification"]
    ),
    "E3": lambda of: numpy.isin(of("certificate.level").astype(str), ["technician", "senior_technician"]),
    "E4": lambda of: _between(of("certificate.issue_date"), "2023-12-01", "2025-11-30"),
    "E5": lambda of: numpy.where(
        of("certificate.issuer_kind") == "hrss",
        _starts(of("certificate.issuer_area"), "33"),
        _starts(of("certificate.filing_area"), "33"),
    ),
    "E6": lambda of: (
        (of("person.name") == of("certificate.holder_name"))
        & (of("certificate.holder_name") == of("account.holder_name"))
    ),
    "E7": lambda of: of("account.details_complete"),
}


def _eligible(of: Callable[[str], Any]) -> Any:
    return numpy.logical_and.reduce([of(name) for name in CONDITIONS])


def _amount(of: Callable[[str], Any]) -> Any:
    return of("eligible") * numpy.where(of("certificate.level") == "technician", 1200, 1600)


def _named(name: str) -> str:
    return name.replace(".", "_")


def _variable(name: str, kind: type, formula: Formula | None = None) -> type[Variable]:
    """A variable of one person and one month; with a formula where it is not given."""
    body: dict[str, Any] = {
        "value_type": kind, "entity": PERSON, "definition_period": DateUnit.MONTH, "label": name,
    }  # fmt: skip
    if formula:
        body["formula"] = lambda person, period: formula(lambda wanted: person(_named(wanted), period))
    return type(_named(name), (Variable,), body)


def system() -> TaxBenefitSystem:
    """The country package."""
    found = TaxBenefitSystem([PERSON])
    rows: list[tuple[str, type, Formula | None]] = [(name, kind, None) for name, kind in FACTS.items()]
    rows += [(name, bool, formula) for name, formula in CONDITIONS.items()]
    for name, kind, formula in [*rows, ("eligible", bool, _eligible), ("amount", int, _amount)]:
        found.add_variable(_variable(name, kind, formula))
    return found


def claim(facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The facts as a test case of OpenFisca, days as text."""
    given = {**facts, "application.applied_on": on}
    values = {_named(name): {PERIOD: given[name]} for name in FACTS if name in given}
    return {"persons": {"claimant": {name: _text(value) for name, value in values.items()}}}


def _text(value: dict[str, Any]) -> dict[str, Any]:
    return {period: day.isoformat() if isinstance(day, date) else day for period, day in value.items()}


def answerer() -> Callable[[dict[str, Any], bool], Any]:
    """A function (claim, trace) -> the simulation, calculated; a trace is read out, as who asks why would."""
    country = system()

    def answer(asked: dict[str, Any], trace: bool) -> Any:
        simulation = SimulationBuilder().build_from_entities(country, asked)
        simulation.trace = trace
        simulation.calculate("amount", PERIOD)
        if trace:
            simulation.tracer.get_serialized_flat_trace()
        return simulation

    return answer


def fen(simulation: Any) -> int:
    """What a simulation says is due."""
    return int(simulation.calculate("amount", PERIOD)[0]) * 100
