"""The committed pages: whatever is kept of earlier runs, they differ from those on disk as if nothing were kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.runtime import cache, parallel
from pirgen.site import Rendering, committed, render, write
from pirgen.templating import Templates
from tests.support import Cli, cache_of, review
from tests.test_cache import put

CONFIG = Config()
PAGES = CONFIG.pages
OWN = (
    "{% extends 'pirgen/review.md.j2' %}{% block impact %}{{ super() }}By us: {{ review.impact | md }}\n{% endblock %}"
)


@pytest.fixture(scope="module", autouse=True)
def _always() -> Iterator[None]:
    """Keep what pages of few reviews were, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(committed, "WORTHWHILE", 1)
        yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reviews whose pages are made, by this process alone."""
    names: list[str] = []
    before = Templates.render

    def seen(self: Templates, name: str, **values: Any) -> str:
        names.append(Path(values["file"]).stem)
        return before(self, name, **values)

    monkeypatch.setattr(Templates, "render", seen)
    return names


def settle(folder: Path) -> None:
    """Let all pages be old enough to be known by their times."""
    for path in folder.glob(f"{PAGES}/*"):
        put(folder, path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))


def told(folder: Path, config: Config | None = None) -> Rendering:
    """What is told with what was kept, which is also told without."""
    config = config or CONFIG
    whole = render(folder, config)
    assert render(folder, config, cached=True, texts=False) == whole._replace(texts={})
    assert render(folder, config, cached=True) == whole
    return whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reviews, of which the first names the others, and their pages."""
    put(tmp_path, "pir/INC-001.yaml", review(related=["INC-002", "INC-009"], covers=["INC-003"]))
    put(tmp_path, "pir/INC-002.yaml", review("INC-002"))
    put(tmp_path, "pir/INC-003.yaml", review("INC-003"))
    write(tmp_path, render(tmp_path, CONFIG))
    settle(tmp_path)
    assert told(tmp_path).is_current
    return tmp_path


def test_a_page_is_made_anew_only_where_something_changed(folder: Path, made: list[str]) -> None:
    assert render(folder, CONFIG, cached=True).is_current
    assert made == []
    put(folder, "pir/INC-002.yaml", review("INC-002"))
    shutil.copystat(folder / "pir/INC-003.yaml", folder / f"{PAGES}/INC-002.md")
    assert render(folder, CONFIG, cached=True).is_current
    assert made == [], "other times are no other content"
    put(folder, "pir/INC-002.yaml", review("INC-002", impact="All of it"))
    found = render(folder, CONFIG, cached=True)
    assert (found.stale, [*found.texts], made) == ((f"{PAGES}/INC-002.md",), [f"{PAGES}/INC-002.md"], ["INC-002"])
    made.clear()
    write(folder, found)
    settle(folder)
    assert render(folder, CONFIG, cached=True).is_current
    assert made == []


def test_a_page_that_somebody_changed_is_made_only_to_be_written(folder: Path, made: list[str]) -> None:
    page = folder / f"{PAGES}/INC-003.md"
    put(folder, f"{PAGES}/INC-003.md", page.read_text(encoding="utf-8") + "Mine\n")
    found = render(folder, CONFIG, cached=True, texts=False)
    assert (found.stale, found.texts, made) == ((f"{PAGES}/INC-003.md",), {}, [])
    found = render(folder, CONFIG, cached=True)
    assert (found.stale, made) == ((f"{PAGES}/INC-003.md",), ["INC-003"])
    assert found.texts == {f"{PAGES}/INC-003.md": page.read_text(encoding="utf-8").removesuffix("Mine\n")}


def test_a_link_of_a_page_is_gone_with_its_review_and_back_with_it(folder: Path, made: list[str]) -> None:
    text = (folder / "pir/INC-002.yaml").read_text(encoding="utf-8")
    put(folder, "pir/INC-002.yaml", "incident_id: INC-002\nseverity: P7\n")
    found = render(folder, CONFIG, cached=True)
    assert (found.stale, found.unrenderable) == ((f"{PAGES}/INC-001.md",), ("pir/INC-002.yaml",))
    assert (found, {*made}) == (told(folder), {"INC-001"})
    put(folder, "pir/INC-002.yaml", text)
    put(folder, "pir/INC-009.yaml", review("INC-009"))
    assert (told(folder).stale, told(folder).missing) == ((f"{PAGES}/INC-001.md",), (f"{PAGES}/INC-009.md",))


def test_a_change_within_one_tick_of_the_clock_is_seen(folder: Path) -> None:
    for name, other in (("pir/INC-002.yaml", review("INC-002", severity="P2")), (f"{PAGES}/INC-003.md", None)):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        put(folder, name, text, age=0)
        at = path.stat().st_mtime_ns
        assert told(folder).is_current
        put(folder, name, other or text.replace("API", "IPA"), age=0)
        os.utime(path, ns=(at, at))
        assert len(told(folder).stale) == 1
        put(folder, name, text)


