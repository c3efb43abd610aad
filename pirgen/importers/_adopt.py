"""Adopts files of other formats: one review each, written where the project keeps reviews."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source, read, write
from pirgen.importers import _foreign
from pirgen.importers._convert import Converter, Kept, fitted, named
from pirgen.importers._foreign import Foreign
from pirgen.importers._write import body
from pirgen.lint.fix import fix
from pirgen.project import Project
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace, require_inside

_MARK = re.compile(r"# Adopted by pirgen from (?P<name>\"[^\r\n]*\") \((?P<digest>[0-9a-f]{16})\)[^\r\n]*\n")
MAX_MENDED = 200
"""How many values are mended: a file with more that do not fit is no review, and each round reads the file again."""
_PROMISE = "as long as nobody edits this file, `pirgen adopt` may write it anew."
SCHEMA = "schemas/pir.schema.json"


class State(StrEnum):
    """What became of a review."""

    WRITTEN = "written"
    CHANGED = "written anew"
    SAME = "unchanged"
    EDITED = "left alone"
    REFUSED = "not adopted"


class Adopted(NamedTuple):
    """What became of one review of a file."""

    source: str
    state: State
    path: str = ""
    """The review's file; empty where there is none."""
    why: str = ""
    """Why it was not adopted or is left alone."""
    status: str = ""
    missing: tuple[str, ...] = ()
    """The fields that a finished review must have and that this one lacks."""
    kept: tuple[str, ...] = ()
    """The fields that are kept as comments."""
    repaired: tuple[str, ...] = ()
    """What was repaired in the file's YAML, by line."""


class _Made(NamedTuple):
    incident_id: str
    text: str
    status: str
    missing: tuple[str, ...]
    kept: tuple[str, ...]


def adopt(project: Project, paths: Iterable[Path], *, write_it: bool = True) -> Iterator[Adopted]:
    """Adopt the reviews in files, and in all files of folders; without `write_it` nothing is written.

    A file that somebody edited, or that is no adopted one, is never written. Raises PirgenError for a path that does
    not exist, or that leads out of a repository that nobody trusts.
    """
    workspace = project.workspace()
    there = {PurePosixPath(name).stem.lower(): name for name in workspace.reviews}
    seen: dict[str, str] = {}
    converter = Converter(project.config.review_schema)
    for path in _files(paths):
        require_inside(project.root, os.path.abspath(path))  # noqa: PTH100 - keeps links
        name = _shown(project, path)
        if project.config.excludes(name) or _is_adopted(path):
            continue
        try:
            found = _foreign.read(read(path, name))
        except PirgenError as error:
            yield Adopted(name, State.REFUSED, why=str(error).removeprefix(f"{name}: "))
            continue
        for number, foreign in enumerate(found, 1):
            label = name if foreign.is_alone else f"{name}, review {number}"
            try:
                made = _made(workspace, converter, foreign, path, label)
            except PirgenError as error:
                yield Adopted(label, State.REFUSED, why=str(error))
                continue
            placed = _placed(project, made, label, path, there, seen, write_it=write_it)
            yield placed._replace(repaired=foreign.repaired)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    known = tuple(_foreign.formats())
    for path in paths:
        if not os.path.lexists(path):
            raise PirgenError(f"{path}: no such file or folder")
        if not path.is_dir():
            yield path
            continue
        for here, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (
                Path(here, name) for name in sorted(names) if name.lower().endswith(known) and not name.startswith(".")
            )


def _shown(project: Project, path: Path) -> str:
    """A file's name for people: from the root of the project where it is below it."""
    place = Path(os.path.abspath(path))  # noqa: PTH100 - keeps links
    return place.relative_to(project.root).as_posix() if place.is_relative_to(project.root) else path.as_posix()


def _is_adopted(path: Path) -> bool:
    source = read(path, "")
    return not source.error and _mark(source.data.decode(errors="replace")) is not None


def _mark(text: str) -> re.Match[str] | None:
    """The line of an adopted file that says where it comes from, among its first lines."""
    lines = text.splitlines(keepends=True)[:2]
    return next((found for line in lines if (found := _MARK.fullmatch(line))), None)


