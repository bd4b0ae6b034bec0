"""Acts on the lead's desk: ACCEPT, ASSIGN, REASSIGN, TRANSFER, ROUTE, HAND_OVER."""

from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Account, Grant
from tracker.deadlines.days import target_of
from tracker.deadlines.facts import Fact, FactKind
from tracker.deadlines.models import WorkKind
from tracker.directory.models import Category, Field, Unit, WorkingGroup
from tracker.errors import Invalid, NotFound
from tracker.issues import access, interims, opinions
from tracker.issues.access import Why
from tracker.issues.acts.escalating import rise_by
from tracker.issues.answers import shelve
from tracker.issues.history import Happening
from tracker.issues.inputs import choice_of, key_of, needed_key, text_of
from tracker.issues.models import Audience, InfoState, IssueParty, PartyLeft, Reply
from tracker.issues.standing import GROUP_ROLES, may_lead
from tracker.issues.step import Step
from tracker.issues.workflow import BY_ACT, Act, IssueState


def accept(step: Step) -> None:
    """Take the matter in: intake stops; the first acceptance sets work kind and target."""
    taken = _take_in(step)
    step.payload |= taken.payload
    step.facts += taken.facts


def assign(step: Step) -> None:
    """Give the matter an owner; from submitted it is accepted in the same click."""
    if step.issue.state is IssueState.SUBMITTED:
        step.before.append(_take_in(step))
    owner = _new_owner(step)
    if step.actor is not None and not may_lead(step.actor, step.matter) and owner.id != step.actor.account_id:
        raise NotFound
    step.issue.owner_id = owner.id
    step.payload |= {"owner": owner.full_name, "owner_id": owner.id}


def reassign(step: Step) -> None:
    """Another owner."""
    owner = _new_owner(step)
    if owner.id == step.issue.owner_id:
        raise Invalid("owner_id", "same_owner")
    step.payload |= {
        "owner": owner.full_name,
        "owner_id": owner.id,
        "old_owner": _name_of_owner(step),
        "reason": text_of(step.data, "reason", is_needed=False),
    }
    step.issue.owner_id = owner.id


def transfer(step: Step) -> None:
    """To the unit that is competent; the second transfer lands at the coordinator."""
    unit = _unit_with_group(step)
    if unit.id == step.issue.holder_id:
        raise Invalid("unit_id", "same_holder")
    issue = step.issue
    step.payload |= {
        "from": step.unit_name(issue.holder_id),
        "to": unit.name,
        "reason": text_of(step.data, "reason"),
    }
    issue.transfer_count += 1
    if issue.is_routed or issue.transfer_count == 1 or not step.switches.coordinating_unit_id:
        issue.holder_id = unit.id
    else:
        step.payload["awaits_routing"] = True
        issue.holder_id = step.switches.coordinating_unit_id
        issue.awaits_routing = True
        rise_by(step, "second_transfer")
    _clear_desk(step)


def route(step: Step) -> None:
    """The coordinator decides the lead department; from then on transfers are his alone."""
    unit = _unit_with_group(step)
    issue = step.issue
    step.unit_id = step.matter.coordinating_unit_id
    step.payload |= {
        "from": step.unit_name(issue.holder_id),
        "to": unit.name,
        "reason": text_of(step.data, "reason"),
    }
    issue.holder_id = unit.id
    issue.awaits_routing = False
    issue.is_routed = True
    _clear_desk(step)
    for party in step.parties:
        if party.info is InfoState.ASKED:
            party.info = InfoState.NONE
        if party.reply is Reply.ASKED:
            party.reply, party.reply_due_on = Reply.NONE, None


