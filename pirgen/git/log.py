"""Reads the output of `git diff-tree`: commits and the files that each commit changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

FORMAT = "%x01%H %ct %an <%ae>"
_COMMIT, _RAW = b"\x01", b":"


class Change(NamedTuple):
    """A file that differs between a commit and its first parent; `blob` is None where the file was deleted."""

    path: str
    blob: str | None


class Commit(NamedTuple):
    """A commit of the mainline: `time` is the committer date in seconds since 1970, `author` is not mapped."""

    id: str
    time: int
    author: str
    changes: tuple[Change, ...]


def commits(tokens: list[bytes], prefix: str) -> Iterator[Commit]:
    """The commits in the output of `--raw -z` with `FORMAT`, split at NUL; `prefix` is removed from paths."""
    header: list[str] = []
    changes: list[Change] = []
    stream = iter(tokens)
    for token in stream:
        token = token.lstrip(b"\n")
        if token.startswith(_COMMIT):
            if header:
                yield Commit(header[0], int(header[1] or 0), header[2], tuple(changes))
            header, changes = token[1:].decode("utf-8", "replace").split(" ", 2), []
        elif token.startswith(_RAW):
            _, mode, _, blob, _ = token.split(b" ")
            path = next(stream).decode("utf-8", "surrogateescape").removeprefix(prefix)
            is_file = mode in (b"100644", b"100755")
            changes.append(Change(path, blob.decode() if is_file else None))
    if header:
        yield Commit(header[0], int(header[1] or 0), header[2], tuple(changes))
