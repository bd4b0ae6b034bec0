"""A real server on an instance of its own, and people who press again until they get an answer.

Owns: starting and ending the server, `Clerk`, and the book of what was answered. Must not know what is proven with it.
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.test import encode_multipart

from tests.browser.site import Site
from tests.browser_of_pages import PageForm, forms_in
from tests.builders import build_province
from tests.postgres import new_database
from tracker import create_app
from tracker.accounts import passwords
from tracker.accounts.models import Account
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.deadlines.days import import_packaged_days, load_targets
from tracker.migrations import migrate

GIVE_UP_SECONDS = 60
PASSWORD = "mot cau dai de dang nhap"
PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass(frozen=True)
class Done:
    """A write that was answered. `mark` stands in its event, if it has words of its own."""

    path: str
    number: str
    event: str
    mark: str = ""


@dataclass
class Book:
    """What the server has answered, and how often an answer was lost."""

    done: list[Done] = field(default_factory=list)
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def answers(self) -> int:
        """How many writes have been answered."""
        return len(self.done)

    def note(self, path: str, number: str = "", event: str = "", mark: str = "") -> None:
        """Keep what was answered."""
        with self.lock:
            self.done.append(Done(path, number, event, mark))

    def numbers(self, *events: str, without: tuple[str, ...] = ()) -> list[str]:
        """The issues that had these events and none of the others, in the order of answers."""
        with self.lock:
            had = {(one.number, one.event) for one in self.done}
            every = list(dict.fromkeys(one.number for one in self.done if one.number))
        return [
            number
            for number in every
            if all((number, event) in had for event in events)
            and not any((number, event) in had for event in without)
        ]


@dataclass
class Clerk:
    """A person at a browser who presses again when no answer comes."""

    port: int
    cookie: str
    book: Book

    def get(self, path: str) -> str:
        """A page, however often it takes. Raises AssertionError for a page that fails."""
        status, page = self.look(path)
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise AssertionError(f"{path}: {status}")
        return page

    def look(self, path: str) -> tuple[int, str]:
        """Status and page, however often it takes."""
        return self._until_answered("GET", path, b"", "")

    def form(self, url: str, action: str = "") -> PageForm:
        """The form of the page that leads to the action, by default to the page itself."""
        wanted = action or url
        return next(each for each in forms_in(self.get(url)) if each.action == wanted)

    def do(self, url: str, **typed: object) -> str:
        """Open the page of an act and send its form."""
        return self.send(self.form(url), url, **typed)

    def send(self, form: PageForm, path: str, **typed: object) -> str:
        """Send a form until it is answered; gives where the answer leads."""
        given = {**form.values, "idempotency_key": secrets.token_hex(16), **typed}
        boundary, body = encode_multipart({name: value for name, value in given.items() if value is not None})
        kind = f"multipart/form-data; boundary={boundary}"
        status, answer = self._until_answered("POST", path, body, kind)
        if status != http.HTTPStatus.SEE_OTHER:
            raise AssertionError(f"{path}: {status} {answer[:1500]}")
        return answer

    def _until_answered(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < give_up_at:
            with suppress(OSError, http.client.HTTPException):
                status, answer = self.once(method, path, body, kind)
                if status != http.HTTPStatus.SERVICE_UNAVAILABLE:  # busy: nothing was taken
                    return status, answer
            with self.book.lock:
                self.book.lost += 1
            time.sleep(0.02)
        raise AssertionError(f"no answer to {method} {path}")

    def once(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """One request; gives its status, and where the answer leads or what it says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Cookie": self.cookie, "Connection": "close"} | (
                {"Content-Type": kind} if kind else {}
            )
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            self._keep(answer.headers.get_all("Set-Cookie", []))
            return answer.status, answer.headers.get("Location") or content
        finally:
            connection.close()

    def _keep(self, given: list[str]) -> None:
        """Cookies as a browser keeps them: a new value in the place of the old one."""
        held = dict(pair.split("=", 1) for pair in self.cookie.split("; ") if pair)
        held.update(one.split(";")[0].split("=", 1) for one in given)
        self.cookie = "; ".join(f"{name}={value}" for name, value in held.items())


@dataclass
class Server:
    """The web server as `tracker serve` starts it, without the worker."""

    site: Site
    port: int
    master: int

    def clerk(self, login: str, book: Book) -> Clerk:
        """Somebody signed in."""
        cookie = self.site.cookie(login)
        return Clerk(self.port, f"{cookie['name']}={cookie['value']}", book)

    def stranger(self, book: Book) -> Clerk:
        """Somebody who has not signed in."""
        return Clerk(self.port, "", book)

    def processes(self) -> list[int]:
        """The web processes that live just now."""
        return [
            int(pid) for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        ]

    def kill(self, pid: int) -> None:
        """Kill -9 one of them."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(instance: Path, *, on_postgresql: str = "", is_new: bool = True) -> Iterator[Server]:
    """A real server with the small province; `on_postgresql`: the address of a running PostgreSQL."""
    port = free_port()
    settings = {"TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(port)}
    settings["TRACKER_FRESH_MINUTES"] = "1440"  # the administrator goes on for hours and signs in once
    if not on_postgresql:
        with _serving(settings, port, is_new=is_new) as server:
            yield server
        return
    with new_database(on_postgresql) as url:
        on_server = settings | {"TRACKER_DATABASE_URL": url}
        with _serving(on_server, port, is_new=is_new) as server:
            yield server


def _settle() -> None:
    """The small province, of which one person has a password."""
    migrate(db.engine)
    with transaction():
        people = build_province(db.session)
        import_packaged_days(db.session)
        load_targets(db.session)
        account = db.session.get_one(Account, people.officer_ward.id)
        account.password_hash = passwords.hash_password(PASSWORD)


@contextmanager
def _serving(settings: dict[str, str], port: int, *, is_new: bool) -> Iterator[Server]:
    app = create_app(load_settings(settings))
    with app.app_context():
        if is_new:
            _settle()
        db.engine.dispose()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "web", "--parent", str(os.getpid())],
        env=kept | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None and process.stdout.readline().startswith(b"Serving on")
        yield Server(Site(f"http://127.0.0.1:{port}", app), port, process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=30)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
