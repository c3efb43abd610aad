"""Makes a small repository of texts, for authors who test what counts a history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pirgen.git.command import Git


def invent(folder: Path, commits: Mapping[str, Mapping[str, str | None]]) -> datetime:
    """Make a repository in an empty folder, and return the time of its last commit.

    A key of `commits` is a moment as RFC 3339 has it, or a date, which means noon in UTC; its value has the files of
    that commit by their paths, where None deletes one. Raises ValueError for what is none of that.
    """
    if not commits:
        raise ValueError("a history needs a commit")
    git = Git(folder)
    git.ask("init", "--quiet", "--initial-branch=main")
    git.ask("fast-import", "--quiet", asked="".join(_stream(commits)))
    git.ask("reset", "--quiet", "--hard", "main")
    return _moment([*commits][-1])


def _stream(commits: Mapping[str, Mapping[str, str | None]]) -> Iterator[str]:
    """The commits as `git fast-import` reads them."""
    for when, files in commits.items():
        yield f"commit refs/heads/main\ncommitter Ann <ann@example.org> {int(_moment(when).timestamp())} +0000\n"
        yield _data(f"at {when}")
        for path, text in files.items():
            if '"' in path or "\n" in path:
                raise ValueError(f"a path of a history holds no quotes and no line ends: {path!r}")
            yield f"D {path}\n" if text is None else f"M 100644 inline {path}\n{_data(text)}"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _moment(when: str) -> datetime:
    moment = datetime.fromisoformat(when if "T" in when else f"{when}T12:00:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
