"""Attacks by file: names, contents and sizes that were made to do harm."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import Province
from tests.web import token_of
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.issues.models import Issue, IssueFile

SignIn = Callable[[FlaskClient, Account], str]
PDF = b"%PDF-1.7\nnoi dung"
NAMES = (
    "../../../../tmp/zq-escape.pdf",
    "..\\..\\zq-escape.pdf",
    "/etc/zq-escape.pdf",
    "C:\\Windows\\zq-escape.pdf",
    "%2e%2e%2fzq-escape.pdf",
    "zq%0D%0ASet-Cookie: zq-escape=1.pdf",
    "zq\x85\u2028Set-Cookie: zq-escape=1.pdf",
    'zq"; filename="zq-escape.html',
    "zq;id $(id) `id` -oout|x.pdf",
    "-rf zq.pdf",
    "zq\u202efdp.exe",
    "z\u200bq\ufeff.pdf",
    "CON.txt",
    "NUL",
    ".htaccess",
    "...",
    "   ",
    "Tờ trình số 12 của Ủy ban.pdf",
    "đ.đ",
    "文件",
    "a" * 300 + ".pdf",
    "ắ" * 300 + ".pdf",
    "a\u0306\u0301" * 150 + ".pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "{{7*7}}.pdf",
)


class Uploader:
    """An officer with an empty draft."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def upload(self, *files: tuple[bytes, str], title: str = "Có tệp") -> TestResponse:
        """A new draft with these files."""
        page = self.client.get("/issues/new").text
        key = page.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
        parts = [(io.BytesIO(content), name) for content, name in files]
        data = {"csrf_token": token_of(page), "idempotency_key": key, "title": title, "files": parts}
        return self.client.post("/issues/new", data=data, content_type="multipart/form-data")


@pytest.fixture
def officer(client: FlaskClient, province: Province, sign_in: SignIn) -> Uploader:
    """The officer of commune A."""
    sign_in(client, province.officer_a)
    return Uploader(client)


def addresses(session: Session) -> list[str]:
    """Where the files of drafts are."""
    session.rollback()
    rows = session.execute(
        select(Issue.draft_key, IssueFile.id).join(IssueFile, IssueFile.issue_id == Issue.id)
    )
    return [f"/drafts/{key}/files/{file_id}" for key, file_id in rows]


@pytest.mark.asvs("V1.2.5", "V1.3.3", "V5.3.2", "V5.4.1")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_data(app: Flask, session: Session, officer: Uploader, name: str) -> None:
    root: Path = app.extensions["settings"].files
    assert officer.upload((PDF, name)).status_code == 303
    on_disk = [path for path in root.rglob("*") if path.is_file()]
    session.rollback()
    row = session.scalars(select(Attachment)).one()
    assert [path.name for path in on_disk] == [row.key]
    assert on_disk[0].parent.parent == root
    assert row.filename.endswith(".pdf")
    assert len(row.filename.encode()) <= 255
    assert not set(row.filename) & set('/\\\r\n"<>:|?*\u202e\u200b\ufeff')
    served = officer.client.get(addresses(session)[0])
    assert (served.status_code, served.data) == (200, PDF)
    disposition = served.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "Set-Cookie" not in served.headers
    assert disposition.isprintable()


