"""Situations that last a day or two and therefore need not stand in the demonstration when somebody looks.

Made through the services, like everything there. Must not be needed for a page to be shown at all.
"""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.directory import queries as directory
from tracker.directory.models import Category, Field
from tracker.issues import drafts
from tracker.issues.models_referrals import ReferralIssue
from tracker.issues.service import apply
from tracker.issues.workflow import Act
from tracker.permissions import Actor

OWNER = "snv.thanhvien1"
TITLE = "Thiếu hướng dẫn bàn giao hồ sơ từ cấp huyện"


def add_situations(app: Flask) -> None:
    """An issue filed on behalf today, and one answered again after a clarification."""
    with app.app_context():
        with transaction():
            _file_for_two(db.session)
        with transaction():
            _answer_twice(db.session)


def refer_two(app: Flask) -> int:
    """Two issues of one owner referred to a ministry in one document; the key of the document."""
    with app.app_context(), transaction():
        session = db.session
        document: dict[str, object] = {
            "addressee": "ministry",
            "name": "Bộ Nội vụ",
            "subject": "Về bàn giao hồ sơ",
        }
        leader = actor_named(session, "snv.lanhdao")
        for _ in range(2):
            key = assigned(session)
            apply(session, leader, key, Act.REFER, document)
            found = session.scalars(
                select(ReferralIssue.referral_id).where(ReferralIssue.issue_id == key)
            ).one()
            document = {"referral_id": found}
    return found


def actor_named(session: Session, login: str) -> Actor:
    """A sample person as services know him."""
    account = session.scalars(select(Account).where(Account.login == login)).one()
    return actor_of(session, account, clock.today())


def _words(session: Session) -> dict[str, object]:
    field = session.scalars(select(Field.id).where(Field.code == "home_affairs")).one()
    category = session.scalars(select(Category.id).where(Category.code == "guidance_missing")).one()
    return {
        "title": TITLE,
        "situation": "Hồ sơ đất đai của ba huyện cũ chưa có danh mục bàn giao.",
        "proposal": "Đề nghị hướng dẫn mẫu biên bản bàn giao.",
        "field_id": field,
        "category_id": category,
    }


def _file_for_two(session: Session) -> None:
    member = actor_named(session, OWNER)
    communes = [unit.id for unit in directory.communes(session)[:2]]
    draft = drafts.create_draft(session, member, {**_words(session), "commune_ids": communes})
    apply(session, member, draft.id, Act.SEND)


def assigned(session: Session) -> int:
    """An issue of the first commune that the first member works on; its key."""
    officer, member = officer_of(session), actor_named(session, OWNER)
    draft = drafts.create_draft(session, officer, _words(session))
    key = apply(session, officer, draft.id, Act.SEND).id
    apply(session, actor_named(session, "snv.totruong"), key, Act.ASSIGN, {"owner_id": member.account_id})
    return key


def officer_of(session: Session) -> Actor:
    """The officer of the first commune."""
    return actor_named(session, f"canbo.{directory.communes(session)[0].code}")


def _answer_twice(session: Session) -> None:
    officer, lead, member = (
        officer_of(session),
        actor_named(session, "snv.totruong"),
        actor_named(session, OWNER),
    )
    key = assigned(session)
    for text in ("Dùng mẫu số 01.", "Dùng mẫu số 01, mỗi thôn một biên bản."):
        answer = {"kind": "guidance", "content": text, "citations": [("Nghị định 118/2025/NĐ-CP", None)]}
        apply(session, member, key, Act.SUBMIT_ANSWER, answer)
        apply(session, lead, key, Act.APPROVE)
        if text.endswith("01."):
            apply(session, officer, key, Act.CLARIFY, {"text": "Lập chung hay lập riêng từng thôn?"})
