"""A GitLab that keeps its state in memory: what its REST API (v4) does with issues, as far as pirgen uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from tests.json_host import Answer, JsonHost, Request

TOKEN = "glpat-secret"
_COMMAND = re.compile(r"^/(close|reopen|label|assign|merge|confidential|lock)\b[^\n]*\n?", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_NO_ISSUE = Answer(404, {"message": "404 Not found"})


class GitlabHost(JsonHost):
    """A host with the project `org/shop`, whose token belongs to the user `robot`."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, dict[str, Any]] = {}
        self.members: dict[str, dict[str, int]] = {}
        self.issues: dict[str, dict[int, dict[str, Any]]] = {"org/shop": {}, "org/other": {}}
        self.notes: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.merge_requests: list[dict[str, Any]] = []
        self.closed_by: dict[int, list[dict[str, Any]]] = {}
        """The merge requests that close an issue of `org/shop`."""
        self.labels: set[str] = {"bug"}
        self.clock = 0
        for name, level in {"robot": 20, "ana": 30, "Bo": 40, "guest": 10}.items():
            self.join(name, level)
        self.user("stranger")

    def user(self, name: str, state: str = "active") -> dict[str, Any]:
        """The user with a name, who is made where there is none."""
        fresh = {"id": 100 + len(self.users), "username": name, "name": name.title(), "state": state}
        return self.users.setdefault(name, fresh)

    def join(self, name: str, level: int, state: str = "active", project: str = "org/shop") -> None:
        """Make a user a member of a project."""
        self.user(name, state)
        self.members.setdefault(project, {})[name] = level

    def now(self) -> str:
        """A moment later than all before."""
        self.clock += 1
        return f"2026-11-26T11:{self.clock // 60:02}:{self.clock % 60:02}.250+01:00"

    def open(self, author: str, title: str, project: str = "org/shop", **fields: Any) -> dict[str, Any]:
        """Somebody opens an issue in the browser."""
        iid = max(self.issues[project], default=0) + 1
        number = sum(map(len, self.issues.values())) + 5000
        made: dict[str, Any] = {
            "id": number,
            "iid": iid,
            "title": title,
            "description": None,
            "state": "opened",
            "author": self.users[author],
            "assignees": [],
            "labels": [],
            "due_date": None,
            "closed_at": None,
            "closed_by": None,
            "moved_to_id": None,
            "confidential": False,
            "discussion_locked": None,
            "web_url": f"{self.address}/{project}/-/work_items/{iid}",
            "_links": {"closed_as_duplicate_of": None},
        }
        self.issues[project][iid] = {**made, **fields}
        return self.issues[project][iid]

    def close(self, iid: int, by: str = "ana", project: str = "org/shop") -> None:
        """Somebody closes an issue."""
        self.issues[project][iid] |= {"state": "closed", "closed_at": self.now(), "closed_by": self.users[by]}

    def move(self, iid: int, project: str = "org/other") -> dict[str, Any]:
        """Somebody moves an issue to another project: a copy is there, and the original is closed."""
        old = self.issues["org/shop"][iid]
        new = self.open(old["author"]["username"], old["title"], project, labels=old["labels"])
        self.close(iid)
        old["moved_to_id"] = new["id"]
        return new

    def note(self, iid: int, author: str, body: str, system: bool = False) -> None:
        """Somebody comments on an issue of `org/shop`."""
        self.notes.setdefault(("org/shop", iid), []).append(
            {"body": body, "author": self.users[author], "system": system}
        )

    def answer(self, request: Request) -> Answer:
        """What GitLab answers."""
        if request.headers.get("private-token") != TOKEN:
            return Answer(401, {"message": "401 Unauthorized"})
        match request.method, request.parts:
            case "POST", ["api", "graphql"]:
                return self._graphql(request)
            case "GET", ["api", "v4", "projects", project, "members", "all"] if project in self.issues:
                levels = self.members.get(project, {}).items()
                return _page(request, [{**self.users[name], "access_level": level} for name, level in levels])
            case "GET", ["api", "v4", "projects", project, "issues"] if project in self.issues:
                return self._listed(request, project)
            case "POST", ["api", "v4", "projects", project, "issues"] if project in self.issues:
                made = self.open("robot", "", project)
                return self._changed(made, request.body, 201) if request.body.get("title") else Answer(400, {})
            case method, ["api", "v4", "projects", project, "issues", iid, *rest] if project in self.issues:
                issue = self.issues[project].get(int(iid))
                return self._about(method, project, issue, rest, request) if issue else _NO_ISSUE
            case method, ["api", "v4", "projects", "org/shop", "merge_requests"]:
                return self._merge_requests(method, request)
        return Answer(404, {"message": "404 Project Not Found"})

    def _about(self, method: str, project: str, issue: dict[str, Any], rest: list[str], request: Request) -> Answer:
        match method, rest:
            case "PUT", []:
                return self._changed(issue, request.body, 200)
            case "GET", ["closed_by"]:
                return _page(request, self.closed_by.get(issue["iid"], []))
            case "GET", ["notes"]:
                return _page(request, self.notes.get((project, issue["iid"]), []))
            case "POST", ["notes"]:
                text = self._obeyed(issue, request.body["body"])
                self.note(issue["iid"], "robot", text)
                return Answer(201, {"body": text})
        return _NO_ISSUE

    def _listed(self, request: Request, project: str) -> Answer:
        labels = set(filter(None, request.one("labels").split(",")))
        state = request.one("state", "all")
        iids = {int(iid) for iid in request.query.get("iids[]", [])}
        found = [
            issue
            for issue in self.issues[project].values()
            if labels <= set(issue["labels"]) and state in ("all", issue["state"])
        ]
        return _page(request, [issue for issue in found if not iids or issue["iid"] in iids])

    def _changed(self, issue: dict[str, Any], told: dict[str, Any], status: int) -> Answer:
        if len(told.get("title", "")) > 255:
            return Answer(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}})
        for key in ("title", "due_date"):
            if key in told:
                issue[key] = told[key]
        if "assignee_ids" in told:
            ids = [one for one in told["assignee_ids"] if one]
            issue["assignees"] = [user for user in self.users.values() if user["id"] in ids]
        labels = list(issue["labels"])
        labels += _split(told.get("labels")) + [one for one in _split(told.get("add_labels")) if one not in labels]
        issue["labels"] = [one for one in labels if one not in _split(told.get("remove_labels"))]
        self.labels |= set(issue["labels"])
        if "description" in told:
            issue["description"] = self._obeyed(issue, told["description"])
        if told.get("state_event") == "close" and issue["state"] == "opened":
            self.close(issue["iid"], "robot", next(one for one, all_ in self.issues.items() if issue in all_.values()))
        elif told.get("state_event") == "reopen":
            issue |= {"state": "opened", "closed_at": None, "closed_by": None, "moved_to_id": None}
            issue["_links"] = {"closed_as_duplicate_of": None}
        return Answer(status, issue)

    def _obeyed(self, issue: dict[str, Any], text: str) -> str:
        """Quick actions are obeyed and leave the text, except in code."""
        code = [found.span() for found in _CODE.finditer(text)]

        def obey(found: re.Match[str]) -> str:
            if any(start <= found.start() < end for start, end in code):
                return found[0]
            if found[1] == "close":
                issue["state"] = "closed"
            return ""

        return _COMMAND.sub(obey, text)

    def _merge_requests(self, method: str, request: Request) -> Answer:
        if method == "GET":
            wanted = {key: request.one(key) for key in ("source_branch", "target_branch", "state") if request.one(key)}
            return _page(request, [one for one in self.merge_requests if wanted.items() <= one.items()])
        told = request.body
        same = [
            one
            for one in self.merge_requests
            if one["source_branch"] == told["source_branch"] and one["source_project_id"] == 1
        ]
        if any(one["target_branch"] == told["target_branch"] and one["state"] == "opened" for one in same):
            return Answer(409, {"message": ["Another open merge request already exists for this source branch: !1"]})
        return Answer(201, self.request_merge(told["source_branch"], told["target_branch"], told["title"]))

    def request_merge(self, branch: str, base: str, title: str, source_project: int = 1) -> dict[str, Any]:
        """Somebody opens a merge request into `org/shop`."""
        iid = len(self.merge_requests) + 1
        made: dict[str, Any] = {
            "iid": iid,
            "source_branch": branch,
            "target_branch": base,
            "title": title,
            "state": "opened",
            "source_project_id": source_project,
            "target_project_id": 1,
            "web_url": f"{self.address}/org/shop/-/merge_requests/{iid}",
        }
        self.merge_requests.append(made)
        return made

    def _graphql(self, request: Request) -> Answer:
        known = {
            issue["id"]: f"{self.address}/{project}/-/issues/{issue['iid']}"
            for project, issues in self.issues.items()
            for issue in issues.values()
        }
        asked = re.findall(r'(\w+): issue\(id: "gid://gitlab/Issue/(\d+)"\) \{ webUrl \}', request.body["query"])
        return Answer(
            200, {"data": {name: {"webUrl": known[int(id_)]} if int(id_) in known else None for name, id_ in asked}}
        )


def _split(labels: str | None) -> list[str]:
    return labels.split(",") if labels else []


def _page(request: Request, rows: Iterable[Any]) -> Answer:
    """A page of rows, of at most 100, with the address of the next one in a header."""
    all_rows = list(rows)
    size, page = min(int(request.one("per_page", "20")), 100), int(request.one("page", "1"))
    has_more = page * size < len(all_rows)
    query = urlencode({**request.query, "page": [page + 1]}, doseq=True)
    following = f'<http://{request.headers["host"]}{request.path}?{query}>; rel="next"'
    first = f'<http://{request.headers["host"]}{request.path}?page=1>; rel="first"'
    headers = {"X-Page": str(page), "Link": f"{following}, {first}" if has_more else first}
    return Answer(200, all_rows[(page - 1) * size : page * size], headers)
