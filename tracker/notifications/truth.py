"""Whether a notice is still worth a mail, asked just before it is sent.

Owns: the question. The rules are those of the pages: who may see the matter, and whether the act that the notice asks
for is still his to take.
"""

from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import duties, matters
from tracker.issues.directive_lists import waits_for_report
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.policy import is_allowed, is_possible_now
from tracker.issues.rights import audiences_of, may_see
from tracker.issues.workflow import Act, IssueState
from tracker.notifications.kinds import (
    ADDRESS_CHANGED,
    DIRECTIVES_BY_DATE,
    OF_ACCOUNTS,
    OF_DIRECTIVES,
    OF_LEVELS,
    kind_of,
)
from tracker.outbox.models import Notice
from tracker.permissions import Actor


def still_true(session: Session, notice: Notice) -> bool:
    """The person is there, has not read it in the inbox, may see the matter, and it still waits for him."""
    if notice.kind == ADDRESS_CHANGED:
        return True  # whoever reads it in the inbox may be the one who is warned of
    account = session.get_one(Account, notice.account_id)
    if not account.is_active or notice.read_at is not None:
        return False
    if notice.kind in OF_ACCOUNTS or notice.issue_id is None:
        return True
    issue = session.get(Issue, notice.issue_id)
    actor = actor_of(session, account, clock.today())
    if issue is None or not may_see(session, actor, issue):
        return False
    event = session.get(IssueEvent, notice.event_id) if notice.event_id else None
    if event is not None and event.audience not in audiences_of(session, actor, issue):
        return False
    if notice.kind in OF_LEVELS:
        return issue.level > 0 and (notice.kind == "raised" or bool(duties.owed_of(session, issue.id)))
    if notice.kind in DIRECTIVES_BY_DATE:
        return issue.is_open and waits_for_report(session, issue.id)
    kind = kind_of(notice.kind)
    if kind.act is not None and kind.is_duty:
        return _may_act(session, actor, issue, kind.act)
    is_waiting = issue.state is not IssueState.ANSWERED or notice.kind in OF_DIRECTIVES
    return not kind.is_duty or (issue.is_open and is_waiting)


def _may_act(session: Session, actor: Actor, issue: Issue, act: Act) -> bool:
    matter = matters.matter_of(
        session,
        issue,
        parties=matters.parties_of(session, issue),
        answer=matters.newest_answer(session, issue),
        switches=read_switches(session),
        calendar=load_calendar(session),
        today=clock.today(),
    )
    return is_possible_now(act, matter) and is_allowed(actor, act, matter)
