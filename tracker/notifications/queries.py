"""What the inbox reads: how much is unread, and a page of notices with the matters that the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, literal, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.issues.models import Issue
from tracker.issues.rights import visible_to
from tracker.issues.workflow import IssueState
from tracker.outbox.models import Notice

PAGE_ROWS = 25
UNREAD_CAP = 99

_UNREAD = select(func.count()).select_from(
    select(literal(1))
    .where(Notice.account_id == bindparam("account_id"), Notice.read_at.is_(None))
    .limit(UNREAD_CAP + 1)
    .subquery()
)


@dataclass(frozen=True)
class NoticeRow:
    """A notice with its matter; `is_visible` False where the person may not see that any more."""

    id: int
    kind: str
    created_at: datetime
    is_read: bool
    is_visible: bool = False
    number: str | None = None
    draft_key: str = ""
    title: str = ""
    state: IssueState | None = None
    due_on: date | None = None
    has_owner: bool = False
    level: int = 0


def unread_count(session: Session, account_id: int) -> int:
    """How many notices the person has not read, one look into an index; counted to one beyond `UNREAD_CAP`."""
    return session.scalar(_UNREAD, {"account_id": account_id}) or 0


def notices_of(
    session: Session,
    me: Actor,
    *,
    before: int | None = None,
    only_unread: bool = False,
    rows: int = PAGE_ROWS,
) -> Sequence[NoticeRow]:
    """The newest notices of the person below the key `before`; one more than `rows` where there are more."""
    wanted = [Notice.account_id == me.account_id]
    if before is not None:
        wanted.append(Notice.id < before)
    if only_unread:
        wanted.append(Notice.read_at.is_(None))
    found = session.execute(
        select(
            Notice,
            Issue.number,
            Issue.draft_key,
            Issue.title,
            Issue.state,
            Issue.due_on,
            Issue.owner_id,
            Issue.level,
        )
        .outerjoin(Issue, and_(Issue.id == Notice.issue_id, visible_to(me)))
        .where(*wanted)
        .order_by(Notice.id.desc())
        .limit(rows + 1)
    )
    return [_row(*row) for row in found]


def _row(
    notice: Notice,
    number: str | None,
    draft_key: str | None,
    title: str | None,
    state: IssueState | None,
    due_on: date | None,
    owner_id: int | None,
    level: int | None,
) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        kind=notice.kind,
        created_at=notice.created_at,
        is_read=notice.read_at is not None,
        is_visible=draft_key is not None,
        number=number,
        draft_key=draft_key or "",
        title=title or "",
        state=state,
        due_on=due_on,
        has_owner=owner_id is not None,
        level=level or 0,
    )
