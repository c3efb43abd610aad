"""Which owners and teams are meant by --owner and --team."""

from __future__ import annotations

import pytest

from pirgen.errors import PirgenError
from pirgen.report.selection import Selection, selection

TEAMS = {"Platform": ("@ann", "bo@example.org"), "qa": ()}
KNOWN = ("@acme/core", "@ann", "@plain")


def chosen(owners: tuple[str, ...] = (), teams: tuple[str, ...] = ()) -> Selection:
    found = selection(owners, teams, TEAMS, KNOWN)
    assert found
    return found


def test_an_owner_is_meant_whatever_the_case_and_with_or_without_the_sign() -> None:
    for name in ("@Ann", "ann", " @ANN "):
        assert [owner for owner in ("@aNN", "@anna", "ann@example.org", None) if chosen((name,)).has(owner)] == ["@aNN"]
    assert chosen(("Bo@Example.org",)).has("bo@example.org")
    assert chosen(("acme/core",)).has("@Acme/Core")


def test_nobody_owns_what_has_no_owner() -> None:
    assert chosen(("nobody",)).has(None)
    assert chosen(("nobody",)).has("")
    assert not chosen(("nobody",)).has("@nobody")


@pytest.mark.parametrize(
    ("team", "theirs"),
    [
        ("platform", ["@ann", "bo@example.org", "@platform", "@acme/platform", "@x/Platform"]),
        ("@acme/platform", ["@ann", "bo@example.org", "@acme/platform"]),
        ("QA", ["@QA"]),
        ("core", ["@acme/core", "@x/core"]),
        ("@acme/core", ["@acme/core"]),
    ],
)
def test_a_team_is_its_members_and_its_handle(team: str, theirs: list[str]) -> None:
    everybody = ["@ann", "bo@example.org", "@platform", "@acme/platform", "@x/Platform", "@QA", "@acme/core", "@x/core"]
    assert [owner for owner in everybody if chosen((), (team,)).has(owner)] == theirs


@pytest.mark.parametrize(
    ("team", "says"),
    [
        ("platfrom", "there is no team `platfrom`; did you mean Platform?; known are Platform, core, qa; or ask"),
        ("plain", "there is no team `plain`"),
        ("other/core", "there is no team `other/core`"),
        (" ", "is empty"),
    ],
)
def test_an_unknown_team_is_an_error(team: str, says: str) -> None:
    with pytest.raises(PirgenError, match=says.replace("?", "[?]")):
        chosen((), (team,))
    with pytest.raises(PirgenError, match="name its members under `teams`"):
        selection((), ("x",), {}, ())


def test_of_many_teams_some_are_named() -> None:
    with pytest.raises(PirgenError, match=r"known are a, b, c, d, e, f, g, h, i, j and 16 more; or ask"):
        selection((), ("else",), dict.fromkeys("abcdefghijklmnopqrstuvwxyz", ()), ())
    with pytest.raises(PirgenError, match=r"known are a, b, c, d, e, f, g, h, i, j; or ask"):
        selection((), ("else",), dict.fromkeys("abcdefghij", ()), ())


def test_nothing_is_asked_for() -> None:
    assert selection((), (), TEAMS, KNOWN) is None
