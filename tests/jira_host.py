"""A Jira Cloud site that keeps its state in memory: what its REST API (v3) does, as far as pirgen uses it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.json_host import Answer, JsonHost, Request

EMAIL, TOKEN = "robot@acme.test", "jira-secret"
_JQL = re.compile(r'project = "(\w+)" AND labels = ("(?:[^"\\]|\\["\\])*") ORDER BY key ASC')
_BLOCKS = {"paragraph", "heading", "codeBlock", "bulletList", "orderedList", "listItem"}
_NO_ISSUE = Answer(404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]})
Data = dict[str, Any]


class JiraHost(JsonHost):
    """A site with the project OPS, whose token belongs to the account `robot`."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[str, Data] = {}
        self.assignable: list[str] = []
        self.issues: dict[str, Data] = {}
        self.moved: dict[str, str] = {}
        """The new key of each issue that was moved to another project, by its old one."""
        self.types = [{"id": "10", "name": "Sub-task", "subtask": True}, {"id": "11", "name": "Task", "subtask": False}]
        self.statuses = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
        self.resolutions: list[str] = []
        """The resolutions that a transition to a done status asks for; none where the workflow has no such screen."""
        self.reachable: list[str] | None = None
        """The statuses that transitions lead to; None for all."""
        self.page_size = 100
        self.clock = 0
        self.account("robot", EMAIL, is_assignable=False)
        self.account("Ana Lima", "ana@acme.test")
        self.account("José Núñez", "")
        self.account("stranger", "", is_assignable=False)

    def account(self, name: str, email: str, *, is_assignable: bool = True, active: bool = True) -> Data:
        """Make an account."""
        id_ = f"70:{len(self.accounts):04}"
        self.accounts[name] = {"accountId": id_, "displayName": name, "active": active, "accountType": "atlassian"}
        if email:
            self.accounts[name]["emailAddress"] = email
        if is_assignable:
            self.assignable.append(name)
        return self.accounts[name]

    def now(self) -> str:
        """A moment later than all before, as Jira writes it."""
        self.clock += 1
        return f"2026-11-26T12:{self.clock // 60:02}:{self.clock % 60:02}.000+0200"

    def open(self, author: str, title: str, project: str = "OPS", **fields: Any) -> Data:
        """Somebody opens an issue in the browser."""
        key = f"{project}-{len(self.issues) + len(self.moved) + 1}"
        made: Data = {
            "summary": title,
            "description": None,
            "status": self._status("To Do"),
            "resolution": None,
            "labels": [],
            "assignee": None,
            "creator": self.accounts[author],
            "duedate": None,
            "project": {"key": project},
        }
        self.issues[key] = {"key": key, "fields": {**made, **fields}, "properties": {}, "comments": [], "histories": []}
        return self.issues[key]

    def change_status(self, key: str, status: str, by: str = "Ana Lima", resolution: str | None = None) -> None:
        """Somebody changes the status of an issue."""
        issue = self.issues[key]
        issue["fields"]["status"] = self._status(status)
        issue["fields"]["resolution"] = {"name": resolution, "id": resolution} if resolution else None
        items = [{"field": "status", "to": status}, {"field": "resolution", "to": resolution}]
        issue["histories"].insert(0, {"created": self.now(), "author": self.accounts[by], "items": items})

    def describe(self, key: str, *paragraphs: str) -> None:
        """Somebody writes another description."""
        content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs]
        self.issues[key]["fields"]["description"] = {"version": 1, "type": "doc", "content": content}

    def say(self, key: str, author: str, text: str) -> None:
        """Somebody comments on an issue."""
        body = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}
        self.issues[key]["comments"].append({"author": self.accounts[author], "body": body})

    def move(self, key: str, project: str) -> str:
        """Somebody moves an issue to another project, where it has another key."""
        new = f"{project}-{len(self.issues) + 50}"
        issue = self.issues.pop(key)
        issue["key"], issue["fields"]["project"] = new, {"key": project}
        self.issues[new] = issue
        self.moved[key] = new
        return new

    def answer(self, request: Request) -> Answer:
        """What Jira answers."""
        expected = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return Answer(401, {"errorMessages": ["Client must be authenticated to access this resource."]})
        if request.parts[:3] != ["rest", "api", "3"]:
            return Answer(404, {})
        match request.method, request.parts[3:]:
            case _, ["search"]:
                return Answer(410, {"errorMessages": ["The requested API has been removed."]})
            case "GET", ["search", "jql"]:
                return self._search(request)
            case "GET", ["myself"]:
                return Answer(200, self.accounts["robot"])
            case "GET", ["user", "assignable", "search"] if request.one("project") == "OPS":
                return Answer(200, [self.accounts[name] for name in self.assignable][: int(request.one("maxResults"))])
            case "GET", ["issue", "createmeta", "OPS", "issuetypes"]:
                return Answer(200, {"issueTypes": self.types, "total": len(self.types)})
            case "POST", ["issue", "bulkfetch"]:
                keys = {self.moved.get(key, key) for key in request.body["issueIdsOrKeys"]}
                some = [self._told(self.issues[key], request.body["fields"]) for key in keys if key in self.issues]
                return Answer(200, {"issues": some, "issueErrors": []})
            case "POST", ["issue"]:
                return self._create(request.body)
            case method, ["issue", key, *rest]:
                issue = self.issues.get(self.moved.get(key, key))
                return self._about(method, issue, rest, request) if issue else _NO_ISSUE
        return Answer(404, {"errorMessages": ["No such resource"]})

    def _search(self, request: Request) -> Answer:
        found = _JQL.fullmatch(request.one("jql"))
        if found is None:
            return Answer(400, {"errorMessages": [f"Error in the JQL Query: {request.one('jql')}"]})
        label = json.loads(found[2])
        all_ = [
            one
            for one in self.issues.values()
            if one["fields"]["project"]["key"] == found[1] and label in one["fields"]["labels"]
        ]
        at = int(request.one("nextPageToken", "0"))
        size = min(self.page_size, int(request.one("maxResults", "50")))
        fields = request.one("fields").split(",")
        has_properties = "pirgen" in request.one("properties")
        page: Data = {
            "issues": [self._told(one, fields, has_properties) for one in all_[at : at + size]],
            "isLast": at + size >= len(all_),
        }
        return Answer(200, page if page["isLast"] else {**page, "nextPageToken": str(at + size)})

    def _told(self, issue: Data, fields: list[str], has_properties: bool = True) -> Data:
        known = {name: issue["fields"][name] for name in fields}
        return {"key": issue["key"], "fields": known, **({"properties": issue["properties"]} if has_properties else {})}

    def _create(self, told: Data) -> Answer:
        fields = dict(told["fields"])
        if fields.pop("issuetype", None) not in ({"id": one["id"]} for one in self.types if not one["subtask"]):
            return Answer(400, {"errorMessages": [], "errors": {"issuetype": "Specify a valid issue type"}})
        wrong = self._wrong(fields)
        if wrong:
            return Answer(400, {"errorMessages": [], "errors": wrong})
        issue = self.open("robot", "", fields["project"]["key"])
        self._put(issue, {**told, "fields": fields})
        return Answer(201, {"id": "1", "key": issue["key"], "self": ""})

    def _about(self, method: str, issue: Data, rest: list[str], request: Request) -> Answer:
        match method, rest:
            case "GET", []:
                told = self._told(issue, request.one("fields").split(","), "pirgen" in request.one("properties"))
                log = {"changelog": {"histories": issue["histories"]}} if request.one("expand") == "changelog" else {}
                return Answer(200, {**told, **log})
            case "PUT", []:
                wrong = self._wrong(request.body["fields"])
                if wrong:
                    return Answer(400, {"errorMessages": [], "errors": wrong})
                self._put(issue, request.body)
                return Answer(204)
            case "GET", ["transitions"]:
                return Answer(200, {"transitions": self._transitions()})
            case "POST", ["transitions"]:
                chosen = next(one for one in self._transitions() if one["id"] == request.body["transition"]["id"])
                resolution = request.body.get("fields", {}).get("resolution", {}).get("id")
                if "resolution" in chosen["fields"] and not resolution:
                    return Answer(400, {"errorMessages": [], "errors": {"resolution": "Resolution is required."}})
                self.change_status(issue["key"], chosen["to"]["name"], "robot", resolution)
                return Answer(204)
            case "GET", ["comment"]:
                at, size = int(request.one("startAt", "0")), min(self.page_size, int(request.one("maxResults", "50")))
                shown = issue["comments"][at : at + size]
                if request.one("expand") != "properties":
                    shown = [{key: value for key, value in one.items() if key != "properties"} for one in shown]
                return Answer(200, {"comments": shown, "total": len(issue["comments"]), "startAt": at})
            case "POST", ["comment"]:
                if not is_document(request.body["body"]):
                    return Answer(400, {"errorMessages": ["INVALID_INPUT"], "errors": {}})
                issue["comments"].append({"author": self.accounts["robot"], **request.body})
                return Answer(201, {})
        return Answer(404, {})

    def _wrong(self, fields: Data) -> Data:
        """What is wrong with fields, as Jira says it."""
        wrong = {}
        if len(fields.get("summary", "")) > 255:
            wrong["summary"] = "Summary must be less than 255 characters."
        if "\n" in fields.get("summary", ""):
            wrong["summary"] = "The summary is invalid because it contains newline characters."
        if any(" " in label for label in fields.get("labels", [])):
            wrong["labels"] = "The label contains spaces which is invalid."
        if fields.get("description") is not None and not is_document(fields["description"]):
            wrong["description"] = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
        return wrong

    def _put(self, issue: Data, told: Data) -> None:
        fields = json.loads(json.dumps(told["fields"]))
        if fields.get("assignee"):
            id_ = fields["assignee"]["id"]
            fields["assignee"] = next(one for one in self.accounts.values() if one["accountId"] == id_)
        if fields.get("description"):
            fields["description"] = _normal(fields["description"])
        issue["fields"] |= fields
        labels = issue["fields"]["labels"]
        for change in told.get("update", {}).get("labels", []):
            if "add" in change and change["add"] not in labels:
                labels.append(change["add"])
            if change.get("remove") in labels:
                labels.remove(change["remove"])
        for one in told.get("properties", []):
            assert len(json.dumps(one["value"])) <= 32_768
            issue["properties"][one["key"]] = one["value"]

    def _transitions(self) -> list[Data]:
        names = list(self.statuses) if self.reachable is None else self.reachable
        values = [{"id": name, "name": name} for name in self.resolutions]
        return [
            {
                "id": str(number),
                "name": f"to {name}",
                "to": self._status(name),
                "fields": {"resolution": {"required": True, "allowedValues": values}}
                if values and self.statuses[name] == "done"
                else {},
            }
            for number, name in enumerate(names, 1)
        ]

    def _status(self, name: str) -> Data:
        return {"name": name, "id": name, "statusCategory": {"key": self.statuses[name]}}


