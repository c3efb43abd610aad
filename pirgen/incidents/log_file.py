"""Finds the log of an incident and appends events to it, one a line, under a lock."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from pirgen.errors import PirgenError
from pirgen.files import MAX_BYTES, append, locked, read
from pirgen.project import Project
from pirgen.review.incident_log import IncidentLog, incident_id
from pirgen.review.incident_log import read as read_log
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable
from pirgen.text.yaml_scalar import yaml_string
from pirgen.workspace import ATTRIBUTES, Workspace, union_line

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_KEYWORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


class LogFile:
    """The log of one incident in the worktree; `data` is what the file says."""

    def __init__(self, project: Project, name: str, workspace: Workspace | None = None) -> None:
        self.project, self.name, self.path = project, name, project.root / name
        self.data: Any = []
        source = read(self.path, name)
        if source.error:
            if os.path.lexists(self.path):
                raise PirgenError(f"{name} {source.error}")
            return
        document = (workspace or project.workspace()).document(source)
        for span, problem in () if document.is_empty else document.problems:
            raise PirgenError(f"{name}:{span.line}:{span.column}: {problem.message}; {problem.hint or 'mend it'}")
        self.data = document.data or []

    @cached_property
    def log(self) -> IncidentLog:
        """The log as a model, read from `data`."""
        return read_log(self.data)

    def append(self, *events: Mapping[str, Any]) -> None:
        """Add events, all or none. The caller holds the lock, see `writing`.

        Raises PirgenError where an event does not fit the schema, and where the log has no declaration, has no room, or
        is of the older form, with a header.
        """
        if isinstance(self.data, dict):
            raise PirgenError(
                f"{self.name} is a log of the older form, with a header, and only read; write it as a list of events, "
                "the first one `- {at: …, kind: declared, incident_id: …, title: …, severity: …}`"
            )
        schema, data = self.project.config.incident_schema, [*self.data, *map(dict, events)]
        before = {(problem.path, problem.message) for problem in schema.problems(self.data)} if self.data else set()
        for problem in schema.problems(data):
            if (problem.path, problem.message) not in before:
                raise PirgenError(f"{problem.message}" + (f"; {problem.hint}" if problem.hint else ""))
        if not self.data and not any(event["kind"] == "declared" for event in events):
            raise PirgenError(f"{self.name} is empty; `pirgen incident open --id {self.path.stem}` begins it")
        text = "\n".join(map(line, events))
        size = self.path.stat().st_size if self.path.exists() else 0
        if size + len(text.encode()) >= MAX_BYTES:
            raise PirgenError(f"{self.name} would be larger than {MAX_BYTES} bytes; keep long texts elsewhere")
        append(self.path, text, root=self.project.root)
        self.data = data
        self.__dict__.pop("log", None)


@contextmanager
def writing(project: Project) -> Iterator[None]:
    """Hold the lock of the folder of logs, so that nobody writes between a look at a log and an append to it.

    Raises OSError where the folder cannot be used, or is locked for too long, PirgenError where it leads out of the
    project.
    """
    with locked(project.root / project.config.incidents[0], root=project.root):
        yield


def find(project: Project, name: str) -> LogFile | None:
    """The log of an incident; None where there is none. Raises PirgenError where its file cannot be read."""
    workspace = project.workspace()
    for file in sorted(workspace.logs, key=lambda file: Path(file).stem != name):
        if Path(file).stem == name or incident_id(workspace.document(workspace.source(file)).data) == name:
            return LogFile(project, file, workspace)
    return None


def get(project: Project, name: str | None) -> LogFile:
    """The log of an incident; without a name, that of the one incident that is open.

    Where none is open, an incident that is resolved and not closed yet is meant. Raises PirgenError where there is no
    such log, and, without a name, unless exactly one incident can be meant.
    """
    if name is not None:
        if found := find(project, name):
            return found
        raise PirgenError(f"there is no log of `{printable(name)}`{did_you_mean(name, ids(project))}")
    if lost := unreadable(project):
        raise PirgenError(f"{lost[0]}; mend it, or say which incident you mean with --id")
    left = [file for file in logs(project, may_be_open) if not file.log.has("closed", "withdrawn")]
    meant = [file for file in left if not file.log.is_over] or left
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise PirgenError("no incident is open; say which one with --id, or `pirgen incident open` one")
    listed = "".join(f"\n  {printable(one.log.incident_id)}  {printable(one.log.title)}" for one in meant)
    raise PirgenError(f"{len(meant)} incidents are {'resolved' if meant[0].log.is_over else 'open'}; "
                      f"say which one with --id:{listed}")  # fmt: skip


def may_be_open(data: bytes) -> bool:
    """Whether a log may be of an incident that is not closed, as far as its bytes tell without being parsed."""
    return b"struck" in data or not (b"kind: closed" in data or b"kind: withdrawn" in data)


def logs(project: Project, chosen: Callable[[bytes], bool] = lambda data: True) -> list[LogFile]:
    """All logs that can be read and whose bytes are `chosen`."""
    workspace = project.workspace()
    sources = (workspace.source(file) for file in workspace.logs)
    readable = (one.name for one in sources if chosen(one.data) and not workspace.document(one).problems)
    return [LogFile(project, file, workspace) for file in readable]


def unreadable(project: Project) -> list[str]:
    """For each log that cannot be read and may be of an open incident, its file and the reason."""
    workspace = project.workspace()
    sources = (workspace.source(file) for file in workspace.logs)
    found = ((one.name, workspace.document(one)) for one in sources if may_be_open(one.data))
    return [
        f"{file}:{span.line}:{span.column} cannot be read: {problem.message}"
        for file, document in found
        for span, problem in ([] if document.is_empty else document.problems[:1])
    ]


def ids(project: Project) -> list[str]:
    """The ids of all incidents that have a log."""
    return [name for file in logs(project) if (name := file.log.incident_id)]


def start(project: Project, name: str) -> LogFile:
    """The file for a new log. Raises PirgenError where the incident has one."""
    found = LogFile(project, f"{project.config.incidents[0]}/{name}.yaml")
    if found.data or any(Path(other).stem.lower() == name.lower() for other in project.workspace().logs):
        raise PirgenError(f"there is a log of {name} already; `pirgen incident show {name}` prints it")
    return found


def keep_both_sides(project: Project, log: str) -> bool:
    """Tell git, in .gitattributes, to keep both sides where two clones append to a log.

    Returns whether that was necessary.
    """
    if project.workspace().merges_by_union(log):
        return False
    append(project.root / ATTRIBUTES, union_line(str(PurePosixPath(log).parent)), root=project.root)
    return True


def line(event: Mapping[str, Any]) -> str:
    """An event as one line of YAML."""
    return f"- {_flow(event)}"


def _flow(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS else yaml_string(text)
