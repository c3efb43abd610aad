"""The files that set a repository up, one kind a module.

Each module has a function `steps(around) -> Iterator[Step]`. It looks at what is there and says what to write and what
is left to a person; it writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pirgen.files import Source, read, top_of
from pirgen.project import Project
from pirgen.runtime.modules import modules
from pirgen.templating import Templates

ORDER = (
    "config",
    "schemas",
    "folders",
    "example",
    "gitattributes",
    "gitignore",
    "pre_commit",
    "github",
    "gitlab",
    "site",
)
"""The order in which the files are written and told. A file that is not named here comes last."""


class Step(NamedTuple):
    """What becomes of one file."""

    path: str
    """The path from the top of the repository."""
    text: str | None = None
    """What the file is to hold; None where it stays as it is."""
    before: bytes | None = None
    """What it holds now; None for a new file."""
    said: str = "kept"
    """What is done, in a word or so."""
    left: str = ""
    """What a person has to do about it; empty for nothing. May have several lines."""


class Around(NamedTuple):
    """What is known about a repository that is set up. Texts are empty where nobody knows."""

    project: Project
    timezone: str = ""
    """The time zone that somebody chose."""
    host: str = ""
    """The code host whose CI is to check: the name of a module of this folder."""
    place: str = ""
    """The repository on its host, such as `github.com/org/shop`."""
    branch: str = "main"
    """The branch that others start from."""
    generator: str = ""
    """The site generator: mkdocs, properdocs or zensical."""
    baseline: str = ""
    """The commit that holds the reviews of before pirgen came; empty where there are none."""
    loose: int = 0
    """How many reviews and logs there are where no commit holds any."""
    requirement: str = ""
    """What pip has to install in CI to get this pirgen."""
    with_example: bool = False

    @property
    def top(self) -> Path:
        """The top of the repository."""
        return top_of(self.project.root) or self.project.root

    def own(self, name: str) -> str:
        """The path, from the top of the repository, of a file of the project."""
        return f"{self.project.prefix}{name}"

    def source(self, path: str) -> Source | None:
        """A file as it is, by its path from the top; None where there is none."""
        place = self.top / path
        return read(place, path) if os.path.lexists(place) else None

    def fill(self, template: str, **values: Any) -> str:
        """The text of a file from a template of pirgen's own."""
        return Templates(self.project.root).render(f"setup/{template}.j2", **values)


def placed(around: Around, path: str, text: str, left: str = "") -> Step:
    """A step that writes a new file; one that is there is kept."""
    return Step(path) if around.source(path) else Step(path, text, said="written", left=left)


def extended(around: Around, path: str, lines: Iterable[str]) -> Step:
    """A step that adds those lines to a file that it lacks; the file is made where it is missing."""
    source = around.source(path)
    before = source.data if source else b""
    # `site` is as good as `/site/`
    has = {line.strip().strip("/") for line in before.decode(errors="replace").splitlines()}
    missing = [line for line in lines if line.strip("/") not in has]
    if source is None:
        return Step(path, "".join(f"{line}\n" for line in missing), said="written") if missing else Step(path)
    if not missing:
        return Step(path)
    if source.error:
        return Step(path, left="\n".join((f"{path} {source.error}; add to it by hand", *missing)))
    newline = "\r\n" if b"\r\n" in before else "\n"
    gap = newline if before and not before.endswith(b"\n") else ""
    try:
        text = before.decode() + gap + "".join(f"{line}{newline}" for line in missing)
    except UnicodeDecodeError:
        return Step(path, left="\n".join((f"{path} is not UTF-8; add to it by hand", *missing)))
    return Step(path, text, before, f"{len(missing)} {'line' if len(missing) == 1 else 'lines'} added")


def relative(path: str, folder: str) -> str:
    """A path as it is seen from a folder; both from the top of the repository."""
    return PurePosixPath(os.path.relpath(path, folder or ".")).as_posix()


def steps(around: Around) -> Iterator[Step]:
    """What becomes of all files, in the order of ORDER."""
    for module in modules(__name__, __file__, ORDER):
        yield from module.steps(around)
