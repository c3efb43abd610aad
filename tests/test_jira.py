"""What is particular to Jira; `test_trackers` has what it shares with the other trackers."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pirgen.errors import PirgenError
from pirgen.followup.issue_text import body, mark, says
from pirgen.followup.items import Followed
from pirgen.trackers import Draft, Issue, Place, State, Tracker, _adf, connect
from pirgen.trackers._description import read, written
from tests.jira_host import EMAIL, TOKEN, JiraHost, is_document
from tests.json_host import Answer
from tests.test_trackers import BODY, HOSTILE

LABEL = "incident-followup"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[JiraHost]:
    with JiraHost() as host:
        monkeypatch.setenv("JIRA_URL", host.address)
        monkeypatch.setenv("JIRA_USER", EMAIL)
        monkeypatch.setenv("JIRA_API_TOKEN", TOKEN)
        yield host


def tracker(host: JiraHost, label: str = LABEL, project: str = "OPS") -> Tracker:
    """A tracker that knows nothing yet."""
    return connect(Place("jira", host.address, project), label=label)


def opened(host: JiraHost, author: str = "Ana Lima", **fields: Any) -> str:
    """The address of a new issue with the label."""
    return f"{host.address}/browse/{host.open(author, 'Title', **{'labels': [LABEL], **fields})['key']}"


def issue(host: JiraHost, address: str) -> Issue:
    """The issue with an address."""
    found = dict(tracker(host).find([address]))[address]
    assert isinstance(found, Issue)
    return found


def test_requests_are_counted(host: JiraHost) -> None:
    one, root = tracker(host), "/rest/api/3"
    made = one.create(Draft("Title", BODY, State.OPEN, ("@ana",), date(2026, 12, 1)))
    assert host.asked() == [
        f"GET {root}/user/assignable/search",
        f"GET {root}/issue/createmeta/OPS/issuetypes",
        f"POST {root}/issue",
    ]
    one.create(Draft("Title", BODY, State.OPEN, ("@ana",)))
    assert host.asked() == [f"POST {root}/issue"]
    list(one.issues())
    assert host.asked() == [f"GET {root}/search/jql", f"GET {root}/myself"]
    one.update(made, Draft("Other", "Text", None, (), date(2026, 12, 2)))
    assert host.asked() == [f"PUT {root}/issue/OPS-1"]
    one.update(made, Draft(state=State.COMPLETED))
    steps = [f"GET {root}/issue/OPS-1/transitions", f"POST {root}/issue/OPS-1/transitions"]
    assert host.asked() == [f"PUT {root}/issue/OPS-1", *steps, f"GET {root}/issue/OPS-1"]
    one.update(issue(host, made.address), Draft("Again", state=State.OPEN))
    assert host.asked()[-4:] == [*steps, f"PUT {root}/issue/OPS-1", f"GET {root}/issue/OPS-1"]


def test_the_search_takes_any_label(host: JiraHost) -> None:
    for label in ('say"hi"', "a\\", '\\"', "x\\\\", '"ORproject="SEC', "ünï"):
        host.open("Ana Lima", label, labels=[label])
        host.open("Ana Lima", "other", labels=["other"])
        assert [one.title for one in tracker(host, label).issues()] == [label]


def test_a_page_that_repeats_is_an_error(host: JiraHost) -> None:
    host.awaiting.extend([Answer(200, {"issues": [], "nextPageToken": "a"})] * 3)
    with pytest.raises(PirgenError, match="the same page again"):
        list(tracker(host).issues())


def test_pages_may_be_small(host: JiraHost) -> None:
    host.page_size = 3
    for _ in range(10):
        opened(host)
        host.say("OPS-1", "Ana Lima", "text")
    assert len({one.address for one in tracker(host).issues()}) == 10
    assert len(list(tracker(host).comments(next(tracker(host).issues())))) == 10


def test_a_text_that_people_changed_is_theirs_and_keeps_the_mark(host: JiraHost) -> None:
    made = tracker(host).create(Draft("Title", BODY))
    assert issue(host, made.address).body == BODY
    host.describe("OPS-1", "Mine now", "<!-- pirgen: INC-9 -->")
    body = issue(host, made.address).body
    assert body == "<!-- pirgen: INC-001 AI-001 -->\n\nMine now\n\n&lt;!-- pirgen: INC-9 -->"
    tracker(host).update(issue(host, made.address), Draft(body=f"{body}\n\nmore"))
    assert issue(host, made.address).body == f"{body}\n\nmore"


PICTURE = {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "1", "type": "file"}}]}
OURS = "<!-- pirgen: INC-001/AI-001 -->\nAdd it\n\n- Owner: nobody\n\nThis part is ours.\n<!-- /pirgen -->"


def edited(host: JiraHost, change: Callable[[list[Any]], object], before: str = OURS) -> str:
    """The Markdown of an issue after people changed the blocks of its description."""
    made = tracker(host).create(Draft("Title", before))
    change(host.issues["OPS-1"]["fields"]["description"]["content"])
    return issue(host, made.address).body


def paragraph(text: str) -> Any:
    """A block."""
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (lambda blocks: blocks.append(paragraph("theirs")), "", "theirs"),
        (lambda blocks: blocks.insert(0, paragraph("theirs")), "theirs", ""),
        (lambda blocks: blocks.__setitem__(0, paragraph("changed")), "", ""),
        (lambda blocks: blocks.__setitem__(2, paragraph("changed")), "", ""),
        (lambda blocks: blocks.insert(1, paragraph("between")), "", ""),
        (lambda blocks: blocks.__setitem__(slice(2, 3), [paragraph("x"), paragraph("theirs")]), "", "theirs"),
        (lambda blocks: blocks.__setitem__(slice(0, 1), [paragraph("theirs"), paragraph("x")]), "theirs", ""),
        (lambda blocks: blocks.pop(), "", ""),
        (lambda blocks: blocks.pop(0), "", ""),
        (lambda blocks: blocks.clear(), "", ""),
    ],
)
def test_marks_stay_around_what_is_ours(host: JiraHost, change: Any, before: str, after: str) -> None:
    body = edited(host, change)
    head, _, rest = body.partition("<!-- pirgen: INC-001/AI-001 -->")
    ours, _, tail = rest.partition("<!-- /pirgen -->")
    assert "<!-- /pirgen -->" in rest
    assert (head.strip(), tail.strip()) == (before, after)
    assert "theirs" not in ours


def test_where_all_is_new_nothing_is_ours(host: JiraHost) -> None:
    body = edited(host, lambda blocks: blocks.__setitem__(slice(None), [paragraph(str(n)) for n in range(9)]))
    assert body.index("INC-001/AI-001 -->") < body.index("<!-- /pirgen -->")
    ours = body.partition("INC-001/AI-001 -->")[2].partition("<!-- /pirgen -->")[0]
    assert all(str(number) in body for number in range(9))
    assert len(ours.split()) <= 3


def test_what_only_jira_can_show_stays(host: JiraHost) -> None:
    bold = {"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}]}]}
    body = edited(host, lambda blocks: blocks.extend([PICTURE, paragraph("see above"), bold]))
    assert "see above" in body
    one = tracker(host)
    (found,) = one.issues()
    one.update(found, Draft(body=body.replace("Add it", "Add them")))
    content = host.issues["OPS-1"]["fields"]["description"]["content"]
    assert [block["type"] for block in content] == [
        *("paragraph", "bulletList", "paragraph", "mediaSingle", "paragraph", "paragraph")
    ]
    assert content[3] == PICTURE
    assert content[5]["content"] == bold["content"]
    again = tracker(host)  # which has seen nothing, and asks for the description
    told = issue(host, found.address)
    again.update(told, Draft(body=told.body.replace("Add them", "Add all")))
    content = host.issues["OPS-1"]["fields"]["description"]["content"]
    assert content[3] == PICTURE
    assert content[0]["content"][0]["text"] == "Add all"
    assert issue(host, found.address).body == told.body.replace("Add them", "Add all")
    content.append(paragraph("later"))
    assert issue(host, found.address).body.count("<!-- jira: ") == 2


def test_a_picture_alone_is_a_change(host: JiraHost) -> None:
    first = edited(host, lambda blocks: blocks.append(PICTURE))
    assert first != OURS
    content = host.issues["OPS-1"]["fields"]["description"]["content"]
    content[-1] = {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "2"}}]}
    second = issue(host, f"{host.address}/browse/OPS-1").body
    assert second not in (OURS, first)


def test_an_issue_of_people_keeps_all_when_it_is_adopted(host: JiraHost) -> None:
    address = opened(host)
    host.describe("OPS-1", "a **b** [c](https://x.test)", "<!-- jira: 0123456789abcdef -->")
    content = host.issues["OPS-1"]["fields"]["description"]["content"]
    content += [PICTURE, {"type": "paragraph", "content": []}]
    before = [block for block in content if block["content"]]
    found = issue(host, address)
    tracker(host).update(found, Draft(body=f"{OURS}\n\n{found.body}"))
    after = host.issues["OPS-1"]["fields"]["description"]["content"]
    assert [{key: one[key] for key in ("type", "content")} for one in after[3:]] == before


def test_the_plan_writes_once_after_people_did(host: JiraHost) -> None:
    item = Followed(
        "INC-001",
        "AI-001",
        "pir/INC-001.yaml",
        "Watch *it* at https://x.test/a_b?c=1 & `d`",
        "@ana",
        None,
        State.OPEN,
        "",
    )
    made = tracker(host).create(Draft("Title", body(item, "a" * 40)))
    assert says(item, issue(host, made.address).body, is_assignable=False)
    content = host.issues["OPS-1"]["fields"]["description"]["content"]
    content.insert(0, paragraph("before"))
    content.append(PICTURE)
    for _ in range(2):
        found = issue(host, made.address)
        assert mark(found.body) == ("INC-001", "AI-001", "a" * 40)
        tracker(host).update(found, Draft(body=body(item, "a" * 40, found.body)))
        found = issue(host, made.address)
        assert says(item, found.body, is_assignable=False)
        content = host.issues["OPS-1"]["fields"]["description"]["content"]
        assert [block["type"] for block in content] == [
            *("paragraph", "paragraph", "bulletList", "paragraph", "mediaSingle")
        ]


def test_many_blocks_are_not_compared(host: JiraHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes the square of their number, or worse where they are equal."""
    monkeypatch.setattr("pirgen.trackers._description.SequenceMatcher", None)
    body = edited(host, lambda blocks: blocks.extend([paragraph("same")] * 8_000), "same\n\n" * 4_000 + "<!-- x -->")
    assert body.endswith("<!-- x -->")


