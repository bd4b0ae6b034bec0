"""Levels by rule and by hand: who is told and owes what, what discharges it, what ends it, what holds it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person
from tests.integration.test_escalation_journey import levels, morning, owed, told
from tests.issue_builders import Desk, june
from tracker import jobs
from tracker.accounts.models import Account
from tracker.attachments.storage import Storage
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.deadlines.calendar import Day
from tracker.deadlines.changing import Plan, carry_out, mark
from tracker.deadlines.models import CalendarDay, DayKind, DayStatus
from tracker.directory.models import FieldCharge
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import escalation_job, escalation_queries, escalation_rules, recompute, rising
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Alarm, Duty, EndedBy, OpenedBy
from tracker.issues.workflow import Act
from tracker.notifications.truth import still_true
from tracker.outbox.models import Notice
from tracker.permissions import Role

Enter = Callable[[Account], Person]


def late(desk: Desk, *, urgent: bool = False) -> int:
    """Worked on, with news until two days before its date, reminded; due on 10 June."""
    issue_id = desk.working(desk.sent(is_urgent=urgent, urgent_reason="Gấp" if urgent else ""))
    desk.go(june(5))
    desk.do(desk.province.member, issue_id, Act.NEWS, text="Đang xử lý")
    return issue_id


def at_level(desk: Desk, level: int) -> int:
    """Raised by rule, on the mornings on which each level's time has come."""
    issue_id = late(desk)
    for day, reached in ((11, 1), (15, 2), (18, 3), (23, 4)):
        if reached <= level:
            morning(desk, june(day))
    assert desk.issue(issue_id).level == level
    return issue_id


def _job(desk: Desk, moment: str) -> object:
    """The job as the worker calls it."""
    desk.go(moment)
    desk.session.rollback()
    (job,) = [each for each in jobs.JOBS if each.name == "raise_late_matters"]
    with desk.travelled():
        return job.work(desk.session, cast(Storage, None), desk.at)


# --- by rule ---------------------------------------------------------------------------------------------------


def test_an_urgent_matter_rises_on_its_due_date_and_to_the_leader_four_days_later(desk: Desk) -> None:
    issue_id = desk.working(desk.sent(is_urgent=True, urgent_reason="Gấp"))
    assert desk.issue(issue_id).due_on == june(4)
    morning(desk, june(3))
    assert desk.issue(issue_id).level == 0
    morning(desk, june(4))
    assert desk.issue(issue_id).level == 1
    morning(desk, june(10))  # nobody worked the jobs for some days: the highest rule alone
    assert desk.issue(issue_id).level == 4
    assert [row[0] for row in levels(desk.session, issue_id)] == [1, 4]
    assert told(desk.session, desk.province.department_leader, issue_id) == ["raised"]
    assert told(desk.session, desk.province.provincial_leader, issue_id) == ["raised_to_you"]


def test_after_a_week_of_absence_everybody_hears_once(desk: Desk) -> None:
    issue_id = late(desk)
    assert morning(desk, june(22)) == 1
    assert desk.issue(issue_id).level == 3
    for person in (desk.province.lead, desk.province.department_leader, desk.province.member):
        assert told(desk.session, person, issue_id)[-1] == "raised"
    assert morning(desk, june(22)) == 0


def test_a_dispute_reaches_the_department_leader_at_once(desk: Desk) -> None:
    p, issue_id = desk.province, desk.answered()
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="Chưa rõ")
    desk.to_approve(issue_id)
    desk.do(p.lead, issue_id, Act.APPROVE)
    desk.do(p.officer_a, issue_id, Act.DISPUTE, reason="Chưa giải quyết")
    assert desk.issue(issue_id).level == 2
    assert levels(desk.session, issue_id) == [(2, OpenedBy.RULE, "dispute", None)]
    assert [row[2] for row in owed(desk.session, issue_id)] == [Role.DEPARTMENT_LEADER]
    assert told(desk.session, p.department_leader, issue_id)[-1] == "raised_to_you"
    assert desk.verify() == []


