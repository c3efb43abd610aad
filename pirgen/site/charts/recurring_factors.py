"""The contributing factors that more than one review names."""

from pirgen.ledger import Ledger
from pirgen.review.related import Relations
from pirgen.site.charts import Chart, bars, series

PAGE = "report"
MOST = 12


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Counts the reviews of each factor; case and punctuation do not matter, and drafts are left out."""
    found = [(next(iter(names.values())), [*names]) for names in relations.factors.values() if len(names) > 1]
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    shown = found[:MOST]
    text = f"{len(found)} of {len(relations.factors)} factors are named by more than one review."
    if len(found) > MOST:
        text += f" Shown are the {MOST} that are named most."
    drawing = bars([(factor, [len(names)]) for factor, names in shown], [*series(["reviews"]).values()])
    rows = [(factor, len(names), ", ".join(names[-20:])) for factor, names in shown]
    title = "Contributing factors that recur"
    return Chart("recurring_factors", title, text, "rows", drawing, ("Factor", "Reviews", "Incidents"), rows)
