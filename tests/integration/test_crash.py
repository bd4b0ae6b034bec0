"""A web process is killed a hundred times while people write: what was answered is there, the rest wholly or not.

The driver remembers outside the database what the server has answered. A write that got no answer is sent again with
the same key until it gets one.
"""

import http.client
import io
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser.site import Site
from tests.browser_of_pages import PageForm, forms_in
from tests.builders import build_province
from tests.conftest import ON_POSTGRESQL
from tracker import create_app
from tracker.attachments.models import Attachment
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.deadlines.days import import_packaged_days, load_targets
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.verify import verify
from tracker.issues.workflow import IssueState
from tracker.migrations import migrate

KILLS = 40 if ON_POSTGRESQL else 100
PDF = b"%PDF-1.4\n%%EOF\n"
GIVE_UP_SECONDS = 60
Fields = dict[str, object]


@dataclass
class Book:
    """What the server has answered, and how often an answer was lost."""

    filed: dict[str, str] = field(default_factory=dict)
    """Title → number."""
    added: dict[str, str] = field(default_factory=dict)
    """Text of an addition → number."""
    assigned: list[str] = field(default_factory=list)
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def answers(self) -> int:
        """How many writes have been answered."""
        return len(self.filed) + len(self.added) + len(self.assigned)


@dataclass
class Clerk:
    """A person at a browser who presses again when no answer comes."""

    port: int
    cookie: str
    book: Book

    def get(self, path: str) -> str:
        """A page, however often it takes."""
        return self._until_answered("GET", path, b"", "")[1]

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
                status, answer = self._once(method, path, body, kind)
                if status != http.HTTPStatus.SERVICE_UNAVAILABLE:  # busy: nothing was taken
                    return status, answer
            with self.book.lock:
                self.book.lost += 1
            time.sleep(0.02)
        raise AssertionError(f"no answer to {method} {path}")

    def _once(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Cookie": self.cookie, "Connection": "close"} | (
                {"Content-Type": kind} if kind else {}
            )
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            if kept := answer.headers.get("Set-Cookie"):
                self.cookie = kept.split(";")[0]
            return answer.status, answer.headers.get("Location") or content
        finally:
            connection.close()


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

    def kill_one(self) -> bool:
        """Kill -9 one of the web processes at random; False when none is there just now."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        if not children:
            return False
        with suppress(ProcessLookupError):
            os.kill(int(random.choice(children)), signal.SIGKILL)
        return True


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A real server on an instance of its own with the small province."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"TRACKER_INSTANCE": str(tmp_path / "instance"), "TRACKER_PORT": str(port)}
    if not ON_POSTGRESQL:
        yield from _serving(settings, port)
        return
    from tests.postgres import new_database

    with new_database(os.environ["TRACKER_TEST_POSTGRESQL"]) as url:
        yield from _serving(settings | {"TRACKER_DATABASE_URL": url}, port)


def _serving(settings: dict[str, str], port: int) -> Iterator[Server]:
    app = create_app(load_settings(settings))
    with app.app_context():
        migrate(db.engine)
        with transaction():
            build_province(db.session)
            import_packaged_days(db.session)
            load_targets(db.session)
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


def file_and_add(clerk: Clerk, name: str, field_id: str, stop: threading.Event) -> None:
    """A commune's officer: files, adds a text with a file, files again."""
    new_form = forms_in(clerk.get("/issues/new"))[0]
    add_form: PageForm | None = None
    round_no = 0
    while not stop.is_set():
        round_no += 1
        title = f"Việc {name}-{round_no}"
        words: Fields = {
            "title": title,
            "situation": "Hiện trạng",
            "proposal": "Đề xuất",
            "field_id": field_id,
        }
        number = clerk.send(new_form, "/issues/new", **words, do="send").rsplit("/", 1)[1]
        clerk.book.filed[title] = number
        url = f"/issues/{number}/add_info"
        add_form = add_form or next(each for each in forms_in(clerk.get(url)) if each.action == url)
        said = f"Bổ sung {name}-{round_no}"
        clerk.send(add_form, url, text=said, files=FileStorage(io.BytesIO(PDF), "a.pdf"))
        clerk.book.added[said] = number