def test_a_second_transfer_is_the_coordinators_to_decide_and_routing_discharges_it(desk: Desk) -> None:
    p, issue_id = desk.province, desk.accepted()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc tài chính")
    desk.do(p.finance_lead, issue_id, Act.TRANSFER, unit_id=p.home_affairs.id, reason="Không phải")
    assert levels(desk.session, issue_id) == [(3, OpenedBy.RULE, "second_transfer", None)]
    desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="Giao Sở Tài chính")
    assert owed(desk.session, issue_id) == []
    assert desk.issue(issue_id).level == 3
    assert desk.verify() == []


def test_the_leader_in_charge_of_the_field_receives_level_four(desk: Desk) -> None:
    p = desk.province
    with transaction():
        desk.session.add(FieldCharge(field_id=p.field_staff.id, leader_id=p.provincial_leader.id))
    at_level(desk, 4)
    duty = desk.session.scalars(select(Duty).where(Duty.level == 4)).one()
    assert (duty.account_id, duty.role) == (p.provincial_leader.id, None)
    assert duty.due_on == june(29)  # the next Monday


def test_nothing_rises_on_a_day_off(desk: Desk) -> None:
    with transaction():
        desk.session.add(
            CalendarDay(on=june(11), kind=DayKind.OFF, name="Nghỉ", status=DayStatus.CONFIRMED, source="")
        )
    issue_id = late(desk)
    for moment in ("2026-06-11 09:00", "2026-06-12 06:30", "2026-06-12 21:00", "2026-06-13 09:00"):
        assert _job(desk, moment) == 0
    assert _job(desk, "2026-06-15 07:15") == 1
    assert desk.issue(issue_id).level == 1


def test_trial_mode_and_the_switch_list_what_levels_three_and_four_would_be(desk: Desk) -> None:
    desk.switch(trial_mode=True, trial_started_on="2026-06-01")
    issue_id = late(desk)
    for day in (11, 15, 18, 19, 22):
        morning(desk, june(day))
    assert desk.issue(issue_id).level == 2
    with desk.travelled():
        who = desk.actor(desk.province.coordinator)
        weeks = [rising.withheld_in_week(desk.session, who, june(day))[0] for day in (15, 22)]
    assert {(row.rule_code, row.level) for found in weeks for row, _ in found} == {("missed_department", 3)}
    desk.switch(trial_mode=False)
    morning(desk, june(26))
    assert desk.issue(issue_id).level == 3


def test_what_came_to_the_provincial_leader_is_owed_by_the_weekly_meeting_of_the_province(desk: Desk) -> None:
    desk.switch(meeting_weekday=3)
    issue_id = at_level(desk, 4)  # on Tuesday 23 June
    assert max(owed(desk.session, issue_id))[3] == june(25)


# --- duties ----------------------------------------------------------------------------------------------------


