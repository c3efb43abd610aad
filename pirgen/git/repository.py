"""The questions that pirgen asks a git repository, one method for each.

A revision that a person names is resolved to a commit first, so that git can never read it as an option.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.files import Source, top_of
from pirgen.git.command import Git
from pirgen.git.log import FORMAT, Commit, commits
from pirgen.runtime import environment
from pirgen.runtime.progress import watched

TIME = ("--no-show-signature", "--format=%ct", "--end-of-options")
UNSHALLOW = "fetch all of it with `git fetch --unshallow` (in CI: fetch-depth 0)"
REGULAR = ("100644", "100755")
"""The modes of regular files."""
SHARE = 4_000
"""How many commits one git process reads."""

UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
}
"""The files of the git folder that are there while something goes on in which nothing else is to be committed."""


def is_nothing(revision: str) -> bool:
    """Whether a revision is the id of zeros, by which code hosts say that there was nothing before."""
    return len(revision) >= 40 and not revision.strip("0")


class Staged(NamedTuple):
    """An entry of the index."""

    path: str
    mode: str
    blob: str
    in_conflict: bool

    @property
    def is_regular(self) -> bool:
        """Whether it is a regular file: no link, no submodule."""
        return self.mode in REGULAR


class Message(NamedTuple):
    """What a commit says of itself; `time` is the committer date in seconds since 1970, `author` is not mapped."""

    id: str
    time: int
    author: str
    text: str


def tracked(folder: Path, name: str, *, untracked: bool) -> list[str]:
    """The paths, relative to `folder`, of the files called `name` below it that the index has.

    With `untracked` those too that git does not ignore. Raises PirgenError where the folder is in no repository.
    """
    others = ("--others", "--exclude-standard") if untracked else ()
    said = Git(folder).ask("ls-files", "-z", "--cached", *others, "--", f"**/{name}", paths="glob")
    return sorted({path for path in said.split("\0") if path})


def holds(folder: Path) -> bool:
    """Whether git tracks a file in a folder of a worktree; True where git cannot tell."""
    top = top_of(folder) or folder
    place = folder.relative_to(top).as_posix()
    with suppress(PirgenError):  # upper and lower case may be the same to the disk
        return bool(Git(top).ask("ls-files", "-z", "--cached", "--", place, paths="icase"))
    return True


class Repository:
    """The git repository around a folder. Raises PirgenError where the folder is in no repository."""

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
        """The id of the commit that is checked out.

        Raises PirgenError on a branch without commits, HistoryMissingError where the commit is missing or damaged.
        """
        try:
            return self._resolve("HEAD")
        except PirgenError:
            pass
        if self._is_unborn:
            raise PirgenError("there are no commits yet; commit the reviews first, history is the evidence")
        lost = self._git.ask("rev-parse", "--verify", "--quiet", "HEAD")
        raise HistoryMissingError(f"the commit {lost} is missing from this repository, or damaged; fetch it again")

    @property
    def _absent(self) -> str:
        """The id of zeros, by which git means that there is nothing."""
        return "0" * (64 if self.object_format == "sha256" else 40)

    @property
    def _is_unborn(self) -> bool:
        """Whether the branch has no commits yet."""
        try:
            return not self._git.ask("rev-parse", "--verify", "--quiet", "HEAD")
        except PirgenError:
            return True

    def commit(self, revision: str) -> str:
        """The id of the commit that `revision` names. Raises PirgenError where it names none."""
        try:
            return self._resolve(revision)
        except PirgenError:
            raise PirgenError(f"`{revision}` is neither a date (YYYY-MM-DD) nor a revision that git knows") from None

    def start(self, revision: str) -> str:
        """The start of a comparison with `revision`: its commit, or git's empty tree where there was nothing before.

        That is so for an id of zeros, and for HEAD on a branch without commits. Raises PirgenError where `revision`
        names nothing, HistoryMissingError where that is because the clone is shallow or HEAD's commit is missing.
        """
        if is_nothing(revision):
            return self._git.ask("hash-object", "-t", "tree", "--stdin")
        try:
            return self.commit(revision)
        except PirgenError:
            if revision == "HEAD":
                return self.start("0" * 40) if self._is_unborn else self.head()
            if self.is_shallow:
                raise HistoryMissingError(f"`{revision}` is not in this shallow clone; {UNSHALLOW}") from None
            raise

    def fixed(self, revision: str) -> str:
        """The id of the commit that a tag or a commit's own id names: what `revision` names stays the same for good.

        Raises PirgenError for anything that moves, such as a branch, and HistoryMissingError for what is not there.
        """
        try:
            commit = self._resolve(revision)
        except PirgenError:
            where, cure = "repository", "fetch it, as with `git fetch --tags`, or name another"
            if self.is_shallow:
                where, cure = "shallow clone", UNSHALLOW
            raise HistoryMissingError(f"`{revision}` is not in this {where}; {cure}") from None
        if self.is_tag(revision) or commit.startswith(revision.lower()):
            return commit
        raise PirgenError(f"`{revision}` moves as commits are added; name a tag, or the commit {commit[:10]} by its id")

    def is_tag(self, revision: str) -> bool:
        """Whether `revision` is the name of a tag."""
        with suppress(PirgenError):
            said = self._git.ask("rev-parse", "--symbolic-full-name", "--end-of-options", revision)
            return said.split("\n")[-1].startswith("refs/tags/")
        return False

    def beginning(self, head: str) -> str:
        """The first commit of the mainline that ends with the commit `head`."""
        return self._git.ask("rev-list", "--first-parent", "--max-parents=0", head, "--").split("\n")[0]

    def merge_base(self, base: str, head: str) -> str:
        """The newest commit that both `base` and `head` contain.

        For a base of zeros, which code hosts send where a branch is new, that is git's empty tree: everything is new.
        Raises PirgenError where git does not know `base`, and HistoryMissingError where they share no commit, as in a
        shallow clone.
        """
        if is_nothing(base):
            return self.start(base)
        try:
            commit = self._resolve(base)
        except PirgenError:
            if self.is_shallow:
                raise HistoryMissingError(f"`{base}` is not in this shallow clone; {UNSHALLOW}") from None
            raise PirgenError(f"`{base}` is not a revision that git knows; fetch it first") from None
        try:
            return self._git.ask("merge-base", commit, head).split("\n")[0]
        except PirgenError:
            raise HistoryMissingError(f"`{base}` and HEAD have no common history here; {UNSHALLOW}") from None

    def require_worktree(self) -> None:
        """Raise PirgenError where the repository is bare."""
        if self.is_bare:
            raise PirgenError("this repository is bare; a branch is compared with a worktree, so run this in a clone")

    def changed(self, commit: str) -> set[str]:
        """The paths of the files that differ between the worktree and a commit, with untracked files.

        Only files below the root count; paths are relative to it.

        Raises PirgenError in a bare repository.
        """
        self.require_worktree()
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative")
        tracked = self._git.ask("diff", *options, "--end-of-options", commit, "--", ".")
        others = self._git.ask("ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", ".")
        return {path.removeprefix(self.prefix) for path in f"{tracked}\0{others}".split("\0") if path}

    def mainline(self, head: str, after: str | None = None) -> Iterable[str] | None:
        """The ids on the first-parent chain of `head`, newest first, down to `after` but without it.

        None where `after` is not on that chain. Without `after`, the whole chain.
        """
        command = ("rev-list", "--first-parent", "--parents", "--end-of-options", head)
        if after is None:
            return (line.split(" ", 1)[0] for line in self._git.lines(*command))
        if after == head:
            return ()
        try:
            lines = [line.split() for line in self._git.ask(*command, f"^{after}").splitlines()]
        except PirgenError:  # `after` is no longer in the repository
            return None
        return [line[0] for line in lines] if lines and after in lines[-1][1:2] else None

    def changes(
        self, chain: Iterable[str], folders: Iterable[str], processes: int = 1, *, from_top: bool = False
    ) -> list[Commit]:
        """The commits of `chain` that change files in `folders`, oldest first. `chain` must be newest first.

        Folders and paths are relative to the root, or, with `from_top`, to the top of the repository.
        """
        paths = map(self._pathspec, folders) if from_top else folders
        return self._differences(chain, [*paths], processes, "" if from_top else self.prefix)

    def changes_outside(self, wanted: Collection[str], folders: Iterable[str], processes: int) -> list[Commit]:
        """The `wanted` commits that change files outside of `folders`, each with these changes, oldest first.

        Folders and paths are relative to the top of the repository. Git does not look into these folders, in which
        most of a commit's directory entries may be.
        """
        if not wanted:
            return []
        asked = "".join(f"{commit}\n" for commit in wanted)  # one near another shares most of its trees
        chain = self._git.history("rev-list", "--no-walk=sorted", "--stdin", asked=asked).decode().split()
        paths = [":(top)", *(f":(top,exclude,literal){folder}" for folder in folders if folder)]
        return self._differences(chain, paths, processes, "", magic="glob")

    def _differences(
        self, chain: Iterable[str], paths: Sequence[str], processes: int, prefix: str, magic: str = "literal"
    ) -> list[Commit]:
        """The commits of `chain`, newest first, that change files which match `paths`, oldest first.

        Each commit is compared with its first parent. The result is that of `git log --raw`, but several processes
        read parts of the history at once, and less memory is used. `prefix` is removed from paths.
        """
        command = [
            *("diff-tree", "--stdin", "-r", "--root", "--raw", "-z"),
            *("--diff-merges=first-parent", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"),
            *("--no-color", "--no-notes", "--no-show-signature", "--encoding=UTF-8"),
            *(f"--format={FORMAT}", "--", *paths),
        ]
        lines = (f"{commit}\n" for commit in chain)
        shares = [*iter(lambda: "".join(islice(lines, SHARE)), "")]
        said = self._answers(command, shares, processes, magic)
        return [commit for output in said for commit in commits(output.split(b"\0"), prefix)][::-1]

    def _answers(self, command: Sequence[str], asked: Sequence[str], processes: int, magic: str) -> list[bytes]:
        """Ask git the same command about each of these inputs; its answers, in their order."""
        if len(asked) < 2:  # to import what threads need takes longer than to ask about a few commits
            return [self._git.history(*command, asked=one, paths=magic) for one in asked]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(processes) as pool:
            due = [pool.submit(self._git.history, *command, asked=one, paths=magic) for one in asked]
            try:
                return [one.result() for one in watched(due, len(due), "asking git")]
            finally:
                pool.shutdown(cancel_futures=True)

    def renamed(self, commit: str) -> dict[str, str]:
        """The files that a commit renamed: the path before by the path after, all from the top.

        A commit without a parent renamed nothing.
        """
        options = (
            "-r",
            "-M",
            "-l1000",
            "--raw",
            "-z",
            "--no-commit-id",
            "--diff-filter=R",
            "--diff-merges=first-parent",
        )
        plain = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-relative")
        parts = self._git.ask("diff-tree", *options, *plain, "--end-of-options", commit).split("\0")
        return dict(zip(parts[2::3], parts[1::3], strict=False))

    def paths(self, commit: str, folder: str) -> set[str]:
        """The paths of the files in a folder of a commit, all from the top."""
        said = self._git.ask("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", folder)
        return {*filter(None, said.split("\0"))}

    def _pathspec(self, path: str) -> str:
        """A path from the top of the repository as git wants it in the root's folder."""
        return posixpath.relpath(path, self.prefix or ".")

    def people(self, authors: Iterable[str]) -> dict[str, str]:
        """The name that the mailmap gives each author, by the author as written in commits."""
        asked = sorted(set(authors))
        said = self._git.ask("check-mailmap", "--stdin", asked="".join(f"{one}\n" for one in asked)) if asked else ""
        return dict(zip(asked, said.split("\n"), strict=True)) if asked else {}

    def replaced(self) -> str:
        """The objects that git is told to replace, the objects that replace them, and the grafts, as text.

        Together with a commit's id this text determines the history of the commit.
        """
        place = environment.variable("GIT_REPLACE_REF_BASE").rstrip("/") or "refs/replace"
        told = self._git.ask("for-each-ref", "--format=%(refname) %(objectname)", place)
        if told:  # git may be told to ignore replacements
            told += self._git.ask("config", "--default=true", "--get", "core.useReplaceRefs")
            told += str("GIT_NO_REPLACE_OBJECTS" in environment.variables())
        with suppress(OSError):
            told += self._grafts.read_text(encoding="utf-8", errors="replace")
        return told

    def file(self, commit: str, name: str) -> Source | None:
        """A regular file in a commit; None where there is no such file."""
        return next((found._replace(name=name) for found in self.blobs(self.tree(commit, (name,)).values())), None)

    def index(self, paths: Iterable[str], how: str = "literal") -> Iterator[Staged]:
        """The entries of the index at these paths, which are files, folders or, where `how` is `glob`, patterns."""
        said = self._git.ask("ls-files", "--stage", "-z", "--full-name", "--", *paths, paths=how)
        for line in filter(None, said.split("\0")):
            head, _, path = line.partition("\t")
            mode, blob, stage = head.split(" ")
            yield Staged(path.removeprefix(self.prefix), mode, blob, stage != "0")

    def stage(self, files: Mapping[str, str | None]) -> None:
        """Write texts to these paths of the index, and remove those that are None. The worktree is left alone.

        Raises PirgenError where git cannot, such as while another process writes the index.
        """
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            texts = {path: text for path, text in files.items() if text is not None}
            drafts = [Path(folder, str(number)) for number, _ in enumerate(texts)]
            for draft, text in zip(drafts, texts.values(), strict=True):
                draft.write_text(text, encoding="utf-8", newline="")
            asked = "".join(f"{draft}\n" for draft in drafts)
            said = self._git.ask("hash-object", "-w", "--no-filters", "--stdin-paths", asked=asked) if texts else ""
        blobs = dict(zip(texts, said.split(), strict=True))
        lines = (f"{'100644' if path in blobs else '0'} {blobs.get(path, self._absent)}\t{path}\0" for path in files)
        self._git.ask("update-index", "-z", "--index-info", asked="".join(lines))

    def require_recordable(self) -> None:
        """Raise PirgenError where `record` would be refused: a bare or untrusted repository, a merge that goes on."""
        if not environment.is_trusted():
            raise PirgenError(
                "--commit runs the repository's hooks, and nobody trusts this repository (--untrusted, or PIRGEN_TRUST "
                "is `none`); leave it out and commit by hand"
            )
        self.require_worktree()
        asked = [option for name in UNDER_WAY for option in ("--git-path", name)]
        places = self._git.ask("rev-parse", *asked).split("\n")
        for place, what in zip(places, UNDER_WAY.values(), strict=True):
            if (self.root / place).exists():
                raise PirgenError(f"{what} goes on here; end it first, or leave out --commit: nothing was changed")

    def is_changed(self, file: str) -> bool:
        """Whether a file of the worktree differs from the last commit; its path is relative to the root."""
        options = ("-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all")
        return bool(self._git.ask("status", "--porcelain", *options, "--", file))

    def record(self, files: Iterable[str], message: str) -> str:
        """Commit these files of the worktree and nothing else, by `git commit`, and return the commit's id.

        Paths are relative to the root. Other work stays as it is, staged or not; hooks and signing run. Files that git
        ignores are left out. Raises PirgenError where git refuses; then what was untracked is so again.
        """
        wanted = [*files]
        options = ("ls-files", "-z", "--", *wanted)
        tracked = {*filter(None, self._git.ask(*options).split("\0"))}
        others = ("ls-files", "-z", "--others", "--exclude-standard", "--", *wanted)
        new = [name for name in self._git.ask(*others).split("\0") if name]
        if wanted[0] not in (*tracked, *new):
            raise PirgenError(f"git ignores {wanted[0]}")
        if new:
            self._git.ask("add", "--intent-to-add", "--", *new)
        named = [name for name in wanted if name in tracked or name in new]
        how = ("--quiet", "--only", "--cleanup=whitespace", "--file=-")  # a message may be longer than an argument
        try:
            self._git.run("commit", *how, "--", *named, asked=message)
        except PirgenError:
            if new:
                self._git.ask("rm", "--cached", "--quiet", "--", *new)
            raise
        return self.head()

    def require_branch(self, name: str, subject: str, remote: str = "") -> str:
        """The commit of a branch that may be made, or moved here; empty where it is to be made.

        Raises PirgenError where it may not. It may where all that it adds to the current commit are commits with this
        subject, so that nobody else's work is lost, and where it is not the default branch. With `remote` the branch of
        that name there is looked at, too.
        """
        try:
            self._git.ask("check-ref-format", f"refs/heads/{name}")
        except PirgenError:
            raise PirgenError(f"`{name}` is no name for a branch") from None
        if name.startswith("-") or name in (self.branch(), "main", "master", self.default_branch()):
            raise PirgenError(f"`{name}` is no branch that could be moved here; name another with --branch")
        elsewhere = self._git.ask("worktree", "list", "--porcelain").splitlines()
        if f"branch refs/heads/{name}" in elsewhere:
            raise PirgenError(f"`{name}` is checked out in another worktree; name another with --branch")
        places = [f"refs/heads/{name}^{{commit}}"]
        if remote:
            places.append(f"{self._fetched(name, remote)}^{{commit}}")
        found = self.objects(places)
        for place in found.values():
            new = self._git.ask("log", "--no-show-signature", "--format=%s", "--end-of-options", place, "^HEAD")
            if {*new.splitlines()} - {subject}:
                raise PirgenError(f"`{name}` has commits of somebody; merge it first, or name another with --branch")
        return found.get(places[0], "")

    def default_branch(self) -> str:
        """The branch of `origin` that a clone checks out; empty where this clone does not know."""
        with suppress(PirgenError):
            return self._git.ask("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").rpartition("origin/")[2]
        return ""

    def _fetched(self, branch: str, remote: str) -> str:
        """The remote-tracking branch of a branch, fetched anew where it is there."""
        tracking = f"refs/remotes/{remote}/{branch}"
        if self._git.ask("ls-remote", "--heads", "--end-of-options", remote, f"refs/heads/{branch}"):
            self._git.run("fetch", "--quiet", remote, f"+refs/heads/{branch}:{tracking}")
        return tracking

    @contextmanager
    def beside(self, commit: str) -> Iterator[Path]:
        """A worktree of its own with the files of a commit, in which another can be made; no branch is checked out.

        Yields the project's root in it. It is removed in the end, with what was not committed. Raises PirgenError where
        git refuses.
        """
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="pirgen-") as folder:
            top = Path(folder).resolve() / "worktree"
            self._git.ask("worktree", "add", "--detach", str(top), commit)
            try:
                yield top / self.prefix
            finally:
                self._git.ask("worktree", "remove", "--force", str(top))

    def move(self, branch: str, commit: str, before: str, why: str) -> None:
        """Let a branch, made where it is not there, name a commit. `why` is for the branch's log.

        Raises PirgenError where the branch is no longer at `before`, which is empty for one that was not there.
        """
        self._git.ask("update-ref", "-m", why, f"refs/heads/{branch}", commit, before or self._absent)

    def push(self, branch: str, remote: str = "origin") -> bool:
        """Push a branch to a remote, over what was pushed before, and tell whether that was needed.

        It is not where the branch there has the same files on the same parent. What was pushed there since
        `require_branch` looked is not overwritten. Raises PirgenError where git refuses.
        """
        tracking = f"refs/remotes/{remote}/{branch}"
        ours, theirs = (self.objects([f"{name}^{{tree}}", f"{name}^1"]) for name in (f"refs/heads/{branch}", tracking))
        if theirs and [*ours.values()] == [*theirs.values()]:
            return False
        known = self.objects([f"{tracking}^{{commit}}"]).get(f"{tracking}^{{commit}}", "")
        lease = f"--force-with-lease=refs/heads/{branch}:{known}"
        self._git.run("push", "--quiet", lease, remote, f"refs/heads/{branch}:refs/heads/{branch}")
        return True

    def objects(self, names: Iterable[str], kinds: Collection[str] = ("blob", "commit", "tree")) -> dict[str, str]:
        """The id of the object of one of these kinds that each name stands for.

        A name that stands for none, or for several, is left out. No name may begin with `-`, or hold a blank or a line
        end.
        """
        asked = sorted({*names})
        if not asked:
            return {}
        form = "--batch-check=%(objectname) %(objecttype)"
        said = self._git.ask("cat-file", form, asked="".join(f"{name}\n" for name in asked))
        answers = (answer.split(" ") for answer in said.split("\n"))
        return {name: answer[0] for name, answer in zip(asked, answers, strict=True) if answer[-1] in kinds}

    def merged(self, commits: Collection[str], head: str) -> set[str]:
        """Those of these commits, whole ids, that `head` contains."""
        if not commits:
            return set()
        asked = "".join(f"{commit}\n" for commit in (*sorted(commits), f"^{head}"))
        return {*commits} - {*self._git.ask("rev-list", "--stdin", asked=asked).split("\n")}

    def tree(self, commit: str, folders: Iterable[str]) -> dict[str, str]:
        """The regular files in `folders` of a commit: blob ids by path."""
        lines = self._git.ask("ls-tree", "-r", "-z", "--full-name", commit, "--", *folders).split("\0")
        return self._listed(line.replace(" blob ", " ", 1) for line in lines if line)

    def everywhere(self, folders: Iterable[str]) -> set[str]:
        """The paths, from `folders` on, of the files that any branch has which this clone knows, local or remote."""
        commits = self._git.ask("for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes").split()
        asked = "".join(f"{commit}:{self.prefix}{folder}\n" for commit in {*commits} for folder in folders)
        said = self._git.ask("cat-file", "--batch-check=%(objecttype) %(objectname)", asked=asked) if asked else ""
        trees = [line.removeprefix("tree ") for line in said.split("\n") if line.startswith("tree ")]
        return self._paths_of(dict.fromkeys(trees))

    def _paths_of(self, trees: Iterable[str]) -> set[str]:
        """The paths of the files in any of these trees. Each tree is compared with the one before it."""
        pairs = [*pairwise((self._git.ask("hash-object", "-t", "tree", "--stdin"), *trees))]
        asked = "".join(f"{before} {after}\n" for before, after in pairs)
        options = ("--stdin", "-r", "-z", "--raw", "--diff-filter=A", "--no-renames", "--no-relative")
        said = self._git.ask("diff-tree", *options, asked=asked) if pairs else ""
        return {*said.split("\0")[1::2]}

    def recent(self, since: datetime, most: int) -> list[str]:
        """The commits of HEAD since a moment, newest first, each as its short id and subject; at most `most`.

        Raises PirgenError where git cannot tell.
        """
        until = f"--since={since.isoformat()}"
        options = ("--no-show-signature", "--no-color", "--format=%h %s", f"--max-count={most}")
        return self._git.ask("log", *options, until, "--end-of-options", "HEAD").splitlines()

    def messages(self, head: str, since: datetime) -> Iterator[Message]:
        """The commits that `head` contains whose committer dates are not before an aware moment, newest first."""
        options = ("-z", "--no-show-signature", "--no-color", "--no-notes", "--encoding=UTF-8")
        form = "--format=%H%x1f%ct%x1f%an%x1f%B"  # and no --since, which ends at the first commit with an old date
        said = self._git.history("log", *options, form, "--end-of-options", head)
        for part in filter(None, said.decode("utf-8", "replace").split("\0")):
            commit, at, author, text = part.split("\x1f", 3)
            if int(at or 0) >= since.timestamp():
                yield Message(commit, int(at or 0), author, text)

    def _listed(self, lines: Iterable[str]) -> dict[str, str]:
        """The regular files in lines of the form `MODE BLOB<tab>PATH`: blob ids by path."""
        parts = (line.partition("\t") for line in lines)
        found = ((head.split(" "), path) for head, _, path in parts)
        return {path.removeprefix(self.prefix): head[1] for head, path in found if head[0] in REGULAR}

    def remote(self, name: str = "") -> str:
        """The URL of a remote, by default of `origin`, else of the first; empty where there is none."""
        with suppress(PirgenError):
            if name:
                return self._git.ask("config", "--get", f"remote.{name}.url")
            lines = self._git.ask("config", "--get-regexp", r"^remote\..*\.url$").splitlines()
            lines.sort(key=lambda line: not line.startswith("remote.origin.url "))
            return lines[0].split(" ", 1)[1]
        return ""

    def branch(self) -> str:
        """The branch that is checked out; empty where no branch is."""
        with suppress(PirgenError):
            return self._git.ask("symbolic-ref", "--quiet", "HEAD").removeprefix("refs/heads/")
        return ""

    def first_time(self, head: str) -> int:
        """The committer date of the oldest commit on the first-parent chain of `head`, in seconds since 1970."""
        return int(self._git.ask("log", "--first-parent", *TIME, head).split("\n")[-1] or 0)

    def dated(self, head: str, start: str | None) -> list[tuple[str, int]]:
        """The commits on the first-parent chain of `head` after `start`, oldest first, with their committer dates.

        Dates are in seconds since 1970. Without `start`, which must be on the chain, the whole chain.
        """
        since = (f"^{start}",) if start else ()
        lines = self._git.ask("rev-list", "--first-parent", "--timestamp", "--end-of-options", head, *since)
        parts = (line.split(" ") for line in reversed(lines.splitlines()))
        return [(commit, int(date)) for date, commit in parts]

    def time(self, commit: str) -> int:
        """The committer date of a commit, in seconds since 1970."""
        return int(self._git.ask("log", "-1", *TIME, commit) or 0)

    def not_checked_out(self, folders: Iterable[str]) -> dict[str, str]:
        """The files in `folders` that git has deliberately left out of the worktree: blob ids by path.

        A sparse checkout marks such files in the index. Where there is no index, nothing has been checked out yet,
        and all files of the current commit are returned.
        """
        if not self._index.exists():
            return self.tree(self.head(), folders)
        lines = self._git.ask("ls-files", "-t", "--stage", "-z", "--full-name", "--", *folders).split("\0")
        return self._listed(line[2:].replace(" 0\t", "\t", 1) for line in lines if line.startswith("S "))

    def _resolve(self, revision: str) -> str:
        if revision.startswith(":/"):  # git searches commit messages for all text after `:/`
            revision = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        commit = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if not re.fullmatch("[0-9a-f]+", commit):
            raise PirgenError(f"`{revision}` names no single commit")
        return commit
