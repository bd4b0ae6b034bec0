"""What a short message is and which numbers can take one.

Owns: the shape of a message and how a number is written. Must not know the gateway: what speaks with it is large and is
loaded by the worker alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sms:
    """A message. `key` is the same at each try and in no other message of this instance."""

    key: str
    text: str


def telephone(written: str) -> str:
    """The number as +84…, or as it is written with another +; '' for what is none."""
    kept = "".join(char for char in written if char not in " .-()")
    digits = kept.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 15):
        return ""
    if kept.startswith("+"):
        return kept
    return f"+84{digits[1:]}" if digits.startswith("0") else f"+{digits}"
