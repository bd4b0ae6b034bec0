"""How a filter of the list is written in an address, and how it is read back.

Owns: the names in the address and the chips. A value that means nothing is left out, never an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy.orm import Session

from tracker.deadlines.clocks import Lateness
from tracker.directory import queries as directory
from tracker.directory.queries import FieldTerm
from tracker.issues import choices
from tracker.issues.forms.fields import to_key
from tracker.issues.listing import Todo
from tracker.issues.lists import AGE_BANDS, TEXT_LIMIT, IssueFilter, Scope
from tracker.issues.workflow import NOT_SENT, IssueState, Outcome
from tracker.permissions import Actor
from tracker.text import clean_line
from tracker.web.i18n import gettext as _
from tracker.web.labels import label, term
from tracker.web.pages import local_time

E = TypeVar("E", bound=StrEnum)
_KEYS = {"unit": "unit_id", "commune": "commune_id", "owner": "owner_id", "raised_by": "raised_by_id"}
_FLAGS = {
    "urgent": "is_urgent",
    "routing": "awaits_routing",
    "silent": "is_without_news",
    "numberless": "lacks_number",
    "raised": "is_raised",
    "consulted": "is_consulted",
    "desk": "is_desk_overdue",
}
_ENUMS: dict[str, tuple[str, type[StrEnum]]] = {
    "late": ("lateness", Lateness),
    "state": ("state", IssueState),
    "outcome": ("outcome", Outcome),
    "todo": ("todo", Todo),
}
_LATEST = 4_102_444_800
"""The year 2100; no instant of an address lies later."""
_ENDED = {IssueState.CLOSED, IssueState.MERGED}


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address without it."""

    label: str
    remove_href: str


@dataclass(frozen=True)
class Listing:
    """What the address asks for."""

    filters: IssueFilter
    after: int | None
    fields: tuple[FieldTerm, ...]
    before: int | None = None
    typed_commune: str = ""
    """What was typed for a commune where it names none."""
    commune_name: str = ""
    chips: list[Chip] = field(default_factory=list)


def read_listing(session: Session, me: Actor, args: Mapping[str, str]) -> Listing:
    """Read the address."""
    text = clean_line(args.get("q", ""))[:TEXT_LIMIT]
    fields = directory.field_terms(session)
    values: dict[str, Any] = {
        **{name: to_key(args.get(arg)) for arg, name in _KEYS.items()},
        **{name: _member(kind, args.get(arg)) for arg, (name, kind) in _ENUMS.items()},
        **{name: True if args.get(arg) == "1" else None for arg, name in _FLAGS.items()},
    }
    filters = IssueFilter(
        scope=_member(Scope, args.get("scope")) or Scope.ALL,
        field=next((row.code for row in fields if row.code == args.get("field")), None),
        age=args.get("age") if args.get("age") in AGE_BANDS else None,
        changed_since=_moment(args.get("since")),
        text=text,
        **values,
    )
    filters = replace(filters, is_open=_openness(filters, args.get("open")))
    typed, commune_name = args.get("commune", "").strip(), ""
    if typed and filters.commune_id is None:
        commune = directory.find_commune(session, typed)
        if commune is not None:
            filters, typed, commune_name = replace(filters, commune_id=commune.id), "", commune.name
    else:
        typed = ""
    listing = Listing(
        filters,
        to_key(args.get("after")),
        fields,
        to_key(args.get("before")),
        clean_line(typed)[:TEXT_LIMIT],
        commune_name,
    )
    return _with_chips(session, me, listing)


def _openness(filters: IssueFilter, typed: str | None) -> bool | None:
    """Open ones where nothing else is asked for; a search and a state of the end look everywhere."""
    if typed in ("0", "1"):
        return typed == "1"
    if typed == "any" or filters.text or filters.state in NOT_SENT | _ENDED or filters.outcome:
        return None
    return None if filters.lacks_number or filters.changed_since else True


