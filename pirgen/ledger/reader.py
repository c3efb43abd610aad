"""What the files of a history's commits say: each blob read once, by as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence

from pirgen.config import Config
from pirgen.errors import about
from pirgen.files import is_below
from pirgen.git.repository import Repository
from pirgen.ledger.checkpoint import pack, unpack
from pirgen.ledger.snapshot import Camera, Snapshot, UnreadableError
from pirgen.runtime.parallel import spread

Parses = MutableMapping[str, bytes]
"""What blobs say, or why they cannot be read, packed by `checkpoint`."""


class Readings:
    """Reads the blobs of a history, but for those that `known` has already."""

    def __init__(self, repository: Repository, config: Config, known: Parses) -> None:
        self.repository, self.config, self.known = repository, config, known
        self.used: set[str] = set()

    def prepare(self, files: Iterable[tuple[str, str]]) -> None:
        """Read these files, path and blob. Raises HistoryMissingError for a blob that git does not have."""
        wanted = {self._key(path, blob): (path, blob) for path, blob in files}
        self.used.update(wanted)
        due = [key for key in wanted if key not in self.known]
        due.sort(key=lambda key: wanted[key][0])  # revisions of one file, one after the other, are read fastest
        made = spread([wanted[key] for key in due], self._read, "reading revisions") if due else ()
        self.known.update(zip(due, made, strict=True))

    def said(self, path: str, blob: str) -> Snapshot | str:
        """What a file that was prepared says, or why it cannot be read."""
        return unpack(self.known[self._key(path, blob)])

    def _key(self, path: str, blob: str) -> str:
        return f"{blob} log" if is_below(path, self.config.incidents) else blob

    def _read(self, files: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        camera = Camera(self.config)
        contents = self.repository.blobs(blob for _, blob in files)
        for (path, _), found in zip(files, contents, strict=True):
            said: Snapshot | str
            try:
                with about(path):
                    said = camera.take(found._replace(name=path))
            except UnreadableError as error:
                said = str(error)
            yield pack(said)
