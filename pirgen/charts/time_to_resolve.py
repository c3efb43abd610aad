"""How long incidents took to resolve, each as a dot at its date, with the median of each month."""

from pirgen.charts import Chart
from pirgen.charts._dots import by_period
from pirgen.ledger import Ledger
from pirgen.metrics import intervals
from pirgen.relation import Relations

PAGE, POSITION = "report", 10


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Of each incident what MTTR is the mean of."""
    return by_period(ledger, "time_to_resolve", "Time to resolve", intervals(ledger, "mttr"))
