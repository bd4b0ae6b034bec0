"""What the machine's keeper sees of serving: the health address and one line for each request."""

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from tests.builders import Province
from tracker.accounts.models import Account
from tracker.db import db
from tracker.logs import REQUESTS, JsonLines

FIELDS = {"time", "request_id", "method", "endpoint", "status", "ms"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, object]]]:
    """lines(): what the log of requests holds."""
    caplog.set_level(logging.INFO, REQUESTS)
    form = JsonLines()
    return lambda: [json.loads(form.format(one)) for one in caplog.records if one.name == REQUESTS]


def test_the_health_address_says_yes_while_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.post("/healthz").status_code == 405


def test_the_health_address_says_no_and_nothing_else_when_the_database_does_not_answer(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        engine: Engine = db.engine

    event.listen(engine, "before_cursor_execute", _broken)
    try:
        answer = client.get("/healthz")
    finally:
        event.remove(engine, "before_cursor_execute", _broken)
    assert (answer.status_code, answer.text) == (503, "unavailable\n")
    assert client.get("/healthz").status_code == 200


def _broken(connection: object, *_: object) -> None:
    raise OperationalError("SELECT 1", {}, Exception("disk I/O error on /srv/tracker.db"))


def test_each_request_is_one_line_without_anything_personal(
    client: FlaskClient,
    province: Province,
    sign_in: Callable[[FlaskClient, Account], str],
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    sign_in(client, province.member)
    answer = client.get("/issues?text=Nguyen+Van+An", headers={"User-Agent": "a device of Lan"})
    (line,) = lines()
    assert set(line) == FIELDS
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "issues.index", 200)
    assert isinstance(line["ms"], float)


@pytest.mark.parametrize(
    ("method", "url", "endpoint", "status"),
    [
        ("GET", "/nowhere/0912345678", "", 404),
        ("GET", "/issues/VM-2026-000001", "issues.show", 302),
        ("POST", "/sign-in", "accounts.sign_in", 400),
        ("GET", "/%00", "", 400),
        ("HURRAH-FOR-ALL", "/sign-in", "", 405),
    ],
)
def test_a_refused_request_is_one_line_too(
    client: FlaskClient,
    province: Province,
    lines: Callable[[], list[dict[str, object]]],
    method: str,
    url: str,
    endpoint: str,
    status: int,
) -> None:
    client.open(url, method=method)
    (line,) = lines()
    assert (line["method"], line["endpoint"], line["status"]) == (method[:10], endpoint, status)
    assert "0912345678" not in json.dumps(line)


def test_a_request_with_an_unknown_host_is_one_line_too(
    client: FlaskClient, lines: Callable[[], list[dict[str, object]]]
) -> None:
    client.get("/sign-in", headers={"Host": "evil.example"})
    (line,) = lines()
    assert line["status"] == 400


def test_a_serving_process_writes_its_log_as_lines_of_json(app: Flask, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        "TRACKER_INSTANCE": str(tmp_path),
        "TRACKER_PORT": str(port),
        "PYTHONPATH": ":".join(sys.path),
    }
    tracker = [sys.executable, "-m", "tracker"]
    subprocess.run([*tracker, "migrate"], env=environment, check=True, capture_output=True, timeout=120)
    with subprocess.Popen(
        [*tracker, "web"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Serving on ")
        with urlopen(f"http://127.0.0.1:{port}/healthz?for=somebody", timeout=30) as answer:
            assert answer.read() == b"ok\n"
        process.terminate()
        _, said = process.communicate(timeout=60)
    (line,) = [json.loads(text) for text in said.splitlines()]
    assert set(line) == FIELDS
    assert (line["endpoint"], line["status"]) == ("health.check", 200)
