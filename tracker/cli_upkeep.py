"""Commands of those who look after an instance: backup, restore, deployment, the index of the search.

Owns: their options and what is said on the terminal. Must not hold a rule; `cli` puts them into `tracker`.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli_context import Refusal, with_application
from tracker.config import Settings, load_settings

if TYPE_CHECKING:
    from flask import Flask

_NAMED = 5
"""As many missing files are named."""


@click.command()
@click.argument("to", required=False, type=click.Path(file_okay=False, path_type=Path))
@with_application
def backup(app: "Flask", to: Path | None) -> None:
    """Copy database and files into a new directory below TO while people work (TRACKER_BACKUP_DIR without it)."""
    from tracker import clock
    from tracker.backup import manifest, service
    from tracker.backup.errors import Unusable
    from tracker.db import db

    settings: Settings = app.extensions["settings"]
    try:
        made = service.back_up(settings, db.engine, (to or settings.backup_dir).absolute(), clock.now())
        found = manifest.read(made)
    except (Unusable, OSError) as error:
        raise Refusal(f"no backup was made: {error}") from error
    click.echo(f"{made}: {sum(found.rows.values())} rows, {len(found.files)} files")
    _tell_missing(found.missing)


def copy_before_migration(app: "Flask") -> None:
    """A backup of what a migration is about to change: the way back, should the new version not please."""
    from tracker import clock
    from tracker.backup import service
    from tracker.backup.errors import Unusable
    from tracker.db import db

    settings: Settings = app.extensions["settings"]
    try:
        made = service.back_up(
            settings, db.engine, settings.backup_dir.absolute(), clock.now(), service.BEFORE_MIGRATION
        )
    except (Unusable, OSError) as error:
        raise Refusal(
            f"no backup could be made, so nothing was migrated: {error}; `tracker migrate --no-copy` goes without"
        ) from error
    click.echo(f"The way back: tracker restore {made} --replace", err=True)


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Move what this instance holds aside first; nothing is removed."
)
@with_application
def restore(app: "Flask", source: Path, replace: bool) -> None:
    """Take back a backup into an instance that is empty and not being served."""
    from tracker import migrations
    from tracker.backup import service
    from tracker.backup.errors import Unusable
    from tracker.db import db

    try:
        done = service.restore(app.extensions["settings"], db.engine, source.absolute(), replace=replace)
    except (Unusable, OSError) as error:
        raise Refusal(f"nothing was restored: {error}") from error
    found = done.manifest
    click.echo(
        f"Restored as of {found.created_at:%Y-%m-%d %H:%M} UTC: {sum(found.rows.values())} rows, "
        f"{len(found.files) + len(found.missing) - len(done.missing)} files. Everybody signs in anew."
    )
    for place in done.aside:
        click.echo(f"What was here before: {place}")
    _tell_missing(done.missing)
    if found.schema != migrations.head():
        click.echo(f"Schema {found.schema} is older than this program: run `tracker migrate`")


@click.command()
@with_application
def reindex(_app: "Flask") -> None:
    """Make the index of the search anew from the texts while people work; a killed run is gone on with."""
    from tracker.db import db, transaction
    from tracker.issues import searching

    count = searching.reindex(db.session, transaction)
    click.echo(f"{count} issues were read anew.")


def _tell_missing(keys: list[str]) -> None:
    if keys:
        named = ", ".join(keys[:_NAMED]) + (" …" if len(keys) > _NAMED else "")
        click.echo(f"tracker: {len(keys)} files are missing or damaged: {named}", err=True)


@click.command()
@click.argument("kind", type=click.Choice(["nginx", "systemd"]))
@click.option(
    "--user", default="tracker", show_default=True, help="Account of the machine that runs the tracker."
)
@click.option(
    "--to", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Write the files there."
)
def deployment(kind: str, user: str, to: Path | None) -> None:
    """Print the files for nginx or systemd, filled in with this instance's settings."""
    from tracker.deployment import files

    program = str(Path(sys.executable).with_name("tracker"))
    made = files(kind, load_settings(), program=program, user=user)
    for name, content in made.items():
        if to is None:
            click.echo(content)
        else:
            (to / name).write_text(content, encoding="utf-8")
            click.echo(to / name)
