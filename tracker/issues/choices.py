"""What the forms of acts offer: people of a group, units by key.

Owns: reading only. Must not decide who may be chosen: the service checks again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.accounts.models import Account, Grant
from tracker.directory.models import Area, MemberField, Unit, WorkingGroup
from tracker.issues.list_conditions import has_owner
from tracker.issues.models import Issue, IssueParty
from tracker.issues.rights import visible_to
from tracker.issues.standing import GROUP_ROLES
from tracker.text import sort_key


@dataclass(frozen=True)
class Candidate:
    """A person of the group who may own an issue."""

    account_id: int
    name: str
    position: str
    looks_after: bool
    """A party of the issue lies in the person's area."""
    knows_field: bool
    """The issue's field is among the person's fields."""

    @property
    def proposal_rank(self) -> int:
        """The order in which owners are proposed, from 0: area and field, area alone, field alone, the rest."""
        return 2 * (not self.looks_after) + (not self.knows_field)


def people_of_group(session: Session, issue: Issue, today: date) -> list[Candidate]:
    """The active people of the holder's group by name, with marks at whom area and field propose."""
    fields = (
        select(func.count(MemberField.id))
        .join(WorkingGroup, WorkingGroup.id == MemberField.group_id)
        .where(
            MemberField.member_id == Account.id,
            MemberField.field_id == issue.field_id,
            WorkingGroup.unit_id == issue.holder_id,
        )
        .correlate(Account)
        .scalar_subquery()
    )
    areas = (
        select(func.count(Area.id))
        .join(WorkingGroup, WorkingGroup.id == Area.group_id)
        .join(IssueParty, IssueParty.unit_id == Area.commune_id)
        .where(
            Area.member_id == Account.id,
            WorkingGroup.unit_id == issue.holder_id,
            IssueParty.issue_id == issue.id,
        )
        .correlate(Account)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Account.id, Account.full_name, Account.position, areas, fields).where(
            Account.is_active.is_(True),
            Account.id.in_(
                select(Grant.account_id).where(
                    Grant.unit_id == issue.holder_id,
                    Grant.role.in_(GROUP_ROLES),
                    Grant.holds_on(today),
                )
            ),
        )
    )
    people = [
        Candidate(key, name, position, bool(area), bool(field)) for key, name, position, area, field in rows
    ]
    return sorted(people, key=lambda person: (sort_key(person.name), person.account_id))


def people_of_units(session: Session, units: Iterable[int], today: date) -> list[tuple[int, str]]:
    """The active people of the groups of these units, by key and name with position, in the order of the names."""
    rows = session.execute(
        select(Account.id, Account.full_name, Account.position).where(
            Account.is_active.is_(True),
            Account.id.in_(
                select(Grant.account_id).where(
                    Grant.unit_id.in_(sorted(set(units))), Grant.role.in_(GROUP_ROLES), Grant.holds_on(today)
                )
            ),
        )
    )
    people = sorted(rows, key=lambda row: (sort_key(row.full_name), row.id))
    return [(row.id, ", ".join(part for part in (row.full_name, row.position) if part)) for row in people]


def unit_names(session: Session, keys: Iterable[int]) -> dict[int, str]:
    """Names of units by key, as they are today."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def owner_name(session: Session, actor: Actor, account_id: int) -> str | None:
    """The name of a person who owns an issue that the actor may read; None for anybody else.

    Keys can be guessed: without this rule the names of all staff could be collected one by one.
    """
    owns_one = exists(select(Issue.id).where(has_owner(account_id, is_open=None), visible_to(actor)))
    return session.scalar(select(Account.full_name).where(Account.id == account_id, owns_one))
