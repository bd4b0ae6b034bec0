"""What pages show of escalation: the history of an issue's levels, what a person owes, what would rise.

Owns: these readings. Reads only; rights are asked here where a reading spans issues, by the caller for one issue. What
it gives is for departments: communes see the level alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.actor import Actor
from tracker.accounts.models import Account
from tracker.deadlines.ladder import Rule
from tracker.directory.models import Unit
from tracker.issues.escalation_job import Morning, finding, morning_of
from tracker.issues.escalation_state import situations
from tracker.issues.list_conditions import owed_by
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Alarm, Duty, Escalation, Plan
from tracker.issues.rights import visible_to

BATCH = 500


@dataclass(frozen=True)
class ToldView:
    """Who was told of a level, when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class DutyView:
    """What somebody owed and did. `who`: his name, '' where it is whoever has `role` in `unit`."""

    level: int
    kind: str
    who: str
    unit: str
    role: str
    due_on: date
    missed_on: date | None
    discharged_at: datetime | None
    discharge_act: str
    """An act of the table, `directive` or `meeting`."""
    discharged_by: str
    released_by: str | None


@dataclass(frozen=True)
class PlanView:
    """The plan made at a level."""

    content: str
    until_on: date
    by: str


@dataclass
class LevelView:
    """An issue at a level: how it came, who was told, who owed what, how it ended."""

    id: int
    level: int
    from_level: int
    opened_by: str
    rule_code: str
    """`hand` where somebody reported it; else a code of the ladder or the act that brought it."""
    asked_by: str
    is_asked_by_commune: bool
    reason: str
    opened_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_by_name: str
    end_reason: str
    told: list[ToldView] = field(default_factory=list)
    duties: list[DutyView] = field(default_factory=list)
    plan: PlanView | None = None

    @property
    def is_open(self) -> bool:
        """Whether the issue stands at it now."""
        return self.ended_at is None


@dataclass(frozen=True)
class WouldRise:
    """An issue that a rule would raise."""

    issue_id: int
    number: str
    title: str
    holder_id: int | None
    from_level: int
    rule: Rule
    is_withheld: bool
    """In trial mode, or while levels 3 and 4 do not rise by themselves: it would only be listed."""


def history_of(session: Session, issue_id: int) -> list[LevelView]:
    """Every level at which the issue stood, the newest first; four statements."""
    asker, ender = aliased(Account), aliased(Account)
    rows = session.execute(
        select(Escalation, asker.full_name, ender.full_name)
        .outerjoin(asker, asker.id == Escalation.asked_by_id)
        .outerjoin(ender, ender.id == Escalation.ended_by_id)
        .where(Escalation.issue_id == issue_id)
        .order_by(Escalation.id.desc())
    )
    found = {row.id: _level(row, asked_by or "", ended_by or "") for row, asked_by, ended_by in rows}
    if found:
        _add_told(session, issue_id, found)
        _add_duties(session, issue_id, found)
        _add_plans(session, issue_id, found)
    return list(found.values())


def open_escalation(session: Session, issue_id: int) -> LevelView | None:
    """The level at which the issue stands, with everything about it; None where it stands at none."""
    return next((view for view in history_of(session, issue_id) if view.is_open), None)


def _level(row: Escalation, asked_by: str, ended_by: str) -> LevelView:
    return LevelView(
        id=row.id,
        level=row.level,
        from_level=row.from_level,
        opened_by=row.opened_by.value,
        rule_code=row.rule_code,
        asked_by=asked_by,
        is_asked_by_commune=row.is_asked_by_commune,
        reason=row.reason,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by.value if row.ended_by is not None else None,
        ended_by_name=ended_by,
        end_reason=row.end_reason,
    )


def _add_told(session: Session, issue_id: int, found: dict[int, LevelView]) -> None:
    rows = session.execute(
        select(Alarm.escalation_id, Account.full_name, Alarm.at)
        .join(Account, Account.id == Alarm.account_id)
        .where(Alarm.issue_id == issue_id, Alarm.escalation_id.is_not(None))
        .order_by(Alarm.id)
    )
    for key, name, at in rows:
        if key in found:
            found[key].told.append(ToldView(name, at))


def _add_duties(session: Session, issue_id: int, found: dict[int, LevelView]) -> None:
    for duty, who, unit, by in session.execute(_duties(issue_id)):
        if duty.escalation_id in found:
            found[duty.escalation_id].duties.append(_duty(duty, who, unit, by))