def office(member: str, content: str, **more: str) -> bytes:
    """A packed document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(member, content)
        for name, text in more.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


ACTIVE = {
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a.html": b"<!DOCTYPE html><script>alert(1)</script>",
    "a.xml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>',
    "renamed.pdf": b"<html><script>alert(1)</script></html>",
    "renamed.png": b"<svg onload=alert(1)>",
    "renamed.jpg": b"GIF89a<script>alert(1)</script>",
    "renamed.docx": b"PK\x03\x04<html>",
    "program.pdf": b"MZ\x90\x00",
    "script.pdf": b"#!/bin/sh\nid\n",
    "macros.docx": office("word/document.xml", "<w/>", word__vbaProject_dot_bin="x"),
    "plain.zip": office("a.txt", "x"),
    "late.pdf": b"\n" * 2000 + b"%PDF-1.7",
    "empty.pdf": b"",
}


@pytest.mark.asvs("V1.3.4", "V5.3.1", "V5.2.2")
@pytest.mark.parametrize("name", ACTIVE)
def test_what_a_browser_would_run_is_refused_whatever_it_is_called(
    app: Flask, session: Session, officer: Uploader, name: str
) -> None:
    response = officer.upload((ACTIVE[name], name), title="Không mất chữ này")
    assert response.status_code == 422
    assert "Không mất chữ này" in response.text
    session.rollback()
    assert session.scalars(select(Attachment)).all() == []
    assert session.scalars(select(Issue)).all() == []


@pytest.mark.asvs("V3.2.1")
def test_a_document_is_downloaded_and_never_shown_in_the_page(session: Session, officer: Uploader) -> None:
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><w>&e;</w>'
    files = (PDF + b"/JS (app.alert(1))", "chay.pdf"), (office("word/document.xml", entity), "van ban.docx")
    assert officer.upload(*files).status_code == 303
    for url, (content, _name) in zip(addresses(session), files, strict=True):
        for query in ("", "?inline=1", "?disposition=inline", "?download=0"):
            served = officer.client.get(url + query, headers={"Accept": "text/html", "Range": "bytes=0-5"})
            assert served.status_code == 200
            assert served.data == content
            assert served.headers["Content-Disposition"].startswith("attachment; ")
            assert served.headers["X-Content-Type-Options"] == "nosniff"
            assert served.mimetype.startswith("application/")
            assert "default-src 'none'" in served.headers["Content-Security-Policy"]
            assert "no-store" in served.headers["Cache-Control"]


def test_files_of_the_same_name_are_both_kept(session: Session, officer: Uploader) -> None:
    files = [(PDF + str(number).encode(), name) for number, name in enumerate(("a.pdf", "A.pdf", "a.pdf"))]
    assert officer.upload(*files).status_code == 303
    assert officer.upload(files[0]).status_code == 303
    contents = sorted(officer.client.get(url).data for url in addresses(session))
    assert contents == sorted([content for content, _name in files] + [files[0][0]])
    keys = [row.key for row in session.scalars(select(Attachment))]
    assert len(set(keys)) == 4


@pytest.mark.asvs("V5.2.1")
def test_too_many_and_too_large_files_are_refused_and_leave_no_row(
    app_with: Callable[..., Flask], province: Province, session: Session, sign_in: SignIn
) -> None:
    app = app_with(MAX_FILE_MB="1", MAX_FILES="2")
    client = app.test_client()
    sign_in(client, province.officer_a)
    officer = Uploader(client)
    assert officer.upload((PDF + b"x" * 1_048_576, "lon.pdf")).status_code == 422
    assert officer.upload(*[(PDF, f"{number}.pdf") for number in range(11)]).status_code == 422
    assert (
        officer.upload(*[(PDF + b"x" * 1_000_000, f"{number}.pdf") for number in range(5)]).status_code == 413
    )
    session.rollback()
    assert session.scalars(select(Attachment)).all() == []
    assert officer.upload((PDF, "vua.pdf")).status_code == 303


@pytest.mark.asvs("V2.3.2")
def test_the_quota_of_a_unit_stops_a_flood(
    app_with: Callable[..., Flask], province: Province, session: Session, sign_in: SignIn
) -> None:
    client = app_with(UNIT_QUOTA_MB="1").test_client()
    sign_in(client, province.officer_a)
    officer = Uploader(client)
    statuses = [officer.upload((PDF + b"x" * 400_000, "a.pdf")).status_code for _ in range(4)]
    assert statuses == [303, 303, 422, 422]


def test_a_file_name_with_a_mark_of_secrecy_is_refused(session: Session, officer: Uploader) -> None:
    for name in ("MẬT.pdf", "Kế hoạch - TỐI MẬT.pdf", "TUYỆT MẬT.pdf"):
        assert officer.upload((PDF, name)).status_code == 422
    session.rollback()
    assert session.scalars(select(Attachment)).all() == []
