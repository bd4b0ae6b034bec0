"""Who works on which field in the demonstration: members of groups, leaders in charge.

Owns: these rows. The people and their communes are appointed in `cast`.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts import groups
from tracker.clock import today
from tracker.directory import queries
from tracker.directory.models import FieldCharge, MemberField, WorkingGroup
from tracker.permissions import Role


def share_fields(session: Session) -> None:
    """Each field to members of the group that gets its matters, and to a leader with the officer who follows it."""
    day = today()
    leaders = [key for key, _ in groups.people_with(session, groups.LEADERS, day)]
    officers = [key for key, _ in groups.people_with(session, (Role.LEADER_ASSISTANT,), day)]
    for order, field in enumerate(queries.fields(session)):
        officer = officers[order % len(officers)]
        leader = leaders[order % len(leaders)]
        session.add(FieldCharge(field_id=field.id, leader_id=leader, officer_id=officer))
        unit = queries.route(session, field.id, None)
        if unit is None:
            continue
        group_id = session.scalars(select(WorkingGroup.id).where(WorkingGroup.unit_id == unit.id)).one()
        people = [one for one in groups.members(session, unit.id, day) if one.roles == (Role.GROUP_MEMBER,)]
        person = people[order % len(people)]
        session.add(MemberField(group_id=group_id, field_id=field.id, member_id=person.account_id))
    session.flush()
