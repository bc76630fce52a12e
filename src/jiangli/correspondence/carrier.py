"""The file that connects an SMS carrier: where to, what is sent, how its answer and its receipts are read.

Named by ``JIANGLI_CARRIER``; docs/how-to/connect-an-sms-carrier.md goes through it. Secrets are not in it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jiangli.correspondence.texts import texts

LOCAL = {"127.0.0.1", "localhost", "::1"}
BLANKS = ("{reference}", "{phone}", "{template}", "{values}", "{values_json}", "{list}", "{text}", "{secret}")
HTTP_KEYS = {
    "url", "method", "encoding", "timeout", "templates", "headers", "body", "accepted", "busy", "barred",
    "reference", "says",
}  # fmt: skip


class CarrierFault(Exception):
    """The file is wrong; says which key, and what to write."""


@dataclass(frozen=True)
class Rule:
    """Fits an answer by its status and by one field. Without ``values`` it is enough that the field is there."""

    status: frozenset[int] = frozenset()  # empty: any
    field: str = ""
    values: frozenset[str] = frozenset()

    def fits(self, status: int, answer: Any) -> bool:
        if self.status and status not in self.status:
            return False
        if not self.field:
            return True
        value = at_path(answer, self.field)
        return value is not None and (not self.values or str(value) in self.values)


@dataclass(frozen=True)
class Template:
    """The carrier's id of a registered text, and the version of ours that was registered (blank: any)."""

    id: str
    version: str = ""


@dataclass(frozen=True)
class ReceiptForm:
    """Where a receipt says what; paths go down with dots. Without a file, the form of our own."""

    header: str = "X-Receipt-Secret"
    list: str = ""  # where the list is; blank: the body is the list, or one receipt
    reference: str = "reference"
    carrier_reference: str = "id"
    state: str = "state"
    reason: str = "reason"
    delivered: frozenset[str] = frozenset({"delivered"})
    failed: frozenset[str] = frozenset({"failed"})


@dataclass(frozen=True)
class Carrier:
    """All of the file, checked."""

    url: str = ""
    method: str = "POST"
    encoding: str = "json"
    timeout: float = 10
    needs_template: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    accepted: tuple[Rule, ...] = ()
    busy: tuple[Rule, ...] = ()
    barred: tuple[Rule, ...] = ()
    reference: str = ""
    says: str = ""
    templates: Mapping[str, Template] = field(default_factory=dict)
    receipts: ReceiptForm = ReceiptForm()

    @property
    def sends(self) -> bool:
        return bool(self.url)


