"""One mail from its parts: headers that nobody can add to, a text and a simple page of the same content.

Owns: the form of a mail. Must not know what it is about.
"""

import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

_SUBJECT_CHARACTERS = 180
_NAME_CHARACTERS = 80
_WITHOUT_SPECIALS = str.maketrans(dict.fromkeys('()<>[]:;@\\,."', " "))
_NOT_IN_HEADERS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class Parts:
    """What a mail is made of. `key` is the same at each try and in no other mail of this instance."""

    key: str
    host: str
    sender: str
    sender_name: str
    address: str
    name: str
    subject: str
    text: str
    html: str
    preferences_url: str


def message_of(parts: Parts) -> EmailMessage:
    """The mail. Control, invisible and line-breaking characters in names and subjects become spaces."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name(parts.sender_name), addr_spec=parts.sender)
    message["To"] = Address(display_name(parts.name), addr_spec=parts.address)
    message["Subject"] = header_text(parts.subject, _SUBJECT_CHARACTERS)
    message["Message-ID"] = f"<{parts.key}@{parts.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Unsubscribe"] = f"<{parts.preferences_url}>"
    message.set_content(parts.text, cte="base64")
    message.add_alternative(parts.html, subtype="html", cte="base64")
    return message


def display_name(name: str) -> str:
    """A name that needs no quotes: where a long one is folded, the email package may lose them (RFC 5322, 3.2.3)."""
    return header_text(name.translate(_WITHOUT_SPECIALS), _NAME_CHARACTERS)


def header_text(text: str, limit: int) -> str:
    """One clean line of at most `limit` characters, whatever was typed; never an encoded word of somebody else."""
    kept = "".join(" " if unicodedata.category(char) in _NOT_IN_HEADERS else char for char in text)
    line = " ".join(kept.replace("=?", "= ?").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
