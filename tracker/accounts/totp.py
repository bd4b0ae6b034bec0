"""Codes of the second factor: TOTP (RFC 6238, SHA-1, 6 digits, 30 s) and recovery codes. Pure.

Owns: how secrets and codes are made and compared. Knows neither a table nor the clock: steps are given.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which the clock of a phone may be off, either way."""
RECOVERY_CODES = 10
_SECRET_BYTES = 20
_RECOVERY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_RECOVERY_LENGTH = 24
"""120 bits: enough for a plain hash (ASVS 6.5.2)."""
_GROUP = 4


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 advises."""
    return secrets.token_bytes(_SECRET_BYTES)


def as_typed(secret: bytes) -> str:
    """The secret in Base32, as authenticator apps take it."""
    return base64.b32encode(secret).decode("ascii")


def grouped(text: str) -> str:
    """In groups of four, to read and to type."""
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def step_at(moment: datetime) -> int:
    """The number of the 30-second step of an instant."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step."""
    import pyotp  # only where somebody has a second factor

    return pyotp.TOTP(as_typed(secret), interval=STEP_SECONDS).generate_otp(step)


def matching_step(secret: bytes, code: str, now_step: int, *, after: int) -> int | None:
    """The step whose code this is, one off at most and later than `after`; None for no such step."""
    digits = re.sub(r"\s", "", code)
    if not (digits.isascii() and digits.isdigit()):
        return None
    for step in range(now_step - DRIFT, now_step + DRIFT + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), digits):
            return step
    return None


def address_for_app(secret: bytes, *, login: str, issuer: str) -> str:
    """The otpauth: address that an authenticator app reads from the picture."""
    import pyotp

    return pyotp.TOTP(as_typed(secret), interval=STEP_SECONDS).provisioning_uri(
        name=login, issuer_name=issuer
    )


def picture_of(address: str) -> str:
    """The address as a QR code: an SVG in a data: address, black on white in either theme."""
    import segno

    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff"))


def new_recovery_codes() -> list[str]:
    """Ten codes of 24 characters, none that could be taken for another."""
    return [
        "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]


def hash_recovery_code(code: str) -> str | None:
    """What the table holds of it; None for what cannot be one. Blanks, hyphens and small letters are allowed."""
    plain = re.sub(r"[\s-]", "", code).upper()
    if len(plain) != _RECOVERY_LENGTH or not set(plain) <= set(_RECOVERY_LETTERS):
        return None
    return hashlib.sha256(plain.encode("ascii")).hexdigest()
