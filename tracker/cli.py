"""The command `tracker`.

Owns: the commands, their options, and what is said on the terminal. Each calls one service, in one transaction.
Must not hold a rule. A wrong setting ends with one line and exit status 2.
"""

import os
import subprocess
import sys
import threading
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tracker import cli_upkeep
from tracker.cli_context import Refusal, application, with_application
from tracker.config import PREFIX, SettingError, Settings, load_settings
from tracker.errors import DomainError
from tracker.permissions import Role

if TYPE_CHECKING:
    from flask import Flask

FAULTY = 2


def main() -> None:
    """Entry point: no trace of the program is shown for what a person did."""
    from sqlalchemy.exc import OperationalError

    try:
        commands(prog_name="tracker")
    except (SettingError, Refusal) as error:
        _end(str(error), FAULTY)
    except DomainError as error:
        params = ", ".join(f"{name} {value}" for name, value in error.params.items())
        _end(f"{error.code} {params}".strip(), 1)
    except OperationalError as error:
        _end(f"database: {str(error.orig).splitlines()[0]}", 1)


def _end(line: str, status: int) -> None:
    click.echo(f"tracker: {line}", err=True)
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Issue and escalation tracker of a province."""


commands.add_command(cli_upkeep.backup)
commands.add_command(cli_upkeep.deployment)
commands.add_command(cli_upkeep.reindex)
commands.add_command(cli_upkeep.restore)


def _listening_settings() -> Settings:
    """HOST and PORT are short for TRACKER_HOST and TRACKER_PORT where the program listens."""
    for name in ("HOST", "PORT"):
        if os.environ.get(name):
            os.environ.setdefault(PREFIX + name, os.environ[name])
    return load_settings()


_parent = click.option("--parent", type=int, hidden=True)


def _die_with(parent: int | None) -> None:
    from tracker import serve

    if parent is not None:
        serve.die_with(parent)


@commands.command()
@click.option("--demo/--no-demo", default=True, envvar="DEMO", help="Fill an empty database with the demo.")
def run(demo: bool) -> None:
    """Make everything ready and serve: instance, schema, demonstration province in an empty database."""
    settings = _listening_settings()
    with application(settings) as app:
        _migrate(app)
        if demo and settings.is_loopback_only and _is_empty():
            click.echo("Building the demonstration province…")
            _build_demo(app)
    again = [sys.executable, "-m", "tracker", "serve"]
    if sys.platform == "win32":
        sys.exit(subprocess.call(again))
    sys.stdout.flush()
    os.execv(sys.executable, again)  # noqa: S606 - a signal to `make run` must reach the server


@commands.command()
def serve() -> None:
    """Serve: two web processes and one supervised worker."""
    from tracker.serve import supervise

    _listening_settings()
    sys.exit(supervise())


@commands.command(hidden=True)
@_parent
def web(parent: int | None) -> None:
    """The web server alone (started by `serve`)."""
    from tracker import doctor, logs
    from tracker.db import db
    from tracker.serve import PortTaken, run_web

    _die_with(parent)
    logs.to_stderr()
    settings = load_settings()
    with application(settings) as app:
        problem = doctor.schema_problem(db.engine) or doctor.beyond_loopback(settings, db.session)
        if problem:
            raise Refusal(problem)
    try:
        run_web(app, settings.host, settings.port, f"Serving on {settings.base_url}")
    except PortTaken as error:
        raise Refusal(str(error)) from error


@commands.command()
@_parent
def worker(parent: int | None) -> None:
    """Run the periodic jobs until told to stop (started by `serve`)."""
    import signal

    from tracker import doctor, jobs, logs
    from tracker.db import db

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _die_with(parent)
    logs.to_stderr()
    settings = _job_settings()
    with application(settings) as app:
        problem = doctor.schema_problem(db.engine)
    if problem:
        raise Refusal(problem)
    jobs.work_until(stop, app.app_context, _storage(settings), jobs.jobs_of(settings))


@commands.command("run-jobs")
@click.option("--once", is_flag=True, help="One round only, even when a job is due again at once.")
@click.option("--at", metavar="MOMENT", help="As if it were that moment, as 2026-12-01T07:30+07:00.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen; nothing is kept and nothing is sent.")
def run_jobs(once: bool, at: str | None, dry_run: bool) -> None:
    """Run the periodic jobs that are due, then end: for a scheduler of one's own."""
    from tracker import clock, jobs
    from tracker.db import db

    settings = _job_settings()
    owner = jobs.owner_name()
    with application(settings), clock.travel(_moment(at)) if at else nullcontext():
        if dry_run:
            for line in jobs.rehearse(_storage(settings), jobs.jobs_of(settings)):
                click.echo(line)
            return
        while done := jobs.run_due(_storage(settings), owner, jobs.jobs_of(settings)):
            click.echo(f"Done: {', '.join(done)}")
            if once:
                break
        failing = [f"{job.name}: {job.last_error}" for job in jobs.failing(db.session)]
    if failing:
        _end("; ".join(failing), 1)


