"""Runs git commands; the only module that uses GitPython.

GitPython runs the command that streams blobs. Other commands are run with `subprocess`: every run of pirgen needs
some of them, and importing GitPython takes longer than twenty short answers. Every command uses literal path specs
(but for patterns of pirgen's own) and ignores configuration that would change its output.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.files import MAX_READ, TOO_LARGE, Source, top_of
from pirgen.runtime import environment
from pirgen.runtime.progress import debug

_SETTINGS = (
    *("-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.pager=cat"),
    *("-c", "diff.external=", "-c", "diff.ignoreSubmodules=all"),
    *("-c", "credential.helper=", "-c", "core.askPass=", "-c", "core.sshCommand=ssh", "-c", "protocol.ext.allow=never"),
    *("-c", "core.deltaBaseCacheLimit=16m", "-c", "core.packedGitLimit=16m", "-c", "core.packedGitWindowSize=1m"),
)
"""Reading a history runs nothing that the repository's settings name, and git holds little of it in its memory.

By its own limits each git process would hold 96 MiB of unpacked objects and all of the pack, and be no quicker.
"""
_IN_PIECES = ("-c", f"core.bigFileThreshold={MAX_READ}")
"""The setting by which git holds no larger blob in its memory, unless it is stored as a change of another one."""
_PLACE = ("GIT_DIR", "GIT_WORK_TREE")
"""The variables by which git, in a hook, tells its children where the repository is, relative to its top."""
_PATHSPECS = tuple(f"GIT_{kind}_PATHSPECS" for kind in ("GLOB", "NOGLOB", "ICASE", "LITERAL"))
_REFETCH = "fetch all of it with `git fetch --refetch --no-filter`"
_UNFETCHED = "promisor remote"
"""The words in git's error message where a partial clone lacks an object and cannot fetch it."""


