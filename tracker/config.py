"""Settings: names, types, meaning, defaults, and one clear line when a value is wrong.

Owns: reading `TRACKER_*` from the environment and the same names without prefix from `instance/config.py` (the
environment wins), and the secret key file. Must not know who uses a setting.
"""

import os
import re
import runpy
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "TRACKER_"
_OF_TESTS = "TRACKER_TEST_"
_KEY_BYTES = 32
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class SettingError(Exception):
    """A setting that cannot be used; the text is one line for the person who starts the program."""


def _setting(
    default: Any, meaning: str, *, low: int | None = None, high: int | None = None, is_secret: bool = False
) -> Any:
    return field(default=default, repr=not is_secret, metadata={"meaning": meaning, "low": low, "high": high})


@dataclass(frozen=True)
class Settings:
    """All settings of one instance. In the environment each is written TRACKER_ and its name in capitals."""

    instance: Path = _setting(Path("instance"), "directory of database, files, key and config.py")  # noqa: RUF009
    database_url: str = _setting("", "sqlite:///… or postgresql://…; empty: tracker.db in the instance")
    files: Path = _setting(Path(), "directory of uploads; empty: files in the instance")  # noqa: RUF009
    secret_key_file: Path = _setting(Path(), "empty: secret_key in the instance")  # noqa: RUF009
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on", low=1, high=65535)
    base_url: str = _setting("", "address that people type, without path; empty: http://HOST:PORT")
    trusted_hosts: tuple[str, ...] = _setting(
        (), "names under which requests are taken, comma between; empty: the base URL's"
    )
    proxies: int = _setting(0, "number of own reverse proxies in front", low=0, high=5)
    session_idle_hours: int = _setting(
        8, "hours without a request after which a session ends", low=1, high=72
    )
    session_absolute_hours: int = _setting(12, "hours after signing in when a session ends", low=1, high=168)
    fresh_minutes: int = _setting(
        15,
        "minutes for which a proof of identity is enough for exports, roles and the like",
        low=1,
        high=1440,
    )
    password_min_length: int = _setting(12, "characters of a password at least", low=12, high=64)
    max_file_mb: int = _setting(20, "megabytes of one file at most", low=1, high=200)
    max_files: int = _setting(10, "files in one step at most", low=1, high=50)
    unit_quota_mb: int = _setting(2000, "megabytes of files of one unit at most", low=1, high=1_000_000)
    scan_address: str = _setting(
        "", "scanner of uploads on this machine (clamd): path of its socket or 127.0.0.1:port; empty: none"
    )
    scan_when_down: str = _setting(
        "refuse", "what becomes of a file when it gives no answer: refuse or accept"
    )
    person_daily_files: int = _setting(
        2000, "files that one person may store within a day at most", low=1, high=1_000_000
    )
    backup_dir: Path = _setting(  # noqa: RUF009
        Path(), "directory of the nightly backups, better on another disk; empty: backups in the instance"
    )
    backup_daily: int = _setting(7, "nightly backups kept of the last days; 0: none is made", low=0, high=366)
    backup_weekly: int = _setting(4, "nightly backups kept of the last weeks, one each", low=0, high=520)
    backup_before_migration: int = _setting(
        3, "backups made before migrations that are kept, the newest", low=1, high=1000
    )
    notice_days: int = _setting(
        400,
        "days that a notice stays in the inbox; unread duties and open issues: longer",
        low=30,
        high=36_500,
    )
    mail_days: int = _setting(
        90, "days that a mail or short message is remembered after it has left", low=30, high=36_500
    )
    tls_certificate: Path = _setting(  # noqa: RUF009
        Path(), "certificate of the base URL as a PEM file, for doctor to warn before it ends; empty: none"
    )
    busy_timeout_ms: int = _setting(4000, "milliseconds a page waits for a writer", low=100, high=60_000)
    job_busy_timeout_ms: int = _setting(
        30_000, "milliseconds a job waits for a writer", low=100, high=600_000
    )
    oidc_issuer: str = _setting("", "address of a sign-in service (OIDC issuer), https; empty: none")
    oidc_client_id: str = _setting("", "name of this instance at the sign-in service")
    oidc_client_secret: str = _setting(
        "", "its secret there; empty: none, PKCE alone proves the client", is_secret=True
    )
    oidc_claim: str = _setting("preferred_username", "claim of the ID token by which an account is found")
    oidc_match: str = _setting("login", "what of the account the claim is compared with: login or email")
    oidc_label: str = _setting("", "name of the sign-in service on the button; empty: its host name")
    oidc_acr: tuple[str, ...] = _setting((), "levels (acr) of which it must name one; empty: any")
    oidc_amr: tuple[str, ...] = _setting((), "methods (amr) of which it must name one; empty: any")
    oidc_max_age_minutes: int = _setting(
        0, "minutes since the proof there at most; 0: no limit", low=0, high=10_080
    )

    smtp_host: str = _setting("", "mail server; empty: no mail is sent, notices stay in the inbox")
    smtp_port: int = _setting(
        0, "its port; 0: 587 with starttls, 465 with implicit, else 25", low=0, high=65535
    )
    smtp_security: str = _setting(
        "starttls", "starttls or implicit (TLS, certificate checked); none only for a server on this machine"
    )
    smtp_user: str = _setting("", "name to sign in with at the mail server; empty: none")
    smtp_password: str = _setting("", "its password", is_secret=True)
    smtp_from: str = _setting("", "address from which mail comes, as name@host")

    sms_url: str = _setting("", "where a gateway of short messages takes them by POST, https; empty: none")
    sms_hosts: tuple[str, ...] = _setting((), "hosts to which short messages may go, with a comma between")
    sms_token: str = _setting("", "token with which the gateway knows this instance", is_secret=True)
    sms_loopback: int = _setting(
        0, "1: the gateway is on this machine, http is enough; for trying out", low=0, high=1
    )

    @property
    def sends_sms(self) -> bool:
        """Whether a gateway of short messages is set up."""
        return bool(self.sms_url)

    @property
    def sends_mail(self) -> bool:
        """Whether mail is set up."""
        return bool(self.smtp_host)

    @property
    def is_https(self) -> bool:
        """Whether people reach the instance by https."""
        return self.base_url.startswith("https://")

    @property
    def is_loopback_only(self) -> bool:
        """Whether it listens to this machine alone."""
        return self.host in {"127.0.0.1", "localhost", "::1"}

    def secret_key(self) -> str:
        """The key, made at the first start and readable by its owner alone. Raises SettingError."""
        return self.secret_keys()[0]

    def secret_keys(self) -> tuple[str, ...]:
        """The key and the former ones, a line each: a former key still opens what it signed or sealed.

        Raises SettingError.
        """
        return _secret_keys(self.secret_key_file)


