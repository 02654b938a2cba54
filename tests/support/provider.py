"""A telephone company on loopback: takes texts, lists them, remembers every one. For tests with processes of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from assistant.domain.clock import SystemClock

ACCOUNT = "AC" + "0" * 32


class Provider:
    """`failures` are taken from the front: `drop` (created, connection cut), `lost` (cut before), 429, 400, 500 (created), 503 (not created)."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.failures: list[str | int] = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.deleted: list[str] = []
        self.lock = threading.Lock()
        self.url = ""

    def picture(self, message: str, content: bytes, kind: str = "image/png") -> str:
        """Keep a picture of that message; where it can be fetched."""
        with self.lock:
            path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message}/Media/ME{len(self.media):032x}"
            self.media[path] = (kind, content)
        return f"{self.url}{path}"

    def bodies(self) -> list[str]:
        with self.lock:
            return [message["body"] for message in self.sent]

    def create(self, form: dict[str, list[str]]) -> dict[str, str]:
        with self.lock:
            message = {
                "sid": f"SO{len(self.sent):032d}",
                "to": form["To"][0],
                "from": form["From"][0],
                "body": form["Body"][0],
                "status": "queued",
                "direction": "outbound-api",
                "date_created": format_datetime(SystemClock().now()),
            }
            self.sent.append(message)
            return message


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider; `url` is its API base."""
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            with state.lock:
                failure = state.failures.pop(0) if state.failures else None
            if failure in (400, 429, 503):
                self._answer(int(failure), {"code": {400: 21211, 429: 20429, 503: 20503}[int(failure)]})
                return
            if failure == "lost":
                self.close_connection = True
                return
            created = state.create(form)
            if failure == "drop":
                self.close_connection = True
                return
            self._answer(500 if failure == 500 else 201, {} if failure == 500 else created)

        def do_DELETE(self) -> None:
            with state.lock:
                gone = state.media.pop(urlsplit(self.path).path.removesuffix(".json"), None)
                state.deleted += [self.path] if gone else []
            self.send_response(204 if gone else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            with state.lock:
                found = state.media.get(urlsplit(self.path).path)
            if found is not None:
                self._answer(200, found[1], found[0])
                return
            if "/Media/" in self.path:
                self._answer(404, {"code": 20404})
                return
            query = parse_qs(urlsplit(self.path).query)
            with state.lock:
                rows = [m for m in reversed(state.sent) if m["to"] == query["To"][0] and m["from"] == query["From"][0]]
            self._answer(200, {"messages": rows, "next_page_uri": None})

        def _answer(self, status: int, body: object, kind: str = "application/json") -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", "0.2")
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
