"""Which action items belong to the owners and teams that somebody asks about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from pirgen.errors import PirgenError
from pirgen.ledger import Fact, Incident, Ledger
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable

NOBODY = "nobody"
"""How a person names the owner of items without one."""

TOLD = 10
"""How many known teams a message names."""


class Selection(NamedTuple):
    """The owners that somebody asks about."""

    owners: frozenset[str]
    """Their handles and e-mail addresses in lower case; empty text stands for nobody."""
    teams: frozenset[str] = frozenset()
    """The names of teams in lower case, whose own handles are `@name` and `@org/name` of any organisation."""
    asked: tuple[str, ...] = ()
    """The owners and teams as they were asked for, to be shown to people."""

    @property
    def text(self) -> str:
        """What was asked for, as printable text."""
        return printable(", ".join(self.asked))

    def has(self, owner: str | None) -> bool:
        """Whether an owner as a review writes it (None or empty for nobody) is meant; case makes no difference."""
        name = (owner or "").lower()
        return name in self.owners or (name.startswith("@") and _name(name) in self.teams)

    def facts(self, ledger: Ledger) -> list[Fact]:
        """The facts of a ledger about items that are theirs, or once were, in their order."""
        theirs = {
            (fact.incident_id, fact.action_id)
            for facts in ledger.told.values()
            for fact in facts
            if fact.action_id and any("owner" in said and self.has(said["owner"]) for said in (fact.before, fact.after))
        }
        theirs |= {(item.incident_id, item.said.id) for item in ledger.items if self.has(item.said.owner)}
        return [fact for fact in ledger.facts if (fact.incident_id, fact.action_id) in theirs]

    def ledger(self, ledger: Ledger) -> Ledger:
        """The ledger with only their items in its incidents; its facts stay as they are."""
        return replace(ledger, incidents=owned(ledger, self.has))


def selection(
    owners: Iterable[str], teams: Iterable[str], members: Mapping[str, Collection[str]], known: Collection[str]
) -> Selection | None:
    """What `--owner` and `--team` select together; None where neither is given.

    An owner may be written without `@`. `members` are the teams of the configuration and `known` the owners that it
    and CODEOWNERS name; an `@org/team` among these is a team too, of which only the handle is known. Raises PirgenError
    for a team that nobody knows and for an empty name.
    """
    owners, teams = [one.strip() for one in owners], [one.strip() for one in teams]
    if not all((*owners, *teams)):
        raise PirgenError("the name of an owner or team is empty; write --owner @handle or --team NAME")
    if not owners and not teams:
        return None
    listed = {name.lower(): people for name, people in members.items()}
    handles = {one.lower() for one in known if one.startswith("@") and "/" in one}
    meant, names = {_handle(one) for one in owners}, set()
    for team in teams:
        name = team.lower().removeprefix("@")
        if _name(name) not in listed and name not in {
            one.removeprefix("@") for one in (*handles, *map(_name, handles))
        }:
            raise PirgenError(_unknown(team, {*members, *map(_name, handles)}))
        if "/" in name:
            meant.add(f"@{name}")
        else:
            names.add(name)
        meant.update(map(str.lower, listed.get(_name(name), ())))
    return Selection(frozenset(meant), frozenset(names), (*owners, *(f"team {team}" for team in teams)))


def owned(ledger: Ledger, has: Callable[[str], bool]) -> dict[str, Incident]:
    """The incidents of a ledger with only those items whose owner `has` accepts."""
    return {name: _owned(incident, has) for name, incident in ledger.incidents.items()}


def by_owner(ledger: Ledger) -> dict[str, dict[str, Incident]]:
    """For each owner the incidents that have items of theirs, with these alone."""
    found: dict[str, dict[str, Incident]] = {}
    for name, incident in ledger.incidents.items():
        for owner in dict.fromkeys(item.said.owner for item in (*incident.items.values(), *incident.removed)):
            found.setdefault(owner, {})[name] = _owned(incident, owner.__eq__)
    return found


def _owned(incident: Incident, has: Callable[[str], bool]) -> Incident:
    return incident._replace(
        items={key: item for key, item in incident.items.items() if has(item.said.owner)},
        removed=tuple(item for item in incident.removed if has(item.said.owner)),
    )


def _handle(written: str) -> str:
    name = written.lower()
    if name == NOBODY:
        return ""
    return name if "@" in name else f"@{name}"


def _name(handle: str) -> str:
    """The name of a team without its organisation."""
    return handle.removeprefix("@").rpartition("/")[2]


def _unknown(team: str, known: Collection[str]) -> str:
    some = ", ".join(sorted(known)[:TOLD]) + (f" and {len(known) - TOLD} more" if len(known) > TOLD else "")
    cure = f"known are {some}" if known else "name its members under `teams` in pirgen.yaml"
    return f"there is no team `{team}`{did_you_mean(team, known)}; {cure}; or ask for a handle with --owner"