def setting_names() -> dict[str, str]:
    """Every setting as written in the environment, with its meaning."""
    return {PREFIX + item.name.upper(): item.metadata["meaning"] for item in fields(Settings)}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Raises SettingError with one line that names the setting and what is expected."""
    environ = os.environ if environ is None else environ
    known = {item.name: item for item in fields(Settings)}
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(_OF_TESTS)
    }
    instance = Path(given.pop("instance", "") or default_instance()).absolute()
    raw: dict[str, Any] = _from_file(instance / "config.py") | given
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known or name == "instance":
            raise SettingError(f"{PREFIX}{name.upper()}: there is no such setting")
        item = known[name]
        values[name] = _READERS[type(item.default)](PREFIX + name.upper(), value)
        _check_range(PREFIX + name.upper(), values[name], item.metadata["low"], item.metadata["high"])
    return _completed(Settings(**{"instance": instance} | values))


def default_instance() -> Path:
    """Beside the sources when run from them, else below the environment's prefix."""
    root = Path(__file__).parents[1]
    return root / "instance" if (root / "setup.cfg").exists() else Path(sys.prefix) / "var" / "tracker"


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = runpy.run_path(str(path))
    except Exception as error:
        raise SettingError(f"{path}: {type(error).__name__}: {' '.join(str(error).split())}") from error
    return {name.lower(): value for name, value in content.items() if name.isupper()}


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise SettingError(f"{name}: expected a text of one line")
    return value.strip()