def assign(clerk: Clerk, owner_id: int, stop: threading.Event) -> None:
    """The lead: gives what has come to an owner."""
    form: PageForm | None = None
    done: set[str] = set()
    while not stop.is_set():
        waiting = [number for number in list(clerk.book.filed.values()) if number not in done]
        if not waiting:
            time.sleep(0.02)
            continue
        number = waiting[0]
        url = f"/issues/{number}/assign"
        form = form or next(each for each in forms_in(clerk.get(url)) if each.action == url)
        clerk.send(form, url, owner_id=str(owner_id), version=None)
        clerk.book.assigned.append(number)
        done.add(number)


def kill_again_and_again(server: Server, book: Book) -> None:
    """Kill at random moments; each time somebody has got an answer in between."""
    killed, answers = 0, -1
    give_up_at = time.monotonic() + 3 * GIVE_UP_SECONDS
    while killed < KILLS and not book.faults:
        assert time.monotonic() < give_up_at, f"only {killed} kills"
        time.sleep(random.uniform(0.01, 0.3))
        if book.answers > answers and server.kill_one():
            killed += 1
            answers = book.answers


def test_a_hundred_kills_lose_nothing_that_was_answered_and_leave_nothing_half_done(server: Server) -> None:
    book, stop = Book(), threading.Event()
    with server.site.app.app_context():
        owner_id = db.session.scalar(text("SELECT id FROM account WHERE login = 'member'"))
        field_id = str(db.session.scalar(text("SELECT id FROM field WHERE code = 'home_affairs'")))
        db.session.remove()

    def safely(work: object, *given: object) -> None:
        try:
            work(*given)  # type: ignore[operator]
        except BaseException as error:
            book.faults.append(f"{type(error).__name__}: {error}")

    people = [
        threading.Thread(target=safely, args=(file_and_add, server.clerk(login, book), name, field_id, stop))
        for login, name in (("officer_a", "a"), ("officer_b", "b"), ("officer_ward", "c"))
    ]
    people.append(threading.Thread(target=safely, args=(assign, server.clerk("lead", book), owner_id, stop)))
    for person in people:
        person.start()
    try:
        kill_again_and_again(server, book)
    finally:
        stop.set()
        for person in people:
            person.join(GIVE_UP_SECONDS)
    assert not book.faults
    assert book.lost > KILLS // 10, "hardly a kill met somebody at work"
    with server.site.app.app_context():
        check(db.session, book, server.site)


def check(session: Session, book: Book, site: Site) -> None:
    """The database says what the book says."""
    issues = {row.title: row for row in session.scalars(select(Issue))}
    assert {
        title: row.number for title, row in issues.items()
    } == book.filed  # nothing lost, doubled, half sent
    events = list(session.scalars(select(IssueEvent)))
    kinds = {issue_id: Counter() for issue_id in (row.id for row in issues.values())}  # type: ignore[var-annotated]
    for event in events:
        kinds[event.issue_id][event.kind] += 1
    assigned = set(book.assigned)
    for row in issues.values():
        assert kinds[row.id]["sent"] == 1
        assert kinds[row.id]["assigned"] == (row.number in assigned)
        assert (row.state is IssueState.WORKING) == (row.number in assigned)
    for said, number in book.added.items():
        found = [event for event in events if event.kind == "info_added" and f'"{said}"' in event.payload]
        assert [event.issue_id for event in found] == [
            row.id for row in issues.values() if row.number == number
        ]
    assert session.scalar(select(func.count()).select_from(Attachment)) == len(book.added)
    files: Path = site.app.extensions["settings"].files
    stored = {path.name for path in files.rglob("*") if path.is_file()}
    assert set(session.scalars(select(Attachment.key))) <= stored
    assert verify(session) == []
