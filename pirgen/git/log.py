"""What `git diff-tree` says of commits and of the files that each changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

FORMAT = "%x01%H %ct %an <%ae>"
_COMMIT, _RAW = b"\x01", b":"


class Change(NamedTuple):
    """A file that a commit changed, against the commit's first parent; `blob` is None where it was deleted."""

    path: str
    blob: str | None


class Commit(NamedTuple):
    """A commit of the mainline: committer date in seconds since 1970, author as the commit has it."""

    id: str
    time: int
    author: str
    changes: tuple[Change, ...]


def commits(tokens: list[bytes], prefix: str) -> Iterator[Commit]:
    """The commits of an answer with `--raw -z` and FORMAT; paths are told without the prefix."""
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
