"""The only commit: what is read inside a transaction is what is stored now."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.builders import Province
from tracker.accounts.models import Account
from tracker.db import db, migration_connection, transaction


def test_what_was_read_before_is_read_again_inside(session: Session, province: Province) -> None:
    with transaction():
        kept = session.get_one(Account, province.lead.id)
        kept.position = "Tổ trưởng"
    assert kept.position == "Tổ trưởng"
    with migration_connection(db.engine) as other:
        other.execute(text("UPDATE account SET position = 'Phó giám đốc'"))
    with transaction():
        assert session.get_one(Account, province.lead.id).position == "Phó giám đốc"
