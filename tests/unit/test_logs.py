"""Lines of the log: one JSON object each."""

import json
import logging
import sys

from tracker.logs import JsonLines


def line(message: str, *arguments: object, **more: object) -> dict[str, object]:
    record = logging.LogRecord("tracker.jobs", logging.WARNING, "", 1, message, arguments, None)
    record.__dict__.update(more)
    text = JsonLines().format(record)
    assert "\n" not in text
    read: dict[str, object] = json.loads(text)
    return read


def test_a_message_is_told_with_its_level_and_place() -> None:
    told = line("job %s failed:\nwhy", "back_up")
    assert str(told.pop("time")).endswith("+00:00")
    assert told == {"level": "WARNING", "logger": "tracker.jobs", "message": "job back_up failed:\nwhy"}


def test_fields_stand_in_the_line_as_they_are() -> None:
    told = line("request", fields={"status": 200, "endpoint": "home.index"})
    told.pop("time")
    assert told == {"status": 200, "endpoint": "home.index"}


def test_an_error_brings_its_trace_in_the_same_line() -> None:
    try:
        raise ValueError("lỗi")
    except ValueError:
        told = line("request %s", "a", exc_info=sys.exc_info())
    assert str(told["exception"]).endswith("ValueError: lỗi")
