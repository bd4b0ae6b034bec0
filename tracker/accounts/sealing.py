"""Secrets that must be read again are kept encrypted: whoever copies the database alone cannot use them.

Owns: how the key is derived from the secret key of the instance. Knows neither a table nor a request. The first line
of the secret key file seals; further lines are former keys and only open.
"""

import base64
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_PURPOSE = b"tracker: secret of a second factor"


class Seal:
    """Seals with the first key, opens with any. AES-128-CBC with HMAC-SHA256 (Fernet), keys by HKDF-SHA256.

    What is sealed for one purpose is not opened for another.
    """

    def __init__(self, secret_keys: tuple[str, ...], purpose: bytes = _PURPOSE) -> None:
        self._secret_keys, self._purpose = secret_keys, purpose

    @cached_property
    def _fernet(self) -> "MultiFernet":
        """Made at the first use: most processes never seal, and the library is large."""
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(_derived(key, self._purpose)) for key in self._secret_keys])

    def close(self, secret: bytes) -> str:
        """The sealed secret, as text."""
        return self._fernet.encrypt(secret).decode("ascii")

    def open(self, sealed: str) -> bytes | None:
        """The secret; None where it was sealed with a key that is gone, or changed by somebody."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode("ascii", "replace"))
        except InvalidToken:
            return None

    def renew(self, sealed: str) -> str:
        """The same secret sealed with the first key. Only for what `open` opens."""
        return self._fernet.rotate(sealed.encode("ascii")).decode("ascii")


def _derived(secret_key: str, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
    return base64.urlsafe_b64encode(key)
