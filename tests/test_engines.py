"""Other engines read the same folder and give the figures of the report. `make nightly` installs them.

`PIRGEN_ENGINES` names a Python that has dbt-duckdb, pyspark and sqlglot; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pirgen.report import report_of
from pirgen.report.metrics import figures
from pirgen.report.sums import MEAN
from pirgen.warehouse import export
from pirgen.warehouse import figures as sums
from pirgen.warehouse.tables import tables
from tests.ddl import DIALECTS, PARTITIONED, script
from tests.support import ROOT, Repo
from tests.test_rollup import LONG, ledger, text

PYTHON = os.environ.get("PIRGEN_ENGINES", "")
pytestmark = pytest.mark.skipif(
    not PYTHON, reason="PIRGEN_ENGINES names no Python with dbt-duckdb, pyspark and sqlglot"
)
MODELS = ROOT / "pirgen/warehouse/dbt"
NAME = "code.example.org/acme/shop"


def engine(*words: str, folder: Path) -> str:
    done = subprocess.run([PYTHON, *words], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    """The folder of an export as Parquet, and the rows of the report by figure."""
    place = tmp_path_factory.mktemp("engines")
    repo = Repo(place / "repo")
    done = {"status": "done", "due": "2025-10-30", "owner": "@qa"}
    said: dict[int, dict[str, Any]] = {
        n: {**LONG, "day": n % 28 + 1, "severity": f"P{n % 3 + 1}", "minutes": [0, n % 7, n % 5, None, n % 40],
            "items": [done] * (n % 3) + [{**done, "status": "open"}] * (n % 2)}
        for n in range(1, 31)
    }  # fmt: skip
    repo.commit("2025-10-29", {f"pir/INC-{n:03d}.yaml": text(n, one) for n, one in said.items()})
    closed = {f"pir/INC-{n:03d}.yaml": text(n, {**one, "items": [done] * len(one["items"])}) for n, one in said.items()}
    repo.commit("2025-11-03", dict([*closed.items()][:20]))
    found = ledger(repo)
    export.export(place / "out", export.source_of(repo.folder, found, repo=NAME), "parquet")
    return place / "out", {row["name"]: row for row in report_of(found).tables["metrics"].rows}


def require_equal(rows: Iterator[Mapping[str, Any]] | list[Mapping[str, Any]], told: Mapping[str, Any]) -> None:
    """What an engine counts of the whole is what the report says."""
    counted = {row["metric"]: row for row in rows}
    kinds = {one.name: one.kind for one in figures()}
    assert {*counted} == {name for name, row in told.items() if row["n"] or row["missing"] or row["states"]}
    assert any(row["median_seconds"] for row in counted.values())
    for name, row in counted.items():
        expected = told[name]
        assert [row[key] for key in ("n", "missing", "assumed", "inferred")] == [
            expected[key] for key in ("n", "missing", "assumed", "inferred")
        ], name
        if expected["of"] is not None:
            assert (row["done"], row["n"]) == (expected["done"], expected["of"])
            continue
        for key in ("median", "p90", "mean") if kinds[name] == MEAN else ("median",):
            seconds, minutes = row[f"{key}_seconds"], expected[f"{key}_minutes"]
            assert minutes == (None if seconds is None else round(seconds / 60, 2)), (name, key)


ASKED = """
import duckdb, json, sys
found = duckdb.connect(sys.argv[1]).execute("SELECT * FROM pirgen_figures WHERE label = ''")
keys = [column[0] for column in found.description]
print(json.dumps([dict(zip(keys, row)) for row in found.fetchall()], default=int))
"""


def test_dbt_builds_the_figures_and_its_tests_pass(exported: tuple[Path, Mapping[str, Any]], tmp_path: Path) -> None:
    folder, told = exported
    shutil.copytree(MODELS, tmp_path / "dbt")
    output = {"type": "duckdb", "path": str(tmp_path / "dbt.duckdb")}
    profile = {"pirgen": {"target": "test", "outputs": {"test": output}}}
    (tmp_path / "dbt/profiles.yml").write_text(json.dumps(profile))
    command = "from dbt.cli.main import cli; cli()"
    how = ("--profiles-dir", ".", "--profile", "pirgen", "--vars", json.dumps({"pirgen_tables": str(folder)}))
    assert "ERROR=0" in engine("-c", command, "build", *how, folder=tmp_path / "dbt")
    require_equal(json.loads(engine("-c", ASKED, str(tmp_path / "dbt.duckdb"), folder=tmp_path)), told)


SPARK = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config(
    "spark.sql.shuffle.partitions", "2").config("spark.sql.session.timeZone", "UTC").getOrCreate()
for name in ("measures", "targets", "incidents"):
    spark.read.parquet(f"{sys.argv[1]}/{name}").createOrReplaceTempView(name)
[name] = [row.repo for row in spark.sql("SELECT DISTINCT repo FROM incidents").collect()]
spark.sql("SELECT '' AS label, m.*, t.kind FROM measures m JOIN (SELECT DISTINCT metric AS named, kind FROM targets "
          "WHERE kind IS NOT NULL) t ON t.named = m.metric").createOrReplaceTempView("parts")
rows = [row.asDict() for row in spark.sql(open(sys.argv[2]).read()).collect()]
print(json.dumps([name, rows], default=int))
"""


def test_spark_reads_the_folder_and_counts_alike(exported: tuple[Path, Mapping[str, Any]], tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    folder, told = exported
    (tmp_path / "figures.sql").write_text(sums.sql_of("figures"))
    name, rows = json.loads(engine("-c", SPARK, str(folder), "figures.sql", folder=tmp_path).splitlines()[-1])
    assert name == NAME
    require_equal(rows, told)


PARSED = """
import sqlglot, sys
print(*(type(one).__name__ for one in sqlglot.parse(open(sys.argv[1]).read(), read=sys.argv[2]) if one))
"""


@pytest.mark.parametrize("dialect", ["trino", "bigquery", "snowflake", "postgres"])
def test_other_engines_can_read_the_sql(dialect: str, tmp_path: Path) -> None:
    for name in ("figures", "states"):
        (tmp_path / f"{name}.sql").write_text(sums.sql_of(name))
        assert engine("-c", PARSED, f"{name}.sql", dialect, folder=tmp_path).strip() == "Select"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_external_tables_are_sql_of_their_engine(dialect: str, tmp_path: Path) -> None:
    (tmp_path / "ddl.sql").write_text(script(dialect).replace(PARTITIONED, ""))  # a clause that sqlglot does not know
    assert engine("-c", PARSED, "ddl.sql", dialect, folder=tmp_path).split() == ["Create"] * len(tables())
