"""The mail server of the simulated year: takes what comes, now and then refuses for a while, and remembers when.

Owns: what was taken at which moment. Must not know what is right.
"""

import random
from collections import Counter
from datetime import datetime
from email.message import EmailMessage

from tracker import clock
from tracker.notifications.smtp import MailLine, NotNow

REFUSED = 0.02
"""So many of all tries are put off."""


class PostBox(MailLine):
    """In the place of the connection to a server."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._server = None
        self.ids: Counter[str] = Counter()
        self.taken: list[tuple[datetime, str]] = []
        """Moment and Message-ID, in their order."""

    def send(self, message: EmailMessage, address: str) -> None:
        """Take the mail or put it off."""
        if self._chance.random() < REFUSED:
            raise NotNow("451 try again later")
        key = str(message["Message-ID"])
        self.ids[key] += 1
        self.taken.append((clock.now(), key))
