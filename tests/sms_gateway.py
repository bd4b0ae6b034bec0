"""A gateway of short messages on this machine that keeps what it takes and misbehaves as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Gateway:
    """What came in, and how it answers."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; then 200."""
    location: str = ""
    is_endless: bool = False
    is_silent: bool = False
    drops: int = 0
    """So many of the next are taken, then the line breaks without an answer."""
    taken: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)
    asked: int = 0


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway
    over: threading.Event

    def do_POST(self) -> None:
        """Take or refuse one message."""
        gateway = self.gateway
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        gateway.asked += 1
        if gateway.is_silent:
            self.over.wait(20)
            return
        status = gateway.answers.pop(0) if gateway.answers else 200
        if status == 200:
            gateway.taken.append((body, dict(self.headers)))
        if gateway.drops:
            gateway.drops -= 1
            self.close_connection = True
            return
        self.send_response(status)
        if gateway.location:
            self.send_header("Location", gateway.location)
        if gateway.is_endless:
            self._pour()
            return
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def _pour(self) -> None:
        self.end_headers()
        until = time.monotonic() + 20
        try:
            while time.monotonic() < until and not self.over.is_set():
                self.wfile.write(b"x" * 65_536)
        except OSError:
            return

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@contextmanager
def sms_gateway() -> Iterator[Gateway]:
    """A server on a free port of the loopback."""
    gateway, over = Gateway(), threading.Event()
    handler = type("Handler", (_Handler,), {"gateway": gateway, "over": over})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield gateway
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
