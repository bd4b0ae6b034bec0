"""What was told long ago goes at night, in small transactions; duties, open issues and records stay."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.issue_builders import Desk, local
from tracker.audit.models import AuditEntry
from tracker.backup import service as backups
from tracker.config import SettingError, load_settings
from tracker.db import transaction
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.workflow import Act
from tracker.notifications import retention
from tracker.notifications.retention import Removed, remove_old, would_remove
from tracker.outbox.models import Mail, MailState, Notice
from tracker.outbox.models_sms import ShortMessage

LONG_AGO = local("2025-01-06 09:00")
NIGHT = local("2026-06-02 01:30")
NOON = local("2026-06-02 12:00")


def _notice(session: Session, desk: Desk, key: str, **values: object) -> Notice:
    row = Notice(
        **{
            "key": key,
            "kind": "news",
            "account_id": desk.province.lead.id,
            "created_at": LONG_AGO,
            "is_planned": True,
        }
        | values
    )
    session.add(row)
    return row


def _mail(desk: Desk, key: str, state: MailState, due_at: datetime = LONG_AGO) -> Mail:
    sent_at = due_at if state is MailState.SENT else None
    return Mail(
        key=key,
        account_id=desk.province.lead.id,
        state=state,
        created_at=due_at,
        due_at=due_at,
        sent_at=sent_at,
        tries=1,
    )


def _message(desk: Desk, notice: Notice, state: MailState) -> ShortMessage:
    return ShortMessage(
        key=f"sms:{notice.key}",
        account_id=desk.province.lead.id,
        notice_id=notice.id,
        state=state,
        created_at=LONG_AGO,
        due_at=LONG_AGO,
        sent_at=LONG_AGO if state is MailState.SENT else None,
        tries=1,
    )


def _run(session: Session, now: datetime = NIGHT) -> Removed:
    rehearsed = would_remove(session, now, notice_days=400, mail_days=90)
    removed = remove_old(session, transaction, now, notice_days=400, mail_days=90)
    assert rehearsed == removed
    return removed


def _keys(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(select(Notice.key).where(Notice.created_at < local("2026-01-01 00:00"))))


def test_read_notices_and_news_go_and_unread_duties_and_those_of_open_issues_stay(
    desk: Desk, session: Session
) -> None:
    is_open, closed = desk.sent(), desk.answered()
    desk.do(desk.province.officer_a, closed, Act.CONFIRM)
    with transaction():
        _notice(session, desk, "news")
        _notice(session, desk, "news of closed", issue_id=closed)
        _notice(session, desk, "read duty", kind="to_approve", read_at=LONG_AGO, issue_id=closed)
        _notice(session, desk, "unread duty", kind="to_approve", issue_id=closed)
        _notice(session, desk, "of open", issue_id=is_open, read_at=LONG_AGO)
        _notice(session, desk, "not planned", is_planned=False)
        _notice(session, desk, "young", created_at=local("2025-12-01 09:00"), read_at=NIGHT)
    assert _run(session).notices == 3
    assert _keys(session) == {"unread duty", "of open", "not planned", "young"}
    assert _run(session) == Removed()


def test_mails_that_left_go_and_those_under_way_or_given_up_stay_with_their_notices(
    desk: Desk, session: Session
) -> None:
    with transaction():
        for state in MailState:
            mail = _mail(desk, f"mail {state}", state)
            session.add(mail)
            session.flush()
            _notice(session, desk, f"by mail {state}", mail_id=mail.id)
            notice = _notice(session, desk, f"by sms {state}")
            session.flush()
            session.add(_message(desk, notice, state))
        session.add(_mail(desk, "young", MailState.SENT, local("2026-05-01 09:00")))
    assert _run(session) == Removed(notices=4, mails=2, short_messages=2)
    staying = {f"by {way} {state}" for way in ("mail", "sms") for state in ("waiting", "dead")}
    assert _keys(session) == staying
    assert set(session.scalars(select(Mail.key))) == {"mail waiting", "mail dead", "young"}


def test_by_day_only_that_goes_which_a_week_of_nights_has_missed(desk: Desk, session: Session) -> None:
    with transaction():
        _notice(session, desk, "a week over", created_at=NOON - timedelta(days=408))
        _notice(session, desk, "a day over", created_at=NOON - timedelta(days=402))
    assert _run(session, NOON).notices == 1
    assert _keys(session) == {"a day over"}
    assert _run(session, NIGHT + timedelta(days=1)).notices == 1


def test_no_transaction_removes_more_than_a_batch_and_a_killed_round_is_gone_on_with(
    desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    with transaction():
        for number in range(8):
            _notice(session, desk, f"old {number}")
    left: list[int] = []

    @contextmanager
    def counted() -> Iterator[None]:
        with transaction():
            yield
        left.append(len(_keys(session)))
        if len(left) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove_old(session, counted, NIGHT, notice_days=400, mail_days=90)
    assert left == [5, 2]
    assert _run(session).notices == 2


def test_issues_events_and_the_audit_log_have_no_retention(desk: Desk, session: Session) -> None:
    issue_id = desk.answered()
    desk.do(desk.province.officer_a, issue_id, Act.CONFIRM)
    tables = (Issue, IssueEvent, AuditEntry)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    _run(session, local("2040-01-02 01:30"))
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_only_the_newest_backups_before_migrations_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {tmp_path / f"before-migration-2026060{day}-090000": day for day in (3, 1, 4, 2)}
    made[tmp_path / "nightly-20260501-010000"] = 0
    for path in made:
        path.mkdir()
    found = [(NIGHT + timedelta(days=day), path) for path, day in made.items()]
    monkeypatch.setattr(
        backups.manifests, "backups", lambda _directory: [(path, _Made(at)) for at, path in found]
    )
    settings = load_settings(
        {"TRACKER_INSTANCE": str(tmp_path / "instance"), "TRACKER_BACKUP_BEFORE_MIGRATION": "2"}
    )
    assert backups.rotate_migration_backups(settings) == 2
    assert {path.name[:25] for path in tmp_path.iterdir()} == {
        "nightly-20260501-010000",
        "before-migration-20260603",
        "before-migration-20260604",
    }


class _Made:
    def __init__(self, created_at: datetime) -> None:
        self.created_at = created_at


@pytest.mark.parametrize("name", ["NOTICE_DAYS", "MAIL_DAYS"])
def test_nothing_may_be_forgotten_within_a_month(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match=f"TRACKER_{name}"):
        load_settings({"TRACKER_INSTANCE": str(tmp_path), f"TRACKER_{name}": "29"})
