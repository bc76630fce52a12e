"""The generic HTTP gateway: one request per message to the carrier that the installation's file names.

What an answer means follows the file's rules; where none fits, only what HTTP itself says for certain. All
else is doubt, and what is in doubt is never sent again.
"""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from jiangli.correspondence.carrier import Carrier, at_path, cannot_send, carrier_of
from jiangli.correspondence.forbidden import without_phones
from jiangli.correspondence.gateways import InDoubt, Letter, Undeliverable
from jiangli.refused import Unavailable

LONGEST_ANSWER = 64 * 1024  # bytes
TRY_AGAIN = {401, 403, 429}  # our secret is wrong, or we are too fast: not taken, and somebody can mend it
DOUBTFUL = {408, 409}  # it may have come, or it came before


class Http:
    """Sends through the carrier of ``settings.CARRIER``."""

    def send(self, letter: Letter) -> str:
        """The carrier's reference. Unavailable without a template, since the operator can still add it."""
        carrier = carrier_of(settings.CARRIER)
        if not carrier.sends:
            raise Unavailable("No carrier is set up: JIANGLI_CARRIER names its file, with [http].")
        if reason := cannot_send(carrier, letter.event, letter.version):
            raise Unavailable(reason)
        return judged(carrier, *_post(carrier, letter))


def _post(carrier: Carrier, letter: Letter) -> tuple[int, bytes]:
    """Status and body. What fails before the request is on its way was certainly not taken."""
    content, kind = encoded(carrier, letter)
    headers = {
        name: _said(value, {"secret": settings.CARRIER_SECRET}) for name, value in carrier.headers.items()
    }
    address = urlsplit(carrier.url)
    connection = _connection(address.scheme, str(address.hostname), address.port, carrier.timeout)
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        raise Unavailable(f"The carrier cannot be reached ({type(error).__name__}).") from None
    try:
        path = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
        connection.request(carrier.method, path, content, {"Content-Type": kind, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        raise InDoubt(f"The carrier did not answer ({type(error).__name__}).") from None
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=timeout)


def encoded(carrier: Carrier, letter: Letter) -> tuple[bytes, str]:
    """The body of the request and its content type."""
    template = carrier.templates.get(letter.event)
    blanks = {
        "reference": letter.reference,
        "phone": letter.phone,
        "template": template.id if template else "",
        "values": dict(letter.values),
        "values_json": json.dumps(dict(letter.values), ensure_ascii=False),
        "list": list(letter.values.values()),
        "text": letter.text,
        "secret": settings.CARRIER_SECRET,
    }
    body = {name: _filled(value, blanks) for name, value in carrier.body.items()}
    if carrier.encoding == "json":
        return json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8"
    flat = {name: value if isinstance(value, str) else _json(value) for name, value in body.items()}
    return urlencode(flat).encode(), "application/x-www-form-urlencoded; charset=utf-8"


def _filled(value: Any, blanks: Mapping[str, Any]) -> Any:
    """A part of the body with its blanks filled; one that is a blank and nothing else becomes its value."""
    if isinstance(value, dict):
        return {name: _filled(part, blanks) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, blanks) for part in value]
    if not isinstance(value, str):
        return value
    if value[:1] == "{" and value[-1:] == "}" and value[1:-1] in blanks:
        return blanks[value[1:-1]]
    return _said(value, blanks)


def _said(words: str, blanks: Mapping[str, Any]) -> str:
    for name, value in blanks.items():
        if f"{{{name}}}" in words:
            words = words.replace(f"{{{name}}}", value if isinstance(value, str) else _json(value))
    return words


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def judged(carrier: Carrier, status: int, content: bytes) -> str:
    """The carrier's reference if it took the message; Unavailable, Undeliverable or InDoubt if not."""
    answer = _answer(content)
    said = f"HTTP {status}"
    if carrier.says and (words := at_path(answer, carrier.says)):
        said = f"{said}: {without_phones(str(words))}"
    if any(rule.fits(status, answer) for rule in carrier.accepted):
        reference = at_path(answer, carrier.reference) if carrier.reference else None
        return "" if reference is None else str(reference)[:80]
    if any(rule.fits(status, answer) for rule in carrier.busy):
        raise Unavailable(said)
    if any(rule.fits(status, answer) for rule in carrier.barred):
        raise Undeliverable(said)
    if status in TRY_AGAIN:
        raise Unavailable(said)
    if 400 <= status < 500 and status not in DOUBTFUL:
        raise Undeliverable(said)
    raise InDoubt(said)


def _answer(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
