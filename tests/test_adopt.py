"""Reviews of files in other formats: nothing is invented, no text is lost, and a second run changes nothing."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.document import load
from pirgen.files import Source
from pirgen.importers import State, adopt
from pirgen.project import Project
from pirgen.review.synonyms import FIELDS, VALUES
from tests.support import DATA, Cli, review

FILES = sorted((DATA / "foreign").iterdir())


@pytest.fixture
def strangers(cli: Cli) -> Cli:
    """A project with the files of others beside its reviews."""
    for path in FILES:
        cli.write(f"old/{path.name}", path.read_bytes())
    return cli


def test_what_is_told_and_written(strangers: Cli, golden: Callable[[Path, str], None]) -> None:
    done = strangers.run("adopt", "old")
    assert (done.returncode, done.stderr) == (1, ""), "some have no id"
    files = sorted((strangers.folder / "pir").iterdir())
    written = "".join(f"\n===== {path.name}\n{path.read_text(encoding='utf-8')}" for path in files)
    golden(DATA / "adopted.txt", done.stdout + written)
    assert strangers.run("lint", "--format", "json").returncode == 0
    again = strangers.run("adopt", "old")
    assert [path.read_text(encoding="utf-8") for path in files] == re.split(r"\n===== .*\n", written)[1:]
    assert "written" not in again.stdout.splitlines()[-1]


def test_a_dry_run_writes_nothing(strangers: Cli) -> None:
    done = strangers.run("adopt", "--dry-run", "old/A03.yaml")
    assert done.stdout.startswith("pir/INC-001.yaml: written, from old/A03.yaml (draft)\n  missing: ")
    assert done.stdout.endswith("1 review: 1 written; nothing was written\n")
    assert not (strangers.folder / "pir").exists()


def test_what_somebody_edited_is_left_alone(strangers: Cli) -> None:
    strangers.run("adopt", "old/A03.yaml")
    path = strangers.folder / "pir/INC-001.yaml"
    adopted = path.read_text(encoding="utf-8")
    strangers.write(
        "pirgen.yaml", "mapping: {patterns_to_promote: tags, event: timeline.event, root_cause: resolution}\n"
    )
    assert "INC-001.yaml: written anew" in strangers.run("adopt", "old/A03.yaml").stdout
    anew = path.read_text(encoding="utf-8")
    assert "resolution: A bad config" in anew
    edited = anew.replace("A bad config", "A worse one")
    path.write_text(edited, encoding="utf-8")
    strangers.write("pirgen.yaml", "")
    done = strangers.run("adopt", "old/A03.yaml")
    assert (done.returncode, path.read_text(encoding="utf-8")) == (0, edited)
    assert "pir/INC-001.yaml: left alone, from old/A03.yaml (draft): somebody has edited it" in done.stdout
    path.write_text(review(), encoding="utf-8")
    assert "there is a review of this incident already" in strangers.run("adopt", "old/A03.yaml").stdout
    assert path.read_text(encoding="utf-8") == review()
    path.write_text(adopted, encoding="utf-8")
    assert (
        "old/A12.yaml: not adopted: its incident was adopted from old/A03.yaml"
        in strangers.run("adopt", "old/A12.yaml").stdout
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.yaml", "incident_id: ../../etc/passwd1\n", "`../../etc/passwd1`, its id, cannot be the id of a review"),
        ("a.json", '{"id": "INC-1/x"}', "`INC-1/x`, its id, cannot be the id of a review"),
        ("nothing.yaml", "title: x\n", "`nothing`, the file's name, cannot be the id of a review: an id has letters"),
        ("list1.yaml", "- {title: x}\n- {title: y}\n", "review 1: not adopted: it has no id; give it an `incident_id`"),
        ("a1.yaml", "a: [\n", "a1.yaml:2:1: "),
        ("a1.yaml", "just text\n", "there is no review in it"),
        ("a1.json", '{"a": 1,\n "a": 2}', "this is not JSON: the key `a` is there twice"),
        ("a1.json", '{"a": 1,\n b}', "a1.json:2:2: this is not JSON: Expecting property name"),
        ("a1.json", "[" * 100_000, "the values are nested too deeply"),
        ("a1.json", '{"a": ' * 200 + "1" + "}" * 200, "the values are nested too deeply"),
        ("a1.md", "---\na: [\n---\n", "a1.md:3:1: "),
        ("a1.md", b"\xff\xfe", "the file is not UTF-8"),
        ("a1.txt", "x", "pirgen adopts files that end in .json, .md, .markdown, .yaml, .yml"),
    ],
)
def test_what_cannot_be_adopted_is_said_in_a_line(cli: Cli, name: str, text: str | bytes, why: str) -> None:
    cli.write(name, text)
    done = cli.run("adopt", name)
    assert (done.returncode, done.stderr) == (1, "")
    assert why in done.stdout
    assert not (cli.folder / "pir").exists()


def test_hostile_names_stay_text(cli: Cli) -> None:
    name = "x\x1b[31m\n# y1.yaml"
    cli.write(name, 'incident_id: INC-001\n"\\e[2J": a\n"a\\nb": "c\\n# d\\u2028e"\nroot_cause: "x\\u202Ey"\n')
    done = cli.run("adopt", name)
    assert done.returncode == 0
    text = (cli.folder / "pir/INC-001.yaml").read_text(encoding="utf-8")
    assert not set(done.stdout + text) & {"\x1b", "\u202e", "\u2028"}
    assert load(Source("", text.encode())).data == {
        "incident_id": "INC-001",
        "status": "draft",
        "root_cause": "x\u202ey",
    }
    assert cli.run("adopt", name).stdout.endswith("1 review: 1 unchanged\n")


def test_a_link_out_of_the_project_is_not_followed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cli.write("a.yaml", "incident_id: INC-001\n")
    (cli.folder / "pir").symlink_to(tmp_path / "elsewhere")
    assert cli.run("adopt", "a.yaml").returncode != 0
    assert [*(tmp_path / "elsewhere").iterdir()] == []
    (cli.folder / "link.yaml").symlink_to(cli.folder / "a.yaml")
    assert "is a symbolic link" in cli.run("adopt", "link.yaml").stdout


def test_a_file_in_the_place_of_its_review_is_not_overwritten(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", "incident_id: INC-001\nwhat: ever\n")
    before = path.read_bytes()
    assert "it lies where its review goes; move it elsewhere first" in cli.run("adopt", "pir/INC-001.yaml").stdout
    assert path.read_bytes() == before
    cli.write("pir/other.yaml", "incident_id: INC-002\nwhat: ever\n")
    assert "pir/other.yaml still among the reviews" in cli.run("adopt", "pir/other.yaml").stderr


def test_a_finished_review_of_others_stays_finished(cli: Cli) -> None:
    cli.write("a.yaml", review("INC-001", status="published", detection="a customer"))
    assert "(complete)" in cli.run("adopt", "a.yaml").stdout
    assert cli.run("lint").returncode == 0
    cli.write("b.yaml", review("INC-002"))
    assert "(draft)" in cli.run("adopt", "b.yaml").stdout, "it does not say that it is finished"


def test_fields_of_ones_own_are_kept_as_they_are(cli: Cli) -> None:
    fields = {"cost": {"type": "integer"}, "action_items": {"items": {"properties": {"effort": {"enum": ["S", "L"]}}}}}
    cli.write("pirgen.yaml", "custom_fields: ours.json\nmapping: {follow_ups.size: action_items.effort}\n")
    cli.write("ours.json", json.dumps({"properties": fields}))
    theirs = {"id": "INC-1", "cost": 1200, "follow_ups": [{"task": "x", "size": "L"}, {"task": "y", "effort": "XXL"}]}
    cli.write("a.json", json.dumps(theirs))
    cli.run("adopt", "a.json")
    text = (cli.folder / "pir/INC-1.yaml").read_text(encoding="utf-8")
    assert "cost: 1200\n" in text
    assert "    effort: L\n" in text
    assert "    # effort: XXL\n" in text


def test_markdown_among_the_reviews_is_named(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.write("pir/README.md", "# Reviews\n")
    assert cli.run("lint").stderr == ""
    for number in range(5):
        cli.write(f"pir/old-{number}.md", "# An outage\n")
    assert cli.run("lint").stderr.startswith(
        "pir/old-0.md, pir/old-1.md, pir/old-2.md and 2 more are Markdown, which lint"
    )
    cli.write("pirgen.yaml", "exclude: ['pir/*.md']\n")
    assert cli.run("lint").stderr == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("INC-1.json", json.dumps({"action_items": [{"owner": "@a"} for _ in range(8_000)]})),
        (
            "INC-1.json",
            json.dumps({"action_items": [{"task": "x", "effort": "L"} for _ in range(6_000)]}),
        ),
        ("INC-1.json", json.dumps({f"{' ' * n}id": "x" for n in range(600)})),
        ("INC-1.md", "## Lessons\n- a\n" + " b\n" * 60_000),
        ("INC-1.md", "# (" + "((a" * 20_000 + "\n" + "|-" * 20_000 + "\n"),
    ],
    ids=["items without a text", "items without an id", "many ids", "a long entry", "brackets"],
)
@pytest.mark.slow
def test_a_hostile_file_takes_linear_time(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    started = time.process_time()
    [done] = adopt(Project(tmp_path), [tmp_path / name])
    assert time.process_time() - started < 30
    assert done.state in (State.WRITTEN, State.REFUSED)


WORDS = sorted({word for fields in FIELDS.values() for ours, words in fields.items() for word in (ours, *words)})
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["14:30 Alert", "**14:30** - Alert", "- a\n- b", "| a | b |\n| --- | --- |\n| c | d |", "done", "SEV1", "@ann",
     "# x", "a: b", "2025-10-05", "INC-7", "'", '"', "- [x] done it", "a\n\n b ", "\u2028x", "no", "1e3", "0o7", "P1"]
)  # fmt: skip
VALUES_OF_OTHERS = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
FOREIGN = st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=8), VALUES_OF_OTHERS, max_size=12)
TRANSLATED = {
    part for values in VALUES.values() for words in values.values() for word in words for part in word.split("_")
}


def leaves(data: Any) -> Iterator[str]:
    """The texts in some data."""
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from leaves(one)
    elif isinstance(data, str):
        yield data


def words(data: Any) -> set[str]:
    """The words with letters in some data, but for those that are translated."""
    found = {word for text in leaves(data) for word in re.findall(r"[^\W\d_]{3,}", text)}
    return {word for word in found if word.lower() not in {*TRANSLATED, "utc", "unknown"}}


def comments(text: str) -> list[Any]:
    """What the comments of an adopted review say, as data."""
    document, found = load(Source("", text.encode())), []
    lines = text.splitlines(keepends=True)
    marks = [len("".join(lines[:at])) + len(line) - len(line.lstrip(" ")) for at, line in enumerate(lines)]
    plain = [
        re.sub(r"^ *# ?", "", line) if line.lstrip(" ").startswith("#") and not document.is_in_scalar(start) else None
        for line, start in zip(lines, marks, strict=True)
    ]
    for is_comment, block in groupby(plain, lambda line: line is not None):
        said = [line for line in block if line is not None]
        if not is_comment or said[0].startswith(("Adopted by", "Missing in")):
            continue
        said = said[1:] if said[0].startswith("In ") and said[0].endswith("a review:\n") else said
        inner = load(Source("", "".join(said).encode()))
        assert not inner.problems, (inner.problems, said)
        found.append(inner.data)
    return found


@given(data=FOREIGN)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_mapping_is_adopted_and_no_text_is_lost(data: dict[str, Any]) -> None:
    data = {**data, "incident_id": "INC-001"}
    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder, "a.json"), Path(folder, "pir/INC-001.yaml")
        source.write_text(json.dumps(data), encoding="utf-8")
        project = Project(Path(folder))
        [done] = adopt(project, [source])
        assert done.state is State.WRITTEN, done
        text = path.read_text(encoding="utf-8")
        document = load(Source("", path.read_bytes()))
        assert not document.problems
        assert project.config.review_schema.problems(document.data) == []
        assert words(data) <= words([document.data, *comments(text)]), text
        [again] = adopt(Project(Path(folder)), [source])
        assert (again.state, path.read_text(encoding="utf-8")) == (State.SAME, text)


@given(text=st.lists(TEXTS | st.sampled_from(
    ["# A title", "## Timeline (UTC)", "## Root cause", "### Part", "```", "**Date:** 2025-10-05", "---",
     "| Time | Event |", "| --- | --- |", "| 14:30 | Alert |", "- 14:30 x", "## Action items", "- [ ] y", ""]
), max_size=15).map("\n".join))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_markdown_is_adopted_and_no_text_is_lost(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder, "INC-1.md"), Path(folder, "pir/INC-1.yaml")
        source.write_text(f"# The title\n{text}", encoding="utf-8")
        [done] = adopt(Project(Path(folder)), [source])
        if done.state is State.WRITTEN:
            said = path.read_text(encoding="utf-8")
            found = words([load(Source("", said.encode())).data, *comments(said)])
            assert words(re.sub(r"(?m)^#+.*|^\s*(?:[-*+]\s+)?\*\*.*|\|.*\|", "", text)) <= found, said
        else:
            assert "cannot be the id" in done.why


def test_mistakes_in_the_yaml_are_repaired_and_listed(cli: Cli) -> None:
    cli.write("INC-1.yaml", "title: Cache: full\nsteps:\n\t- a\n\t- b\nowner: @ann\nlessons: [Watch: the cache]\n")
    done = cli.run("adopt", "INC-1.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert '  repaired: line 1: a value needs quotes; write `"Cache: full"`; a colon and a blank' in done.stdout
    assert "  repaired: lines 3, 4: a tab is used as indentation" in done.stdout
    text = (cli.folder / "pir/INC-1.yaml").read_text(encoding="utf-8")
    assert 'title: "Cache: full"\n' in text
    assert 'lessons_learned:\n  - "Watch: the cache"\n' in text, "a colon in a text is no mapping"
    assert '# owner: "@ann"\n' in text
    cli.write("INC-2.md", "---\ntitle: Cache: full\n---\n## Impact\nSlow\n")
    assert "  repaired: line 2: a value needs quotes" in cli.run("adopt", "INC-2.md").stdout
    cli.write("INC-3.yaml", "title: Cache: full\nimpact: !odd x\n")
    done = cli.run("adopt", "INC-3.yaml")
    assert done.returncode == 1
    assert "INC-3.yaml:2:9: the tag `!odd` is not supported here; put the value in quotes" in done.stdout


def test_lessons_below_headings_keep_them_and_a_word_for_nothing_is_no_item(cli: Cli) -> None:
    cli.write(
        "INC-001.yaml",
        "action_items: None\nlessons_learned: {went_well: [Quick, Calm], got_lucky: Night, 3: x}\n",
    )
    cli.run("adopt", "INC-001.yaml")
    written = (cli.folder / "pir/INC-001.yaml").read_text(encoding="utf-8")
    lessons = ["Went well: Quick", "Went well: Calm", "Got lucky: Night", "3: x"]
    assert yaml.safe_load(written)["lessons_learned"] == lessons
    assert "\n# action_items: None\n" in written
    assert "AI-001" not in written


def test_the_severities_and_owners_of_the_project_are_known(cli: Cli) -> None:
    cli.write("pirgen.yaml", "severities:\n  - {name: S1, aliases: [sev one]}\nowners: ['@ernst']\n")
    cli.write("INC-001.yaml", "severity: sev one\naction_items: [{task: x, assignee: ernst}]\n")
    cli.run("adopt", "INC-001.yaml")
    adopted = yaml.safe_load((cli.folder / "pir/INC-001.yaml").read_text(encoding="utf-8"))
    assert (adopted["severity"], adopted["action_items"][0]["owner"]) == ("S1", "@ernst")
