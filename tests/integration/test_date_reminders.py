"""Follow-ups, promises and opinions: who owes something by a date is told on its morning or before it, once."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.integration.test_commitments import promised
from tests.integration.test_directives import does, given
from tests.integration.test_opinions import asked
from tests.integration.test_referrals import refer, waiting
from tests.issue_builders import Desk, june
from tracker import jobs
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines.calendar import Day
from tracker.deadlines.changing import Plan, carry_out, mark
from tracker.issues import date_reminders, directive_work
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.workflow import Act
from tracker.notifications.truth import still_true
from tracker.outbox.models import Notice

KINDS = ("follow_up_due", "promise_due", "promise_soon", "opinion_due", "directive_due", "directive_overdue")
Told = list[tuple[str, int]]


def morning(desk: Desk, when: str | date) -> int:
    """The job at that moment."""
    desk.go(when)
    desk.session.rollback()
    with desk.travelled(), transaction():
        return date_reminders.remind(desk.session, desk.today)


def told(desk: Desk) -> Told:
    """Kind and person of every reminder, in their order."""
    desk.session.rollback()
    rows = select(Notice).where(Notice.kind.in_(KINDS)).order_by(Notice.id)
    return [(row.kind, row.account_id) for row in desk.session.scalars(rows)]


def follow_up(desk: Desk) -> tuple[int, date]:
    """An issue that waits for a ministry, and the day on which to ask there."""
    issue_id = refer(desk)
    return issue_id, waiting(desk, issue_id).follow_up_on


def test_the_day_of_asking_a_ministry_is_told_to_the_owner_once(desk: Desk) -> None:
    p, (issue_id, day) = desk.province, follow_up(desk)
    assert morning(desk, date.fromordinal(day.toordinal() - 1)) == 0
    assert morning(desk, day) == 1
    assert told(desk) == [("follow_up_due", p.member.id)]
    assert morning(desk, day) == morning(desk, f"{day} 15:00") == 0
    desk.do(p.member, issue_id, Act.FOLLOW_UP, text="Bộ đang trình")
    moved = waiting(desk, issue_id).follow_up_on
    assert moved > day
    assert morning(desk, moved) == 1


def test_where_the_owner_has_left_the_lead_is_told(desk: Desk) -> None:
    p, (_issue_id, day) = desk.province, follow_up(desk)
    desk.go(day)
    desk.leave(p.member)
    assert morning(desk, day) == 1
    assert told(desk) == [("follow_up_due", p.lead.id)]


def test_a_promise_is_told_five_working_days_before_and_on_its_day(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(kind="roadmap", roadmap_on=june(22))  # not confirmed: it wakes only when closed
    assert morning(desk, june(12)) == 0
    assert morning(desk, june(15)) == 1
    assert morning(desk, june(16)) == 0
    assert morning(desk, june(22)) == 1
    assert told(desk) == [("promise_soon", p.member.id), ("promise_due", p.member.id)]
    desk.do(p.member, issue_id, Act.KEEP, text="Đã cấp máy")
    notices = list(desk.session.scalars(select(Notice).where(Notice.kind.in_(KINDS))))
    with desk.travelled():
        assert [still_true(desk.session, notice) for notice in notices] == [False, False]


def test_a_kept_promise_and_an_answered_document_remind_nobody(desk: Desk) -> None:
    p, issue_id = desk.province, promised(desk)
    desk.do(p.member, issue_id, Act.KEEP, text="Đã cấp máy")
    referred, day = follow_up(desk)
    desk.do(
        p.member, referred, Act.REPLY_IN, text="Bộ đã trả lời", document_number="12/BNV", replied_on=june(1)
    )
    assert morning(desk, june(15)) == morning(desk, day) == 0


def test_an_opinion_is_told_the_working_day_before_to_who_is_named_else_to_the_lead(desk: Desk) -> None:
    p = desk.province
    first, second = asked(desk), asked(desk, issue_id=desk.working())  # due on Monday, the 8th
    desk.do(p.finance_lead, second, Act.ASSIGN_OPINION, assigned_id=p.finance_member.id)
    assert morning(desk, june(4)) == 0
    assert morning(desk, june(5)) == 2  # a Friday
    assert told(desk) == [("opinion_due", p.finance_lead.id), ("opinion_due", p.finance_member.id)]
    assert morning(desk, june(8)) == 0
    desk.do(p.finance_lead, first, Act.GIVE_OPINION, text="Đồng ý")
    (notice,) = desk.session.scalars(
        select(Notice).where(Notice.issue_id == first, Notice.kind == "opinion_due")
    )
    with desk.travelled():
        assert not still_true(desk.session, notice)


def test_a_directive_is_told_before_its_date_to_the_unit_and_after_it_to_the_giver_too(desk: Desk) -> None:
    p = desk.province
    (target,) = given(desk, p.assistant, desk.working(), due_on=june(19), leader_id=p.provincial_leader.id,
                      source=DirectiveSource.PHONE)  # fmt: skip
    (of_commune,) = given(
        desk, p.provincial_leader, desk.working(), due_on=june(30), unit_ids=[p.commune_a.id]
    )
    given(desk, p.provincial_leader, desk.working(), due_on=None)
    assert morning(desk, june(17)) == 0
    assert morning(desk, june(18)) == 1
    assert told(desk) == [("directive_due", p.lead.id)]
    assert morning(desk, june(19)) == 0
    assert morning(desk, june(22)) == 3  # a Monday
    overdue = {account_id for kind, account_id in told(desk) if kind == "directive_overdue"}
    assert overdue == {p.lead.id, p.provincial_leader.id, p.assistant.id}
    notices = desk.session.scalars(select(Notice).where(Notice.kind == "directive_overdue")).all()
    with desk.travelled():
        assert all(still_true(desk.session, notice) for notice in notices)
    does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    with desk.travelled():
        assert not any(still_true(desk.session, notice) for notice in notices)
    assert morning(desk, june(23)) == 0
    assert morning(desk, june(29)) == 1
    assert told(desk)[-1] == ("directive_due", p.officer_a.id)
    does(desk, directive_work.report, p.officer_a, of_commune.id, "Đã xong.")
    assert morning(desk, date(2026, 7, 1)) == 0


def test_who_is_asked_today_for_tomorrow_is_told_once(desk: Desk) -> None:
    issue_id = asked(desk, due_on=june(2))
    assert morning(desk, june(1)) == 0
    assert morning(desk, june(2)) == 1
    assert desk.issue(issue_id).is_open


def test_days_off_wait_for_the_next_working_day(desk: Desk) -> None:
    issue_id, day = follow_up(desk)
    with desk.travelled(), transaction():
        me = desk.actor(desk.province.administrator)
        plan = Plan((Day(day, False, "Nghỉ bão"),))
        carry_out(desk.session, me, plan, desk.at, seen=mark(desk.session))
    assert morning(desk, day) == 0
    later = day
    while not told(desk):
        later = date.fromordinal(later.toordinal() + 1)
        morning(desk, later)
    assert later.weekday() < 5 and (later - day).days <= 3
    assert desk.issue(issue_id).is_open


def test_after_a_week_of_absence_each_date_is_told_once(desk: Desk) -> None:
    _issue_id, day = follow_up(desk)
    desk.answered(kind="roadmap", roadmap_on=day)
    later = date.fromordinal(day.toordinal() + 7)
    assert morning(desk, later) == 2
    assert sorted(kind for kind, _ in told(desk)) == ["follow_up_due", "promise_due"]
    assert morning(desk, later) == 0


def test_what_is_older_than_a_month_stands_on_the_pages_alone(desk: Desk) -> None:
    _issue_id, day = follow_up(desk)
    assert morning(desk, date.fromordinal(day.toordinal() + 40)) == 0


@pytest.mark.parametrize("wrong", ["08:00 an hour back", "a day ahead", "a year ahead"])
def test_a_clock_that_was_wrong_doubles_no_reminder_and_loses_none(desk: Desk, wrong: str) -> None:
    _issue_id, day = follow_up(desk)
    asked(desk)
    opinion_day = june(5)
    expected = {opinion_day: ["opinion_due"], day: ["follow_up_due"]}
    if wrong == "a day ahead":
        morning(desk, date.fromordinal(day.toordinal() + 1))
    if wrong == "a year ahead":
        morning(desk, f"{day.year + 1}-{day.month:02d}-{day.day:02d} 09:00")
    for on in sorted(expected):
        morning(desk, f"{on} 09:00")
        before = told(desk)
        morning(desk, f"{on} 08:00")
        morning(desk, f"{on} 09:00")
        assert told(desk) == before
    assert sorted(kind for kind, _ in told(desk)) == ["follow_up_due", "opinion_due"]
    doubled = select(Notice.key).group_by(Notice.key).having(func.count() > 1)
    assert list(desk.session.scalars(doubled)) == []


def test_communes_hear_of_none_of_it(desk: Desk) -> None:
    p = desk.province
    _issue_id, day = follow_up(desk)
    asked(desk)
    morning(desk, june(5))
    morning(desk, day)
    communes: set[Account] = {p.officer_a, p.officer_b, p.leader_a, p.leader_b}
    assert not {person.id for person in communes} & {account_id for _, account_id in told(desk)}
    assert len(told(desk)) == 2


def test_the_worker_has_the_job() -> None:
    (job,) = [each for each in jobs.JOBS if each.name == "remind_of_dates"]
    assert job.touches_rows_only
