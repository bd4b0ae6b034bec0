"""Acts about opinions of other departments: ASK_OPINION, GIVE_OPINION, ASSIGN_OPINION, CANCEL_OPINION, EXPIRE_OPINION.

Owns: what they leave. Every one is for departments alone; none touches state or clock.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Account, Grant
from tracker.directory.models import Unit, UnitKind, WorkingGroup
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import access, opinion_rules, opinions
from tracker.issues.access import Why
from tracker.issues.inputs import TEXT_LIMIT, date_of, key_of, keys_of, needed_key, text_of
from tracker.issues.matter import Matter, Person, Question
from tracker.issues.models import Audience
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.step import Step

MOST_AT_ONCE = 5


def ask_opinion(step: Step) -> None:
    """Several departments at once, each its own question and date."""
    step.audience = Audience.DEPARTMENTS
    value = step.data.get("questions")
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
    if not rows:
        raise Invalid("questions", "opinion_without_unit")
    asked = [_ask(step, row) for row in rows[:MOST_AT_ONCE]]
    if len({row.unit_id for row in asked}) < len(asked):
        raise Invalid("questions", "opinion_asked_already")
    step.session.add_all(asked)
    step.session.flush()
    access.let_all_read(step.session, step.issue, [(row.unit_id, Why.ASKED) for row in asked])
    step.consulted["opinion_asked"] = asked
    step.payload["opinions"] = [
        {
            "id": row.id,
            "unit_id": row.unit_id,
            "unit": opinions.unit_of(step, row),
            "question": row.question,
            "due_on": row.due_on.isoformat(),
        }
        for row in asked
    ]


def give_opinion(step: Step) -> None:
    """A member of the asked department says what it thinks; after the date it is kept and marked late."""
    row = _chosen(step, _of_person(step, opinion_rules.to_give))
    step.audience, step.unit_id = Audience.DEPARTMENTS, row.unit_id
    row.content = text_of(step.data, "text", limit=TEXT_LIMIT, is_needed=not step.files)
    row.is_late = row.state is OpinionState.EXPIRED or step.today > row.due_on
    row.state = OpinionState.ANSWERED
    row.answered_by_id, row.answered_at = step.account_id, step.now
    step.consulted["opinion_given"] = [row]
    step.payload |= _about(step, row) | {"text": row.content, "is_late": row.is_late}


def assign_opinion(step: Step) -> None:
    """Somebody of the asked department is to give it."""
    row = _chosen(step, _of_person(step, opinion_rules.to_assign))
    step.audience, step.unit_id = Audience.DEPARTMENTS, row.unit_id
    person = _person_of(step, row.unit_id)
    if row.assigned_id == person.id:
        raise Invalid("assigned_id", "opinion_assigned_already")
    row.assigned_id = person.id
    step.consulted["opinion_assigned"] = [row]
    step.payload |= _about(step, row) | {"person": person.full_name, "person_id": person.id}


def cancel_opinion(step: Step) -> None:
    """The desk does not wait any longer: for those named, else for all that are open."""
    step.audience = Audience.DEPARTMENTS
    wanted = keys_of(step.data, "opinion_ids")
    keys = {each.id for each in opinion_rules.to_cancel(step.matter)}
    if not keys.issuperset(wanted):
        raise NotFound
    reason = text_of(step.data, "reason")
    rows = _read(step, wanted or keys)
    step.payload |= opinions.mark_cancelled(step, rows) | {"reason": reason}


def expire_opinion(step: Step) -> None:
    """Whoever has not answered by the date took no part: recorded so, never as agreement."""
    step.audience = Audience.DEPARTMENTS
    rows = [
        row for row in _read(step, {each.id for each in step.matter.questions}) if _is_over(row, step.today)
    ]
    if not rows:
        raise NotPossible(state=step.issue.state.value)
    for row in rows:
        row.state = OpinionState.EXPIRED
    step.consulted["opinion_expired"] = rows
    step.payload |= {
        "opinion_ids": [row.id for row in rows],
        "units": [opinions.unit_of(step, row) for row in rows],
    }


def _is_over(row: Opinion, today: date) -> bool:
    return row.state is OpinionState.ASKED and row.due_on < today


def _ask(step: Step, data: Mapping[str, Any]) -> Opinion:
    unit = _unit(step, data)
    if any(each.unit_id == unit.id for each in opinion_rules.to_cancel(step.matter)):
        raise Invalid("questions", "opinion_asked_already")
    default = opinion_rules.default_due(step.today, step.calendar, is_urgent=step.issue.is_urgent)
    due_on = date_of(data, "due_on", is_needed=False) or default
    if due_on < step.today:
        raise Invalid("questions", "opinion_date_passed")
    try:
        question = text_of(data, "question")
    except Invalid as error:
        raise Invalid("questions", error.code, **error.params) from error
    return Opinion(
        issue_id=step.issue.id,
        unit_id=unit.id,
        question=question,
        asked_by_id=step.account_id,
        asked_at=step.now,
        due_on=due_on,
        state=OpinionState.ASKED,
    )


def _unit(step: Step, data: Mapping[str, Any]) -> Unit:
    """A department with a working group, other than the holder."""
    unit = step.session.scalars(
        select(Unit)
        .join(WorkingGroup, WorkingGroup.unit_id == Unit.id)
        .where(Unit.id == (key_of(data, "unit_id") or 0), WorkingGroup.is_active.is_(True))
    ).first()
    if unit is None or unit.kind is UnitKind.COMMUNE or not unit.is_valid_on(step.today):
        raise Invalid("questions", "unit_without_group")
    if unit.id == step.issue.holder_id:
        raise Invalid("questions", "opinion_of_holder")
    return unit


def _of_person(step: Step, rule: Callable[[Person, Matter], Sequence[Question]]) -> Sequence[Question]:
    """What the person may do it with, himself or as a deputy."""
    if step.actor is None:
        raise NotFound
    return opinion_rules.in_any_guise(rule, step.actor, step.matter)


def _chosen(step: Step, questions: Sequence[Question]) -> Opinion:
    """The named one; where there is only one it need not be named. Raises NotFound, Invalid."""
    keys = {each.id for each in questions}
    wanted = key_of(step.data, "opinion_id")
    if wanted is None and len(keys) > 1:
        raise Invalid("opinion_id", "missing")
    rows = _read(step, keys if wanted is None else keys & {wanted})
    if not rows:
        raise NotFound
    return rows[0]


def _read(step: Step, keys: set[int] | Sequence[int]) -> list[Opinion]:
    statement = select(Opinion).where(Opinion.id.in_(sorted(keys))).order_by(Opinion.id)
    return list(step.session.scalars(statement.execution_options(populate_existing=True)))


def _person_of(step: Step, unit_id: int) -> Account:
    person = step.session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.id == needed_key(step.data, "assigned_id"),
            Account.is_active.is_(True),
            Grant.unit_id == unit_id,
            Grant.role.in_(GROUP_ROLES),
            Grant.holds_on(step.today),
        )
    ).first()
    if person is None:
        raise Invalid("assigned_id", "not_of_asked_unit")
    return person


def _about(step: Step, row: Opinion) -> dict[str, Any]:
    return {
        "opinion_id": row.id,
        "unit_id": row.unit_id,
        "unit": opinions.unit_of(step, row),
        "due_on": row.due_on.isoformat(),
    }