@pytest.mark.parametrize("kept", [None, 5, [], {}, {"markdown": 5, "digest": ""}, {"markdown": "x"}, "text"])
def test_a_property_that_is_none_of_ours_says_nothing(host: JiraHost, kept: Any) -> None:
    address = opened(host)
    host.describe("OPS-1", "Text")
    host.issues["OPS-1"]["properties"] = {"pirgen": kept, "other": {"markdown": "no", "digest": ""}}
    assert issue(host, address).body == "Text"


def test_a_property_is_believed_for_its_own_text_only(host: JiraHost) -> None:
    address = opened(host)
    host.describe("OPS-1", "Text")
    kept = {"markdown": "Forged", "digest": written("Another")[1][0]["value"]["digest"]}
    host.issues["OPS-1"]["properties"] = {"pirgen": kept}
    assert issue(host, address).body == "Text"


@pytest.mark.parametrize("text", [*HOSTILE, BODY, "", "\n", "- ", "#", "```", "<pre><code>", "** **", "[a](b)", "``"])
def test_documents_are_those_that_jira_takes(text: str) -> None:
    document = _adf.document(text)
    assert is_document(document)
    again = _adf.document(_adf.markdown(document))
    assert is_document(again)


def test_a_document_shows_what_the_markdown_says() -> None:
    told = _adf.document("a\\*b &#60;c&#62; `d` <code>e&#60;</code> **f** [g](https://x.test/?h=1&amp;i=2)\nj\\\nk")
    (paragraph,) = told["content"]
    link = {"type": "link", "attrs": {"href": "https://x.test/?h=1&i=2"}}
    assert paragraph["content"] == [
        {"type": "text", "text": "a*b <c> "},
        {"type": "text", "text": "d", "marks": [{"type": "code"}]},
        {"type": "text", "text": " "},
        {"type": "text", "text": "e<", "marks": [{"type": "code"}]},
        {"type": "text", "text": " "},
        {"type": "text", "text": "f", "marks": [{"type": "strong"}]},
        {"type": "text", "text": " "},
        {"type": "text", "text": "g", "marks": [link]},
        {"type": "text", "text": " j"},
        {"type": "hardBreak"},
        {"type": "text", "text": "k"},
    ]
    blocks = _adf.document("# A\n\n<!-- x\ny -->\n- b\n- c\n1. d\n\n```sh\n# e\n```\n<pre><code>f\n&#60;g</code></pre>")
    assert [one["type"] for one in blocks["content"]] == [
        *("heading", "bulletList", "orderedList", "codeBlock", "codeBlock")
    ]
    assert [one["content"][0]["text"] for one in blocks["content"][3:]] == ["# e", "f\n<g"]


