"""Who hears of more time, of a date that the calendar moved, and of directives; and what passes on when a unit ends."""

from collections.abc import Callable

from sqlalchemy import select

from tests.browser_of_pages import Person, path_of
from tests.integration.test_directives import does, given
from tests.issue_builders import Desk, june
from tracker.accounts import deputies
from tracker.accounts.models import Account, Grant
from tracker.db import transaction
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.issues import directive_work, directives, recompute
from tracker.issues.directive_passing import pass_directives_on
from tracker.issues.models_directives import Directive, DirectiveSource, DirectiveState, DirectiveTarget
from tracker.issues.workflow import Act
from tracker.notifications.truth import still_true
from tracker.outbox.models import Notice

Enter = Callable[[Account], Person]


def told(desk: Desk, kind: str) -> set[int]:
    """Who got a notice of the kind."""
    desk.session.rollback()
    return set(desk.session.scalars(select(Notice.account_id).where(Notice.kind == kind)))


def keys(*people: Account) -> set[int]:
    """Their keys."""
    return {account.id for account in people}


def test_more_time_is_told_to_who_decides_and_the_decision_to_who_asked_and_to_the_parties(
    desk: Desk,
) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.member, issue_id, Act.ASK_EXTENSION, days=2, reason="Chờ Bộ")
    assert told(desk, "extension_asked") == keys(p.lead)
    desk.do(p.lead, issue_id, Act.REFUSE_EXTENSION, reason="Còn đủ thời gian")
    assert told(desk, "extension_refused") == keys(p.member)
    assert told(desk, "due_moved") == set()
    desk.do(p.lead, issue_id, Act.EXTEND, days=2)
    assert told(desk, "extended") == keys(p.member)
    assert told(desk, "due_moved") == keys(p.officer_a)
    desk.do(p.member, issue_id, Act.ASK_EXTENSION, days=1, reason="Chờ Bộ")
    assert told(desk, "extension_asked") == keys(p.lead, p.department_leader)


def _change(desk: Desk, *days: int) -> None:
    rows = tuple(Day(june(n), False, "Nghỉ bão") for n in days)
    with desk.travelled(), transaction():
        actor, seen = desk.actor(desk.province.administrator), changing.mark(desk.session)
        changing.carry_out(desk.session, actor, changing.Plan(rows), desk.at, seen=seen)
    with desk.travelled():
        recompute.work(desk.session, transaction)


