"""Drafts: what an officer types before it is sent.

Owns: creating, saving and discarding drafts and their files. A draft may be incomplete, has no events and is addressed
by a random key; only SEND checks it.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.attachments.models import Attachment
from tracker.directory.models import Category, Field, Unit, UnitKind
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues.inputs import (
    LINE_LIMIT,
    TEXT_LIMIT,
    Data,
    choice_of,
    flag_of,
    key_of,
    keys_of,
    line_of,
    text_of,
)
from tracker.issues.models import Channel, FilePurpose, Issue, IssueFile, IssueParty, ObstacleKind
from tracker.issues.workflow import IssueState
from tracker.permissions import Permission
from tracker.text import fold

FILES_LIMIT = 10
PARTIES_LIMIT = 200


def create_draft(session: Session, actor: Actor, data: Data) -> Issue:
    """A new draft of the person's unit (`unit_id` where he has several).

    Raises NotFound when the person may not file for the unit, Invalid for data.
    """
    unit = _raising_unit(session, actor, data)
    now = clock.now()
    issue = Issue(
        draft_key=secrets.token_urlsafe(16),
        raised_by_id=unit.id,
        filed_by_id=actor.account_id,
        created_at=now,
        changed_at=now,
        version=1,
    )
    _write_texts(session, issue, data)
    session.add(issue)
    session.flush()
    _write_communes(session, issue, unit, data, is_new=True)
    return issue


def save_draft(session: Session, actor: Actor, draft_key: str, data: Data) -> Issue:
    """Keep what was typed. Raises NotFound, NotPossible once it was sent, Stale when saved elsewhere meanwhile."""
    issue = _own_draft(session, actor, draft_key)
    version = data.get("version")
    if isinstance(version, int) and version != issue.version:
        current = {"title": issue.title, "situation": issue.situation, "proposal": issue.proposal}
        typed = {name: value for name, value in data.items() if isinstance(value, str)}
        raise Stale(current, typed)
    _write_texts(session, issue, data)
    _write_communes(session, issue, session.get_one(Unit, issue.raised_by_id), data)
    issue.version += 1
    issue.changed_at = clock.now()
    return issue


def discard_draft(session: Session, actor: Actor, draft_key: str) -> list[str]:
    """Delete a draft that was never sent. Returns the keys of its stored files, whose rows go with it."""
    issue = _own_draft(session, actor, draft_key)
    if issue.event_count:
        raise NotPossible("draft_has_history")
    attachment_ids = list(
        session.scalars(select(IssueFile.attachment_id).where(IssueFile.issue_id == issue.id))
    )
    keys = list(session.scalars(select(Attachment.key).where(Attachment.id.in_(attachment_ids))))
    session.execute(delete(IssueFile).where(IssueFile.issue_id == issue.id))
    session.execute(delete(Attachment).where(Attachment.id.in_(attachment_ids)))
    session.execute(delete(IssueParty).where(IssueParty.issue_id == issue.id))
    session.delete(issue)
    session.flush()
    return keys


def attach(
    session: Session,
    actor: Actor,
    draft_key: str,
    attachments: Sequence[Attachment],
    purpose: FilePurpose = FilePurpose.EVIDENCE,
) -> Issue:
    """Add stored files to the draft. Raises Invalid beyond ten."""
    issue = _own_draft(session, actor, draft_key)
    present = list(session.scalars(select(IssueFile.id).where(IssueFile.issue_id == issue.id)))
    if len(present) + len(attachments) > FILES_LIMIT:
        raise Invalid("files", "too_many", limit=FILES_LIMIT)
    session.add_all(
        IssueFile(issue_id=issue.id, attachment_id=stored.id, purpose=purpose) for stored in attachments
    )
    session.flush()
    return issue


def detach(session: Session, actor: Actor, draft_key: str, file_id: int) -> str:
    """Take a file out of the draft. Returns the key of its bytes. Raises NotFound."""
    issue = _own_draft(session, actor, draft_key)
    row = session.get(IssueFile, file_id)
    if row is None or row.issue_id != issue.id or row.event_id is not None:
        raise NotFound
    stored = session.get_one(Attachment, row.attachment_id)
    key = stored.key
    session.delete(row)
    session.flush()
    session.delete(stored)
    session.flush()
    return key


def _own_draft(session: Session, actor: Actor, draft_key: str) -> Issue:
    issue = session.scalars(
        select(Issue)
        .where(Issue.draft_key == draft_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if issue is None or issue.raised_by_id not in actor.units_with(Permission.FILE_ISSUE):
        raise NotFound
    if issue.state is not IssueState.DRAFT:
        raise NotPossible(state=issue.state.value)
    return issue


def _raising_unit(session: Session, actor: Actor, data: Data) -> Unit:
    units = actor.units_with(Permission.FILE_ISSUE)
    wanted = key_of(data, "unit_id")
    if wanted is not None and wanted not in units:
        raise NotFound
    if wanted is None and len(units) != 1:
        if not units:
            raise NotFound
        raise Invalid("unit_id", "missing")
    return session.get_one(Unit, wanted if wanted is not None else next(iter(units)))


def _write_texts(session: Session, issue: Issue, data: Data) -> None:
    issue.title = line_of(data, "title", is_needed=False)
    issue.folded_title = fold(issue.title)[: LINE_LIMIT + 50]
    issue.situation = text_of(data, "situation", limit=TEXT_LIMIT, is_needed=False)
    issue.proposal = text_of(data, "proposal", limit=TEXT_LIMIT, is_needed=False)
    kind = choice_of(data, "obstacle_kind", ObstacleKind, ObstacleKind.DIFFICULT)
    issue.obstacle_kind = kind or ObstacleKind.DIFFICULT
    issue.is_urgent = flag_of(data, "is_urgent")
    issue.urgent_reason = text_of(data, "urgent_reason", limit=500, is_needed=False)
    issue.channel = choice_of(data, "channel", Channel, Channel.WEB) or Channel.WEB
    issue.channel_reference = line_of(data, "channel_reference", is_needed=False)
    issue.field_id = key_of(data, "field_id")
    issue.category_id = key_of(data, "category_id")
    if issue.field_id is not None and session.get(Field, issue.field_id) is None:
        raise Invalid("field_id", "not_a_choice")
    if issue.category_id is not None and session.get(Category, issue.category_id) is None:
        raise Invalid("category_id", "not_a_choice")


def _write_communes(session: Session, issue: Issue, unit: Unit, data: Data, *, is_new: bool = False) -> None:
    """The communes; the issue has its key by now."""
    if unit.kind is not UnitKind.COMMUNE and "commune_ids" in data:
        if not is_new:
            session.execute(delete(IssueParty).where(IssueParty.issue_id == issue.id))
        _name_communes(session, issue, keys_of(data, "commune_ids"))
    session.flush()


def _name_communes(session: Session, issue: Issue, commune_ids: list[int]) -> None:
    """The communes on whose behalf a unit files."""
    if len(commune_ids) > PARTIES_LIMIT:
        raise Invalid("commune_ids", "too_many", limit=PARTIES_LIMIT)
    units = session.scalars(select(Unit).where(Unit.id.in_(commune_ids), Unit.kind == UnitKind.COMMUNE)).all()
    today = clock.today()
    if len(units) != len(commune_ids) or not all(unit.is_valid_on(today) for unit in units):
        raise Invalid("commune_ids", "not_a_choice")
    session.add_all(IssueParty(issue_id=issue.id, unit_id=key) for key in commune_ids)
