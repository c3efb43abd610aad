"""What each run of an export was of, and how far it can be believed."""

from collections.abc import Iterator
from hashlib import blake2b

from pirgen import __version__
from pirgen.report.columns import COMMIT, COUNT, INSTANT, TEXT, TRUTH, maybe
from pirgen.report.incidents import exact
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import RUNS, VERSION, Source, Table


def _rows(source: Source) -> Iterator[Row]:
    ledger, config = source.ledger, source.ledger.config
    yield {
        "schema_version": VERSION,
        "pirgen_version": __version__,
        "as_of": exact(ledger.as_of.replace(microsecond=0)),
        "revision": ledger.revision,
        "head": ledger.head,
        "root": source.root or None,
        "config_digest": blake2b(config.text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
        "timezone": config.clock.zone,
        "enough": config.enough,
        "shallow": ledger.shallow,
        "forecast": ledger.is_forecast,
        "uncommitted": ledger.uncommitted,
        "clocks_adjusted": len(ledger.clock_adjusted),
        "revisions_unreadable": len(ledger.unreadable),
        "files_shadowed": len(ledger.shadowed),
        "folders_left_out": len(ledger.left_out),
        "prose": source.prose,
        "authors": source.authors,
    }


TABLE = Table(
    RUNS,
    "A row for each run; that of the other tables' `run_id` is the last one.",
    ("run_id",),
    (
        Column("schema_version", "", "The version of these tables.", COUNT),
        Column("pirgen_version", "", "The version of pirgen.", TEXT),
        Column("as_of", "", "The moment that the rows tell of, in UTC.", INSTANT),
        Column("revision", "", "The last commit of the mainline up to then.", COMMIT),
        Column("head", "", "The commit from which the history was read.", COMMIT),
        Column("root", "", "The first commit of the mainline; null where the clone is shallow.", maybe(COMMIT)),
        Column("config_digest", "", "A digest of the project's configuration.", TEXT),
        Column("timezone", "", "The project's time zone, whose days and months are told.", TEXT),
        Column("enough", "", "On how many a figure must rest so that its target is met or not.", COUNT),
        Column("shallow", "", "Whether the clone is shallow, so that every figure may be wrong.", TRUTH),
        Column("forecast", "", "Whether that moment has not come yet.", TRUTH),
        Column("uncommitted", "", "Whether the worktree says anything that no commit proves yet.", TRUTH),
        Column("clocks_adjusted", "", "How many commits' dates are not believed.", COUNT),
        Column("revisions_unreadable", "", "How many revisions of files could not be read.", COUNT),
        Column("files_shadowed", "", "How many files another one with the same id speaks for.", COUNT),
        Column("folders_left_out", "", "How many former folders do not count.", COUNT),
        Column("prose", "", "Whether titles and what action items say were asked for.", TRUTH),
        Column("authors", "", "Whether the authors of commits were asked for.", TRUTH),
    ),
    _rows,
)
