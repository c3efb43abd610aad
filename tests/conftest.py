"""What the tests share: golden files, temporary repositories, and the command line as a person runs it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from jsonschema import Draft4Validator, Draft7Validator

from pirgen.git.command import Git
from pirgen.runtime import cache
from tests.github_host import GithubHost, description
from tests.support import Cli, Repo


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the golden files instead of comparing.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a golden file, or writes the file with --update-golden."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; `make golden` rewrites it"

    return compare


@pytest.fixture(scope="session", autouse=True)
def _far_away() -> Iterator[None]:
    """The machine is in a zone that no test names, so that nothing takes its zone for the project's or for UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Pago_Pago")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is read from the developer's own cache, and nothing is written there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.PLACE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour, nobody's own git configuration, and processes that need not compile pirgen each time."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)  # pytest-xdist sets it
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")


@pytest.fixture(scope="session")
def oasis() -> Any:
    """The validator of SARIF, from the cache database of the package schemastore: stored responses, read as bytes."""
    database = resources("schemastore") / "cache.sqlite"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for (value,) in connection.execute("select value from responses where instr(value, 'sarif-schema-2.1.0')"):
            text = value[value.rindex(b"{", 0, value.index(b'"$schema"')) :].decode(errors="ignore")
            schema, _ = json.JSONDecoder().raw_decode(text)
            if schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0"):
                validator = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
                return validator(schema)
    raise AssertionError("no SARIF schema in schemastore")


@pytest.fixture(scope="session")
def npm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where packages of npm are kept: from run to run, where pytest keeps anything."""
    kept = getattr(request.config, "cache", None)
    return Path(kept.mkdir("npm")) if kept else tmp_path_factory.mktemp("npm")


@pytest.fixture(scope="session")
def github_description(npm: Path) -> Any:
    """GitHub's description of its API; None where npm is not installed. Reading it takes a second or two."""
    return description(npm)


@pytest.fixture
def github_api(github_description: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubHost]:
    """A GitHub whose every answer fits its description, and for which the environment has a token."""
    with GithubHost(github_description) as host:
        for name, value in host.variables.items():
            monkeypatch.setenv(name, value)
        yield host
        assert host.problems == []


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty git repository with a fixed identity."""
    return Repo(tmp_path / "repo")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command line in an empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Cli(folder)


# A slow machine is no mistake of the code. Whoever has the time tries more inputs: `make fuzz`.
settings.register_profile("usual", max_examples=30, deadline=None)
settings.load_profile("usual")
settings.register_profile("long", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that git was asked to run."""
    commands: list[str] = []
    done = Git._done

    def noted(self: Git, command: Any, *rest: Any) -> Any:
        commands.append(" ".join([*command][:4]))
        return done(self, command, *rest)

    monkeypatch.setattr(Git, "_done", noted)
    return commands