def test_a_plan_and_news_discharge_the_leads_duty_and_hold_the_ladder_until_the_date(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.refused(Invalid, p.lead, issue_id, Act.PLAN, text="Sẽ xong", until_on=june(19))
    desk.refused(Invalid, p.lead, issue_id, Act.PLAN, text="Sẽ xong", until_on=june(11))
    desk.refused(NotFound, p.member, issue_id, Act.PLAN, text="Sẽ xong", until_on=june(17))
    desk.do(p.lead, issue_id, Act.PLAN, text="Sẽ xong", until_on=june(17))
    assert len(owed(desk.session, issue_id)) == 1  # the commune knows nothing yet
    desk.do(p.member, issue_id, Act.NEWS, text="Trả lời trước ngày 17")
    assert owed(desk.session, issue_id) == []
    desk.refused(NotPossible, p.lead, issue_id, Act.PLAN, text="Lại nữa", until_on=june(18))
    assert [morning(desk, june(day)) for day in (12, 15, 16, 17)] == [0, 0, 0, 0]
    assert morning(desk, june(18)) == 1
    assert levels(desk.session, issue_id)[-1] == (2, OpenedBy.RULE, "missed_lead", None)


def test_a_new_owner_and_news_discharge_it_too_and_the_days_count_on(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id)
    desk.do(p.second_member, issue_id, Act.NEWS, text="Đã nhận")
    assert owed(desk.session, issue_id) == []
    assert morning(desk, june(15)) == 1
    assert levels(desk.session, issue_id)[-1][:3] == (2, OpenedBy.RULE, "late_department")


def test_more_time_ends_the_level_because_the_date_has_moved(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    desk.do(p.department_leader, issue_id, Act.EXTEND, days=4)
    assert desk.issue(issue_id).due_on == june(16)
    assert desk.issue(issue_id).level == 0
    assert levels(desk.session, issue_id)[-1][3] is EndedBy.DUE_MOVED
    assert owed(desk.session, issue_id) == []
    assert desk.payload(issue_id, "escalation_ended")["why"] == "due_moved"
    assert told(desk.session, p.lead, issue_id)[-1] == "escalation_ended"
    morning(desk, june(17))
    assert desk.issue(issue_id).level == 1  # late again, by its new date
    assert desk.verify() == []


def test_a_pause_ends_the_level_and_resuming_evaluates_anew(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.do(p.member, issue_id, Act.ASK_INFO, question="Bao nhiêu?")
    assert desk.issue(issue_id).level == 0
    assert levels(desk.session, issue_id)[-1][3] is EndedBy.PAUSED
    assert owed(desk.session, issue_id) == []
    assert [morning(desk, june(day)) for day in (12, 15)] == [0, 1]  # the first nudge
    assert told(desk.session, p.officer_a, issue_id)[-1] == "info_nudged"
    desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="Ba người")
    assert desk.issue(issue_id).due_on == june(12)
    morning(desk, june(16))
    assert desk.issue(issue_id).level == 1
    assert desk.verify() == []


def test_the_new_lead_receives_the_duty_with_days_of_his_own(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.go(june(12))
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc tài chính")
    (row,) = owed(desk.session, issue_id)
    assert row[:4] == (1, row[1], Role.GROUP_LEAD, june(15))
    duty = desk.session.scalars(select(Duty).order_by(Duty.id.desc()).limit(1)).one()
    assert duty.unit_id == p.finance.id
    assert desk.issue(issue_id).level == 1


def test_a_duty_whose_receivers_are_gone_passes_to_who_stands_in(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.leave(p.lead)
    morning(desk, june(12))
    assert [row[2] for row in owed(desk.session, issue_id)] == [Role.DEPARTMENT_LEADER]


def test_what_nobody_is_there_for_is_the_coordinators_who_comes(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, late(desk)
    for person in (p.lead, p.department_leader, p.coordinator):
        desk.leave(person)
    for day in range(11, 27):
        morning(desk, june(day))
    below = [row for row in owed(desk.session, issue_id) if row[0] < 4]
    assert [(row[0], row[2]) for row in below] == [(level, Role.COORDINATOR) for level in (1, 2, 3)]
    assert desk.issue(issue_id).level == 4  # what nobody did was missed by the coordinator to come
    desk.grant(p.second_member, Role.COORDINATOR, p.office)
    assert "1 vướng mắc được báo cáo, có việc quá hạn nội bộ" in enter(p.second_member).text("/")


def test_what_rises_to_a_provincial_leader_while_there_is_none_is_the_coordinators(desk: Desk) -> None:
    desk.leave(desk.province.provincial_leader)
    issue_id = at_level(desk, 4)
    duty = desk.session.scalars(select(Duty).where(Duty.issue_id == issue_id, Duty.level == 4)).one()
    assert (duty.unit_id, duty.role) == (desk.province.office.id, Role.COORDINATOR)
    assert told(desk.session, desk.province.coordinator, issue_id)[-1] == "raised_to_you"
    assert desk.verify() == []


# --- by hand ---------------------------------------------------------------------------------------------------


def test_each_reports_to_his_own_level_with_a_reason(desk: Desk) -> None:
    p = desk.province
    for who, level in ((p.member, 1), (p.lead, 2), (p.department_leader, 3), (p.coordinator, 4)):
        issue_id = desk.working()
        desk.refused(Invalid, who, issue_id, Act.ESCALATE, reason="")
        desk.do(who, issue_id, Act.ESCALATE, reason="Vượt thẩm quyền")
        assert levels(desk.session, issue_id) == [(level, OpenedBy.HAND, "hand", None)]
        desk.refused(NotPossible, who, issue_id, Act.ESCALATE, reason="Lần nữa")
    assert desk.verify() == []


def test_a_communes_leader_asks_to_look_higher_only_when_it_is_late_or_disputed(
    desk: Desk, enter: Enter
) -> None:
    p, issue_id = desk.province, late(desk)
    desk.refused(NotFound, p.leader_a, issue_id, Act.ESCALATE, reason="Chờ lâu")
    desk.go(june(11))
    desk.refused(NotFound, p.officer_a, issue_id, Act.ESCALATE, reason="Chờ lâu")
    desk.refused(NotFound, p.leader_b, issue_id, Act.ESCALATE, reason="Chờ lâu")
    desk.do(p.leader_a, issue_id, Act.ESCALATE, reason="Dân chờ lâu quá")
    assert desk.issue(issue_id).level == 2
    desk.do(p.department_leader, issue_id, Act.DECLINE_ESCALATION, reason="Đang chờ Bộ trả lời")
    assert desk.issue(issue_id).level == 0
    assert told(desk.session, p.leader_a, issue_id)[-1] == "escalation_declined"
    text = enter(p.leader_a).text(f"/issues/{desk.issue(issue_id).number}")
    assert "Đang chờ Bộ trả lời" in text
    assert "Dân chờ lâu quá" in text


def test_communes_read_that_it_was_reported_up_and_no_duty_plan_or_remark(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.do(p.lead, issue_id, Act.PLAN, text="Kế hoạch nội bộ", until_on=june(15))
    desk.do(p.lead, issue_id, Act.ESCALATE, reason="Lý do nội bộ")
    morning(desk, june(16))
    number = desk.issue(issue_id).number
    text = enter(p.officer_a).text(f"/issues/{number}") + enter(p.officer_a).text(f"/issues/{number}/history")
    assert "Đã báo cáo lãnh đạo" in text
    for hidden in ("Kế hoạch nội bộ", "Lý do nội bộ", "hạn nội bộ"):
        assert hidden not in text
    inside = enter(p.lead).text(f"/issues/{number}/history")
    assert "Kế hoạch nội bộ" in inside
    assert "Lý do nội bộ" in inside
    kinds = desk.session.scalars(select(Notice.kind).where(Notice.account_id == p.officer_a.id))
    assert not {"raised", "raised_to_you", "duty_missed"} & set(kinds)


def test_what_was_lowered_stays_down_until_another_rule_comes_true(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    desk.refused(NotPossible, p.lead, issue_id, Act.LOWER, reason="Đã xong", level=0)
    desk.refused(Invalid, p.department_leader, issue_id, Act.LOWER, reason="", level=0)
    desk.do(p.coordinator, issue_id, Act.LOWER, reason="Đã thống nhất", level=0)
    assert desk.issue(issue_id).level == 0
    assert owed(desk.session, issue_id) == []
    assert [morning(desk, june(day)) for day in (16, 17, 18)] == [0, 0, 0]
    morning(desk, june(19))
    assert levels(desk.session, issue_id)[-1][:3] == (3, OpenedBy.RULE, "late_coordinator")


def test_what_came_down_to_a_level_that_nobody_owes_anything_for_is_asked_for_again(desk: Desk) -> None:
    p, issue_id = desk.province, late(desk)
    morning(desk, june(22))  # from nothing to the third level: nobody ever had a duty of the second
    desk.do(p.coordinator, issue_id, Act.LOWER, reason="Sở tự giải quyết", level=2)
    assert levels(desk.session, issue_id)[-1][:2] == (2, OpenedBy.BACK)
    assert owed(desk.session, issue_id) == []
    assert [morning(desk, june(day)) for day in (23, 24, 25, 26)] == [0, 0, 0, 0]
    assert desk.verify() == []
    assert morning(desk, june(29)) == 1
    assert [(row[0], row[2]) for row in owed(desk.session, issue_id)] == [(2, Role.DEPARTMENT_LEADER)]
    assert told(desk.session, p.department_leader, issue_id)[-1] == "raised_to_you"
    morning(desk, date(2026, 7, 2))
    assert levels(desk.session, issue_id)[-1][:3] == (3, OpenedBy.RULE, "missed_department")
    assert desk.verify() == []


def test_only_what_was_raised_by_hand_can_be_declined_and_goes_back_to_where_it_stood(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.refused(NotPossible, p.lead, issue_id, Act.DECLINE_ESCALATION, reason="Không")
    desk.do(p.lead, issue_id, Act.ESCALATE, reason="Xin ý kiến")
    desk.do(p.department_leader, issue_id, Act.DECLINE_ESCALATION, reason="Tổ tự giải quyết")
    assert [row[:2] for row in levels(desk.session, issue_id)] == [
        (1, OpenedBy.RULE),
        (2, OpenedBy.HAND),
        (1, OpenedBy.BACK),
    ]
    assert desk.issue(issue_id).level == 1
    assert [row[0] for row in owed(desk.session, issue_id)] == [1]
    assert desk.verify() == []


def test_a_notice_of_a_level_leaves_only_while_the_level_stands_and_something_is_owed(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 2)

    def is_true(account: Account) -> bool:
        with desk.travelled():
            rows = select(Notice).where(Notice.account_id == account.id, Notice.issue_id == issue_id)
            notice = desk.session.scalars(rows.order_by(Notice.id.desc()).limit(1)).one()
            return still_true(desk.session, notice)

    assert is_true(p.department_leader)
    assert is_true(p.member)
    desk.do(p.coordinator, issue_id, Act.LOWER, reason="Đã thống nhất", level=0)
    latest = select(Notice).where(Notice.kind == "raised_to_you", Notice.issue_id == issue_id)
    with desk.travelled():
        assert not any(still_true(desk.session, each) for each in desk.session.scalars(latest))
    assert is_true(p.department_leader)  # that it has ended


# --- what others build on --------------------------------------------------------------------------------------


def test_each_alarm_is_given_once_and_the_morning_reads_only_what_is_due(desk: Desk) -> None:
    issue_id = at_level(desk, 3)
    rows = desk.session.execute(
        select(func.count(Alarm.id)).group_by(
            Alarm.issue_id, Alarm.rule_code, Alarm.level, Alarm.anchor_on, Alarm.account_id
        )
    ).scalars()
    assert set(rows) == {1}
    plan = desk.session.scalars(select(Issue.next_alarm_on).where(Issue.id == issue_id)).one()
    assert plan == june(23)
    assert desk.verify() == []


def test_the_history_says_who_was_told_what_he_owed_and_did(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    with desk.travelled():
        newest, first = escalation_queries.history_of(desk.session, issue_id)
    assert (newest.level, newest.is_open, first.ended_by) == (2, True, "raised")
    assert {view.name for view in newest.told} == {
        p.member.full_name,
        p.lead.full_name,
        p.department_leader.full_name,
    }
    (duty,) = newest.duties
    assert (duty.unit, duty.role, duty.due_on) == ("Sở Nội vụ", "department_leader", june(17))
    assert first.duties[0].missed_on == june(15)
    with desk.travelled():
        mine = escalation_queries.duties_of(desk.session, desk.actor(p.department_leader))
        assert [duty.level for duty, _, _ in mine] == [2]
        assert escalation_queries.count_duties(desk.session, desk.actor(p.officer_a)) == (0, None)


def test_the_home_page_names_the_duties(desk: Desk, enter: Enter) -> None:
    at_level(desk, 1)
    assert "vướng mắc được báo cáo" in enter(desk.province.lead).text("/")
    assert "vướng mắc được báo cáo" not in enter(desk.province.member).text("/")


def test_the_dry_run_says_what_other_rules_would_raise_and_writes_nothing(desk: Desk) -> None:
    issue_id = late(desk)
    before = desk.snapshot()
    with desk.travelled():
        rules = escalation_rules.read_rules(desk.session)
        strict = [replace(rule, offset_days=0) if rule.code == "late_coordinator" else rule for rule in rules]
        assert escalation_queries.would_rise(desk.session, rules, june(10)) == []
        (found,) = escalation_queries.would_rise(desk.session, strict, june(10))
    assert (found.issue_id, found.from_level, found.rule.level) == (issue_id, 0, 3)
    assert desk.snapshot() == before


def test_the_rehearsal_names_what_would_rise(desk: Desk) -> None:
    issue_id = late(desk)
    desk.go("2026-06-11 07:30")
    with desk.travelled():
        lines = list(escalation_job.rehearse(desk.session))
    assert lines == [f"{desk.issue(issue_id).number}: 0 → 1 (late_lead)"]


def test_a_changed_ladder_is_checked_recorded_and_holds_from_the_next_morning(desk: Desk) -> None:
    p, session = desk.province, desk.session
    issue_id = late(desk)
    with desk.travelled(), transaction():
        rules = escalation_rules.read_rules(session)
        seen = escalation_rules.mark(rules)
        admin = desk.actor(p.administrator)
        bad = [replace(rules[1], offset_days=-1)]
        with pytest.raises(Invalid):
            escalation_rules.save_rules(session, admin, bad, seen=seen)
        new = [replace(rule, offset_days=5) if rule.code == "late_lead" else rule for rule in rules]
        assert escalation_rules.save_rules(session, admin, new, seen=seen)
        with pytest.raises(NotPossible):
            escalation_rules.save_rules(session, admin, rules, seen=seen)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "ladder_changed")).one()
    assert "late_lead" in entry.detail
    morning(desk, june(11))
    assert desk.issue(issue_id).level == 0
    morning(desk, june(15))
    assert desk.issue(issue_id).level == 2  # three days late; the lead's own rule is two days away


def test_a_moved_calendar_ends_the_level(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    with desk.travelled():
        with transaction():
            days = Plan(put=tuple(Day(date(2026, 6, d), False, "Nghỉ bão") for d in (8, 9, 10)))
            carry_out(desk.session, desk.actor(p.administrator), days, desk.at, seen=mark(desk.session))
        recompute.work(desk.session, transaction)
    assert desk.issue(issue_id).due_on == june(15)
    assert desk.issue(issue_id).level == 0
    assert levels(desk.session, issue_id)[-1][3] is EndedBy.DUE_MOVED
    assert desk.verify() == []


def test_who_owes_something_keeps_his_days_when_one_of_them_is_made_a_day_off(desk: Desk) -> None:
    p, issue_id = desk.province, at_level(desk, 1)  # a day to act: the 12th
    with desk.travelled():
        with transaction():
            days = Plan(put=(Day(june(12), False, "Nghỉ bão"),))
            carry_out(desk.session, desk.actor(p.administrator), days, desk.at, seen=mark(desk.session))
        recompute.work(desk.session, transaction)
    assert [row[3] for row in owed(desk.session, issue_id)] == [june(15)]
    assert morning(desk, june(15)) == 0
    assert morning(desk, june(16)) == 1
    assert desk.verify() == []


def test_an_issue_with_which_something_is_wrong_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (desk.working() for _ in range(3))
    desk.go(june(5))
    for key in (first, broken, last):
        desk.do(desk.province.member, key, Act.NEWS, text="Đang xử lý")
    real = escalation_job.apply

    def fails(session: Session, actor: None, issue_id: int, *rest: Any) -> object:
        real(session, actor, issue_id, *rest)
        if issue_id == broken:
            raise RuntimeError("half-way")
        return None

    monkeypatch.setattr(escalation_job, "apply", fails)
    desk.go(june(12))
    with desk.travelled(), pytest.raises(escalation_job.NotAllSeenTo, match=f"issue {broken}: RuntimeError"):
        escalation_job.raise_late_matters(desk.session, transaction)
    assert [desk.issue(key).level for key in (first, broken, last)] == [1, 0, 1]
    monkeypatch.undo()
    assert morning(desk, june(12)) == 1
    assert desk.issue(broken).level == 1
    assert desk.verify() == []
