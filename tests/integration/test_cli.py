"""The command `tracker`, as a person types it: real processes on an instance of their own."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ON_POSTGRESQL

PASSWORD = "dong song xanh 2026"
WAIT_SECONDS = 30


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An instance in an empty directory, on a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    own = kept | {"TRACKER_INSTANCE": str(tmp_path / "instance"), "PYTHONWARNINGS": "default"}
    if not ON_POSTGRESQL:
        yield own
        return
    from tests.postgres import new_database

    with new_database(os.environ["TRACKER_TEST_POSTGRESQL"]) as url:
        yield own | {"TRACKER_DATABASE_URL": url.replace("postgresql+psycopg", "postgresql")}


Tracker = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tracker(environment: dict[str, str]) -> Tracker:
    """Run `tracker …` to its end."""

    def run(*words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tracker", *words],
            env=environment | more,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def kept_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with an empty province, made once and copied."""
    instance = tmp_path_factory.mktemp("kept") / "instance"
    subprocess.run(
        [sys.executable, "-m", "tracker", "init", "--province", "33"],
        env=os.environ | {"TRACKER_INSTANCE": str(instance)},
        capture_output=True,
        timeout=120,
        check=True,
    )
    return instance


@pytest.fixture
def province(tracker: Tracker, environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    """An instance with an empty province."""
    if ON_POSTGRESQL:
        done = tracker("init", "--province", "33")
        assert done.returncode == 0, done.stderr
    else:
        shutil.copytree(request.getfixturevalue("kept_instance"), environment["TRACKER_INSTANCE"])


def database(environment: dict[str, str], statement: str) -> None:
    """Write into the instance's database directly."""
    url = environment.get("TRACKER_DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url or f"sqlite:///{environment['TRACKER_INSTANCE']}/tracker.db")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only line on standard error."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_init_sets_up_a_province_and_doctor_finds_it_healthy(tracker: Tracker) -> None:
    done = tracker("init", "--province", "33")
    assert "UBND tỉnh Hưng Yên" in done.stdout
    assert "Trial mode: for 30 days" in done.stdout
    done = tracker("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "129 units" in done.stdout
    assert "BAD" not in done.stdout
    assert tracker("verify").returncode == 0


def test_a_second_init_and_an_unknown_province_are_refused(tracker: Tracker, province: None) -> None:
    again = tracker("init", "--province", "33")
    assert (again.returncode, one_line(again)) == (1, "tracker: province_loaded_already")


def test_an_unknown_province_is_refused(tracker: Tracker) -> None:
    unknown = tracker("init", "--province", "00")
    assert unknown.returncode == 1
    assert "province_unknown" in one_line(unknown)


def test_the_secret_key_is_made_and_only_its_owner_reads_it(
    tracker: Tracker, environment: dict[str, str]
) -> None:
    assert tracker("migrate").returncode == 0
    key = Path(environment["TRACKER_INSTANCE"]) / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_text()
    tracker("migrate")
    assert key.read_text() == before


def test_a_person_is_added_with_a_password_from_standard_input(tracker: Tracker, province: None) -> None:
    words = ("user", "add", "quan.tri", "--name", "Nguyễn Văn An", "--role", "administrator", "--unit", "33")
    done = tracker(*words, "--password-stdin", typed=PASSWORD + "\n")
    assert (done.returncode, done.stdout) == (0, "Added quan.tri.\n")
    again = tracker(*words, "--password-stdin", typed=PASSWORD + "\n")
    assert (again.returncode, one_line(again)) == (1, "tracker: login_taken")


@pytest.mark.parametrize(
    ("role", "unit", "password", "complaint"),
    [
        ("administrator", "33", "short", "password_too_short"),
        ("administrator", "33", "", "password_too_short"),
        ("king", "33", PASSWORD, "'king' is not one of"),
        ("administrator", "99999", PASSWORD, "no unit with the code 99999"),
    ],
)
def test_a_person_is_not_added_without_a_good_password_role_and_unit(
    tracker: Tracker, province: None, role: str, unit: str, password: str, complaint: str
) -> None:
    words = ("user", "add", "an", "--name", "An", "--role", role, "--unit", unit, "--password-stdin")
    done = tracker(*words, typed=password + "\n")
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"TRACKER_PORT": "http"},
        {"TRACKER_PROT": "8000"},
        {"TRACKER_DATABASE_URL": "mysql://x"},
        {"TRACKER_BASE_URL": "example.org/path"},
    ],
)
def test_a_wrong_setting_ends_with_one_line_and_status_2(tracker: Tracker, wrong: dict[str, str]) -> None:
    done = tracker("doctor", **wrong)
    assert done.returncode == 2
    assert next(iter(wrong)) in one_line(done)


