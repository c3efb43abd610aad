""".pre-commit-config.yaml: the hooks that judge a commit before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from pirgen.document import Document, load
from pirgen.files import Source
from pirgen.setup.files import Around, Step

FILE = ".pre-commit-config.yaml"
INSTALL = "`pre-commit install`: once in each clone, so that the hooks run"


def steps(around: Around) -> Iterator[Step]:
    """The hooks, added to a configuration that is there; where that would change something else, they are shown."""
    hooks = around.fill("pre-commit.yaml")
    source = around.source(FILE)
    if source is None:
        yield Step(FILE, f"repos:\n{indent(hooks, '  ')}", said="written", left=INSTALL)
    elif source.error:
        yield Step(FILE, left=f"{FILE} {source.error}; add this to its `repos`\n{hooks.rstrip()}")
    elif b"pirgen-lint" in source.data:
        yield Step(FILE)
    elif (after := _added(load(source), hooks)) is not None:
        yield Step(FILE, after, source.data, "hooks added", INSTALL)
    else:
        yield Step(FILE, left=f"{FILE}: add this to `repos`\n{hooks.rstrip()}\n{INSTALL}")


def _added(document: Document, hooks: str) -> str | None:
    """The text with another entry at the end of `repos`; None where that cannot be done without another change."""
    if document.problems or not isinstance(document.data, dict) or not isinstance(document.data.get("repos"), list):
        return None
    text, (parts, is_flow) = document.text, document.entries(("repos",))
    if not parts or is_flow:
        return None
    start, _, end = parts[-1]
    line = text.rfind("\n", 0, start) + 1
    margin = text[line : text.rfind("-", line, start)]
    newline = "\r\n" if "\r\n" in text else "\n"
    place = text.find(newline, end)
    place = len(text) if place < 0 else place
    block = indent(hooks, margin).rstrip("\n").replace("\n", newline)
    after = f"{text[:place]}{newline}{block}{text[place:] or newline}"
    expected = {**document.data, "repos": [*document.data["repos"], *load(Source(FILE, hooks.encode())).data]}
    found = load(Source(FILE, after.encode()))
    mark = document.source.data[: len(document.source.data) - len(text.encode())].decode()
    return mark + after if not found.problems and found.data == expected else None
