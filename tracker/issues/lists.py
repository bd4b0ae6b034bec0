"""Lists of issues: filters, pages by key, capped counts, what is new.

Owns: every query that gives many issues. Reads only columns that a list shows; never OFFSET, never a full count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from tracker.accounts.actor import Actor
from tracker.accounts.models import Account
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.clocks import Lateness
from tracker.directory.models import Field, Unit, UnitKind
from tracker.index.query import MOST_WORDS
from tracker.issues import searching
from tracker.issues.list_conditions import desk_is_late, has_owner, lacks_number
from tracker.issues.listing import COUNT_CAP, CappedCount, IssueFilter, IssueRow, Page, Scope, capped
from tracker.issues.models import Issue, IssueAccess, IssueParty
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.rights import visible_to
from tracker.issues.searching import TEXT_LIMIT
from tracker.issues.stages import StageKind
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.todo_filters import todo_condition
from tracker.issues.workflow import NOT_SENT
from tracker.permissions import Permission
from tracker.text import folded_words

__all__ = ["COUNT_CAP", "TEXT_LIMIT", "CappedCount", "IssueFilter", "IssueRow", "Page", "Scope"]

ROWS_PER_PAGE = 25
ROWS_OF_SEARCH = 15
"""What was found shows the words around it: two lines more a row, so that a page stays as long and as light."""
AGE_BANDS: dict[str, tuple[int, int | None]] = {
    "0-5": (0, 5),
    "6-10": (6, 10),
    "11-20": (11, 20),
    "21+": (21, None),
}
"""Working days since day zero, as leaders read them."""


def list_issues(
    session: Session,
    actor: Actor,
    filters: IssueFilter,
    *,
    calendar: WorkingCalendar,
    today: date,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """A page of the issues that the person may read, newest first, older than the key `after`.

    With `before` the page that ends where the key begins; what would be less than a page is the first one.
    """
    source = _source(session, actor, filters, calendar, today)
    limit = ROWS_OF_SEARCH if filters.text else ROWS_PER_PAGE
    if before is not None and (found := _page_before(session, source, before, limit)):
        return found
    after = after if before is None else None
    paged = source.where(source.selected_columns[0] < after) if after is not None else source
    rows, total = _rows_and_total(session, paged, source, limit + 1, is_searched=bool(filters.text))
    next_after = rows[limit - 1].id if len(rows) > limit else None
    previous = rows[0].id if rows and after is not None else None
    return Page(rows[:limit], next_after, total, previous)


def _page_before(session: Session, source: Select[Any], before: int, limit: int) -> Page | None:
    """The page whose last row is the next newer one; None where that is no more than the first page."""
    key = source.selected_columns[0]
    keys = list(session.scalars(source.where(key > before).order_by(key).limit(limit + 1)))
    if len(keys) <= limit:
        return None
    rows = read_rows(session, keys[:limit])
    return Page(rows, rows[-1].id, _capped(session, source), rows[0].id)


def row_pages(
    session: Session,
    actor: Actor,
    filters: IssueFilter,
    *,
    calendar: WorkingCalendar,
    today: date,
    size: int,
) -> Iterator[list[IssueRow]]:
    """The whole list as `list_issues` orders it, `size` rows at a time; never more than these in memory."""
    source = _source(session, actor, filters, calendar, today)
    key = source.selected_columns[0]
    rows = _rows(session, source, size)
    while rows:
        yield rows
        rows = _rows(session, source.where(key < rows[-1].id), size) if len(rows) == size else []


def count_issues(
    session: Session, actor: Actor, filters: IssueFilter, *, calendar: WorkingCalendar, today: date
) -> CappedCount:
    """How many issues the filter finds, up to the cap."""
    return _capped(session, _source(session, actor, filters, calendar, today))


def has_more_than(
    session: Session,
    actor: Actor,
    filters: IssueFilter,
    most: int,
    *,
    calendar: WorkingCalendar,
    today: date,
) -> bool:
    """Whether the filter finds more issues than that."""
    source = _source(session, actor, filters, calendar, today).limit(most + 1)
    return (session.scalar(select(func.count()).select_from(source.subquery())) or 0) > most


def _capped(session: Session, source: Select[Any]) -> CappedCount:
    return capped(session.scalar(_counted(source)) or 0)


def _counted(source: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(source.limit(COUNT_CAP + 1).subquery())


def _source(
    session: Session, actor: Actor, filters: IssueFilter, calendar: WorkingCalendar, today: date
) -> Select[Any]:
    """Keys of the issues: from the reading rights of one unit where that decides, so that an index serves it.

    A text is looked for in the index of texts first, and then as everywhere who may read.
    """
    units = sorted(actor.unit_ids)
    ids = select(Issue.id)
    conditions = _conditions(actor, filters, calendar, today)
    if filters.todo is not None:
        conditions.append(todo_condition(session, actor, filters.todo, calendar, today))
    if filters.state in NOT_SENT:
        drafts = ids.where(Issue.state == filters.state, Issue.raised_by_id.in_(units), *conditions)
        return drafts.where(_words_of_draft(filters.text)) if filters.text else drafts
    sees_all = actor.has(Permission.SEE_ALL_ISSUES)
    if filters.text:
        asks_more = bool(conditions) or filters.is_open is not None or not sees_all
        ids = searching.found(session, filters.text, filters.named_ids, is_joined=asks_more)
        if not asks_more:
            return ids
    if sees_all:
        return ids.where(*_sent_and_open(filters), *conditions)
    if len(units) != 1:
        return ids.where(visible_to(actor), *_sent_and_open(filters), *conditions)
    if filters.text:
        ids = ids.join(IssueAccess, IssueAccess.issue_id == Issue.id)
    else:
        ids = select(IssueAccess.issue_id)
        if conditions:
            ids = ids.join(Issue, Issue.id == IssueAccess.issue_id)
    ids = ids.where(IssueAccess.unit_id == units[0])
    if filters.is_open is not None:
        ids = ids.where(IssueAccess.is_open.is_(filters.is_open))
    return ids.where(*conditions)


def _sent_and_open(filters: IssueFilter) -> list[ColumnElement[bool]]:
    """What is open was sent: asking for its number too would lead the database past the index of open issues."""
    if filters.is_open:
        return [Issue.is_open.is_(True)]
    sent: list[ColumnElement[bool]] = [Issue.number.is_not(None)]
    return sent if filters.is_open is None else [*sent, Issue.is_open.is_(False)]


def _conditions(
    actor: Actor, filters: IssueFilter, calendar: WorkingCalendar, today: date
) -> list[ColumnElement[bool]]:
    columns = (
        (Issue.state, filters.state if filters.state not in NOT_SENT else None),
        (Issue.outcome, filters.outcome),
        (Issue.holder_id, filters.unit_id),
        (Issue.raised_by_id, filters.raised_by_id),
    )
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in columns if value is not None
    ]
    owner = [] if filters.owner_id is None else [has_owner(filters.owner_id, is_open=filters.is_open)]
    flags = ((Issue.is_urgent, filters.is_urgent), (Issue.awaits_routing, filters.awaits_routing))
    conditions += owner + [column.is_(value) for column, value in flags if value is not None]
    if filters.scope is not Scope.ALL:
        conditions.append(_scope(actor, filters.scope))
    if filters.lateness is not None:
        conditions.append(_lateness(filters.lateness, today))
    if filters.lacks_number:
        conditions.append(lacks_number())
    if filters.is_consulted:
        conditions.append(_is_consulted(actor))
    if filters.is_desk_overdue:
        conditions.append(_is_desk_overdue(actor, filters, today))
    asked = ((filters.is_raised, Issue.level >= 1), (filters.is_without_news, Issue.no_news_on <= today))
    conditions += [condition for is_asked, condition in asked if is_asked]
    if filters.field is not None:
        conditions.append(_has_field(filters))
    if filters.commune_id is not None:
        conditions.append(_has_party(filters.commune_id))
    if filters.age is not None:
        conditions.append(_age(filters.age, calendar, today))
    if filters.changed_since is not None:
        conditions.append(Issue.changed_at > filters.changed_since)
    return conditions


def _has_field(filters: IssueFilter) -> ColumnElement[bool]:
    """Beside a unit, a person or a commune never looked up by its own index, which leads through all closed issues."""
    is_narrow = filters.unit_id or filters.owner_id or filters.commune_id
    column = Issue.field_id + 0 if is_narrow else Issue.field_id.expression
    return column == select(Field.id).where(Field.code == filters.field).scalar_subquery()


def _is_desk_overdue(actor: Actor, filters: IssueFilter, today: date) -> ColumnElement[bool]:
    """Late at the desk itself: with the coordinator where routing is awaited, else at intake or approval."""
    kinds = (StageKind.ROUTING,) if filters.awaits_routing else (StageKind.INTAKE, StageKind.APPROVAL)
    late = desk_is_late(today, *kinds)
    if actor.has(Permission.SEE_ALL_ISSUES):
        return late
    units = sorted({unit_id for role, unit_id in actor.grants if role in GROUP_ROLES})
    return and_(late, Issue.holder_id.in_(units))


def _is_consulted(actor: Actor) -> ColumnElement[bool]:
    units = sorted({unit_id for role, unit_id in actor.grants if role in GROUP_ROLES})
    asked = select(Opinion.issue_id).where(Opinion.unit_id.in_(units), Opinion.state == OpinionState.ASKED)
    return Issue.id.in_(asked)


def _scope(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    if scope is Scope.MINE:
        return or_(Issue.owner_id == actor.account_id, Issue.filed_by_id == actor.account_id)
    units = sorted(actor.unit_ids)
    party = exists(
        select(IssueParty.id).where(IssueParty.issue_id == Issue.id, IssueParty.unit_id.in_(units))
    )
    return or_(Issue.holder_id.in_(units), Issue.raised_by_id.in_(units), party)


def _lateness(lateness: Lateness, today: date) -> ColumnElement[bool]:
    if lateness is Lateness.LATE:
        return Issue.due_on < today
    if lateness is Lateness.LONG_LATE:
        return Issue.long_late_on <= today
    if lateness is Lateness.DUE_SOON:
        return and_(Issue.due_soon_on <= today, Issue.due_on >= today)
    return or_(Issue.due_soon_on.is_(None), Issue.due_soon_on > today)


def age_bounds(band: str, calendar: WorkingCalendar, today: date) -> tuple[date | None, date | None] | None:
    """First and last day zero of the band, None where it is open; None for an unknown band.

    Day zeros are working days; on a day off they are counted as on the working day before.
    """
    days = AGE_BANDS.get(band)
    if days is None:
        return None
    youngest, oldest = days
    last = calendar.back(today, youngest) if youngest else None
    return (calendar.back(today, oldest) if oldest is not None else None), last


def _age(band: str, calendar: WorkingCalendar, today: date) -> ColumnElement[bool]:
    bounds = age_bounds(band, calendar, today)
    if bounds is None:
        return false()
    first, last = bounds
    conditions: list[ColumnElement[bool]] = [true()]
    if first is not None:
        conditions.append(Issue.zero_on >= first)
    if last is not None:
        conditions.append(Issue.zero_on <= last)
    return and_(*conditions)


def _has_party(unit_id: int) -> ColumnElement[bool]:
    """A list of keys: the commune's own issues are few beside all of a field or a state."""
    return Issue.id.in_(select(IssueParty.issue_id).where(IssueParty.unit_id == unit_id))


