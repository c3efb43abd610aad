"""How long incidents of each severity took to resolve, each as a dot, with the median."""

from pirgen.ledger import Ledger
from pirgen.report.metrics import intervals
from pirgen.review.related import Relations
from pirgen.site.charts import Chart
from pirgen.site.charts._dots import by_severity

PAGE = "report"


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Draws the time to resolve of each incident. MTTR is the mean of these times."""
    return by_severity(ledger, "time_to_resolve_by_severity", "Time to resolve by severity", intervals(ledger, "mttr"))
