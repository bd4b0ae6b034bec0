"""Bad disks: full, read-only, a database that somebody else holds. Reading goes on, nothing is half-written, it heals.

Owns: the small file system, filling and freeing it, the lock that does not let go. Mounting needs a privileged user:
where it is refused the result says so under `problems`, it is never left out silently.
"""

import http.client
import io
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser_of_pages import forms_in
from tests.soak.clerks import PDF, Book, Clerk, Server, free_port, serving
from tracker.db import db
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.verify import verify

SIZE_MB = 12
HEALED_SECONDS = 10.0
START_SECONDS = 60
BUSY_ANSWER_SECONDS = 8.0
"""The database waits 4 s for a lock, then the page says that it is busy."""
_REFUSED = {http.HTTPStatus.SERVICE_UNAVAILABLE, http.HTTPStatus.INSUFFICIENT_STORAGE}


def run(directory: Path) -> dict[str, object]:
    """All three faults, each on an instance of its own."""
    found: dict[str, object] = {"busy": busy(directory / "busy")}
    for name, prove in (("full", full), ("read_only", read_only)):
        try:
            with _small_disk(directory / name) as disk:
                found[name] = prove(disk)
        except subprocess.CalledProcessError as error:
            found[name] = {"problems": [f"no file system of its own: {error.stderr!r}"]}
    return found


@contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    """A file system of a few megabytes. Raises CalledProcessError where this user may not mount."""
    place.mkdir(parents=True)
    _system("mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place))
    try:
        yield place
    finally:
        _system("umount", "-l", str(place))


def _system(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _file(clerk: Clerk, title: str) -> int:
    """File and send; gives the status."""
    form = forms_in(clerk.get("/issues/new"))[0]
    words = {"title": title, "situation": "Hiện trạng " * 200, "proposal": "Đề xuất", "do": "send"}
    return _post(clerk, "/issues/new", form.values | words)


def _post(clerk: Clerk, path: str, values: dict[str, object]) -> int:
    given = {key: value for key, value in values.items() if value is not None}
    boundary, body = encode_multipart(given)
    status, _answer = clerk.once("POST", path, body, f"multipart/form-data; boundary={boundary}")
    return status


def full(disk: Path) -> dict[str, object]:
    """Fill the disk by work and ballast, see what is refused, free it, work again."""
    problems: list[str] = []
    with serving(disk / "instance") as server:
        clerk, book = server.clerk("officer_a", Book()), {}
        for turn in range(5):
            book[f"Trước khi đầy {turn}"] = _file(clerk, f"Trước khi đầy {turn}")
        number = _any_number(clerk.get("/issues"))
        _fill(disk)
        statuses = []
        for turn in range(400):
            title = f"Khi gần đầy {turn}"
            book[title] = _file(clerk, title)
            statuses.append(book[title])
            if statuses[-3:] and all(one in _REFUSED for one in statuses[-3:]) and len(statuses) > 3:
                break
        if not set(statuses) & _REFUSED:
            problems.append("the disk never got full")
        problems += [f"answered {one} on a full disk" for one in set(statuses) - _REFUSED - {303}]
        upload = _add_file(clerk, number)
        if upload not in _REFUSED:
            problems.append(f"a file on a full disk: {upload}")
        problems += _not_read(clerk, ["/", "/issues", f"/issues/{number}"])
        (disk / "ballast").unlink()
        problems += _heals(clerk, book)
        problems += _compared(server, book)
    return {"filed": sum(status == 303 for status in book.values()), "problems": problems}


def _any_number(page: str) -> str:
    return re.findall(r"/issues/(VM-[0-9-]+)", page)[0]


def _fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(65536))
        except OSError:
            pass


def _add_file(clerk: Clerk, number: str) -> int:
    url = f"/issues/{number}/add_info"
    form = next(each for each in forms_in(clerk.get(url)) if each.action == url)
    file = FileStorage(io.BytesIO(PDF + b"%" * 2_000_000), "lon.pdf")
    return _post(clerk, url, form.values | {"text": "Bổ sung khi đầy.", "files": file})


def _not_read(clerk: Clerk, paths: list[str]) -> list[str]:
    statuses = {path: clerk.once("GET", path)[0] for path in paths}
    return [f"{path} is not read: {status}" for path, status in statuses.items() if status != 200]


def _heals(clerk: Clerk, book: dict[str, int]) -> list[str]:
    """Writing works again within the promised time."""
    give_up_at = time.monotonic() + HEALED_SECONDS
    while time.monotonic() < give_up_at:
        title = f"Sau sự cố {time.monotonic()}"
        book[title] = _file(clerk, title)
        if book[title] == 303:
            return []
        time.sleep(0.2)
    return ["writing does not come back"]


def _compared(server: Server, book: dict[str, int]) -> list[str]:
    """What was answered is there once, what was refused is not sent; everything stored belongs together."""
    with server.site.app.app_context():
        rows = db.session.execute(select(Issue.title, Issue.number)).all()
        sent = [title for title, number in rows if number]
        problems = [
            f"{title}: lost" for title, status in book.items() if status == 303 and sent.count(title) != 1
        ]
        problems += [
            f"{title}: refused and sent" for title, status in book.items() if status != 303 and title in sent
        ]
        halves = db.session.scalars(
            select(IssueEvent).where(IssueEvent.payload.contains("Bổ sung khi đầy."))
        ).all()
        problems += ["an event of a refused file"] if halves else []
        return problems + [f"verify: {problem}" for problem in verify(db.session)]


def read_only(disk: Path) -> dict[str, object]:
    """Start on a disk that cannot be written: said in a line, nothing changed; when it can be, all is there."""
    instance, problems = disk / "instance", []
    with serving(instance) as server:
        clerk, book = server.clerk("officer_a", Book()), {}
        book["Trước"] = _file(clerk, "Trước")
        problems += _compared(server, book)
    _system("mount", "-o", "remount,ro", str(disk))
    started = subprocess.run(
        [sys.executable, "-m", "tracker", "web"],
        env={**os.environ, "TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if started.returncode == 0 or "Traceback" in started.stderr or not started.stderr.strip():
        problems.append(f"start on a read-only disk: {started.returncode} {started.stderr[-300:]}")
    _system("mount", "-o", "remount,rw", str(disk))
    with serving(instance, is_new=False) as server:
        problems += _heals(server.clerk("officer_a", Book()), book)
        problems += _compared(server, book)
    return {"said": started.stderr.strip()[:200], "problems": problems}


def busy(instance: Path) -> dict[str, object]:
    """Somebody else holds the database's lock: writing is refused in time with a hint when to come back."""
    problems: list[str] = []
    with serving(instance) as server:
        clerk, book = server.clerk("officer_a", Book()), {}
        book["Trước"] = _file(clerk, "Trước")
        with server.site.app.app_context():
            path = db.engine.url.database or ""
        form = forms_in(clerk.get("/issues/new"))[0]
        words = {"title": "Trong lúc", "situation": "Hiện trạng", "proposal": "Đề xuất", "do": "send"}
        holder = sqlite3.connect(path, isolation_level=None)
        try:
            holder.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            book["Trong lúc"] = _post(clerk, "/issues/new", form.values | words)
            seconds = time.monotonic() - began
            if book["Trong lúc"] != 503 or seconds > BUSY_ANSWER_SECONDS:
                problems.append(f"busy: {book['Trong lúc']} after {seconds:.1f} s")
            problems += _not_read(clerk, ["/", "/issues"])
            holder.execute("ROLLBACK")
        finally:
            holder.close()
        problems += _heals(clerk, book)
        problems += _compared(server, book)
    return {"refused_after_s": round(seconds, 1), "problems": problems}
