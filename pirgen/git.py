"""The only module that knows GitPython: its `git` command wrapper, asked once for each kind of answer.

Every command gets literal path specs and no configuration that changes its output; a revision that a person
names is resolved first, so that it can never be taken for an option.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pirgen.errors import HistoryMissingError, PirgenError

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
        shown = self._run("rev-parse", "--is-shallow-repository", "--show-prefix", "--show-object-format")
        shallow, self.prefix, self.object_format = [*shown.split("\n"), "", ""][:3]
        self.is_shallow = shallow == "true"

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

    def log(self, head: str, folders: Iterable[str]) -> list[Commit]:
        """The commits of the first-parent chain of `head` that change `folders`, oldest first."""
        command = [
            *("log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-renames"),
            *("--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-show-signature", "--encoding=UTF-8"),
            "--format=%x01%H %ct %aN <%aE>",
            *("--end-of-options", head, "--", *folders),
        ]
        process = self._start(command)
        tokens = process.stdout.read().split(b"\0")
        self._finish(process, command)
        return list(_commits(tokens, self.prefix))[::-1]

    def first_time(self, head: str) -> int:
        """The committer date of the oldest commit on the first-parent chain of `head`."""
        return int(self._run("log", "--first-parent", "--format=%ct", "--end-of-options", head).split("\n")[-1])

    def time(self, commit: str) -> int:
        """The committer date of a commit."""
        return int(self._run("log", "-1", "--format=%ct", "--end-of-options", commit))

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of blobs, in the order asked for, from one `cat-file --batch`."""
        wanted = list(ids)
        if not wanted:
            return
        from subprocess import PIPE

        command = ["cat-file", "--batch", "--buffer"]
        process = self._start(command, istream=PIPE)
        feeder = threading.Thread(target=_feed, args=(process.stdin, wanted), daemon=True)
        feeder.start()
        for blob in wanted:
            header = process.stdout.readline().split()
            if len(header) != 3:
                raise HistoryMissingError(
                    f"the object {blob} is missing from this clone; fetch it with `git fetch --refetch`"
                )
            data = process.stdout.read(int(header[2]) + 1)
            yield blob, data[:-1]
        feeder.join()
        self._finish(process, command)

    def _resolve(self, revision: str) -> str:
        return self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")

    def _command(self, command: Iterable[str]) -> list[str]:
        return [self._git.GIT_PYTHON_GIT_EXECUTABLE, "--no-pager", "--literal-pathspecs", *command]

    def _run(self, *command: str) -> str:
        from git.exc import GitError

        try:
            output = self._git.execute(self._command(command), with_extended_output=True, stdout_as_string=False)
        except GitError as error:
            raise PirgenError(_reason(getattr(error, "stderr", "") or str(error), self.root)) from None
        text: str = output[1].decode("utf-8", "replace").strip("\n")
        return text

    def _start(self, command: Iterable[str], **streams: Any) -> Any:
        return self._git.execute(self._command(command), as_process=True, **streams)

    def _finish(self, process: Any, command: list[str]) -> None:
        from git.exc import GitError

        try:
            process.wait()
        except GitError as error:
            raise PirgenError(f"git {command[0]} failed: {_reason(str(error), self.root)}") from None


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
                yield Commit(header[0], int(header[1]), header[2], tuple(changes))
            header, changes = token[1:].decode("utf-8", "replace").split(" ", 2), []
        elif token.startswith(_RAW):
            _, mode, _, blob, _ = token.split(b" ")
            path = next(stream).decode("utf-8", "surrogateescape").removeprefix(prefix)
            is_file = mode in (b"100644", b"100755")
            changes.append(Change(path, blob.decode() if is_file else None))
    if header:
        yield Commit(header[0], int(header[1]), header[2], tuple(changes))
