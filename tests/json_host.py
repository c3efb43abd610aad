"""A host on the loopback interface that answers JSON, keeps what it was asked, and can be told to misbehave."""

from __future__ import annotations

import json
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit


class Request(NamedTuple):
    """What a client asked."""

    method: str
    path: str
    """Percent-encoded, without the query."""
    query: dict[str, list[str]]
    headers: dict[str, str]
    """By names in lower case."""
    body: Any
    """The data of the JSON; None without a body."""

    @property
    def parts(self) -> list[str]:
        """The parts of the path, decoded."""
        return [unquote(part) for part in self.path.strip("/").split("/")]

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter of the query."""
        return self.query.get(name, [default])[0]


class Answer(NamedTuple):
    """What the host answers."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012
    raw: bytes | None = None
    """The bytes of the body instead of the JSON of `data`."""


class JsonHost:
    """The server; a subclass says in `answer` what it knows."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.awaiting: deque[Answer] = deque()
        """Answers to give instead of the real ones, in this order."""
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: the client would wait 40 ms before it confirms the first

            def log_message(self, *_: Any) -> None: ...

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                place = urlsplit(self.path)
                query: dict[str, list[str]] = {}
                for name, value in parse_qsl(place.query, keep_blank_values=True):
                    query.setdefault(name, []).append(value)
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, place.path, query, headers, json.loads(body) if body else None)
                host.requests.append(request)
                answer = host.awaiting.popleft() if host.awaiting else host.answer(request)
                data = answer.raw
                if data is None:
                    data = b"" if answer.data is None else json.dumps(answer.data).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        raise NotImplementedError

    def asked(self) -> list[str]:
        """The requests so far, as `GET /path`; they are forgotten then."""
        told = [f"{one.method} {one.path}" for one in self.requests]
        self.requests.clear()
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
