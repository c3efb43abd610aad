"""What a command says where the library that it needs is not installed, and which extra it names."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from pirgen.runtime.extras import EXTRAS
from tests.support import ROOT, Repo, review
from tests.weights import PAGE, extras, filled

STATED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({[*EXTRAS]})); from pirgen.__main__ import run; run()"


CONFIG = "redaction: [INT-a+]\ntracker: {kind: github, host: 'https://github.com', project: org/shop}\n"


def run_without(repo: Repo, *words: str) -> subprocess.CompletedProcess[str]:
    """A command where no library of an extra can be imported."""
    return subprocess.run([sys.executable, "-c", WITHOUT, *words], cwd=repo.folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("command", "library", "extra"),
    [
        ("report --export ical", "icalendar", "ical"),
        ("report --export openmetrics", "prometheus_client", "openmetrics"),
        ("agenda INC-001 --ics", "icalendar", "ical"),
        ("incident diagnostics --id INC-001 --keep-output -- true", "detect_secrets", "redact"),
        ("incident diagnostics --id INC-001 -- true", "re2", "redact"),
        ("sync", "urllib3", "tracker"),
        ("mcp", "mcp", "mcp"),
    ],
)
def test_a_command_names_what_it_lacks_in_one_line(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, command: str, library: str, extra: str
) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "pirgen.yaml": CONFIG})
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    assert repo.run("incident", "open", "Down", "--severity", "P2", "--id", "INC-001").returncode == 0
    done = run_without(repo, *command.split())
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f'needs {library}: `pip install "pirgen[{extra}]"`' in done.stderr


def test_pages_that_are_left_out_are_named(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    words = ("render", "--dashboards", "docs/ops/pir", "--site-url", "https://x.example/")
    done = run_without(repo, *words)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        'pirgen: feed.xml is left out: this needs feedgenerator: `pip install "pirgen[feed]"`',
        'pirgen: due.ics is left out: this needs icalendar: `pip install "pirgen[ical]"`',
    ]
    assert run_without(repo, *words[:3]).stderr.count("\n") == 1, "without an address there is no feed to miss"
    assert repo.run(*words).stderr == ""


def test_each_extra_that_is_named_holds_the_library() -> None:
    for library, extra in EXTRAS.items():
        assert any(f"{library}>=" in one.lower().replace("-", "_") for one in STATED[extra]), extra


def test_material_and_zensical_are_the_users_choice() -> None:
    assert "material" not in str(STATED["site"] + STATED["all"])
    [zensical] = [one for extra in STATED.values() for one in extra if one.startswith("zensical")]
    assert "<" not in zensical


def test_the_install_page_weighs_each_extra() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in page.splitlines() if row.startswith("| `")]
    assert sorted(name for row in rows for name in row) == sorted(extras())
    weights = dict.fromkeys(extras(), 3_400_000) | {"": 900_000, "feed": 1_000_000}
    after = filled(page, weights, "Measured on 2020-02-29 with Python 3.14 on Darwin")
    assert "| 0.9 MB |" in next(line for line in after.splitlines() if line.startswith("| (none)"))
    assert "| + 0.1 MB |" in next(line for line in after.splitlines() if line.startswith("| `feed`"))
    assert after.count("| + 2 MB |") == len(rows) - 1
    assert "Measured on 2020-02-29 with Python 3.14 on Darwin" in after


def test_the_commands_of_the_install_page_are_shell() -> None:
    commands = re.findall(r"^\$ (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert any(command.startswith("docker run") for command in commands)
    for command in commands:
        for script in (command, *re.findall(r"sh -c '(.+)'", command)):
            done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
            assert done.stderr == ""
