"""Sheets sent as files: read and filed by the worker in steps, in any old encoding, each row once whatever dies."""

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import HTMX, Person, words_of
from tests.builders import build_province
from tests.issue_builders import Desk
from tracker import clock, create_app
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.config import load_settings
from tracker.db import Base, db, migration_connection, transaction
from tracker.deadlines.days import import_packaged_days, load_targets
from tracker.imports import filing, reading, rounds, service
from tracker.imports.models import BatchState, ImportBatch, ImportRow, ImportSource, RowState
from tracker.issues.models import Channel, Issue
from tracker.issues.verify import verify
from tracker.sheets import tcvn3, vni

Enter = Callable[[Account], Person]
HEAD = ["Địa phương", "Tiêu đề", "Nội dung vướng mắc", "Đề xuất"]
TEXT = "Chưa có hướng dẫn về phụ cấp của người hoạt động không chuyên trách ở xã"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAUSE_SECONDS", 0)


def lines(n: int) -> list[list[str]]:
    """Some difficulties."""
    return [["Xã An Bình", f"Việc thứ {i}", f"{TEXT} {i}", "Đề nghị hướng dẫn"] for i in range(n)]


def csv_of(rows: list[list[str]]) -> str:
    """As text."""
    return "\r\n".join(";".join(row) for row in [HEAD, *rows])


def xlsx_of(rows: list[list[str]]) -> bytes:
    """As a workbook."""
    book, target = Workbook(), io.BytesIO()
    for row in [HEAD, *rows]:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def send(person: Person, content: bytes, name: str = "bang.csv", *, status: int = 303) -> Any:
    """The form of the page with a file."""
    form = person.form("/imports/files", action="/imports/files")
    return person.send(form, status=status, reference="Hội nghị", file=(io.BytesIO(content), name))


def work(desk: Desk) -> int:
    """A round of the worker."""
    desk.session.rollback()
    with desk.travelled():
        return rounds.work(desk.session, transaction, clock.now() + timedelta(minutes=1))


def batch_of(session: Session) -> ImportBatch:
    """The newest batch as it is stored."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()


def states(session: Session) -> list[RowState]:
    """The states of all rows."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(ImportRow.state).order_by(ImportRow.id)))


def titles(session: Session) -> list[str]:
    """The titles of all issues."""
    session.rollback()
    return list(session.scalars(select(Issue.title).order_by(Issue.id)))


def confirm(person: Person, where: str) -> None:
    """Press the last button."""
    person.send(person.form(where, action=f"{where}/file"))


