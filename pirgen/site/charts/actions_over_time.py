"""How many action items were open, overdue and done, day by day, as recorded in git."""

from datetime import datetime, time, timedelta

from pirgen.ledger import CLOSED, Item, Ledger
from pirgen.report.columns import today
from pirgen.review.related import Relations
from pirgen.site.charts import Chart, across, counts, height, series
from pirgen.site.period import samples

PAGE = "actions"
LABELS = 6


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Counts items at the end of sampled days, in the project's zone, from the first action item on."""
    looks = [*series(["overdue", "open", "done"]).values()]
    items, last = ledger.items, today(ledger, ledger.as_of)
    first = min((today(ledger, item.opened_at) for item in items), default=last)
    days = [*samples(first, last)] if items else []
    table = []
    for day in days:
        end = datetime.combine(day, time.max, ledger.config.zone)
        table.append([*_counted(items, min(end, ledger.as_of), last if day == last else day)])
    drawing = None
    if len(days) > 1:
        lines = [*counts(max(max(row) for row in table))]
        highest, span = int(lines[-1][1]), (last - first).days
        x = [across((day - first).days / span) for day in days]
        drawn = [
            (look, " ".join(f"{place},{height(row[number] / highest)}" for place, row in zip(x, table, strict=True)))
            for number, look in enumerate(looks)
        ]
        ticks = [last - timedelta(days=span * number // LABELS) for number in range(LABELS + 1)]
        columns = [(across((day - first).days / span), f"{day:%Y-%m-%d}") for day in dict.fromkeys(ticks[:-1])]
        drawing = {"legend": looks, "lines": lines, "columns": columns, "series": drawn, "present": True}
    rows: list[tuple[str | int, ...]] = [(f"{day}", *values) for day, values in zip(days, table, strict=True)]
    text = "An open item is overdue from the day after its due date as it stood then; without one it never is."
    if len(days) == 1:
        text = "All action items are of one day, so there is no line to draw yet."
    return Chart("actions_over_time", "Action items over time", text, "lines", drawing,
                 ("Day", "Overdue", "Open", "Done"), rows)  # fmt: skip


def _counted(items: tuple[Item, ...], at: datetime, day: object) -> tuple[int, int, int]:
    overdue = still = done = 0
    for item in items:
        state = item.state(at)
        if state is None or state[0] == "removed":
            continue
        status, due = state
        if status == "done":
            done += 1
        elif status not in CLOSED:
            still += 1
            overdue += due is not None and str(due) < str(day)
    return overdue, still, done
