"""What the files of a history's commits say: each blob read once, by as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence

import msgspec

from pirgen.config import Config
from pirgen.files import Source, is_below
from pirgen.git.repository import Repository
from pirgen.ledger.snapshot import Camera, Snapshot, UnreadableError
from pirgen.runtime.parallel import spread

_DECODER = msgspec.json.Decoder(Snapshot | str)

Parses = MutableMapping[str, msgspec.Raw]
"""What blobs say, or why they cannot be read: as JSON, which takes a tenth of the memory."""


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
        self.known.update(zip(due, map(msgspec.Raw, made), strict=True))

    def said(self, path: str, blob: str) -> Snapshot | str:
        """What a file that was prepared says, or why it cannot be read."""
        said: Snapshot | str = _DECODER.decode(self.known[self._key(path, blob)])
        return said

    def _key(self, path: str, blob: str) -> str:
        return f"{blob} log" if is_below(path, self.config.incidents) else blob

    def _read(self, files: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        camera = Camera(self.config)
        contents = self.repository.blobs(blob for _, blob in files)
        for (path, _), (_, data) in zip(files, contents, strict=True):
            said: Snapshot | str
            try:
                said = camera.take(Source(path, data))
            except UnreadableError as error:
                said = str(error)
            yield msgspec.json.encode(said)
