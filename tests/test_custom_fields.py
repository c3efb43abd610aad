"""Fields that only one project has: a further JSON Schema, named by the configuration."""

from __future__ import annotations

import json

import pytest

from tests.support import Cli, Repo, item, review

SCHEMA = {
    "properties": {
        "customers_affected": {"title": "Customers", "type": "integer", "minimum": 0},
        "regions": {"$ref": "#/definitions/regions"},
        "public": {"type": "boolean"},
    },
    "definitions": {"regions": {"type": "array", "items": {"enum": ["eu", "us"]}}},
    "required": ["customers_affected"],
}


@pytest.fixture
def project(cli: Cli) -> Cli:
    """A project with fields of its own."""
    cli.write("pirgen.yaml", "custom_fields: schemas/ours.json\n")
    cli.write("schemas/ours.json", json.dumps(SCHEMA))
    return cli


def test_they_are_fields_like_ours(project: Cli) -> None:
    project.write("pir/INC-001.yaml", review(customers_affected=120, regions=["eu", "us"], public=True))
    assert project.run("lint").returncode == 0
    assert project.run("render").returncode == 0
    page = (project.folder / "docs/ops/pir/INC-001.md").read_text(encoding="utf-8")
    facts = page.replace('<span class="pirgen-gap"> · </span>', " · ")
    assert "Customers: 120 · Regions: eu, us · Public: yes\n" in facts
    effective = json.loads(project.run("schema").stdout)
    assert effective["properties"]["customers_affected"]["minimum"] == 0
    assert "customers_affected" in effective["else"]["else"]["required"]


def test_their_mistakes_have_a_line_and_a_hint(project: Cli) -> None:
    project.write("pir/INC-001.yaml", review(customer_affected=1, regions=["eu", "usa"]))
    done = project.run("lint")
    assert done.returncode == 1
    assert "unknown field `customer_affected`" in done.stdout
    assert "did you mean `customers_affected`, which is required and missing?" in done.stdout
    assert "`regions` item 2 cannot be `usa`" in done.stdout
    project.write("pir/INC-001.yaml", review(status="draft"))
    assert project.run("lint").returncode == 0
    project.write("pir/INC-001.yaml", review(customers_affected="many"))
    assert "`customers_affected` must be a whole number, not text" in project.run("lint").stdout


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "has no `properties`, which name the fields"),
        ('{"properties": {"impact": {}}}', "gives `impact` another meaning, which is pirgen's own"),
        ('{"properties": {"x": {}}, "required": ["y"]}', "requires `y`, which is not among its `properties`"),
        ('{"properties": {"x": {"$ref": "http://example.org/x"}}}', "may only refer to its own `#/definitions/…`"),
        ('{"properties": {"x": {"type": "text"}}}', "is not a JSON Schema of draft 7: "),
        ('{"properties": {"x": {"$ref": "#/definitions/x"}}}', "is not a JSON Schema of draft 7: "),
        ('{"properties": 1, "required": 1}', "has no `properties`, which name the fields"),
        ('{"properties": {"x": {}}, "required": 1}', "is not a JSON Schema of draft 7: "),
        ('{"properties": {"x": {}}, "definitions": 1}', "is not a JSON Schema of draft 7: "),
        ('{"properties": {"x": {"pattern": "("}}}', "is not a JSON Schema of draft 7: "),
    ],
)
def test_a_schema_that_cannot_be_is_one_clear_line(project: Cli, text: str, why: str) -> None:
    project.write("schemas/ours.json", text)
    done = project.run("lint")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pirgen: pirgen.yaml:1:16: the schema schemas/ours.json {why}")
    assert done.stderr.count("\n") == 1


def test_a_schema_that_is_not_there_is_said(project: Cli) -> None:
    (project.folder / "schemas/ours.json").unlink()
    expected = "pirgen: pirgen.yaml:1:16: the schema schemas/ours.json does not exist\n"
    assert project.run("lint").stderr == expected


def test_lint_and_report_agree_where_two_validators_do_not(repo: Repo) -> None:
    """jsonschema-rs checks `format: email`, jsonschema does not; what lint lets pass is complete in a report."""
    fields = {"properties": {"contact": {"type": "string", "format": "email"}}}
    files = {"pirgen.yaml": "custom_fields: ours.json\n", "ours.json": json.dumps(fields)}
    repo.commit("2025-10-06", {**files, "pir/INC-001.yaml": review(contact="nobody")})
    assert repo.run("lint").returncode == 0
    assert "review_completed" in repo.run("history", "--export", "json").stdout


def test_those_of_action_items_stand_below_each(project: Cli) -> None:
    own = {"effort": {"title": "Effort <b>", "enum": ["S", "L"]}, "place": {"type": "string"}, "parts": {}}
    schema = {"properties": {"action_items": {"items": {"properties": own}}}}
    project.write("schemas/ours.json", json.dumps(schema))
    first = item("AI-1", "x", effort="S", place="<script>alert(1)</script> **x**\n\n# y", parts={"not": "a line"})
    project.write("pir/INC-001.yaml", review(action_items=[first, item("AI-2", "y")]))
    assert project.run("render").returncode == 0
    page = (project.folder / "docs/ops/pir/INC-001.md").read_text(encoding="utf-8")
    [line] = [line for line in page.splitlines() if "AI-1" in line]
    assert "<small>Effort &#60;b&#62;: S</small> <small>Place: &#60;script&#62;" in line
    assert "Parts" not in page
    assert page.count("Effort") == 1
