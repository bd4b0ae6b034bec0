"""Notices in words: the line of the inbox, the address behind it, the four lines for a chat group.

Owns: how a notice is put together from its labels. Must not query, nor hold a text.
"""

from datetime import date, datetime

from flask import url_for

from tracker import clock
from tracker.issues.workflow import ENDED, Act, IssueState, is_possible
from tracker.notifications.kinds import BY_CODE, OF_ACCOUNTS, OF_DIRECTIVES, OF_LEVELS, kind_of
from tracker.notifications.queries import NoticeRow
from tracker.text import clean_line, format_date, format_time, mask_personal_data
from tracker.web.http import external_url
from tracker.web.labels import label


def happened(kind: str) -> str:
    """What happened."""
    return label(f"notice.{kind}") if kind in BY_CODE else label("notice_line.other")


def to_do(kind: str) -> str:
    """What to do about it, as on a button."""
    return label(f"notice_act.{kind}") if kind in BY_CODE else label("notice_line.look")


def is_past(row: NoticeRow) -> bool:
    """Whether what the notice asks for is over, as far as the state and the owner of the matter tell.

    The inbox is read far more often than a mail is sent; `truth.still_true` asks all the rules, for one notice.
    """
    kind = kind_of(row.kind)
    if row.state is None or not kind.is_duty or row.kind in OF_ACCOUNTS:
        return False
    if row.kind in OF_LEVELS:
        return row.level == 0
    if kind.act is Act.ASSIGN and row.has_owner:
        return True
    if kind.act is not None:
        return not is_possible(kind.act, row.state)
    is_waiting = row.state is not IssueState.ANSWERED or row.kind in OF_DIRECTIVES
    return row.state in ENDED or not is_waiting


def path_of(row: NoticeRow) -> str:
    """The page on which the person acts; '' where he may not see the matter any more."""
    if row.kind in OF_ACCOUNTS:
        return url_for("accounts.profile")
    if not row.is_visible:
        return ""
    return acting_path(row.kind, row.number, row.draft_key)


def acting_path(kind: str, number: str | None, draft_key: str) -> str:
    """Where the person acts: what directives ask stands on their own page, for communes there alone."""
    if kind in OF_DIRECTIVES:
        return url_for("issues.directives_list")
    return issue_path(number, draft_key)


def issue_path(number: str | None, draft_key: str) -> str:
    """The page of an issue or of a draft."""
    return url_for("issues.show", number=number) if number else url_for("issues.draft", draft_key=draft_key)


def why_path(number: str | None, due_on: date | None) -> str:
    """The page that explains the date day by day; '' where no promise runs."""
    return url_for("issues.why", number=number) if number and due_on is not None else ""


def date_line(state: IssueState | None, due_on: date | None) -> str:
    """Until when it is due, else where it stands."""
    if due_on is not None:
        return label("notice_line.due", day=format_date(due_on))
    return label(f"IssueState.{state.value}") if state is not None else ""


def moment_line(moment: datetime) -> str:
    """When it happened."""
    here = clock.local(moment)
    return f"{format_time(here)} {format_date(here)}"


def chat_message(row: NoticeRow) -> str:
    """Four lines for a chat group: number, matter, date, link; no personal data. '' for what has no number."""
    if not row.is_visible or not row.number:
        return ""
    title = clean_line(mask_personal_data(row.title))
    here = external_url(issue_path(row.number, row.draft_key))
    return "\n".join((row.number, title, date_line(row.state, row.due_on), here))
