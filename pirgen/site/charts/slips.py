"""How many days later due dates were moved."""

from pirgen.ledger import Ledger
from pirgen.review.related import Relations
from pirgen.site.charts import Chart, bars, series

PAGE = "actions"
MOST = 15


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Draws the items that moved furthest, whatever their status is now."""
    moved = sorted((item for item in ledger.items if item.slips), key=lambda item: -item.slipped_days)
    shown = moved[:MOST]
    text = f"{len(moved)} of {len(ledger.items)} action items were moved to a later day."
    if len(moved) > MOST:
        text += f" Drawn are the {MOST} that moved furthest."
    names = [(f"{item.incident_id} {item.said.id}", item) for item in moved]
    drawing = bars([(name, [item.slipped_days]) for name, item in names[: len(shown)]], [*series(["days"]).values()])
    rows = [(name, item.said.owner or "nobody", item.slips, item.slipped_days) for name, item in names]
    return Chart("slips", "Slipped due dates, in days", text, "rows", drawing,
                 ("Action item", "Owner", "Times moved", "Days"), rows)  # fmt: skip
