"""Mails in words, in the language of who gets them: one notice, or the digest of a morning.

Owns: what a mail says. Every address in it begins with the configured base URL. Must not decide when it leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask, current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.config import Settings
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import dossier
from tracker.issues.models import Issue
from tracker.issues.views.paper_words import lines_of
from tracker.issues.views.why_words import cycles_shown, row_words
from tracker.notifications import former_address, leaders, links, pages
from tracker.notifications.composing import Parts, message_of
from tracker.notifications.kinds import ADDRESS_CHANGED, LEADERS_DIGEST, OF_ACCOUNTS, kind_of
from tracker.notifications.models import Mode
from tracker.notifications.planning import is_of_morning
from tracker.notifications.service import modes_of
from tracker.notifications.truth import still_true
from tracker.outbox.models import Mail, Notice
from tracker.text import clean_line, format_date, mask_personal_data
from tracker.web.http import external_url
from tracker.web.i18n import gettext as _
from tracker.web.i18n import use_language

SHOWN = 50
"""Notices in one digest; the others are counted."""


@dataclass(frozen=True)
class Line:
    """A notice in a mail: the act first."""

    kind: str
    act: str
    happened: str
    number: str
    title: str
    when: str
    href: str
    why_href: str = ""
    """Where the date is explained; '' where there is none."""
    why: tuple[str, ...] = ()
    """Why it is due on that date, line by line; only where a mail is about one matter."""


def compose(session: Session, mail: Mail) -> EmailMessage | None:
    """The mail as it is true now; None where nothing in it is. Needs an application context."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    # Paths and language need a request; its host is one that is taken and stands in no address.
    with app.test_request_context(base_url=f"http://{settings.trusted_hosts[0].lstrip('.')}"):
        account = session.get_one(Account, mail.account_id)
        use_language(account.language)
        lines = _lines(session, mail)
        if mail.is_digest:
            return _digest(session, settings, mail, account, lines)
        return (
            _single(session, settings, mail, account, _explained(session, account, lines[0]))
            if lines
            else None
        )


def _explained(session: Session, account: Account, line: Line) -> Line:
    """With the reasons of the date that runs now, as the page and the print give them to this person."""
    if not line.number:
        return line
    today = clock.today()
    me, switches = actor_of(session, account, today), read_switches(session)
    found = dossier.read_by_number(session, me, line.number, switches=switches, today=today)
    if found is None or found.issue.due_on is None or not found.life.cycles:
        return line
    newest = cycles_shown(found)[0]
    said = [" ".join(part.text.split()) for part in lines_of("issues/_why.html", item=newest)]
    days = [" · ".join(row_words(run)) for run in newest["runs"]]
    return replace(line, why=(*said, *days), why_href="")


def _lines(session: Session, mail: Mail) -> list[Line]:
    notices = session.scalars(select(Notice).where(Notice.mail_id == mail.id).order_by(Notice.id)).all()
    true = [notice for notice in notices if still_true(session, notice)]
    true.sort(key=lambda notice: (not kind_of(notice.kind).is_duty, notice.id))
    return [_line(session, notice) for notice in true]


def _line(session: Session, notice: Notice) -> Line:
    issue = session.get(Issue, notice.issue_id) if notice.issue_id else None
    path = url_for("accounts.profile") if notice.kind in OF_ACCOUNTS else url_for("notices.inbox")
    if issue is not None:
        path = pages.acting_path(notice.kind, issue.number, issue.draft_key)
    why = pages.why_path(issue.number, issue.due_on) if issue is not None else ""
    return Line(
        kind=notice.kind,
        act=pages.to_do(notice.kind),
        happened=pages.happened(notice.kind),
        number=(issue.number or "") if issue else "",
        title=_title(issue.title) if issue else _about_address(session, notice),
        when=pages.date_line(issue.state, issue.due_on) if issue else pages.moment_line(notice.created_at),
        href=external_url(path),
        why_href=external_url(why) if why else "",
    )


def _about_address(session: Session, notice: Notice) -> str:
    if notice.kind != ADDRESS_CHANGED:
        return ""
    hint = former_address.hint_of(session, notice) or _("không có")
    return _(
        "Địa chỉ mới: %(address)s. Nếu không phải ông, bà đề nghị, hãy báo ngay quản trị hệ thống.",
        address=hint,
    )


def _title(text: str) -> str:
    return clean_line(mask_personal_data(text))


def _single(session: Session, settings: Settings, mail: Mail, account: Account, line: Line) -> EmailMessage:
    subject = " · ".join(part for part in (line.act, line.number, line.title) if part)
    if line.kind in OF_ACCOUNTS:
        subject = line.happened
    return _message(
        session, settings, mail, account, subject, kind=line.kind, lines=[line], more=0, late=[], late_count=0
    )


def _digest(
    session: Session, settings: Settings, mail: Mail, account: Account, lines: Sequence[Line]
) -> EmailMessage | None:
    today = clock.today()
    late, late_count = _late(session, account, today) if is_of_morning(mail) else ([], 0)
    if not lines and not late:
        return None
    day = format_date(today)
    if late_count:
        subject = _("%(n)s vướng mắc quá hạn, %(m)s thông báo (%(day)s)", n=late_count, m=len(lines), day=day)
    else:
        subject = _("%(n)s thông báo về khó khăn, vướng mắc (%(day)s)", n=len(lines), day=day)
    return _message(
        session,
        settings,
        mail,
        account,
        subject,
        kind=LEADERS_DIGEST if late else "",
        lines=lines[:SHOWN],
        more=max(0, len(lines) - SHOWN),
        late=late,
        late_count=late_count,
    )


def _late(session: Session, account: Account, today: date) -> tuple[Sequence[leaders.LateRow], int]:
    actor = actor_of(session, account, today)
    if not leaders.is_leader(actor) or modes_of(session, account.id)[LEADERS_DIGEST] is Mode.OFF:
        return [], 0
    return leaders.late_rows(session, actor, load_calendar(session), today)


def _message(
    session: Session,
    settings: Settings,
    mail: Mail,
    account: Account,
    subject: str,
    *,
    kind: str,
    **content: object,
) -> EmailMessage:
    preferences = url_for("notices.preferences")
    if kind and len(kind_of(kind).modes) > 1:
        token = links.token_for(settings.secret_keys(), account.id, kind)
        preferences = url_for("notices.preference_by_link", token=token)
    shown = content | {
        "preferences": external_url(preferences),
        "inbox": external_url(url_for("notices.inbox")),
        "title_of": _title,
        "issue_url": lambda number: external_url(url_for("issues.show", number=number)),
        "subject": subject,
        "language": account.language,
    }
    environment = current_app.jinja_env
    return message_of(
        Parts(
            key=f"{mail.key.replace(':', '.')}.{int(mail.created_at.timestamp())}",
            host=urlsplit(settings.base_url).hostname or "localhost",
            sender=settings.smtp_from,
            sender_name=read_switches(session).province_name,
            address=former_address.address_for(session, mail, account),
            name=account.full_name,
            subject=subject,
            text=environment.get_template("notifications/mail.txt").render(shown).strip() + "\n",
            html=environment.get_template("notifications/mail.html").render(shown),
            preferences_url=external_url(preferences),
        )
    )
