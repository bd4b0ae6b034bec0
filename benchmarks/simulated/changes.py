"""What changes in the province while issues are under way: people come and go, leaders direct, a day off is added.

Owns: how often. Each change goes through the product's services, in a transaction of its own.
"""

from datetime import date, timedelta

from sqlalchemy import select

from benchmarks.simulated.acting import People
from benchmarks.simulated.world import FIRST_DAY, STAFF
from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.issues import directive_work, directives
from tracker.issues.directives import Order
from tracker.issues.models import Issue
from tracker.issues.models_directives import DirectiveState, DirectiveTarget
from tracker.permissions import Role

LEAVES, RETURNS = 0.08, 0.06
DIRECTS = 0.4
REPORTS = 0.25
CALENDAR = 1 / 60
"""Chances of a working day."""


class Changes:
    """The changes of each day; the clock stands at some minute of it."""

    def __init__(self, people: People) -> None:
        self.people, self.world, self.chance = people, people.world, people.world.chance
        self.gone: list[int] = []
        self.seen_days: list[date] = []

    def happen(self, today: date) -> None:
        """What changes today."""
        world, chance = self.world, self.chance
        if not world.calendar.is_working(today):
            return
        if chance.random() < LEAVES and today > FIRST_DAY:
            self._leave(today)
        if self.gone and chance.random() < RETURNS:
            self._return(self.gone.pop(0))
        if chance.random() < CALENDAR:
            self._day_off(today)
        if chance.random() < DIRECTS:
            self._direct(today)
        self._report()

    def _leave(self, today: date) -> None:
        """Somebody of a working group is moved: his grants end, what he owned is left to his lead."""
        staff = sorted({key for unit_id in self.world.groups for key in self.world.staff_of(unit_id)})
        person_id = self.chance.choice(staff)

        def end() -> None:
            rows = select(Grant).where(
                Grant.account_id == person_id, Grant.role.in_(STAFF), Grant.valid_to.is_(None)
            )
            for row in self.world.session.scalars(rows):
                row.valid_to = today - timedelta(days=1)

        if self.people.carry_out("person_leaves", end):
            self.gone.append(person_id)
            self.world.people_changed()

    def _return(self, person_id: int) -> None:
        def begin() -> None:
            for row in self.world.session.scalars(select(Grant).where(Grant.account_id == person_id)):
                row.valid_to = None

        self.people.carry_out("person_returns", begin)
        self.world.people_changed()

    def _day_off(self, today: date) -> None:
        """A day off is announced: open issues get new dates."""
        world = self.world
        on = world.calendar.add(today, self.chance.randint(3, 8))
        administrator = select(Grant.account_id).where(Grant.role == Role.ADMINISTRATOR)

        def announce() -> None:
            person = world.actor(world.session.scalars(administrator).first() or 0)
            plan = changing.Plan(put=(Day(on, False, "Nghỉ theo thông báo"),))
            changing.carry_out(world.session, person, plan, clock.now(), seen=changing.mark(world.session))

        self.people.carry_out("calendar_changed", announce)

    def _direct(self, today: date) -> None:
        """A leader directs the holder of a late matter, with a date."""
        world = self.world
        world.session.rollback()
        late = world.session.execute(
            select(Issue.id, Issue.holder_id)
            .where(Issue.is_open.is_(True), Issue.due_on < today)
            .order_by(Issue.id)
        ).all()
        leaders = [key for key in world.of_province() if Role.PROVINCIAL_LEADER in world.actor(key).roles]
        if not late or not leaders:
            return
        issue_id, holder_id = self.chance.choice(late)
        order = Order("Khẩn trương xử lý, báo cáo kết quả.", [holder_id], due_on=world.calendar.add(today, 5))
        giver = self.chance.choice(leaders)
        self.people.carry_out(
            "directive_given", lambda: directives.give(world.session, world.actor(giver), [issue_id], order)
        )

    def _report(self) -> None:
        """Units report what they were told to do; leaders take it or send it back."""
        session = self.world.session
        session.rollback()
        owed = session.execute(
            select(DirectiveTarget.id, DirectiveTarget.unit_id, DirectiveTarget.state)
            .where(
                DirectiveTarget.due_on.is_not(None),
                DirectiveTarget.state.in_(
                    (DirectiveState.OPEN, DirectiveState.SENT_BACK, DirectiveState.REPORTED)
                ),
            )
            .order_by(DirectiveTarget.id)
        ).all()
        for target_id, unit_id, state in owed:
            if self.chance.random() < REPORTS:
                if state is DirectiveState.REPORTED:
                    self._take_report(target_id)
                else:
                    self._say_done(target_id, unit_id)

    def _say_done(self, target_id: int, unit_id: int) -> None:
        world = self.world
        leads = [key for key in world.people_of(unit_id) if world.actor(key).holds(unit_id, Role.GROUP_LEAD)]
        if leads:
            self.people.carry_out(
                "directive_reported",
                lambda: directive_work.report(world.session, world.actor(leads[0]), target_id, "Đã xong."),
            )

    def _take_report(self, target_id: int) -> None:
        session, world = self.world.session, self.world
        target = session.get_one(DirectiveTarget, target_id)
        session.refresh(target, ["directive"])
        giver = target.directive.given_by_id
        if session.get_one(Account, giver).is_active and self.chance.random() < 0.8:
            self.people.carry_out(
                "directive_confirmed",
                lambda: directive_work.confirm_done(session, world.actor(giver), target_id),
            )
        else:
            self.people.carry_out(
                "directive_sent_back",
                lambda: directive_work.send_back(session, world.actor(giver), target_id, "Chưa đủ."),
            )
