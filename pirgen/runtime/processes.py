"""Runs other programs of this machine and takes their answer."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

from pirgen.runtime import environment

TIMEOUT = 20
"""After how many seconds a program has to have answered."""


def answer(name: str, *arguments: str, without: Collection[str] = ()) -> str:
    """What a program prints to stdout, without blanks around it; empty where it is not there, fails or takes too long.

    It does not see the environment variables in `without`. It is looked for in PATH, and only in folders that PATH
    names from the root on, so that no repository brings it.
    """
    found = shutil.which(name)
    if not found or not Path(found).is_absolute():
        return ""
    variables = {name: value for name, value in environment.variables().items() if name not in without}
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            [found, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env=variables,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
