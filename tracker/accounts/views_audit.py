"""The page of the audit log, for the administrator and for who follows without acting.

Owns: the page. It changes nothing, and no other address leads to the log.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.accounts.models import Account
from tracker.accounts.people_queries import people_meant
from tracker.audit import queries
from tracker.audit.queries import AuditFilter, AuditLine
from tracker.clock import LOCAL_ZONE
from tracker.db import db
from tracker.directory.forms import to_key
from tracker.permissions import Permission
from tracker.text import clean_line
from tracker.web.access import requires
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels_of_audit import audit_words
from tracker.web.pages import AdminEntry, NavEntry, page

blueprint = Blueprint("audit", __name__)
MOST_MEANT = 20
UNKNOWN = 0
"""The key of nobody."""
MAIN_PAGES = (NavEntry("audit.index", _l("Nhật ký an ninh"), Permission.SEE_AUDIT, 95),)
ADMIN_PAGES = (
    AdminEntry(
        "audit.index",
        _l("Nhật ký an ninh"),
        _l("Ai đã thay đổi gì, đăng nhập, bị từ chối."),
        Permission.SEE_AUDIT,
        95,
    ),
)


@blueprint.get("/audit")
@requires(Permission.SEE_AUDIT)
def index() -> Response:
    """The log, newest first."""
    args = request.args
    first, last = _day(args.get("from")), _day(args.get("to"))
    person, meant = _person(args.get("person"), args.get("who", ""))
    filters = AuditFilter(
        kind=args.get("kind", "")[:40],
        account_id=person.id if person else UNKNOWN if meant is not None else None,
        since=_start_of(first) if first else None,
        until=_start_of(last + timedelta(days=1)) if last else None,
    )
    lines, next_after = queries.entries(db.session, filters, after=to_key(args.get("after")))
    kept: dict[str, Any] = {name: args[name] for name in ("kind", "from", "to") if args.get(name)}
    others = [
        (each.full_name, each.login, url_for("audit.index", **kept, person=each.id)) for each in meant or []
    ]
    if person is not None:
        kept["person"] = person.id
    return page(
        "accounts/audit.html",
        lines=lines,
        people=_names(lines),
        kinds=sorted(((kind, audit_words(kind)) for kind in queries.kinds(db.session)), key=lambda p: p[1]),
        words=audit_words,
        filters=filters,
        who=person.login if person else clean_line(args.get("who", ""))[:120],
        others=others if person is None else [],
        first=first.isoformat() if first else "",
        last=last.isoformat() if last else "",
        next_href=url_for("audit.index", **kept, after=next_after) if next_after else None,
        first_href=url_for("audit.index", **kept) if args.get("after") else None,
    )


def _person(key: str | None, typed: str) -> tuple[Account | None, list[Account] | None]:
    """The one person meant by a key or by what was typed, and all who may be meant; None where nobody is asked for."""
    typed = clean_line(typed)[:120]
    if typed:
        meant = people_meant(db.session, typed, MOST_MEANT)
        return (meant[0] if len(meant) == 1 else None), meant
    if not key:
        return None, None
    found = db.session.get(Account, to_key(key) or UNKNOWN)
    return found, [found] if found is not None else []


def _names(lines: Iterable[AuditLine]) -> dict[int, str]:
    keys = {key for line in lines for key in (line.entry.account_id, line.person_id) if key is not None}
    rows = db.session.execute(select(Account.id, Account.full_name).where(Account.id.in_(keys))).all()
    return {row.id: row.full_name for row in rows}


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL_ZONE)
