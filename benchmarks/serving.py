"""Starting and stopping what is measured, and what it takes of the machine.

Owns: the processes that it starts, and their end.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

STOP_SECONDS = 20


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int
    start_s: float
    """From starting the program to the line that says it takes connections."""

    def pss_mb(self) -> float:
        """Memory of the web server's processes, shared pages counted once, without supervisor and job worker."""
        return sum(_pss_kb(pid) for pid in self._web()) / 1024

    def cpu_ms(self) -> float:
        """What the web server's processes have taken of the processors so far: waiting for others is not in it."""
        return sum(_cpu_ticks(pid) for pid in self._web()) * 1000 / os.sysconf("SC_CLK_TCK")

    def _web(self) -> set[int]:
        all_pids = [self.pid, *_below(self.pid)]
        first = next((pid for pid in all_pids if "web" in _command(pid)), self.pid)
        return {first, *_below(first)}


@contextmanager
def tracker(instance: Path) -> Iterator[Served]:
    """The product by its shipped command."""
    port = free_port()
    environ = {"TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(port)}
    with _served([sys.executable, "-m", "tracker", "serve"], port, environ, instance / "log") as served:
        yield served


@contextmanager
def floor(directory: Path) -> Iterator[Served]:
    """The bare page."""
    port = free_port()
    line = [sys.executable, "-m", "benchmarks.floor", str(port), str(directory / "floor.db")]
    with _served(line, port, {}, directory / "floor.log") as served:
        yield served


@contextmanager
def _served(line: list[str], port: int, environ: dict[str, str], log: Path) -> Iterator[Served]:
    began = perf_counter()
    with log.open("ab") as said:
        process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=said, env={**os.environ, **environ})
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError(f"{line} did not start")
        yield Served(port, process.pid, perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _below(pid: int) -> list[int]:
    """All processes that the process has started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_below(int(child))]
    return found


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu_ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return int(user) + int(system)