def _words_of_draft(text: str) -> ColumnElement[bool]:
    """All words in the title, marks not needed: drafts are no part of the index and a unit has few of them."""
    words = folded_words(text)[:MOST_WORDS]
    if not words:
        return false()
    return and_(*(Issue.folded_title.contains(word, autoescape=True) for word in words))


def _rows(session: Session, source: Select[Any], limit: int) -> list[IssueRow]:
    keys = source.order_by(source.selected_columns[0].desc()).limit(limit)
    found = session.execute(_ROWS.where(Issue.id.in_(keys)).order_by(Issue.id.desc()))
    return [_as_row(row) for row in found]


def _rows_and_total(
    session: Session, paged: Select[Any], source: Select[Any], limit: int, *, is_searched: bool
) -> tuple[list[IssueRow], CappedCount]:
    """The first rows of `paged` and how many `source` has, in one statement where there is a row to carry it."""
    if is_searched and paged is source:
        return _first_found(session, source, limit)
    keys = paged.order_by(paged.selected_columns[0].desc()).limit(limit)
    statement = _ROWS.add_columns(_counted(source).scalar_subquery())
    found = session.execute(statement.where(Issue.id.in_(keys)).order_by(Issue.id.desc())).all()
    if not found:
        return [], CappedCount(0) if paged is source else _capped(session, source)
    return [_as_row(row[:-1]) for row in found], capped(found[0][-1])