def _number(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise SettingError(f"{name}: expected a whole number")
    return int(text)


def _path(name: str, value: Any) -> Path:
    text = str(value) if isinstance(value, Path) else _text(name, value)
    return Path(text).absolute() if text else Path()


def _names(name: str, value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise SettingError(f"{name}: expected names with a comma between")
    return tuple(part for part in (_text(name, part) for part in parts) if part)


_READERS: dict[type, Callable[[str, Any], Any]] = {str: _text, int: _number, tuple: _names}
_READERS |= {type(Path()): _path}


def _check_range(name: str, value: Any, low: int | None, high: int | None) -> None:
    if low is not None and high is not None and not low <= value <= high:
        raise SettingError(f"{name}: expected a number from {low} to {high}, got {value}")


def _completed(settings: Settings) -> Settings:
    instance = settings.instance
    base_url = _base_url(settings)
    if settings.session_idle_hours > settings.session_absolute_hours:
        raise SettingError(
            f"{PREFIX}SESSION_IDLE_HOURS: must not be more than {PREFIX}SESSION_ABSOLUTE_HOURS"
        )
    _check_mail(settings)
    _check_sms(settings)
    host = urlsplit(base_url).hostname or ""
    trusted = settings.trusted_hosts or (
        (host,) if f"[{host}]" not in _LOOPBACK and host not in _LOOPBACK else _LOOPBACK
    )
    return Settings(
        **{item.name: getattr(settings, item.name) for item in fields(Settings)}
        | {
            "database_url": _database_url(settings),
            "files": settings.files if settings.files != Path() else instance / "files",
            "secret_key_file": settings.secret_key_file
            if settings.secret_key_file != Path()
            else instance / "secret_key",
            "backup_dir": settings.backup_dir if settings.backup_dir != Path() else instance / "backups",
            "base_url": base_url,
            "trusted_hosts": trusted,
            "oidc_issuer": _issuer(settings),
            "scan_address": _scanner(settings),
        }
    )


def _issuer(settings: Settings) -> str:
    """As it stands in the provider's own papers, to the letter. Plain http only for this very machine."""
    if not settings.oidc_issuer:
        return ""
    name = f"{PREFIX}OIDC_ISSUER"
    try:
        parts = urlsplit(settings.oidc_issuer)
        host = parts.hostname or ""
        is_local = host in _LOOPBACK or f"[{host}]" in _LOOPBACK
        is_fit = parts.port != 0 and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
    except ValueError:
        host, is_fit = "", False
    if not is_fit or not host or parts.query or parts.fragment or parts.username or parts.password:
        raise SettingError(f"{name}: expected https://name or https://name/path")
    if not settings.oidc_client_id or not settings.oidc_claim:
        raise SettingError(f"{name}: needs {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLAIM too")
    if settings.oidc_match not in {"login", "email"}:
        raise SettingError(f"{PREFIX}OIDC_MATCH: expected login or email")
    return settings.oidc_issuer


def _check_mail(settings: Settings) -> None:
    """A password and the matters never cross a network in the clear."""
    if not settings.smtp_host:
        return
    if settings.smtp_security not in {"starttls", "implicit", "none"}:
        raise SettingError(f"{PREFIX}SMTP_SECURITY: expected starttls, implicit or none")
    if settings.smtp_security == "none" and settings.smtp_host not in {"127.0.0.1", "localhost", "::1"}:
        raise SettingError(f"{PREFIX}SMTP_SECURITY: none is only for a mail server on this machine")
    if not _ADDRESS.fullmatch(settings.smtp_from):
        raise SettingError(f"{PREFIX}SMTP_FROM: expected an address as name@host")


def _check_sms(settings: Settings) -> None:
    """Short messages go to a named host by https, never inside the network; http for trying out on this machine."""
    if not settings.sms_url:
        return
    name = f"{PREFIX}SMS_URL"
    try:
        parts = urlsplit(settings.sms_url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise SettingError(f"{name}: expected https://name/path") from None
    is_here = bool(settings.sms_loopback) and (host in _LOOPBACK or f"[{host}]" in _LOOPBACK)
    schemes = {"https", "http"} if is_here else {"https"}
    has_more = parts.username is not None or parts.password is not None or parts.fragment
    if parts.scheme not in schemes or not host or port == 0 or has_more or " " in settings.sms_url:
        raise SettingError(f"{name}: expected https://name/path, without password")
    if not is_here and _is_numeric(host):
        raise SettingError(f"{name}: expected the name of a host, not a number")
    if host not in {each.lower() for each in settings.sms_hosts}:
        raise SettingError(f"{PREFIX}SMS_HOSTS: must name the host of {name}")


def _is_numeric(host: str) -> bool:
    """Whether a host is an address in any of its spellings: 10.0.0.1, 2130706433, 0x7f.1, ::1."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.startswith("0x")


def _scanner(settings: Settings) -> str:
    """Files of people stay on this machine, so the scanner is here too."""
    host, _, port = settings.scan_address.rpartition(":")
    is_socket = settings.scan_address.startswith("/")
    is_port = host in _LOOPBACK and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
    if settings.scan_address and not is_socket and not is_port:
        raise SettingError(f"{PREFIX}SCAN_ADDRESS: expected the path of a socket or 127.0.0.1:port")
    if settings.scan_when_down not in {"refuse", "accept"}:
        raise SettingError(f"{PREFIX}SCAN_WHEN_DOWN: expected refuse or accept")
    return settings.scan_address


def _base_url(settings: Settings) -> str:
    wrong = SettingError(f"{PREFIX}BASE_URL: expected http(s)://name or http(s)://name:port, without path")
    host = settings.host if settings.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - is compared
    url = (settings.base_url or f"http://{f'[{host}]' if ':' in host else host}:{settings.port}").rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    has_more = parts.path or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in {"http", "https"} or not parts.hostname or has_more or port == 0 or " " in url:
        raise wrong
    return url


def _database_url(settings: Settings) -> str:
    url = settings.database_url or f"sqlite:///{settings.instance / 'tracker.db'}"
    scheme, separator, rest = url.partition("://")
    driver = {
        "sqlite": "sqlite",
        "postgresql": "postgresql+psycopg",
        "postgresql+psycopg": "postgresql+psycopg",
    }
    if scheme not in driver or not separator or not rest:
        raise SettingError(f"{PREFIX}DATABASE_URL: expected sqlite:///path or postgresql://user@host/name")
    if scheme == "sqlite" and (not rest.startswith("/") or rest == "/" or ":memory:" in rest):
        raise SettingError(f"{PREFIX}DATABASE_URL: expected the path of a file, as in sqlite:///path")
    return f"{driver[scheme]}://{rest}"


def _secret_keys(path: Path) -> tuple[str, ...]:
    try:
        if not path.exists():
            _make_key(path)
        path.chmod(0o600)
        keys = tuple(line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{PREFIX}SECRET_KEY_FILE: cannot use {path}: {error}") from error
    if not keys or min(len(key) for key in keys) < _KEY_BYTES:
        raise SettingError(f"{PREFIX}SECRET_KEY_FILE: {path} holds fewer than {_KEY_BYTES} characters")
    return keys


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)  # of two processes that start at once, the first one's key stays
    except FileExistsError:
        pass
    finally:
        own.unlink()
