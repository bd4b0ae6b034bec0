"""Who may do what kind of thing: the one map of role → permission.

Owns: the roles, the permissions, the map, and `Actor`, the person as rules see him. Pure. Whether a permission holds
for a given matter is said in `issues.policy`; a permission is the declared gate of an endpoint and of a row of the
table of acts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property


class Role(StrEnum):
    """The roles of a grant, as in the product's table of people."""

    COMMUNE_OFFICER = "commune_officer"
    COMMUNE_LEADER = "commune_leader"
    GROUP_MEMBER = "group_member"
    GROUP_LEAD = "group_lead"
    DEPARTMENT_LEADER = "department_leader"
    COORDINATOR = "coordinator"
    PROVINCIAL_LEADER = "provincial_leader"
    LEADER_ASSISTANT = "leader_assistant"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What an endpoint or an act asks for."""

    SEE_ISSUES = "see_issues"
    FILE_ISSUE = "file_issue"
    SIGN_OFF = "sign_off"
    SPEAK_FOR_PARTY = "speak_for_party"
    WORK_ON_ISSUE = "work_on_issue"
    LEAD_GROUP = "lead_group"
    APPROVE_ANSWER = "approve_answer"
    COORDINATE = "coordinate"
    RECEIVE_ESCALATION = "receive_escalation"
    DIRECT = "direct"
    SEE_ALL_ISSUES = "see_all_issues"
    SEE_FIGURES = "see_figures"
    ADMINISTER = "administer"
    SEE_AUDIT = "see_audit"
    OWN_PROFILE = "own_profile"


_P = Permission
_EVERYBODY = frozenset({_P.OWN_PROFILE})
_COMMUNE = _EVERYBODY | {_P.SEE_ISSUES, _P.FILE_ISSUE, _P.SPEAK_FOR_PARTY}
_GROUP = _EVERYBODY | {_P.SEE_ISSUES, _P.FILE_ISSUE, _P.SPEAK_FOR_PARTY, _P.WORK_ON_ISSUE, _P.SEE_FIGURES}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COMMUNE_OFFICER: _COMMUNE | {_P.SIGN_OFF},
    Role.COMMUNE_LEADER: _COMMUNE | {_P.SIGN_OFF},
    Role.GROUP_MEMBER: _GROUP,
    Role.GROUP_LEAD: _GROUP | {_P.LEAD_GROUP, _P.APPROVE_ANSWER, _P.RECEIVE_ESCALATION},
    Role.DEPARTMENT_LEADER: _GROUP | {_P.LEAD_GROUP, _P.APPROVE_ANSWER, _P.DIRECT, _P.RECEIVE_ESCALATION},
    Role.COORDINATOR: _GROUP
    | {
        _P.LEAD_GROUP,
        _P.APPROVE_ANSWER,
        _P.COORDINATE,
        _P.DIRECT,
        _P.SEE_ALL_ISSUES,
        _P.RECEIVE_ESCALATION,
    },
    Role.PROVINCIAL_LEADER: _EVERYBODY
    | {_P.DIRECT, _P.SEE_ISSUES, _P.SEE_ALL_ISSUES, _P.SEE_FIGURES, _P.RECEIVE_ESCALATION},
    Role.LEADER_ASSISTANT: _EVERYBODY | {_P.DIRECT, _P.SEE_ISSUES, _P.SEE_ALL_ISSUES, _P.SEE_FIGURES},
    Role.AUDITOR: _EVERYBODY | {_P.SEE_ISSUES, _P.SEE_ALL_ISSUES, _P.SEE_FIGURES, _P.SEE_AUDIT},
    Role.ADMINISTRATOR: _EVERYBODY | {_P.ADMINISTER, _P.SEE_AUDIT},
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All permissions that any of the roles gives."""
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])


@dataclass(frozen=True)
class Actor:
    """An account with the grants that hold today."""

    account_id: int
    display_name: str
    grants: frozenset[tuple[Role, int]]
    """All that hold today, those as a deputy included."""
    own: frozenset[tuple[Role, int]] | None = None
    """His own; None where he stands in for nobody."""
    stands_in: frozenset[tuple[Role, int, int]] = frozenset()
    """Role, unit and account of the absent: the grants with which he stands in for somebody."""
    absent: frozenset[int] = frozenset()
    deputy_of: int | None = None

    @cached_property
    def roles(self) -> frozenset[Role]:
        """All roles, in whatever unit."""
        return frozenset(role for role, _ in self.grants)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """All units in which the person holds a grant that may see issues."""
        return self.units_with(Permission.SEE_ISSUES)

    def has(self, permission: Permission) -> bool:
        """Whether any grant gives the permission."""
        return permission in self._permissions

    @cached_property
    def _permissions(self) -> frozenset[Permission]:
        return frozenset(permission for role in self.roles for permission in PERMISSIONS[role])

    def units_with(self, permission: Permission) -> frozenset[int]:
        """The units in which a grant gives the permission."""
        return frozenset(unit_id for role, unit_id in self.grants if permission in PERMISSIONS[role])

    def holds(self, unit_id: int | None, *roles: Role) -> bool:
        """Whether the person has one of the roles in the unit."""
        return any((role, unit_id) in self.grants for role in roles)

    def stands_for(self, account_id: int | None, unit_id: int | None, *roles: Role) -> bool:
        """Whether the person stands in for that account with one of the roles in the unit."""
        return any((role, unit_id, account_id) in self.stands_in for role in roles)

    def guises(self) -> tuple["Actor", ...]:
        """The person with his own rights alone, then once for each absent person with that one's rights added."""
        if not self.stands_in or self.own is None:
            return (self,)
        return (self._as(None), *(self._as(account_id) for account_id in sorted(self.absent)))

    def _as(self, account_id: int | None) -> "Actor":
        lent = frozenset(row for row in self.stands_in if row[2] == account_id)
        grants = (self.own or frozenset()) | {(role, unit_id) for role, unit_id, _ in lent}
        return replace(self, grants=grants, stands_in=lent, deputy_of=account_id)


def actor_with(account_id: int, name: str, rows: Iterable[tuple[Role, int, int]]) -> Actor:
    """The actor of (role, unit, whose grant it is); another's grant counts only in a unit where he has his own."""
    found = list(rows)
    own = frozenset((role, unit_id) for role, unit_id, holder in found if holder == account_id)
    units = {unit_id for _, unit_id in own}
    lent = frozenset(row for row in found if row[2] != account_id and row[1] in units)
    if not lent:
        return Actor(account_id, name, own)
    grants = own | {(role, unit_id) for role, unit_id, _ in lent}
    return Actor(account_id, name, grants, own, lent, frozenset(holder for _, _, holder in lent))
