"""Acts by which a difficulty comes in: SEND, SIGN, RETURN_DRAFT, CORRECT."""

from datetime import time

from sqlalchemy import select

from tracker import clock
from tracker.deadlines.facts import FactKind
from tracker.directory import queries as directory
from tracker.directory.models import Unit, UnitKind
from tracker.errors import Invalid
from tracker.issues.inputs import LINE_LIMIT, TEXT_LIMIT, line_of, text_of
from tracker.issues.models import FilePurpose, IssueFile, IssueParty
from tracker.issues.numbers import give_number
from tracker.issues.step import Step
from tracker.permissions import Role
from tracker.text import fold


def send(step: Step) -> None:
    """Send the draft: to the commune's leader where he signs off, else to the department."""
    _ask_completeness(step)
    issue, actor = step.issue, step.actor
    step.unit_id = issue.raised_by_id
    _name_parties(step)
    is_signer = actor is not None and actor.holds(issue.raised_by_id, Role.COMMUNE_LEADER)
    step.wants_sign_off = step.matter.raiser_has_signer and not is_signer
    if not step.wants_sign_off:
        _submit(step)


def sign(step: Step) -> None:
    """The commune's leader agrees; day zero is the day of signing."""
    step.unit_id = step.issue.raised_by_id
    _submit(step)


def return_draft(step: Step) -> None:
    """Back to the officer: by the leader with a remark, or taken back by the officer himself."""
    actor = step.actor
    by_leader = actor is not None and actor.holds(step.issue.raised_by_id, Role.COMMUNE_LEADER)
    is_own = actor is not None and actor.account_id == step.issue.filed_by_id
    step.unit_id = step.issue.raised_by_id
    step.payload["remark"] = text_of(step.data, "remark", is_needed=by_leader and not is_own)


def correct(step: Step) -> None:
    """A commune for which it was filed corrects the wording; both wordings stay in the history."""
    issue = step.issue
    step.spoken_party()
    new = {
        "title": line_of(step.data, "title"),
        "situation": text_of(step.data, "situation", limit=TEXT_LIMIT),
        "proposal": text_of(step.data, "proposal", limit=TEXT_LIMIT),
    }
    old = {"title": issue.title, "situation": issue.situation, "proposal": issue.proposal}
    if new == old:
        raise Invalid("situation", "nothing_changed")
    step.payload |= {"old": old, "new": new}
    issue.title, issue.situation, issue.proposal = new["title"], new["situation"], new["proposal"]
    issue.folded_title = fold(issue.title)[: LINE_LIMIT + 50]


def _ask_completeness(step: Step) -> None:
    issue = step.issue
    if not issue.title:
        raise Invalid("title", "missing")
    has_dispatch = step.session.scalar(
        select(IssueFile.id)
        .where(IssueFile.issue_id == issue.id, IssueFile.purpose == FilePurpose.DISPATCH)
        .limit(1)
    )
    if not has_dispatch:
        for name in ("situation", "proposal"):
            if not getattr(issue, name):
                raise Invalid(name, "missing")
    if issue.is_urgent and not issue.urgent_reason:
        raise Invalid("urgent_reason", "missing")


def _name_parties(step: Step) -> None:
    """A commune is its own party; other units name communes or are the party themselves."""
    if step.parties:
        return
    unit = step.session.get_one(Unit, step.issue.raised_by_id)
    party = IssueParty(issue_id=step.issue.id, unit_id=unit.id)
    party.unit = unit
    step.session.add(party)
    step.session.flush()
    step.parties = [party]


def _submit(step: Step) -> None:
    issue, switches = step.issue, step.switches
    _suggest(step)
    unit = directory.route(step.session, issue.field_id, issue.category_id) if issue.field_id else None
    if unit is None and not switches.coordinating_unit_id:
        raise Invalid("field_id", "no_route")
    issue.holder_id = unit.id if unit else switches.coordinating_unit_id
    issue.awaits_routing = unit is None
    step.payload["awaits_routing"] = issue.awaits_routing
    cut_off = time.fromisoformat(switches.cut_off_hour) if switches.cut_off_hour else None
    zero = step.calendar.day_zero(clock.local(step.now), cut_off)
    give_number(step.session, issue, step.today.year)
    issue.sent_at = step.now
    step.fact(FactKind.SENT, on=zero, unit=issue.holder_id, days=switches.first_target_days)
    _let_correct(step)
    step.payload |= {
        "number": issue.number,
        "holder": step.unit_name(issue.holder_id),
        "communes": [party.unit.name for party in step.parties],
        "title": issue.title,
        "situation": issue.situation,
        "proposal": issue.proposal,
    }


def _suggest(step: Step) -> None:
    """A commune need not know field and category: they are suggested from the text where left open."""
    issue = step.issue
    if issue.field_id is not None and issue.category_id is not None:
        return
    words = f"{issue.title}\n{issue.situation}\n{issue.proposal}"
    field, category = directory.suggest(step.session, words)
    if issue.field_id is None and field is not None:
        issue.field_id = field.id
    if issue.category_id is None and category is not None:
        issue.category_id = category.id


def _let_correct(step: Step) -> None:
    """Communes for which it was filed may correct the wording for some days."""
    raiser = step.session.get_one(Unit, step.issue.raised_by_id)
    for party in step.parties:
        if party.unit_id != raiser.id and raiser.kind is not UnitKind.COMMUNE:
            party.is_on_behalf = True
            zero = step.calendar.next_working(step.today)
            party.correct_until = step.calendar.add(zero, step.switches.correct_days)