def is_document(node: Any) -> bool:
    """Whether Jira takes a document; it refuses nodes and marks that it does not know, and empty texts."""
    return bool(node.get("type") == "doc" and node.get("version") == 1 and all(map(_is_block, node["content"])))


def _is_block(node: Data) -> bool:
    kind, content = node.get("type"), node.get("content", [])
    if kind == "mediaSingle":
        return bool(content[0]["attrs"]["id"])
    if kind in ("bulletList", "orderedList"):
        return bool(content) and all(one["type"] == "listItem" and _is_block(one) for one in content)
    if kind == "listItem":
        return bool(content) and all(one["type"] == "paragraph" and _is_block(one) for one in content)
    if kind == "codeBlock":
        return all(one["type"] == "text" and one["text"] and "marks" not in one for one in content)
    return kind in _BLOCKS and all(map(_is_inline, content))


def _is_inline(node: Data) -> bool:
    if node["type"] == "hardBreak":
        return True
    marks = {mark["type"]: mark for mark in node.get("marks", [])}
    href = marks.get("link", {}).get("attrs", {}).get("href", "https://")
    is_marked = marks.keys() <= {"code", "link"} or marks.keys() <= {"strong", "em", "link"}
    return (
        bool(node["type"] == "text" and node["text"]) and is_marked and re.match(r"https?://|mailto:", href) is not None
    )


def _normal(node: Any) -> Any:
    """A document as Jira keeps it: neighbouring texts with the same marks are one, and blocks have an id."""
    if not isinstance(node, dict) or "content" not in node:
        return node
    content: list[Any] = []
    for one in map(_normal, node["content"]):
        last = content[-1] if content else {}
        if one["type"] == "text" == last.get("type") and one.get("marks") == last.get("marks"):
            content[-1] = {**last, "text": last["text"] + one["text"]}
        else:
            content.append(one)
    ids = {"attrs": {**node.get("attrs", {}), "localId": "0ab1"}} if node["type"] == "paragraph" else {}
    return {**node, **ids, "content": content}
