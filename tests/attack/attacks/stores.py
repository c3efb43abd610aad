"""Git keeps the same history and worktree in another way: packed, as reftables, in worktrees, shared, filtered, sparse.

The answer is then the same.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.attack.attacks.settings import ASKED
from tests.attack.ground import end, project, said, start
from tests.support import Repo

TIMES = 300
KEEPS = {
    "packed": ("pack-refs --all", "repack -adq"),
    "collected": ("gc --quiet --aggressive --prune=now",),
    "one file a delta": ("repack -adfq --depth=250 --window=250", "prune-packed"),
    "bitmaps": ("repack -adbq", "multi-pack-index write --bitmap"),
    "a graph of commits": ("commit-graph write --reachable --changed-paths",),
    "reftables": ("refs migrate --ref-format=reftable",),
    "a split index": ("update-index --split-index",),
    "an index of version 4": ("update-index --index-version 4",),
    "an untracked cache": ("update-index --force-untracked-cache",),
    "a sparse worktree": ("sparse-checkout set --cone pir operational_audit",),
    "a sparse index": ("sparse-checkout set --cone --sparse-index pir operational_audit",),
    "a detached head": ("checkout --quiet --detach",),
    "another branch": ("checkout --quiet -b x/HEAD/-y", "branch --quiet --delete --force main"),
    "many refs": tuple(f"tag pir/INC-00{number}.yaml" for number in range(9)),
    "notes and replacements of nothing": ("notes add -m x", "update-ref refs/original/x HEAD"),
}
"""What changes how a repository is kept, in the words of git's commands."""
ATTRIBUTES = {
    "a filter that changes nothing": "*.yaml filter=same\n",
    "identities": "*.yaml ident\n",
    "other line ends": "*.yaml text eol=crlf\n",
    "left out of archives": "* export-ignore export-subst\n",
    "binary": "* -text -diff\n",
    "another driver": "*.yaml diff=python merge=union whitespace=cr-at-eol\n",
}


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    plain = project(folder / "plain")
    expected = {words: _ask(plain.folder, words) for words in ASKED}
    for number in range(times):
        words = ASKED[number % len(ASKED)]
        shutil.copytree(plain.folder, folder / "project", symlinks=True)
        repo = Repo(folder / "project")
        repo.git("config", "uploadpack.allowFilter", "true")
        shutil.rmtree(repo.folder / ".git/logs")  # what git cannot bring into reftables yet
        ways = chance.sample([*KEEPS, *ATTRIBUTES], 2)
        where = chance.choice([*PLACES])
        for way in ways:
            if way in ATTRIBUTES:
                _filter(repo, ATTRIBUTES[way])
            for command in KEEPS.get(way, ()):
                _try(repo, command)
        place = PLACES[where](repo, folder / "other")
        told = _ask(place, words)
        yield (
            ""
            if told == expected[words]
            else f"{', '.join(ways)}, {where}: `{words}` ends with {told[0]}: {told[1][:300]}"
        )
        for used in ("project", "other", "other.git"):
            shutil.rmtree(folder / used, ignore_errors=True)


def _ask(folder: Path, words: str) -> tuple[int, str]:
    code = end(start(folder, words))
    return code, said(folder)


def _try(repo: Repo, command: str) -> None:
    """Run a command of git, which an older git or another way that was chosen before may refuse."""
    try:
        repo.git(*command.split())
    except AssertionError as refused:
        if "Traceback" in str(refused):
            raise


def _filter(repo: Repo, attributes: str) -> None:
    """Let git change what it reads and writes; the files and commits stay what they are."""
    repo.git("config", "filter.same.clean", "cat")
    repo.git("config", "filter.same.smudge", "cat")
    repo.write(".git/info/attributes", attributes)


def _worktree(repo: Repo, place: Path) -> Path:
    repo.git("worktree", "add", "--quiet", "--detach", str(place), "HEAD")
    return place


def _cloned(*options: str) -> Callable[[Repo, Path], Path]:
    def clone(repo: Repo, place: Path) -> Path:
        repo.git("clone", "--quiet", *(one.format(place) for one in options), repo.folder.as_uri(), str(place))
        return place

    return clone


PLACES: dict[str, Callable[[Repo, Path], Path]] = {
    "the same place": lambda repo, _: repo.folder,
    "another worktree": _worktree,
    "a clone": _cloned(),
    "a shared clone": _cloned("--shared"),
    "a partial clone": _cloned("--filter=blob:limit=1k"),
    "a clone of one branch": _cloned("--single-branch", "--no-tags"),
    "a clone with its repository elsewhere": _cloned("--separate-git-dir", "{}.git"),
    "a folder below": lambda repo, _: repo.folder / "pir",
}
"""How else the same can be kept, and where a command is then asked."""
