"""What tests take from npm, downloaded once and kept from run to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path


def package(name: str, member: str, folder: Path) -> bytes | None:
    """A file of a package of npm, which is downloaded into a folder once; None where npm is not installed."""
    npm = _npm()
    if not npm:
        return None
    place = _kept(folder / name.replace("/", "_"), [npm, "pack", "--silent", name])
    [archive] = place.glob("*.tgz")
    with tarfile.open(archive) as tar:
        found = tar.extractfile(f"package/{member}")
        assert found
        return found.read()


def installed(name: str, folder: Path) -> Path | None:
    """The folder `node_modules` with a package and all that it needs; None where npm is not installed."""
    npm = _npm()
    if not npm:
        return None
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", ".", name]
    return _kept(folder / f"{name.replace('/', '_')}-installed", command) / "node_modules"


def _npm() -> str | None:
    npm = shutil.which("npm")
    assert npm or os.environ.get("PIRGEN_NPM") != "required", "npm is not installed"
    return npm


def _kept(place: Path, command: list[str]) -> Path:
    """A folder that a command fills where it does not exist yet."""
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=place.parent) as draft:
            subprocess.run(command, cwd=draft, check=True, capture_output=True, timeout=300)
            with suppress(OSError):  # another test was faster
                Path(draft).rename(place)
                Path(draft).mkdir()
    return place
