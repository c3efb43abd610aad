"""Time and memory have bounds, whatever somebody writes into a file."""

from __future__ import annotations

import subprocess
import sys

from tests.support import Repo, review

MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "pirgen", *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak(repo: Repo, *arguments: str) -> int:
    """The most memory, in units of the platform, that pirgen or one of its children took."""
    command = [sys.executable, "-c", MEASURED, *arguments]
    return int(subprocess.run(command, cwd=repo.folder, capture_output=True, text=True, check=True).stdout)


def test_a_huge_review_takes_no_more_memory_than_a_small_one(repo: Repo) -> None:
    repo.commit("2025-10-01", {"pir/INC-001.yaml": review()})
    commands = [["lint", "--staged"], ["report", "--no-cache"]]
    before = [peak(repo, *command) for command in commands]
    repo.write("pir/INC-002.yaml", ("# " + "x" * 97 + "\n") * 300_000)
    assert peak(repo, *commands[1]) < 1.5 * before[1]
    repo.commit("2025-10-02", {})
    for command, small in zip(commands, before, strict=True):
        assert peak(repo, *command) < 1.5 * small
    assert "the file is larger than 512 KiB\n --> pir/INC-002.yaml:1:1" in repo.run("lint", "--staged").stdout
    assert "the file is larger than 512 KiB" in repo.run("history", "--unreadable").stdout
