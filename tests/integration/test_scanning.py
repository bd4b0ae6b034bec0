"""Known malware is refused before a byte of it is kept; a scanner that is down refuses or takes, as is set."""

import io
import logging
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person
from tests.builders import Province
from tests.integration.test_attacks_files import PDF, Uploader, office
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.audit.models import AuditEntry
from tracker.config import SettingError, load_settings
from tracker.errors import Invalid
from tracker.imports.models import ImportSource
from tracker.scanning import Scanner

Enter = Callable[[Account], Person]
SignIn = Callable[[FlaskClient, Account], str]
MARK = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for malware, and which is none; in two pieces, so that this file is not taken for it."""


class Clamd(socketserver.BaseRequestHandler):
    """Speaks as clamd does: finds the mark; `server.says` is said instead where it is set."""

    def handle(self) -> None:
        """One file."""
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        answer = b"stream: Eicar-Test-Signature FOUND" if MARK in content else b"stream: OK"
        said = self.server.says  # type: ignore[attr-defined]
        if said == b"slow":
            self.server.over.wait(30)  # type: ignore[attr-defined]
        else:
            self.request.sendall(said or answer + b"\0")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clamd)
        self.seen: list[bytes] = []
        self.says = b""
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """As it stands in the setting."""
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def clamd() -> Iterator[_Server]:
    """A scanner on this machine."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def officer_at(app: Flask, province: Province, sign_in: SignIn) -> Uploader:
    client = app.test_client()
    sign_in(client, province.officer_a)
    return Uploader(client)


@pytest.mark.asvs("V5.4.3")
@pytest.mark.parametrize(
    ("content", "name"),
    [(PDF + MARK, "a.pdf"), (office("word/document.xml", MARK.decode("ascii")), "b.docx")],
)
def test_known_malware_is_refused_told_and_noted_and_not_kept(
    app_with: Callable[..., Flask],
    province: Province,
    session: Session,
    sign_in: SignIn,
    clamd: _Server,
    content: bytes,
    name: str,
) -> None:
    app = app_with(SCAN_ADDRESS=clamd.address)
    officer = officer_at(app, province, sign_in)
    answer = officer.upload((content, name), title="Không mất chữ này")
    assert answer.status_code == 422
    assert "mã độc" in answer.text and "Không mất chữ này" in answer.text
    session.rollback()
    assert session.scalars(select(Attachment)).all() == []
    root: Path = app.extensions["settings"].files
    assert [path for path in root.rglob("*") if path.is_file()] == []
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "malware_refused"))
    assert entry.account_id == province.officer_a.id and name not in entry.detail
    assert officer.upload((PDF, "sach.pdf")).status_code == 303
    assert clamd.seen[-1] == PDF


@pytest.mark.asvs("V5.4.3")
@pytest.mark.parametrize(
    "says", [b"slow", b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"x" * 5000, b"\xff\r\nOK"]
)
@pytest.mark.parametrize("accepts", [True, False])
def test_without_a_clear_answer_a_file_is_refused_or_taken_as_is_set(
    clamd: _Server, says: bytes, accepts: bool, caplog: pytest.LogCaptureFixture
) -> None:
    clamd.says = says
    scanner = Scanner(clamd.address, takes_when_down=accepts, seconds=0.2 if says == b"slow" else 5)
    with caplog.at_level(logging.ERROR):
        if accepts:
            scanner.check(PDF)
        else:
            with pytest.raises(Invalid) as refused:
                scanner.check(PDF)
            assert refused.value.code == "scanner_down"
    (record,) = caplog.records
    assert record.getMessage().isprintable()


@pytest.mark.asvs("V5.4.3")
def test_a_scanner_that_is_not_there_refuses_unless_set_otherwise(tmp_path: Path) -> None:
    for address in (str(tmp_path / "no.socket"), "127.0.0.1:1"):
        Scanner(address, takes_when_down=True).check(PDF)
        with pytest.raises(Invalid):
            Scanner(address).check(PDF)


def test_a_large_file_reaches_the_scanner_to_the_last_byte(clamd: _Server) -> None:
    content = PDF + bytes(range(256)) * 2000
    Scanner(clamd.address).check(content)
    assert clamd.seen == [content]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCAN_ADDRESS", "clamav.example.vn:3310"),
        ("SCAN_ADDRESS", "127.0.0.1"),
        ("SCAN_ADDRESS", "127.0.0.1:0"),
        ("SCAN_ADDRESS", "127.0.0.1:99999999"),
        ("SCAN_WHEN_DOWN", "maybe"),
    ],
)
def test_a_wrong_setting_of_the_scanner_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load_settings({"TRACKER_INSTANCE": str(tmp_path), f"TRACKER_{name}": value})


def test_the_message_reaches_who_sent_it_when_the_scanner_is_down(
    app_with: Callable[..., Flask], province: Province, session: Session, sign_in: SignIn
) -> None:
    officer = officer_at(app_with(SCAN_ADDRESS="127.0.0.1:1"), province, sign_in)
    answer = officer.upload((PDF, "a.pdf"))
    assert answer.status_code == 422 and "Chưa kiểm tra được" in answer.text


SHEETS = [
    ("lead", "/imports/files"),
    ("administrator", "/people/import"),
    ("administrator", "/calendar/import"),
]


@pytest.mark.asvs("V5.4.3")
@pytest.mark.parametrize(("name", "url"), SHEETS)
def test_a_sheet_for_an_import_goes_the_way_of_an_attachment(
    app: Flask, desk: Desk, enter: Enter, clamd: _Server, monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    made = replace(app.extensions["settings"], scan_address=clamd.address)
    monkeypatch.setitem(app.extensions, "settings", made)
    person = enter(getattr(desk.province, name))
    form = person.form(url, action=url)
    typed = {"reference": "Hội nghị"} if "imports" in url else {}
    answer = person.send(form, status=422, file=(io.BytesIO(b"a;b\r\n" + MARK), "bang.csv"), **typed)
    assert "Tệp có mã độc nên không được nhận." in answer.text
    desk.session.rollback()
    (entry,) = desk.session.scalars(select(AuditEntry).where(AuditEntry.kind == "malware_refused"))
    assert entry.account_id == person.account.id and "bang.csv" not in entry.detail
    assert desk.session.scalars(select(ImportSource.batch_id)).all() == []
    monkeypatch.setitem(app.extensions, "settings", replace(made, scan_address="127.0.0.1:1"))
    down = person.send(form, status=422, file=(io.BytesIO(b"a;b\r\n"), "bang.csv"), **typed)
    assert "Chưa kiểm tra được mã độc" in down.text


def test_a_clean_sheet_is_read_from_its_beginning_after_the_scanner(
    app: Flask, desk: Desk, enter: Enter, clamd: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = replace(app.extensions["settings"], scan_address=clamd.address)
    monkeypatch.setitem(app.extensions, "settings", made)
    lead = enter(desk.province.lead)
    content = (
        "Địa phương;Nội dung vướng mắc;Đề xuất\r\nXã An Bình;Chưa có hướng dẫn;Đề nghị hướng dẫn".encode()
    )
    form = lead.form("/imports/files", action="/imports/files")
    lead.send(form, reference="Hội nghị", file=(io.BytesIO(content), "bang.csv"))
    assert clamd.seen == [content]
    assert desk.session.scalars(select(ImportSource.content)).all() == [content]
