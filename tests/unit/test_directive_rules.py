"""Guises and directives: nobody gets more by standing in or recording than the person behind has."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.issues.directive_rules import (
    LEADING,
    in_the_name_of,
    is_looked_after_by,
    may_give,
    may_record,
    may_report,
    with_own_rights,
)
from tracker.permissions import Actor, Role, actor_with

UNITS = st.integers(1, 3)
PEOPLE = st.integers(1, 4)
ROWS = st.lists(st.tuples(st.sampled_from(Role), UNITS, PEOPLE), max_size=6)


@st.composite
def actors(draw: st.DrawFn, key: int | None = None) -> Actor:
    """A person with grants of his own and of others."""
    own = draw(PEOPLE) if key is None else key
    return actor_with(own, "Ai", draw(ROWS))


@given(actors())
def test_the_first_guise_has_ones_own_rights_and_each_other_adds_one_persons(actor: Actor) -> None:
    first, *others = actor.guises()
    assert first.deputy_of is None and not first.stands_in
    assert {guise.deputy_of for guise in others} == set(actor.absent)
    for guise in others:
        added = {(role, unit) for role, unit, holder in actor.stands_in if holder == guise.deputy_of}
        assert guise.grants == first.grants | added
    assert frozenset().union(*(guise.grants for guise in actor.guises())) == actor.grants


@given(actors(1), actors(2))
def test_a_recording_uses_the_leaders_own_rights_alone_and_looks_at_both(
    assistant: Actor, leader: Actor
) -> None:
    person = in_the_name_of(assistant, leader)
    rights = {guise.deputy_of: guise.grants for guise in person.guises()}
    assert rights.get(2, frozenset()) == with_own_rights(leader).grants
    assert not any(grants for whom, grants in rights.items() if whom != 2)
    assert person.account_id == 1
    assert {2, *assistant.absent} <= person.absent


@given(actors(1), actors(2))
def test_only_assistants_record_and_never_for_themselves(assistant: Actor, leader: Actor) -> None:
    assert not may_record(assistant, assistant)
    if may_record(assistant, leader):
        assert Role.LEADER_ASSISTANT in assistant.roles
        assert leader.roles & {Role.PROVINCIAL_LEADER, Role.DEPARTMENT_LEADER}


@given(actors(), UNITS, UNITS, UNITS)
def test_who_directs_holds_a_leading_role_and_a_department_leader_only_his_own_unit(
    giver: Actor, holder: int, coordinating: int, target: int
) -> None:
    if may_give(giver, holder_id=holder, coordinating_unit_id=coordinating, target_id=target):
        assert giver.roles & set(LEADING)
        above = Role.PROVINCIAL_LEADER in giver.roles or giver.holds(coordinating, Role.COORDINATOR)
        assert above or (target == holder and giver.holds(target, Role.DEPARTMENT_LEADER))


@given(actors(), UNITS, st.none() | PEOPLE)
def test_who_reports_belongs_to_the_unit(person: Actor, unit: int, owner: int | None) -> None:
    if may_report(person, unit, owner):
        assert any(unit_id == unit for _, unit_id in person.grants)


@given(actors(), PEOPLE)
def test_directives_are_looked_after_by_the_giver_and_by_who_stands_in_for_a_leader(
    person: Actor, giver: int
) -> None:
    lent = {holder for role, _, holder in person.stands_in if role in LEADING}
    assert is_looked_after_by(person, giver) == (giver in {person.account_id, *lent})
