"""The ledger of one repository to rows in a folder that engines read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from hashlib import blake2b
from pathlib import Path

from pirgen.errors import PirgenError
from pirgen.git.hosts import Links, links, place
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger
from pirgen.text.json import line
from pirgen.warehouse import formats
from pirgen.warehouse.partitions import Run, checked, prepare
from pirgen.warehouse.tables import RUNS, Source, tables


def source_of(
    root: Path, ledger: Ledger, *, repo: str | None = None, prose: bool = False, authors: bool = False
) -> Source:
    """What the rows of the project at `root` are made of.

    Its name is `repo`, else that of the remote with the project's folder. Raises PirgenError where there is neither, or
    where it cannot be a name.
    """
    repository = Repository(root)
    remote = repository.remote()
    name = repo or f"{place(remote)}/{repository.prefix}".strip("/")
    if not (repo or place(remote)):
        raise PirgenError(
            "no remote says what this repository is called; name it: --repo host/organisation/name for an export, "
            "host/organisation/name=FOLDER for a rollup"
        )
    begun = "" if ledger.shallow else repository.beginning(ledger.head)
    told = ledger.config.repository.file
    address = Links(file=told) if told else links(remote, "HEAD", repository.prefix)
    return Source(checked(name), ledger, begun, prose, authors, address)


def rows_of(source: Source) -> tuple[Run, Mapping[str, bytes]]:
    """The rows as JSON Lines by table, and the run that they are of. The same source gives the same bytes."""
    [told] = tables()[RUNS].rows(source)
    digest = blake2b(line({**told, "repo": source.repo}), digest_size=6).hexdigest()
    run = Run(f"{source.ledger.as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}", source.root)
    return run, {
        name: b"".join(line(row) + b"\n" for row in table.written(source, run.run_id))
        for name, table in tables().items()
    }


def export(folder: Path, source: Source, form: str, *, force: bool = False) -> Run:
    """Put the rows of a repository into a folder, in the place of those of earlier runs; see `partitions.replace`.

    Raises PirgenError where the folder is not an export's of this format and version, and where a library is missing.
    """
    run, rows = rows_of(source)
    prepare(folder, form)
    formats.named(form).write(folder, source.repo, run, rows, force=force)
    return run
