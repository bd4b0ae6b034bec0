"""A mail server on this machine that keeps what it takes and misbehaves as told. Knows nothing of the tracker."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

Whim = Callable[[str], str | None]
"""Recipient → the answer with which it is refused; None: taken."""


@dataclass
class MailHost:
    """What came in, and how it behaves. The whims are asked for each recipient at RCPT and at DATA."""

    at_rcpt: Whim = lambda _address: None
    at_data: Whim = lambda _address: None
    hangs_for: set[str] = field(default_factory=set)
    drops_for: set[str] = field(default_factory=set)
    """Takes the mail, then breaks off without a word."""
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        refusal = self.at_rcpt(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        """Take or refuse one mail."""
        (address,) = envelope.rcpt_tos
        if address in self.hangs_for:
            await asyncio.sleep(3600)
        refusal = self.at_data(address)
        if refusal:
            return refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((address, message))
        if address in self.drops_for:
            self.drops_for.discard(address)
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def ids(self) -> list[str]:
        """Message-IDs in the order in which they came."""
        return [str(message["Message-ID"]) for _, message in self.taken]


@contextmanager
def mail_host() -> Iterator[MailHost]:
    """A server on a free port of the loopback."""
    with socket.socket() as free:  # the library tries its own port, so it must know it beforehand
        free.bind(("127.0.0.1", 0))
        host = MailHost(port=free.getsockname()[1])
    controller = Controller(host, hostname="127.0.0.1", port=host.port)
    controller.start()
    try:
        yield host
    finally:
        controller.stop(no_assert=True)
