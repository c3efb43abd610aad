"""Figures over all rows of a database, in the shape of the report's: the SQL counts, the report's own words say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.report import confidence
from pirgen.report.metrics import figures
from pirgen.report.sums import MEAN, Sums, figure_row
from pirgen.report.table import Group, Row
from pirgen.review.incident_log import INCIDENT

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIFFERS = "differs between the repositories"
OWNER = "owner"
_INCIDENT = "JOIN incidents USING (repo, incident_id)"
_ITEM = "JOIN actions USING (repo, item)"
_SERVICE = "LEFT JOIN incident_services USING (repo, incident_id)"
_COUNTED = f"incidents.status <> 'withdrawn' AND incidents.type = '{INCIDENT}'"
Fields = dict[str, Any]


class _Dimension(NamedTuple):
    """What the figures can be told by: the label of a row's group, and what is joined to an incident for it."""

    label: str
    join: str = ""


_DIMENSIONS = {
    "repo": _Dimension("repo"),
    "severity": _Dimension("incidents.severity"),
    OWNER: _Dimension("actions.owner"),
    "service": _Dimension("service", _SERVICE),
    "month": _Dimension("strftime(began_on, '%Y-%m')"),
    "quarter": _Dimension("year(began_on) || '-Q' || quarter(began_on)"),
}


def dimensions() -> list[str]:
    """What the figures can be told by."""
    return [*_DIMENSIONS]


def whole(database: DuckDBPyConnection) -> tuple[Row, ...]:
    """The figures over all rows, as the report's table `metrics`."""
    return _rows({"": sums_of(database, "''", "").get("", {})}, _policy(database))[""]


def by(database: DuckDBPyConnection, dimension: str) -> dict[str, Group]:
    """The figures by group, in order of the groups' names, those that do not say last; see `report.groups.grouped`."""
    label, join = _DIMENSIONS[dimension]
    owns = dimension == OWNER

    def count(table: str, join: str, condition: str) -> dict[str, int]:
        sql = f"SELECT coalesce({label}, ''), count(*) FROM {table} {join} WHERE {condition} GROUP BY 1"
        return dict(database.execute(sql).fetchall())

    to_item = "" if owns else f"{_INCIDENT} {join}"
    incidents = {} if owns else count("incidents", join, _COUNTED)
    late = {} if owns else count("incidents", join, "review_days_late IS NOT NULL")
    items, opened = count("actions", to_item, "TRUE"), count("actions", to_item, "is_open")
    overdue = count("actions", to_item, "days_late IS NOT NULL")
    names = sorted({*incidents, *items}, key=lambda name: (name == "", name))
    sums = sums_of(database, label, _ITEM if owns else to_item)
    rows = _rows({name: sums.get(name, {}) for name in names}, _policy(database), about="actions" if owns else "")
    return {
        name: Group(
            None if owns else incidents.get(name, 0),
            opened.get(name, 0),
            overdue.get(name, 0),
            None if owns else late.get(name, 0),
            rows[name],
        )
        for name in names
    }


def sums_of(database: DuckDBPyConnection, label: str, join: str) -> dict[str, dict[str, Sums]]:
    """What the parts of the figures add up to, by group and figure."""
    database.execute(
        "CREATE OR REPLACE TEMP TABLE parts AS "
        f"SELECT coalesce({label}, '') AS label, metric, kind, seconds, counts, assumed, inferred, measures.state "
        f"FROM measures JOIN (SELECT DISTINCT metric, kind FROM targets WHERE kind IS NOT NULL) USING (metric) {join}"
    )
    states: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in told(database, sql_of("states")):
        states[row["label"], row["metric"]][row["state"]] = row["parts"]
    around = {(row["label"], row["metric"]): _around(row) for row in told(database, _SPREAD)}
    found: defaultdict[str, dict[str, Sums]] = defaultdict(dict)
    for row in told(database, sql_of("figures")):
        key = row["label"], row["metric"]
        counts = {name: int(row[name]) for name in ("n", "missing", "assumed", "inferred", "done")}
        times = {name: row[f"{name}_seconds"] for name in ("median", "p90", "mean")}
        found[key[0]][key[1]] = Sums(**counts, **times, states=states[key], around=around.get(key))
    return found


def _rows(
    sums: Mapping[str, Mapping[str, Sums]], policy: Mapping[str, Fields], about: str = ""
) -> dict[str, tuple[Row, ...]]:
    """The rows of each group; without any repository there is no figure."""
    wanted = [one for one in figures() if about in ("", one.about) and one.name in policy]
    nothing = Sums(0, 0, 0, 0, {})
    return {
        name: tuple(figure_row(one, found.get(one.name, nothing), **policy[one.name]) for one in wanted)
        for name, found in sums.items()
    }


_SPREAD = f"""
SELECT label, metric, count(*) AS n, sum(value) AS total, sum(value * value) AS squares, min(value) AS least,
  max(value) AS most, CASE WHEN count(*) <= {confidence.MOST} THEN list(value ORDER BY value) END AS every
FROM (
  SELECT label, metric, CAST(round_even(seconds, 0) AS HUGEINT) AS value
  FROM parts
  WHERE kind = '{MEAN}' AND seconds IS NOT NULL AND state IS NULL
)
GROUP BY label, metric
"""
"""What the confidence interval of a mean is made of, whose values are rounded to seconds."""


def _around(row: Fields) -> confidence.Bounds | None:
    if row["every"] is not None:
        return confidence.bootstrap(row["every"])
    return confidence.normal(row["n"], row["total"], row["squares"], row["least"], row["most"])


def _policy(database: DuckDBPyConnection) -> dict[str, Fields]:
    """By figure its definition and its target, where all repositories agree on them, and how many are enough."""
    found = told(
        database,
        "SELECT metric, count(DISTINCT definition) AS definitions, min(definition) AS definition, "
        "count(DISTINCT coalesce(seconds, percent, -1)) AS targets, min(coalesce(seconds, percent)) AS target, "
        "(SELECT max(enough) FROM runs) AS enough FROM targets WHERE kind IS NOT NULL GROUP BY metric",
    )
    return {
        row["metric"]: {
            "definition": row["definition"] if row["definitions"] == 1 else DIFFERS,
            "target": row["target"] if row["targets"] == 1 else None,
            "enough": row["enough"],
        }
        for row in found
    }


def told(database: DuckDBPyConnection, sql: str) -> Iterator[Fields]:
    """Yields the rows of a query by the names of their columns."""
    found = database.execute(sql)
    keys = [column[0] for column in found.description or ()]
    for row in found.fetchall():
        yield dict(zip(keys, row, strict=True))


def sql_of(name: str) -> str:
    """The SQL of a model, over the table `parts`."""
    model = Path(__file__).parent / "dbt" / "models" / f"pirgen_{name}.sql"
    return model.read_text(encoding="utf-8").replace("{{ ref('pirgen_parts') }}", "parts")
