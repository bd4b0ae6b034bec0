"""People from a spreadsheet: read, check each row, take all in at once or none.

Owns: the columns, what is wrong with a row, taking the rows in. Sent again it changes nothing: who is there with the
same name stays, a role that is held is not given twice. Must not know issues.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.accounts import people, service
from tracker.accounts.models import Account, Grant
from tracker.audit.service import record
from tracker.directory import queries
from tracker.directory.changes import record_change
from tracker.directory.models import Unit
from tracker.errors import DomainError, Invalid
from tracker.permissions import Actor, Role
from tracker.sheets.reading import find_header, is_numbering
from tracker.text import clean_line, fold

MOST_ROWS = 500
FACTS = ("login", "full_name", "position", "phone", "email")
COLUMNS = (*FACTS, "unit", "role", "valid_from", "valid_to")
_DATES = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: the column and the code of the error."""

    column: str
    error: DomainError


@dataclass
class Row:
    """A row of the sheet as it was read, and what would happen with it."""

    number: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    unit: Unit | None = None
    role: Role | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    account_id: int | None = None
    """The person is there already."""
    has_role: bool = False

    @property
    def is_known(self) -> bool:
        """Nothing would change."""
        return self.account_id is not None and self.has_role


def rows_of(sheet: Iterable[Sequence[str]], heads: Mapping[str, Sequence[str]]) -> list[Row]:
    """The rows below the row of heads. Raises Invalid("file", …) where no head is recognised or there are too many."""
    lines = [list(line) for line in sheet]
    found = find_header(lines, heads, fewest=3)
    if found is None:
        raise Invalid("file", "no_heads_found")
    at, columns = found
    rows = []
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        cells = {name: _cell(line, columns.get(name)) for name in COLUMNS}
        if any(cells.values()) and not is_numbering(line):
            rows.append(Row(number, cells))
    if len(rows) > MOST_ROWS:
        raise Invalid("file", "sheet_too_many_rows", rows=MOST_ROWS)
    return rows


def check(session: Session, rows: list[Row], roles: Mapping[str, Role], today: date) -> list[Row]:
    """Fill in what each row means and what is wrong with it. `roles`: folded words of a role → the role."""
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    by_name = {fold(unit.name): unit for unit in units.values() if unit.is_valid_on(today)}
    by_code = {unit.code.upper(): unit for unit in units.values() if unit.is_valid_on(today)}
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        _check_person(session, row)
        name = row.cells["unit"]
        row.unit = by_code.get(name.upper()) or by_name.get(fold(name)) or queries.find_commune(session, name)
        if row.unit is None:
            _fault(row, "unit", "unit_not_found" if name else "missing")
        row.role = roles.get(fold(row.cells["role"]))
        if row.role is None:
            _fault(row, "role", "role_not_known" if row.cells["role"] else "missing")
        row.valid_from = _day(row, "valid_from", default=today)
        row.valid_to = _day(row, "valid_to", default=None)
        key = (fold(row.cells["login"]), fold(name), fold(row.cells["role"]))
        if key in seen:
            _fault(row, "login", "row_twice")
        seen.add(key)
        _check_role(session, row)
    return rows


def take_in(session: Session, actor: Actor, rows: list[Row]) -> tuple[int, int]:
    """Add the people and roles that are not there; gives how many of each. Raises Invalid where a row has a fault."""
    if any(row.faults for row in rows):
        raise Invalid("file", "rows_with_faults")
    new_people = new_roles = 0
    made: dict[str, int] = {}
    for row in rows:
        login = fold(row.cells["login"])
        account_id = row.account_id or made.get(login)
        if account_id is None:
            account = service.add_account(session, **{name: row.cells[name] for name in FACTS})
            after = people.facts_of(account)
            record_change(session, actor, "person_added", {}, after, person=account.id)
            account_id = made[login] = account.id
            new_people += 1
        if not row.has_role:
            assert row.unit is not None and row.role is not None and row.valid_from is not None  # no faults
            people.give_role(
                session,
                actor,
                account_id,
                role=row.role,
                unit_id=row.unit.id,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            new_roles += 1
    record(session, "people_imported", account_id=actor.account_id, people=new_people, roles=new_roles)
    return new_people, new_roles


def _check_person(session: Session, row: Row) -> None:
    if not clean_line(row.cells["full_name"]):
        _fault(row, "full_name", "name_missing")
    login = fold(row.cells["login"])
    account = session.scalar(select(Account).where(Account.login == login)) if login else None
    if account is None:
        try:
            service.checked_login(session, login)
        except Invalid as error:
            row.faults.append(Fault("login", error))
    elif fold(account.full_name) != fold(row.cells["full_name"]):
        _fault(row, "login", "login_of_another")
    else:
        row.account_id = account.id


def _check_role(session: Session, row: Row) -> None:
    if row.unit is None or row.role is None or row.valid_from is None:
        return
    try:
        people.check_role(row.unit, row.role)
    except Invalid as error:
        row.faults.append(Fault("role", error))
    if not row.unit.is_valid_on(row.valid_from):
        _fault(row, "unit", "unit_ended")
    if row.valid_to is not None and row.valid_to < row.valid_from:
        _fault(row, "valid_to", "grant_end_before_begin")
    held = select(Grant.id).where(
        Grant.account_id == row.account_id,
        Grant.unit_id == row.unit.id,
        Grant.role == row.role,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= row.valid_from),
    )
    row.has_role = row.account_id is not None and session.scalar(held.limit(1)) is not None


def _day(row: Row, column: str, *, default: date | None) -> date | None:
    text = row.cells[column]
    if not text:
        return default
    for shape in _DATES:
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 2000 <= found.year <= 2100:
            return found
    _fault(row, column, "date_not_read")
    return None


def _cell(line: Sequence[str], index: int | None) -> str:
    return clean_line(line[index])[:300] if index is not None and index < len(line) else ""


def _fault(row: Row, column: str, code: str) -> None:
    row.faults.append(Fault(column, Invalid(column, code)))
