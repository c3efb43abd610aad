"""Speaks the Language Server Protocol over stdin and stdout; what is answered is worked out elsewhere."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.uris import from_fs_path, to_fs_path

from pirgen import __version__
from pirgen.config import FILE, InvalidConfigError
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.errors import PirgenError
from pirgen.files import read
from pirgen.lsp.known import Known
from pirgen.lsp.place import split
from pirgen.lsp.session import Session, source
from pirgen.project import Project, root_of
from pirgen.runtime import environment
from pirgen.text.terminal import printable

T = TypeVar("T")
PAUSE = 0.02
"""How many seconds a text rests before it is judged, so that fast typing is judged once."""
SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.ADVICE: lsp.DiagnosticSeverity.Hint,
}


class Open(NamedTuple):
    """A text that is open in the editor."""

    path: Path
    text: str
    version: int | None


class Asked(NamedTuple):
    """An open text about which something is asked, and its project."""

    session: Session
    name: str
    uri: str
    text: str


class Protocol(LanguageServerProtocol):
    """Answers a request that cannot be read, too."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message from its JSON. Raises JsonRpcException where it has not the form that its method asks for."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class Server(LanguageServer):
    """Keeps the open texts, and a session for each project that one of them belongs to."""

    def __init__(self) -> None:
        kind = lsp.TextDocumentSyncKind.Full
        super().__init__("pirgen", __version__, text_document_sync_kind=kind, protocol_cls=Protocol)
        self.texts: dict[str, Open] = {}
        self.sessions: dict[Path, Session] = {}
        self._due: set[str] = set()
        """The texts that will be judged when they have rested."""
        self._learning: dict[Path, bool] = {}
        """The projects whose files are being read, and whether they have to be read again after that."""
        self._told: set[str] = set()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell the editor's log about an error that no request waits for."""
        self.log(f"{type(error).__name__}: {error}")

    def log(self, message: str) -> None:
        """Write a line to the editor's log, once."""
        if message not in self._told:
            self._told.add(message)
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, printable(message)))

    def open(self, uri: str, text: str, version: int | None) -> None:
        """Take over an open or changed text; it is judged when it has rested."""
        path = to_fs_path(uri)
        if not path:
            return
        real = Path(os.path.realpath(os.path.dirname(path)), os.path.basename(path))  # noqa: PTH119, PTH120
        is_new = uri not in self.texts
        self.texts[uri] = Open(real, text, version)
        if is_new:
            self._judge(uri)
            root = home(real)
            if root in self.sessions and not self.sessions[root].is_learned:
                self.renew(root)
        elif uri not in self._due:
            self._due.add(uri)
            asyncio.get_running_loop().call_later(PAUSE, self._judge, uri)

    def close(self, uri: str) -> None:
        """Forget a text; from now on its file counts."""
        closed = self.texts.pop(uri, None)
        if closed:
            self._publish(uri, None, "", ())
            if _is_file(closed):
                self.judge_all(home(closed.path))
            else:
                self.renew(home(closed.path))

    def judge_all(self, root: Path) -> None:
        """Judge all open texts of a project."""
        for uri, one in self.texts.items():
            if home(one.path) == root:
                self._judge(uri)

    def renew(self, root: Path) -> None:
        """Read a project's files in the background, and judge what is open by them."""
        if root in self._learning:
            self._learning[root] = True
            return
        self._learning[root] = False
        before = self.sessions[root].known if root in self.sessions else Known()
        work = asyncio.get_running_loop().run_in_executor(None, _learned, root, before)
        work.add_done_callback(partial(self._take_over, root))

    def _take_over(self, root: Path, work: asyncio.Future[Session]) -> None:
        again = self._learning.pop(root, False)
        error = None if work.cancelled() else work.exception()
        if error:
            self._complain(root, error)
        elif not work.cancelled():
            self.sessions[root] = work.result()
        self.judge_all(root)
        if again:
            self.renew(root)

    def asked(self, uri: str) -> Asked | None:
        """The open text at an address, judged as it is now; None where no project judges it."""
        if uri in self._due:
            self._judge(uri)
        one = self.texts.get(uri)
        session = self._session(home(one.path)) if one else None
        name = session.name(one.path) if one and session else ""
        return Asked(session, name, uri, one.text) if one and session and name else None

    def _session(self, root: Path) -> Session | None:
        if root not in self.sessions:
            try:
                self.sessions[root] = Session(Project(root, root))
            except PirgenError as error:
                self._complain(root, error)
        return self.sessions.get(root)

    def _complain(self, root: Path, error: BaseException) -> None:
        """Tell why a project's files cannot be judged, at its configuration where that is the reason."""
        uri = from_fs_path(str(root / FILE))
        if isinstance(error, InvalidConfigError) and uri and uri not in self.texts:
            text = "\n" * max((one.span.end_line for one in error.diagnostics), default=0)
            self._publish(uri, None, text, error.diagnostics)
        self.log(str(error))

    def _judge(self, uri: str) -> None:
        self._due.discard(uri)
        one = self.texts.get(uri)
        try:
            if one and one.path.name == FILE and one.path.parent == home(one.path):
                found = Project(one.path.parent, one.path.parent).judge_config(source(FILE, one.text))
                self._publish(uri, one.version, one.text, found)
            elif one and (asked := self.asked(uri)):
                asked.session.put(asked.name, one.text)
                self._publish(uri, one.version, one.text, asked.session.found[asked.name])
        except Exception as error:  # whatever is written must not end the server
            self.report_server_error(error, None)

    def _publish(self, uri: str, version: int | None, text: str, found: Sequence[Diagnostic]) -> None:
        shown = [self.diagnostic(split(text), one) for one in found]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, shown, version))

    def diagnostic(self, lines: Sequence[str], found: Diagnostic) -> lsp.Diagnostic:
        """A finding in the words of the protocol."""
        line, column, end_line, end_column = found.span
        start, end = self.position(lines, line - 1, column - 1), self.position(lines, end_line - 1, end_column - 1)
        message = printable(found.message) + (f"\n{printable(found.hint)}" if found.hint else "")
        return lsp.Diagnostic(lsp.Range(start, end), message, SEVERITIES[found.severity], found.rule, source="pirgen")

    def position(self, lines: Sequence[str], line: int, column: int) -> lsp.Position:
        """The editor's position of a line and a column (0-based) in characters."""
        return self.workspace.position_codec.position_to_client_units(lines, lsp.Position(line, column))

    def column(self, text: str, position: lsp.Position) -> int:
        """The column, in characters, of the editor's position in a text."""
        lines = split(text)
        at = lsp.Position(position.line, position.character)
        return self.workspace.position_codec.position_from_client_units(lines, at).character

    def edit(self, uri: str, text: str, start: int, end: int, new: str) -> lsp.WorkspaceEdit:
        """The edit that replaces what is between two indices of a text."""
        return lsp.WorkspaceEdit({uri: [lsp.TextEdit(lsp.Range(self._at(text, start), self._at(text, end)), new)]})

    def _at(self, text: str, index: int) -> lsp.Position:
        lines = split(text[:index])
        return self.position(lines, len(lines) - 1, len(lines[-1]))


def _learned(root: Path, before: Known) -> Session:
    session = Session(Project(root, root))
    session.learn(before)
    return session


def _is_file(one: Open) -> bool:
    """Whether a text is what its file holds."""
    found = read(str(one.path), "")
    return not found.error and found.data == source("", one.text).data


def home(path: Path) -> Path:
    """The root of the project that a file belongs to."""
    return root_of(path.parent) or path.parent


def serve() -> None:
    """Answer an editor over stdin and stdout until it goes away."""
    from pirgen.lsp.answers import ANSWERS

    if not environment.variable("PIRGEN_DEBUG"):
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a plugin prints is no answer
    server = Server()
    for method, (work, options) in ANSWERS.items():
        server.feature(method, options)(_safely(server, work))
    server.start_io(sys.stdin.buffer, answers)


def _safely(server: Server, work: Callable[[Server, Any], Any]) -> Callable[[Any], Any]:
    """A handler that tells the editor's log what goes wrong in `work`, and then answers with nothing."""

    def handle(params: Any) -> Any:
        try:
            return work(server, params)
        except Exception as error:
            server.report_server_error(error, None)
            return None

    return handle