def test_a_date_that_the_calendar_moved_is_told_once_a_day_to_owner_and_parties(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    _change(desk, 4)
    _change(desk, 5)
    assert desk.kinds(issue_id).count("calendar_changed") == 2
    rows = desk.session.scalars(select(Notice.account_id).where(Notice.kind == "due_moved")).all()
    assert sorted(rows) == sorted(keys(p.member, p.officer_a))
    desk.go(june(2))
    _change(desk, 8)
    rows = desk.session.scalars(select(Notice.account_id).where(Notice.kind == "due_moved")).all()
    assert len(rows) == 4


def test_units_hear_of_a_directive_its_giver_of_the_report_and_the_reporter_of_the_word(desk: Desk) -> None:
    p, issue_id = desk.province, desk.answered()
    (target,) = given(desk, p.provincial_leader, issue_id)
    assert told(desk, "directive_given") == keys(p.lead)
    notice = desk.session.scalars(select(Notice).where(Notice.kind == "directive_given")).one()
    with desk.travelled():
        assert still_true(desk.session, notice)  # although the issue is answered
    does(desk, directive_work.report, p.department_leader, target.id, "Đã xong.")
    assert told(desk, "directive_reported") == keys(p.provincial_leader)
    does(desk, directive_work.send_back, p.provincial_leader, target.id, "Còn thiếu.")
    assert told(desk, "directive_sent_back") == keys(p.lead, p.department_leader)
    does(desk, directive_work.report, p.lead, target.id, "Đã bổ sung.")
    does(desk, directive_work.confirm_done, p.provincial_leader, target.id)
    assert told(desk, "directive_confirmed") == keys(p.lead)


def test_a_commune_hears_of_a_directive_to_itself_and_of_no_other(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    given(desk, p.provincial_leader, issue_id)
    assert told(desk, "directive_given") == keys(p.lead)
    (target,) = given(
        desk, p.provincial_leader, issue_id, unit_ids=[p.commune_a.id], content="Rà soát danh sách."
    )
    assert told(desk, "directive_given") == keys(p.lead, p.officer_a)
    notice = desk.session.scalars(select(Notice).where(Notice.account_id == p.officer_a.id)).all()[-1]
    with desk.travelled():
        assert still_true(desk.session, notice)
    officer = enter(p.officer_a)
    assert "Đơn vị được giao thực hiện ý kiến chỉ đạo" in officer.text("/inbox")
    button = officer.form("/inbox", action=f"/inbox/{notice.id}/open")
    assert path_of(officer.send(button)) == "/directives"
    assert "Rà soát danh sách." in officer.text("/directives")
    does(desk, directive_work.report, p.officer_a, target.id, "Đã rà soát.")
    does(desk, directive_work.confirm_done, p.provincial_leader, target.id)
    assert told(desk, "directive_confirmed") == keys(p.officer_a)
    history = officer.text(f"/issues/{desk.issue(issue_id).number}")
    assert "Giải quyết dứt điểm." not in history


def test_a_leader_hears_what_was_recorded_for_him_and_the_recorder_his_word(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    (target,) = given(
        desk, p.assistant, issue_id, leader_id=p.provincial_leader.id, source=DirectiveSource.PHONE
    )
    assert told(desk, "recorded_for_you") == keys(p.provincial_leader)
    does(desk, directives.give_word, p.provincial_leader, target.directive_id, "Tôi không nói vậy.")
    assert told(desk, "recorded_objected") == keys(p.assistant, p.lead)
    does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    assert told(desk, "directive_reported") == keys(p.provincial_leader, p.assistant)


def test_a_deputys_directive_belongs_to_the_leader_for_whom_he_stands_in(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    with desk.travelled(), transaction():
        grant = desk.session.scalars(select(Grant).where(Grant.account_id == p.department_leader.id)).one()
        leader = desk.actor(p.department_leader)
        deputies.appoint(desk.session, leader, grant.id, p.lead.id, june(1), june(30))
    (target,) = given(desk, p.lead, issue_id)
    directive = desk.session.get_one(Directive, target.directive_id)
    assert directive.given_by_id == p.department_leader.id
    assert desk.payload(issue_id, "directive_given")["leader"] == p.department_leader.full_name
    does(desk, directive_work.report, p.member, target.id, "Đã xong.")
    assert told(desk, "directive_reported") == keys(p.department_leader, p.lead)
    assert desk.verify() == []


def test_what_an_ended_unit_owes_passes_to_its_successor_with_its_reading_right(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    owed, _ = given(desk, p.provincial_leader, issue_id, unit_ids=[p.home_affairs.id, p.office.id])
    given(desk, p.provincial_leader, issue_id, due_on=None)
    with desk.travelled(), transaction():
        pass_directives_on(desk.session, p.home_affairs.id, p.finance.id)
    rows = desk.session.scalars(select(DirectiveTarget).order_by(DirectiveTarget.id)).all()
    assert [row.unit_id for row in rows] == [p.finance.id, p.office.id, p.home_affairs.id]
    assert rows[0].state is DirectiveState.OPEN
    assert desk.payload(issue_id, "directive_passed_on")["units"] == [p.finance.name]
    assert keys(p.finance_lead) <= told(desk, "directive_given")
    does(desk, directive_work.report, p.finance_lead, owed.id, "Đã xong.")
    assert desk.verify() == []


def test_who_owes_the_same_already_does_not_owe_it_twice(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    given(desk, p.provincial_leader, issue_id, unit_ids=[p.home_affairs.id, p.finance.id])
    with desk.travelled(), transaction():
        pass_directives_on(desk.session, p.home_affairs.id, p.finance.id)
    rows = desk.session.scalars(select(DirectiveTarget).order_by(DirectiveTarget.id)).all()
    assert [row.state for row in rows] == [DirectiveState.CANCELLED, DirectiveState.OPEN]
    assert desk.verify() == []
