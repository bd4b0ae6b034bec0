"""Situations that take weeks: what rose to a provincial leader, what was promised and not done.

Lived through at the hours at which it would have happened, backwards from today, through the services alone; about
issues of their own.
"""

from datetime import date, datetime, time

from flask import Flask
from sqlalchemy import select

from tests.browser.situations import OWNER, actor_named, assigned, officer_of
from tracker import clock
from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.deadlines.days import load_calendar
from tracker.directory.models import Unit
from tracker.issues import expiry
from tracker.issues.escalation_job import see_to
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Duty
from tracker.issues.service import apply
from tracker.issues.workflow import Act


def risen_to_the_top(app: Flask) -> tuple[str, str]:
    """An issue at level four: its number, and the login of the provincial leader who has to decide."""
    with app.app_context():
        with clock.travel(_nine_o_clock(20)), transaction():
            key = assigned(db.session)
        for days in range(19, -1, -1):  # each morning since, by the rules of the ladder
            with clock.travel(_nine_o_clock(days)), transaction():
                see_to(db.session, [key], {})
        owed = select(Account.login).join(Duty, Duty.account_id == Account.id)
        login = db.session.scalars(owed.where(Duty.issue_id == key, Duty.discharged_at.is_(None))).one()
        return db.session.get_one(Issue, key).number or "", login


def promised_and_not_done(app: Flask) -> str:
    """An issue closed by a roadmap whose date has passed, woken by the job of the morning; its number."""
    with app.app_context():
        by_then = _working_day(2)
        with clock.travel(_nine_o_clock(20)), transaction():
            key = assigned(db.session)
        with clock.travel(_nine_o_clock(18)), transaction():
            member, lead = actor_named(db.session, OWNER), actor_named(db.session, "snv.totruong")
            answer = {"kind": "roadmap", "content": "Cấp máy trong tháng.", "roadmap_on": by_then}
            apply(db.session, member, key, Act.SUBMIT_ANSWER, answer)
            apply(db.session, lead, key, Act.APPROVE)
            apply(db.session, officer_of(db.session), key, Act.CONFIRM)
        with transaction():
            expiry.run_due(db.session, clock.today())
        return db.session.get_one(Issue, key).number or ""


def opinion_overdue(app: Flask, department: str) -> str:
    """An issue whose owner asked a department seven working days ago; its date has passed. Its number."""
    with app.app_context():
        with clock.travel(_nine_o_clock(7)), transaction():
            key = assigned(db.session)
            unit = db.session.scalars(select(Unit.id).where(Unit.name == department)).one()
            questions = [{"unit_id": unit, "question": "Mức chi này lấy từ nguồn nào?"}]
            apply(db.session, actor_named(db.session, OWNER), key, Act.ASK_OPINION, {"questions": questions})
        with transaction():
            expiry.run_due(db.session, clock.today())
        return db.session.get_one(Issue, key).number or ""


def at_work_since_today(app: Flask) -> str:
    """An issue of today that the member works on; its number."""
    with app.app_context():
        with transaction():
            key = assigned(db.session)
        return db.session.get_one(Issue, key).number or ""


def _working_day(days_ago: int) -> date:
    calendar = load_calendar(db.session)
    return calendar.back(calendar.next_working(clock.today()), days_ago)


def _nine_o_clock(days_ago: int) -> datetime:
    return datetime.combine(_working_day(days_ago), time(9), clock.LOCAL_ZONE)
