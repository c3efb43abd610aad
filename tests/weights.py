"""Measures what each extra weighs, and writes it into the install page: `python -m tests.weights`.

Each extra is installed into an environment of its own, compiled as pip does it. The size is what the files take on
the disk.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import ROOT

PAGE = ROOT / "docs/how-to/install.md"
ROW = re.compile(r"^(\| (?:\(none\)|`\w+`)[^|]*\|[^|]*\|)[^|]*\|$", re.MULTILINE)
MEASURED = re.compile(r"Measured on \S+ with Python [\d.]+ on \w+")


def extras() -> list[str]:
    """The extras that users install."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [name for name in told["project"]["optional-dependencies"] if name != "dev"]


def weight(extra: str) -> int:
    """The bytes of pirgen with an extra and all that they need; of pirgen alone for an empty text."""
    with TemporaryDirectory() as folder:
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
        what = f"{ROOT}[{extra}]" if extra else str(ROOT)
        install = ["pip", "install", "--quiet", "--compile-bytecode", "--python", f"{folder}/bin/python", what]
        subprocess.run([*uv, *install], check=True)
        files = Path(folder).glob("lib/*/site-packages/**/*")
        return sum(path.lstat().st_blocks * 512 for path in files)


def said(size: float) -> str:
    """A size in megabytes as people read it."""
    size /= 1_000_000
    return f"{size:.0f} MB" if size >= 0.95 else f"{size:.1f} MB"


def filled(page: str, weights: Mapping[str, int], when: str) -> str:
    """The page with the sizes of all rows, by the first name in each; what an extra adds is told."""

    def row(found: re.Match[str]) -> str:
        name = re.match(r"\| `(\w+)`", found[1])
        size = said(weights[name[1]] - weights[""]) if name else said(weights[""])
        return f"{found[1]} {'+ ' if name else ''}{size} |"

    return MEASURED.sub(when, ROW.sub(row, page))


def main() -> None:
    """Measure, and write the page."""
    weights = {name: weight(name) for name in ("", *extras())}
    version = ".".join(map(str, sys.version_info[:2]))
    when = f"Measured on {datetime.now(UTC).date()} with Python {version} on {sys.platform.capitalize()}"
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), weights, when), encoding="utf-8")


if __name__ == "__main__":
    main()
