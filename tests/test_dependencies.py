"""What pirgen needs at run time may be used by everybody, and an audit that found something fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dependencies import EXCEPTIONS, is_allowed, licence, needed, not_allowed, verdict


def test_all_licences_are_known_and_permissive() -> None:
    core, everything = needed(), needed("all", "material")
    assert {"click", "gitdb", "tzdata"} <= {*core}
    assert {"mkdocs-material", "python-dateutil", "requests"} <= {*everything} - {*core}
    assert not list(not_allowed(core, {}))
    assert not list(not_allowed(everything, EXCEPTIONS))
    assert {*EXCEPTIONS} <= {*everything}, "an exception that is no longer needed goes"


@pytest.mark.parametrize(
    ("expression", "classifiers", "text", "found", "allowed"),
    [
        ("MIT OR GPL-3.0-only", [], None, "MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", [], None, "MIT AND GPL-3.0-only", False),
        (None, ["License :: OSI Approved :: MIT License"], "UNKNOWN", "MIT", True),
        (None, ["License :: OSI Approved :: GNU Affero General Public License v3"], "MIT",
         "GNU Affero General Public License v3", False),
        (None, [], "BSD License", "BSD-3-Clause", True),
        (None, ["Programming Language :: Python"], None, "", False),
    ],
)  # fmt: skip
def test_a_licence_that_is_unknown_or_copyleft_is_refused(
    expression: str | None, classifiers: list[str], text: str | None, found: str, allowed: bool
) -> None:
    assert licence(expression, classifiers, text) == found
    assert is_allowed(found) == allowed


SOUND = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


NOBODY = "audit skipped: the vulnerability service knows none of the packages, so it cannot be reached"
LOST = "ERROR: Could not connect to the feed"


@pytest.mark.parametrize(
    ("packages", "stderr", "expected"),
    [
        ([SOUND, UNKNOWN], "", (0, ["not audited: c", "packages audited: 1; known vulnerabilities: 0"])),
        ([SOUND, WEAK], "", (1, ["b 2: X-1, fixed in 3", "packages audited: 2; known vulnerabilities: 1"])),
        ([UNKNOWN], "", (0, [NOBODY])),
        (None, f"a warning\n{LOST}\n", (0, [f"audit skipped: the vulnerability service cannot be reached: {LOST}"])),
        (None, "Traceback\nKeyError: 'x'\n", (1, ["pip-audit failed: KeyError: 'x'"])),
    ],
)
def test_an_audit_fails_on_what_is_known_and_says_when_nobody_was_asked(
    packages: list[dict[str, Any]] | None, stderr: str, expected: tuple[int, list[str]]
) -> None:
    stdout = "" if packages is None else json.dumps({"dependencies": packages})
    assert verdict(stdout, stderr) == expected
