"""Passwords: Argon2id, and which ones are refused.

Owns: hashing, checking and the rules of a new password. Knows neither a table nor a request. A check costs about
140 ms of a core on purpose: never inside a transaction, never in bulk.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from tracker.accounts.common_passwords import is_common, is_of_words
from tracker.errors import Invalid
from tracker.text import fold

LONGEST = 256
_DIFFERENT_CHARACTERS = 5
_SHORTEST_NAME_PART = 4
hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store. The same password typed with composed or separate marks gives the same result."""
    return hasher.hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; as much work when there is no hash, so that time tells nothing."""
    if len(password) > LONGEST:
        password = ""
    try:
        hasher.verify(stored or _nobodys_hash(hasher), _normal(password))
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


def check_new(
    password: str, *, login: str, full_name: str, min_length: int, words: Iterable[str] = ()
) -> None:
    """Raises Invalid("password", …) for a password that is too short, too long, too simple or names the person.

    Too simple is also what stands in the list of common passwords, or is no more than a word of the product, a
    province or one of `words` (names of the person's units).
    """
    normal = _normal(password)
    if len(normal) < min_length:
        raise Invalid("password", "password_too_short", characters=min_length)
    if len(normal) > LONGEST:
        raise Invalid("password", "password_too_long", characters=LONGEST)
    if len(set(normal.casefold())) < _DIFFERENT_CHARACTERS or normal in "01234567890123456789":
        raise Invalid("password", "password_too_simple")
    if is_common(normal) or is_of_words(normal, words):
        raise Invalid("password", "password_common")
    letters = fold(normal).replace(" ", "")
    for part in (fold(login), fold(full_name).replace(" ", "")):
        if len(part) >= _SHORTEST_NAME_PART and part in letters:
            raise Invalid("password", "password_like_login")


@cache
def _nobodys_hash(of: PasswordHasher) -> str:
    return of.hash("nobody has this password")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode("utf-8")
