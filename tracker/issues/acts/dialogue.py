"""Acts between the desk and the communes: information, news."""

from tracker.deadlines.facts import FactKind
from tracker.errors import Invalid
from tracker.issues.inputs import flag_of, keys_of, text_of
from tracker.issues.models import InfoState, PartyLeft, Reply
from tracker.issues.referral_ends import interim_given
from tracker.issues.step import Step
from tracker.issues.workflow import Outcome


def ask_info(step: Step) -> None:
    """Ask communes for information; the promise clock is paused."""
    wanted = set(keys_of(step.data, "unit_ids")) or {party.unit_id for party in step.present}
    asked = [party for party in step.present if party.unit_id in wanted]
    if not asked:
        raise Invalid("unit_ids", "missing")
    for party in step.parties:
        party.info = InfoState.ASKED if party in asked else InfoState.NONE
    step.issue.info_count += 1
    step.payload |= {
        "question": text_of(step.data, "question"),
        "asked": [party.unit.name for party in asked],
    }


def give_info(step: Step) -> None:
    """An asked commune replies; work resumes when all have."""
    party = step.spoken_party()
    text = text_of(step.data, "text", is_needed=not step.files)
    party.info = InfoState.GIVEN
    step.payload["text"] = text
    step.all_replied = _nobody_silent(step)


def resume(step: Step) -> None:
    """Work goes on without waiting for the rest."""
    step.payload["reason"] = text_of(step.data, "reason", is_needed=False)
    for party in step.parties:
        if party.info is InfoState.ASKED:
            party.info = InfoState.NONE


def close_uninformed(step: Step) -> None:
    """Drop the parties that stayed silent; without any left the matter closes for lack of information."""
    silent = [party for party in step.present if party.info is InfoState.ASKED]
    for party in silent:
        party.left = PartyLeft.DROPPED
        party.info = InfoState.NONE
        if party.reply is Reply.ASKED:
            party.reply, party.reply_due_on = Reply.NONE, None
    step.payload |= {
        "dropped": [party.unit.name for party in silent],
        "reason": text_of(step.data, "reason", is_needed=False),
    }
    if not step.present:
        step.outcome = Outcome.NO_INFORMATION


def add_info(step: Step) -> None:
    """A party adds text or files of its own accord."""
    step.spoken_party()
    step.payload["text"] = text_of(step.data, "text", is_needed=not step.files)


def give_news(step: Step) -> None:
    """News for the communes; a phone call is one line of it."""
    step.payload |= {"text": text_of(step.data, "text"), "by_phone": flag_of(step.data, "by_phone")}
    step.fact(FactKind.NEWS)


def give_interim(step: Step) -> None:
    """A first answer before the answer; never touches the clock."""
    step.payload["text"] = text_of(step.data, "text")
    step.fact(FactKind.NEWS)
    interim_given(step)


def _nobody_silent(step: Step) -> bool:
    return not any(party.info is InfoState.ASKED for party in step.present)
