"""Acts at the end: CONFIRM, CLARIFY, DISPUTE, EXPIRE, CLOSE_READY, WITHDRAW, CLOSE_ERROR, REOPEN."""

from tracker.directory.models import Unit
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import obligations
from tracker.issues.acts.escalating import rise_by
from tracker.issues.inputs import flag_of, key_of, line_of, needed_key, text_of
from tracker.issues.models import AnswerKind, InfoState, IssueParty, PartyLeft, Reply
from tracker.issues.policy import may_confirm_by_phone
from tracker.issues.referral_ends import was_replied
from tracker.issues.standing import parties_spoken_for
from tracker.issues.step import Step
from tracker.issues.workflow import Act, IssueState, Outcome

_OUTCOMES = {
    AnswerKind.GUIDANCE: Outcome.GUIDED,
    AnswerKind.DECISION: Outcome.DECIDED,
    AnswerKind.OWN_COMPETENCE: Outcome.OWN_COMPETENCE,
    AnswerKind.ROADMAP: Outcome.ROADMAP,
    AnswerKind.REFUSAL: Outcome.REFUSED,
}


def confirm(step: Step) -> None:
    """A commune agrees with the answer, itself or on the phone as recorded by the desk."""
    party = _party_on_phone(step) if flag_of(step.data, "by_phone") else step.spoken_party()
    party.reply, party.reply_due_on = Reply.CONFIRMED, None
    party.is_solved = flag_of(step.data, "is_solved")
    step.payload |= {
        "is_solved": party.is_solved,
        "note": text_of(step.data, "note", is_needed=False),
    }
    _close_if_ready(step, by_silence=False)


def clarify(step: Step) -> None:
    """A commune's first time: what is unclear. The same owner goes on, reported to nobody."""
    party = step.spoken_party()
    party.reply, party.reply_due_on = Reply.CLARIFY, None
    party.clarify_count += 1
    step.payload["text"] = text_of(step.data, "text")
    step.cycle_days = step.switches.clarify_cycle_days


def dispute(step: Step) -> None:
    """After a clarification: the matter goes back to the lead's desk and rises to the department leader."""
    party = step.spoken_party()
    party.reply, party.reply_due_on = Reply.DISPUTED, None
    step.payload["reason"] = text_of(step.data, "reason")
    step.cycle_days = step.switches.new_cycle_days
    step.issue.is_disputed = True
    rise_by(step, "dispute")


def expire(step: Step) -> None:
    """The time to reply has passed: counted apart, never as agreement."""
    party = step.party(needed_key(step.data, "party_id"))
    is_late = party.reply_due_on is not None and party.reply_due_on < step.today
    if party.reply is not Reply.ASKED or party.left is not None or not is_late:
        raise NotPossible(state=step.issue.state.value)
    party.reply, party.reply_due_on = Reply.EXPIRED, None
    step.payload |= {"party": party.unit_id, "party_name": party.unit.name}
    _close_if_ready(step, by_silence=True)


def close_ready(step: Step) -> None:
    """Close what nobody has to reply to any more."""
    _close_if_ready(step, by_silence=any(party.reply is Reply.EXPIRED for party in step.present))
    if step.outcome is None:
        raise NotPossible(state=step.issue.state.value)


def withdraw(step: Step) -> None:
    """A party withdraws; the last one closes the issue."""
    party = step.spoken_party()
    party.left = PartyLeft.WITHDRAWN
    party.info = InfoState.NONE
    party.reply, party.reply_due_on = Reply.NONE, None
    step.payload["reason"] = text_of(step.data, "reason")
    if not step.present:
        step.outcome = Outcome.WITHDRAWN
    step.all_replied = not any(each.info is InfoState.ASKED for each in step.present)


def close_error(step: Step) -> None:
    """Filed twice or in error."""
    step.unit_id = step.matter.coordinating_unit_id
    step.payload["reason"] = text_of(step.data, "reason")
    step.outcome = Outcome.IN_ERROR


def reopen(step: Step) -> None:
    """Back to the last holder's lead; all but the withdrawn are asked again."""
    actor = step.actor
    if actor is not None and parties_spoken_for(actor, step.matter, Act.REOPEN):
        step.spoken_party().reopen_count += 1
    step.payload["reason"] = text_of(step.data, "reason")
    begin_anew(step)


def begin_anew(step: Step) -> None:
    """A new cycle at the last holder, or at who followed it; all but the withdrawn will be asked again."""
    for party in step.parties:
        if party.left is not PartyLeft.WITHDRAWN:
            party.left = None
            party.reply, party.reply_due_on, party.is_solved = Reply.NONE, None, False
    step.cycle_days = step.switches.new_cycle_days
    _follow_successor(step)


def _party_on_phone(step: Step) -> IssueParty:
    if step.actor is None or not may_confirm_by_phone(step.actor, step.matter):
        raise NotFound
    asked = [party for party in step.present if party.reply is Reply.ASKED]
    wanted = key_of(step.data, "party_id")
    if wanted is None and len(asked) > 1:
        raise Invalid("party_id", "missing")
    party = next((party for party in asked if wanted in (None, party.unit_id)), None)
    if party is None:
        raise NotFound
    step.payload |= {
        "party": party.unit_id,
        "party_name": party.unit.name,
        "by_phone": True,
        "spoken_by": line_of(step.data, "spoken_by", limit=120),
    }
    return party


def _close_if_ready(step: Step, *, by_silence: bool) -> None:
    if any(party.reply not in (Reply.CONFIRMED, Reply.EXPIRED) for party in step.present):
        return
    if obligations.holds_open(step.session, step.issue.id):
        return
    step.outcome = _outcome(step)
    step.is_by_silence = by_silence


def _outcome(step: Step) -> Outcome:
    """The kind of the answer decides; "solved" where the communes that spoke ticked it."""
    spoke = [party for party in step.present if party.reply is Reply.CONFIRMED]
    if spoke and all(party.is_solved for party in spoke):
        return Outcome.SOLVED
    if step.answer is None:
        raise NotPossible(state=IssueState.ANSWERED.value)
    return Outcome.ANSWERED_FROM_ABOVE if was_replied(step) else _OUTCOMES[step.answer.kind]


def _follow_successor(step: Step) -> None:
    """A holder that has ended since is followed by its successor, else by the coordinating unit."""
    unit = step.session.get(Unit, step.issue.holder_id)
    while unit is not None and not unit.is_valid_on(step.today):
        successor_id = unit.successor_id or step.switches.coordinating_unit_id
        unit = step.session.get(Unit, successor_id)
        step.issue.holder_id = successor_id