def test_a_wrong_port_is_said_by_its_short_name_too(tracker: Tracker) -> None:
    done = tracker("serve", PORT="http")
    assert done.returncode == 2
    assert "PORT" in one_line(done)


def test_the_schema_goes_down_and_up(tracker: Tracker, province: None) -> None:
    assert tracker("migrate", "--to", "base").stdout == "Schema: empty\n"
    bad = tracker("doctor")
    assert bad.returncode == 1
    assert "run `tracker migrate`" in bad.stdout
    assert tracker("migrate").stdout.startswith("Schema: 0")
    unknown = tracker("migrate", "--to", "9999")
    assert (unknown.returncode, one_line(unknown)) == (2, "tracker: there is no revision 9999")


def test_jobs_run_once_and_a_failed_one_is_told(
    tracker: Tracker, province: None, environment: dict[str, str]
) -> None:
    first = tracker("run-jobs", "--once")
    assert first.returncode == 0
    assert "sweep_files" in first.stdout
    assert tracker("run-jobs").stdout == ""
    database(
        environment, "UPDATE job_run SET failures = 2, last_error = 'no luck' WHERE name = 'sweep_files'"
    )
    failed = tracker("run-jobs")
    assert (failed.returncode, one_line(failed)) == (1, "tracker: sweep_files: no luck")
    told = tracker("doctor")
    assert told.returncode == 1
    assert "sweep_files failed 2×: no luck" in told.stdout


def test_a_rehearsal_tells_what_would_happen_and_keeps_nothing(
    tracker: Tracker, province: None, environment: dict[str, str]
) -> None:
    told = tracker("run-jobs", "--at", "2026-12-01T07:30+07:00", "--dry-run")
    assert told.returncode == 0
    assert "take_due_acts: 0" in told.stdout
    assert "sweep_files\n  0 files without a row to remove\n" in told.stdout
    assert tracker("run-jobs", "--dry-run").stdout.count("take_due_acts") == 1  # it is due still
    wrong = tracker("run-jobs", "--at", "tomorrow")
    assert (wrong.returncode, one_line(wrong)) == (
        2,
        "tracker: --at: expected a moment as 2026-12-01T07:30+07:00",
    )


def test_the_demonstration_needs_an_empty_database(tracker: Tracker, province: None) -> None:
    done = tracker("demo")
    assert done.returncode == 2
    assert "needs an empty one" in one_line(done)


def test_serving_needs_the_newest_schema(tracker: Tracker) -> None:
    done = tracker("serve", PORT=str(free_port()))
    assert done.returncode == 2
    assert "run `tracker migrate`" in one_line(done)


def test_a_demonstration_database_never_listens_beyond_this_machine(
    tracker: Tracker, province: None, environment: dict[str, str]
) -> None:
    database(environment, "INSERT INTO switch (name, value) VALUES ('is_demo', 'true')")
    done = tracker("serve", HOST="0.0.0.0", PORT=str(free_port()))
    assert done.returncode == 2
    assert "127.0.0.1 only" in one_line(done)
    told = tracker("doctor", TRACKER_HOST="0.0.0.0")
    assert told.returncode == 1
    assert "127.0.0.1 only" in told.stdout


