"""Hostile texts in every field of reviews and incident logs, in every output.

No output holds a tag, a link, a formula, a property, a label or an escape that a text brought.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from markdown import markdown

from tests.attack.ground import end, said, start
from tests.support import Repo, item, review
from tests.test_exports import HOSTILE as FOR_EXPORTS
from tests.test_incident import HOSTILE as FOR_LOGS
from tests.test_markdown import HOSTILE as FOR_PAGES

TEXTS = tuple(dict.fromkeys(text for text in (*FOR_EXPORTS, *FOR_LOGS, *FOR_PAGES) if text.strip()))
TIMES = 2_000
REVIEW = ("title", "impact", "root_cause", "resolution", "detected_by", "timeline", "contributing_factors", "action",
          "owner", "lessons_learned", "services", "tags", "links", "reason", "evidence", "severity", "log")  # fmt: skip
LOG = ("title", "text", "by", "link", "command", "role", "services", "changes")
OUTPUTS = (
    "render",
    "report --export csv",
    "report --export ical",
    "report --export openmetrics",
    "report --export json",
    "report --export markdown",
    "report",
    "history",
    "check --as-of 2025-11-01",
    "incident list",
    "incident show",
    "lint",
    "render --dashboards docs/ops --site-url https://example.org/",
)
TAG = re.compile(
    r"(?i)<(script|img|iframe|form|svg|object|embed|link|style|base|meta)\b|<[^>]*\son\w+\s*="
    r"|<[^>]*=[\"']?javascript:"
)
SAMPLE = re.compile(r'#.*|\w+(\{(\w+="(\\.|[^"\\])*",?)*\})? \S+')


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    tries = [(field, text) for text in TEXTS for field in (*REVIEW, *(f"log {one}" for one in LOG))]
    chance.shuffle(tries)
    done = 0
    repo = Repo(folder / "project")
    repo.commit("2025-10-06", {"README.md": "x"})
    while done < times:
        field, text = tries[done // len(OUTPUTS) % len(tries)]
        repo.write("pir/INC-001.yaml", review(**hostile_review(field, text)))
        repo.write("operational_audit/incidents/INC-002.yaml", hostile_log(field, text, "INC-002"))
        repo.git("add", "-A")
        repo.git("commit", "-qm", text.split("\n")[0] or "x", "--allow-empty")
        for words in OUTPUTS:
            done += 1
            code = end(start(repo.folder, words))
            found = _wrong(repo.folder, words, said(repo.folder), code)
            yield f"{words}, {field} {text!r}: {found}" if found else ""


def hostile_review(field: str, text: str) -> dict[str, Any]:
    """What a review says where a text is in one of its fields."""
    lists = {"contributing_factors", "lessons_learned", "services", "tags"}
    one: dict[str, Any] = {"id": "AI-001", "action": "Add pool metrics", "owner": "@a", "due": "2025-10-12"}
    if field in {"action", "owner", "reason", "evidence"}:
        status = {"reason": "declined", "evidence": "done"}.get(field, "open")
        return {"action_items": [{**one, "status": status, field: text}, item("AI-002", "Another")]}
    if field == "timeline":
        return {"timeline": [{"time": "14:30", "event": text}, {"time": "15:00", "event": "x", "kind": "resolved"}]}
    if field == "links":
        return {"links": [{"title": text, "url": "https://example.org/"}]}
    return {} if field.startswith("log") else {field: [text] if field in lists else text}


def hostile_log(field: str, text: str, incident_id: str) -> str:
    """The log of an open incident with a text in one of its fields."""
    declared = {
        "at": "2025-10-05T14:31:00Z",
        "kind": "declared",
        "incident_id": incident_id,
        "title": "Down",
        "severity": "P1",
    }
    note = {"at": "2025-10-05T14:32:00Z", "kind": "note", "text": "calm", "by": "@a"}
    key = field.removeprefix("log ")
    if field.startswith("log "):
        (declared if key in declared else note)[key] = text
    return yaml.safe_dump([declared, note], sort_keys=False, allow_unicode=True)


def _wrong(folder: Path, words: str, text: str, code: int) -> str:
    if "Traceback" in text or code not in {0, 1, 2}:
        return f"exit code {code}: {text[-300:]}"
    if re.search("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", text) and "export" not in words:
        return "a control character reaches the terminal"
    if code != 0 and "export" in words:
        return ""
    if words.endswith("csv"):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        bad = [cell for cell in cells if re.match(r"[=+\t\r]|-[^0-9]|@(?![\w/-]+$)", cell)]
        return f"a formula: {bad[0]!r}" if bad else ""
    if words.endswith("ical"):
        return _calendar(text)
    if words.endswith("openmetrics"):
        lines = text.removesuffix("\n").split("\n")  # not at U+2028 or U+0085, which end no line of OpenMetrics
        bad = [line for line in lines if not re.fullmatch(r'#.*|\w+(\{(\w+="(\\.|[^"\\])*",?)*\})? \S+', line)]
        return f"a broken line: {bad[0]!r}" if bad else ""
    if words.endswith("json"):
        json.loads(text)
    if words.startswith("render"):
        return _pages(folder)
    return ""


def _calendar(text: str) -> str:
    lines = [line for line in text.replace("\r\n ", "").split("\r\n") if line]
    names = [re.split("[:;]", line)[0] for line in lines]
    is_whole = (lines[0], lines[-1], names.count("BEGIN")) == ("BEGIN:VCALENDAR", "END:VCALENDAR", names.count("END"))
    return "" if is_whole and lines.count(lines[0]) == lines.count(lines[-1]) == 1 else "a property"


def _pages(folder: Path) -> str:
    for path in (folder / "docs/ops").rglob("*"):
        if path.suffix == ".ics" and (wrong := _calendar(path.read_bytes().decode())):
            return f"{path.name}: {wrong}"
        if path.suffix == ".xml":
            ElementTree.parse(path)
        if path.suffix != ".md":
            continue
        body = path.read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        html = markdown(body, extensions=["tables", "fenced_code", "attr_list", "md_in_html"])
        if "index" in path.name or "<svg" in body:  # our own pictures and scripts
            html = re.sub(r"<(svg|script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
        if found := TAG.search(re.sub(r"<(pre|code)>.*?</\1>", "", html, flags=re.DOTALL)):
            return f"{path.name}: {html[max(0, found.start() - 60) : found.end() + 60]!r}"
    return ""
