"""What every act on a directive leaves behind: an event that departments alone read, its notices and its files.

Owns: the lock of the issue with the question who sees it, the event, the files. Must not decide who may;
who is told is in `directive_telling`.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.attachments.models import Attachment
from tracker.directory.models import Unit
from tracker.errors import NotFound
from tracker.issues import directive_telling, history
from tracker.issues.history import Happening, Signature
from tracker.issues.models import Audience, Issue, IssueEvent, IssueFile
from tracker.issues.rights import may_see


def locked(session: Session, actor: Actor, issue_id: int) -> Issue:
    """The sent issue, locked. Raises NotFound where the person may not see it."""
    issue = session.get(Issue, issue_id, with_for_update=True, populate_existing=True)
    if issue is None or not issue.number or not may_see(session, actor, issue):
        raise NotFound
    return issue


def note(
    session: Session,
    actor: Actor,
    issue: Issue,
    kind: str,
    payload: dict[str, object],
    acting_for_id: int | None = None,
) -> IssueEvent:
    """Append the event; `acting_for_id`: the absent person, or the leader for whom it was recorded."""
    units = sorted(actor.unit_ids)
    unit = session.get(Unit, issue.holder_id if issue.holder_id in units else units[0]) if units else None
    signature = Signature(actor.account_id, actor.display_name, unit.name if unit else "", acting_for_id)
    happening = Happening(kind, payload, audience=Audience.DEPARTMENTS)
    event = history.append(session, issue, happening, signature, clock.now())
    directive_id, unit_ids = payload.get("directive_id"), payload.get("unit_ids", ())
    if isinstance(directive_id, int):
        units = [key for key in unit_ids if isinstance(key, int)] if isinstance(unit_ids, list) else []
        directive_telling.tell(session, issue, event, directive_id, units, actor.account_id)
    return event


def attach(session: Session, issue: Issue, event: IssueEvent, files: Sequence[Attachment]) -> None:
    """Keep the files with the event that brought them."""
    for file in files:
        session.add(
            IssueFile(
                issue_id=issue.id, attachment_id=file.id, event_id=event.id, audience=Audience.DEPARTMENTS
            )
        )
    session.flush()
