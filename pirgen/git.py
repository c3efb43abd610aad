"""The only module that knows GitPython: its `git` command wrapper, asked once for each kind of answer.

Every command gets literal path specs and no configuration that changes its output; a revision that a person
names is resolved first, so that it can never be taken for an option.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pirgen.errors import HistoryMissingError, PirgenError

TIME = ("--no-show-signature", "--format=%ct", "--end-of-options")
_COMMIT, _RAW = b"\x01", b":"


class Change(NamedTuple):
    """A file that a commit changed, against the commit's first parent; `blob` is None where it was deleted."""

    path: str
    blob: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the mainline: committer date in seconds since 1970, author by the mailmap."""

    id: str
    time: int
    author: str
    changes: tuple[Change, ...]


class Repository:
    """A git repository, seen from a folder in it. Raises PirgenError where there is none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        asked = ("--is-shallow-repository", "--show-object-format", "--is-bare-repository", "--show-prefix")
        answers = [*self._run("rev-parse", *asked).split("\n", 3), ""]
        shallow, self.object_format, bare, self.prefix = answers[:4]
        self.is_shallow, self.is_bare = shallow == "true", bare == "true"

    @cached_property
    def _git(self) -> Any:
        try:
            from git import Git
        except ImportError as error:  # GitPython looks for the git program when it is imported
            raise PirgenError(f"git cannot be run: {str(error).splitlines()[0]}") from None
        return Git(self.root)

    def head(self) -> str:
        """The commit that is checked out. Raises PirgenError on a branch without commits."""
        try:
            return self._resolve("HEAD")
        except PirgenError:
            raise PirgenError("there are no commits yet; commit the reviews first, history is the evidence") from None

    def commit(self, revision: str) -> str:
        """The id of the commit that `revision` names. Raises PirgenError."""
        try:
            return self._resolve(revision)
        except PirgenError:
            raise PirgenError(f"`{revision}` is neither a date (YYYY-MM-DD) nor a revision that git knows") from None

    def merge_base(self, base: str, head: str) -> str:
        """The newest commit that both have. Raises HistoryMissingError where they share none, as in a shallow clone."""
        try:
            return self._run("merge-base", self.commit(base), head).split("\n")[0]
        except PirgenError as error:
            if "neither a date" in str(error):
                raise PirgenError(f"`{base}` is not a revision that git knows; fetch it first") from None
            raise HistoryMissingError(
                f"`{base}` and HEAD have no common history here; fetch all of it with `git fetch --unshallow` "
                "(in CI: fetch-depth 0)"
            ) from None

    def changed(self, commit: str) -> set[str]:
        """The paths, below the root, in which the worktree differs from a commit; untracked files count.

        Raises PirgenError in a bare repository.
        """
        if self.is_bare:
            raise PirgenError("this repository is bare; a branch is compared with a worktree, so run this in a clone")
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative")
        tracked = self._run("diff", *options, "--end-of-options", commit, "--", ".")
        others = self._run("ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", ".")
        return {path.removeprefix(self.prefix) for path in f"{tracked}\0{others}".split("\0") if path}

    def log(self, head: str, folders: Iterable[str]) -> list[Commit]:
        """The commits of the first-parent chain of `head` that change `folders`, oldest first."""
        command = [
            *("log", "--first-parent", "--diff-merges=first-parent", "--root", "--raw", "-z", "--no-abbrev"),
            *("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-show-signature"),
            "--encoding=UTF-8",
            "--format=%x01%H %ct %aN <%aE>",
            *("--end-of-options", head, "--", *folders),
        ]
        process, complaint = self._start(command)
        tokens = process.stdout.read().split(b"\0")
        self._finish(process, complaint)
        return list(_commits(tokens, self.prefix))[::-1]

    def index(self, folders: Iterable[str]) -> dict[str, str]:
        """The regular files of the index in `folders`, with their blobs; what is in conflict is left out."""
        lines = self._run("ls-files", "--stage", "-z", "--full-name", "--", *folders).split("\0")
        return self._listed(line.replace(" 0\t", "\t", 1) for line in lines if " 0\t" in line)

    def tree(self, commit: str, folders: Iterable[str]) -> dict[str, str]:
        """The regular files of a commit in `folders`, with their blobs."""
        lines = self._run("ls-tree", "-r", "-z", "--full-name", commit, "--", *folders).split("\0")
        return self._listed(line.replace(" blob ", " ", 1) for line in lines if line)

    def _listed(self, lines: Iterable[str]) -> dict[str, str]:
        """The files of lines `MODE BLOB<tab>PATH`."""
        parts = (line.partition("\t") for line in lines)
        found = ((head.split(" "), path) for head, _, path in parts)
        return {path.removeprefix(self.prefix): head[1] for head, path in found if head[0] in ("100644", "100755")}

    def first_time(self, head: str) -> int:
        """The committer date of the oldest commit on the first-parent chain of `head`."""
        return int(self._run("log", "--first-parent", *TIME, head).split("\n")[-1] or 0)

    def time(self, commit: str) -> int:
        """The committer date of a commit."""
        return int(self._run("log", "-1", *TIME, commit) or 0)

    def not_checked_out(self, paths: Iterable[str]) -> set[str]:
        """Those of the paths that are absent from the worktree on purpose: a sparse or a missing checkout."""
        lines = self._run("ls-files", "-t", "-z", "--full-name", "--", ".").split("\0")
        if lines == [""]:
            return set(paths)
        return {line[2:].removeprefix(self.prefix) for line in lines if line.startswith("S ")} & set(paths)

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of blobs, in the order asked for, from one `cat-file --batch`."""
        wanted = list(ids)
        if not wanted:
            return
        from subprocess import PIPE

        command = ["cat-file", "--batch", "--buffer"]
        process, complaint = self._start(command, istream=PIPE)
        feeder = threading.Thread(target=_feed, args=(process.stdin, wanted), daemon=True)
        feeder.start()
        for blob in wanted:
            header = process.stdout.readline().split()
            if len(header) != 3:
                raise HistoryMissingError(
                    f"the object {blob} is missing from this clone, or damaged; "
                    "fetch all of it with `git fetch --refetch --no-filter`"
                )
            data = process.stdout.read(int(header[2]) + 1)
            yield blob, data[:-1]
        feeder.join()
        self._finish(process, complaint)

    def _resolve(self, revision: str) -> str:
        commit = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if not re.fullmatch("[0-9a-f]+", commit):
            raise PirgenError(f"`{revision}` names no single commit")
        return commit

    @cached_property
    def _place(self) -> list[str]:
        """Where the repository is, said outright: hooks export a GIT_DIR that hides the worktree's top."""
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return [f"--git-dir={folder / '.git'}", f"--work-tree={folder}"]
        return []

    def _command(self, command: Iterable[str]) -> list[str]:
        git = self._git.GIT_PYTHON_GIT_EXECUTABLE
        return [git, "--no-pager", "--literal-pathspecs", *self._place, *command]

    def _run(self, *command: str) -> str:
        git = self._git
        from git.exc import GitError

        try:
            output = git.execute(
                self._command(command),
                with_extended_output=True,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except GitError as error:
            raise PirgenError(_reason(getattr(error, "stderr", "") or str(error), self.root)) from None
        text: str = output[1].decode("utf-8", "surrogateescape").removesuffix("\n")
        return text

    def _start(self, command: Iterable[str], **streams: Any) -> tuple[Any, list[bytes]]:
        """A running process, and what it says to stderr: read all the while, or a full pipe would stop it."""
        process = self._git.execute(self._command(command), as_process=True, **streams)
        complaint: list[bytes] = []
        threading.Thread(target=lambda: complaint.extend(process.stderr), daemon=True).start()
        return process, complaint

    def _finish(self, process: Any, complaint: list[bytes]) -> None:
        if process.proc.wait():
            said = b"".join(complaint).decode("utf-8", "replace")
            raise HistoryMissingError(f"git cannot read the whole history: {_reason(said, self.root)}")


def _feed(stream: Any, blobs: list[str]) -> None:
    try:
        for start in range(0, len(blobs), 512):
            stream.write("".join(f"{blob}\n" for blob in blobs[start : start + 512]).encode())
        stream.close()
    except OSError:
        pass  # the reader has given up and says why


def _reason(stderr: str, root: Path) -> str:
    lines = [line.strip(" '") for line in stderr.strip().splitlines() if "fatal:" in line or "error:" in line]
    said = lines[0].split("fatal: ")[-1].removeprefix("stderr: '") if lines else stderr.strip() or "git failed"
    if "not a git repository" in said:
        return f"{root} is not in a git repository; history is what this command reads"
    return said


def _commits(tokens: list[bytes], prefix: str) -> Iterator[Commit]:
    header: list[str] = []
    changes: list[Change] = []
    stream = iter(tokens)
    for token in stream:
        token = token.lstrip(b"\n")
        if token.startswith(_COMMIT):
            if header:
                yield Commit(header[0], int(header[1] or 0), header[2], tuple(changes))
            header, changes = token[1:].decode("utf-8", "replace").split(" ", 2), []
        elif token.startswith(_RAW):
            _, mode, _, blob, _ = token.split(b" ")
            path = next(stream).decode("utf-8", "surrogateescape").removeprefix(prefix)
            is_file = mode in (b"100644", b"100755")
            changes.append(Change(path, blob.decode() if is_file else None))
    if header:
        yield Commit(header[0], int(header[1] or 0), header[2], tuple(changes))
