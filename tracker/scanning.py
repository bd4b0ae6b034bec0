"""Asking a scanner on this machine whether a file is known malware (clamd, command INSTREAM).

Owns: the talk with the scanner and what its answer means. Must not keep a byte of the file nor know whose it is. The
scanner is another program: it may be down, slow or talk nonsense, and a file is then taken or refused as is set.
"""

import logging
import re
import socket
import struct
from dataclasses import dataclass

from tracker.config import Settings
from tracker.errors import Invalid

SECONDS = 20.0
"""For the whole answer; a thread waits meanwhile."""
_BLOCK_BYTES = 64 * 1024
_MOST_ANSWER_BYTES = 1_000
_FOUND = re.compile(r"stream: ([\x21-\x7e]{1,120}) FOUND")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scanner:
    """Where the scanner listens: the path of a socket file, or `127.0.0.1:3310`."""

    address: str
    takes_when_down: bool = False
    seconds: float = SECONDS

    def check(self, content: bytes) -> None:
        """Let a clean file pass. Raises Invalid: file_malware; scanner_down where that is set to refuse."""
        try:
            answer = self._ask(content)
        except OSError as error:
            answer = type(error).__name__
        if answer == "stream: OK":
            return
        if found := _FOUND.fullmatch(answer):
            _log.warning("a file was refused by the scanner: %s", found[1])
            raise Invalid("files", "file_malware")
        said = "".join(letter for letter in answer[:80] if letter.isascii() and letter.isprintable())
        _log.error("the scanner gave no answer: %s", said)
        if not self.takes_when_down:
            raise Invalid("files", "scanner_down")

    def _ask(self, content: bytes) -> str:
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _BLOCK_BYTES):
                block = content[start : start + _BLOCK_BYTES]
                line.sendall(struct.pack("!I", len(block)) + block)
            line.sendall(struct.pack("!I", 0))
            answer = b""
            while b"\0" not in answer and len(answer) < _MOST_ANSWER_BYTES and (more := line.recv(500)):
                answer += more
        return answer.partition(b"\0")[0].decode("ascii", "replace").strip()

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.seconds)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self.seconds)


def scanner_of(settings: Settings) -> Scanner | None:
    """The scanner that is set, None for none."""
    if not settings.scan_address:
        return None
    return Scanner(settings.scan_address, takes_when_down=settings.scan_when_down == "accept")
