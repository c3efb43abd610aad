"""Runs odd command lines on odd projects: `python -m tests.fuzz --seconds 120 --seed 1`.

A recipe says what a project holds and which commands run in it, one after the other. Each is made from its number, so
a seed says it all. What may never happen is in `wrong`. A recipe that shows such a thing is made smaller and printed;
`--keep` writes it to `tests/data/fuzz`, whose recipes `tests/test_fuzz.py` plays again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import click
from click.testing import CliRunner

from pirgen.commands import main
from tests.support import DATA, ROOT, item, review

KEPT = DATA / "fuzz"
CODES = {0, 1, 2, 3, 130}
PATIENCE = 60
"""The seconds after which a command counts as one that hangs."""
REAL = 0.04
"""The share of the commands that run as processes of their own."""
BAD = re.compile(r"Traceback|^pirgen: unexpected |Exception ignored|the rule crashed", re.MULTILINE)
DRAFT = re.compile(r"\..+\.[0-9a-f]{8}")
JSON = ("json", "sarif", "gitlab")
PIPED = review("INC-001", severity="p1", lessons_learned=["TODO"])
"""What lint is given on stdin."""


@dataclass(frozen=True)
class Recipe:
    """A project and what is run in it. Texts hold bytes that are no UTF-8 as Python's file names do."""

    files: dict[str, str]
    git: str = "none"
    links: dict[str, str] = field(default_factory=dict)
    runs: list[list[str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    real: str = ""
    """How the last command runs: in this process, else as one of its own with these streams, see `STREAMS`."""


class Ran(NamedTuple):
    """What a command did."""

    code: int | None
    out: bytes
    err: str


STREAMS = {
    "plain": "",
    "no stdout": ">&-",
    "no streams": "<&- >&- 2>&-",
    "full stdout": ">/dev/full",
    "full": ">/dev/full 2>/dev/full",
    "no reader": "| true",
}
GITS = ("none", "none", "empty", "file", "new", "staged", "commits", "commits",
    "commits", "detached", "shallow", "bare", "lost", "ref", "index", "object",
)  # fmt: skip
ENVIRONMENTS = (
    {"GIT_LITERAL_PATHSPECS": "1"}, {"GIT_GLOB_PATHSPECS": "1"}, {"GIT_NOGLOB_PATHSPECS": "1"},
    {"TZ": "Asia/Kathmandu"}, {"GIT_ICASE_PATHSPECS": "1"}, {"LC_ALL": "C"}, {"PIRGEN_BY": "\udcff"},
    {"GIT_DIR": ".git"}, {"FORCE_COLOR": "1"}, {"GIT_INDEX_FILE": "nowhere/index"},
    {"GIT_OBJECT_DIRECTORY": "nowhere"}, {"GIT_CONFIG_COUNT": "x"}, {"TERM": "dumb"},
)  # fmt: skip

ODD = (
    "", "null", "~", "true", "1", "-1", "0", "1e999", ".inf", ".nan", "0x10", "9" * 400, "2025-02-30", "0000-00-00",
    "9999-12-31", "0001-01-01", "24:00", "25:61", "2025-10-05T14:30:00+23:59", "9999-12-31T23:59:59-12:00", "[]",
    "{}", "[1, [2]]", "{a: {b: c}}", "[null]", "!!binary aGk=", "!!set {a}", "!odd x", "&a [*a]", "*a", '"\\0"',
    '"\\x1b[31m"', "'", '"', "|", ">", "@x", "`x`", "%", "- - -", "? x", "<<", "\u202e", "\ufeff", "\u2028", "\x85",
    "P1", "P9", "INC-001", "1w2d", "999999999999d", "https://x/y", "https://[x", "javascript:alert(1)", "draft",
    "withdrawn", "drill", "a" * 3000, "[" * 300, "{{ x }}", "{% x", "Europe/Berlin", "../x", "/", ".", "*", "[", "(",
    "INC-0[", "**/*", "a: b", "# x", "resolved", "done", "declined", "2025-10-05 14:30", "١٢:٣٠", "INC-001, INC-002",
    "\udcff", "{a: 1, a: 2}",
)  # fmt: skip
WORDS = (
    "INC-001", "INC-002", "INC-003", "AI-001", "AI-002", "HEAD", "HEAD~1", "main", "baseline", "2025-10-05",
    "2025-13-01", "9999-12-31", "14:30", "10m", "3d", "P1", "P9", "@a", "x", "", " ", "-", "\u202e", "é", "\udcff",
    "9" * 400, "0", "-1", "INC-\udcff9", "a" * 300, "a\nb", "{{x}}", "%s", ":/x", "HEAD:pir", "@{1}", "^", "0" * 40,
    "1" * 40, "HEAD^{tree}", "odd.", "*", "[", "initial", "update", "resolution", "pir", "pir/INC-001.yaml",
    "nowhere.yaml", "true", "echo", "declared", "json",
)  # fmt: skip
"""Arguments. Some verbs run commands, so no word may do harm; and none names a place outside of the project."""
PLACES = (
    "out.txt",
    "pir",
    "pir/INC-001.yaml",
    "pirgen.yaml",
    "new/folder/out",
    "\udcff.txt",
    "out.txt/x",
    ".",
    "-",
    "é",
    "",
)
KEYS = ("incident_id", "severity", "date", "timeline", "action_items", "time", "event", "kind", "status",
    "type", "owner", "due", "id", "related", "former_ids", "duration", "at", "title", "completed_on", "evidence",
    "<<", "rules",
)  # fmt: skip
CONFIG = """\
paths: {reviews: [pir, old], incidents: [logs], pages: docs/pir}
timezone: Europe/Berlin
id_pattern: "INC-[0-9]+"
severities:
  - {name: P1, meaning: Outage, acknowledge: 5m, resolve: 1h, review: 5d}
  - {name: P2, meaning: Less}
owners: ["@platform", "@a"]
targets: {mttd: 5m, mtta: 15m}
enough: 3
intervals: {mttr: started to resolved}
agenda: [{topic: What happened, time: 5m}]
redaction: ["secret-[0-9]+"]
policy: {ref: OPS, owner: "@sre", updated: "2025-10-05"}
exclude: ["pir/template.yaml"]
templates: templates
custom_fields: fields.json
rules: {action-has-due: "off", owner-known: error}
overrides:
  - {paths: ["pir/INC-00?.yaml"], rules: {timeline-order: warning}}
baseline: first
"""
FIELDS = """\
{"properties": {
"team": {"type": "string", "enum": ["a", "b"], "description": "Whose"},
"cost": {"anyOf": [{"type": "integer", "minimum": 1}, {"$ref": "#/definitions/odd"}]}
},
"definitions": {"odd": {"type": "object", "required": ["x"], "additionalProperties": false, "properties": {"x": true}}},
"required": ["team"]}
"""
ODD_JSON = (
    "false", "true", "null", "1", "[]", "{}", '""', '["a", 1, null]', '{"enum": [1, null, {}]}', '"\\ud800"',
    '"string"', '{"not": {}}', '{"const": 1}', '{"$ref": "#/definitions/odd"}', '{"pattern": "["}', "1e400",
)  # fmt: skip
OWNERS = (
    "* @a\n/pir/ @org/team a@b.org\n",
    "[ @b\n",
    "[Section][2] @a\n*.md\n",
    "\\ @a\n!x @b\n",
    "# @a\n** @b # @c\n",
    "\udcff @a\n",
)


def made(seed: int) -> Recipe:
    """The recipe of a number."""
    chance = random.Random(seed)
    files = {f"pir/INC-00{number}.yaml": _review(chance, number) for number in range(1, chance.randint(2, 4))}
    if chance.random() < 0.5:
        log = (DATA / "incident-log.yaml").read_text(encoding="utf-8")
        where = chance.choice(["operational_audit/incidents", "logs"])
        files[f"{where}/INC-00{chance.choice('139')}.yaml"] = (
            log.rsplit("\n", 2)[0] + "\n" if chance.random() < 0.5 else log
        )
    if chance.random() < 0.5:
        lines = CONFIG.splitlines(keepends=True)
        few = "".join(line for line in lines if line[0] != " " and line.rstrip()[-1] != ":" and chance.random() < 0.3)
        files["pirgen.yaml"] = CONFIG if chance.random() < 0.3 else few
        files["fields.json"] = FIELDS
        files["templates/review.md.j2"] = (
            '{% extends "pirgen/review.md.j2" %}\n{% block title %}{{ 1 }}{% endblock %}\n'
        )
    if chance.random() < 0.3:
        files["CODEOWNERS"] = chance.choice(OWNERS)
    if chance.random() < 0.1:
        files["sub/pirgen.yaml"] = files.get("pirgen.yaml", "enough: 3\n")
        files["sub/pir/INC-009.yaml"] = _review(chance, 9)
    for name in [*files]:
        for _ in range(chance.choice([0, 0, 0, 1, 1, 2, 4])):
            files[name] = _mutated(files[name], chance, name)
        if chance.random() < 0.05:
            odd = chance.choice(
                ["\udcff", "é", " ", "\n", "\u202e", "'", "%", "&", "#", "a" * 200, "\\", "|", "`", ":"]
            )
            files[name.replace("INC", f"INC{odd}")] = files[name]
    links = {}
    if chance.random() < 0.1:
        place = chance.choice(
            ["pir/INC-007.yaml", "docs/ops/pir/INC-001.md", "pirgen.yaml", "CODEOWNERS", "out.txt", "pir/x"]
        )
        links[place] = chance.choice(
            ["nowhere", "../../../../outside/kept.txt", "../outside/kept.txt", ".", "INC-001.yaml"]
        )
    return Recipe(
        files={name: text for name, text in files.items() if name not in links},
        git=chance.choice(GITS),
        links=links,
        runs=[_arguments(chance) for _ in range(chance.randint(1, 5))],
        environment=dict(chance.choice(ENVIRONMENTS)) if chance.random() < 0.15 else {},
        real=chance.choice([*STREAMS]) if chance.random() < REAL else "",
    )


def _review(chance: random.Random, number: int) -> str:
    more: dict[str, Any] = {}
    if chance.random() < 0.5:
        more["related"] = [f"INC-00{chance.randint(1, 4)}"]
        more["action_items"] = [
            item("AI-001", "Add it", status=chance.choice(["open", "done", "declined"]), evidence="https://x.org/1"),
            item("AI-002", "See INC-001", None),
        ]
    if chance.random() < 0.3:
        more["status"] = chance.choice(["draft", "withdrawn", "complete"])
    return review(f"INC-00{number}", **more)


def _mutated(text: str, chance: random.Random, name: str) -> str:
    """A text with one odd thing in it."""
    lines = text.splitlines(keepends=True) or [""]
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    values = ODD_JSON if name.endswith(".json") else ODD
    match chance.randrange(11):
        case 0 | 1 | 2:
            lines[at] = (
                re.sub(r"(: ?).*", lambda found: f"{found[1]}{chance.choice(values)}", lines[at].rstrip("\n"), count=1)
                + "\n"
            )
        case 3:
            lines[at] = re.sub(
                r"[^:{}\[\],]+(?=[,}\]])", lambda _: chance.choice(values), lines[at], count=chance.randint(1, 3)
            )
        case 4:
            lines.insert(at, lines[other])
        case 5:
            del lines[at:other]
        case 6:
            lines[at], lines[other] = lines[other], lines[at]
        case 7:
            lines[at] = re.sub(r"\w+(?=:)", chance.choice(KEYS), lines[at], count=1)
        case 8:
            lines[at] = " " * chance.randint(0, 6) + lines[at].lstrip()
        case 9:
            whole, place = "".join(lines), chance.randrange(len(text) + 1)
            odd = chance.choice(
                ["\0", "\udcff", "\udcc3", "\x1b", "\t", "\r", "\ufeff", "\u2028", "#", ":", "&a ", "*a", "{", "]"]
            )
            return whole[:place] + odd + whole[place + chance.randint(0, 2) :]
        case _:
            return text[: chance.randrange(len(text) + 1)]
    return "".join(lines)


@cache
def commands() -> dict[tuple[str, ...], click.Command]:
    """All commands, by their words."""
    return dict(_commands((), main))


def _commands(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if found := command.get_command(context, name):
                yield from _commands((*words, name), found)
    else:
        yield words, command


def _arguments(chance: random.Random) -> list[str]:
    """A command line of any command, with options and arguments that it may or may not like."""
    often = [("lint",), ("check",), ("render",), ("report",), ("history",)]
    words = chance.choice(often) if chance.random() < 0.4 else chance.choice([*commands()])
    given: list[str] = []
    for parameter in commands()[words].params:
        if isinstance(parameter, click.Option):
            if chance.random() < (0.8 if parameter.required else 0.2):
                for _ in range(chance.randint(1, 2) if parameter.multiple else 1):
                    given += (
                        [chance.choice(parameter.opts)]
                        if parameter.is_flag
                        else [parameter.opts[-1], _value(chance, parameter)]
                    )
        else:
            most = 2 if parameter.nargs == -1 else 1
            given += [_value(chance, parameter) for _ in range(chance.randint(0 if chance.random() < 0.3 else 1, most))]
    if chance.random() < 0.03:
        given.append(chance.choice(["--help", "--nope", "--", "-h", "-"]))
    return [*(["-C", chance.choice(["pir", "sub", "nowhere"])] if chance.random() < 0.03 else []), *words, *given]


def _value(chance: random.Random, parameter: click.Parameter) -> str:
    if isinstance(parameter.type, click.Choice) and chance.random() < 0.97:
        return str(chance.choice([*parameter.type.choices]))
    if isinstance(parameter.type, click.Path):
        return chance.choice(PLACES)
    if chance.random() < 0.6:
        hint = f"{parameter.metavar or ''} {parameter.name}".upper()
        likely = [word for mark, *words in _LIKELY for word in words if mark in hint]
        return chance.choice(likely or WORDS)
    return chance.choice(WORDS)


_LIKELY = (("DATE", "2025-10-05", "2025-10-09"),
    ("REV", "HEAD", "HEAD~1", "main"), ("BASE", "HEAD~1", "main"), ("ID", "INC-001"), ("INC", "INC-001", "INC-002"),
    ("AI", "AI-001"), ("TIME", "14:30", "10m"), ("WHO", "@a"), ("NAME", "initial"),
    ("RULES", "schema", "no-placeholder", "timeline-order"),
)  # fmt: skip


def played(recipe: Recipe, folder: Path) -> str:
    """What goes wrong in a recipe; empty where nothing does. The folder must be empty."""
    project, outside, drafts = folder / "project", folder / "outside", folder / "tmp"
    for one in (project, outside, drafts):
        one.mkdir()
    (outside / "kept.txt").write_text("kept\n")
    with _surroundings({**recipe.environment, "TMPDIR": str(drafts), "HOME": str(drafts)}):
        project = _project(recipe, project)
        for number, arguments in enumerate(recipe.runs):
            is_last = number == len(recipe.runs) - 1
            ran = _process(project, arguments, recipe.real) if recipe.real and is_last else _here(project, arguments)
            if said := wrong(ran, arguments, recipe.real if is_last else "") or _left(folder, project):
                return f"{' '.join(map(repr, arguments))}: {said}"
    return ""


def wrong(ran: Ran, arguments: list[str], real: str) -> str:
    """What may not be in an answer; empty where all is well."""
    told = ran.err + ran.out.decode("utf-8", "replace")
    if found := BAD.search(told):
        return told[found.start() :][-1500:] if "Traceback" in found[0] else told[found.start() :][:600]
    if ran.code is None:
        return f"runs for more than {PATIENCE} s"
    if ran.code not in CODES and arguments[:1] != ["incident"]:  # a verb may end with the code of what it ran
        return f"exit code {ran.code}: {ran.err[-300:]}"
    if real in ("", "plain") and ran.code in (0, 1) and ran.out:
        try:
            _parse(arguments, ran.out)
        except (ValueError, ElementTree.ParseError) as error:
            return f"{error}: {ran.out[:300]!r}"
    return ""


def _parse(arguments: list[str], out: bytes) -> None:
    """Parse an answer for programs. Raises ValueError or ParseError."""
    out.decode()
    forms = [value for key, value in pairwise(arguments) if key in ("--format", "--export")]
    if not forms or {"--output-file", "--statistics", "--diff", "--help", "-h", "--unreadable", "--list"} & {
        *arguments
    }:
        return
    if {"-", "--fix"} <= {*arguments}:  # the mended text goes to stdout
        return
    if forms[-1] in JSON:
        json.dumps(json.loads(out), ensure_ascii=False).encode()  # halves of pairs are no text
    elif forms[-1] == "junit":
        ElementTree.fromstring(out)


def _left(folder: Path, project: Path) -> str:
    """What a command should not have left behind."""
    if found := [path for path in (folder / "tmp").iterdir() if path.name != ".cache"]:  # this is the home folder, too
        return f"left {found[0].name} in the folder for temporary files"
    outside = [(path.name, path.read_text()) for path in (folder / "outside").iterdir()]
    others = {path.name for path in folder.iterdir()} - {"project", "outside", "tmp", "bare"}
    if outside != [("kept.txt", "kept\n")] or others:
        return f"changed files outside of the project: {outside} {others}"
    drafts = [name for _, _, names in os.walk(project) for name in names if DRAFT.fullmatch(name)]
    return f"left the draft {drafts[0]}" if drafts else ""


class _Slow(BaseException):
    pass


def _alarm(*_: object) -> None:
    raise _Slow


def _here(project: Path, arguments: list[str]) -> Ran:
    """Run a command in this process."""
    os.chdir(project)
    before = signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(PATIENCE)
    try:
        done = CliRunner().invoke(main, arguments, prog_name="pirgen", input=PIPED if "lint" in arguments else None)
    except _Slow:
        return Ran(None, b"", "")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        os.chdir(ROOT)
    escaped = f"Traceback: {done.exception!r}" if done.exception and not isinstance(done.exception, SystemExit) else ""
    return Ran(done.exit_code, done.stdout_bytes, done.stderr + escaped)


def _process(project: Path, arguments: list[str], streams: str) -> Ran:
    """Run a command as a process."""
    line = f'exec 3>&2; "$0" -m pirgen "$@" {STREAMS[streams]}'
    command = ["bash", "-c", line, sys.executable, *(word.replace("\0", "") for word in arguments)]
    try:
        done = subprocess.run(
            command, cwd=project, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Ran(None, b"", "")
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


@contextmanager
def _surroundings(variables: dict[str, str]) -> Iterator[None]:
    """Run with environment variables of its own, and nobody's git configuration."""
    before = dict(os.environ)
    path = os.pathsep.join(filter(None, (str(ROOT), before.get("PYTHONPATH"))))
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PYTHONPATH": path, "NO_COLOR": "1"}
    tempfile.tempdir = None
    try:
        os.environ.update(nobody | variables)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = None


def _project(recipe: Recipe, project: Path) -> Path:
    """Make a recipe's project. Its folder, which is another one for a bare repository."""
    for name, text in recipe.files.items():
        with suppress(OSError):  # a name that is too long, or a file where a folder should be
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    for name, target in recipe.links.items():
        with suppress(OSError):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).symlink_to(target)

    def git(*arguments: str) -> None:
        who = {f"GIT_{who}_{what}": "ann@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or "CONFIG_" in key}
        plain.pop("GIT_CONFIG_COUNT", None)
        subprocess.run(["git", *arguments], cwd=project, env={**plain, **who}, capture_output=True, check=False)

    def changed(*names: str) -> None:
        for name in names:
            path = project / name
            if path.is_file() and not path.is_symlink():
                path.write_bytes(path.read_bytes().replace(b"due", b"status", 1) + b"\n# more\n")
        git("add", "--all")
        git("commit", "--quiet", "--message", "more")

    kind = recipe.git
    if kind == "empty":
        (project / ".git").mkdir()
    elif kind == "file":
        (project / ".git").write_text("gitdir: nowhere\n")
    elif kind != "none":
        git("init", "--quiet", "--initial-branch=main")
    if kind in ("none", "empty", "file", "new"):
        return project
    git("add", "--all")
    if kind == "staged":
        return project
    git("commit", "--quiet", "--message", "first")
    git("tag", "first")
    changed(*recipe.files)
    git("mv", "pir/INC-001.yaml", "pir/INC-004.yaml")
    changed("pir/INC-002.yaml")
    return _CHANGES[kind](project, git) if kind in _CHANGES else project


def _detached(project: Path, git: Callable[..., None]) -> Path:
    git("checkout", "--quiet", "--detach", "HEAD~1")
    return project


def _shallow(project: Path, git: Callable[..., None]) -> Path:
    git("clone", "--quiet", "--depth=1", f"file://{project}", "../clone")
    clone = project.parent / "clone"
    if clone.is_dir():
        shutil.rmtree(project)
        clone.rename(project)
    return project


def _bare(project: Path, git: Callable[..., None]) -> Path:
    git("clone", "--quiet", "--bare", str(project), "../bare")
    return project.parent / "bare"


def _lost(project: Path, git: Callable[..., None]) -> Path:
    (project / ".git/refs/heads/main").write_text("1" * 40 + "\n")
    return project


def _ref(project: Path, git: Callable[..., None]) -> Path:
    (project / ".git/refs/heads/odd").write_text("no commit\n")
    (project / ".git/HEAD").write_text("ref: refs/heads/odd\n")
    return project


def _index(project: Path, git: Callable[..., None]) -> Path:
    (project / ".git/index").write_bytes(b"DIRC\0\0")
    return project


def _object(project: Path, git: Callable[..., None]) -> Path:
    if found := sorted((project / ".git/objects").glob("??/*")):
        found[len(found) // 2].unlink()
    return project


_CHANGES = {
    "detached": _detached,
    "shallow": _shallow,
    "bare": _bare,
    "lost": _lost,
    "ref": _ref,
    "index": _index,
    "object": _object,
}


def tried(recipe: Recipe) -> str:
    """What goes wrong in a recipe, played in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pirgen-fuzz-"))
    try:
        return played(recipe, folder)
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)


def alike(said: str) -> str:
    """What two failures of one cause share: the place in the code, else what is said, without numbers."""
    found = re.search(r"unexpected .*?; please|the rule crashed \(.*?\)", said)
    place = re.search(r"version [^,]*, ([^)]*)\)", said)
    return re.sub(r"\d+", "0", place[1] if place else found[0] if found else said.split(": ", 1)[-1][:50])


def smaller(recipe: Recipe, said: str) -> Recipe:
    """A recipe that goes wrong in the same way, with less in it."""
    same = alike(said)
    for less in _smaller(recipe):
        while (fewer := less(recipe)) != recipe and fewer.runs and alike(tried(fewer)) == same:
            recipe = fewer
    return recipe


def _smaller(recipe: Recipe) -> Iterator[Callable[[Recipe], Recipe]]:
    """Ways to take something away, each of which may be tried until it no longer helps."""
    yield partial(replace, environment={})
    yield partial(replace, links={})
    yield partial(replace, git="none")
    for number in reversed(range(len(recipe.runs))):
        yield partial(_fewer_runs, number)
    for name in recipe.files:
        yield partial(_without_file, name)
    for size in (16, 4, 1):
        for name in recipe.files:
            for start in reversed(range(0, recipe.files[name].count("\n") + 1, size)):
                yield partial(_without_lines, name, start, size)
    for number in reversed(range(12)):
        yield partial(_shorter_run, number)


def _fewer_runs(at: int, now: Recipe) -> Recipe:
    return replace(now, runs=now.runs[:at] + now.runs[at + 1 :])


def _shorter_run(at: int, now: Recipe) -> Recipe:
    return replace(now, runs=[*now.runs[:-1], now.runs[-1][:at] + now.runs[-1][at + 1 :]])


def _without_file(name: str, now: Recipe) -> Recipe:
    return replace(now, files={one: text for one, text in now.files.items() if one != name})


def _without_lines(name: str, at: int, size: int, now: Recipe) -> Recipe:
    lines = now.files.get(name, "").splitlines(keepends=True)
    return replace(now, files={**now.files, name: "".join(lines[:at] + lines[at + size :])}) if lines[at:] else now


def kept(recipe: Recipe) -> str:
    """A recipe as text, for a file."""
    return json.dumps(asdict(recipe), indent=1) + "\n"


def read(path: Path) -> Recipe:
    """The recipe in a file."""
    return Recipe(**json.loads(path.read_text(encoding="utf-8")))


def run(seconds: float, seed: int, *, keep: bool = False) -> int:
    """Play recipes for some seconds, print those that go wrong, and return how many kinds of failures there were."""
    until, seen, count, codes = time.monotonic() + seconds, Counter[str](), 0, 0
    while time.monotonic() < until:
        number, count = seed * 1_000_000 + count, count + 1
        recipe = made(number)
        codes += len(recipe.runs)
        if said := tried(recipe):
            seen[alike(said)] += 1
            if seen[alike(said)] == 1:
                small = smaller(recipe, said)
                print(f"== recipe {number}: {said}\n{kept(small)}", flush=True)
                if keep:
                    (KEPT / f"{number}.json").write_text(kept(small))
    print(f"{count} projects, {codes} commands, {len(seen)} kinds of failures")
    for what, times in seen.most_common():
        print(f"{times:6}  {what}")
    return len(seen)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", action="store_true", help="write recipes that go wrong to tests/data/fuzz")
    given = options.parse_args()
    sys.exit(1 if run(given.seconds, given.seed, keep=given.keep) else 0)
