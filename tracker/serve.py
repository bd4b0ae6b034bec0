"""Running: the supervisor, the web processes, and dying together.

Owns: `tracker serve` = a supervisor with two children, the web server (gunicorn: one master, two processes with a
few threads each; waitress on Windows) and the worker of periodic jobs. Must not know what they do.

A worker that dies is started again. The end of the web server ends all. Nothing is left behind when the supervisor
is killed: each child is told by the system that its parent is gone. No pid file and no socket file is kept, so that
nothing stale can stop the next start.
"""

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from time import monotonic, sleep
from typing import Any

PROCESSES = 2
THREADS = 4
"""Each may be held for a while by somebody who begins a request and stops: two must not be enough to stop a page.
More would let too many passwords be checked at once (64 MB each)."""

FIRST_BYTES_SECONDS = 0.05
"""How long a thread waits on a new connection before it leaves the waiting to the poller. gunicorn's own five
seconds let two idle connections, taken by one process, hold up the next page for as long."""

STALLED_SECONDS = 10.0
"""How long a thread waits for the next bytes of a request that has begun; gunicorn itself would wait for ever."""

SLOW_SECONDS, SLOWEST_BYTES = 5.0, 200
"""Who has kept a thread waiting that long in all and sent fewer bytes a second is let go too: a byte now and then would
otherwise hold a thread for ever. The weakest telephone line is faster."""

GRACE_SECONDS = 5
FAULTY = 2
"""Exit status for what the person who starts the program has to put right."""

_POLL_SECONDS = 0.2
_PORT_SECONDS = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_STEADY_SECONDS = 60
_PR_SET_PDEATHSIG = 1


class PortTaken(Exception):
    """Somebody else listens there."""


def supervise() -> int:
    """Run web server and worker until told to stop; returns the exit status."""
    return _Supervisor().run()


def run_web(app: Any, host: str, port: int, ready: str) -> None:
    """Serve the application in this process and its forks; `ready` is printed when connections are taken.

    Raises PortTaken.
    """
    _wait_for_port(host, port)
    if sys.platform == "win32":
        _run_waitress(app, host, port, ready)
    else:
        _run_gunicorn(app, host, port, ready)


def die_with(parent: int) -> None:
    """Make this process end, as by SIGTERM, when the process `parent` that started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(0)
    else:  # the parent holds the other end of our standard input
        threading.Thread(target=_end_after_input, daemon=True).start()


def _end_after_input() -> None:
    with suppress(OSError, ValueError):
        sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


class _Supervisor:
    def __init__(self) -> None:
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._worker_pause = 0.0
        self._worker_since = 0.0
        self._last_pause = 0.0
        self._relaying: threading.Thread | None = None

    def run(self) -> int:
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self._stop.set())
        try:
            self._web = _start("web", stdout=subprocess.PIPE)
            self._relaying = threading.Thread(target=self._relay, args=(self._web,), daemon=True)
            self._relaying.start()
            while not self._stop.wait(_POLL_SECONDS):
                status = self._web.poll()
                if status is not None:
                    return status if status > 0 else 1
                if self._ready.is_set():
                    self._keep_worker()
            return 0
        finally:
            self._end_all()

    def _relay(self, web: subprocess.Popen[bytes]) -> None:
        """Pass on what the web server says; its first line means that it takes connections."""
        for line in web.stdout or ():
            with suppress(OSError):
                sys.stdout.write(line.decode(errors="replace"))
                sys.stdout.flush()
            self._ready.set()

    def _keep_worker(self) -> None:
        now = monotonic()
        if self._worker is None:
            self._worker, self._worker_since = _start("worker"), now
        elif self._worker.poll() is not None and self._worker_pause == 0:
            _close_pipes(self._worker)
            steady = now - self._worker_since > _STEADY_SECONDS
            self._worker_pause = _FIRST_PAUSE if steady else self._longer_pause()
            print(
                f"tracker: the worker ended ({self._worker.returncode}), starting it again", file=sys.stderr
            )
            self._worker_since = now
        elif self._worker_pause and now - self._worker_since >= self._worker_pause:
            self._worker, self._worker_since = _start("worker"), now
            self._last_pause, self._worker_pause = self._worker_pause, 0.0

    def _longer_pause(self) -> float:
        return min(max(_FIRST_PAUSE, 2 * self._last_pause), _LONGEST_PAUSE)

    def _end_all(self) -> None:
        children = [child for child in (self._web, self._worker) if child is not None]
        for child in children:
            with suppress(ProcessLookupError):
                child.terminate()
        give_up_at = monotonic() + GRACE_SECONDS + 2
        for child in children:
            try:
                child.wait(max(0.1, give_up_at - monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if self._relaying:
            self._relaying.join(1)
        for child in children:
            _close_pipes(child)


def _start(command: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "tracker", command, "--parent", str(os.getpid())]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=stdout)


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()


def _wait_for_port(host: str, port: int) -> None:
    """An instance that has just been killed may hold the port for a moment."""
    give_up_at = monotonic() + _PORT_SECONDS
    while True:
        try:
            _try_port(host, port)
            return
        except OSError as error:
            if monotonic() > give_up_at or isinstance(error, socket.gaierror):
                raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}") from error
            sleep(_POLL_SECONDS)


def _try_port(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        if sys.platform != "win32":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)


def _run_waitress(app: Any, host: str, port: int, ready: str) -> None:
    waitress: Any = import_module("waitress")  # installed on Windows alone
    server = waitress.create_server(app, host=host, port=port, threads=PROCESSES * THREADS)
    print(ready, flush=True)
    server.run()


def _run_gunicorn(app: Any, host: str, port: int, ready: str) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.http.unreader import SocketUnreader
    from gunicorn.workers import gthread

    gthread.DEFAULT_WORKER_DATA_TIMEOUT = FIRST_BYTES_SECONDS
    SocketUnreader.chunk = _patient(SocketUnreader.chunk)

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our settings alone: it reads no file, no environment and no command line."""

        def load_config(self) -> None:
            for name, value in _gunicorn_settings(host, port, ready).items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    # What is loaded by now stays: every full collection in the forks would walk through it (60 ms and more in the
    # middle of a page) and copy the memory that they share.
    gc.collect()
    gc.freeze()
    Server().run()


def _patient(read: Callable[..., bytes]) -> Callable[..., bytes]:
    """Reading that takes a client which has stopped, or nearly, in the middle of a request for one that has hung up."""

    def read_or_give_up(reader: Any, size_hint: int | None = None) -> bytes:
        reader.sock.settimeout(STALLED_SECONDS)
        began = monotonic()
        try:
            found = read(reader, size_hint)
        except TimeoutError:
            return b""
        finally:
            reader.sock.settimeout(None)
        reader.waited = getattr(reader, "waited", 0.0) + monotonic() - began
        reader.taken = getattr(reader, "taken", 0) + len(found)
        is_slow = reader.waited > SLOW_SECONDS and reader.taken < SLOWEST_BYTES * reader.waited
        return b"" if is_slow else found

    return read_or_give_up


def _gunicorn_settings(host: str, port: int, ready: str) -> dict[str, Any]:
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": "gthread",
        "workers": PROCESSES,
        "threads": THREADS,
        "preload_app": True,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "tracker",
        "control_socket_disable": True,  # a socket file that could be left behind
        "forwarded_allow_ips": "",  # the application itself knows how many proxies are in front
        "when_ready": lambda _server: print(ready, flush=True),
        "post_fork": lambda server, _worker: die_with(server.pid),
    }