def at_path(value: Any, path: str) -> Any:
    """What stands at ``a.b.0`` in a JSON value; None if nothing does."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def carrier_of(file: str | None) -> Carrier:
    """The carrier of this installation; without a file one that sends nothing. CarrierFault, FileNotFoundError."""
    return _read(Path(file)) if file else Carrier()


@cache
def _read(file: Path) -> Carrier:
    return read(file.read_text("utf-8"), file.name)


def read(content: str, name: str) -> Carrier:
    """Read and check the text of a file called ``name``. CarrierFault tells everything that is wrong."""
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise CarrierFault(f"{name}: {error}") from None
    if faults := list(_faults(raw)):
        raise CarrierFault(f"{name}: {' '.join(faults)}")
    http = raw.get("http", {})
    return Carrier(
        url=http.get("url", ""),
        method=http.get("method", "POST"),
        encoding=http.get("encoding", "json"),
        timeout=http.get("timeout", 10),
        needs_template=http.get("templates", "optional") == "required",
        headers=http.get("headers", {}),
        body=http.get("body", {}),
        **{
            kind: tuple(_rule(each) for each in http.get(kind, [])) for kind in ("accepted", "busy", "barred")
        },
        reference=http.get("reference", ""),
        says=http.get("says", ""),
        templates={event: _template(given) for event, given in raw.get("templates", {}).items()},
        receipts=_receipt_form(raw.get("receipts", {})),
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    values = frozenset(str(value) for value in raw.get("is", []))
    return Rule(frozenset(raw.get("status", [])), raw.get("field", ""), values)


def _template(given: Any) -> Template:
    return Template(**given) if isinstance(given, dict) else Template(given)


def _receipt_form(raw: Mapping[str, Any]) -> ReceiptForm:
    given: dict[str, Any] = {
        key: frozenset(map(str, value)) if isinstance(value, list) else value for key, value in raw.items()
    }
    return ReceiptForm(**given)


def _faults(raw: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(set(raw) - {"http", "receipts", "templates"}):
        yield f"Take out {key}."
    if "http" in raw:
        yield from _faults_of_http(raw["http"])
    for key, value in raw.get("receipts", {}).items():
        if key not in ReceiptForm.__dataclass_fields__:
            yield f"receipts.{key}: take it out."
        elif isinstance(value, list) != (key in ("delivered", "failed")):
            yield f"receipts.{key}: write {'a list' if key in ('delivered', 'failed') else 'a text'}."
    yield from _faults_of_templates(raw.get("templates", {}))


def _faults_of_http(http: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(set(http) - HTTP_KEYS):
        yield f"http.{key}: take it out."
    for key in ("url", "body", "accepted"):
        if not http.get(key):
            yield f"http.{key} is missing."
    address = urlsplit(str(http.get("url", "")))
    if address.scheme != "https" and address.hostname not in LOCAL:
        yield "http.url: begin it with https; only a server on this machine may be without."
    if http.get("method", "POST") not in ("POST", "PUT"):
        yield "http.method: write POST or PUT; a phone never stands in an address."
    if http.get("encoding", "json") not in ("json", "form"):
        yield "http.encoding: write json or form."
    timeout = http.get("timeout", 10)
    if not isinstance(timeout, int | float) or not 1 <= timeout <= 60:
        yield "http.timeout: write seconds, 1 to 60."
    if http.get("templates", "optional") not in ("required", "optional"):
        yield "http.templates: write required or optional."
    yield from _faults_of_body(http)
    for kind in ("accepted", "busy", "barred"):
        for place, rule in enumerate(http.get(kind) or [], 1):
            if not isinstance(rule, dict) or not rule or set(rule) - {"status", "field", "is"}:
                yield f"http.{kind} {place}: write status = […], or field and is = […]."
            elif "is" in rule and "field" not in rule:
                yield f"http.{kind} {place}: name the field that is compared."


def _faults_of_body(http: Mapping[str, Any]) -> Iterator[str]:
    written = str(http.get("body", {}))
    if http.get("body") and "{phone}" not in written:
        yield "http.body: nothing in it is {phone}."
    if http.get("body") and not any(blank in written for blank in ("{text}", "{template}")):
        yield "http.body: say {text}, or {template} with its values."
    if "{template}" in written and http.get("templates") != "required":
        yield 'http.templates: write "required", since the body says {template}.'


def _faults_of_templates(templates: Mapping[str, Any]) -> Iterator[str]:
    for event, given in templates.items():
        wrong = isinstance(given, dict) and (set(given) - {"id", "version"} or not given.get("id"))
        if event not in texts():
            yield f'templates: there is no event "{event}".'
        elif wrong or not given or not isinstance(given, str | dict):
            yield f'templates."{event}": write the carrier\'s id, or {{ id = "…", version = "…" }}.'


def missing_templates(carrier: Carrier) -> list[str]:
    """The events whose text cannot go out: no id, or the text changed since the carrier registered it."""
    return [reason for event in texts() if (reason := cannot_send(carrier, event, texts()[event].version))]


def cannot_send(carrier: Carrier, event: str, version: str) -> str:
    """Why a text has no template at the carrier, or blank."""
    if not carrier.needs_template:
        return ""
    template = carrier.templates.get(event)
    if template is None:
        return f'{event}: register its text with the carrier and write its id under [templates] "{event}".'
    if template.version and template.version != version:
        return (
            f"{event}: its text is version {version}, the carrier has {template.version}; register it again."
        )
    return ""
