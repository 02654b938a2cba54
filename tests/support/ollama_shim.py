"""A real HTTP server that speaks Ollama's API, with a real small model (xllamacpp) or a scripted one behind it.

Standard library only. It counts what a client does: `stopped` grows when a client hangs up in the middle of an answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

#: (messages, options, schema, wanted): calls `wanted` with each piece until it returns False.
Backend = Callable[[list[dict[str, str]], dict[str, Any], dict[str, Any] | None, Callable[[str], bool]], None]


def llama_backend(model: Path, *, context: int = 2048) -> Backend:
    """SmolLM2 or another GGUF in this process."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx, params.n_parallel, params.verbosity = context, 1, -1
    params.cpuparams.n_threads = 2
    params.api_keys = ["shim"]
    server = xllamacpp.Server(params)

    def serve(
        messages: list[dict[str, str]], options: dict[str, Any], schema: dict[str, Any] | None, wanted: Callable[[str], bool]
    ) -> None:
        body: dict[str, Any] = {
            "messages": messages, "stream": True, "max_tokens": options.get("num_predict", 128),
            "temperature": options.get("temperature", 0.0), "stop": options.get("stop") or [],
        }  # fmt: skip
        if schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}

        def piece(chunk: Any) -> bool:
            text = chunk.get("choices", [{}])[0].get("delta", {}).get("content")
            return bool(text) and not wanted(text)

        server.handle_chat_completions(body, piece)

    return serve


def scripted_backend(pieces: list[str], *, gate: threading.Event | None = None, gate_after: int = 1) -> Backend:
    """Says the pieces; after `gate_after` of them it waits for the gate, as a slow model would."""

    def serve(_m: Any, _o: Any, _s: Any, wanted: Callable[[str], bool]) -> None:
        for index, piece in enumerate(pieces):
            if gate is not None and index == gate_after:
                gate.wait(10)
            if not wanted(piece):
                return

    return serve


class OllamaShim:
    """`with OllamaShim(backend, models=("smollm2:latest",)) as shim:` serves on `shim.url`."""

    def __init__(self, backend: Backend, *, models: tuple[str, ...] = ("smollm2:latest",)) -> None:
        self.backend = backend
        self.models = models
        self.requests: list[dict[str, Any]] = []
        self.stopped = threading.Event()
        self.cut_after: int | None = None  # close the line after so many pieces, as a crash would
        shim = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path == "/api/tags":
                    self._json(200, {"models": [{"model": name, "name": name} for name in shim.models]})
                else:
                    self._json(404, {"error": "not found"})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                shim.requests.append({"path": self.path, **body})
                name = body.get("model", "")
                if name not in shim.models and f"{name}:latest" not in shim.models:
                    self._json(404, {"error": f"model '{name}' not found"})
                elif self.path == "/api/chat":
                    self._chat(body)
                else:
                    self._json(404, {"error": "not found"})

            def _chat(self, body: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                count = 0

                def wanted(text: str) -> bool:
                    nonlocal count
                    count += 1
                    if shim.cut_after is not None and count > shim.cut_after:
                        self.close_connection = True
                        self.connection.close()
                        return False
                    try:
                        self._line({"model": body["model"], "message": {"role": "assistant", "content": text}, "done": False})
                    except OSError:
                        shim.stopped.set()
                        return False
                    return True

                shim.backend(body["messages"], body.get("options") or {}, body.get("format") or None, wanted)
                if shim.stopped.is_set() or (shim.cut_after is not None and count > shim.cut_after):
                    return
                try:
                    self._line(
                        {"model": body["model"], "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
                    )
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    shim.stopped.set()

            def _line(self, value: dict[str, Any]) -> None:
                data = json.dumps(value).encode() + b"\n"
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

            def _json(self, status: int, value: dict[str, Any]) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> OllamaShim:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def serving(backend: Backend, **options: Any) -> Iterator[OllamaShim]:
    """For fixtures."""
    with OllamaShim(backend, **options) as shim:
        yield shim
