"""The links of the policy page lead where the files are, and nowhere else, in every kind of site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.config.policy import Document
from pirgen.git.hosts import Links
from pirgen.project import Project
from pirgen.site import Site
from tests.support import Repo, review
from tests.test_markdown import HOSTILE, PLAIN, readers, squeezed
from tests.test_mkdocs import build, project

HOST = Links(file="https://code.example/r/blob/main/{path}")
TARGETS = {
    "./oncall.md": "../oncall.md",
    "./oncall.md#rota": "../oncall.md#rota",
    "oncall.md": "../oncall.md",
    "../ops/./on call.md": "../on call.md",
    "./pir/INC-001.md": "INC-001.md",
    "../../docs/index.md": "../../index.md",
    "../../slo/policies.yaml": "https://code.example/r/blob/main/slo/policies.yaml",
    "../../slo/a b.yaml#L3": "https://code.example/r/blob/main/slo/a%20b.yaml#L3",
    "../../.todo": "https://code.example/r/blob/main/.todo",
    "../../slo/": "https://code.example/r/blob/main/slo",
    "https://wiki.example/x?a=1#b": "https://wiki.example/x?a=1#b",
}
NOWHERE = (
    "./missing.md",
    "../../slo/missing.yaml",
    "../../../x",
    "../../../outside/secret.md",
    "../../../repo-too/x.md",
    "../../.git/config",
    "../../to-git/config",
    "../../slo/policies.yaml/x",
    "./to-secret.md",
    "./to-outside/secret.md",
    "../../to-secret.yaml",
    "./circle.md",
    f"./{'x' * 300}.md",
    f"./{'x/' * 3000}y.md",
)


@pytest.fixture
def there(repo: Repo) -> Repo:
    """A project with a page, files outside of the docs, and links out of the repository."""
    for name in ("docs/ops/oncall.md", "docs/ops/on call.md", "docs/index.md", "docs/ops/pir/INC-001.md"):
        repo.write(name, "# Page\n")
    for name in ("slo/policies.yaml", "slo/a b.yaml", ".todo"):
        repo.write(name, "x\n")
    for name in ("outside/secret.md", "repo-too/x.md"):
        path = repo.folder.parent / name
        path.parent.mkdir()
        path.write_text("# Secret\n", encoding="utf-8")
    secret = repo.folder.parent / "outside/secret.md"
    for name, target in (
        ("docs/ops/to-secret.md", secret),
        ("docs/ops/to-outside", secret.parent),
        ("to-secret.yaml", secret),
        ("docs/ops/circle.md", Path("circle.md")),
        ("to-git", Path(".git")),
        ("docs/ops/inside.md", Path("../../slo/policies.yaml")),
    ):
        (repo.folder / name).symlink_to(target)
    return repo


def read_more(root: Path, config: Config, links: Links = HOST, folder: str | None = None) -> list[str]:
    """The lines of the policy page below the last heading."""
    pages = {Path(page.path).name: page.text for page in Site(root, config).dashboards(None, links, folder)}
    return pages["policy.md"].partition("## Read more\n\n")[2].splitlines()


def configured(*urls: str, **more: Any) -> Config:
    return Config(policy=Document(links=tuple(("It", url) for url in urls)), **more)


def test_a_target_is_a_page_or_a_file_of_the_code_host_or_nothing(there: Repo) -> None:
    found = read_more(there.folder, configured(*TARGETS))
    assert found == [f"- [It]({address.replace(' ', '%20')})" for address in TARGETS.values()]
    assert read_more(there.folder, configured(*NOWHERE)) == ["- It (not in this repository)"] * len(NOWHERE)
    assert read_more(there.folder, configured("./inside.md")) == ["- [It](../inside.md)"], "a link within stays"


def test_without_a_code_host_a_file_is_named(there: Repo) -> None:
    found = read_more(there.folder, configured("../../slo/policies.yaml", "../../.todo", "./oncall.md"), Links())
    assert found == ["- It (slo/policies.yaml)", "- It (.todo)", "- [It](../oncall.md)"]


@pytest.mark.parametrize(
    ("pages", "folder", "target", "expected"),
    [
        ("docs/ops/pir", "build/pages", "./oncall.md", "../../docs/ops/oncall.md"),
        ("docs/ops/pir", "docs", "./oncall.md", "ops/oncall.md"),
        ("docs/ops/pir", "docs", "./pir/INC-009.md", "ops/pir/INC-009.md"),
        ("docs/pir", "docs/pir", "./ops/oncall.md", "../ops/oncall.md"),
        ("slo/pir", "slo/pir", "./policies.yaml", "../policies.yaml"),
        ("out", "out", "./docs/index.md", "https://code.example/r/blob/main/docs/index.md"),
        (".", ".", "repo/docs/index.md", "docs/index.md"),
    ],
)
def test_the_docs_are_around_the_pages(there: Repo, pages: str, folder: str, target: str, expected: str) -> None:
    there.write("pir/INC-009.yaml", review("INC-009"))  # its page need not exist yet
    assert read_more(there.folder, configured(target, pages=pages), folder=folder) == [f"- [It]({expected})"]


def test_a_project_in_a_folder_reaches_the_whole_repository(there: Repo) -> None:
    there.write("svc/docs/ops/oncall.md", "# Page\n")
    links = Links(file="https://code.example/r/blob/main/svc/{path}")
    found = read_more(there.folder / "svc", configured("./oncall.md", "../../../.todo", "../../../../outside"), links)
    assert found == [
        "- [It](../oncall.md)",
        "- [It](https://code.example/r/blob/main/svc/../.todo)",
        "- It (not in this repository)",
    ]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
@pytest.mark.parametrize("links", [HOST, Links()])
def test_hostile_titles_actions_and_commands_are_shown_as_they_are(there: Repo, text: str, links: Links) -> None:
    targets = ("./oncall.md", ".././../.todo", "./missing.md", "https://wiki.example/")
    said = {
        "mitigations": [{"action": text, "command": text}],
        "policy": {
            "links": [{"title": text, "url": url} for url in targets],
            "dashboards": [{"title": text, "url": targets[3]}],
        },
    }
    there.write("pirgen.yaml", json.dumps(said))
    config = Project(there.folder).config
    page = next(page.text for page in Site(there.folder, config).dashboards(None, links) if "policy" in page.path)
    shown = re.search(r"## Mitigations.*(?=## Messages)", page, re.DOTALL)
    assert shown
    for reader in readers(f"{shown[0]}{page[page.index('## Read more') :]}"):
        assert squeezed(text) in squeezed(reader.text)
        assert set(reader.elements) <= {*PLAIN, "a"}
        assert reader.elements.count("h2") == 3
        assert reader.elements.count("li") == 1 + len(targets)
        assert all(link.startswith(("http://", "https://", "../oncall.md")) for link in reader.links)


@pytest.mark.parametrize(
    "url", ["", "#top", "/etc/passwd", "//host/x", "javascript:alert(1)", "a)b", "./a](x)", "..\\x"]
)
def test_what_is_no_path_is_no_configuration(there: Repo, url: str) -> None:
    there.write("pirgen.yaml", json.dumps({"policy": {"links": [{"title": "It", "url": url}]}}))
    assert "or a path such as ../../slo/policies.yaml" in there.run("lint").stderr


def hrefs(site: Path) -> list[str]:
    page = (site / "ops/pir/policy/index.html").read_text(encoding="utf-8").partition('id="read-more"')[2]
    return re.findall(r'<li>(?:<a href="([^"]*)"|It \(not)', page.partition("</ul>")[0])


def linked(repo: Repo, *urls: str, more: str = "") -> None:
    repo.write("pirgen.yaml", more + json.dumps({"policy": {"links": [{"title": "It", "url": url} for url in urls]}}))


@pytest.mark.parametrize("with_plugin", [True, False])
def test_a_strict_build_passes_wherever_links_lead(there: Repo, with_plugin: bool) -> None:
    there.git("remote", "add", "origin", "git@github.com:org/repo.git")
    (there.folder / "docs/ops/circle.md").unlink()  # MkDocs itself would stop at it
    project(there)
    linked(there, *TARGETS, *NOWHERE)
    there.commit("2025-10-06", {"pir/INC-001.yaml": review(), "docs/ops/pir/INC-001.md": None})
    there.run("render")
    if not with_plugin:
        config = (there.folder / "mkdocs.yml").read_text(encoding="utf-8")
        there.write("mkdocs.yml", config.replace("plugins: [search, pirgen]", ""))
        assert there.run("render", "--dashboards", "docs/ops/pir").returncode == 0
    done = build(there.folder)
    assert done.returncode == 0, done.stderr
    assert hrefs(there.folder / "site") == [
        *("../../oncall/", "../../oncall/#rota", "../../oncall/", "../../on%20call/", "../INC-001/", "../../../"),
        "https://github.com/org/repo/blob/main/slo/policies.yaml",
        "https://github.com/org/repo/blob/main/slo/a%20b.yaml#L3",
        "https://github.com/org/repo/blob/main/.todo",
        "https://github.com/org/repo/blob/main/slo",
        "https://wiki.example/x?a=1#b",
        *[""] * len(NOWHERE),
    ]


def test_mkdocs_says_which_folder_holds_the_docs_and_what_it_leaves_out(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "git@github.com:org/repo.git")
    repo.write("mkdocs.yml", "site_name: x\ntheme: {name: mkdocs}\nplugins: [pirgen]\ndocs_dir: a/site\n"
               "exclude_docs: draft.md\nsite_dir: site\n")  # fmt: skip
    for name in ("a/site/index.md", "a/site/ops/oncall.md", "a/site/ops/draft.md", "a/site/ops/.hidden.md", "a/x.md"):
        repo.write(name, "# Page\n")
    urls = ("oncall.md", "draft.md", ".hidden.md", "../../x.md")
    linked(repo, *urls)
    said = json.loads((repo.folder / "pirgen.yaml").read_text(encoding="utf-8"))
    repo.write("pirgen.yaml", json.dumps({**said, "paths": {"pages": "a/site/ops/pir"}}))
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    blob = "https://github.com/org/repo/blob/main/a"
    assert hrefs(repo.folder / "site") == [
        *("../../oncall/", f"{blob}/site/ops/draft.md", f"{blob}/site/ops/.hidden.md", f"{blob}/x.md")
    ]