def test_a_page_that_is_a_link_is_read_each_time(folder: Path) -> None:
    page, behind = folder / f"{PAGES}/INC-003.md", folder / "elsewhere.md"
    text = page.read_text(encoding="utf-8")
    put(folder, "elsewhere.md", text)
    page.unlink()
    page.symlink_to(behind)
    os.utime(page, ns=(1, 1), follow_symlinks=False)
    assert told(folder).is_current
    put(folder, "elsewhere.md", text.replace("API", "IPA"))
    assert told(folder).stale == (f"{PAGES}/INC-003.md",)


def test_another_template_or_configuration_is_another_page(folder: Path) -> None:
    own = Config(templates="ours")
    put(folder, "ours/review.md.j2", OWN)
    assert len(told(folder, own).stale) == 3
    write(folder, render(folder, own))
    settle(folder)
    assert told(folder, own).is_current
    put(folder, "ours/review.md.j2", OWN.replace("By us", "By them"))
    assert len(told(folder, own).stale) == 3
    assert len(told(folder, Config(pages="docs/other")).missing) == 3


def test_a_template_of_pirgens_or_another_library_is_another_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = cache.key(tmp_path, "x")
    (tmp_path / "jinja2-9.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert cache.key(tmp_path, "x") != before
    assert "/templates/review.md.j2 " in cache._code(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"{", b"[[]]", b"\0" * 400])
def test_what_is_damaged_is_made_anew(folder: Path, damage: bytes) -> None:
    place = cache_of(folder) / "pages.json"
    head, _, body = place.read_bytes().partition(b"\n")
    for wrong in (damage, head + b"\n" + damage, head + b"\n" + body.replace(b"INC-003", b"INC-004")):
        place.write_bytes(wrong)
        assert told(folder).is_current


def test_an_error_is_told_each_time(folder: Path) -> None:
    put(folder, f"{PAGES}/INC-002.md", "# By hand\n")
    for _ in range(2):
        with pytest.raises(Exception, match=r"INC-002\.md was not written by pirgen"):
            render(folder, CONFIG, cached=True)


def test_the_command_keeps_pages_and_works_all_out_anew_where_it_is_told_to(cli: Cli) -> None:
    cli.write("pirgen.yaml", "")
    for number in range(committed.WORTHWHILE, 60):
        cli.write(f"pir/INC-{number:03d}.yaml", review(f"INC-{number:03d}"))
    assert cli.run("render", "--no-cache").stdout.endswith("59 pages: 59 changed\n")
    assert not cache_of(cli.folder).exists()
    assert cli.run("render", "--check").stdout == "59 pages: all current\n"
    assert (cache_of(cli.folder) / "pages.json").exists()
    assert cli.run("render", "--check").stdout == "59 pages: all current\n"


def test_several_processes_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "pir/INC-003.yaml", review("INC-003", related=["INC-004"]))
    alone = render(folder, CONFIG)
    monkeypatch.setattr(parallel, "WORTHWHILE", 2)
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    assert render(folder, CONFIG) == alone == render(folder, CONFIG, cached=True)


IDS = st.sampled_from(["INC-001", "INC-002", "INC-003"])
STEPS = st.one_of(
    st.tuples(
        st.just("review"),
        st.sampled_from(["pir/a.yaml", "pir/b.yaml", "pir/INC-001.yaml"]),
        IDS,
        st.lists(IDS, max_size=2, unique=True),
        st.sampled_from(["P1", "P2", "P9"]),
    ),
    st.tuples(st.just("gone"), st.sampled_from(["pir/a.yaml", "pir/b.yaml", "pir/INC-001.yaml"])),
    st.tuples(st.just("page"), IDS, st.sampled_from(["gone", "changed", "moved"])),
    st.tuples(st.just("write")),
    st.tuples(st.just("damage")),
)


@pytest.fixture
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compile the templates takes longer than all else that a page needs."""
    monkeypatch.setattr(Templates, "_environment", Templates(Path())._environment)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_once")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(STEPS, min_size=3, max_size=6))
def test_any_history_of_a_folder_gives_the_same_pages_with_and_without(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        put(folder, "pir/a.yaml", review("INC-001", related=["INC-002"]))
        put(folder, "pir/b.yaml", review("INC-002"))
        write(folder, render(folder, CONFIG))
        settle(folder)
        told(folder)
        for step in steps:
            match step:
                case "review", name, incident_id, related, severity:
                    put(folder, name, review(incident_id, related=related, severity=severity))
                case "gone", name:
                    (folder / name).unlink(missing_ok=True)
                case "page", incident_id, how:
                    page = folder / f"{PAGES}/{incident_id}.md"
                    if how == "gone" or not page.exists():
                        page.unlink(missing_ok=True)
                    elif how == "moved":
                        page.rename(page.with_name("INC-003.md"))
                    else:
                        put(folder, f"{PAGES}/{incident_id}.md", page.read_text(encoding="utf-8") + "x\n")
                case ["write"]:
                    write(folder, render(folder, CONFIG, cached=True))
                    settle(folder)
                    assert not (found := told(folder)).changes, found
                case ["damage"]:
                    (cache_of(folder) / "pages.json").write_bytes(b"x")
            told(folder)
