"""A mail to the address that a person had before: somebody changed it.

Owns: which address such a mail goes to and how much of the new one it names. Both are read from the entry of the audit
log, so that a second change does not alter what the first one tells.
"""

import json
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.notifications.kinds import ADDRESS_CHANGED
from tracker.outbox.models import Mail, Notice

CHANGED = "person_changed"
_KEY = "audit:"
_HIDDEN = "•••"


def had_another(entry: AuditEntry) -> bool:
    """Whether the entry says that a person with an address has another one now, or none."""
    if entry.kind != CHANGED:
        return False
    old, new = _addresses(entry)
    return bool(old) and old.lower() != new.lower()


def key_of(entry: AuditEntry) -> str:
    """The key of the notice, from which the entry is found again."""
    return f"{_KEY}{entry.id}"


def address_for(session: Session, mail: Mail, account: Account) -> str:
    """Where a mail goes: to the person's address, or to the one of before where it tells of the change."""
    if mail.is_immediate and (notice := _told(session, mail)) is not None:
        return _of_notice(session, notice)[0] or account.email
    return account.email


def addresses_of(session: Session, mail_ids: Collection[int]) -> dict[int, str]:
    """Of those mails that go to an address of before: which one, by the mail's key."""
    notices = session.scalars(
        select(Notice).where(Notice.mail_id.in_(sorted(mail_ids)), Notice.kind == ADDRESS_CHANGED)
    )
    found = {notice.mail_id: _of_notice(session, notice)[0] for notice in notices}
    return {mail_id: address for mail_id, address in found.items() if mail_id is not None and address}


def hint_of(session: Session, notice: Notice) -> str:
    """Enough of the new address to know it by, never the whole: l•••@hungyen.gov.vn; '' for none."""
    return masked(_of_notice(session, notice)[1])


def masked(address: str) -> str:
    """The first letter and the host; what is no address is hidden wholly."""
    name, at, host = address.rpartition("@")
    if not at or not name:
        return _HIDDEN if address else ""
    return f"{name[0]}{_HIDDEN}@{host}"


def _told(session: Session, mail: Mail) -> Notice | None:
    return session.scalar(select(Notice).where(Notice.mail_id == mail.id, Notice.kind == ADDRESS_CHANGED))


def _of_notice(session: Session, notice: Notice) -> tuple[str, str]:
    entry = session.get(AuditEntry, int(notice.key.removeprefix(_KEY)))
    return _addresses(entry) if entry is not None else ("", "")


def _addresses(entry: AuditEntry) -> tuple[str, str]:
    """Before and after; '' where the entry does not speak of it."""
    detail = json.loads(entry.detail or "{}")
    before, after = detail.get("before", {}), detail.get("after", {})
    return str(before.get("email", "")), str(after.get("email", ""))