def test_only_links_to_the_web_and_to_mail_are_links() -> None:
    for href in ("javascript:alert(1)", "data:text/html,x", "//x.test", "file:///etc/passwd", "https:&#10;//x"):
        told = str(_adf.document(f"[a]({href}) <{href}>"))
        assert "'link'" not in told, href
    assert "'link'" in str(_adf.document("[a](mailto:a@x.test)"))


def test_documents_of_people_keep_their_text() -> None:
    told = {
        "type": "doc",
        "content": [
            {"type": "panel", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "note"}]}]},
            {
                "type": "paragraph",
                "content": [
                    {"type": "mention", "attrs": {"text": "@Ana"}},
                    {"type": "text", "text": " see ", "marks": [{"type": "em"}]},
                    {"type": "inlineCard", "attrs": {"url": "https://x.test/"}},
                ],
            },
            {"type": "heading", "attrs": {"level": "x"}, "content": [{"type": "text", "text": "H"}]},
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "1"}}]},
            {"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": []}]}]},
        ],
    }
    assert _adf.markdown(told) == "note\n\n@Ana see https://x.test/\n\n# H"


@pytest.mark.parametrize(
    "document", [None, 5, "text", [], {}, {"content": 5}, {"content": [5, None, {"type": 7}, {"content": "x"}]}]
)
def test_what_is_no_document_has_no_text(document: Any) -> None:
    assert _adf.markdown(document) == ""
    assert read(document, None) == ""


