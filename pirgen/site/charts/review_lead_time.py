"""How long reviews took, from the incident's resolution to the commit that completed them."""

from pirgen.ledger import Ledger
from pirgen.report.metrics.review_lead_time import lead_times
from pirgen.review.related import Relations
from pirgen.site.charts import Chart
from pirgen.site.charts._dots import by_period

PAGE = "report"


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Draws the lead time of each complete review, as far as git knows it."""
    return by_period(ledger, "review_lead_time", "Time from resolution to complete review", lead_times(ledger))
