"""The line to the gateway of short messages: one HTTP POST a message.

Owns: where a request may go and what each answer means. It goes to the configured host alone, by https with the
certificate checked, to no address inside the network, follows no redirect, takes seconds and reads 64 kB at most.
Must not know a notice nor the database.
"""

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from tracker.config import Settings
from tracker.notifications.short_messages import Sms, telephone
from tracker.notifications.smtp import NoLine, NotNow, RefusedForGood

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 10.0, 10.0
MOST_BYTES = 65_536
_CHUNK = 8_192
_ERROR_CHARACTERS = 300
_FOR_GOOD = frozenset({400, 404, 410, 413, 415, 422})
"""The gateway will never take this message; every other refusal may be a wrong setting or pass by itself."""


class SmsLine:
    """The configured gateway."""

    def __init__(
        self, settings: Settings, timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS)
    ) -> None:
        self._settings = settings
        self._timeouts = timeouts
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor a password of the machine
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Guarded(is_loopback_fit=bool(settings.sms_loopback)))

    def __enter__(self) -> "SmsLine":
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def send(self, message: Sms, address: str) -> None:
        """Hand one message over to the gateway. Raises NotNow, NoLine, RefusedForGood."""
        number = telephone(address)
        if not number:
            raise RefusedForGood("not a number of a telephone")
        host = (urlsplit(self._settings.sms_url).hostname or "").lower()
        if host not in {each.lower() for each in self._settings.sms_hosts}:
            raise NotNow("the gateway's host is not among those allowed")
        until = time.monotonic() + WHOLE_SECONDS
        try:
            with self._session.post(
                self._settings.sms_url,
                json={"id": message.key, "to": number, "text": message.text},
                headers=self._headers(message),
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            ) as response:
                _read(response, until)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NoLine(f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS]) from error
        _judge(response.status_code)

    def _headers(self, message: Sms) -> dict[str, str]:
        headers = {"Idempotency-Key": message.key, "User-Agent": "tracker"}
        if self._settings.sms_token:
            headers["Authorization"] = f"Bearer {self._settings.sms_token}"
        return headers


def is_fit(address: str, *, is_loopback_fit: bool) -> bool:
    """Whether a request may go to this numeric address: a public one, or this machine where that is set."""
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    inner = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = inner or found
    if found.is_loopback:
        return is_loopback_fit
    return found.is_global and not found.is_multicast


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in _FOR_GOOD:
        raise RefusedForGood(f"the gateway answered {status}")
    if status >= 500:
        raise NoLine(f"the gateway answered {status}")
    raise NotNow(f"the gateway answered {status}")


def _read(response: requests.Response, until: float) -> None:
    """The answer says nothing that is needed, but it must end: nobody waits for an endless one."""
    size = 0
    for chunk in response.iter_content(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES or time.monotonic() > until:
            return


class _Guarded(HTTPAdapter):
    """Connects to addresses that are fit alone; what was checked is what is connected to."""

    def __init__(self, *, is_loopback_fit: bool) -> None:
        self._is_loopback_fit = is_loopback_fit
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """As the base does, with connections that look where they go."""
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        manager.pool_classes_by_scheme = _POOLS_WITH_LOOPBACK if self._is_loopback_fit else _POOLS
        self.poolmanager = manager


def _connected(host: str, port: int, timeout: Any, *, is_loopback_fit: bool) -> socket.socket:
    """A socket to the first address of the host that answers. Raises OSError where one of them is not fit."""
    found = [item[4][0] for item in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)]
    addresses = [str(address) for address in dict.fromkeys(found)]
    if not addresses or not all(is_fit(each, is_loopback_fit=is_loopback_fit) for each in addresses):
        raise OSError("the gateway's name leads inside the network")
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout)


class _Http(HTTPConnection):
    _is_loopback_fit = False

    def _new_conn(self) -> socket.socket:
        return _connected(self.host, self.port, self.timeout, is_loopback_fit=self._is_loopback_fit)


class _Https(HTTPSConnection):
    _is_loopback_fit = False

    def _new_conn(self) -> socket.socket:
        return _connected(self.host, self.port, self.timeout, is_loopback_fit=self._is_loopback_fit)


class _HttpHere(_Http):
    _is_loopback_fit = True


class _HttpsHere(_Https):
    _is_loopback_fit = True


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _HttpPoolHere(HTTPConnectionPool):
    ConnectionCls = _HttpHere


class _HttpsPoolHere(HTTPSConnectionPool):
    ConnectionCls = _HttpsHere


_POOLS: dict[str, Any] = {"http": _HttpPool, "https": _HttpsPool}
_POOLS_WITH_LOOPBACK: dict[str, Any] = {"http": _HttpPoolHere, "https": _HttpsPoolHere}
