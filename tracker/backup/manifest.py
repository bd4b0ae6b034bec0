"""What lies in a backup: `manifest.json` beside the copy of the database and the files.

Owns: writing and reading it, digests, and finding the backups of a directory. Must not know how a copy is made.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from tracker.backup.errors import Unusable

NAME = "manifest.json"
FILES = "files"
FORMAT = 1
_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """A backup in words: everything needed to find out whether it is whole."""

    version: str
    """Version of the program that made it."""
    created_at: datetime
    kind: str
    """sqlite or postgresql."""
    database: str
    """Name of the copy of the database."""
    database_sha256: str
    schema: str
    rows: dict[str, int] = field(default_factory=dict)
    """Table → number of rows."""
    files: dict[str, str] = field(default_factory=dict)
    """Key → SHA-256 of the bytes that lie in the backup."""
    missing: list[str] = field(default_factory=list)
    """Keys that have a row but no right bytes: they were gone or damaged already."""


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest, durable, readable by its owner alone."""
    content = {"format": FORMAT} | asdict(manifest) | {"created_at": manifest.created_at.isoformat()}
    descriptor = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Unusable."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if content.pop("format") != FORMAT:
            raise Unusable(f"{folder}: made by a program that writes backups in another form")
        content["created_at"] = datetime.fromisoformat(content["created_at"])
        return Manifest(**content)
    except OSError as error:
        raise Unusable(f"{folder}: no backup, {NAME} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{folder}: {NAME} is damaged") from error


def backups(directory: Path) -> Iterator[tuple[Path, Manifest]]:
    """All readable backups of a directory, the oldest first."""
    found = []
    for path in directory.glob(f"*/{NAME}"):
        try:
            found.append((path.parent, read(path.parent)))
        except Unusable:
            continue
    yield from sorted(found, key=lambda one: (one[1].created_at, one[0].name))


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
