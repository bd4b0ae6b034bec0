"""Where the bytes lie: `<directory>/<first two of the key>/<key>`, under random names only.

Owns: writing, reading and removing bytes, durable before the row that names them. Must not know the row.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tracker.config import Settings
from tracker.errors import DomainError, NotFound
from tracker.scanning import Scanner, scanner_of

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_HALF_WRITTEN = ".part"
_BLOCK_BYTES = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}


class StorageFull(DomainError):
    """The disk that keeps files is full; nothing was written."""

    status = 507

    def __init__(self) -> None:
        super().__init__("storage_full")


class FileDamaged(NotFound):
    """The bytes are not those that were stored, or are gone."""

    def __init__(self) -> None:
        super().__init__("file_damaged")


@dataclass(frozen=True)
class Storage:
    """The directory of the files with its limits; made once when the application is created."""

    directory: Path
    max_file_bytes: int = 20 * 1024 * 1024
    max_unit_bytes: int = 5 * 1024 * 1024 * 1024
    """How much all files of one unit may take."""

    max_daily_files: int = 2000
    """How many files one person may store within a day."""
    scanner: Scanner | None = None
    """Who is asked about each file before it is written; nobody where none is set."""

    @classmethod
    def of(cls, settings: Settings) -> "Storage":
        """The storage that the settings describe."""
        return cls(
            settings.files,
            settings.max_file_mb * 1024**2,
            settings.unit_quota_mb * 1024**2,
            settings.person_daily_files,
            scanner_of(settings),
        )

    def write(self, content: bytes) -> str:
        """Keep the bytes; they are on the disk under the returned random key when this returns.

        Raises StorageFull.
        """
        key = secrets.token_urlsafe(32)
        final = self.path(key)
        half = final.with_name(key + _HALF_WRITTEN)
        try:
            self._make_directory(final.parent)
            with half.open("xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            half.rename(final)
            _sync_directory(final.parent)
        except OSError as error:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StorageFull from error
            raise
        return key

    def open_verified(self, key: str, sha256: str) -> BinaryIO:
        """The bytes as a file at its beginning, after their digest was found right. Raises FileDamaged."""
        try:
            stored = self.path(key).open("rb")
        except FileNotFoundError as error:
            raise FileDamaged from error
        digest = hashlib.sha256()
        while block := stored.read(_BLOCK_BYTES):
            digest.update(block)
        if digest.hexdigest() != sha256:
            stored.close()
            raise FileDamaged
        stored.seek(0)
        return stored

    def remove(self, name: str) -> None:
        """Remove the bytes under a key, or a half-written file; it may be gone already."""
        (self.directory / name[:2] / name).unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, datetime]]:
        """The name (key, or key with .part) and the instant of writing of every file that lies there."""
        for folder in sorted(self.directory.glob("[A-Za-z0-9_-][A-Za-z0-9_-]")):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def path(self, key: str) -> Path:
        """Where the bytes of a key lie. Raises ValueError for anything that is not a key."""
        if not _KEY.fullmatch(key):
            raise ValueError("not a key of a stored file")
        return self.directory / key[:2] / key

    def _make_directory(self, folder: Path) -> None:
        if not folder.is_dir():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)  # parents keep no mode of their own
            folder.mkdir(exist_ok=True, mode=0o700)
            _sync_directory(self.directory)


def _sync_directory(folder: Path) -> None:
    """Make a name in the directory durable; Windows does it by itself and cannot open a directory."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
