"""Replays the history of a public repository of post-mortems in Markdown as a history of reviews.

    python -m tests.benchmarks.replay CLONE FOLDER

CLONE is a clone that you fetched, such as one of https://github.com/icco/postmortems. FOLDER becomes a clone of it with
the branch `replay`. That has a commit for each commit of the first parents, of the same author, date and files, and in
`pir` what `pirgen adopt` makes of each post-mortem in that state. A file that `adopt` refuses has no review in that
commit. `python -m tests.benchmarks --history FOLDER` measures a report on it.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pirgen.importers import State, adopt
from pirgen.project import Project


class Clone:
    """The questions to a clone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def git(self, *words: str) -> bytes:
        """The output of a git command in the clone."""
        return subprocess.run(["git", "-C", str(self._folder), *words], capture_output=True, check=True).stdout

    def commits(self) -> list[str]:
        """The first parents of its state, the oldest first."""
        return self.git("rev-list", "--first-parent", "--reverse", "HEAD").decode().split()

    def changes(self, parent: str, commit: str) -> Iterator[tuple[str, str]]:
        """The post-mortems that a commit changed, by their former and present names; empty where there is none."""
        words = ["diff-tree", "-r", "-z", "-M", "--name-status", *([parent, commit] if parent else ["--root", commit])]
        fields = iter(self.git(*words, "--no-commit-id").decode().split("\0")[:-1])
        for state in fields:
            former = next(fields)
            present = next(fields) if state[0] == "R" else former
            yield ("" if state == "A" else former), ("" if state == "D" else present)

    def author(self, commit: str) -> str:
        """Who wrote a commit and when, as git fast-import takes it."""
        return self.git("show", "--no-patch", "--date=raw", "--format=%an <%ae> %ad", commit).decode().strip()


def is_post_mortem(name: str) -> bool:
    """Whether a file is taken for one: Markdown whose name has a number, which README.md and a template have not."""
    path = PurePosixPath(name)
    return path.suffix == ".md" and any(char.isdigit() for char in path.stem)


def stream(clone: Clone, scratch: Path) -> Iterator[bytes]:
    """The commits for git fast-import. The reviews are made in `scratch`."""
    project = Project(scratch)
    numbers: dict[str, str] = {}
    reviews: dict[str, bytes] = {}
    parent = ""
    for mark, commit in enumerate(clone.commits(), 1):
        for former, present in clone.changes(parent, commit):
            if not is_post_mortem(former or present):
                continue
            incident = numbers.pop(former, "") or f"INC-{mark:04d}-{len(numbers):03d}"
            reviews.pop(incident, None)
            if is_post_mortem(present):
                numbers[present] = incident
                source = scratch / f"{incident}.md"
                source.write_bytes(clone.git("show", f"{commit}:{present}"))
                adopted = next(adopt(project, [source]))
                if adopted.state is not State.REFUSED:
                    reviews[incident] = (scratch / adopted.path).read_bytes()
        tree = clone.git("rev-parse", f"{commit}^{{tree}}").decode().strip()
        lines = ["commit refs/heads/replay", f"mark :{mark}", f"committer {clone.author(commit)}", "data 1", "x"]
        lines += [f"from :{mark - 1}"] if parent else []
        yield "\n".join([*lines, f'M 040000 {tree} ""', ""]).encode()
        for incident, text in sorted(reviews.items()):
            yield f"M 100644 inline pir/{incident}.yaml\ndata {len(text)}\n".encode() + text + b"\n"
        parent = commit


def replay(clone: Path, folder: Path) -> None:
    """Clone a repository into a folder, and check out the branch with its reviews there."""
    subprocess.run(["git", "clone", "--quiet", str(clone), str(folder)], check=True)
    git = ["git", "-C", str(folder)]
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer,
    ):
        assert importer.stdin
        importer.stdin.writelines(stream(Clone(folder), Path(place)))
        importer.stdin.close()
    assert importer.returncode == 0
    subprocess.run([*git, "switch", "--quiet", "replay"], check=True)


def main() -> None:
    """Replay what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    replay(chosen.clone, chosen.folder)


if __name__ == "__main__":
    main()
