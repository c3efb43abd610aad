"""What pirgen needs at run time, with all extras, as it is installed here: its licences and its known vulnerabilities.

`python -m tests.dependencies` asks a vulnerability service by pip-audit. It exits with 1 on a known vulnerability, and
says that nothing was asked where the service cannot be reached.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ALLOWED = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
"""The licences that ask for no more than their own text to be kept."""
OLDER = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""The expression for what older metadata says."""
EXCEPTIONS = {"certifi": "MPL-2.0", "pathspec": "MPL-2.0"}
"""Packages of the extras alone whose copyleft ends at their own files; pirgen uses them unchanged."""


def needed(*extras: str) -> list[str]:
    """The names of all packages that pirgen with these extras needs on this machine, in their normal form."""
    todo, seen = [("pirgen", extra) for extra in ("", *extras)], set[tuple[str, str]]()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in map(Requirement, distribution(name).requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                todo += [(canonicalize_name(requirement.name), one) for one in ("", *requirement.extras)]
    return sorted({name for name, _ in seen} - {"pirgen"})


def licence(expression: str | None, classifiers: Iterable[str], text: str | None) -> str:
    """The licence expression of a package, from its metadata; empty where the metadata does not tell."""
    stated = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    return expression or " AND ".join(OLDER.get(one, one) for one in stated) or OLDER.get(text or "", text or "")


def is_allowed(expression: str) -> bool:
    """Whether one may choose, under this licence expression, licences that are allowed."""
    return any({*choice.split(" AND ")} <= ALLOWED for choice in expression.split(" OR "))


def not_allowed(names: Iterable[str], exceptions: dict[str, str]) -> Iterator[str]:
    """A line for each package whose licence is unknown or not allowed."""
    for name in names:
        about: dict[str, Any] = distribution(name).metadata.json
        found = licence(about.get("license_expression"), about.get("classifier", ()), about.get("license"))
        if not is_allowed(found) and found != exceptions.get(name):
            yield f"{name}: {found or 'states no licence'}"


def verdict(stdout: str, stderr: str) -> tuple[int, list[str]]:
    """The exit code and the lines for what pip-audit answered."""
    try:
        packages = json.loads(stdout)["dependencies"]
    except ValueError:
        said = (stderr.strip() or "no answer").splitlines()[-1]
        if re.search("could not connect|requests[.]exceptions", stderr, re.IGNORECASE):
            return 0, [f"audit skipped: the vulnerability service cannot be reached: {said}"]
        return 1, [f"pip-audit failed: {said}"]
    lines = [
        f"{one['name']} {one['version']}: {bad['id']}, fixed in {', '.join(bad['fix_versions']) or 'no version'}"
        for one in packages
        for bad in one.get("vulns", ())
    ]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if len(unknown) == len(packages):
        return 0, ["audit skipped: the vulnerability service knows none of the packages, so it cannot be reached"]
    told = f"packages audited: {len(packages) - len(unknown)}; known vulnerabilities: {len(lines)}"
    return int(bool(lines)), [*lines, *(f"not audited: {name}" for name in unknown), told]


def main() -> int:
    """Audit the exact versions that are installed, and print what was found."""
    pinned = [f"{name}=={distribution(name).version}\n" for name in needed("all", "material")]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("".join(pinned), encoding="utf-8")
        options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "10"]
        command = [sys.executable, "-m", "pip_audit", *options, "--requirement", str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
    code, lines = verdict(done.stdout, done.stderr)
    print(*lines, sep="\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
