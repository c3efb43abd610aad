"""What a release needs: that its tag, the version, the changelog and the docs agree.

`python -m tests.release v1.2.3` says what does not, and exits with 1 then. It needs nothing but Python.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ACTION = re.compile(r"@[0-9a-f]{40} # v.*")
"""The version of an action of somebody else."""
NAMED = re.compile(r"\bv([0-9]+\.[0-9]+\.[0-9]+)\b")


def version(root: Path = ROOT) -> str:
    """The version that is developed, by pyproject.toml."""
    told = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def named(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Each version of pirgen that README and the docs name, with the file and the line where they do."""
    for page in (root / "README.md", *sorted((root / "docs").rglob("*.md"))):
        lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
        for number, line in enumerate(lines, 1):
            for found in NAMED.findall(ACTION.sub("", line)):
                yield f"{page.relative_to(root).as_posix()}:{number}", found


def disagreements(root: Path = ROOT) -> Iterator[str]:
    """What holds at any time: the package and the docs name the version of pyproject.toml."""
    expected = version(root)
    text = (root / "pirgen/__init__.py").read_text(encoding="utf-8")
    if f'__version__ = "{expected}"' not in text:
        yield f"pirgen/__init__.py: `__version__` is not {expected}, which pyproject.toml says"
    for place, found in named(root):
        if found != expected:
            yield f"{place}: names v{found}, and the version is {expected}"


def problems(tag: str, root: Path = ROOT) -> Iterator[str]:
    """What keeps a tag from being released."""
    yield from disagreements(root)
    expected = version(root)
    if tag != f"v{expected}":
        yield f"the tag is {tag}, and pyproject.toml says {expected}; the tag has to be v{expected}"
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", changes, re.MULTILINE))
    heading = next((one for one in parts if re.fullmatch(rf"{re.escape(expected)} \(\d{{4}}-\d\d-\d\d\)", one)), "")
    if not heading:
        yield f"CHANGELOG.md: there is no `## {expected} (YYYY-MM-DD)`; rename `## Unreleased`"
    elif "\n- " not in f"\n{parts[heading]}":
        yield f"CHANGELOG.md: nothing stands under `## {heading}`"
    if "\n- " in f"\n{parts.get('Unreleased', '')}":
        yield "CHANGELOG.md: something stands under `## Unreleased`, which this release has"


if __name__ == "__main__":
    found = [*problems(sys.argv[1])]
    print(*found or ("ready",), sep="\n")
    sys.exit(bool(found))
