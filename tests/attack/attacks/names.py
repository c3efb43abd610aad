"""Files have hostile names: long, deep, colliding, with line ends, quotes, options, patterns and controls.

Every command ends with a documented exit code and without a traceback, and what a machine reads can be parsed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.attack.ground import end, said, start
from tests.support import Repo, review

TIMES = 300
PARTS = (
    "a" * 250,
    "-n",
    "--output-file=x",
    ":(glob)**",
    ":!x",
    "a\nb",
    "a\tb",
    'a"b',
    "a'b",
    "a\\b",
    "$(id)",
    "`id`",
    "{{ 1 }}",
    "{% raw %}",
    "<script>alert(1)<",
    "](javascript:x)",
    "\x1b[31mred",
    "\u202ertl",
    "é",
    unicodedata.normalize("NFD", "é"),
    "INC-001",
    "inc-001",
    "Inc-001",
    "con",
    "nul",
    "a ",
    " a",
    "a.",
    "%2e%2e",
    "..a",
    "~",
    "#",
    "?",
    "*",
    "[a]",
    "::error::x",
    "a::b",
    "@{u}",
    "HEAD",
    "\x7f",
    "🦊",
    "\udcff",
    "=1+1",
)
COMMANDS = ("lint --format {}", "check --format {} --as-of 2025-11-01")
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
OTHERS = (
    "report --export json",
    "report",
    "history",
    "render",
    "lint --staged",
    "lint --since HEAD",
    "report --export csv",
)


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    commands = [(words.format(style), style) for words in COMMANDS for style in FORMATS]
    commands += [(words, "json" if "json" in words else "") for words in OTHERS]
    repo = Repo(folder / "project")
    for number in range(times):
        if number % 10 == 0:
            shutil.rmtree(repo.folder)
            repo = Repo(folder / "project")
            _fill(repo, chance)
        words, style = commands[number % len(commands)]
        code = end(start(repo.folder, words))
        text = said(repo.folder)
        found = ""
        if "Traceback" in text or code not in {0, 1, 2, 3}:
            found = f"exit code {code}: {text[-400:]}"
        elif code in {0, 1}:
            found = _unsound(text, style)
        yield f"{words}: {found}" if found else ""


def _fill(repo: Repo, chance: random.Random) -> None:
    for number in range(12):
        parts = chance.choices(PARTS, k=chance.choice([1, 1, 2, 3, 40]))
        name = "/".join(["pir", *(part[:40] if len(parts) > 3 else part for part in parts)]) + ".yaml"
        text = review(f"INC-{number:03d}", severity=chance.choice(["P1", "P1", "oops"]))
        place = os.fsencode(repo.folder) + b"/" + name.encode("utf-8", "surrogateescape")
        try:
            os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
            with open(place, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(text)
        except OSError:  # too long, or a folder of that name is there
            continue
    repo.git("add", "-A")
    repo.git("commit", "-qm", "x")


def _unsound(text: str, style: str) -> str:
    try:
        if style in {"json", "sarif", "gitlab"}:
            json.loads(text)
        elif style == "junit":
            ElementTree.fromstring(text)
    except (ValueError, ElementTree.ParseError) as error:
        return f"{style} cannot be parsed: {error}"
    return "a control character reaches the terminal" if "\x1b" in text or ("\u202e" in text and not style) else ""