def _made(workspace: Workspace, converter: Converter, foreign: Foreign, path: Path, label: str) -> _Made:
    """The text of a review. Raises PirgenError where it has no id that one can have here."""
    schema = workspace.config.review_schema
    data, kept = converter.convert(foreign.fields)
    incident_id = data.get("incident_id") or (path.stem if foreign.is_alone else "")
    if not incident_id:
        raise PirgenError("it has no id; give it an `incident_id`, or name the field that is one in `mapping`")
    wrong = schema.problems({"incident_id": incident_id, "status": "draft"})
    if wrong:
        why = "the file's name" if "incident_id" not in data else "its id"
        said = wrong[0].hint or wrong[0].message
        raise PirgenError(f"`{printable(incident_id)[:80]}`, {why}, cannot be the id of a review: {said}")
    stated = data.pop("status", "")
    data |= {"incident_id": incident_id, "status": "draft"}
    data = fitted(schema, _mended(workspace, data), kept)
    finished = schema.problems({key: value for key, value in data.items() if key != "status"})
    missing = {str(problem.path[-1]): problem.hint for problem in finished}
    if stated and stated != "draft":
        if not schema.problems({**data, "status": stated}):
            data["status"] = stated
        else:
            kept.append(Kept((), "status", stated))
    shown = printable(label)
    names = [named(one.place, one.name) for one in kept]
    data = {key: data[key] for key in schema.schema["properties"] if key in data}
    text = body(data, kept, missing, shown)
    written = load(Source("", text.encode()))
    if written.problems or written.data != data:  # such as a number of one's own field with very many digits
        raise PirgenError("it holds a value that YAML cannot hold; put it in quotes")
    return _Made(incident_id, text, data["status"], tuple(missing), tuple(dict.fromkeys(names)))


def _mended(workspace: Workspace, data: dict[str, Any]) -> dict[str, Any]:
    """The data with those values mended that lint mends safely."""
    schema = workspace.config.review_schema

    def check(source: Source) -> list[Diagnostic]:
        document = load(source)
        problems = schema.problems(document.data, workspace.known(document)) if document.data is not None else []
        problems = problems if len(problems) <= MAX_MENDED else []
        return [document.diagnostic(document.span(one.path), "schema", Severity.ERROR, one) for one in problems]

    after, _ = fix(Source("", body(data, (), {}, "").encode()), check, unsafe=False)
    found: dict[str, Any] = load(after).data
    return found


def _placed(
    project: Project, made: _Made, label: str, origin: Path, there: dict[str, str], seen: dict[str, str], *,
    write_it: bool,
) -> Adopted:  # fmt: skip
    """Write a review into its file, unless that holds anything but what `adopt` wrote there."""
    name = f"{project.config.reviews[0]}/{made.incident_id}.yaml"
    path, told = project.root / name, Adopted(label, State.WRITTEN, name, "", made.status, made.missing, made.kept)
    text = _marked(project, made.text, label)
    key = made.incident_id.lower()
    if key in seen:
        return told._replace(state=State.REFUSED, path="", why=f"{made.incident_id} is the id of {seen[key]}, too")
    seen[key] = label
    other = there.get(key, name)
    if os.path.lexists(path) or other != name:
        if os.path.abspath(origin) == os.path.abspath(path):  # noqa: PTH100 - keeps links
            why = "it lies where its review goes; move it elsewhere first, such as by `git mv`"
            return told._replace(state=State.REFUSED, path="", why=why)
        before = read(project.root / other, other)
        state, why = _compared(before, text, label)
        if state is not State.CHANGED or other != name:
            return told._replace(state=state, path=other, why=why)
        if write_it:
            write(path, text, root=project.root, instead_of=before.data)
        return told._replace(state=State.CHANGED)
    if write_it:
        try:
            write(path, text, root=project.root, exclusive=True)
        except FileExistsError:
            return told._replace(state=State.EDITED, why="it is there already")
    return told


def _compared(before: Source, text: str, label: str) -> tuple[State, str]:
    """What is to be done with a file that is there already, and why."""
    old = before.data.decode(errors="replace")
    found = _mark(old)
    if found is None:
        return State.EDITED, "there is a review of this incident already"
    if json.loads(found["name"]) != printable(label):
        return State.REFUSED, f"its incident was adopted from {json.loads(found['name'])} already"
    if _digest(old) != found["digest"]:
        return State.EDITED, "somebody has edited it"
    return (State.SAME, "") if old == text else (State.CHANGED, "")


def _marked(project: Project, text: str, label: str) -> str:
    """The text of a review with the lines that say where it comes from, and where an editor finds its schema."""
    schema = ""
    if (project.root / SCHEMA).exists():
        folder = project.root / project.config.reviews[0]
        schema = f"# yaml-language-server: $schema={Path(os.path.relpath(project.root / SCHEMA, folder)).as_posix()}\n"
    name = json.dumps(printable(label), ensure_ascii=False)
    return f"{schema}# Adopted by pirgen from {name} ({_digest(text)}): {_PROMISE}\n{text}"


def _digest(text: str) -> str:
    """What identifies the text of a review, without the lines that `_marked` puts before it."""
    from hashlib import sha256

    lines = text.splitlines(keepends=True)
    start = next((at + 1 for at, line in enumerate(lines[:2]) if _MARK.fullmatch(line)), 0)
    return sha256("".join(lines[start:]).encode()).hexdigest()[:16]
