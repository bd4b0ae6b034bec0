"""How much may be stored, by how many at once, and that what is packed stays packed."""

import io
import stat
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.rules.tree import called, imported, modules, name
from tests.web import token_of
from tracker import clock
from tracker.accounts.models import Account
from tracker.attachments import service
from tracker.attachments.models import Attachment
from tracker.attachments.queries import used_bytes
from tracker.attachments.storage import Storage
from tracker.db import transaction
from tracker.errors import Invalid

SignIn = Callable[[FlaskClient, Account], str]
PDF = b"%PDF-1.7\n"


@pytest.mark.asvs("V5.2.4", "V2.3.4")
def test_of_many_who_upload_at_once_no_more_fit_than_the_quota_holds(
    app_with: Callable[..., Flask], province: Province, session: Session, sign_in: SignIn
) -> None:
    app = app_with(UNIT_QUOTA_MB="1", BUSY_TIMEOUT_MS="30000")
    browsers = [app.test_client() for _ in range(8)]
    for client in browsers:
        sign_in(client, province.officer_a)
    pages = [client.get("/issues/new").text for client in browsers]

    def upload(number: int) -> int:
        key = pages[number].split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
        file = (io.BytesIO(PDF + bytes(400_000)), "a.pdf")
        typed = {"csrf_token": token_of(pages[number]), "idempotency_key": key, "title": "x", "files": file}
        return browsers[number].post("/issues/new", data=typed).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = sorted(pool.map(upload, range(len(browsers))))
    assert statuses == [303] * 2 + [422] * 6
    session.rollback()
    assert used_bytes(session, province.commune_a.id) == 2 * (400_000 + len(PDF))


@pytest.mark.asvs("V5.2.4", "V2.3.2")
def test_a_person_stores_so_many_files_a_day_and_no_more(
    session: Session, province: Province, tmp_path: Path
) -> None:
    storage = Storage(tmp_path / "files", max_daily_files=3)

    def put(person: Account) -> None:
        with transaction():
            service.put(
                session,
                storage,
                name="a.pdf",
                stream=io.BytesIO(PDF),
                unit_id=province.commune_a.id,
                account_id=person.id,
            )

    for _ in range(3):
        put(province.officer_a)
    with pytest.raises(Invalid) as refused:
        put(province.officer_a)
    assert refused.value.code == "too_many_files_today"
    put(province.leader_a)
    with clock.travel(clock.now() + timedelta(days=1, seconds=1)):
        put(province.officer_a)


def packed(members: dict[str, int]) -> bytes:
    """A Word file with further members; a number is the mode of the entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<w/>")
        for member, mode in members.items():
            info = zipfile.ZipInfo(member)
            info.create_system, info.external_attr = 3, mode << 16
            package.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.asvs("V5.2.5", "V5.3.3")
@pytest.mark.parametrize(
    "members",
    [
        {"../../zq-escape.txt": 0o644},
        {"/tmp/zq-escape.txt": 0o644},
        {"..\\..\\zq-escape.txt": 0o644},
        {"C:\\zq-escape.txt": 0o644},
        {"zq-link": stat.S_IFLNK | 0o777, "zq-link/x": 0o644},
        {"word/zq-link": stat.S_IFLNK | 0o777},
    ],
)
def test_what_is_packed_stays_packed_whatever_its_entries_are_called(
    session: Session, province: Province, tmp_path: Path, members: dict[str, int]
) -> None:
    storage, content = Storage(tmp_path / "deep" / "er" / "files"), packed(members)
    with transaction():
        kept = service.put(
            session,
            storage,
            name="a.docx",
            stream=io.BytesIO(content),
            unit_id=province.commune_a.id,
            account_id=province.officer_a.id,
        )
    found = [path for path in tmp_path.rglob("*") if not path.is_dir() or path.is_symlink()]
    assert [path.name for path in found] == [kept.key]
    assert found[0].read_bytes() == content
    assert not list(Path("/tmp").glob("zq-escape*"))
    assert session.scalars(select(Attachment.filename)).one() == "a.docx"


@pytest.mark.asvs("V5.2.5", "V5.3.3")
def test_nothing_in_the_program_takes_an_archive_apart_onto_the_disk() -> None:
    unpacking = [
        f"{name(path)}:{line}"
        for path in modules()
        for call, line in called(path)
        if call.split(".")[-1] in {"extractall", "unpack_archive", "symlink", "symlink_to"}
        or (call.endswith(".extract") and "package" in call)
    ]
    assert unpacking == []
    assert [name(path) for path in modules() for module, _line in imported(path) if module == "tarfile"] == []
