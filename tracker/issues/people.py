"""Who holds which role in some units on a day, with the deputies who are told beside them; one statement.

Owns: that reading. Must not know what somebody is told.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Date, and_, bindparam, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Deputy, Grant
from tracker.issues.standing import GROUP_ROLES
from tracker.permissions import Role

_TODAY = bindparam("today", type_=Date())
_GRANTS = (
    select(Grant.unit_id, Grant.role, Grant.account_id, Deputy.deputy_id)
    .join(Account, Account.id == Grant.account_id)
    .outerjoin(Deputy, and_(Deputy.grant_id == Grant.id, Deputy.holds_on(_TODAY)))
    .where(
        Grant.unit_id.in_(bindparam("units", expanding=True)),
        Grant.holds_on(_TODAY),
        Account.is_active.is_(True),
    )
)


class Holders:
    """The people of some units."""

    def __init__(self, session: Session, units: Iterable[int | None], today: date, office_id: int) -> None:
        """`office_id`: the coordinating unit, whose coordinators stand in where a department has nobody."""
        self.office_id = office_id
        wanted = sorted({unit for unit in (*units, office_id) if unit})
        rows = session.execute(_GRANTS, {"units": wanted, "today": today})
        self._found: dict[tuple[int, Role], list[tuple[int, int]]] = defaultdict(list)
        for unit_id, role, holder, deputy in rows:
            self._found[unit_id, role].append((holder, holder))
            if deputy is not None:
                self._found[unit_id, role].append((holder, deputy))

    def of(self, unit_id: int | None, *roles: Role, only: int | None = None) -> set[int]:
        """Holders of the roles in the unit and who stands in for them; `only` one of them where given."""
        found = [row for role in roles for row in self._found.get((unit_id or 0, role), ())]
        return {account for holder, account in found if only in (None, holder)}

    def leads_of(self, unit_id: int | None) -> set[int]:
        """Who leads the unit's group; without one the department leader, without him the coordinator."""
        return self.of(unit_id, Role.GROUP_LEAD) or self.directors_of(unit_id)

    def directors_of(self, unit_id: int | None) -> set[int]:
        """The department leader; without one the coordinator."""
        return self.of(unit_id, Role.DEPARTMENT_LEADER) or self.coordinators()

    def coordinators(self) -> set[int]:
        """Those of the coordinating unit."""
        return self.of(self.office_id, Role.COORDINATOR)

    def directed(self, unit_id: int | None) -> set[int]:
        """Who reports what a directive asks of the unit: a commune's officer, else its leader; else who leads."""
        of_commune = self.of(unit_id, Role.COMMUNE_OFFICER) or self.of(unit_id, Role.COMMUNE_LEADER)
        return of_commune or self.leads_of(unit_id)

    def owner_of(self, unit_id: int | None, owner_id: int | None) -> set[int]:
        """The owner, as long as he is in the unit's group."""
        return self.of(unit_id, *GROUP_ROLES, only=owner_id) if owner_id is not None else set()

    def consulted(self, unit_id: int, assigned_id: int | None) -> set[int]:
        """Who is to give an opinion; a person named for it who has left the unit is followed by who leads it."""
        named = self.of(unit_id, *GROUP_ROLES, only=assigned_id) if assigned_id else set()
        return named or self.of(unit_id, Role.GROUP_LEAD) or self.of(unit_id, Role.DEPARTMENT_LEADER)
