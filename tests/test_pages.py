"""The pages about all reviews, as people read them, and the feed and the calendar as programs do."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import icalendar
import pytest

from pirgen.git.hosts import Links, links
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.site import Site, render
from tests.support import DATA, Repo, item, review

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
CONFIG = """\
policy:
  ref: OPS-INCIDENTS
  owner: "@sre"
  status: Active
  updated: "2025-10-05"
  links:
    - {title: "On-call [rotation]", url: "https://wiki.example/on_call"}
    - {title: "The <configuration>", url: ../../pirgen.yaml}
    - {title: "A review", url: ./pir/INC-001.md}
    - {title: "SLO *policies*", url: ../../slo/policies.yaml}
  dashboards: [{title: "Over|view", url: "https://grafana.example/d/over_view?a=1&b=2"}]
mitigations: [{action: "Roll *back*", command: "kubectl rollout undo deployment/{deployment} | tee <log>"}]
duties: {scribe: ["Keep the log | of it all"]}
"""
LINKS = Links(
    commit="https://code.example/r/commit/{commit}",
    edit="https://code.example/r/edit/main/{path}",
    file="https://code.example/r/blob/main/{path}",
    site="https://site.example/ops/pir/",
)


@pytest.fixture
def history(repo: Repo) -> Repo:
    """Two reviews: items closed, moved, declined, removed and overdue."""
    items = [item(f"AI-00{n}", f"Do <{n}>", due="2025-10-12") for n in range(1, 6)]
    two = review("INC-002", severity="P2", related=["INC-001"], services=["web"], tags=["change"], title="Web *down*")
    repo.commit("2025-10-06", {"pirgen.yaml": CONFIG, "pir/INC-001.yaml": review(action_items=items)})
    items[0]["status"], items[1]["due"] = "done", "2025-10-20"
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review(action_items=items), "pir/INC-002.yaml": two})
    items[2] |= {"status": "declined", "reason": "not *worth* it"}
    repo.commit("2025-10-10", {"pir/INC-001.yaml": review(action_items=items[:4])})
    return repo


def made(repo: Repo, links: Links = LINKS) -> dict[str, str]:
    project = Project(repo.folder)
    ledger = read_ledger(project.root, project.config, now=NOW)
    site = Site(project.root, project.config)
    return {Path(page.path).name: page.text for page in (*site.built(ledger, links), *site.dashboards(ledger, links))}


@pytest.mark.parametrize("name", ["index", "report", "actions", "policy"])
def test_pages_read_as_they_should(history: Repo, name: str, golden: Callable[[Path, str], None]) -> None:
    golden(DATA / f"site-{name}.md", made(history)[f"{name}.md"])


def test_the_process_is_a_picture_and_a_list_that_names_the_commands(history: Repo) -> None:
    page = made(history)["policy.md"].partition("## Process\n\n")[2].partition("\n\n## ")[0]
    picture, _, steps = page.partition("\n\n")
    svg = ET.fromstring(picture)[0]
    assert svg.attrib["role"] == "img"
    title, description, *_ = svg
    assert (title.tag, description.tag) == ("title", "desc")
    assert svg.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    names = re.findall(r"\d\. \*\*(.*?)\*\*(?: \((\w+)\))?\. <code>", steps)
    texts = [str(number) for number in range(1, 9)]
    drawn = [node.text or "" for node in svg.iter("text") if node.text not in texts]
    assert drawn == [text for name in names for text in name if text]
    assert [name for name, _ in names] == [
        *("Alert triggered", "On-call notified", "Triage severity"),
        *("Response", "Investigation", "Mitigation", "Resolution", "Review"),
    ]
    assert re.findall("<code>pirgen (.*?)</code>", steps) == [
        *("incident open", "incident ack", "incident severity", "incident bridge", "incident status", "comms"),
        *("incident diagnostics", "incident mitigate", "incident resolve", "incident verify", "incident close"),
        *("new", "agenda"),
    ]


def test_what_the_policy_does_not_say_has_no_place_on_its_page(history: Repo) -> None:
    history.write("pirgen.yaml", "severities: [{name: S1}, {name: S2}]\nmitigations: []\n")
    page = made(history)["policy.md"]
    columns = "Severity | Criteria | Respond within | Resolve within | Review within | Incident commander"
    assert f"| {columns} |\n|{' --- |' * 6}\n" in page
    assert not [title for title in ("Update every", "Mitigations", "Dashboards", "Read more") if title in page]
    history.write("pirgen.yaml", "severities: [{name: S1, update_every: 90m}, {name: S2}]\n")
    page = re.sub("<.*?>", "", made(history)["policy.md"])
    assert "| S1 |  | no target | 1h30m | no target |" in page
    assert "| S2 |  | no target | not stated | no target |" in page


def stands(page: str) -> list[str]:
    """Each action item of a page with where it stands and what happened to it, without elements and addresses."""
    table = page.partition('<table class="pirgen-table pirgen-items">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(<td.*?)</tr>", table)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    return [
        unescape(re.sub("<[^>]*>", "", f"{row[0]} {row[1]} | {row[-1]}".replace(" <small>", " | "))) for row in cells
    ]


def test_a_built_review_has_what_history_and_other_reviews_say(history: Repo) -> None:
    closed, declined = (history.git("rev-parse", commit)[:10] for commit in ("HEAD~1", "HEAD"))
    page = made(history)["INC-001.md"]
    assert stands(page) == [
        f"AI-001 Do <1> | Done, on time, claimed | 2025-10-08 closed in {closed}",
        f"AI-002 Do <2> | 12 days overdue, first due 2025-10-12 | 2025-10-08 due 2025-10-12 → 2025-10-20 in {closed}",
        f"AI-003 Do <3> | Declined | not *worth* it | 2025-10-10 declined in {declined}",
        "AI-004 Do <4> | 20 days overdue",
        f"AI-005 Do <5> | Removed while open | 2025-10-10 removed in {declined}",
    ]
    assert '<tr class="pirgen-gone"><td class="pirgen-keep">AI-005</td>' in page
    assert '<span class="pirgen-note">1 of 4 done, 2 overdue, 1 removed.</span>' in page
    assert "- [INC-002: Web \\*down\\*](INC-002.md), names this incident\n" in page
    assert "[Edit this review](https://code.example/r/edit/main/pir/INC-001.yaml)" in page
    first = history.git("rev-parse", "HEAD~2")
    assert (
        f"Completed 6 October 2025 by Ann in [<code>{first[:10]}</code>](https://code.example/r/commit/{first}), "
        "1 day after the incident was resolved (due by 12 October 2025). " in page
    )
    assert page.endswith(" · → [INC-002: Web \\*down\\*](INC-002.md)\n")
    committed = render(history.folder, Project(history.folder).config).texts
    assert "names this incident" not in committed["docs/ops/pir/INC-001.md"], "a new review would change old pages"
    assert "commit/" not in committed["docs/ops/pir/INC-001.md"]


def test_a_built_review_tells_what_happened_since_it_was_complete(repo: Repo) -> None:
    def said(*items: Any, number: int = 1, **more: Any) -> dict[str, str | bytes | None]:
        return {f"pir/INC-00{number}.yaml": review(f"INC-00{number}", action_items=[*items], **more)}

    one, two = item("AI-001", "Add metrics"), item("AI-002", "Add <b>tests</b>")
    repo.commit("2025-10-06", said(one, two, status="draft"))
    repo.commit("2025-10-07", said(one | {"owner": "@qa"}, two, status="draft"))
    repo.commit("2025-10-08", said(one, two))
    repo.commit("2025-10-09", said(one | {"status": "done"}, two, item("AI-003", "Add more")))
    repo.commit("2025-10-10", said(one | {"due": "2025-11-01", "owner": "@ops"}, item("AI-003", "Add more")))
    repo.commit("2025-10-11", {"pir/INC-001.yaml": None} | said(one, item("AI-003", "Add more"), number=9))
    repo.write("pir/INC-009.yaml", said(one, number=9)["pir/INC-009.yaml"] or "")
    page = made(repo)["INC-009.md"]
    told = [re.sub(" in [0-9a-f]{10}", " in #", line) for line in stands(page)]
    assert told[:2] == [
        "AI-001 Add metrics | 20 days overdue | 2 earlier changes: `pirgen history` lists them"
        " | 2025-10-09 closed in # | 2025-10-10 reopened in # | 2025-10-10 due 2025-10-12 → 2025-11-01 in #"
        " | 2025-10-10 owner @platform → @ops in # | 2025-10-11 due 2025-11-01 → 2025-10-12 in #"
        " | 2025-10-11 owner @ops → @platform in #",
        "AI-002 Add <b>tests</b> | Removed while open | 2025-10-10 removed in #",
    ]
    assert re.fullmatch(r"AI-003 Add more \| Removed while open \| 20..-..-.. removed, not committed yet", told[2])
    record = page.partition('<span class="pirgen-note">Completed')[2].partition("</span>")[0]
    assert re.sub(r"\[?<code>\w+</code>(\]\(\S+\))?", "#", record) == (
        " 8 October 2025 by Ann in #, 3 days after the incident was resolved (due by 12 October 2025)."
        " Review renumbered, incident id INC-001 → INC-009 on 11 October 2025 in #. "
    )


def test_of_many_changes_a_page_tells_the_latest(repo: Repo) -> None:
    for number in range(9):
        one = item("AI-001", "Add metrics", due=f"2025-11-{10 + number}")
        repo.commit(f"2025-10-0{number + 1}", {"pir/INC-001.yaml": review(action_items=[one])})
    [line] = stands(made(repo)["INC-001.md"])
    told = line.split(" | ")
    assert told[2] == "2 earlier changes: `pirgen history` lists them"
    assert len(told) == 9
    assert "due 2025-11-17 → 2025-11-18" in told[-1]


def test_where_the_host_is_not_known_commits_are_no_links(history: Repo) -> None:
    pages = made(history, Links())
    assert "](http" not in pages["actions.md"]
    assert "Edit this review" not in pages["INC-001.md"]
    assert "feed.xml" not in pages, "a feed needs the site's address"


def test_the_feed_and_the_calendar_are_read_by_programs(history: Repo) -> None:
    history.commit("2025-10-12", {"pir/INC-003.yaml": review("INC-003", title="<b>&", impact="<script>x</script>")})
    history.commit("2025-10-13", {"pir/INC-004.yaml": review("INC-004", status="draft")})
    pages = made(history)
    feed = ET.fromstring(pages["feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "INC-003: <b>&", "INC-002: Web *down*", "INC-001: 30% of API requests failed"
    ]  # fmt: skip
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "@sre"
    assert entries[0].findtext(f"{ATOM}updated") == "2025-10-12T12:00:00+00:00"
    assert [link.attrib["href"] for link in entries[0].findall(f"{ATOM}link")] == [
        "https://site.example/ops/pir/INC-003/"
    ]
    summary = entries[0].find(f"{ATOM}summary")
    assert summary is not None
    assert (summary.attrib["type"], summary.text) == ("html", "&lt;script&gt;x&lt;/script&gt;")
    assert made(history)["feed.xml"] == pages["feed.xml"]
    events = icalendar.Calendar.from_ical(pages["due.ics"]).walk("VEVENT")
    assert sorted(str(event["summary"]) for event in events)[:2] == ["INC-001 AI-002: Do <2>", "INC-001 AI-004: Do <4>"]


@pytest.mark.parametrize(
    ("url", "commit", "edit"),
    [
        ("git@github.com:org/repo.git", "https://github.com/org/repo/commit/{commit}",
         "https://github.com/org/repo/edit/main/{path}"),
        ("https://user:secret@github.com/org/repo", "https://github.com/org/repo/commit/{commit}",
         "https://github.com/org/repo/edit/main/{path}"),
        ("ssh://git@gitlab.example.org:2222/group/sub/repo.git", "https://gitlab.example.org/group/sub/repo/-/commit/{commit}",
         "https://gitlab.example.org/group/sub/repo/-/edit/main/{path}"),
        ("https://bitbucket.org/org/repo.git", "https://bitbucket.org/org/repo/commits/{commit}",
         "https://bitbucket.org/org/repo/src/main/{path}?mode=edit"),
        ("https://codeberg.org/org/repo", "https://codeberg.org/org/repo/commit/{commit}",
         "https://codeberg.org/org/repo/_edit/main/{path}"),
        ("http://gitea.local:3000/org/repo", "http://gitea.local:3000/org/repo/commit/{commit}",
         "http://gitea.local:3000/org/repo/_edit/main/{path}"),
        ("https://token@example.org/org/repo", "", ""),
        ("/srv/git/github.com/repo.git", "", ""),
        ("file:///srv/github.com/repo.git", "", ""),
        ("https://github.com/a b/\"><script>", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_remotes_tell_where_commits_are_shown_and_nothing_else(url: str, commit: str, edit: str) -> None:
    found = links(url, "main")
    assert (found.commit, found.edit) == (commit, edit)
    assert (links(url).edit, links(url).file) == ("", "")
    assert "secret" not in "".join(found)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("github.com", "blob/main/slo/a%20b.yaml"),
        ("gitlab.com", "-/blob/main/slo/a%20b.yaml"),
        ("bitbucket.org", "src/main/slo/a%20b.yaml"),
        ("codeberg.org", "src/branch/main/slo/a%20b.yaml"),
        ("gitea.com", "src/branch/main/slo/a%20b.yaml"),
        ("forgejo.example", "src/branch/main/slo/a%20b.yaml"),
    ],
)
def test_code_hosts_show_files(host: str, expected: str) -> None:
    assert links(f"git@{host}:org/repo.git", "main").to_file("slo/a b.yaml") == f"https://{host}/org/repo/{expected}"
    assert links("git@code.example:org/repo.git", "main").to_file("slo/a b.yaml") == ""


def test_a_project_in_a_folder_of_its_repository_is_edited_there(repo: Repo) -> None:
    repo.commit("2025-10-06", {"ops/pirgen.yaml": "", "ops/pir/INC-001.yaml": review()})
    repo.git("remote", "add", "upstream", "https://github.com/other/repo")
    repo.git("remote", "add", "origin", "git@github.com:org/repo.git")
    found = Project(repo.folder / "ops").links()
    assert found.to_edit("pir/INC 1.yaml") == "https://github.com/org/repo/edit/main/ops/pir/INC%201.yaml"
    assert found.to_file("slo.yaml") == "https://github.com/org/repo/blob/main/ops/slo.yaml"
    own = "{commit: 'https://x.example/{commit}', file: 'https://x.example/view/{path}'}"
    repo.write("ops/pirgen.yaml", f"repository: {own}\n")
    assert Project(repo.folder / "ops").links().to_commit("abc") == "https://x.example/abc"
    assert Project(repo.folder / "ops").links().to_file("slo.yaml") == "https://x.example/view/slo.yaml"


def test_what_has_no_page_is_named_in_the_index(history: Repo) -> None:
    history.write("pir/INC-003.yaml", review("INC-003", severity="P9"))
    row = made(history)["index.md"].partition("## Not valid\n\n")[2].partition("\n")[0]
    assert '<span class="pirgen-main">pir/INC-003.yaml <span class="pirgen-line">' in row
    assert "`pirgen lint` says why" in row


def test_what_is_roughly_known_is_roughly_told(repo: Repo) -> None:
    said = [("~10:00", "started"), ("10:25", "detected"), ("unknown", "resolved")]
    timeline = [{"time": time, "event": "x", "kind": kind} for time, kind in said]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=timeline, status="draft")})
    pages = made(repo)
    assert "<b>Detected</b> <span>~+25m</span>" in pages["INC-001.md"]
    assert "<b>Started</b> <span>~10:00</span>" in pages["INC-001.md"]
    report = re.sub("<.*?>", "", pages["report.md"])
    assert "| **Resolved within target** | unknown |  |  | no target | 1 unknown |" in report, "nobody knows when"
