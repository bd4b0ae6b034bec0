"""Telling a person what happened to his account: another device, changed credentials, another address.

Owns: which entries of the audit log are told, and the devices known of a person. It listens to the log, so that a new
way of changing credentials needs its kind here and nothing else. Must not read a request.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.devices import browser_of, system_of
from tracker.accounts.models import SignedInSession
from tracker.audit.models import AuditEntry
from tracker.notifications import former_address
from tracker.notifications.kinds import ADDRESS_CHANGED
from tracker.notifications.models import KnownDevice
from tracker.outbox.service import put

CREDENTIALS = frozenset(
    {
        "password_changed",
        "password_link_used",
        "second_factor_on",
        "second_factor_off",
        "second_factor_removed",
        "recovery_codes_renewed",
        "recovery_code_used",
        "identity_bound",
    }
)


def tell(session: Session, entry: AuditEntry, about: int | None) -> None:
    """Told with each entry of the audit log; `about` is the account that the entry concerns."""
    if about is None:
        return
    if entry.kind in CREDENTIALS:
        put(session, "credentials_changed", account_id=about, key=f"audit:{entry.id}")
    elif former_address.had_another(entry):
        put(session, ADDRESS_CHANGED, account_id=about, key=former_address.key_of(entry))
    elif entry.kind == "sign_in":
        _tell_of_device(session, entry, about)


def _tell_of_device(session: Session, entry: AuditEntry, account_id: int) -> None:
    """The first device of all is nothing odd."""
    device = session.scalar(
        select(SignedInSession.device)
        .where(SignedInSession.account_id == account_id)
        .order_by(SignedInSession.created_at.desc())
        .limit(1)
    )
    name = f"{browser_of(device or '')}/{system_of(device or '')}"
    known = set(session.scalars(select(KnownDevice.device).where(KnownDevice.account_id == account_id)))
    if name in known:
        return
    session.add(KnownDevice(account_id=account_id, device=name))
    session.flush()
    if known:
        put(session, "sign_in_new_device", account_id=account_id, key=f"audit:{entry.id}")
