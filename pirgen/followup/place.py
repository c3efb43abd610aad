"""Finds the tracker of a project: what pirgen.yaml says, else where the remote is."""

from __future__ import annotations

from urllib.parse import urlsplit

from pirgen.config import FILE
from pirgen.errors import PirgenError
from pirgen.git.hosts import kind_of, place
from pirgen.git.repository import Repository
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.trackers import Place, Tracker, connect, names

JIRA = "jira"


def tracker_of(project: Project, repository: Repository) -> Tracker:
    """The tracker that keeps the project's issues.

    Raises PirgenError where neither pirgen.yaml nor the remote says which it is.
    """
    said = project.config.tracker
    host, _, path = place(repository.remote()).partition("/")
    kind = said.kind or kind_of(host)
    if not kind:
        remote = f"the remote {printable(host)} does not say" if host else "there is no remote that says"
        raise PirgenError(f"{remote} where issues are kept; set `tracker` in {FILE}: kind, host and project")
    if kind == JIRA:
        address, name = said.host or environment.variable("JIRA_URL").rstrip("/"), said.project
    else:
        address, name = said.host or (f"https://{host}" if host else ""), said.project or path
    if not address or not name:
        lacks = "`host`" if not address else "`project`"
        raise PirgenError(f"`tracker` in {FILE} needs {lacks}, because no remote says it")
    return connect(Place(kind, address.lower(), name), label=said.label)


def code_host(tracker: Tracker, repository: Repository) -> Tracker:
    """The code host that has the remote `origin` and takes pull requests; the tracker may be another system.

    Raises PirgenError where no remote says which it is, pirgen does not know its kind, or there is no token for it.
    """
    host, _, path = place(repository.remote("origin")).partition("/")
    if not path:
        raise PirgenError("--pr needs a remote `origin` on a code host; use --commit, which pushes nothing")
    kind, address = kind_of(host), f"https://{host}"
    if tracker.place.kind != JIRA and (urlsplit(tracker.place.host).hostname == host or tracker.place.project == path):
        kind, address = tracker.place.kind, tracker.place.host
    if kind not in names():
        raise PirgenError(f"--pr cannot open a pull request at {printable(host)}; use --commit, and push by hand")
    found = connect(Place(kind, address, path), label=tracker.label)
    require_allowed(found)
    return found


def require_allowed(tracker: Tracker) -> None:
    """Raise PirgenError where nothing may be changed in a tracker or a code host."""
    if not environment.is_trusted():
        raise PirgenError(
            "nobody trusts this repository (--untrusted, or PIRGEN_TRUST is `none`), so nothing is changed"
        )
    if not tracker.has_token:
        place = tracker.place
        raise PirgenError(
            f"there is no token for {printable(place.host)}; docs/how-to/tracker.md says where it is looked for. "
            "Without --apply the plan says what to do by hand"
        )
