"""How we read the law: programme files in, explained assessments out. Pure Python, no clock, no database."""

from jiangli.rules.assessment import Assessment, Due, Finding, LineResult, Outcome, PastPayment, Payment
from jiangli.rules.contract import Request, answer, invalid, read_request
from jiangli.rules.document import Ban, Contact, Document
from jiangli.rules.engine import assess, count_rows, parts_of, waivable
from jiangli.rules.errors import FactError, PolicyError, Words
from jiangli.rules.facts import APPLIED_ON, Dictionary, Fact, Facts, Value, money_text, parse_fact, yuan
from jiangli.rules.given import Given, Slip, facts_from, rounded
from jiangli.rules.library import Library, build, compile, default_folder, load
from jiangli.rules.limits import Past, column_text, key_of, looks_at
from jiangli.rules.programme import (
    Again,
    Ask,
    Condition,
    Limit,
    Material,
    Overlay,
    Programme,
    Rate,
    RosterColumn,
    Stage,
)
from jiangli.rules.recognitions import Recognised

__all__ = [
    "APPLIED_ON",
    "Again",
    "Ask",
    "Assessment",
    "Ban",
    "Condition",
    "Contact",
    "Dictionary",
    "Document",
    "Due",
    "Fact",
    "FactError",
    "Facts",
    "Finding",
    "Given",
    "Library",
    "Limit",
    "LineResult",
    "Material",
    "Outcome",
    "Overlay",
    "Past",
    "PastPayment",
    "Payment",
    "PolicyError",
    "Programme",
    "Rate",
    "Recognised",
    "Request",
    "RosterColumn",
    "Slip",
    "Stage",
    "Value",
    "Words",
    "answer",
    "assess",
    "build",
    "column_text",
    "compile",
    "count_rows",
    "default_folder",
    "facts_from",
    "invalid",
    "key_of",
    "load",
    "looks_at",
    "money_text",
    "parse_fact",
    "parts_of",
    "read_request",
    "rounded",
    "waivable",
    "yuan",
]
