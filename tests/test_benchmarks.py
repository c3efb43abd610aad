"""The benchmarks at a small size: a ratio that is off by half says that work is done again that need not be."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pirgen.config import Config
from pirgen.document import load
from pirgen.files import read
from pirgen.lint import lint
from pirgen.review.first_line import stated_id
from pirgen.site import render, write
from pirgen.templating import Templates
from tests.benchmarks import corpus
from tests.benchmarks.history import commits
from tests.benchmarks.picture import Cost, Line, picture
from tests.benchmarks.replay import replay
from tests.support import Repo

COUNT = 120


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in the benchmarks' shape."""
    folder = tmp_path_factory.mktemp("many")
    corpus.make(folder, COUNT, years=3)
    return folder


def test_the_reviews_are_as_real_ones_are(many: Path) -> None:
    found = lint(many, Config())
    rules = {one.rule for one in found.diagnostics}
    assert (found.files, {*rules} >= {"schema", "action-has-due"}, bool(found.ignores)) == (COUNT, True, True)
    assert sum("status: draft" in path.read_text(encoding="utf-8") for path in many.glob("pir/*/*.yaml")) > 2
    assert corpus.text(random.Random(5), 1) == corpus.text(random.Random(5), 1)


def test_what_has_not_changed_costs_a_small_part(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in work and not in seconds, of which a busy machine makes any number."""
    made = 0
    before = Templates.render

    def counted(self: Templates, name: str, **values: object) -> str:
        nonlocal made
        made += 1
        return before(self, name, **values)

    monkeypatch.setattr(Templates, "render", counted)
    config = Config()
    write(many, render(many, config, cached=True))
    cold, made = made, 0
    assert not render(many, config, cached=True, texts=False).changes
    assert (cold > COUNT / 2, made) == (True, 0)


@pytest.mark.slow
def test_no_ratio_is_off_by_half(many: Path) -> None:
    """Each of these took less than a tenth when it was measured; in time of the processor, on any machine."""
    config = Config()
    write(many, render(many, config, cached=True))

    def least(work: Callable[[], object]) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return min(times)

    warm = least(lambda: render(many, config, cached=True, texts=False))
    assert warm < 0.5 * least(lambda: render(many, config, texts=False))
    sources = [read(path, path.name) for path in many.glob("pir/*/*.yaml")]
    assert least(lambda: [stated_id(one.data) for one in sources]) < 0.1 * least(lambda: [*map(load, sources)])


def test_a_history_can_have_fewer_changes_than_reviews_times_ten() -> None:
    stream = b"".join(commits(10, 50, 1))
    assert stream.count(b"inline pir/") == 40
    assert stream.count(b"commit refs/heads/main\n") == 50


def test_a_public_history_is_replayed_with_its_authors_and_dates(repo: Repo, tmp_path: Path) -> None:
    first = "# Slow API\n\n## Action Items\n\n- Add an alarm\n"
    repo.commit("2024-01-02T03:04:05Z", {"README.md": "# Post-mortems\n", "2024-01-01 api.md": first})
    repo.commit("2024-02-02T00:00:00Z", {"2024-01-01 api.md": None, "2024-01-01-api.md": f"{first}- Add a test\n"})
    repo.commit("2024-03-02T00:00:00Z", {"go.mod": "x\n"})
    repo.commit("2024-04-02T00:00:00Z", {"2024-04-01.md": "# Down\n\nAll was down.\n", "2024-01-01-api.md": None})
    replay(repo.folder, tmp_path / "replayed")
    words = ("log", "--reverse", "--format=%an %cs", "--name-status", "--no-renames")
    theirs, ours = repo.git(*words), repo.git("-C", str(tmp_path / "replayed"), *words)
    reviews = [line for line in ours.splitlines() if "pir/" in line]
    assert [line for line in ours.splitlines() if line not in reviews] == theirs.splitlines()
    first_one = "pir/INC-0001-000.yaml"
    assert reviews == [f"A\t{first_one}", f"M\t{first_one}", f"D\t{first_one}", "A\tpir/INC-0004-000.yaml"]


def test_the_picture_has_a_bar_for_each_ratio() -> None:
    cost = Cost(1.0, 10.0)
    twice, tenth = Line("lint <all>", "a & b", cost, cost, 2.0, 1.0, 3.0), Line("x", "c", cost, cost, 0.1, 0.1, 0.1)
    svg = ET.fromstring(picture([twice, twice._replace(peer="d"), tenth], ["on a day"]))
    wide = [float(one.get("width", 0)) for one in svg if one.get("class") == "bar"]
    assert wide[0] == wide[1]
    assert wide[2] == pytest.approx(wide[0] * math.log(10) / math.log(2), abs=1), "the scale is logarithmic"
    said = [one.text for one in svg if one.tag.endswith("text")]
    assert said[-9:] == ["lint <all>", "a & b", "2.00", "d", "2.00", "x", "c", "0.10", "on a day"]


def test_the_docs_name_the_command_that_measures() -> None:
    text = (Path(__file__).parents[1] / "docs/explanation/speed.md").read_text(encoding="utf-8")
    assert "python -m tests.benchmarks" in text
    options = re.findall(r"`(--[a-z0-9]+)", text)
    source = (Path(__file__).parent / "benchmarks/__main__.py").read_text(encoding="utf-8")
    assert options
    assert [one for one in options if f'"{one}"' not in source and one not in ("--check", "--no", "--raw")] == []