def still_owed(session: Session, issue_id: int) -> list[DutyView]:
    """What is owed for the issue, missed or not, the oldest first; one statement."""
    rows = _duties(issue_id).where(Duty.discharged_at.is_(None), Duty.released_at.is_(None))
    return [_duty(*row) for row in session.execute(rows)]


def _duties(issue_id: int) -> Select[Duty, str | None, str | None, str | None]:
    holder, doer = aliased(Account), aliased(Account)
    return (
        select(Duty, holder.full_name, Unit.name, doer.full_name)
        .outerjoin(holder, holder.id == Duty.account_id)
        .outerjoin(Unit, Unit.id == Duty.unit_id)
        .outerjoin(doer, doer.id == Duty.discharged_by_id)
        .where(Duty.issue_id == issue_id)
        .order_by(Duty.id)
    )


def _duty(duty: Duty, who: str | None, unit: str | None, by: str | None) -> DutyView:
    return DutyView(
        level=duty.level,
        kind=duty.kind.value,
        who=who or "",
        unit=unit or "",
        role=duty.role.value if duty.role is not None else "",
        due_on=duty.due_on,
        missed_on=duty.missed_on,
        discharged_at=duty.discharged_at,
        discharge_act=duty.discharge_act,
        discharged_by=by or "",
        released_by=duty.released_by,
    )


def _add_plans(session: Session, issue_id: int, found: dict[int, LevelView]) -> None:
    rows = session.execute(
        select(Plan, Account.full_name)
        .join(Account, Account.id == Plan.made_by_id)
        .where(Plan.issue_id == issue_id)
    )
    for plan, by in rows:
        if plan.escalation_id in found:
            found[plan.escalation_id].plan = PlanView(plan.content, plan.until_on, by)


def duties_of(session: Session, actor: Actor, *, limit: int = 200) -> list[tuple[Duty, str, str]]:
    """What the person owes, the most pressing first: the duty, number and title of its issue."""
    rows = session.execute(
        select(Duty, Issue.number, Issue.title)
        .join(Issue, Issue.id == Duty.issue_id)
        .where(owed_by(actor), visible_to(actor))
        .order_by(Duty.due_on, Duty.id)
        .limit(limit)
    )
    return [(duty, number or "", title) for duty, number, title in rows]


def counting_duties(actor: Actor) -> Select[str, int, date | None]:
    """One row: "duties", for how many issues the person owes one, the nearest date."""
    return (
        select(
            literal("duties"), func.count(Duty.issue_id.distinct()), func.min(Duty.due_on).label("nearest")
        )
        .join(Issue, Issue.id == Duty.issue_id)
        .where(owed_by(actor), visible_to(actor))
    )


def count_duties(session: Session, actor: Actor) -> tuple[int, date | None]:
    """For how many issues the person owes a duty, and the nearest date."""
    _, n, nearest = session.execute(counting_duties(actor)).one()
    return n, nearest


def would_rise(session: Session, rules: Sequence[Rule], on: date) -> list[WouldRise]:
    """The dry run: what these rules would raise or list on that date, were nothing done until then.

    Reads open issues with a running promise in batches; for all who may edit the ladder, so without rights.
    """
    morning = morning_of(session, on, tuple(rules))
    return [found for part in _promised(session) for found in rising_of(session, part, morning)]


def _promised(session: Session) -> Iterator[list[Issue]]:
    after = 0
    while True:
        rows = select(Issue).where(Issue.is_open.is_(True), Issue.due_on.is_not(None), Issue.id > after)
        part = list(session.scalars(rows.order_by(Issue.id).limit(BATCH)))
        if not part:
            return
        yield part
        after = part[-1].id


def rising_of(session: Session, part: Sequence[Issue], morning: Morning) -> Iterator[WouldRise]:
    """Which of these issues rise or are listed that morning; the statements do not depend on their number."""
    now = situations(session, part)
    for issue in part:
        found = finding(issue, now[issue.id], morning)
        for rule, is_withheld in ((found.rule, False), (found.withheld, True)):
            if rule is not None:
                yield WouldRise(
                    issue.id,
                    issue.number or "",
                    issue.title,
                    issue.holder_id,
                    now[issue.id].level,
                    rule,
                    is_withheld,
                )
