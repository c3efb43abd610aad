"""A GitHub that keeps its state in memory: what its REST and GraphQL APIs do with issues, as far as pirgen uses them.

Where GitHub's own description of the REST API can be had, each request and each answer is checked against it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.json_host import Answer, JsonHost, Request
from tests.npm import package

TOKEN = "ghp_secret"
DESCRIPTION, SCHEMA = "@octokit/openapi@23.0.2", "@octokit/graphql-schema@15.26.1"
PATHS = (
    "/repos/{owner}/{repo}/issues",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/assignees",
    "/repos/{owner}/{repo}/pulls",
)
_NO = Answer(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})


def description(folder: Path) -> Any:
    """GitHub's description of the paths that pirgen asks for; None where npm is not installed."""
    from openapi_core import Config, OpenAPI

    text = package(DESCRIPTION, "generated/api.github.com.json", folder)
    if text is None:
        return None
    data = json.loads(text)
    data["paths"] = {path: data["paths"][path] for path in PATHS}
    _mend(data)
    return OpenAPI.from_dict(data, config=Config(spec_validator_cls=None))  # type: ignore[arg-type]


def _mend(part: Any) -> None:
    """Let null be among the values where the description says that it may be: OpenAPI 3.0 forgets it otherwise."""
    if isinstance(part, dict) and part.get("nullable") is True and isinstance(part.get("enum"), list):
        part["enum"] = [*part["enum"], None]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _mend(inner)


