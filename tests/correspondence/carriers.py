"""A carrier in a thread of the test: takes messages over HTTP and does as it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FILE = """
[http]
url = "{url}"
timeout = 1
templates = "required"
reference = "data.id"
says = "message"
[http.headers]
Authorization = "Bearer {{secret}}"
[http.body]
to = "{{phone}}"
template = "{{template}}"
values = "{{values}}"
order = "{{list}}"
ours = "{{reference}}"
sign = {{ name = "匠励", note = "for {{reference}}" }}
[[http.accepted]]
status = [200]
field = "code"
is = ["OK"]
[[http.busy]]
field = "code"
is = ["FLOW", 17]
[[http.barred]]
status = [200]
field = "code"
[receipts]
list = "reports"
state = "status"
delivered = ["DELIVRD"]
failed = ["UNDELIV", "EXPIRED"]
[templates]
"application.withdrawn" = "SMS_1"
"""


class Answers(BaseHTTPRequestHandler):
    """Answers with the next of the server's ``answers``: (status, JSON or bytes), or a way to fail."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((dict(self.headers), body))
        status, content = self.server.answers.pop(0) if self.server.answers else (200, {"code": "OK"})
        if status == "hang":
            self.server.rest.wait(5)
        if status in ("hang", "drop"):
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        out = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *args: Any) -> None:
        """Nothing: the test reads what came."""


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int | str, Any]] = []
        self.rest = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/send?region=test"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.came]


@contextmanager
def carrier() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.rest.set()
        server.shutdown()
        server.server_close()
        thread.join()
