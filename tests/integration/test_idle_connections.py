"""The server as it is shipped, under connections that say nothing, little, or too much."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tracker.serve import STALLED_SECONDS

HOST = "127.0.0.1"
PROMISED_SECONDS = 1.0
"""Within which a page comes while others hold connections (the promise of the product; on loopback it is far less)."""
BUSY_MACHINE = 5.0
"""How often the promise is tried again where the machine itself is busy: the best of a few tries counts."""
START_SECONDS = 60


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `tracker serve` on an instance of its own with an empty province."""
    instance: Path = tmp_path_factory.mktemp("instance")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    listening = free_port()
    environment = kept | {"TRACKER_INSTANCE": str(instance), "PORT": str(listening)}
    tracker = [sys.executable, "-m", "tracker"]
    subprocess.run([*tracker, "init", "--province", "33"], env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*tracker, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Serving on")
        yield listening
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        if process.stdout:
            process.stdout.close()


def fetch(port: int, path: str = "/sign-in") -> tuple[int, float]:
    """Status of a page, and the seconds that it took."""
    started = time.monotonic()
    connection = HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status, time.monotonic() - started
    finally:
        connection.close()


def best(port: int, path: str = "/sign-in") -> float:
    """The shortest time of a page, tried anew while the machine is busy with something else."""
    give_up_at, times = time.monotonic() + BUSY_MACHINE, []
    while not times or (min(times) >= PROMISED_SECONDS and time.monotonic() < give_up_at):
        status, seconds = fetch(port, path)
        assert status == 200
        times.append(seconds)
    return min(times)


def opened(stack: ExitStack, port: int, said: bytes = b"") -> socket.socket:
    """A connection that has said this and nothing more."""
    connection = stack.enter_context(socket.create_connection((HOST, port), timeout=10))
    if said:
        connection.sendall(said)
    return connection


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nlogin=",
    ],
    ids=["nothing", "headers without end", "one word", "a body announced"],
)
def test_with_two_idle_connections_a_page_comes_within_a_second(port: int, said: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            opened(stack, port, said)
        time.sleep(0.3)  # let the server take them before the page is asked for
        assert best(port) < PROMISED_SECONDS


def test_with_connections_kept_alive_a_page_comes_within_a_second(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            kept = opened(stack, port, b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port)
            assert kept.recv(12).startswith(b"HTTP/1.1 200")
        assert best(port) < PROMISED_SECONDS


def test_many_silent_connections_do_not_stop_a_page(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            opened(stack, port)
        time.sleep(0.3)
        assert best(port) < PROMISED_SECONDS


def test_who_stops_in_the_middle_of_a_request_is_let_go(port: int) -> None:
    half = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    with ExitStack() as stack:
        stopped = [opened(stack, port, half) for _ in range(2)]
        for connection in stopped:
            connection.settimeout(3 * STALLED_SECONDS + START_SECONDS)
            assert connection.recv(1) == b""
        assert fetch(port)[0] == 200


def answer(port: int, sent: bytes) -> bytes:
    """The first line that the server says to these bytes; nothing where it only hangs up."""
    with ExitStack() as stack:
        connection = opened(stack, port)
        with suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            return connection.recv(200).split(b"\r\n")[0]
    return b""


@pytest.mark.asvs("V4.2.1")
@pytest.mark.parametrize(
    "sent",
    [
        b"GET /sign-in HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nlogin",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5, 6\r\n\r\nlogin=",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: +5\r\n\r\nlogin",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: xchunked\r\n\r\nlogin",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length : 5\r\n\r\nlogin",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        + b"".join(b"10000\r\n" + b"a" * 65536 + b"\r\n" for _ in range(50))
        + b"0\r\n\r\n",
    ],
    ids=range(16),
)
def test_a_request_that_no_browser_sends_is_refused_and_the_next_one_served(port: int, sent: bytes) -> None:
    said = answer(port, sent)
    status = said.split(b" ")[1] if said else b"400"
    assert status[:1] == b"4" or status == b"501", said
    assert fetch(port)[0] == 200
