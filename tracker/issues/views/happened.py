"""An event of the history, finished for its small template.

Owns: words and dates in what an event carries. Must not query nor decide what may be read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import url_for

from tracker import clock
from tracker.issues.models import Answer, Audience, Issue
from tracker.issues.queries import EventView, FileView
from tracker.issues.views import wording
from tracker.issues.workflow import IssueState
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.labels import LABELS, label

_TEMPLATES = Path(__file__).parents[2] / "templates" / "issues" / "events"
_KNOWN = frozenset(path.stem for path in _TEMPLATES.glob("[a-z]*.html"))
_ENUM_OF = {
    "work_kind": "WorkKind",
    "kind": "AnswerKind",
    "outcome": "Outcome",
    "state": "IssueState",
    "addressee": "Addressee",
    "what": "Reminding",
    "why": "EndedBy",
}
_ANSWERS = ("answer_approved", "document_sent")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class FileShown:
    """A file to download."""

    id: int
    href: str
    name: str
    size: str
    purpose: str


@dataclass(frozen=True)
class EventShown:
    """What an event's template reads."""

    seq: int
    kind: str
    template: str
    by: str
    at: str
    at_iso: str
    acting_for: str
    """The absent person for whom a deputy acted; '' where it was recorded for a leader."""
    recorded: str
    """For which leader who wrote it down, and from what; '' where nobody did."""
    word: str
    """What the leader said to it: "waiting", "objected" or ''."""
    is_internal: bool
    payload: dict[str, Any]
    words: dict[str, str]
    dates: dict[str, str]
    citations: list[str]
    level_text: str
    kind_text: str
    files: list[FileShown] = field(default_factory=list)
    is_shown_above: bool = False
    """It is the answer that stands above the history already."""


def newest_answer(events: list[EventShown], issue: Issue, stored: Answer | None) -> EventShown | None:
    """The event that brought the answer which holds, marked as shown above the history.

    The number of a letter may have come later than the letter: it is that of the stored answer. Once nobody is
    asked any more, the date until which communes reply is left to the history.
    """
    for place, event in enumerate(events):
        if event.kind in _ANSWERS and "content" in event.payload:
            events[place] = replace(event, is_shown_above=True)
            shown = _with_number(event, stored)
            dates = dict(shown.dates)
            if issue.state is not IssueState.ANSWERED:
                dates.pop("reply_due_on", None)
            return replace(shown, dates=dates)
    return None


def _with_number(event: EventShown, stored: Answer | None) -> EventShown:
    if stored is None or stored.id != event.payload.get("answer_id") or stored.document_on is None:
        return event
    return replace(
        event,
        payload=event.payload | {"document_number": stored.document_number},
        dates=event.dates | {"document_on": format_date(stored.document_on)},
    )


def events_shown(
    events: Iterable[EventView], issue: Issue, words: Mapping[int, str] | None = None
) -> list[EventShown]:
    """The events in the order in which they come; `words`: what leaders said to what was recorded, by seq."""
    said = words or {}
    return [_shown(event, issue, said.get(event.seq, "")) for event in events]


def _shown(event: EventView, issue: Issue, word: str) -> EventShown:
    payload = _with_days(event.payload)
    known = event.kind if event.kind in _KNOWN else "other"
    by = ", ".join(part for part in (event.actor_name, event.unit_name) if part)
    recorded = _recorded(event)
    return EventShown(
        seq=event.seq,
        kind=event.kind,
        template=f"issues/events/{known}.html",
        by=by or _("Hệ thống"),
        at=wording.moment(event.at),
        at_iso=clock.local(event.at).isoformat(timespec="minutes"),
        acting_for="" if recorded else event.acting_for_name or "",
        recorded=recorded,
        word=word,
        is_internal=event.audience is Audience.DEPARTMENTS,
        payload=payload,
        words=_words(payload),
        dates=_dates(payload),
        citations=[_citation(row) for row in payload.get("citations", ())],
        level_text=wording.level_words(payload.get("level") or 0),
        kind_text=_("Cập nhật hồ sơ"),
        files=[file_shown(issue, item) for item in event.files],
    )


def _recorded(event: EventView) -> str:
    payload = event.payload
    if not payload.get("leader") or not (payload.get("source") or payload.get("by_assistant")):
        return ""
    both = {"leader": payload["leader"], "name": event.actor_name}
    if not payload.get("source"):
        return _("Ghi thay: %(leader)s, do %(name)s ghi", **both)
    source = label(f"DirectiveSource.{payload['source']}")
    day = format_date(date.fromisoformat(payload["decided_on"]))
    return _(
        "Ghi thay: %(leader)s, do %(name)s ghi, theo %(source)s ngày %(day)s", **both, source=source, day=day
    )


def _words(payload: dict[str, Any]) -> dict[str, str]:
    keys = {name: f"{enum}.{payload[name]}" for name, enum in _ENUM_OF.items() if payload.get(name)}
    return {name: label(key) for name, key in keys.items() if key in LABELS}


def _dates(payload: dict[str, Any]) -> dict[str, str]:
    return {
        name: format_date(date.fromisoformat(value))
        for name, value in payload.items()
        if name.endswith("_on") and isinstance(value, str) and _ISO_DATE.fullmatch(value)
    }


def _with_days(payload: dict[str, Any]) -> dict[str, Any]:
    """Each question to a department with its date in words."""
    rows = payload.get("opinions")
    if not rows:
        return payload
    days = [{**row, "due": format_date(date.fromisoformat(row["due_on"]))} for row in rows]
    return payload | {"opinions": days}


def _citation(row: dict[str, str]) -> str:
    until = row.get("valid_until")
    return citation_words(row["document"], format_date(date.fromisoformat(until)) if until else "")


def citation_words(document: str, valid_until: str) -> str:
    """A legal basis with the day on which it lapses, if one is known."""
    if not valid_until:
        return document
    return _("%(document)s (hết hiệu lực ngày %(day)s)", document=document, day=valid_until)


def file_shown(issue: Issue, item: FileView) -> FileShown:
    """A file of an issue or of a draft as a link."""
    if issue.number:
        href = url_for("issues.file", number=issue.number, file_id=item.id)
    else:
        href = url_for("issues.draft_file", draft_key=issue.draft_key, file_id=item.id)
    return FileShown(
        item.id, href, item.filename, file_size(item.byte_size), label(f"FilePurpose.{item.purpose}")
    )


def file_size(byte_size: int) -> str:
    """'1,4 MB' or '320 KB'."""
    kilobytes = max(1, round(byte_size / 1000))
    if kilobytes < 1000:
        return f"{kilobytes} KB"
    return f"{byte_size / 1_000_000:.1f} MB".replace(".", ",")
