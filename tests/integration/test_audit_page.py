"""The page of the audit log: who did what, before and after; read only, for two roles."""

from collections.abc import Callable

import pytest

from tests.browser_of_pages import Person, words_of
from tests.issue_builders import Desk
from tests.rules.test_imports_and_names import PACKAGE
from tracker.accounts.models import Account
from tracker.audit.queries import ROWS_PER_PAGE
from tracker.audit.service import record
from tracker.db import transaction
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
    assert admin.get("/audit?kind=unit_changed&person=1003").text.count('<tr role="row">') == 1 + 1
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