def test_a_file_waits_is_read_shown_filed_and_told(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = send(member, xlsx_of(lines(3)), "bang.xlsx").headers["Location"]
    assert "Chờ đọc tệp" in member.text(where) and states(session) == []
    part = member.get(where, headers=HTMX)
    assert "<html" not in part.text and "hx-get" in part.text
    work(desk)
    assert member.get(where, headers=HTMX).headers["HX-Refresh"] == "true"
    assert "Gửi được 3" in member.text(where) and titles(session) == []
    confirm(member, where)
    assert titles(session) == [] and "Đang gửi" in member.text(where)
    work(desk)
    assert titles(session) == ["Việc thứ 0", "Việc thứ 1", "Việc thứ 2"]
    assert "đã gửi 3 trên 3 dòng" in member.text(where)
    assert session.scalars(select(ImportSource.batch_id)).all() == []


def test_a_sheet_that_waits_long_says_that_nobody_works_on_it(
    desk: Desk, enter: Enter, session: Session
) -> None:
    member = enter(desk.province.member)
    where = send(member, xlsx_of(lines(1)), "bang.xlsx").headers["Location"]
    assert "Tiến trình nền chưa làm đến" not in member.text(where)
    desk.go("2026-06-01 09:10")
    assert "Tiến trình nền chưa làm đến" in member.text(where)


@pytest.mark.parametrize(
    ("encode", "shown"),
    [
        (lambda text: text.encode("utf-8-sig"), "UTF-8"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: tcvn3.from_unicode(text).encode("cp1252"), "TCVN3"),
        (lambda text: vni.from_unicode(text).encode("cp1252"), "VNI"),
    ],
)
def test_old_encodings_are_recognised_and_shown_before_anything_is_filed(
    desk: Desk, enter: Enter, session: Session, encode: Callable[[str], bytes], shown: str
) -> None:
    member = enter(desk.province.member)
    where = send(member, encode(csv_of(lines(2)))).headers["Location"]
    work(desk)
    page = member.text(where)
    assert shown in page and "Chưa có hướng dẫn" in page and "Gửi được 2" in page
    is_converted = shown in {"TCVN3", "VNI"}
    assert ("Văn bản được chuyển từ" in page) == is_converted


def test_another_encoding_may_be_chosen_and_the_file_is_read_again(
    desk: Desk, enter: Enter, session: Session
) -> None:
    member = enter(desk.province.member)
    where = send(member, vni.from_unicode(csv_of(lines(2))).encode("cp1252")).headers["Location"]
    work(desk)
    form = member.form(where, action=f"{where}/encoding")
    member.send(form, encoding="tcvn3")
    work(desk)
    assert batch_of(session).state is BatchState.FAILED
    assert "Không nhận ra dòng tiêu đề cột" in member.text(where)
    member.send(member.form(where, action=f"{where}/encoding"), encoding="vni")
    work(desk)
    assert states(session) == [RowState.GOOD] * 2
    member.send(form, encoding="klingon", status=422)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 nothing", "bang.xlsx", "Chỉ đọc được bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bang.xls", "kiểu cũ"),
        (b"PK\x03\x04 broken", "bang.xlsx", "Tệp bị hỏng"),
        ("không có cột nào".encode(), "bang.csv", "Không nhận ra dòng tiêu đề cột"),
    ],
)
def test_what_is_no_sheet_is_refused_at_once_and_not_kept(
    desk: Desk, enter: Enter, session: Session, content: bytes, name: str, words: str
) -> None:
    answer = send(enter(desk.province.member), content, name, status=422)
    assert words in words_of(answer.text)
    assert session.scalars(select(ImportBatch.id)).all() == []