def read_rows(session: Session, issue_ids: list[int]) -> list[IssueRow]:
    """The lines of these issues, newest first. The caller answers for the reader's rights."""
    return [_as_row(row) for row in session.execute(_ROWS_OF, {"keys": issue_ids})] if issue_ids else []


def _as_row(columns: Sequence[Any]) -> IssueRow:
    row = IssueRow(*columns)
    return row if row.is_of_communes else replace(row, is_of_communes=_is_for_others(row))


def _is_for_others(row: IssueRow) -> bool:
    """A unit that is no commune filed it on behalf of communes, not for itself."""
    return row.first_party_name not in (None, row.raised_by_name)


def _of_parties() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """How many parties an issue has, and the name of the first."""
    unit, of_issue = aliased(Unit), IssueParty.issue_id == Issue.id
    first = (
        select(unit.name)
        .join(IssueParty, IssueParty.unit_id == unit.id)
        .where(of_issue)
        .order_by(IssueParty.id)
        .limit(1)
    )
    count = select(func.count()).where(of_issue)
    return count.correlate(Issue).scalar_subquery(), first.correlate(Issue).scalar_subquery()


def _row_statement() -> Select[Any]:
    """The columns of `IssueRow`. Built once: building it costs more than running it."""
    holder, raiser = aliased(Unit), aliased(Unit)
    party_count, first_party = _of_parties()
    return (
        select(
            Issue.id,
            Issue.number,
            Issue.draft_key,
            Issue.title,
            Issue.state,
            Issue.outcome,
            holder.name,
            Account.full_name,
            raiser.name,
            party_count,
            first_party,
            raiser.kind == UnitKind.COMMUNE,
            Issue.due_on,
            Issue.due_soon_on,
            Issue.long_late_on,
            Issue.zero_on,
            Issue.is_urgent,
            Issue.level,
            Issue.awaits_routing,
            Issue.transfer_count,
            Issue.changed_at,
            Issue.holder_id,
            Issue.owner_id,
            Issue.field_id,
            Issue.version,
        )
        .join(raiser, raiser.id == Issue.raised_by_id)
        .outerjoin(holder, holder.id == Issue.holder_id)
        .outerjoin(Account, Account.id == Issue.owner_id)
    )


_ROWS = _row_statement()
_ROWS_OF = _ROWS.where(Issue.id.in_(bindparam("keys", expanding=True))).order_by(Issue.id.desc())


def _first_found(session: Session, source: Select[Any], limit: int) -> tuple[list[IssueRow], CappedCount]:
    """The first page of a search: the index of texts is asked once, for the keys that are counted and shown."""
    newest = source.order_by(source.selected_columns[0].desc()).limit(COUNT_CAP + 1).cte("newest")
    key = newest.c[0]
    total = select(func.count()).select_from(newest).scalar_subquery()
    found = session.execute(select(key, total).order_by(key.desc()).limit(limit)).all()
    return read_rows(session, [row[0] for row in found]), capped(found[0][1] if found else 0)
