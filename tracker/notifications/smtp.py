"""The line to the mail server.

Owns: connecting (TLS with the certificate checked), sending one mail, and what each refusal means. Must not know a
notice nor the database. Nothing here waits without end: every step has the timeout.
"""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType

from tracker.config import Settings

TIMEOUT_SECONDS = 15.0
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_ERROR_CHARACTERS = 300
_NO_MORE_HERE = 421
_FOR_GOOD = 500


class MailFault(Exception):
    """A mail that was not taken; the text says what the server said, on one line."""


class NotNow(MailFault):
    """This mail is to be tried again later."""


class NoLine(MailFault):
    """The server cannot be spoken with at all, or broke off: nothing is known about this mail."""


class RefusedForGood(MailFault):
    """Nobody at that address, or the server will never take this mail."""


class MailLine:
    """A connection that is opened with the first mail, and anew after it broke."""

    def __init__(self, settings: Settings, timeout: float = TIMEOUT_SECONDS) -> None:
        self._settings = settings
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "MailLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, message: EmailMessage, address: str) -> None:
        """Hand one mail over to the server. Raises NotNow, NoLine, RefusedForGood."""
        if not is_address(address):
            raise RefusedForGood("not an address of mail")
        server = self._server or self._connect()
        try:
            server.sendmail(self._settings.smtp_from, [address], message.as_bytes(policy=SMTP))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise self._refusal(code, said) from error
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            is_ours = isinstance(
                error, smtplib.SMTPSenderRefused
            )  # every mail has that sender: it is not this one's fault
            raise self._refusal(error.smtp_code, error.smtp_error, is_ours=is_ours) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise NoLine(_one_line(error)) from error

    def _refusal(self, code: int, said: bytes | str, *, is_ours: bool = False) -> MailFault:
        text = f"{code} {_one_line(said)}"
        if code == _NO_MORE_HERE:
            self._hang_up()
            return NotNow(text)
        return NotNow(text) if code < _FOR_GOOD or is_ours else RefusedForGood(text)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        port = settings.smtp_port or _PORTS[settings.smtp_security]
        try:
            if settings.smtp_security == "implicit":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.smtp_host, port, timeout=self._timeout, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(settings.smtp_host, port, timeout=self._timeout)
            self._server = server
            if settings.smtp_security == "starttls":
                server.starttls(
                    context=ssl.create_default_context()
                )  # a server without it is not spoken with
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise NoLine(_one_line(error)) from error
        return server

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()


def is_address(text: str) -> bool:
    """Whether mail can go there: one plain address, nothing that could become a second one or a header."""
    return _ADDRESS.fullmatch(text) is not None


def _one_line(said: object) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said) or type(said).__name__
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_ERROR_CHARACTERS]