def test_what_turns_out_wrong_while_it_is_read_is_told(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    long = [*lines(300), ["Xã An Bình", "Dài", "x" * 20_001, "y"]]
    where = send(member, csv_of(long).encode()).headers["Location"]
    work(desk)
    assert batch_of(session).state is BatchState.FAILED and states(session) == []
    assert "tối đa 20000 ký tự" in member.text(where)


class Died(BaseException):
    """The process is gone."""


def dying(original: Callable[..., Any], after: int) -> Callable[..., Any]:
    """The function dies in the call after so many: its transaction is never committed."""
    calls: list[int] = []

    def call(*args: Any, **more: Any) -> Any:
        calls.append(1)
        found = original(*args, **more)
        if len(calls) > after:
            raise Died
        return found

    return call


def test_a_worker_that_dies_while_reading_or_filing_leaves_nothing_twice_and_nothing_out(
    desk: Desk, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEP", 4)
    monkeypatch.setattr(filing.file_some, "__defaults__", (3,))
    member = enter(desk.province.member)
    where = send(member, csv_of(lines(10)).encode()).headers["Location"]
    for after in (0, 1, 2):
        with monkeypatch.context() as patch, pytest.raises(Died):
            patch.setattr(reading, "keep", dying(reading.keep, after))
            work(desk)
    work(desk)
    assert states(session) == [RowState.GOOD] * 10
    confirm(member, where)
    for after in (0, 1, 0):
        with monkeypatch.context() as patch, pytest.raises(Died):
            patch.setattr(filing, "file_some", dying(filing.file_some, after))
            work(desk)
    assert len(titles(session)) == 3
    work(desk)
    assert titles(session) == [f"Việc thứ {i}" for i in range(10)]
    numbers = list(session.scalars(select(Issue.number).order_by(Issue.id)))
    assert numbers == [f"VM-2026-{i:06}" for i in range(1, 11)]
    assert batch_of(session).state is BatchState.DONE


def test_two_workers_at_once_file_each_row_once(
    app: Flask, desk: Desk, enter: Enter, session: Session
) -> None:
    import threading

    member = enter(desk.province.member)
    where = send(member, csv_of(lines(12)).encode()).headers["Location"]
    work(desk)
    confirm(member, where)
    faults: list[BaseException] = []

    def file_by_threes() -> None:
        try:
            with app.app_context():
                more = True
                while more:
                    with desk.travelled(), transaction():
                        more = filing.file_some(db.session, batch_id, 3)
        except BaseException as fault:
            faults.append(fault)

    batch_id = batch_of(session).id
    session.rollback()
    threads = [threading.Thread(target=file_by_threes) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert titles(session) == [f"Việc thứ {i}" for i in range(12)]


def test_a_cancelled_file_stops_between_two_steps(
    desk: Desk, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = enter(desk.province.member)
    where = send(member, csv_of(lines(6)).encode()).headers["Location"]
    work(desk)
    confirm(member, where)
    key = batch_of(session).id
    session.rollback()
    with desk.travelled(), transaction():
        filing.file_some(session, key, 2)
    member.send(member.form(where, action=f"{where}/cancel"))
    work(desk)
    assert len(titles(session)) == 2 and "Đã dừng" in member.text(where)


def test_who_has_lost_his_role_files_nothing_any_more(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = send(member, csv_of(lines(2)).encode()).headers["Location"]
    work(desk)
    confirm(member, where)
    desk.leave(desk.province.member)
    work(desk)
    assert titles(session) == []
    assert "không còn quyền gửi thay" in enter(desk.province.lead).text(where)


def test_rows_that_a_service_refuses_are_told_and_the_others_filed(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    member = enter(place.member)
    rows = [["Xã An Bình", "Một", TEXT, "Ba"], ["Bình Minh", "Hai", TEXT, "Ba"]]
    where = send(member, csv_of(rows).encode()).headers["Location"]
    work(desk)
    with transaction():
        place.commune_b.valid_to = desk.today - timedelta(days=1)
        session.add(place.commune_b)
    confirm(member, where)
    work(desk)
    assert states(session) == [RowState.FILED, RowState.BAD]
    assert "Lựa chọn không có trong danh sách" in member.text(where)
    assert session.scalars(select(Issue.state).where(Issue.number.is_(None))).all() == []


def test_what_was_never_filed_is_deleted_after_a_month(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = send(member, csv_of(lines(2)).encode()).headers["Location"]
    work(desk)
    desk.go("2026-06-30")
    work(desk)
    assert len(states(session)) == 2
    desk.go("2026-07-02")
    work(desk)
    assert states(session) == [] and session.scalars(select(ImportSource.batch_id)).all() == []
    member = enter(desk.province.member)
    member.get(where)


MEASURED = """
import sys
from datetime import timedelta
from openpyxl import Workbook
from tracker import clock, create_app
from tracker.config import load_settings
from tracker.db import db, transaction, Base, migration_connection
from tests.builders import build_province
from tracker.accounts.actor import actor_of
from tracker.imports import rounds, service
from tracker.imports.service import Origin
from tracker.issues.models import Channel
from sqlalchemy import text
rounds.PAUSE_SECONDS = 0
app = create_app(load_settings({"TRACKER_INSTANCE": sys.argv[1]}))
with app.app_context():
    with migration_connection(db.engine) as connection:
        Base.metadata.create_all(connection)
    with transaction():
        place = build_province(db.session)
        member = actor_of(db.session, place.member, clock.today())
        origin = Origin(Channel.MEETING, "x", None)
        service.upload(db.session, member, origin, "bang.xlsx", open(sys.argv[2], "rb").read())
    rounds.work(db.session, transaction, clock.now() + timedelta(minutes=1))
    with transaction():
        kept = db.session.execute(text("SELECT count(*) FROM import_row WHERE state = 'good'")).scalar()
# The peak of this process alone: ru_maxrss of a started process also remembers how large its parent was.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(kept, int(peak.split()[1]) // 1024)
"""


def test_five_thousand_rows_are_read_within_200_megabytes(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(HEAD)
    for i in range(5000):
        page.append(["Xã An Bình", f"Việc thứ {i}", f"{i} " + f"{TEXT}. " * 4, f"Đề nghị {i} {TEXT}"])
    path = tmp_path / "bang.xlsx"
    book.save(path)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path / "instance"), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows, megabytes = map(int, done.stdout.split())
    assert rows == 5000
    assert megabytes < 200


KILLED = """
import sys
from datetime import timedelta
from tracker import clock, create_app
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.imports import filing, reading, rounds, service
reading.STEP = 5
filing.file_some.__defaults__ = (2,)
app = create_app(load_settings({"TRACKER_INSTANCE": sys.argv[1]}))
with app.app_context():
    print("begun", flush=True)
    rounds.work(db.session, transaction, clock.now() + timedelta(minutes=1))
"""


def test_a_worker_killed_again_and_again_files_each_row_once(tmp_path: Path) -> None:
    app = create_app(load_settings({"TRACKER_INSTANCE": str(tmp_path)}))
    with app.app_context():
        with migration_connection(db.engine) as connection:
            Base.metadata.create_all(connection)
        with transaction():
            place = build_province(db.session)
            import_packaged_days(db.session)
            load_targets(db.session)
            member = actor_of(db.session, place.member, clock.today())
            origin = service.Origin(Channel.MEETING, "Hội nghị", None)
            key = service.upload(db.session, member, origin, "a.csv", csv_of(lines(30)).encode()).key
        _work_and_die(tmp_path, 0.5)
        while _batch(key).state in (BatchState.WAITING, BatchState.READING):
            _work_and_die(tmp_path, 30)
        with transaction():
            service.begin_filing(db.session, member, key, sends_warned=False)
        for _ in range(2):
            _work_and_die(tmp_path, 0.7)
        while _batch(key).state is BatchState.FILING:
            _work_and_die(tmp_path, 30)
        numbers = db.session.scalars(select(Issue.number).order_by(Issue.id)).all()
        made = db.session.scalars(select(Issue.title).order_by(Issue.id)).all()
        assert made == [f"Việc thứ {i}" for i in range(30)]
        assert [str(number)[-3:] for number in numbers] == [f"{i:03}" for i in range(1, 31)]
        assert verify(db.session) == []
        db.session.rollback()
        db.engine.dispose()


def _batch(key: str) -> ImportBatch:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(ImportBatch).where(ImportBatch.key == key)).one()


def _work_and_die(instance: Path, seconds: float) -> None:
    """A worker that is killed so many seconds after it has begun, if it has not ended by then."""
    db.session.rollback()
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(instance)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdout is not None and worker.stdout.readline() == b"begun\n"
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        worker.kill()
    _, faults = worker.communicate()
    assert faults == b""


def test_no_more_files_wait_than_a_person_can_look_after(
    desk: Desk, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FILES_KEPT", 2)
    member = enter(desk.province.member)
    for _ in range(2):
        where = send(member, csv_of(lines(1)).encode()).headers["Location"]
    assert "Đang có 2 tệp chưa gửi" in words_of(send(member, csv_of(lines(1)).encode(), status=422).text)
    member.send(member.form(where, action=f"{where}/cancel"))
    send(member, csv_of(lines(1)).encode())


def test_a_marked_name_or_reference_is_refused(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    content = csv_of(lines(1)).encode()
    assert "dấu hiệu độ mật" in words_of(send(member, content, "bang_MẬT.csv", status=422).text)
    form = member.form("/imports/files", action="/imports/files")
    answer = member.send(form, status=422, reference="TỐI MẬT", file=(io.BytesIO(content), "a.csv"))
    assert "dấu hiệu độ mật" in words_of(answer.text)
    assert session.scalars(select(ImportBatch.id)).all() == []
