"""Diagnostics as JUnit XML, in the form that CI hosts agree on (https://github.com/testmoapp/junitxml).

A file is a suite and a diagnostic a test, which an error fails and a warning or advice skips. Hosts know a test again
by its class and its name, so these hold the file and what is said, not the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, groupby
from operator import attrgetter
from xml.etree import ElementTree

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.text.terminal import printable

FROM_TOP = True


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """A suite for each file with diagnostics. Without any there is one test, because some hosts refuse none."""
    root = ElementTree.Element("testsuites", _counts(diagnostics, name="pirgen"))
    by_file = attrgetter("file")
    for file, group in groupby(sorted(diagnostics, key=by_file), by_file):
        found = [*group]
        suite = ElementTree.SubElement(root, "testsuite", _counts(found, name=printable(file)))
        suite.extend(_tests(found))
    if not diagnostics:
        suite = ElementTree.SubElement(root, "testsuite", _counts((), name="pirgen"))
        ElementTree.SubElement(suite, "testcase", classname="pirgen", name=f"{files} files checked: all good")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(diagnostics: Sequence[Diagnostic], name: str) -> dict[str, str]:
    errors = sum(found.severity is Severity.ERROR for found in diagnostics)
    counts = {"tests": max(len(diagnostics), 1), "failures": errors, "errors": 0, "skipped": len(diagnostics) - errors}
    return {"name": name, **{key: str(count) for key, count in counts.items()}}


def _tests(diagnostics: Sequence[Diagnostic]) -> Iterator[ElementTree.Element]:
    """A test for each diagnostic. Hosts take tests of one name for one test, so of several each gets its number."""
    taken: set[str] = set()
    for found in diagnostics:
        file, said = printable(found.file), printable(f"{found.rule}: {found.message}")
        name = next(name for name in chain((said,), (f"{said} ({n})" for n in count(2))) if name not in taken)
        taken.add(name)
        test = ElementTree.Element("testcase", classname=file, name=name, file=file, line=str(found.span.line))
        what = ElementTree.SubElement(test, "failure" if found.severity is Severity.ERROR else "skipped")
        what.set("message", printable(found.message))
        lines = (f"{found.file}:{found.span.line}:{found.span.column}: {found.message}", found.hint)
        what.text = "\n".join(map(printable, filter(None, lines)))
        yield test
