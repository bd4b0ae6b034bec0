"""Files with which an instance is put behind nginx and under systemd, filled in with its settings.

Owns: what is filled in where. Must not change the machine: it gives texts.
"""

from pathlib import Path
from urllib.parse import urlsplit

from tracker.config import Settings
from tracker.web.http import HEADERS, HSTS

KINDS = ("nginx", "systemd")

_ROOT = Path(__file__).parent
_SPARE_MB = 8
_CERTIFICATE = "/etc/ssl/tracker/fullchain.pem"
_KEY_NAME = "privkey.pem"


def files(kind: str, settings: Settings, *, program: str, user: str) -> dict[str, str]:
    """The files of a kind by name. `program`: path of the command; `user`: who runs it."""
    values = _values(settings, program, user)
    found = {}
    for path in sorted((_ROOT / "data" / "deploy" / kind).iterdir()):
        content = path.read_text(encoding="utf-8")
        for name, value in values.items():
            content = content.replace(f"@{name}@", value)
        found[path.name] = content
    return found


def _values(settings: Settings, program: str, user: str) -> dict[str, str]:
    certificate = settings.tls_certificate if settings.tls_certificate != Path() else Path(_CERTIFICATE)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    written = dict.fromkeys((settings.instance, settings.files, settings.backup_dir, _database(settings)))
    return {
        "BODY_MB": str(settings.max_file_mb * settings.max_files + _SPARE_MB),
        "CERTIFICATE_KEY": str(certificate.with_name(_KEY_NAME)),
        "CERTIFICATE": str(certificate),
        "HEADERS": "\n".join(
            f'        add_header {name} "{value}" always;' for name, value in (*HEADERS.items(), HSTS)
        ),
        "HOST": urlsplit(settings.base_url).hostname or "",
        "INSTANCE": str(settings.instance),
        "LISTENS": f"{host}:{settings.port}",
        "PROGRAM": program,
        "STATIC": str(_ROOT / "static"),
        "USER": user,
        "WRITES": " ".join(str(path) for path in written if not _is_below(path, settings.instance)),
    }


def _database(settings: Settings) -> Path:
    """The directory that SQLite writes into: the log beside the file too."""
    scheme, _, rest = settings.database_url.partition(":///")
    return Path(rest).parent if scheme == "sqlite" else settings.instance


def _is_below(path: Path, instance: Path) -> bool:
    return path != instance and path.is_relative_to(instance)