class Git:
    """Runs git in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def _variables(self) -> dict[str, str]:
        """The variables that git goes by instead of `core.gitProxy`, also where it is empty, and those for path specs.

        Each command says itself how its paths are read, and git refuses two answers.
        """
        return {"GIT_PROXY_COMMAND": environment.variable("GIT_PROXY_COMMAND"), **dict.fromkeys(_PATHSPECS, "0")}

    @cached_property
    def _options(self) -> dict[str, Any]:
        variables = environment.variables(LC_ALL="C", LANGUAGE="C", **self._variables)
        if self._place:  # git finds it by itself, and refuses a repository of somebody else
            variables = {name: value for name, value in variables.items() if name not in _PLACE}
        return {"cwd": self.root, "env": variables}

    def _command(self, command: Iterable[str], paths: str = "literal") -> list[str]:
        return ["git", "--no-pager", f"--{paths}-pathspecs", *_SETTINGS, *command]

    def history(self, *command: str, asked: str = "", paths: str = "literal") -> bytes:
        """The output of a command that needs the whole history; `paths` is that of `ask`.

        Raises HistoryMissingError where git fails.
        """
        done = self._done(command, asked, paths)
        self._check(done.returncode, done.stderr)
        return done.stdout

    def lines(self, *command: str) -> Iterator[str]:
        """The output lines of a command that needs the whole history, one at a time while git runs.

        Raises HistoryMissingError where git fails.
        """
        from tempfile import TemporaryFile

        with TemporaryFile() as complaint:
            options = {**self._options, "stdout": subprocess.PIPE, "stderr": complaint}
            with subprocess.Popen(self._command(command), **options) as process:  # noqa: S603 - no shell
                yield from (line.decode().rstrip("\n") for line in process.stdout or ())
            complaint.seek(0)
            self._check(process.returncode, complaint.read())

    def _check(self, code: int, complaint: bytes) -> None:
        if code:
            said = complaint.decode("utf-8", "replace")
            cure = f"; {_REFETCH}" if _UNFETCHED in said else ""
            raise HistoryMissingError(f"git cannot read the whole history: {_reason(said, self.root)}{cure}")

    def ask(self, *command: str, asked: str = "", paths: str = "literal") -> str:
        """The output of a command, without the last line end. Raises PirgenError where git fails.

        `paths` says how git reads the paths in the command: `literal` or `glob`.
        """
        done = self._done(command, asked, paths)
        if done.returncode:
            complaint = done.stderr.decode("utf-8", "replace")
            if _UNFETCHED in complaint:
                self._check(done.returncode, done.stderr)
            raise PirgenError(_reason(complaint, self.root))
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def run(self, *command: str, asked: str | None = None) -> None:
        """Run a command that writes, with the hooks, the signing and all else that the settings name.

        `asked` is what it reads from stdin; without it, that is pirgen's own.

        What it and its hooks print goes to stderr as it comes. Raises PirgenError where git fails or cannot be run, and
        where nobody trusts the repository.
        """
        if not environment.is_trusted():
            raise PirgenError("git would run the repository's hooks, and nobody trusts it; run git by hand")
        variables = environment.variables(**dict.fromkeys(_PATHSPECS, "0"))
        if self._place:
            variables = {name: value for name, value in variables.items() if name not in _PLACE}
        line = ["git", "--no-pager", "--literal-pathspecs", *command]
        try:
            said = None if asked is None else asked.encode("utf-8", "surrogateescape")
            done = subprocess.run(  # noqa: S603 - no shell
                line, input=said, stdout=2, check=False, cwd=self.root, env=variables
            )
        except OSError as error:
            raise PirgenError(f"git cannot be run: {error.strerror or error}") from None
        if done.returncode:
            raise PirgenError(f"`git {command[0]}` ended with {done.returncode}, see above")

    def _done(self, command: Iterable[str], asked: str, paths: str = "literal") -> subprocess.CompletedProcess[bytes]:
        command = [*command]
        question = asked.encode("utf-8", "surrogateescape")
        debug("git {}", " ".join(command))
        try:
            return subprocess.run(  # noqa: S603 - no shell
                self._command(command, paths), input=question, capture_output=True, check=False, **self._options
            )
        except OSError as error:
            raise PirgenError(f"git cannot be run: {error.strerror or error}") from None

    def blobs(self, ids: Iterable[str]) -> Iterator[Source]:
        """The content of each blob, named by its id, in the order of `ids`, from one `git cat-file --batch`.

        A blob of more than `MAX_READ` bytes has an `error` instead of its content, which passes by in pieces.

        GitPython hands a hook's GIT_DIR on, so the place is named here. Then git does not ask who owns the repository:
        another command must have run before. Raises HistoryMissingError where a blob is missing.
        """
        wanted = list(ids)
        if not wanted:
            return
        import threading

        from git import Git

        place = self._place if environment.variable("GIT_DIR") else ()
        process = Git(self.root).execute(
            self._command([*place, *_IN_PIECES, "cat-file", "--batch", "--buffer"]),
            as_process=True,
            istream=subprocess.PIPE,
            env=self._variables,
        )
        threads = [
            threading.Thread(target=_feed, args=(process.stdin, wanted), daemon=True),
            threading.Thread(target=process.stderr.read, daemon=True),  # git would block on a full pipe
        ]
        for thread in threads:
            thread.start()
        for blob in wanted:
            header = process.stdout.readline().split()
            if len(header) != 3:
                raise HistoryMissingError(f"the object {blob} is missing from this clone, or damaged; {_REFETCH}")
            size = int(header[2])
            if size > MAX_READ:
                for start in range(0, size, MAX_READ):
                    process.stdout.read(min(MAX_READ, size - start))
                yield Source(blob, b"", TOO_LARGE)
            else:
                yield Source(blob, process.stdout.read(size))
            process.stdout.read(1)  # the line end
        process.wait()
        for thread in threads:
            thread.join()

    @cached_property
    def _place(self) -> list[str]:
        """The options that name the git folder and the worktree; empty where no `.git` is found."""
        top = top_of(self.root)
        return [f"--git-dir={top / '.git'}", f"--work-tree={top}"] if top else []


def _feed(stream: Any, blobs: list[str]) -> None:
    try:
        for start in range(0, len(blobs), 512):
            stream.write("".join(f"{blob}\n" for blob in blobs[start : start + 512]).encode())
        stream.close()
    except OSError:
        pass  # git has closed the pipe; `blobs` reports the reason


def _reason(stderr: str, root: Path) -> str:
    lines = [line.strip(" '") for line in stderr.strip().splitlines() if "fatal:" in line or "error:" in line]
    said = lines[0].split("fatal: ")[-1].removeprefix("stderr: '") if lines else stderr.strip() or "git failed"
    if "dubious ownership" in said:
        place = shlex.quote(said.split("'", 1)[-1])
        return f"{said}'; where you trust it, run `git config --global --add safe.directory {place}`"
    if "not a git repository" in said:
        return f"{root} is not in a git repository; history is what this command reads"
    return said
