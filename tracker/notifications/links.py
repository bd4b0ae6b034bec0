"""Signed links that change one preference of one person and nothing else; they work without signing in.

Owns: what is signed and for which purpose. Must not know a request.
"""

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.notifications.kinds import BY_CODE

_PURPOSE = "tracker: preference of one kind of notice"


def token_for(secret_keys: tuple[str, ...], account_id: int, kind: str) -> str:
    """The token of a link for this person and kind."""
    return str(_signer(secret_keys).dumps([account_id, kind]))


def read_token(secret_keys: tuple[str, ...], token: str) -> tuple[int, str] | None:
    """Account and kind; None for a token that was not signed here for this purpose."""
    try:
        read = _signer(secret_keys).loads(token)
    except BadSignature:
        return None
    account_id, kind = read
    return (account_id, kind) if kind in BY_CODE else None


def _signer(secret_keys: tuple[str, ...]) -> URLSafeSerializer:
    """The first key signs; former keys still open what they signed (the library wants the newest last)."""
    return URLSafeSerializer(list(reversed(secret_keys)), salt=_PURPOSE)
