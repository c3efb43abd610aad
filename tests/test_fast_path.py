"""What `pirgen lint FILE…` says without the library that reads command lines is what the command says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pirgen.fast_path import FEW
from tests.support import Repo, review

COMMAND = "from pirgen.commands import main; main(prog_name='pirgen')"
"""The command, without the fast path."""
WHOLE = "from pirgen.__main__ import run; run()"
LOADED = "import atexit, sys; atexit.register(lambda: print('click' in sys.modules, file=sys.stderr));"


@pytest.fixture
def project(repo: Repo) -> Repo:
    repo.write("pirgen.yaml", "")
    repo.write("pir/INC-001.yaml", review())
    repo.write("pir/INC-002.yaml", review("INC-002", severity="P9"))
    repo.write("pir/INC-003.yaml", review("INC-003", mitigation_minutes=1))
    repo.write("team/pirgen.yaml", "fields: {}\n")
    repo.write("team/pir/INC-004.yaml", review("INC-004"))
    repo.write("notes.txt", "words")
    return repo


def started(folder: Path, code: str, *words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "environment", "is_fast"),
    [
        (["lint", "pir/INC-001.yaml"], {}, True),
        (["lint", "pir/INC-001.yaml", "pirgen.yaml"], {}, True),
        (["lint", *["pir/INC-001.yaml"] * FEW], {}, True),
        (["lint", *["pir/INC-001.yaml"] * FEW, "pirgen.yaml"], {}, False),
        (["lint", "pir/INC-001.yaml"], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["lint", "pir/INC-001.yaml"], {"PIRGEN_TRUST": "none"}, True),
        (["lint", "pir/INC-001.yaml"], {"PIRGEN_TRUST": "some"}, False),
        (["lint", "pir/INC-001.yaml", "pir/INC-002.yaml"], {}, False),
        (["lint", "pir/INC-003.yaml"], {}, False),
        (["lint", "team/pir/INC-004.yaml"], {}, False),
        (["lint", "INC-001"], {}, False),
        (["lint", "pir"], {}, False),
        (["lint", "absent.yaml"], {}, False),
        (["lint", "notes.txt"], {}, False),
        (["lint", "-q", "pir/INC-001.yaml"], {}, False),
        (["lint", "x" * 5000], {}, False),
        (["lint"], {}, False),
    ],
)
def test_the_answer_is_that_of_the_command(
    project: Repo, words: list[str], environment: dict[str, str], is_fast: bool
) -> None:
    code, out, err = started(project.folder, LOADED + WHOLE, *words, **environment)
    assert (code, out, err.removesuffix(f"{not is_fast}\n")) == started(project.folder, COMMAND, *words, **environment)
    assert err.endswith(f"{not is_fast}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_an_answer_that_cannot_be_written_is_an_error(project: Repo) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", WHOLE, "lint", "pir/INC-001.yaml"],
            cwd=project.folder,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert (done.returncode, done.stderr) == (2, b"pirgen: No space left on device\n")
