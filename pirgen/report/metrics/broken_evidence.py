"""The done action items whose evidence names a commit that proves nothing."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import ITEM, TEXT, WHOSE, item_row
from pirgen.report.metrics import listing
from pirgen.report.table import Column, Row


@listing(
    title="Evidence that does not hold",
    description="Done action items whose evidence names a commit of this repository that proves nothing.",
    columns=(*ITEM, Column("reason", "Reason", "Why it proves nothing.", TEXT, least=24)),
    shown=(*WHOSE, "reason"),
    page="actions",
)
def broken_evidence(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists done items whose evidence names a commit that is not there, not on the mainline, too old or no work."""
    proofs = ((item, ledger.proofs.of(item)) for item in ledger.items if item.is_done and item.said.evidence)
    return [{**item_row(ledger, item), "reason": proof.why} for item, proof in proofs if proof.is_broken]
