"""Bad lines: requests cut at a random byte and sent again, clients that read and write a byte at a time.

Owns: the cutting and dripping clients and what must hold meanwhile. The server is used directly, without a proxy.
"""

import http.client
import random
import secrets
import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import func, select
from werkzeug.test import encode_multipart

from tests.browser_of_pages import forms_in
from tests.soak.clerks import Book, Server, serving
from tracker.db import db
from tracker.issues.models import Issue
from tracker.issues.verify import verify

PAGE_SECONDS = 20.0
"""A page may wait until a stalled client is let go; longer means that it hangs."""
_DRIPPING = 12


def run(instance: Path, cuts: int, pages: int, seed: int = 1) -> dict[str, object]:
    """Cut that many filings, then open that many pages beside slow clients."""
    dice, book = random.Random(seed), Book()
    with serving(instance) as server:
        filed = [_file_over_a_bad_line(server, book, dice, number) for number in range(cuts)]
        slowest = _pages_beside_slow_clients(server, book, pages)
        with server.site.app.app_context():
            stored = dict(db.session.execute(select(Issue.title, func.count()).group_by(Issue.title)).all())
            problems = [
                f"{title}: {stored.get(title, 0)} issues" for title in filed if stored.get(title) != 1
            ]
            problems += [f"{title}: nobody was answered" for title in stored if title not in filed]
            problems += [f"verify: {problem}" for problem in verify(db.session)]
    problems += book.faults
    if slowest > PAGE_SECONDS:
        problems.append(f"a page beside slow clients took {slowest:.1f} s")
    return {"cuts": cuts, "pages": pages, "slowest_page_s": round(slowest, 2), "problems": problems}


def _file_over_a_bad_line(server: Server, book: Book, dice: random.Random, number: int) -> str:
    """A filing whose line is cut, before or after it is whole, and which is then sent again."""
    clerk = server.clerk("officer_a", book)
    title = f"Việc trên đường truyền xấu {number}"
    form = forms_in(clerk.get("/issues/new"))[0]
    words: dict[str, object] = {
        "title": title,
        "situation": "Hiện trạng",
        "proposal": "Đề xuất",
        "do": "send",
    }
    given = {**form.values, "idempotency_key": secrets.token_hex(16), **words}
    boundary, body = encode_multipart({key: value for key, value in given.items() if value is not None})
    kind = f"multipart/form-data; boundary={boundary}"
    _cut(server.port, clerk.cookie, body, kind, dice)
    status, answer = clerk.once("POST", "/issues/new", body, kind)
    if status != http.HTTPStatus.SEE_OTHER:
        book.faults.append(f"{title}: {status} {answer[:300]}")
    return title


def _cut(port: int, cookie: str, body: bytes, kind: str, dice: random.Random) -> None:
    """Send a part of the request, or the whole without waiting for the answer, and hang up."""
    head = (
        f"POST /issues/new HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    whole = head + body
    end = len(whole) if dice.random() < 0.4 else dice.randint(1, len(whole))
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(whole[:end])
        time.sleep(dice.random() * 0.02)


def _pages_beside_slow_clients(server: Server, book: Book, pages: int) -> float:
    """The slowest page while others say a byte a second; gives seconds."""
    stop, slowest = threading.Event(), 0.0
    clerk = server.clerk("officer_b", book)
    with ExitStack() as stack:
        lines = [stack.enter_context(_connected(server.port)) for _ in range(_DRIPPING)]
        dripping = threading.Thread(target=_drip, args=(lines, stop))
        dripping.start()
        try:
            for _ in range(pages):
                began = time.monotonic()
                status, _page = clerk.once("GET", "/issues")
                slowest = max(slowest, time.monotonic() - began)
                if status != http.HTTPStatus.OK:
                    book.faults.append(f"a page beside slow clients: {status}")
        finally:
            stop.set()
            dripping.join()
    return slowest


def _connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    return line


def _drip(lines: list[socket.socket], stop: threading.Event) -> None:
    while not stop.wait(1):
        for line in lines:
            with suppress(OSError):
                line.sendall(b"x")