def hand_over(step: Step) -> None:
    """The unit has ended: its place passes to the successor, no transfer counted."""
    old, new = needed_key(step.data, "from_id"), needed_key(step.data, "to_id")
    issue = step.issue
    step.payload |= {"from": step.unit_name(old), "to": step.unit_name(new)}
    is_public = issue.number is None or issue.holder_id == old
    if issue.holder_id == old:
        issue.holder_id = new
    if issue.raised_by_id == old and issue.number is None:
        issue.raised_by_id = new
    heir = next((party for party in step.parties if party.unit_id == new), None)
    for party in step.parties:
        if party.unit_id != old:
            continue
        is_public = True
        if heir is None:
            party.unit_id = new
            if issue.number is not None:
                access.let_read(step.session, issue, new, Why.PARTY)
        elif party.left is None:
            _merge_places(party, heir)
    if opinions.pass_on(step, old, new) and not is_public:
        step.audience = Audience.DEPARTMENTS  # communes do not learn whose opinion is asked


def _merge_places(party: IssueParty, heir: IssueParty) -> None:
    """The successor is a party already: it owes what the ended unit owed, and comes back where it had left."""
    if heir.left is not None:
        heir.left = None
        heir.info, heir.reply, heir.reply_due_on = party.info, party.reply, party.reply_due_on
    elif party.info is InfoState.ASKED:
        heir.info = InfoState.ASKED
    party.left, party.info = PartyLeft.DROPPED, InfoState.NONE
    party.reply, party.reply_due_on = Reply.NONE, None


def _take_in(step: Step) -> Happening:
    taken = Happening(BY_ACT[Act.ACCEPT].event)
    _correct_field(step, taken.payload)
    issue = step.issue
    if issue.work_kind is None:
        default = WorkKind.URGENT if issue.is_urgent else WorkKind.ONE_DEPARTMENT
        issue.work_kind = choice_of(step.data, "work_kind", WorkKind, default)
        assert issue.work_kind is not None  # choice_of gives the default where nothing was chosen
        days, interim = target_of(step.session, issue.work_kind, issue.field_id)
        taken.payload |= {"work_kind": issue.work_kind.value, "target_days": days}
        taken.payload |= interims.promise(step, interim)
        taken.facts.append(Fact(FactKind.TARGET_SET, step.today, 0, days=days))
    return taken


def _correct_field(step: Step, payload: dict[str, Any]) -> None:
    issue = step.issue
    field_id = key_of(step.data, "field_id") or issue.field_id
    category_id = key_of(step.data, "category_id") or issue.category_id
    if (field_id, category_id) != (issue.field_id, issue.category_id):
        field = step.session.get(Field, field_id) if field_id else None
        category = step.session.get(Category, category_id) if category_id else None
        if field_id and field is None:
            raise Invalid("field_id", "not_a_choice")
        if category_id and category is None:
            raise Invalid("category_id", "not_a_choice")
        issue.field_id, issue.category_id = field_id, category_id
        payload |= {
            "field": field.name if field else "",
            "category": category.name if category else "",
            "reason": text_of(step.data, "reason"),
        }


def _new_owner(step: Step) -> Account:
    owner_id = needed_key(step.data, "owner_id")
    person = step.session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.id == owner_id,
            Account.is_active.is_(True),
            Grant.unit_id == step.issue.holder_id,
            Grant.role.in_(GROUP_ROLES),
            Grant.holds_on(step.today),
        )
    ).first()
    if person is None:
        raise Invalid("owner_id", "not_of_this_unit")
    return person


def _name_of_owner(step: Step) -> str:
    owner = step.session.get(Account, step.issue.owner_id) if step.issue.owner_id else None
    return owner.full_name if owner else ""


def _unit_with_group(step: Step) -> Unit:
    unit = step.session.scalars(
        select(Unit)
        .join(WorkingGroup, WorkingGroup.unit_id == Unit.id)
        .where(Unit.id == needed_key(step.data, "unit_id"), WorkingGroup.is_active.is_(True))
    ).first()
    if unit is None or not unit.is_valid_on(step.today):
        raise Invalid("unit_id", "unit_without_group")
    return unit


def _clear_desk(step: Step) -> None:
    """What the former holder had begun ends with it."""
    step.issue.owner_id = None
    shelve(step.answer)
