"""Who may ask other departments, give an opinion, pass it on inside, stop asking; and until when it is due. Pure.

An opinion is neither a state nor a pause: the promise clock runs on while departments are asked.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from tracker.issues.matter import Matter, Person, Question
from tracker.issues.standing import GROUP_ROLES, owner_or_lead
from tracker.permissions import Role

USUAL_DAYS = 5
URGENT_DAYS = 2
"""Working days for an opinion where no other date is set (the product's table of acts)."""


class Days(Protocol):
    """What counts working days; the working calendar does."""

    def add(self, start: date, days: int) -> date:
        """The date so many working days after."""


def default_due(today: date, calendar: Days, *, is_urgent: bool) -> date:
    """Until when a department is asked unless another date is chosen."""
    return calendar.add(today, URGENT_DAYS if is_urgent else USUAL_DAYS)


def in_any_guise(
    rule: Callable[[Person, Matter], Sequence[Question]], person: Person, matter: Matter
) -> Sequence[Question]:
    """What the rule gives the person himself and as anybody's deputy, each question once."""
    found = {each.id: each for guise in person.guises() for each in rule(guise, matter)}
    return list(found.values())


def may_ask(person: Person, matter: Matter) -> bool:
    """The owner, or who leads the holder's group."""
    return owner_or_lead(person, matter)


def to_give(person: Person, matter: Matter) -> Sequence[Question]:
    """The questions that the person may answer: those to a unit in whose group he is, the expired ones too."""
    return [each for each in matter.questions if person.holds(each.unit_id, *GROUP_ROLES)]


def may_give(person: Person, matter: Matter) -> bool:
    """Whether some question is his to answer."""
    return bool(to_give(person, matter))


def to_assign(person: Person, matter: Matter) -> Sequence[Question]:
    """The questions that the person may give to somebody of his unit."""
    leading = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)
    return [each for each in matter.questions if person.holds(each.unit_id, *leading)]


def may_assign(person: Person, matter: Matter) -> bool:
    """Whether some question is his to give to somebody."""
    return bool(to_assign(person, matter))


def to_cancel(matter: Matter) -> Sequence[Question]:
    """The questions that nobody has answered and whose date has not passed."""
    return [each for each in matter.questions if not each.has_expired]


def may_cancel(person: Person, matter: Matter) -> bool:
    """Who may ask may also stop asking."""
    return bool(to_cancel(matter)) and owner_or_lead(person, matter)
