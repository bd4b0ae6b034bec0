"""What a browser refused on our pages is told in the log: in few words, not too often, changing nothing."""

import json
import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.rules.test_no_write_on_get import digests
from tracker import clock
from tracker.web import violations
from tracker.web.http import CONTENT_SECURITY_POLICY, VIOLATIONS_PATH

KIND = "application/csp-report"
REPORT = {
    "document-uri": "https://vuongmac.example.vn/issues/VM-2026-000123?q=mat",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/a.js?who=me",
}


@pytest.fixture(autouse=True)
def _nothing_taken_yet() -> Iterator[None]:
    violations._taken.clear()
    yield
    violations._taken.clear()


def send(client: FlaskClient, body: bytes | str, kind: str = KIND) -> int:
    """A report, as a browser sends it: without token, with its own content type."""
    return client.post(VIOLATIONS_PATH, data=body, content_type=kind).status_code


@pytest.mark.asvs("V3.4.7")
def test_a_report_becomes_one_line_without_path_query_or_person(
    client: FlaskClient, province: Province, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    assert CONTENT_SECURITY_POLICY.endswith(f"; report-uri {VIOLATIONS_PATH}")
    before = digests(session)
    with caplog.at_level(logging.WARNING):
        assert send(client, json.dumps({"csp-report": REPORT})) == 204
    (line,) = [record.getMessage() for record in caplog.records if "a browser refused" in record.getMessage()]
    assert line.endswith("a browser refused script-src-elem from https://evil.example")
    assert digests(session) == before


@pytest.mark.asvs("V3.4.7", "V2.4.1")
def test_after_so_many_reports_in_a_minute_no_more_are_taken(client: FlaskClient, province: Province) -> None:
    body = json.dumps({"csp-report": REPORT})
    now = clock.now()
    with clock.travel(now):
        statuses = [send(client, body) for _ in range(violations.MOST_A_MINUTE + 2)]
        assert statuses == [204] * violations.MOST_A_MINUTE + [429] * 2
        assert client.post(VIOLATIONS_PATH, data=body, content_type=KIND).headers["Retry-After"] == "60"
    with clock.travel(now.replace(year=now.year + 1)):
        assert send(client, body) == 204


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{}", "application/json", 415),
        ("csp-report=x", "application/x-www-form-urlencoded", 415),
        ("", KIND, 413),
        ("{", KIND, 400),
        ("[]", KIND, 400),
        ('{"csp-report": []}', KIND, 400),
        ('{"csp-report": {}}', KIND, 400),
        ('{"csp-report": {"violated-directive": "x", "blocked-uri": "http://[x"}}', KIND, 400),
        ("[" * 16_000, KIND, 400),
        ("x" * 20_000, KIND, 413),
    ],
)
def test_what_is_no_report_is_refused(
    client: FlaskClient, province: Province, body: str, kind: str, status: int
) -> None:
    assert send(client, body, kind) == status


def test_no_line_of_the_log_is_forged(
    client: FlaskClient, province: Province, caplog: pytest.LogCaptureFixture
) -> None:
    evil = {"violated-directive": "a\r\n2026 sign_in \x1b[2J", "blocked-uri": "x\n\u2028%s"}
    with caplog.at_level(logging.WARNING):
        assert send(client, json.dumps({"csp-report": evil})) == 204
    (line,) = [record.getMessage() for record in caplog.records if "a browser refused" in record.getMessage()]
    assert line.isprintable() and line.endswith("a browser refused a2026signin2J from xs")
