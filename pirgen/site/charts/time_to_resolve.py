"""How long incidents took to resolve, each as a dot at its date, with the median of each month."""

from pirgen.ledger import Ledger
from pirgen.report.metrics import intervals
from pirgen.review.related import Relations
from pirgen.site.charts import Chart
from pirgen.site.charts._dots import by_period

PAGE = "report"


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Draws the time to resolve of each incident. MTTR is the mean of these times."""
    return by_period(ledger, "time_to_resolve", "Time to resolve", intervals(ledger, "mttr"))
