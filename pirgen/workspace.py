"""The files of a project at one moment: in the worktree, the index, a commit or an editor's buffers.

A file is read and parsed once while it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from os import lstat
from os.path import normpath
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pirgen.config import CURE, OUTSIDE, Config, glob
from pirgen.diagnostic import Problem
from pirgen.document import Document, load
from pirgen.errors import PirgenError
from pirgen.files import Source, find, is_below, is_inside, locked, read, top_of, write
from pirgen.review import Review, incident_id
from pirgen.review import read as read_review
from pirgen.review.first_line import stated_id
from pirgen.review.incident_log import IncidentLog
from pirgen.review.incident_log import incident_id as incident_id_of_log
from pirgen.review.incident_log import read as read_log
from pirgen.review.readings import Known
from pirgen.runtime import environment
from pirgen.runtime.cache import settled, stamp
from pirgen.runtime.parallel import spread
from pirgen.text.pattern import matches
from pirgen.text.yaml_scalar import yaml_string

CODEOWNERS = "CODEOWNERS"
"""The file that tells code hosts who owns what."""
ATTRIBUTES = ".gitattributes"
"""The file that tells git how to treat the files of its folder."""
MAX_LINE = 2_047
"""The longest line of that file, in characters, that is read; git ignores longer ones."""
KEPT, FEW = 64, 4
"""How many files stay parsed: all files of a small project (at most `KEPT`), the last `FEW` files of a large one.

A parsed file takes about 30 times its size, and freeing old objects takes half as long as parsing does.
"""


def leads_out(root: Path, name: str) -> bool:
    """Whether a path of the project at `root` leads out of its repository, into files that nobody trusts it to name."""
    return not environment.is_trusted() and not is_inside(top_of(root) or root, Path(normpath(root / name)))


def union_line(folder: str) -> str:
    """The line of .gitattributes that tells git to keep both sides where two clones append to a log in `folder`."""
    pattern = f"{folder}/*.yaml"
    return f"{yaml_string(pattern) if ' ' in pattern else pattern} merge=union"


def require_inside(root: Path, name: str) -> None:
    """Raise PirgenError where a path `leads_out`."""
    if leads_out(root, name):
        raise PirgenError(f"{name} {OUTSIDE}; {CURE}, else put a file there that is not behind a link")


def read_inside(root: Path, name: str) -> Source:
    """Read a file of the project at `root`, as `read` does. Raises PirgenError like `require_inside`."""
    require_inside(root, name)
    return read(root / name, name)


class Attributes(NamedTuple):
    """A line of a .gitattributes file that says how git merges."""

    glob: str
    is_path: bool
    """Whether the glob is of a path below the file's folder, and not of a file's name."""
    union: bool


def _attributes(source: Source | None) -> Iterator[Attributes]:
    for line in source.data.decode(errors="replace").splitlines() if source else ():
        if len(line) > MAX_LINE:
            continue
        pattern, *attributes = line.replace('"', "").split() or [""]
        told = [one for one in attributes if one.lstrip("-!").split("=")[0] in ("merge", "binary")]
        if told and not pattern.startswith(("#", "!")):
            yield Attributes(glob(pattern.lstrip("/")), "/" in pattern, told[-1] == "merge=union")


class Entry(NamedTuple):
    """A review file of the project: its document, its review, and where it does not fit the schema."""

    file: str
    document: Document
    review: Review
    problems: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the file is sound YAML that fits the schema."""
        return not self.problems and not self.document.problems


class ItemChange(NamedTuple):
    """The changes of one action item."""

    action_id: str
    line: int
    """The line, 1-based, on which the item begins before the change."""
    values: Mapping[str, tuple[Any, str | None]]
    """The old value and the new value of each changed field, None where there is none; empty without changes."""


class ItemsChange(NamedTuple):
    """The changes of a review's action items, and the file without them and with them."""

    before: Source
    source: Source
    items: tuple[ItemChange, ...]


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    """Values as one line each. Raises PirgenError where one is empty or holds invisible characters."""
    from pirgen.text.terminal import printable

    values = {key: " ".join(value.split()) for key, value in values.items()}
    if empty := [key for key, value in values.items() if not value]:
        raise PirgenError(f"the {empty[0].replace('_', ' ')} is empty; say what it shall be")
    if hidden := [value for value in values.values() if printable(value) != value]:
        raise PirgenError(f"`{printable(hidden[0])}` holds characters that nobody sees; leave them out")
    return values


