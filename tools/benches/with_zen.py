"""The technician programme as a decision graph of ZEN (`zen-engine`): one expression for each condition."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import zen

CONDITIONS = {
    "window": "date(applied_on) >= date('2025-04-15') and date(applied_on) <= date('2025-12-01')",
    "E1": "startsWith(membership.union_area, '330109') and membership.real_name_verified",
    "E2": "certificate.kind in ['skill_level_certificate', 'vocational_qualification']",
    "E3": "certificate.level in ['technician', 'senior_technician']",
    "E4": "date(certificate.issue_date) >= date('2023-12-01') and date(certificate.issue_date) <= date('2025-11-30')",
    "E5": "(certificate.issuer_kind == 'hrss' and startsWith(certificate.issuer_area, '33'))"
    " or (certificate.issuer_kind != 'hrss' and startsWith(certificate.filing_area, '33'))",
    "E6": "person.name == certificate.holder_name and certificate.holder_name == account.holder_name",
    "E7": "account.details_complete",
}
AMOUNT = {
    "eligible": " and ".join(f"$.{name}" for name in CONDITIONS),
    "amount": "$.eligible ? (certificate.level == 'technician' ? 1200 : 1600) : 0",
}


def graph() -> dict[str, Any]:
    """Input, one node of expressions, output."""
    rows = [{"id": key, "key": key, "value": value} for key, value in {**CONDITIONS, **AMOUNT}.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "claim"},
        {"id": "rule", "type": "expressionNode", "name": "rule", "content": {"expressions": rows}},
        {"id": "out", "type": "outputNode", "name": "answer"},
    ]
    edges = [
        {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"}
        for source, target in (("in", "rule"), ("rule", "out"))
    ]
    placed = [{**node, "position": {"x": 0, "y": 0}} for node in nodes]
    return {"contentType": "application/vnd.gorules.decision", "nodes": placed, "edges": edges}


def claim(facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The facts as nested JSON, days as text."""
    found: dict[str, Any] = {"applied_on": on.isoformat()}
    for name, value in facts.items():
        entity, attribute = name.split(".")
        found.setdefault(entity, {})[attribute] = value.isoformat() if isinstance(value, date) else value
    return found


def answerer() -> Callable[[dict[str, Any], bool], dict[str, Any]]:
    """A function (claim, trace) -> the engine's response. The decision is compiled once and loaded by key."""
    content = zen.ZenDecisionContent(json.dumps(graph()))
    engine = zen.ZenEngine({"loader": lambda _key: content})
    return lambda asked, trace: engine.evaluate("technician", asked, {"trace": trace})


def fen(response: dict[str, Any]) -> int:
    """What a response says is due."""
    return int(response["result"]["amount"]) * 100
