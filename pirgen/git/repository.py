"""What a git repository is asked, once for each kind of answer.

A revision that a person names is resolved first, so that it can never be taken for an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.git.command import Git
from pirgen.git.log import FORMAT, Commit, commits
from pirgen.runtime import environment
from pirgen.runtime.progress import watched

TIME = ("--no-show-signature", "--format=%ct", "--end-of-options")
DELTAS = "24m"
"""How much git keeps of what it has unpacked: with more it is slower, and larger."""
SHARE = 4_000
"""How many commits one git process tells of."""


class Repository:
    """A git repository, seen from a folder in it. Raises PirgenError where there is none."""

    def __init__(self, root: Path) -> None:
        self.root, self._git = root, Git(root)
        asked = ("--is-shallow-repository", "--show-object-format", "--is-bare-repository", "--git-path", "info/grafts")
        places = ("--git-path", "index", "--show-prefix")
        answers = [*self._git.ask("rev-parse", *asked, *places).split("\n", 5), ""]
        shallow, self.object_format, bare, grafts, index, self.prefix = answers[:6]
        self.is_shallow, self.is_bare = shallow == "true", bare == "true"
        self._grafts, self._index = root / grafts, root / index
        self.blobs = self._git.blobs

    def head(self) -> str:
        """The commit that is checked out. Raises PirgenError on a branch without commits."""
        try:
            return self._resolve("HEAD")
        except PirgenError:
            pass
        try:
            lost = self._git.ask("rev-parse", "--verify", "--quiet", "HEAD")
        except PirgenError:
            raise PirgenError("there are no commits yet; commit the reviews first, history is the evidence") from None
        raise HistoryMissingError(f"the commit {lost} is missing from this repository, or damaged; fetch it again")

    def commit(self, revision: str) -> str:
        """The id of the commit that `revision` names. Raises PirgenError."""
        try:
            return self._resolve(revision)
        except PirgenError:
            raise PirgenError(f"`{revision}` is neither a date (YYYY-MM-DD) nor a revision that git knows") from None

    def merge_base(self, base: str, head: str) -> str:
        """The newest commit that both have. Raises HistoryMissingError where they share none, as in a shallow clone."""
        cure = "fetch all of it with `git fetch --unshallow` (in CI: fetch-depth 0)"
        try:
            commit = self._resolve(base)
        except PirgenError:
            if self.is_shallow:
                raise HistoryMissingError(f"`{base}` is not in this shallow clone; {cure}") from None
            raise PirgenError(f"`{base}` is not a revision that git knows; fetch it first") from None
        try:
            return self._git.ask("merge-base", commit, head).split("\n")[0]
        except PirgenError:
            raise HistoryMissingError(f"`{base}` and HEAD have no common history here; {cure}") from None

    def require_worktree(self) -> None:
        """Raises PirgenError in a bare repository."""
        if self.is_bare:
            raise PirgenError("this repository is bare; a branch is compared with a worktree, so run this in a clone")

    def changed(self, commit: str) -> set[str]:
        """The paths, below the root, in which the worktree differs from a commit; untracked files count.

        Raises PirgenError in a bare repository.
        """
        self.require_worktree()
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative")
        tracked = self._git.ask("diff", *options, "--end-of-options", commit, "--", ".")
        others = self._git.ask("ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", ".")
        return {path.removeprefix(self.prefix) for path in f"{tracked}\0{others}".split("\0") if path}

    def mainline(self, head: str, after: str | None = None) -> Iterable[str] | None:
        """The first-parent chain of `head`, newest first, without `after` and what is behind it.

        None where `after` is not on that chain.
        """
        command = ("rev-list", "--first-parent", "--parents", "--end-of-options", head)
        if after is None:
            return (line.split(" ", 1)[0] for line in self._git.lines(*command))
        if after == head:
            return ()
        try:
            lines = [line.split() for line in self._git.ask(*command, f"^{after}").splitlines()]
        except PirgenError:  # it is no longer here
            return None
        return [line[0] for line in lines] if lines and after in lines[-1][1:2] else None

    def changes(self, chain: Iterable[str], folders: Iterable[str], processes: int = 1) -> list[Commit]:
        """The commits of a chain that change `folders`, against their first parents, oldest first.

        `chain` is newest first. The answer is that of `git log --raw`, from several processes for parts of the history
        at once, and with less memory.
        """
        from concurrent.futures import ThreadPoolExecutor

        command = [
            *("-c", f"core.deltaBaseCacheLimit={DELTAS}", "diff-tree", "--stdin", "-r", "--root", "--raw", "-z"),
            *("--diff-merges=first-parent", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"),
            *("--no-color", "--no-notes", "--no-show-signature", "--encoding=UTF-8"),
            *(f"--format={FORMAT}", "--", *folders),
        ]
        lines = (f"{commit}\n" for commit in chain)
        shares = iter(lambda: "".join(islice(lines, SHARE)), "")
        with ThreadPoolExecutor(processes) as pool:
            asked = [pool.submit(self._git.history, *command, asked=share) for share in shares]
            try:
                said = [one.result() for one in watched(asked, len(asked), "asking git")]
            finally:
                pool.shutdown(cancel_futures=True)
        return [commit for output in said for commit in commits(output.split(b"\0"), self.prefix)][::-1]

    def people(self, authors: Iterable[str]) -> dict[str, str]:
        """By what name the mailmap knows each author."""
        asked = sorted(set(authors))
        said = self._git.ask("check-mailmap", "--stdin", asked="".join(f"{one}\n" for one in asked)) if asked else ""
        return dict(zip(asked, said.split("\n"), strict=True)) if asked else {}

    def replaced(self) -> str:
        """Which objects git is told to replace, and by what: the rest of what makes a commit's history what it is."""
        told = self._git.ask("for-each-ref", "--format=%(refname) %(objectname)", "refs/replace")
        if told:  # unless it is told not to
            told += self._git.ask("config", "--default=true", "--get", "core.useReplaceRefs")
            told += str("GIT_NO_REPLACE_OBJECTS" in environment.variables())
        with suppress(OSError):
            told += self._grafts.read_text(encoding="utf-8", errors="replace")
        return told

    def file(self, commit: str, name: str) -> bytes | None:
        """A regular file of a commit; None where there is none."""
        found = self.blobs(self.tree(commit, (name,)).values())
        return next((data for _, data in found), None)

    def index(self, folders: Iterable[str]) -> dict[str, str]:
        """The regular files of the index in `folders`, with their blobs; what is in conflict is left out."""
        lines = self._git.ask("ls-files", "--stage", "-z", "--full-name", "--", *folders).split("\0")
        return self._listed(line.replace(" 0\t", "\t", 1) for line in lines if " 0\t" in line)

    def tree(self, commit: str, folders: Iterable[str]) -> dict[str, str]:
        """The regular files of a commit in `folders`, with their blobs."""
        lines = self._git.ask("ls-tree", "-r", "-z", "--full-name", commit, "--", *folders).split("\0")
        return self._listed(line.replace(" blob ", " ", 1) for line in lines if line)

    def _listed(self, lines: Iterable[str]) -> dict[str, str]:
        """The files of lines `MODE BLOB<tab>PATH`."""
        parts = (line.partition("\t") for line in lines)
        found = ((head.split(" "), path) for head, _, path in parts)
        return {path.removeprefix(self.prefix): head[1] for head, path in found if head[0] in ("100644", "100755")}

    def remote(self) -> str:
        """The URL of the remote `origin`, else of the first one; empty where there is none."""
        with suppress(PirgenError):
            lines = self._git.ask("config", "--get-regexp", r"^remote\..*\.url$").splitlines()
            lines.sort(key=lambda line: not line.startswith("remote.origin.url "))
            return lines[0].split(" ", 1)[1]
        return ""

    def branch(self) -> str:
        """The branch that is checked out; empty where none is."""
        with suppress(PirgenError):
            return self._git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
        return ""

    def first_time(self, head: str) -> int:
        """The committer date of the oldest commit on the first-parent chain of `head`."""
        return int(self._git.ask("log", "--first-parent", *TIME, head).split("\n")[-1] or 0)

    def time(self, commit: str) -> int:
        """The committer date of a commit."""
        return int(self._git.ask("log", "-1", *TIME, commit) or 0)

    def not_checked_out(self, folders: Iterable[str]) -> dict[str, str]:
        """The files in `folders` that are absent from the worktree on purpose, with their blobs.

        Of a sparse checkout they are in the index; without an index nothing has been checked out yet.
        """
        if not self._index.exists():
            return self.tree(self.head(), folders)
        lines = self._git.ask("ls-files", "-t", "--stage", "-z", "--full-name", "--", *folders).split("\0")
        return self._listed(line[2:].replace(" 0\t", "\t", 1) for line in lines if line.startswith("S "))

    def _resolve(self, revision: str) -> str:
        if revision.startswith(":/"):  # all that follows is what git looks for
            revision = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        commit = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if not re.fullmatch("[0-9a-f]+", commit):
            raise PirgenError(f"`{revision}` names no single commit")
        return commit