class GithubHost(JsonHost):
    """A host with the repository `org/shop`, whose token belongs to the app `robot[bot]`."""

    def __init__(self, described: Any = None) -> None:
        super().__init__()
        self.described = described
        self.problems: list[str] = []
        """What GitHub's description says against the requests and answers so far."""
        self.associations = {"robot[bot]": "NONE", "ana": "MEMBER", "Bo": "COLLABORATOR", "stranger": "NONE"}
        self.issues: dict[int, dict[str, Any]] = {}
        self.moved: dict[int, str] = {}
        """The API addresses of the issues that were transferred, by their old numbers."""
        self.elsewhere: dict[int, dict[str, Any]] = {}
        self.notes: dict[int, list[dict[str, Any]]] = {}
        self.events: dict[int, dict[str, Any]] = {}
        """How each closed issue was closed, as GraphQL says it."""
        self.pulls: list[dict[str, Any]] = []
        self.clock = 0

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which a token belongs to this host, as in GitHub Actions."""
        return {"GITHUB_SERVER_URL": self.address, "GITHUB_API_URL": self.address, "GITHUB_TOKEN": TOKEN,
                "GITHUB_GRAPHQL_URL": f"{self.address}/graphql"}  # fmt: skip

    def now(self) -> str:
        """A moment later than all before."""
        self.clock += 1
        return f"2026-11-26T10:{self.clock // 60 % 60:02}:{self.clock % 60:02}Z"

    def open(self, author: str, title: str, labels: tuple[str, ...] = (), body: str | None = None) -> int:
        """Somebody opens an issue in the browser; gives its number."""
        number = max([0, *self.issues, *self.moved]) + 1
        at, place = self.now(), f"{self.address}/repos/org/shop"
        self.issues[number] = {
            "id": 1000 + number, "node_id": f"I_{number}", "number": number, "title": title, "body": body,
            "url": f"{place}/issues/{number}", "repository_url": place, "labels_url": f"{place}/labels",
            "comments_url": f"{place}/comments", "events_url": f"{place}/events", "comments": 0, "milestone": None,
            "html_url": f"{self.address}/org/shop/issues/{number}", "state": "open", "state_reason": None,
            "user": self._user(author), "author_association": self.associations[author],
            "labels": [self._label(name) for name in labels], "assignee": None, "assignees": [], "locked": False,
            "active_lock_reason": None, "created_at": at, "updated_at": at, "closed_at": None,
        }  # fmt: skip
        return number

    def close(
        self, number: int, by: str = "ana", closer: dict[str, str] | None = None, reason: str = "completed"
    ) -> None:
        """Somebody closes an issue, perhaps by a pull request or a commit."""
        self.issues[number] |= {"state": "closed", "state_reason": reason, "closed_at": self.now()}
        self.events[number] = {"createdAt": self.now(), "actor": {"login": by}, "closer": closer}

    def move(self, number: int) -> str:
        """Somebody transfers an issue to another repository; gives its new address."""
        issue = self.issues.pop(number)
        new = {**issue, "html_url": f"{self.address}/org/other/issues/{number}"}
        self.elsewhere[number] = new
        self.moved[number] = f"{self.address}/repositories/7/issues/{number}"
        return str(new["html_url"])

    def say(self, number: int, author: str, text: str) -> None:
        """Somebody comments on an issue."""
        notes = self.notes.setdefault(number, [])
        place = f"{self.address}/repos/org/shop/issues/comments/{len(notes)}"
        notes.append({
            "id": len(notes) + 1, "node_id": "C", "url": place, "html_url": place, "body": text,
            "user": self._user(author), "created_at": self.now(), "updated_at": self.now(),
            "issue_url": f"{self.address}/repos/org/shop/issues/{number}",
            "author_association": self.associations[author],
        })  # fmt: skip

    def answer(self, request: Request) -> Answer:
        """What GitHub answers."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "Bad credentials"})
        found = self._answer(request)
        if self.described and request.parts[0] == "repos":
            self._check(request, found)
        return found

    def _answer(self, request: Request) -> Answer:
        match request.method, request.parts:
            case "POST", ["graphql"]:
                return self._graphql(request.body)
            case "GET", ["repositories", "7", "issues", number]:
                return Answer(200, self.elsewhere[int(number)])
            case "GET", ["repos", "org", "shop", "assignees"]:
                people = [name for name, kind in self.associations.items() if kind != "NONE"]
                return self._page(request, [self._user(name) for name in people])
            case "GET", ["repos", "org", "shop", "issues"]:
                label = request.one("labels")
                listed = [one for one in self.issues.values() if label in [name["name"] for name in one["labels"]]]
                return self._page(request, listed)
            case "POST", ["repos", "org", "shop", "issues"]:
                return self._changed(self.open("robot[bot]", request.body["title"]), request.body, 201)
            case method, ["repos", "org", "shop", "issues", number, *rest]:
                return self._about(method, int(number), rest, request)
            case "GET", ["repos", "org", _, "pulls"]:
                head = request.one("head").removeprefix("org:")
                return self._page(request, [one for one in self.pulls if one["head"]["ref"] == head])
            case "POST", ["repos", "org", repository, "pulls"]:
                return self._pull(repository, request.body)
        return _NO

    def _about(self, method: str, number: int, rest: list[str], request: Request) -> Answer:
        if number in self.moved:
            place = self.moved[number]
            return Answer(301, {"message": "Moved Permanently", "url": place}, {"Location": place})
        if number not in self.issues:
            return _NO
        match method, rest:
            case "GET", []:
                return Answer(200, self.issues[number])
            case "PATCH", []:
                return self._changed(number, request.body, 200)
            case "GET", ["comments"]:
                return self._page(request, self.notes.get(number, []))
            case "POST", ["comments"]:
                self.say(number, "robot[bot]", request.body["body"])
                return Answer(201, self.notes[number][-1])
        return _NO

    def _changed(self, number: int, said: dict[str, Any], status: int) -> Answer:
        issue = self.issues[number]
        known = {name.lower(): name for name, kind in self.associations.items() if kind != "NONE"}
        for who in said.get("assignees", []):
            if who.lower() not in known:
                if status == 201:
                    del self.issues[number]
                problem = {"value": who, "resource": "Issue", "field": "assignees", "code": "invalid"}
                about = {"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest"}
                return Answer(422, {**about, "errors": [problem]})
        if "assignees" in said:
            issue["assignees"] = [self._user(known[who.lower()]) for who in said["assignees"]]
            issue["assignee"] = issue["assignees"][0] if issue["assignees"] else None
        if "labels" in said:
            issue["labels"] = [self._label(name) for name in said["labels"]]
        issue |= {key: said[key] for key in ("title", "body") if key in said}
        if said.get("state") == "closed":
            self.close(number, "robot[bot]", reason=said.get("state_reason", "completed"))
        elif said.get("state") == "open":
            issue |= {"state": "open", "state_reason": "reopened", "closed_at": None}
        issue["updated_at"] = self.now()
        return Answer(status, issue)

    def _pull(self, repository: str, said: dict[str, str]) -> Answer:
        if any(one["head"]["ref"] == said["head"] for one in self.pulls):
            return Answer(422, {"message": "Validation Failed", "errors": [{"message": "it exists already"}]})
        address = f"{self.address}/org/{repository}/pull/{900 + len(self.pulls)}"
        self.pulls.append({"html_url": address, "head": {"ref": said["head"]}, "title": said["title"]})
        return Answer(201, self.pulls[-1])

    def _graphql(self, said: dict[str, Any]) -> Answer:
        if "viewer" in said["query"]:
            return Answer(200, {"data": {"viewer": {"login": "robot[bot]"}}})
        told: dict[str, Any] = {}
        for key, number in re.findall(r"(i[0-9]+): issue\(number: ([0-9]+)\)", said["query"]):
            events = [self.events[int(number)]] if int(number) in self.events else []
            told[key] = {"timelineItems": {"nodes": events}} if int(number) in self.issues else None
        assert said["variables"] == {"owner": "org", "name": "shop"}
        return Answer(200, {"data": {"repository": told}})

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Answer:
        size, page = int(request.one("per_page", "30")), int(request.one("page", "1"))
        headers = {}
        if len(rows) > size * page:
            query = urlencode({name: values[0] for name, values in request.query.items()} | {"page": page + 1})
            headers["Link"] = f'<{self.address}{request.path}?{query}>; rel="next", <{self.address}/x>; rel="last"'
        return Answer(200, rows[size * (page - 1) : size * page], headers)

    def _user(self, name: str) -> dict[str, Any]:
        kinds = ("url", "html_url", "followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url",
                 "organizations_url", "repos_url", "events_url", "received_events_url", "avatar_url")  # fmt: skip
        return {"login": name, "id": 1 + len(name), "node_id": "U", "gravatar_id": "", "type": "User",
                "site_admin": False, **dict.fromkeys(kinds, self.address)}  # fmt: skip

    def _label(self, name: str) -> dict[str, Any]:
        return {"id": 1, "node_id": "L", "url": self.address, "name": name, "description": None, "color": "ededed",
                "default": False}  # fmt: skip

    def _check(self, request: Request, answer: Answer) -> None:
        """Note what GitHub's description says against a request and its answer."""
        from openapi_core.exceptions import OpenAPIError
        from openapi_core.testing import MockRequest, MockResponse

        body = None if request.body is None else json.dumps(request.body).encode()
        query = {name: values[0] for name, values in request.query.items()}
        asked: Any = MockRequest("https://api.github.com", request.method, request.path, args=query, data=body)
        told: Any = MockResponse(json.dumps(answer.data).encode(), answer.status)
        is_pull = request.parts[3] == "pulls"  # of a pull request the fake has only what pirgen reads
        try:
            self.described.validate_request(asked)
            if not is_pull:
                self.described.validate_response(asked, told)
        except OpenAPIError as error:
            why = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or error]
            self.problems += [f"{request.method} {request.path}: {str(one)[:300]}" for one in why]
