"""The log of the processes that serve: one JSON object a line on standard error.

Owns: the form of a line. Must not know who writes one; nothing personal belongs into it.
"""

import json
import logging
from datetime import UTC, datetime

REQUESTS = "tracker.requests"


class JsonLines(logging.Formatter):
    """A record as one line. What `extra={"fields": …}` gives stands in it as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        }
        fields = getattr(record, "fields", None)
        if fields is not None:
            line |= fields
        else:
            line |= {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def to_stderr() -> None:
    """Write the log of this process and of those forked from it; call it before the application is made."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO)