def _moment(text: str) -> datetime:
    """A moment with its zone; without one it is meant in Vietnam."""
    from tracker.clock import LOCAL_ZONE

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("--at: expected a moment as 2026-12-01T07:30+07:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


@commands.command()
@click.option("--province", required=True, metavar="CODE", help="Code of the province, as 33.")
@with_application
def init(app: "Flask", province: str) -> None:
    """Set up an empty database for a province: its units, fields, routing, calendar and targets; its trial begins."""
    from tracker import clock
    from tracker.db import db, transaction
    from tracker.deadlines.days import import_packaged_days, load_targets
    from tracker.directory.service import load_province
    from tracker.directory.switching import start_trial

    _migrate(app)
    with transaction():
        unit = load_province(db.session, province)
        start_trial(db.session, clock.today())
        import_packaged_days(db.session)
        load_targets(db.session)
        name = unit.name
    click.echo("Trial mode: for 30 days levels 3 and 4 are only listed (the province's switches).")
    click.echo(f"{name} is set up. Next: tracker user add LOGIN --role administrator --unit {province}")


@commands.command()
@with_application
def demo(app: "Flask") -> None:
    """Fill an empty database with the demonstration province; it is then served on this machine only."""
    _migrate(app)
    if not _is_empty():
        raise Refusal("the database is not empty: the demonstration province needs an empty one")
    _build_demo(app)


@commands.command()
@click.option(
    "--to", default="head", metavar="REVISION", help="A revision, head, or base (removes all data)."
)
@click.option(
    "--copy/--no-copy",
    default=True,
    show_default=True,
    help="Make a backup first where the database holds something.",
)
@with_application
def migrate(app: "Flask", to: str, copy: bool) -> None:
    """Bring the database schema to the newest, or to a named, revision."""
    _migrate(app, to, is_copied=copy)
    click.echo(f"Schema: {_current() or 'empty'}")


@commands.group()
def user() -> None:
    """People."""


@user.command("add")
@click.argument("login")
@click.option("--name", prompt=True, help="Full name.")
@click.option(
    "--role", prompt=True, type=click.Choice([role.value for role in Role]), help="Role of the first grant."
)
@click.option("--unit", prompt="Code of the unit", help="Code of the unit of the first grant.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)
@with_application
def add_user(app: "Flask", login: str, name: str, role: str, unit: str, password_stdin: bool) -> None:
    """Add a person with a first role. There is no default password."""
    from tracker.accounts import passwords, service
    from tracker.db import db, transaction
    from tracker.directory.queries import unit_by_code

    settings: Settings = app.extensions["settings"]
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    passwords.check_new(password, login=login, full_name=name, min_length=settings.password_min_length)
    password_hash = passwords.hash_password(password)
    with transaction():
        own_unit = unit_by_code(db.session, unit)
        if own_unit is None:
            raise Refusal(f"there is no unit with the code {unit}")
        account = service.add_account(db.session, login=login, full_name=name, password_hash=password_hash)
        service.grant(db.session, account.id, Role(role), own_unit.id)
    click.echo(f"Added {login}.")


@commands.command()
@with_application
def verify(_app: "Flask") -> None:
    """Prove history, counts and reading rights; names the first broken event."""
    from tracker.db import db
    from tracker.issues.verify import verify as problems_of

    problems = problems_of(db.session)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        _end(f"{len(problems)} problems, the first: {problems[0]}", 1)
    click.echo("All histories, counts and reading rights agree.")


@commands.command()
@with_application
def doctor(app: "Flask") -> None:
    """Say whether this instance is healthy."""
    from tracker.db import db
    from tracker.doctor import examine

    findings = list(examine(app.extensions["settings"], db.engine))
    for finding in findings:
        click.echo(f"{'BAD' if finding.is_bad else 'ok ':4} {finding.what}: {finding.detail}")
    if any(finding.is_bad for finding in findings):
        sys.exit(1)


def _migrate(app: "Flask", to: str = "head", *, is_copied: bool = True) -> None:
    from tracker import migrations
    from tracker.db import db

    try:
        if is_copied and migrations.would_change(db.engine, to):
            cli_upkeep.copy_before_migration(app)
        migrations.migrate(db.engine, to)
    except migrations.UnknownRevision as error:
        raise Refusal(str(error)) from error


def _current() -> str | None:
    from tracker import migrations
    from tracker.db import db

    return migrations.current(db.engine)


def _is_empty() -> bool:
    from tracker.db import db
    from tracker.directory.queries import count_units

    return count_units(db.session) == 0


def _build_demo(app: "Flask") -> None:
    from tracker.demo.build import build_demo

    build_demo(app)


def _job_settings() -> Settings:
    """Settings of a process that may wait long for a writer: nobody sits before it."""
    from dataclasses import replace

    settings = load_settings()
    return replace(settings, busy_timeout_ms=settings.job_busy_timeout_ms)


def _storage(settings: Settings) -> Any:
    from tracker.attachments.storage import Storage

    return Storage.of(settings)