def test_a_deep_document_ends() -> None:
    node: Any = {"type": "text", "text": "deep"}
    for _ in range(900):
        node = {"type": "blockquote", "content": [node]}
    assert _adf.markdown({"type": "doc", "content": [node]}) == ""


@pytest.mark.parametrize(
    "part", ["`", "``", "*", "**a", "[", "[a](", "<", "\\", "&", "<code>", "<!--", "https://", "- "]
)
def test_long_texts_take_linear_time(part: str) -> None:
    def parse(length: int) -> float:
        start = time.process_time()
        _adf.document(part * (length // len(part)))
        return time.process_time() - start

    parse(3_000)
    small = min(parse(3_000) for _ in range(3))
    assert min(parse(30_000) for _ in range(2)) < 40 * small + 0.1


def test_a_text_that_is_too_long_is_refused(host: JiraHost) -> None:
    for long in ("x" * 32_767, "a\n" * 12_000, "ü" * 8_000):
        with pytest.raises(PirgenError, match=f"a text of {len(long):,} characters is longer"):
            tracker(host).create(Draft("Title", long))
        with pytest.raises(PirgenError, match="longer than Jira takes; shorten it"):
            tracker(host).comment(issue(host, opened(host)), long)
    assert [one for one in host.asked() if one.startswith(("PUT", "POST")) and "bulkfetch" not in one] == []


@pytest.mark.parametrize("said", ["Won't Do", "won’t fix", "Declined", "Cancelled", "CANCELED", "Duplicate"])
def test_a_status_or_a_resolution_may_say_that_nobody_will_do_it(host: JiraHost, said: str) -> None:
    first, second = opened(host), opened(host)
    host.statuses[said] = "done"
    host.change_status("OPS-1", said)
    host.change_status("OPS-2", "Done", resolution=said)
    assert issue(host, first).state is issue(host, second).state is State.NOT_PLANNED
    tracker(host).update(issue(host, first), Draft(state=State.COMPLETED))
    assert host.issues["OPS-1"]["fields"]["status"]["name"] == "Done"
    with pytest.raises(PirgenError, match="another state"):
        host.resolutions = [said]
        tracker(host).update(issue(host, second), Draft(state=State.COMPLETED))


def test_the_transition_that_fits_best_is_taken(host: JiraHost) -> None:
    address = opened(host)
    host.statuses |= {"Rejected": "done", "Backlog": "new"}
    tracker(host).update(issue(host, address), Draft(state=State.NOT_PLANNED))
    assert host.issues["OPS-1"]["fields"]["status"]["name"] == "Rejected"
    assert host.issues["OPS-1"]["fields"]["labels"] == [LABEL, "declined"]
    host.reachable = ["In Progress", "Done", "Backlog"]
    tracker(host).update(issue(host, address), Draft(state=State.OPEN))
    assert host.issues["OPS-1"]["fields"]["status"]["name"] == "Backlog"
    assert host.issues["OPS-1"]["fields"]["labels"] == [LABEL]


def test_the_label_alone_turns_done_into_declined(host: JiraHost) -> None:
    address = opened(host)
    host.change_status("OPS-1", "Done")
    one, found = tracker(host), issue(host, address)
    host.asked()
    assert list(one.find([address]))
    declined = one.update(found, Draft(state=State.NOT_PLANNED))
    one.update(declined, Draft(state=State.COMPLETED))
    assert [asked for asked in host.asked() if "PUT" in asked or "transitions" in asked] == [
        "PUT /rest/api/3/issue/OPS-1"
    ] * 2
    assert issue(host, address).state is State.COMPLETED


@pytest.mark.parametrize(("state", "expected"), [(State.COMPLETED, "Fixed"), (State.NOT_PLANNED, "Won't Do")])
def test_a_resolution_is_given_where_it_is_asked_for(host: JiraHost, state: State, expected: str) -> None:
    host.resolutions = ["Won't Do", "Fixed", "Duplicate"]
    changed = tracker(host).update(issue(host, opened(host)), Draft(state=state))
    assert host.issues["OPS-1"]["fields"]["resolution"]["name"] == expected
    assert changed.state is state


def test_a_workflow_may_offer_no_way(host: JiraHost) -> None:
    address = opened(host)
    host.reachable = ["In Progress"]
    with pytest.raises(PirgenError, match="no transition that closes OPS-1"):
        tracker(host).update(issue(host, address), Draft(state=State.COMPLETED))
    host.change_status("OPS-1", "Done")
    host.reachable = ["Done"]
    with pytest.raises(PirgenError, match="no transition that reopens OPS-1"):
        tracker(host).update(issue(host, address), Draft(state=State.OPEN))


def test_people_have_handles(host: JiraHost) -> None:
    host.account("Gone", "gone@acme.test", active=False)
    twin = host.account("Twin", "ana@gmail.test")
    host.account("李", "")
    assert tracker(host).assignable() == {"@jose.nunez", "@70-0001", "@70-0005", "@70-0006"}
    address = opened(host)
    tracker(host).update(issue(host, address), Draft(assignees=("@70-0005",)))
    assert host.issues["OPS-1"]["fields"]["assignee"] == twin
    assert tracker(host).update(issue(host, address), Draft(assignees=("@Jose.Nunez",))).assignees == ("@jose.nunez",)
    assert issue(host, address).assignees == ("@jose.nunez",)
    with pytest.raises(PirgenError, match="@ana names nobody"):
        tracker(host).update(issue(host, address), Draft(assignees=("@ana",)))


def test_nobody_takes_the_handle_of_another(host: JiraHost) -> None:
    host.account("ANA", "", is_assignable=False)
    address = opened(host, author="ANA")
    host.change_status("OPS-1", "Done", by="ANA")
    found = issue(host, address)
    assert not found.is_ours
    assert tracker(host).closings([found])[address].by == "@70-0004"


def test_a_closing_is_the_last_one(host: JiraHost) -> None:
    address = opened(host)
    assert tracker(host).closings([issue(host, address)])[address] == (None, None, None)
    host.change_status("OPS-1", "Done")
    host.change_status("OPS-1", "To Do")
    host.change_status("OPS-1", "Done", "José Núñez", resolution="Fixed")
    host.change_status("OPS-1", "Done", "stranger")
    host.issues["OPS-1"]["histories"][0]["items"] = [
        {"field": "status", "to": "Done"},
        {"field": "resolution", "to": None},
    ]
    told = tracker(host).closings([issue(host, address)])[address]
    assert told == ("@jose.nunez", datetime(2026, 11, 26, 10, 0, 3, tzinfo=UTC), None)
    del host.issues["OPS-1"]["histories"][0]
    for one in host.issues["OPS-1"]["histories"]:
        one["items"] = [item for item in one["items"] if item["field"] == "status"]
    assert tracker(host).closings([issue(host, address)])[address] == told
    host.issues["OPS-1"]["histories"][0]["created"] = "yesterday"
    with pytest.raises(PirgenError, match="a moment that is none: yesterday"):
        tracker(host).closings([issue(host, address)])


def test_what_names_an_issue(host: JiraHost) -> None:
    one = tracker(host)
    for reference in ("OPS-12", f"{host.address}/browse/OPS-12", f"{host.address}/browse/OPS-12?focusedId=1#x"):
        assert one.address(reference) == f"{host.address}/browse/OPS-12"
    for reference in (
        "SEC-1",
        f"{host.address.replace('127.0', '127x0')}/browse/OPS-1",
        f"{host.address}/browse/SEC-1",
        "ops-1",
        "OPS-0",
        "OPS-1\n",
        "OPS-1/../x",
        "#1",
        "https://evil.test/browse/OPS-1",
    ):
        assert one.address(reference) is None, reference


def test_an_answer_cannot_name_another_place(host: JiraHost) -> None:
    host.awaiting.append(Answer(200, {"issues": [{"key": "OPS-1/../../x", "fields": {}}]}))
    with pytest.raises(PirgenError):
        list(tracker(host).issues())
    tracker(host)
    host.awaiting.extend([Answer(200, {"issues": []}), Answer(200, {"key": "../evil"})])
    with pytest.raises(PirgenError, match="that is none"):
        list(tracker(host).find([f"{host.address}/browse/OPS-1"]))


def test_issues_of_other_projects_are_left_alone(host: JiraHost) -> None:
    host.open("Ana Lima", "there", "SEC")
    with pytest.raises(PirgenError, match="is no issue of OPS"):
        list(tracker(host).find([f"{host.address}/browse/SEC-1"]))
    assert host.asked() == []


def test_the_type_is_task_or_the_first(host: JiraHost) -> None:
    host.types = [{"id": "1", "name": "Sub", "subtask": True}, {"id": "2", "name": "Aufgabe", "subtask": False}]
    tracker(host).create(Draft("Title", "Body"))
    assert host.requests[-1].body["fields"]["issuetype"] == {"id": "2"}
    host.types.append({"id": "3", "name": "task", "subtask": False})
    tracker(host).create(Draft("Title", "Body"))
    assert host.requests[-1].body["fields"]["issuetype"] == {"id": "3"}
    host.types = host.types[:1]
    with pytest.raises(PirgenError, match="no type of issue"):
        tracker(host).create(Draft("Title", "Body"))


def test_refusals_are_told(host: JiraHost) -> None:
    refused = Answer(400, {"errorMessages": [], "errors": {"duedate": "Field 'duedate' cannot be set."}})
    one, found = tracker(host), issue(host, opened(host))
    host.awaiting.append(refused)
    with pytest.raises(PirgenError, match=r"answered with 400 .duedate: Field 'duedate' cannot be set"):
        one.update(found, Draft(due=date(2026, 12, 1)))
    for label in ("", "two words"):
        with pytest.raises(PirgenError, match="label"):
            tracker(host, label)
    for project in ("", "ops", "O", 'OPS" OR "1'):
        with pytest.raises(PirgenError, match="no key"):
            tracker(host, project=project)


def test_a_comment_of_ours_keeps_its_mark(host: JiraHost) -> None:
    found = issue(host, opened(host))
    tracker(host).comment(found, "Closed in review <!-- pirgen: INC-001 -->")
    host.say("OPS-1", "Ana Lima", "Thanks <!-- pirgen -->")
    host.say("OPS-1", "stranger", "spam")
    assert list(tracker(host).comments(found)) == [
        "Closed in review <!-- pirgen: INC-001 -->",
        "Thanks &lt;!-- pirgen -->",
    ]
    assert "pirgen" not in str(host.issues["OPS-1"]["comments"][0]["body"])


def test_the_command_by_hand(host: JiraHost) -> None:
    told = tracker(host).by_hand(Draft("Add it", "Text <!-- mark -->", None, ("@ana",), date(2026, 12, 1)))
    assert shlex.split(told) == [
        *("acli", "jira", "workitem", "create", "--project", "OPS", "--type", "Task"),
        *("--label", LABEL, "--summary", "Add it", "--description", "Text"),
    ]


def test_a_title_is_one_line_that_fits(host: JiraHost) -> None:
    made = tracker(host).create(Draft("a\n" + "x" * 300, "Body"))
    assert host.issues["OPS-1"]["fields"]["summary"] == f"a {'x' * 251}…"
    assert issue(host, made.address).title == made.title
