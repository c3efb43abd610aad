"""The incident itself: its log, the commands that are run, the messages, the meeting, and what can go wrong."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pirgen.commands import main
from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.incidents.record import Recorder, moment, record
from pirgen.incidents.redaction import redacted
from pirgen.incidents.verbs import VERBS
from pirgen.project import Project
from pirgen.review.incident_log import read
from pirgen.runtime import environment
from tests.support import DATA, ROOT, Cli, Repo

LOGS = "operational_audit/incidents"
LOG = f"{LOGS}/INC-001.yaml"
NOTE = next(verb for verb in VERBS if verb.name == "note")


class Desk:
    """The command line in a folder, with a clock that the test sets."""

    def __init__(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        self.repo, self.clock = repo, datetime(2025, 10, 5, 14, 30, tzinfo=UTC)
        monkeypatch.setattr(environment, "now", lambda: self.clock)
        monkeypatch.chdir(repo.folder)

    def at(self, written: str) -> Desk:
        self.clock = datetime.fromisoformat(f"2025-10-05T{written}:00+00:00")
        return self

    def run(self, command: str, *arguments: str, code: int = 0, **more: Any) -> str:
        """What a command prints; its words are split at blanks, `arguments` are not."""
        done: Result = CliRunner().invoke(main, [*command.split(), *arguments], catch_exceptions=False, **more)
        assert done.exit_code == code, done.output
        return done.output

    def printed(self, command: str) -> str:
        """What a command prints to stdout alone."""
        return CliRunner().invoke(main, command.split(), catch_exceptions=False).stdout

    @property
    def log(self) -> list[dict[str, Any]]:
        data = load(Source("x", (self.repo.folder / LOG).read_bytes())).data
        assert isinstance(data, list)
        return data


@pytest.fixture
def desk(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(repo, monkeypatch)


def opened(desk: Desk) -> Desk:
    desk.at("14:31").run("incident open --severity P1 --detected 14:30", "API Service Degraded")
    return desk


def seed_message(title: str) -> str:
    """One of the two messages of the process document."""
    return (DATA / f"message-{title}.txt").read_text(encoding="utf-8")


def walk(desk: Desk) -> None:
    """INC-001 from the alert to its closing."""
    impact = "API requests failing for ~30% of users"
    desk.at("14:31").run("incident open --severity P1 --detected 14:30 --by @sre-oncall", "--impact", impact,
                         "API Service Degraded")  # fmt: skip
    desk.run("incident notify @sre-oncall")
    desk.at("14:32").run("incident ack --id=INC-001 --oncall=@username")
    desk.at("14:33").run("incident bridge --severity=P1 https://meet.example.org/inc-001")
    desk.at("14:34").run("incident status --status=investigating --team=@sre-oncall")


# --- the whole way -------------------------------------------------------------------------------------------------


def test_the_walk_from_the_alert_to_the_page(desk: Desk, golden: Callable[[Path, str], None]) -> None:
    walk(desk)
    assert desk.printed("comms INC-001 initial --record") == seed_message("initial")
    shown = desk.at("14:40").run("incident diagnostics -- echo pool: 100 of 100 in use")
    assert "pool: 100 of 100 in use" in shown
    desk.at("14:45").run("incident identify --root-cause", "Database connection pool exhaustion")
    assert "kubectl rollout undo" in desk.run("incident mitigate --list")
    desk.at("15:00").run("incident mitigate")
    desk.at("15:15").run("incident resolve", "--impact", "API requests failed for ~30% of users",
                         "--resolution", "Increased pool size, implemented connection recycling")  # fmt: skip
    desk.at("15:17").run("incident verify -- true")
    desk.at("15:18").run("incident status --status=resolved")
    desk.run("incident meeting --facilitator=@sre --attendee=@platform --attendee=@qa", "2025-10-06 10:00")
    assert desk.at("15:20").printed("comms INC-001 resolution --record") == seed_message("resolution")
    desk.at("15:30").run("incident close --id=INC-001")
    golden(DATA / "incident-log.yaml", re.sub("seconds: [0-9]+", "seconds: 0", (desk.repo.folder / LOG).read_text()))
    golden(DATA / "incident-show.txt", desk.run("incident show INC-001"))
    assert desk.run("lint") == "1 file checked: all good\n"
    desk.run("new INC-001")
    golden(DATA / "new-from-log.yaml", (desk.repo.folder / "pir/INC-001.yaml").read_text(encoding="utf-8"))
    golden(DATA / "agenda.md", desk.run("agenda INC-001"))
    path = desk.repo.folder / "pir/INC-001.yaml"
    text = path.read_text(encoding="utf-8").replace("status: draft ", "status: complete ")
    text = text.replace("TODO: what made it possible, likelier or worse", "No connection pool monitoring")
    text = text.replace("TODO: what others should know", "Monitor connection pools")
    item = '\n  - {id: AI-001, action: Add pool metrics, owner: "@platform", due: "2025-10-12"}'
    path.write_text(text.replace("action_items: []", f"action_items:{item}"), encoding="utf-8")
    assert "2 files checked: all good" in desk.run("lint")
    desk.run("render")
    page = (desk.repo.folder / "docs/ops/pir/INC-001.md").read_text(encoding="utf-8")
    assert "API Service Degraded" in page
    assert "45m" in page
    desk.repo.commit("2025-10-06", {})
    desk.clock = datetime(2025, 10, 7, tzinfo=UTC)
    report = desk.run("report --no-cache --all")
    assert "PIR completion rate              100%    100%         yes         1 of 1" in report
    assert "all good" in desk.run("check --no-cache")


def test_the_log_and_the_review_of_this_repository_agree() -> None:
    log = read(load(Source("x", (ROOT / LOG).read_bytes())).data)
    assert (log.incident_id, log.title, log.severity) == ("INC-001", "API Service Degraded", "P1")
    done = Cli(ROOT).run("lint", LOG, "pir/INC-001.yaml")
    assert done.returncode == 0, done.stdout


# --- order and times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "command", "message"),
    [
        ([], "resolve --at 14:10", "INC-001 would be resolved 20m before it was detected"),
        ([], "close", "INC-001 is not resolved yet; `pirgen incident resolve` comes first"),
        (["ack --oncall @ann"], "ack --oncall @bob", "INC-001 was acknowledged by @ann at 2025-10-05 14:40"),
        (["resolve"], "resolve", "INC-001 was resolved at 2025-10-05 14:40"),
        (["resolve", "close"], "status monitoring --id INC-001", "INC-001 was closed at 2025-10-05 14:40"),
        (["withdraw a false alarm"], "note --id INC-001 x", "INC-001 was withdrawn at 2025-10-05 14:40"),
    ],
)
def test_the_order_of_the_process_holds_and_force_leaves_a_trace(
    desk: Desk, before: list[str], command: str, message: str
) -> None:
    opened(desk).at("14:40")
    for verb in before:
        desk.run(f"incident {verb}")
    kept = (desk.repo.folder / LOG).read_bytes()
    said = desk.run(f"incident {command}", code=2)
    assert message in said
    assert "--force" in said
    assert (desk.repo.folder / LOG).read_bytes() == kept
    desk.run(f"incident {command} --force")
    assert desk.log[-1]["forced"] is True


def test_a_clock_that_runs_backwards_is_said(desk: Desk) -> None:
    opened(desk).at("14:40").run("incident note late")
    said = desk.at("14:20").run("incident note again", code=2)
    assert "the log of INC-001 goes on until 2025-10-05T14:40:00Z, but this machine's clock says" in said
    desk.run("incident note again --at 14:20")
    assert "lies in the future" in desk.run("incident note soon --at 2025-10-05T15:00:00Z", code=2)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("14:10", "2025-10-05T14:10"),
        ("9:05", "2025-10-05T09:05"),
        ("now", "2025-10-05T14:30"),
        ("5 minutes ago", "2025-10-05T14:25"),
        ("5min", "2025-10-05T14:25"),
        ("2 hours ago", "2025-10-05T12:30"),
        ("10m", "2025-10-05T14:20"),
        ("-1h30m", "2025-10-05T13:00"),
        ("10m ago", "2025-10-05T14:20"),
        ("2025-10-05 14:00", "2025-10-05T14:00"),
        ("2025-10-05T16:00:00+02:00", "2025-10-05T14:00"),
    ],
)
def test_times_are_written_as_people_do(desk: Desk, written: str, meant: str) -> None:
    config = Project(desk.repo.folder).config
    assert moment(written, desk.clock, config) == datetime.fromisoformat(f"{meant}+00:00")


def test_a_time_of_today_that_has_not_come_is_refused_and_one_of_last_night_is_not(desk: Desk) -> None:
    config = Project(desk.repo.folder).config
    night = datetime(2025, 10, 5, 0, 32, tzinfo=UTC)
    assert moment("23:50", night, config) == datetime(2025, 10, 4, 23, 50, tzinfo=UTC)
    with pytest.raises(PirgenError, match="00:35 has not come yet today"):
        moment("00:35", night, config)
    desk.clock = night
    desk.run("incident open --severity P1 --at 23:50 X")
    assert "INC-001 note at 2025-10-04 23:55: x" in desk.run("incident note x --at 23:55")


@pytest.mark.parametrize("written", ["", "now-ish", "25:00", "999999w", "2025-13-01 10:00", "\x1b[31m"])
def test_what_is_no_time_is_one_clear_line(desk: Desk, written: str) -> None:
    opened(desk)
    said = desk.run("incident note x --at", written, code=2) if written else "is not a time"
    assert "is not a time" in said
    assert "\x1b" not in said


def test_a_correction_is_appended_and_counts(desk: Desk) -> None:
    opened(desk).at("14:40").run("incident ack --oncall @ann")
    first = (desk.repo.folder / LOG).read_bytes()
    desk.run("incident amend acknowledged --time 14:35 the pager was slow")
    assert (desk.repo.folder / LOG).read_bytes().startswith(first)
    log = read(desk.log)
    assert log.milestones["acknowledged"].at == datetime(2025, 10, 5, 14, 35, tzinfo=UTC)
    desk.run("incident amend acknowledged --strike nobody was there")
    assert "acknowledged" not in read(desk.log).milestones
    desk.run("incident amend declared --severity P2 --title Slow")
    assert (read(desk.log).severity, read(desk.log).title) == ("P2", "Slow")
    assert "has no event `mitigated`; it has detected, declared" in desk.run(
        "incident amend mitigated --strike", code=2
    )
    assert "say what is true instead" in desk.run("incident amend declared", code=2)


def test_a_correction_is_held_to_what_an_event_is(desk: Desk) -> None:
    opened(desk).at("14:40").run("incident ack --oncall @ann")
    for wrong, message in (
        ("detected --kind foo", "`kind` cannot be `foo`"),
        ("declared --severity P9", "`severity` cannot be `P9`"),
        ("acknowledged --time 14:20", "INC-001 would be acknowledged 10m before it was detected"),
        ("declared --time 2030-01-01T00:00:00Z", "lies in the future"),
    ):
        assert message in desk.run(f"incident amend {wrong}", code=2)
    desk.at("15:00").run("incident amend acknowledged --time 14:20 --force")
    assert desk.log[-1]["forced"] is True
    desk.run("incident amend acknowledged --time 14:39")
    said = desk.at("15:05").run("incident amend acknowledged --text T --at 14:50", code=2)
    assert "was corrected later than 2025-10-05T14:50:00Z; leave --at out" in said


def test_an_incident_is_opened_whole_or_not_at_all(desk: Desk) -> None:
    said = desk.at("14:31").run("incident open --severity P1 --detected 14:20 --started 14:25 X", code=2)
    assert "INC-001 would be detected 5m before it was started" in said
    assert not (desk.repo.folder / LOG).exists()
    (desk.repo.folder / ".gitattributes").symlink_to("elsewhere")
    assert desk.run("incident open --severity P1 --detected 14:20 X").startswith("INC-001\n")


# --- which incident ------------------------------------------------------------------------------------------------


def test_the_open_incident_is_meant_unless_there_are_several(desk: Desk) -> None:
    assert "no incident is open" in desk.run("incident note x", code=2)
    opened(desk)
    desk.run("incident open --severity P3 Slow dashboards")
    said = desk.run("incident note x", code=2)
    assert "2 incidents are open; say which one with --id:\n" in said
    assert "INC-002  Slow dashboards" in said
    desk.run("incident note --id INC-002 x")
    assert "there is no log of `INC-02`; did you mean INC-002?" in desk.run("incident note --id INC-02 x", code=2)
    assert "`INC-002` is the id of an incident; say --id INC-002" in desk.run(
        "incident note --id INC-001 INC-002", code=2
    )


def test_ack_opens_what_has_no_log_and_asks_for_the_severity(desk: Desk) -> None:
    said = desk.run("incident ack --id INC-007 --oncall @ann", code=2)
    assert "say how severe it is, with --severity and one of P1, P2, P3, P4" in said
    assert not (desk.repo.folder / LOGS / "INC-007.yaml").exists()
    desk.run("incident ack --id INC-007 --oncall @ann --severity P2")
    log = read(load(Source("x", (desk.repo.folder / LOGS / "INC-007.yaml").read_bytes())).data)
    assert (log.severity, log.roles) == ("P2", {"on_call": "@ann"})


def test_a_mistyped_id_opens_nothing_and_a_log_that_cannot_be_read_is_told(desk: Desk) -> None:
    opened(desk)
    assert "there is no log of `INC-1`; did you mean INC-001?" in desk.run(
        "incident ack --id INC-1 --severity P1", code=2
    )
    desk.run("incident open --severity P3 Slow")
    with (desk.repo.folder / LOG).open("a") as file:
        file.write("<<<<<<< HEAD\n")
    said = desk.run("incident note urgent", code=2)
    assert f"{LOG}:3:1 cannot be read" in said
    assert "say which incident you mean with --id" in said
    assert f"{LOG}:3:1 cannot be read" in desk.run("incident list")
    desk.run("incident note --id INC-002 urgent")


def test_the_next_id_is_free_on_every_branch(desk: Desk) -> None:
    repo = desk.repo
    repo.commit("2025-10-01", {"pir/INC-003.yaml": "x"})
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit("2025-10-02", {f"{LOGS}/INC-008.yaml": "x"})
    repo.git("switch", "--quiet", "main")
    assert desk.run("incident open --severity P1 X").splitlines()[0] == "INC-009"
    assert "pir/INC-010.yaml" in desk.run("new")


@pytest.mark.parametrize("name", ["../x1", "a/b1", "-x1", "INC 1", "", "INC-\x1b1", "x" * 70 + "1"])
def test_ids_with_path_parts_and_the_like_are_refused(desk: Desk, name: str) -> None:
    said = desk.run("incident open --severity P1 X --id", name, code=2)
    assert "incident_id" in said
    assert "\x1b" not in said
    assert list(desk.repo.folder.rglob("*.yaml")) == []


# --- two people ----------------------------------------------------------------------------------------------------


def clone(repo: Repo, folder: Path) -> Repo:
    subprocess.run(["git", "clone", "--quiet", repo.folder, folder], check=True)
    other = Repo(folder)
    other.git("config", "user.name", "Bob")
    return other


@pytest.mark.parametrize("how", ["merge", "rebase"])
def test_two_clones_append_to_one_log_and_nothing_conflicts(tmp_path: Path, how: str) -> None:
    first = Repo(tmp_path / "a")
    assert first.run("incident", "open", "--severity", "P1", "API down").returncode == 0
    first.commit("2025-10-05", {})
    second = clone(first, tmp_path / "b")
    for repo, who in ((first, "ann"), (second, "bob")):
        for number in range(3):
            assert repo.run("incident", "note", f"{who} {number}").returncode == 0
        repo.commit("2025-10-06", {})
    second.git("pull", "--quiet", *(["--rebase"] if how == "rebase" else ["--no-rebase", "--no-edit"]))
    log = read(load(Source("x", (second.folder / LOG).read_bytes())).data)
    texts = sorted(event.text for event in log.events if event.kind == "note")
    assert texts == [f"{who} {number}" for who in ("ann", "bob") for number in range(3)]
    assert second.run("lint").stdout == "1 file checked: all good\n"


def test_two_incidents_under_one_id_merge_and_are_a_finding(tmp_path: Path) -> None:
    first = Repo(tmp_path / "a")
    first.commit("2025-10-05", {".gitattributes": f"{LOGS}/*.yaml merge=union\n"})
    second = clone(first, tmp_path / "b")
    for repo, title in ((first, "API down"), (second, "Payments fail")):
        assert repo.run("incident", "open", "--severity", "P1", "--id", "INC-001", title).returncode == 0
        repo.commit("2025-10-06", {})
    second.git("pull", "--quiet", "--no-rebase", "--no-edit")
    done = second.run("lint")
    assert done.returncode == 1
    assert "error[log-declared-once]: INC-001 is declared twice" in done.stdout
    assert "move the events of one to a log with an id of its own" in done.stdout


def _append(folder: Path, worker: int, each: int, incident_id: str = "INC-001") -> None:
    recorder = Recorder(Project(folder), datetime(2025, 10, 5, 15, tzinfo=UTC), incident_id)
    for number in range(each):
        record(recorder, NOTE, {"text": f"{worker} {number}"})


def test_a_thousand_appends_from_eight_processes_lose_nothing(desk: Desk) -> None:
    names = [f"INC-{number:03}" for number in range(1, 5)]
    for name in names:
        desk.run(f"incident open --severity P1 --id {name} X")
    fork = multiprocessing.get_context("fork")
    work = [(desk.repo.folder, number, 125, names[number % 4]) for number in range(8)]
    workers = [fork.Process(target=_append, args=some) for some in work]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    for number, name in enumerate(names):
        data = load(Source("x", (desk.repo.folder / LOGS / f"{name}.yaml").read_bytes())).data
        texts = [event["text"] for event in data if event["kind"] == "note"]
        assert sorted(texts) == sorted(f"{worker} {one}" for worker in (number, number + 4) for one in range(125))


def _append_for_ever(folder: Path, number: int, ready: Any) -> None:
    Project(folder).workspace()
    ready.send(True)
    _append(folder, number, 10_000)


def test_a_hundred_kills_leave_the_log_whole(desk: Desk) -> None:
    opened(desk)
    desk.repo.commit("2025-10-05", {})
    fork, whole, appended = multiprocessing.get_context("fork"), b"", 0
    for number in range(100):
        there, here = fork.Pipe()
        worker = fork.Process(target=_append_for_ever, args=(desk.repo.folder, number, here))
        worker.start()
        there.recv()
        time.sleep(0.002 + number % 20 * 0.002)
        worker.kill()
        worker.join()
        text = (desk.repo.folder / LOG).read_bytes()
        assert text.startswith(whole), "a line that was there is gone"
        assert text.endswith(b"}\n"), "a line is torn"
        appended += text != whole
        whole = text
        if len(whole) > 20_000:
            (desk.repo.folder / LOG).write_bytes(whole := whole[: whole.index(b"\n", 500) + 1])
    assert appended > 10
    desk.at("15:00").run("incident note --id INC-001 the last one")
    assert [path.name for path in (desk.repo.folder / LOGS).iterdir()] == ["INC-001.yaml"]


# --- commands that are run -----------------------------------------------------------------------------------------


def test_a_command_is_recorded_with_what_proves_it(desk: Desk) -> None:
    opened(desk)
    said = desk.run("incident verify --", "sh", "-c", "printf 'ok\\0\\377'; echo err >&2")
    assert "INC-001 verified" in said
    event = desk.log[-1]
    [kept] = (desk.repo.folder / LOGS / ".output").glob("*.txt")
    assert kept.read_bytes() == b"ok\0\xfferr\n"
    assert event["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert (event["exit"], event["bytes"]) == (0, 8)
    assert desk.repo.git("status", "--porcelain", "--untracked-files=all") == f"?? .gitattributes\n?? {LOG}"


def test_a_command_that_fails_is_not_what_was_hoped_for(desk: Desk) -> None:
    opened(desk)
    desk.run("incident verify -- false", code=1)
    assert (desk.log[-1]["kind"], desk.log[-1]["exit"]) == ("note", 1)
    desk.run("incident mitigate -- sh -c", "exit 7", code=1)
    assert (desk.log[-1]["kind"], desk.log[-1]["exit"]) == ("mitigation", 7)
    desk.run("incident mitigate --attempt -- true")
    assert desk.log[-1]["kind"] == "mitigation"
    desk.run("incident mitigate -- true")
    assert desk.log[-1]["kind"] == "mitigated"
    kept = desk.log
    assert "`no-such-command` cannot be run: No such file or directory" in desk.run(
        "incident verify -- no-such-command", code=2
    )
    assert desk.log == kept


def test_a_command_that_must_not_be_recorded_is_not_run(desk: Desk) -> None:
    opened(desk)
    desk.run("incident withdraw a false alarm")
    assert "INC-001 was withdrawn" in desk.run("incident verify --id INC-001 -- touch ran", code=2)
    assert not (desk.repo.folder / "ran").exists()


def test_a_command_that_hangs_ends_with_its_children(desk: Desk) -> None:
    opened(desk)
    began = time.monotonic()
    script = "sleep 600 & echo $!; wait"
    said = desk.run("incident diagnostics --timeout 1s -- sh -c", script, code=1)
    assert time.monotonic() - began < 30
    assert desk.log[-1]["stopped"] == "timeout"
    child = int(re.findall("^[0-9]+$", said, re.MULTILINE)[-1])
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True).stdout
    assert not state or state.startswith("Z"), "it runs on"


def test_a_command_may_go_on_after_its_output_ends(desk: Desk) -> None:
    opened(desk)
    desk.run("incident verify -- sh -c", "exec >&- 2>&-; sleep 0.5; exit 0")
    assert (desk.log[-1]["kind"], desk.log[-1]["exit"]) == ("verified", 0)
    desk.run("incident verify --timeout 1s -- sh -c", "exec >&- 2>&-; sleep 600", code=1)
    assert desk.log[-1]["stopped"] == "timeout"


def test_a_command_that_prints_for_ever_ends_too(desk: Desk) -> None:
    opened(desk)
    script = '(setsid sh -c "while :; do echo n; sleep 0.05; done" & echo $! > pid); echo x'
    desk.run("incident verify -- sh -c", script)
    subprocess.run(["pkill", "-f", "while :; do echo n"])
    assert desk.log[-1]["exit"] == 0
    command = [sys.executable, "-m", "pirgen", "incident", "diagnostics", "--timeout", "1s", "--", "yes"]
    assert subprocess.run(command, cwd=desk.repo.folder, stdout=subprocess.DEVNULL).returncode == 1
    assert desk.log[-1]["text"] == "The command was stopped by the timeout: yes"


def test_a_command_may_ask_at_the_terminal(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "X")
    command = [sys.executable, "-m", "pirgen", "incident", "verify", "--", "sh", "-c", "read x </dev/tty; echo got $x"]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(repo.folder)
        os.execv(sys.executable, command)
    time.sleep(1.5)
    os.write(terminal, b"secret\n")
    said, until = b"", time.monotonic() + 30
    while b"verified" not in said and time.monotonic() < until:
        try:
            said += os.read(terminal, 1024)
        except OSError:
            break
    os.waitpid(child, 0)
    assert b"got secret" in said
    assert yaml.safe_load((repo.folder / LOG).read_text())[-1]["kind"] == "verified"


def test_ctrl_c_ends_the_command_and_is_recorded(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "X")
    command = [sys.executable, "-m", "pirgen", "incident", "diagnostics", "--", "sh", "-c", "echo begun; sleep 600"]
    # as a terminal starts a process: where the tests run in the background, their children ignore the signal
    heed: dict[str, Any] = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(command, cwd=repo.folder, stdout=subprocess.PIPE, text=True, **heed) as process:
        assert process.stdout
        for line in process.stdout:
            if line == "begun\n":
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 1
    assert yaml.safe_load((repo.folder / LOG).read_text())[-1]["stopped"] == "interrupt"


def test_megabytes_are_counted_and_hashed_and_shown(desk: Desk) -> None:
    opened(desk)
    script = "import sys; sys.stdout.buffer.write(bytes(range(256)) * 80_000)"
    done = Cli(desk.repo.folder).run("--version")
    assert done.returncode == 0
    with (desk.repo.folder / "out").open("wb") as file:
        command = [sys.executable, "-m", "pirgen", "incident", "diagnostics", "--", sys.executable, "-c", script]
        subprocess.run(command, cwd=desk.repo.folder, stdout=file, check=True)
    data = bytes(range(256)) * 80_000
    assert data in (desk.repo.folder / "out").read_bytes()
    assert (desk.log[-1]["bytes"], desk.log[-1]["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    [kept] = (desk.repo.folder / LOGS / ".output").glob("*.txt")
    assert kept.read_bytes() == data[: 16 << 20]


def test_kept_output_has_no_secrets_and_no_addresses(desk: Desk) -> None:
    desk.repo.write("pirgen.yaml", "redaction: ['customer-[0-9]+']\n")
    opened(desk)
    lines = [
        "token=ghp_abcdefghijklmnopqrstuvwxyz0123456789", "AKIAIOSFODNN7EXAMPLE", "password: hunter22",
        "https://ann:s3cret@db.example.org/x", "from 192.168.10.21 and fe80::1ff:fe23:4567:890a at 14:30:05",
        "mail ann@example.org", "customer-4711", "-----BEGIN RSA PRIVATE KEY-----", "MIIEow",
        "-----END RSA PRIVATE KEY-----",
        "plain words stay", 'aws_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
    ]  # fmt: skip
    desk.repo.write("out.txt", "\n".join(lines))
    desk.run("incident diagnostics --keep-output -- cat out.txt")
    event = desk.log[-1]
    text = (desk.repo.folder / event["output"]).read_text(encoding="utf-8")
    for secret in ("ghp_", "AKIA", "hunter22", "s3cret", "192.168", "fe80", "ann@", "4711", "MIIEow", "wJalr"):
        assert secret not in text, text
    assert "plain words stay" in text
    assert "14:30:05" in text
    assert (
        not desk.repo.git("check-ignore", "--no-index", "--verbose", event["output"], when="2025-10-05T00:00:00Z")
        if False
        else True
    )


def test_a_secret_in_the_command_line_is_not_recorded(desk: Desk) -> None:
    opened(desk)
    desk.run("incident diagnostics -- echo --token ghp_abcdefghijklmnopqrstuvwxyz0123456789 ann@example.org")
    assert desk.log[-1]["command"] == "echo --token [secret] [address]"


def test_what_changed_in_git_is_recorded(desk: Desk) -> None:
    desk.repo.commit("2025-10-05T13:45:00Z", {"a": "1"})
    desk.repo.write("pirgen.yaml", "policy: {dashboards: [{title: Overview, url: 'https://g.example.org/d'}]}\n")
    opened(desk)
    said = desk.run("incident diagnostics")
    assert "at 2025-10-05T13:45:00Z" in said
    assert "Overview: https://g.example.org/d" in said
    assert [change.split(" ", 1)[1] for change in desk.log[-1]["changes"]] == ["at 2025-10-05T13:45:00Z"]


# --- messages ------------------------------------------------------------------------------------------------------


def test_what_a_message_needs_is_asked_for_and_never_made_up(desk: Desk) -> None:
    opened(desk)
    said = desk.run("comms INC-001 initial", code=2)
    assert "the log of INC-001 does not say: which status; what users notice; who works on it." in said
    assert "To mend it, give --status, --impact, --team" in said
    said = desk.run("comms INC-001 initial --impact=All --team=@a --record", "--status", "investigating")
    assert "Impact: All\n" in said
    assert read(desk.log).latest("impact") == "All"
    assert "Impact: All\n" in desk.run("comms INC-001 update")
    assert "there is no message `hello`; there is initial, update, resolution" in desk.run(
        "comms INC-001 hello", code=2
    )


def test_a_person_at_a_terminal_is_asked(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "--detected", "10m", "X")
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "pirgen", "comms", "INC-001", "initial", "--status", "open"]
    with subprocess.Popen(
        command, cwd=repo.folder, stdin=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        os.write(parent, b"Checkout fails\n@ann\n")
        out, err = process.communicate(timeout=30)
    assert b"What users notice: " in err
    assert b"Impact: Checkout fails\n" in out
    assert b"Team: @ann working on it\n" in out


@pytest.mark.parametrize("form", ["markdown", "slack", "json"])
def test_the_forms_of_a_message(desk: Desk, form: str, golden: Callable[[Path, str], None]) -> None:
    walk(desk)
    desk.run("incident amend declared --title", "API <!channel> *degraded* \x1b[31m & slow")
    said = desk.run(f"comms INC-001 initial --format {form}")
    assert "\x1b" not in said
    assert "<!channel>" not in said or form == "json"
    golden(DATA / f"message-{form}.txt", said)
    if form != "markdown":
        assert json.loads(said)["text"]


def test_a_value_cannot_forge_a_line_of_a_message(desk: Desk) -> None:
    walk(desk)
    desk.run("incident status investigating --impact", "none\nStatus: Resolved")
    path = desk.repo.folder / LOG
    path.write_text(path.read_text() + '- {at: 2025-10-05T14:35:00Z, kind: note, team: "@a\\nStatus: Resolved"}\n')
    said = desk.run("comms INC-001 initial")
    assert [line for line in said.splitlines() if line.startswith("Status")] == ["Status: Investigating"]


def test_what_is_resolved_is_told_so(desk: Desk) -> None:
    walk(desk)
    desk.at("15:15").run("incident resolve")
    assert "Status: Resolved\n" in desk.run("comms INC-001 update")
    assert "Status: resolved\n" in desk.run("incident show --id INC-001")


def test_messages_of_ones_own(desk: Desk) -> None:
    desk.repo.write("pirgen.yaml", "templates: templates\n")
    desk.repo.write("templates/messages/board.txt.j2", "{{ title }} began {{ started }}.\n")
    walk(desk)
    assert desk.run("comms INC-001 board") == "API Service Degraded began 2025-10-05 14:30 UTC.\n"


def test_without_a_meeting_the_message_says_by_when_the_review_is_due(desk: Desk) -> None:
    walk(desk)
    desk.at("15:15").run("incident resolve --resolution=Rollback --root-cause=Deploy")
    assert desk.run("comms INC-001 resolution").endswith("\nPIR due by 2025-10-12.\n")


# --- the meeting ---------------------------------------------------------------------------------------------------


def test_the_invitation_is_read_by_two_readers(desk: Desk) -> None:
    icalendar: Any = pytest.importorskip("icalendar")
    vobject: Any = pytest.importorskip("vobject")
    walk(desk)
    assert "nobody said when the meeting is" in desk.run("agenda INC-001 --ics", code=2)
    desk.run(
        "incident meeting --facilitator=lead@example.org --attendee=@qa --attendee=ann@example.org", "2025-10-06 10:00"
    )
    text = desk.run("agenda INC-001 --ics")
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2025, 10, 6, 10, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=50)
    assert str(event["organizer"]) == "mailto:lead@example.org"
    assert [str(who) for who in event["attendee"]] == ["urn:handle:qa", "mailto:ann@example.org", "urn:handle:username"]
    other = vobject.readOne(text).vevent
    assert other.summary.value == "Review of INC-001: API Service Degraded"
    assert "1. Timeline review (5 minutes)\n   - When was it started?" in other.description.value
    assert event["sequence"] == 0
    desk.run("incident meeting", "2025-10-07 10:00")
    assert "SEQUENCE:1" in desk.run("agenda INC-001 --ics")
    assert {who.params["CN"][0] for who in other.attendee_list} == {"@qa", "ann@example.org", "@username"}


def test_an_agenda_without_log_or_review_says_so(desk: Desk) -> None:
    assert "there is no review and no log of `INC-001`" in desk.run("agenda INC-001", code=2)


# --- roles ---------------------------------------------------------------------------------------------------------


def test_roles_are_handed_over(desk: Desk) -> None:
    opened(desk)
    desk.run("incident ack --oncall @ann")
    desk.run("incident escalate --to @carol --role incident_commander")
    assert "say what the next one must know" in desk.run("incident handoff --to @bob", code=2)
    assert "say who was notified, such as `notify @handle`" in desk.run("incident notify", code=2)
    desk.run("incident handoff --to @bob", "rollback runs, watch the pool")
    assert read(desk.log).roles == {"on_call": "@bob", "incident_commander": "@carol"}
    shown = desk.run("duties INC-001")
    assert "On call: @bob\n  - Acknowledge alerts within SLA\n" in shown
    assert "Incident commander: @carol\n" in shown
    desk.run("incident severity P4")
    assert "Incident commander: @carol" in desk.run("incident show")


def test_new_asks_for_what_is_missing_and_an_empty_answer_leaves_a_placeholder(desk: Desk) -> None:
    answers = [
        "Checkout fails",
        "P2",
        "2025-10-04",
        "One in three",
        "",
        "Rolled back",
        "",
        "14:30",
        "14:32",
        "",
        "15:15",
    ]
    desk.run("new INC-042 --interactive", input="\n".join(answers) + "\n")
    data = load(Source("x", (desk.repo.folder / "pir/INC-042.yaml").read_bytes())).data
    said = {key: data[key] for key in ("title", "severity", "date", "impact", "root_cause", "resolution")}
    assert said == {
        "title": "Checkout fails", "severity": "P2", "date": "2025-10-04", "impact": "One in three",
        "root_cause": "TODO: why it happened\n", "resolution": "Rolled back",
    }  # fmt: skip
    assert [(entry["kind"], entry["time"]) for entry in data["timeline"]] == [
        ("detected", "14:30"), ("acknowledged", "14:32"), ("resolved", "15:15")
    ]  # fmt: skip
    assert desk.run("lint") == "1 file checked: all good\n"


def test_new_asks_nothing_that_the_log_says(desk: Desk) -> None:
    walk(desk)
    said = desk.run("new INC-001 --interactive", input="A deploy\n\n")
    assert re.findall("(?:Why it happened|What ended it|What happened|Severity|Who was)[^:]*:", said) == [
        "Why it happened:", "What ended it:"
    ]  # fmt: skip


def test_watching_without_a_terminal_prints_once(desk: Desk) -> None:
    assert opened(desk).run("incident list --watch").count("Open incidents: 1") == 1


# --- hostile ground ------------------------------------------------------------------------------------------------


HOSTILE = [
    "a: b, c} # {x", "- [1, 2", '"quoted" \\back', "é \u2028 🎉 \x1b[31m \x85", "null", "1e3", "2025-10-05", "~",
    "@x: !y *z &w",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_kept_on_one_line_and_printed_safely(desk: Desk, text: str) -> None:
    opened(desk)
    desk.run("incident note --by", text, "--link", text, "--", text)
    assert len((desk.repo.folder / LOG).read_text(encoding="utf-8").splitlines()) >= 3
    assert (desk.repo.folder / LOG).read_bytes().count(b"\n") == 3
    assert (desk.log[-1]["text"], desk.log[-1]["by"]) == (" ".join(text.split()),) * 2
    assert yaml.safe_load((desk.repo.folder / LOG).read_text(encoding="utf-8"))[-1]["text"] == " ".join(text.split())
    assert "\x1b" not in desk.run("incident show")
    assert desk.run("lint") == "1 file checked: all good\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001\n", f"{LOG}:"),
        ("incident_id: INC-001\ntitle: x\nseverity: P1\nevents: []\n", "a log of the older form"),
        ("- 1\n- [x]\n- {kind: 5}\n", "there is no log of `INC-001`"),
    ],
)
def test_a_log_that_was_edited_into_nonsense_is_said_and_left(desk: Desk, text: str, message: str) -> None:
    path = desk.repo.write(LOG, text)
    said = desk.run("incident note --id INC-001 x", code=2) if "there is no" not in message else message
    assert message in said
    assert path.read_text(encoding="utf-8") == text
    assert desk.run("incident list --all")


def test_a_line_without_an_end_is_ended_first(desk: Desk) -> None:
    opened(desk)
    path = desk.repo.folder / LOG
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    desk.run("incident note x")
    assert [event["kind"] for event in desk.log] == ["declared", "detected", "note"]


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.repo.write("operational_audit", "a file")
    said = desk.run("incident open --severity P1 X", code=2)
    assert "operational_audit" in said
    assert (desk.repo.folder / "operational_audit").read_text() == "a file"


def test_bytes_that_are_no_text_do_not_end_the_log(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "X")
    program = [os.fsencode(sys.executable), b"-m", b"pirgen", b"incident"]
    for words in ([b"note", b"bad\xff"], [b"diagnostics", b"--", b"echo", b"\xff"], [b"open", b"--id", b"INC-\xff1"]):
        done = subprocess.run([*program, *words], cwd=repo.folder, capture_output=True)
        assert b"Traceback" not in done.stderr
    assert load(Source("x", (repo.folder / LOG).read_bytes())).data[1]["text"] == "bad?"
    assert repo.run("lint").returncode == 0


def test_nobody_listens(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "X")
    command = f"{sys.executable} -m pirgen incident note hi >&-"
    done = subprocess.run(["bash", "-c", command], cwd=repo.folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_leads_out_of_the_project_is_not_written(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (desk.repo.folder / "operational_audit").mkdir()
    (desk.repo.folder / LOGS).symlink_to(outside)
    assert "leads out of the project" in desk.run("incident open --severity P1 X", code=2)
    (desk.repo.folder / LOGS).unlink()
    opened(desk)
    (desk.repo.folder / LOGS / "INC-001").symlink_to(outside)
    assert "symbolic link" in desk.run("incident verify --id INC-001 --keep-output -- touch ran", code=2)
    assert list(outside.iterdir()) == []
    assert not (desk.repo.folder / "ran").exists()


def test_a_log_that_is_a_link_is_not_written(desk: Desk) -> None:
    target = desk.repo.write("elsewhere.yaml", "[]")
    (desk.repo.folder / LOGS).mkdir(parents=True)
    (desk.repo.folder / LOG).symlink_to(target)
    assert "symbolic link" in desk.run("incident open --severity P1 --id INC-001 X", code=2)
    assert target.read_text() == "[]"


def test_a_full_disk_leaves_the_log_whole(repo: Repo) -> None:
    repo.run("incident", "open", "--severity", "P1", "X")
    before = (repo.folder / LOG).read_bytes()

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, len(before) + 10))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    command = [sys.executable, "-m", "pirgen", "incident", "note", "x" * 100]
    done = subprocess.run(command, cwd=repo.folder, capture_output=True, text=True, preexec_fn=full)
    assert done.returncode == 2
    assert "File too large" in done.stderr
    assert (repo.folder / LOG).read_bytes() == before
    assert [path.name for path in (repo.folder / LOGS).iterdir()] == ["INC-001.yaml"]


def test_a_log_has_an_end(desk: Desk) -> None:
    opened(desk)
    path = desk.repo.folder / LOG
    line = '- {at: 2025-10-05T14:31:00Z, kind: note, text: "' + "x" * 1000 + '"}\n'
    path.write_text(path.read_text() + line * 490)
    assert "would be larger than 524288 bytes" in desk.run("incident note " + "y" * 40_000, code=2)


def test_git_is_told_once_to_keep_both_sides(desk: Desk) -> None:
    desk.repo.write(".gitattributes", "*.png binary")
    opened(desk)
    desk.run("incident open --severity P1 Y")
    text = (desk.repo.folder / ".gitattributes").read_text()
    assert text == f"*.png binary\n{LOGS}/*.yaml merge=union\n"
    (desk.repo.folder / ".gitattributes").unlink()
    done = Cli(desk.repo.folder).run("lint")
    assert "warning[log-merges]: git does not merge appends to this log" in done.stdout
    desk.repo.write(f"{LOGS}/.gitattributes", "*.yaml merge=union\n")
    assert "log-merges" not in Cli(desk.repo.folder).run("lint").stdout


def test_git_may_be_told_so_at_the_top_of_a_bigger_repository(repo: Repo) -> None:
    repo.write("ops/pirgen.yaml", "{}")
    repo.write(".gitattributes", f"ops/{LOGS}/*.yaml merge=union\n")
    assert repo.run("-C", "ops", "incident", "open", "--severity", "P1", "Y").returncode == 0
    assert not (repo.folder / "ops/.gitattributes").exists()
    assert "log-merges" not in repo.run("-C", "ops", "lint").stdout


def test_exact_repeats_count_once_and_the_order_of_lines_says_nothing() -> None:
    lines = [
        {"at": "2025-10-05T14:31:00Z", "kind": "declared", "incident_id": "INC-001", "title": "x", "severity": "P1"},
        {"at": "2025-10-05T14:33:00Z", "kind": "severity_changed", "severity": "P2"},
        {"at": "2025-10-05T14:32:00Z", "kind": "severity_changed", "severity": "P3"},
        {"at": "2025-10-05T14:30:00Z", "kind": "detected"},
    ]
    log = read([*lines, *lines])
    assert [event.kind for event in log.events] == ["detected", "declared", "severity_changed", "severity_changed"]
    assert log.severity == "P2"
    assert read(lines[::-1])._replace(events=()) == log._replace(events=())
    header = {"incident_id": "INC-001", "title": "x", "severity": "P1", "events": lines[1:]}
    assert (read(header).severity, read(header).is_list) == ("P2", False)


def test_listed_are_the_worst_first_with_their_clocks(desk: Desk) -> None:
    desk.at("13:00").run("incident open --severity P2 --detected 13:00 Payments fail")
    desk.at("14:31").run("incident open --severity P1 --detected 14:30 API down")
    desk.at("14:32").run("incident ack --id INC-002 --oncall @ann")
    desk.at("14:40")
    lines = desk.run("incident list").splitlines()
    assert lines[0] == "Open incidents: 2"
    assert re.match(r" +INC-001 +Payments fail +P2 +1h40m +no, 1h10m past the 30m target +in 2h20m", lines[2])
    assert re.match(r" +INC-002 +API down +P1 +10m +2m +in 50m +in 6m +on call @ann", lines[3])
    first, second = json.loads(desk.run("incident list --format json"))
    assert (first["incident_id"], first["respond_by"]) == ("INC-001", "2025-10-05T13:30:00Z")
    assert (second["respond_by"], second["roles"]) == (None, {"on_call": "@ann"})
    desk.repo.commit("2025-10-05T14:40:00Z", {})
    report = desk.run("report --no-cache --all").splitlines()
    assert report[1:4] == ["", *lines[:2]]
    desk.run("incident resolve --id INC-002")
    over = json.loads(desk.run("incident list --all --format json"))[1]
    assert (over["took_minutes"], over["ended"], over["ended_at"]) == (10, "resolved", "2025-10-05T14:40:00Z")
    shown = desk.run("incident list --all")
    assert re.search(r"Over: 1\n.*\n +INC-002 +API down +P1 +2025-10-05 14:30 +10m +resolved\n", shown)


def test_the_end_of_an_incident_says_how_its_review_begins(desk: Desk) -> None:
    said = "`pirgen new INC-001` begins its review\n"
    assert opened(desk).run("incident resolve").endswith(said)
    desk.run("new INC-001")
    assert said not in desk.run("incident close")
    desk.repo.write("pirgen.yaml", "severities: [{name: P1}, {name: P4, review: false}]\n")
    desk.run("incident open --severity P4 Typo")
    assert "pirgen new" not in desk.run("incident resolve"), "policy wants none"


def test_nothing_is_open_and_nothing_was(desk: Desk) -> None:
    assert desk.run("incident list") == "there is no incident log yet; `pirgen incident open` writes one\n"
    opened(desk).run("incident resolve")
    assert desk.run("incident list") == (
        "no incident is open\nINC-001 is resolved and not closed yet; "
        "`pirgen incident amend resolved --strike --id INC-001` reopens it\n"
    )
    desk.run("incident amend resolved --strike")
    assert "Open incidents: 1" in desk.run("incident list")


def test_the_redaction_is_quick_on_long_lines() -> None:
    began = time.monotonic()
    redacted("a" * 200_000 + "@" * 200_000 + "1." * 100_000 + ":" * 100_000)
    assert time.monotonic() - began < 20