def test_a_port_that_is_taken_is_said_in_one_line(tracker: Tracker, province: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = tracker("serve", PORT=str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in one_line(done)


def test_a_database_that_cannot_be_opened_is_said_in_one_line(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "directory.db").mkdir()
    done = tracker("verify", TRACKER_DATABASE_URL=f"sqlite:///{tmp_path / 'directory.db'}")
    assert done.returncode == 1
    assert "unable to open" in one_line(done)


# --- serving --------------------------------------------------------------------------------------


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], bool], message: str) -> None:
    """Wait for something that happens in another process."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    while not what():
        assert time.monotonic() < give_up_at, message
        time.sleep(0.05)


def answers(port: int, within: float = 5) -> bool:
    """Whether a page comes, of whatever status below 500."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=within):
            return True
    except HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def children(pid: int) -> dict[str, int]:
    """The children of a process by what `tracker` was told: web, worker."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            stat = (path / "stat").read_text().rsplit(")", 1)[1].split()
            if int(stat[1]) == pid and stat[0] != "Z":
                words = (path / "cmdline").read_text().split("\0")
                found[words[words.index("tracker") + 1]] = int(path.name)
    return found


def is_alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def serve(environment: dict[str, str], province: None) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    """Start `tracker serve` on a port and wait for its line; ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker", "serve"],
            env=environment | {"PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"Serving on http://127.0.0.1:{port}\n"
        until(lambda: "worker" in children(process.pid), "no worker was started")
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.wait(WAIT_SECONDS)
        if process.stdout:
            process.stdout.close()


def test_serving_ends_wholly_when_told_to(serve: Callable[[int], subprocess.Popen[str]]) -> None:
    port = free_port()
    process = serve(port)
    assert answers(port)
    family = [*children(process.pid).values(), *children(children(process.pid)["web"]).values()]
    process.terminate()
    assert process.wait(WAIT_SECONDS) == 0
    assert not any(is_alive(pid) for pid in family)


def test_a_worker_that_dies_is_started_again(serve: Callable[[int], subprocess.Popen[str]]) -> None:
    process = serve(free_port())
    first = children(process.pid)["worker"]
    os.kill(first, signal.SIGKILL)
    until(lambda: children(process.pid).get("worker", first) != first, "the worker was not started again")


def test_a_web_process_that_dies_is_started_again(serve: Callable[[int], subprocess.Popen[str]]) -> None:
    port = free_port()
    web = children(serve(port).pid)["web"]

    def processes() -> set[int]:
        found = set()
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                if int((path / "stat").read_text().rsplit(")", 1)[1].split()[1]) == web:
                    found.add(int(path.name))
        return {pid for pid in found if is_alive(pid)}

    until(lambda: len(processes()) == 2, "there are not two web processes")
    victim = min(processes())
    os.kill(victim, signal.SIGKILL)
    until(lambda: victim not in processes() and len(processes()) == 2, "the web process was not replaced")
    assert answers(port)


def test_the_end_of_the_web_server_ends_all(serve: Callable[[int], subprocess.Popen[str]]) -> None:
    process = serve(free_port())
    family = children(process.pid)
    os.kill(family["web"], signal.SIGKILL)
    assert process.wait(WAIT_SECONDS) != 0
    until(lambda: not is_alive(family["worker"]), "the worker outlived the web server")


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_serves_at_once(
    serve: Callable[[int], subprocess.Popen[str]],
) -> None:
    port = free_port()
    process = serve(port)
    family = [*children(process.pid).values(), *children(children(process.pid)["web"]).values()]
    process.kill()
    process.wait(WAIT_SECONDS)
    serve(port)
    assert answers(port)
    until(lambda: not any(is_alive(pid) for pid in family), "something outlived its supervisor")


def test_two_idle_connections_do_not_stop_a_page(serve: Callable[[int], subprocess.Popen[str]]) -> None:
    port = free_port()
    serve(port)
    assert all(answers(port) for _ in range(6))
    for _ in range(4):  # both idle connections go to one process in some rounds
        with (
            closing(socket.create_connection(("127.0.0.1", port))),
            closing(socket.create_connection(("127.0.0.1", port))),
        ):
            # The machine may be busy for a second; idle connections would hold a page up for five.
            assert any(answers(port, within=1) for _ in range(3))


def test_run_makes_everything_ready_and_serves(environment: dict[str, str]) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "tracker", "run", "--no-demo"],
        env=environment | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Serving on http://127.0.0.1:{port}\n"
        assert answers(port)
        process.terminate()
    assert process.returncode == 0


def test_the_data_of_a_killed_server_is_whole(
    serve: Callable[[int], subprocess.Popen[str]], tracker: Tracker, environment: dict[str, str]
) -> None:
    process = serve(free_port())
    process.kill()
    process.wait(WAIT_SECONDS)
    assert tracker("verify").returncode == 0
    path = Path(environment["TRACKER_INSTANCE"]) / "tracker.db"
    if not ON_POSTGRESQL:
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_every_command_explains_itself(tracker: Tracker) -> None:
    told = tracker("--help").stdout
    listed = re.findall(r"^  ([a-z-]+) ", told, re.MULTILINE)
    named = {"demo", "doctor", "init", "migrate", "run", "run-jobs", "serve", "user", "verify", "worker"}
    assert named <= set(listed)
    assert "web" not in listed


def test_database_and_directories_are_their_owners_alone(
    tracker: Tracker, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["TRACKER_INSTANCE"] = str(tmp_path / "new")
    assert tracker("migrate").returncode == 0
    found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    assert ON_POSTGRESQL or tmp_path / "new" / "tracker.db" in found
    assert {path: mode for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
