"""Acts about a dated roadmap: KEEP, and WAKE by the job.

Owns: what they leave. When a promise begins and ends with other acts stands in `commitments`.
"""

from tracker import clock
from tracker.errors import NotPossible
from tracker.issues import commitments
from tracker.issues.acts.closing import begin_anew
from tracker.issues.inputs import text_of
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.rises import Rise
from tracker.issues.step import Step

WOKEN_LEVEL = 1


def keep(step: Step) -> None:
    """What was promised is done: the evidence is told to the communes, and nothing wakes."""
    promised_on = commitments.end(step, CommitmentState.KEPT)
    if promised_on is None:
        raise NotPossible(state=step.issue.state.value)
    step.payload |= {
        "text": text_of(step.data, "text", is_needed=not step.files),
        "promised_on": promised_on.isoformat(),
    }


def wake(step: Step) -> None:
    """The date has come and nobody said that it was kept: the last holder's lead works on it again."""
    due = commitments.find_open(step.session, step.issue.id)
    closed_at = step.issue.closed_at
    is_of_this_day = closed_at is not None and clock.local_date(closed_at) >= step.today
    if due is None or due.promised_on > step.today or is_of_this_day:
        raise NotPossible(state=step.issue.state.value)
    commitments.end(step, CommitmentState.WOKEN)
    step.payload["promised_on"] = due.promised_on.isoformat()
    step.level = WOKEN_LEVEL
    step.rise = Rise(WOKEN_LEVEL)
    begin_anew(step)