def _moment(text: str | None) -> datetime | None:
    """An instant as an address carries it: seconds since 1970."""
    seconds = to_key(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and seconds < _LATEST else None


def _member(kind: type[E], text: str | None) -> E | None:
    return _members(kind).get(text) if text else None


@cache
def _members(kind: type[E]) -> dict[str, E]:
    return {member.value: member for member in kind}


def filter_args(filters: IssueFilter, typed_commune: str = "") -> dict[str, Any]:
    """The filter as names and values of an address; defaults are left out."""
    args: dict[str, Any] = {"scope": filters.scope.value if filters.scope is not Scope.ALL else None}
    default = _openness(filters, None)
    if filters.is_open is not default:
        args["open"] = {True: "1", False: "0", None: "any"}[filters.is_open]
    for arg, (name, _kind) in _ENUMS.items():
        value = getattr(filters, name)
        args[arg] = value.value if value is not None else None
    for arg, name in _KEYS.items():
        args[arg] = getattr(filters, name)
    for arg, name in _FLAGS.items():
        args[arg] = "1" if getattr(filters, name) else None
    args |= {"field": filters.field, "age": filters.age, "q": filters.text or None}
    args["since"] = int(filters.changed_since.timestamp()) if filters.changed_since else None
    args["commune"] = args["commune"] or typed_commune or None
    return {name: value for name, value in args.items() if value is not None}


def address(filters: IssueFilter, typed_commune: str = "", **more: Any) -> str:
    """The address of the list with this filter; never bare, which is the person's own first list."""
    args = filter_args(filters, typed_commune)
    return url_for("issues.index", **(args or {"open": "1"}), **more)


def canonical_query(listing: Listing) -> str:
    """The filter as it is kept: only known names, in their order, without the place in the list."""
    return urlencode(sorted(filter_args(listing.filters, listing.typed_commune).items()))


def _with_chips(session: Session, me: Actor, listing: Listing) -> Listing:
    filters = listing.filters
    known = {filters.commune_id: listing.commune_name} if filters.commune_id and listing.commune_name else {}
    units = {key for key in (filters.unit_id, filters.commune_id, filters.raised_by_id) if key is not None}
    names = known | choices.unit_names(session, units - known.keys())
    person = choices.owner_name(session, me, filters.owner_id) if filters.owner_id is not None else None
    gone = _("không tìm thấy")
    field_name = next((term(row) for row in listing.fields if row.code == filters.field), gone)
    words: dict[str, Callable[[], str]] = {
        "is_open": lambda: _("Đang mở") if filters.is_open else _("Đã kết thúc"),
        "lateness": lambda: label(f"Lateness.{filters.lateness.value}") if filters.lateness else "",
        "state": lambda: label(f"IssueState.{filters.state.value}") if filters.state else "",
        "outcome": lambda: label(f"Outcome.{filters.outcome.value}") if filters.outcome else "",
        "field": lambda: _("Lĩnh vực: %(name)s", name=field_name),
        "unit_id": lambda: _("Đang ở: %(name)s", name=names.get(filters.unit_id or 0, gone)),
        "commune_id": lambda: _("Địa phương: %(name)s", name=names.get(filters.commune_id or 0, gone)),
        "raised_by_id": lambda: _("Đơn vị gửi: %(name)s", name=names.get(filters.raised_by_id or 0, gone)),
        "owner_id": lambda: _("Xử lý chính: %(name)s", name=person or gone),
        "is_urgent": lambda: _("Cần gấp"),
        "awaits_routing": lambda: label("state.awaits_routing"),
        "is_without_news": lambda: _("Chưa cập nhật tiến độ"),
        "lacks_number": lambda: _("Chờ số văn bản"),
        "is_raised": lambda: _("Đã báo cáo cấp trên"),
        "is_consulted": lambda: _("Đang lấy ý kiến đơn vị mình"),
        "is_desk_overdue": lambda: _("Quá hạn nội bộ"),
        "todo": lambda: label(f"Todo.{filters.todo.value}") if filters.todo else "",
        "age": lambda: _("Gửi trong khoảng %(band)s ngày làm việc", band=filters.age),
        "text": lambda: _("Có chữ: %(text)s", text=filters.text),
        "changed_since": lambda: _("Có thay đổi từ %(at)s", at=local_time(filters.changed_since)),
    }
    chips = [
        _chip(listing, name, say()) for name, say in words.items() if getattr(filters, name) not in (None, "")
    ]
    if listing.typed_commune:
        without = address(filters)
        chips.append(Chip(_("Địa phương: %(name)s (không tìm thấy)", name=listing.typed_commune), without))
    name = listing.commune_name or names.get(filters.commune_id or 0, "")
    return replace(listing, chips=chips, commune_name=name)


def _chip(listing: Listing, name: str, words: str) -> Chip:
    empty: Any = "" if name == "text" else None
    without = replace(listing.filters, **{name: empty})
    if name != "is_open" and listing.filters.is_open is not None:
        without = replace(without, is_open=listing.filters.is_open)
    return Chip(words, address(without, listing.typed_commune))
