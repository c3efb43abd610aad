"""Who has open action items, and how many of them are overdue."""

from collections import Counter

from pirgen.ledger import Ledger
from pirgen.report.columns import today
from pirgen.review.related import Relations
from pirgen.site.charts import Chart, bars, series

PAGE = "actions"
MOST = 20


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Counts the items of each owner as of the report; owners with the most overdue items come first."""
    day = today(ledger, ledger.as_of)
    still = Counter(item.said.owner for item in ledger.items if item.is_open)
    late = Counter(item.said.owner for item in ledger.items if item.is_overdue(day))
    undated = sum(item.is_open and item.said.due is None for item in ledger.items)
    owners = sorted(still, key=lambda owner: (-late[owner], -still[owner], owner))
    rows = [(owner or "nobody", late[owner], still[owner] - late[owner]) for owner in owners]
    looks = [*series(["overdue", "open, not overdue"]).values()]
    text = f"{sum(still.values())} open action items, {sum(late.values())} of them overdue."
    if undated:
        text += f" Without a due date, so that nobody can say: {undated}."
    if len(rows) > MOST:
        text += f" Drawn are the {MOST} owners with the most."
    drawing = bars([(name, counts) for name, *counts in rows[:MOST]], looks)
    return Chart("overdue_by_owner", "Open action items by owner", text, "rows", drawing,
                 ("Owner", "Overdue", "Open, not overdue"), rows)  # fmt: skip