class Aside(NamedTuple):
    """What else is to be found out about each review that lint reads, while it is parsed anyway.

    `look` may run in another process, so it returns plain data; `take` is told the file's name and that data.
    """

    look: Callable[[Source], Any]
    take: Callable[[str, Any], None]


class Workspace:
    """The reviews and logs of a project: those in `sources` where it is given, else those in the worktree.

    `open_file` returns any other file of the project, None where it does not exist. With `keeps_data` the data of the
    reviews that lint reads is kept for their pages; it takes about four times the size of the files. `valid` makes
    JSON of it, in `said`.
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        sources: Mapping[str, Source] | None = None,
        open_file: Callable[[str], Source | None] | None = None,
        *,
        keeps_data: bool = False,
    ) -> None:
        self.root, self.config, self.sources, self.keeps_data = root, config, sources, keeps_data
        self._data: dict[str, Any] = {}
        self.aside = Aside(self.valid_data, self.remember) if keeps_data else None
        self.open_file = open_file or partial(read_inside, root)
        self.places: dict[str, str] = {}
        """The paths of the files that the caller named, by their names in this workspace."""
        self._read = lru_cache(KEPT)(lambda name: read(self._place(name), name))
        self._buffers: dict[str, Source] = {}
        self._last: Entry | None = None
        self.said: dict[str, bytes] = {}
        """The data of each valid review as JSON, by file, once `valid` was asked for; empty without `keeps_data`."""

    @cached_property
    def reviews(self) -> tuple[str, ...]:
        """The names of the review files in the configured folders."""
        logs = self.config.incidents
        return tuple(name for name in self._names(self.config.reviews) if not is_below(name, logs))

    @cached_property
    def logs(self) -> tuple[str, ...]:
        """The names of the incident logs in the configured folders."""
        return tuple(self._names(self.config.incidents))

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """The names of the Markdown files that lie among the reviews in the worktree, but for pages and READMEs."""
        if self.sources is not None:
            return ()
        found = find(self.root, self.config.reviews, (".md", ".markdown"))
        return tuple(
            name
            for name in found
            if name.endswith((".md", ".markdown"))
            and not is_below(name, (self.config.pages,))
            and not PurePosixPath(name).name.lower().startswith("readme.")
            and not self.config.excludes(name)
        )

    @cached_property
    def _kept(self) -> int:
        return KEPT if len(self.reviews) + len(self.logs) <= KEPT else FEW

    @cached_property
    def document(self) -> Callable[[Source], Document]:
        """Parses a source; the last documents are cached. All errors are in the document's problems."""
        return lru_cache(self._kept)(load)

    @cached_property
    def parse(self) -> Callable[[Source], Entry]:
        """Reads the review in a source; the last entries are cached."""
        return lru_cache(self._kept)(self._parse)

    def _names(self, folders: Iterable[str]) -> list[str]:
        sources = self.sources
        found = find(self.root, folders) if sources is None else (name for name in sources if is_below(name, folders))
        return [name for name in found if not self.config.excludes(name)] if self.config.exclude else [*found]

    def source(self, name: str) -> Source:
        """The text of a file. A file that cannot be read has an `error` instead."""
        if name in self._buffers:
            return self._buffers[name]
        return self.sources[name] if self.sources is not None else self._read(name)

    def put(self, source: Source) -> None:
        """Use a source in place of its file from now on, such as the unsaved buffer of an editor."""
        self._buffers[source.name] = source
        self._data.pop(source.name, None)
        self.__dict__.pop("valid", None)

    def replace(self, before: Source, after: Source) -> None:
        """Write what became of a source to its file in the worktree.

        Raises ChangedError where the file no longer holds `before`, OSError where it cannot be written.
        """
        path = self.root / after.name
        with locked(path.parent, root=self.root):
            write(path, after.data, root=self.root, instead_of=before.data)
        self.put(after)

    def entry(self, name: str) -> Entry:
        """The review in a file."""
        return self.parse(self.source(name))

    def log(self, name: str) -> IncidentLog:
        """The incident log in a file, as far as it can be read."""
        return read_log(self.document(self.source(name)).data)

    def incident_id(self, source: Source) -> str:
        """The incident id that a review or a log names; empty where it cannot be read."""
        if is_below(source.name, self.config.incidents):
            return incident_id_of_log(self.document(source).data)
        stated = stated_id(source.data)
        return incident_id(self.document(source).data) if stated is None else stated

    def _parse(self, source: Source) -> Entry:
        document = self.document(source)
        data, schema = document.data, self.config.review_schema
        problems = schema.problems(data, self.known(document)) if data is not None else ()
        entry = Entry(source.name, document, read_review(data, self.config.clock), tuple(problems))
        self._last = entry
        return entry

    def known(self, document: Document) -> Known:
        """What tells, beside its own values, what a review means."""
        stem = PurePosixPath(document.source.name).stem
        return Known(document.written_at, stem, lambda: self.owners, self.config.severity_names)

    def files_of(self, incident_id: str) -> list[str]:
        """The reviews and logs that are named after an incident, else those that hold its id."""
        names = (*self.reviews, *self.logs)
        if named := [name for name in names if PurePosixPath(name).stem == incident_id]:
            return named
        word = incident_id.encode("utf-8", "replace")
        likely = (source for source in map(self.source, names) if word in source.data)
        return [source.name for source in likely if self.incident_id(source) == incident_id]

    def find_review(self, incident_id: str) -> Entry:
        """The review of an incident; of several, the one whose path sorts first, as in the ledger.

        Files that mention the incident are parsed first, the others only where none of those is its review. Raises
        PirgenError where there is no review, or where it cannot be read.
        """
        word = incident_id.encode("utf-8", "replace")
        names = sorted(self.reviews)
        likely = [name for name in names if word in self.source(name).data or PurePosixPath(name).stem == incident_id]
        unreadable: list[Entry] = []
        for entry in map(self.entry, likely):
            if entry.review.incident_id == incident_id and not entry.document.problems:
                return entry
            if entry.document.problems and incident_id in (entry.review.incident_id, PurePosixPath(entry.file).stem):
                unreadable.append(entry)
        for entry in unreadable[:1]:
            span, problem = entry.document.problems[0]
            raise PirgenError(f"{entry.file}:{span.line}:{span.column}: {problem.message}; {problem.hint or 'mend it'}")
        from pirgen.text.suggest import did_you_mean

        known = {self.incident_id(self.source(name)): name for name in reversed(names)}
        if incident_id in known:  # the file writes the id with YAML escapes
            return self.entry(known[incident_id])
        raise PirgenError(f"there is no review of `{incident_id}`{did_you_mean(incident_id, known)}")

    def set_items(self, incident_id: str, action_ids: Iterable[str], values: Mapping[str, str]) -> ItemsChange:
        """The changes that set these values in action items of a review; nothing is written.

        A new status takes away the fields that belong to another one, such as the reason of a declined item.

        Raises PirgenError where there is no such review or item, where a value is empty or holds invisible
        characters, where it cannot be set without a change elsewhere, and where the schema forbids the result.
        """
        from pirgen.review.edits import item, item_path, set_item, with_status

        values = _clean(values)
        entry = self.find_review(incident_id)
        changes, document = [], entry.document
        for action_id in dict.fromkeys(action_ids):
            said = item(document, action_id)
            line = entry.document.span((*item_path(document, action_id), "id")).line
            wanted = with_status(said, values)
            new = {key: (said.get(key), value) for key, value in wanted.items() if said.get(key) != value}
            changes.append(ItemChange(action_id, line, new))
            document = set_item(document, action_id, wanted, self.document)
        self._require_valid(entry, document)
        return ItemsChange(entry.document.source, document.source, tuple(changes))

    def add_item(self, incident_id: str, values: Mapping[str, str]) -> ItemsChange:
        """The change that adds an action item to a review; nothing is written. Without an `id` it has the next one.

        Raises PirgenError as `set_items` does, and where the review has an item with this id.
        """
        from pirgen.review.edits import add_item, item_path, next_id

        values = _clean(values)
        entry = self.find_review(incident_id)
        values = {"id": values.get("id") or next_id(entry.document), **values}
        known = [one.id for one in entry.review.action_items]
        if values["id"] in known:
            raise PirgenError(f"{entry.file} has an action item `{values['id']}` already; it has {', '.join(known)}")
        document = add_item(entry.document, values, self.document)
        self._require_valid(entry, document)
        line = document.span((*item_path(document, values["id"]), "id")).line
        new = {key: (None, value) for key, value in values.items() if key != "id"}
        return ItemsChange(entry.document.source, document.source, (ItemChange(values["id"], line, new),))

    def _require_valid(self, entry: Entry, after: Document) -> None:
        """Raise PirgenError where an edited review has a problem that it did not have before."""
        before = {(problem.path, problem.message) for problem in entry.problems}
        for problem in self.parse(after.source).problems:
            if (problem.path, problem.message) not in before:
                raise PirgenError(f"{problem.message}" + (f"; {problem.hint}" if problem.hint else ""))

    def remember(self, name: str, data: Any) -> None:
        """Take over the data of a review that was read elsewhere; `data` is None where the review is not valid."""
        self._data[name] = data

    def valid_data(self, source: Source) -> Any:
        """The data of the review in a source; None where it is not sound YAML or does not fit the schema."""
        document = self.document(source)
        is_sound = document.data is not None and not document.problems
        return document.data if is_sound and self.config.review_schema.is_valid(document.data) else None

    def valid_review(self, source: Source) -> Review | None:
        """The review in a source; None where it is not sound YAML or does not fit the schema.

        Unlike `parse` this does not find out why. What was parsed just before is not read again.
        """
        last = self._last
        if last and last.document.source is source:
            return last.review if last.is_valid and last.document.data is not None else None
        data = self.valid_data(source)
        return None if data is None else read_review(data, self.config.clock)

    @cached_property
    def valid(self) -> Mapping[str, Review | None]:
        """All reviews in the configured folders, by file; None for one that is not valid."""
        data, self._data = self._data, {}
        due = [name for name in self.reviews if name not in data]
        if due:
            read_all = spread(due, lambda names: map(self.valid_data, map(self.source, names)), "reading reviews")
            data.update(zip(due, read_all, strict=True))
        clock = self.config.clock
        if self.keeps_data:
            from pirgen.text.json import line

            self.said = {name: line(data[name]) for name in self.reviews if data[name] is not None}
        return {name: None if data[name] is None else read_review(data[name], clock) for name in self.reviews}

    @cached_property
    def codeowners(self) -> str:
        """The text of the first CODEOWNERS file in the places where code hosts look; empty where there is none.

        Hosts look at the top of the repository; a project below it may have a file of its own where the top has none.
        """
        for top in dict.fromkeys((self._to_top, "")):
            for folder in (".github/", "", "docs/", ".gitlab/"):
                source = self.open_file(f"{top}{folder}{CODEOWNERS}")
                if source and not source.error:
                    return source.data.decode(errors="replace")
        return ""

    @cached_property
    def _to_top(self) -> str:
        """The path from the project to the top of the repository, such as `../../`; empty at the top."""
        top = top_of(self.root) or self.root
        return "../" * len(self.root.relative_to(top).parts)

    def merges_by_union(self, name: str) -> bool:
        """Whether git is told to keep both sides where two clones appended to a file; the last line that fits counts.

        The .gitattributes files of the file's folder and of those above it, up to the top of the repository, are asked
        in git's order.
        """
        union = False
        above = self.root.parts[len(self.root.parts) - self._to_top.count("/") :]
        path_from_top = PurePosixPath(*above, name)
        for folder in reversed(path_from_top.parents):
            below = path_from_top.relative_to(folder)
            for attributes in self._attributes(f"{self._to_top}{folder / ATTRIBUTES}"):
                if matches(attributes.glob, str(below) if attributes.is_path else below.name):
                    union = attributes.union
        return union

    @cached_property
    def _attributes(self) -> Callable[[str], Sequence[Attributes]]:
        """The lines of a .gitattributes file that tell git how to merge; each file is opened once."""
        return lru_cache(None)(lambda name: [*_attributes(self.open_file(name))])

    @cached_property
    def owners(self) -> frozenset[str]:
        """The owners that the configuration and CODEOWNERS name, in lower case; empty where both name none.

        The members of the configuration's teams are known besides.
        """
        known = set(self.config.owners)
        if self.codeowners:
            from codeowners import CodeOwners

            said = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", self.codeowners)  # who is named in a comment owns nothing
            said = re.sub(r"(?m)^[ \t]*(?:\\ |\S)+", "*", said)  # each path would be compiled, and none is asked for
            lines = "\n".join(dict.fromkeys(said.splitlines()))
            known.update(owner for _, _, owners, *_ in CodeOwners(lines).paths for _, owner in owners)
        if known:  # who only names teams does not say that these are all
            known.update(member for team in self.config.teams.values() for member in team)
        return frozenset(owner.lower() for owner in known)

    def stamps(self, names: Iterable[str]) -> Iterator[int]:
        """For each file a number that changes when the content changes, made from its times, size and inode.

        The number is 0 where a change could go unnoticed, such as for a link or a file that has just changed.
        """
        before = settled()
        for name in names:
            try:
                yield stamp(lstat(self._place(name)), before)
            except OSError:
                yield 0

    def _place(self, name: str) -> str:
        return self.places.get(name) or f"{self.root}/{name}"
