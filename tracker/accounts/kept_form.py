"""What somebody was about to send when he was asked who he is: sealed, so that it travels and comes back unchanged.

Owns: which fields are kept and how they are sealed. Pure: knows neither the request nor a table. Files are not kept.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.accounts.sealing import Seal

MOST_BYTES = 1_000_000
"""Sealed and sent again as a form it must stay below the limit of a form without files."""
PURPOSE = b"tracker: form kept while its sender confirms his identity"
_NEVER = ("csrf_token", "password", "one_time_code")


@dataclass(frozen=True)
class KeptForm:
    """A form of one person: where it goes, and its fields in their order."""

    account_id: int
    path: str
    fields: tuple[tuple[str, str], ...]


def keep(seal: Seal, account_id: int, path: str, fields: Iterable[tuple[str, str]]) -> str:
    """The sealed form without tokens, passwords and codes; '' where it is too long to be kept whole."""
    kept = [(name, value) for name, value in fields if not any(word in name for word in _NEVER)]
    content = json.dumps([account_id, path, kept], ensure_ascii=False).encode()
    return seal.close(content) if len(content) <= MOST_BYTES else ""


def take_out(seal: Seal, sealed: str, account_id: int) -> KeptForm | None:
    """The form as it was; None for another person's, and for what we never sealed."""
    content = seal.open(sealed) if sealed else None
    if content is None:
        return None
    owner, path, fields = json.loads(content)
    if owner != account_id:
        return None
    return KeptForm(owner, path, tuple((name, value) for name, value in fields))
