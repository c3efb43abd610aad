"""A client of the Language Server Protocol for tests: it starts a server and talks to it over stdio."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

TIMEOUT = 120
"""After how many seconds without an answer a test fails."""


class LanguageClient:
    """Asks a server, and keeps what the server tells by itself."""

    def __init__(self, process: subprocess.Popen[bytes], settings: Mapping[str, Any]) -> None:
        self.process, self.settings = process, settings
        self.told: list[dict[str, Any]] = []
        """The server's notifications that no method has consumed, in their order."""
        self.hello: Any = None
        """What the server answered to `initialize`."""
        self._messages: Queue[dict[str, Any] | None] = Queue()
        self._last = 0
        Thread(target=self._listen, daemon=True).start()

    def request(self, method: str, params: Any = None) -> Any:
        """The result of a request. Raises AssertionError where the server answers with an error."""
        answer = self.ask(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def ask(self, method: str, params: Any = None) -> dict[str, Any]:
        """The whole answer to a request."""
        self._last += 1
        number = self._last
        self.send({"id": number, "method": method, "params": params})
        while (message := self._next()).get("id") != number or "method" in message:
            self._take(message)
        return message

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message of any form."""
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_bytes(self, data: bytes) -> None:
        """Send the bytes of a message's content, whatever they are."""
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def wait_for(self, method: str, **said: Any) -> Any:
        """The params of the next notification of this method in which these params are as said."""
        while True:
            for index, message in enumerate(self.told):
                if message["method"] == method and all(message["params"].get(key) == said[key] for key in said):
                    del self.told[index]
                    return message["params"]
            self._take(self._next())

    def open(self, path: Path, text: str, version: int = 1) -> str:
        """Open a text as a file; its URI."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def change(self, uri: str, text: str, version: int) -> None:
        """Change the whole text of an open file."""
        change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", change)

    def at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        """The result of a request about a position (0-based) of a file."""
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        return self.request(method, {**place, **more})

    def _listen(self) -> None:
        assert self.process.stdout
        while header := self.process.stdout.readline():
            size = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else 0
            while self.process.stdout.readline().strip():
                pass
            self._messages.put(json.loads(self.process.stdout.read(size)))
        self._messages.put(None)

    def _next(self) -> dict[str, Any]:
        message = self._messages.get(timeout=TIMEOUT)
        assert message is not None, "the server has ended"
        return message

    def _take(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            self.told.append(message)
        elif message.get("method") == "workspace/configuration":
            items = message["params"]["items"]
            self.send({"id": message["id"], "result": [self.settings.get(item.get("section")) for item in items]})
        elif "method" in message:
            self.send({"id": message["id"], "result": None})


@contextmanager
def language_server(
    command: Sequence[str], folder: Path, settings: Mapping[str, Any] | None = None, **options: Any
) -> Iterator[LanguageClient]:
    """A server that runs in a folder and is ready to be asked. `options` go to the request `initialize`."""
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        client = LanguageClient(process, settings or {})
        root = folder.as_uri()
        hello = {
            "processId": None,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "project"}],
            "capabilities": {
                "workspace": {"configuration": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True}},
                    "publishDiagnostics": {"versionSupport": True},
                },
            },
            **options,
        }
        client.hello = client.request("initialize", hello)
        client.notify("initialized", {})
        yield client
        client.request("shutdown")
        client.notify("exit")
        assert process.wait(timeout=TIMEOUT) == 0
    finally:
        process.kill()
        process.communicate()
