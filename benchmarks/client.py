"""A light browser of many connections: raw sockets, kept alive, one thread.

Owns: sending and timing requests on loopback. It costs some 40 µs of a core per request, on top of the server.
"""

import selectors
import socket
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

TIMEOUT = 30
REQUESTS_PER_CONNECTION = 40
"""Connections are opened anew after so many: who got them all would work alone otherwise."""


@dataclass
class Answer:
    """A response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """The first header of that name; '' for none."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Caller:
    """One person at a browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._keep(one(self.port, self.request("GET", path)))

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """Send a form."""
        return self._keep(one(self.port, self.request("POST", path, urlencode(data).encode())))

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The bytes of a request."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: text/html"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def _keep(self, answer: Answer) -> Answer:
        for name, value in answer.headers:
            if name == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return answer


@dataclass
class Load:
    """What many at once saw; times in milliseconds."""

    rps: float
    p50_ms: float
    p95_ms: float


class _Connection:
    """A kept connection and the answer that is being read."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = _open(port)
        self.left = REQUESTS_PER_CONNECTION
        self.received = bytearray()
        self.started = 0.0

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.started = perf_counter()
        self.socket.sendall(request)

    def read(self) -> Answer | None:
        """The answer once it is whole. Raises ConnectionError when the server hangs up."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        head_end = self.received.find(b"\r\n\r\n")
        if head_end < 0:
            return None
        status, headers = _head(bytes(self.received[:head_end]))
        length = int(next(value for key, value in headers if key == "content-length"))
        body = self.received[head_end + 4 :]
        if len(body) < length:
            return None
        return Answer(status, headers, bytes(body), perf_counter() - self.started)


def one(port: int, request: bytes) -> Answer:
    """Send one request on a connection of its own."""
    connection = _Connection(port)
    try:
        connection.send(request)
        while (answer := connection.read()) is None:
            pass
        return answer
    finally:
        connection.socket.close()


def alone(port: int, requests: list[bytes], status: int = 200) -> list[float]:
    """Milliseconds of each request, one after another on kept connections."""
    times, connection = [], _Connection(port)
    for request in requests:
        connection = _renewed(connection)
        connection.send(request)
        while (answer := connection.read()) is None:
            pass
        _expect(answer, status)
        times.append(answer.seconds * 1000)
    connection.socket.close()
    return times


def together(
    port: int, requests: list[bytes], status: int = 200, *, connections: int, seconds: float
) -> Load:
    """As many requests as the server takes from so many connections within the seconds."""
    times: list[float] = []
    number = 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = _Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(requests[number % len(requests)])
            number += 1
        began = perf_counter()
        while perf_counter() - began < seconds:
            for key, _ in selector.select(TIMEOUT):
                connection = key.data
                answer = connection.read()
                if answer is None:
                    continue
                _expect(answer, status)
                times.append(answer.seconds * 1000)
                if connection.left == 1:
                    selector.unregister(connection.socket)
                    connection = _renewed(connection)
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                else:
                    connection.left -= 1
                connection.send(requests[number % len(requests)])
                number += 1
        took = perf_counter() - began
        for kept in list(selector.get_map().values()):
            kept.data.socket.close()
    times.sort()
    return Load(len(times) / took, times[len(times) // 2], times[int(len(times) * 0.95)])


def _renewed(connection: _Connection) -> _Connection:
    if connection.left > 1:
        connection.left -= 1
        return connection
    connection.socket.close()
    return _Connection(connection.port)


def _open(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _head(head: bytes) -> tuple[int, list[tuple[str, str]]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(first.split(" ", 2)[1]), [(name.lower(), value) for name, value in pairs]


def _expect(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise RuntimeError(f"expected {status}, got {answer.status}: {answer.body[:300]!r}")
