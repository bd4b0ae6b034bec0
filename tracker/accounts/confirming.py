"""Confirming who one is once more before something sensitive: a new session takes the place of the one in use.

Owns: that exchange and its audit entry. Must not know the request nor check a password: the proof was given before.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import service
from tracker.accounts.models import SignedInSession
from tracker.accounts.service import Caller
from tracker.errors import NotFound

AUDIT_KIND = "identity_confirmed"


def confirm(
    session: Session, account_id: int, token_hash: str, caller: Caller, *, way: str, lasts: timedelta
) -> str:
    """The token of the new session, signed in now; the former one is over.

    `way`: password, oidc or demo. Raises NotFound where the session or the account ended meanwhile.
    """
    former = session.get(SignedInSession, token_hash)
    if former is None or former.account_id != account_id or former.revoked_at is not None:
        raise NotFound
    former.revoked_at = clock.now()
    return service.start_session(session, account_id, caller, lasts=lasts, kind=AUDIT_KIND, way=way)
