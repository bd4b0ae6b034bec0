"""The page of the audit log: who did what, before and after; read only, for two roles."""

import importlib
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from tests.browser_of_pages import Person, Statements, links_in, words_of
from tests.issue_builders import Desk
from tests.rules.test_imports_and_names import PACKAGE
from tracker import migrations
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.audit.queries import ROWS_PER_PAGE
from tracker.audit.service import record
from tracker.db import db, transaction
from tracker.web.labels_of_audit import AUDIT

Enter = Callable[[Account], Person]


def test_a_change_is_shown_with_before_and_after_and_names(enter: Enter, desk: Desk) -> None:
    admin, member = enter(desk.province.administrator), desk.province.member
    url = f"/people/{member.id}"
    admin.do(url, position="Trưởng phòng")
    words = words_of(admin.get("/audit?kind=person_changed").text)
    assert "position: – → Trưởng phòng" in words.replace("position: →", "position: – →")
    assert member.full_name in words
    assert desk.province.administrator.full_name in words


@pytest.mark.parametrize("name", ["administrator", "auditor"])
def test_two_roles_read_it(enter: Enter, desk: Desk, name: str) -> None:
    assert "Nhật ký an ninh" in words_of(enter(getattr(desk.province, name)).get("/audit").text)


@pytest.mark.parametrize("name", ["coordinator", "provincial_leader", "officer_a"])
def test_nobody_else_does(enter: Enter, desk: Desk, name: str) -> None:
    enter(getattr(desk.province, name)).get("/audit", status=404)


def test_it_is_filtered_by_day_and_person_and_pages_by_key(enter: Enter, desk: Desk) -> None:
    with desk.travelled(), transaction():
        for number in range(ROWS_PER_PAGE + 5):
            record(desk.session, "unit_changed", account_id=desk.province.lead.id, person=number + 1000)
    admin = enter(desk.province.administrator)
    first = admin.get(f"/audit?kind=unit_changed&person={desk.province.lead.id}").text
    assert first.count('<tr role="row">') == ROWS_PER_PAGE + 1
    following = next(part for part in first.split('"') if "after=" in part).replace("&amp;", "&")
    assert admin.get(following).text.count('<tr role="row">') == 5 + 1
    assert words_of(admin.get("/audit?kind=unit_changed&person=1003").text).count("Không có dòng nào") == 1
    assert "Không có dòng nào" in words_of(admin.get("/audit?from=2026-07-01").text)
    assert "Không có dòng nào" in words_of(admin.get("/audit?to=2026-05-31").text)
    admin.get("/audit?from=9999-99-99&to=x&person=99999999999999999999&after=-1")


def test_every_kind_that_the_program_writes_has_words() -> None:
    import re

    written: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        written |= set(re.findall(r'\brecord\(\s*(?:db\.)?session,\s*"([a-z_]+)"', text))
        written |= set(re.findall(r'record_change\(\s*(?:db\.)?session,\s*\w+,\s*"([a-z_]+)"', text))
    assert written
    assert written - set(AUDIT) == set()


def test_a_persons_entries_are_what_he_did_and_what_was_done_to_him(enter: Enter, desk: Desk) -> None:
    place = desk.province
    with desk.travelled(), transaction():
        record(desk.session, "sign_out", account_id=place.member.id)
        record(desk.session, "role_given", account_id=place.administrator.id, person=place.member.id)
        record(desk.session, "second_factor_removed", account_id=place.lead.id, of_account=place.member.id)
        record(desk.session, "role_given", account_id=place.member.id, person=place.member.id)
        record(desk.session, "role_given", account_id=place.administrator.id, person=place.lead.id)
    page = enter(place.auditor).get(f"/audit?person={place.member.id}").text
    assert page.count('<tr role="row">') == 4 + 1


def test_a_person_is_chosen_by_login_or_name_without_marks(enter: Enter, desk: Desk) -> None:
    place = desk.province
    with transaction():
        for account, name in ((place.member, "Vũ Thị Mai"), (place.lead, "Đỗ Thị Mai Anh")):
            desk.session.get_one(Account, account.id).full_name = name
        record(desk.session, "sign_out", account_id=place.member.id)
    admin = enter(place.administrator)
    for typed in (place.member.login, place.member.login.upper(), "vu thi mai"):
        page = admin.get("/audit?" + urlencode({"who": typed, "kind": "sign_out"})).text
        assert page.count('<tr role="row">') == 1 + 1, typed
    both = admin.get("/audit?" + urlencode({"who": "thi mai", "kind": "sign_out"})).text
    assert "Nhiều người có tên như vậy" in both and "Đỗ Thị Mai Anh (" in both
    chosen = next(href for words, href in links_in(both).items() if words.startswith("Vũ Thị Mai ("))
    assert admin.get(chosen).text.count('<tr role="row">') == 1 + 1
    with transaction():
        desk.session.get_one(Account, place.officer_a.id).full_name = "Bùi Thị Maiý"
    assert "Maiý" not in admin.get("/audit?" + urlencode({"who": "mai"})).text, "whole words go before parts"
    assert "Không có dòng nào" in words_of(admin.get("/audit?" + urlencode({"who": "không ai cả"})).text)


def test_a_persons_entries_are_found_by_an_index(enter: Enter, desk: Desk) -> None:
    admin = enter(desk.province.administrator)
    if db.engine.dialect.name != "sqlite":
        return
    with Statements(db.engine) as counted:
        admin.get(f"/audit?person={desk.province.member.id}")
    (asked,) = [each for each in counted.texts if "FROM audit_entry" in each and "about_id = ?" in each]
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (0,) * asked.count("?")).all()
    steps = [str(row[3]) for row in plan]
    for index in ("ix_audit_entry_account_id", "ix_audit_entry_about_id"):
        assert any(f"INDEX {index}" in step for step in steps), steps
    assert not any(step == "SCAN audit_entry" for step in steps), steps


def test_the_migration_fills_in_whom_older_entries_are_about(desk: Desk) -> None:
    with transaction():
        made = [
            record(desk.session, "role_given", person=7),
            record(desk.session, "second_factor_removed", of_account=8, note="x"),
            record(desk.session, "refused", code="not_found", person="nobody"),
            record(desk.session, "sign_out"),
        ]
        desk.session.execute(update(AuditEntry).values(about_id=None))
    step = importlib.import_module("tracker.migrations.versions.0025_audit_about")
    with migrations.migration_connection(db.engine) as connection:
        step._fill(connection)
    keys = [entry.id for entry in made]
    found = select(AuditEntry.about_id).where(AuditEntry.id.in_(keys)).order_by(AuditEntry.id)
    desk.session.rollback()
    assert list(desk.session.scalars(found)) == [7, 8, None, None]
