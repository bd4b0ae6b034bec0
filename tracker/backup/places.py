"""Names, modes and durability on the disk, for backups.

Owns: making a file or a directory that its owner alone reads, linking or copying bytes, and syncing. Must not know
what is in them.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

_BLOCK_BYTES = 1024 * 1024
_AS_THEY_ARE: int = getattr(os, "O_BINARY", 0)
"""Windows would write CR LF for every LF, and the digest of the source would not tell."""


def fresh_file(path: Path) -> None:
    """Make an empty file that its owner alone reads. Raises FileExistsError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def fresh_folder(path: Path) -> None:
    """Make a directory that its owner alone enters; the ones above it may be there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.mkdir(mode=0o700)


def link_or_copy(source: Path, target: Path) -> str:
    """Give the bytes a second name, or copy them to another disk; returns their SHA-256.

    Files are never changed under their key, so that a second name is as good as a copy on the same disk.
    """
    with suppress(OSError):  # another disk, or one that knows no second names
        os.link(source, target)
        return _digest_into(target, None)
    return copy(source, target)


def copy(source: Path, target: Path) -> str:
    """Copy the bytes, durable; returns their SHA-256."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_THEY_ARE, 0o600)
    return _digest_into(source, descriptor)


def _digest_into(source: Path, descriptor: int | None) -> str:
    digest = hashlib.sha256()
    try:
        with source.open("rb", buffering=0) as content:
            while block := content.read(_BLOCK_BYTES):
                digest.update(block)
                if descriptor is not None:
                    _write_all(descriptor, block)
        if descriptor is not None:
            os.fsync(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return digest.hexdigest()


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a directory durable; Windows does it by itself and cannot open a directory."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
