"""Generated requests: every route, every method, every role, right and absurd values, forms as filled in by anybody.

Owns: what is asked and the oracle that holds for every answer: no 5xx, nothing slow, one audit entry for each refusal,
no write by a request that only looks, no issue changed that the person may not see, no table of the administrator's
changed by somebody else. In process, on SQLite; the province is put back to its beginning for each
route and round. Several processes share the routes, each with a province of its own.
"""

import math
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.browser_of_pages import PageForm, forms_in
from tests.builders import build_province
from tests.conftest import FreshClient
from tests.marked_world import EVERYBODY, World, build_world
from tests.soak.values import NASTY, QUERY
from tracker import create_app
from tracker.accounts.actor import actor_of
from tracker.accounts.service import Caller, start_session
from tracker.audit.models import AuditEntry
from tracker.config import load_settings
from tracker.db import Base, db, transaction
from tracker.issues.models import Issue, IssueFile
from tracker.issues.rights import visible_to
from tracker.migrations import migrate
from tracker.permissions import Permission

SLOW_SECONDS = 5.0
ROUND = 34
"""Requests to a route before the next route's turn and a fresh database: open issues would soon be used up."""
_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
_QUESTIONS = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")
_LOOKING = ("GET", "HEAD", "OPTIONS")
_LOOKING_WRITES = frozenset({"audit_entry", "signed_in_session", "account", "sign_in_try"})
"""What a request that only looks may leave behind: a refusal, when a session or a person last looked."""
_REFUSED = frozenset({403, 404, 429})
_ADMINISTRATORS = frozenset(
    {
        "unit", "former_name", "working_group", "area", "field", "category", "field_word", "routing", "switch",
        "target", "calendar_day", "grant",
    }
)  # fmt: skip


@dataclass
class Found:
    """What came back, and what must not have."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest_s: float = 0.0
    problems: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    """How many each route has had, by its rule."""

    def problem(self, text: str) -> None:
        """Keep a problem, the first fifty in words."""
        if len(self.problems) < 50:
            self.problems.append(text)


@dataclass
class Province:
    """The marked province in an application of its own, and how to put it back to its beginning."""

    app: Flask
    world: World
    kept: Path
    dice: random.Random
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    """The tables that the present request has written."""
    files: list[int] = field(default_factory=list)
    begins: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """The token against forged requests of each person's session."""
    issues: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    seen: dict[str, set[int]] = field(default_factory=dict)
    """Which of the issues each person may see."""
    refusals: int = 0
    is_written: bool = False
    """Something was sent to the database that is no mere question: what is known of it is asked again."""

    def restore(self) -> None:
        """Put the database back."""
        db.session.rollback()
        db.engine.dispose()
        path = Path(db.engine.url.database or "")
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.kept, path)
        self.look_again()

    def look_again(self) -> None:
        """Ask what the oracle compares."""
        self.issues, self.refusals = _issues(), _refusals()
        self.seen.clear()
        self.is_written = False

    def client(self, name: str) -> FlaskClient:
        """A browser of that person; nobody's for an empty name."""
        client = self.app.test_client()
        if name in self.begins:
            cookie, value = self.begins[name]
            client.set_cookie(cookie, value)
        return client


@dataclass(frozen=True)
class Share:
    """What one process asks: every `of`-th route from `number` on, until that moment of the monotonic clock."""

    directory: Path
    per_route: int
    seed: int
    only: str
    until: float
    number: int
    of: int


def run(
    directory: Path,
    per_route: int,
    seed: int = 1,
    only: str = "",
    minutes: float = math.inf,
    processes: int = 1,
) -> dict[str, object]:
    """Send that many requests to each route, or to one endpoint; gives their number, statuses and the problems.

    When the minutes are over, the rest is left out; `least_per_route` says how many every route has had.
    """
    until = time.monotonic() + 60 * minutes
    shares = [
        Share(directory / str(number), per_route, seed + number, only, until, number, processes)
        for number in range(processes)
    ]
    if processes == 1:
        parts = [_ask_share(shares[0])]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(_ask_share, shares))
    statuses = sum((part.statuses for part in parts), Counter[int]())
    return {
        "routes": sum(len(part.sent) for part in parts),
        "requests": sum(part.requests for part in parts),
        "least_per_route": min((n for part in parts for n in part.sent.values()), default=0),
        "statuses": {str(status): number for status, number in sorted(statuses.items())},
        "slowest_s": round(max(part.slowest_s for part in parts), 2),
        "problems": [problem for part in parts for problem in part.problems],
    }


def _ask_share(share: Share) -> Found:
    found = Found()
    with _province(share.directory, share.seed) as province:
        routes = [
            rule
            for rule in province.app.url_map.iter_rules()
            if rule.endpoint != "static" and share.only in ("", rule.endpoint)
        ]
        own = routes[share.number :: share.of]
        found.sent.update({_name(rule): 0 for rule in own})
        for begin in range(0, share.per_route, ROUND):
            for rule in own:
                if time.monotonic() < share.until:
                    province.restore()
                    end = min(begin + ROUND, share.per_route)
                    _try_route(province, rule, range(begin, end), found)
                    found.sent[_name(rule)] = end
    return found


def _name(rule: Rule) -> str:
    """Routes may share a rule, or an endpoint, but not both with the same methods."""
    return f"{rule.rule} {rule.endpoint} {sorted(rule.methods or ())}"


@contextmanager
def _province(directory: Path, seed: int) -> Iterator[Province]:
    app = create_app(load_settings({"TRACKER_INSTANCE": str(directory)}))
    app.test_client_class = FreshClient
    with app.app_context():
        engine = db.engine
        migrate(engine)
        with transaction():
            people = build_province(db.session)
        world = build_world(app, db.session, people)
        _ = world.numbers, world.keys
        province = Province(app, world, directory / "kept.db", random.Random(seed))
        province.files = list(db.session.scalars(select(IssueFile.id)))
        for name in sorted(EVERYBODY):
            province.begins[name] = _sign_in(province, name)
        db.session.rollback()
        engine.dispose()
        _keep(engine, province.kept)

        @event.listens_for(engine, "before_cursor_execute")
        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if match := _WRITES.match(statement):
                province.written.add(match.group(1))
            province.is_written |= not statement.startswith(_QUESTIONS)

        yield province
        db.session.remove()
        engine.dispose()


def _keep(engine: Engine, kept: Path) -> None:
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        driver.execute(f"VACUUM INTO '{kept}'")
    finally:
        raw.close()
    engine.dispose()


def _sign_in(province: Province, name: str) -> tuple[str, str]:
    """The session cookie of a person who has just signed in."""
    account = province.world.person(name)
    with province.world.desk.travelled(), transaction():
        token = start_session(db.session, account.id, Caller("127.0.0.1", "soak"), lasts=timedelta(hours=12))
    client = province.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    with province.world.desk.travelled():
        province.tokens[name] = _token_in(client.get("/profile").text)
    cookie = client.get_cookie(str(province.app.config["SESSION_COOKIE_NAME"]))
    assert cookie is not None
    return cookie.key, cookie.value


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def _try_route(province: Province, rule: Rule, turns: range, found: Found) -> None:
    names = ["", *sorted(EVERYBODY)]
    methods = sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    for turn in turns:
        name = names[turn % len(names)]
        url = _address(province, rule)
        if province.dice.random() < 0.03:
            method = province.dice.choice(("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
        else:
            method = province.dice.choice(methods)
        with province.world.desk.travelled():
            _try(province, name, method, url, found)


def _address(province: Province, rule: Rule) -> str:
    """An address of the route with values that exist, belong to others, or make no sense."""
    dice, url = province.dice, rule.rule
    for argument in rule.arguments:
        url = re.sub(rf"<(?:\w+:)?{argument}>", quote(_value(province, argument), safe=""), url)
    if dice.random() < 0.4:
        given = dice.sample(QUERY, dice.randint(1, 3))
        url += "?" + "&".join(f"{key}={quote(_text(province), safe='')}" for key in given)
    return url


def _value(province: Province, argument: str) -> str:
    dice, world = province.dice, province.world
    if dice.random() < 0.15:
        return dice.choice(NASTY)[:200] or "x"
    if argument == "number":
        return dice.choice([number for number in world.numbers.values() if number])
    if argument == "draft_key":
        return dice.choice(list(world.keys.values()))
    if argument == "file_id":
        return str(dice.choice(province.files))
    return str(dice.randint(1, 40))


def _text(province: Province) -> str:
    dice = province.dice
    return dice.choice(NASTY) if dice.random() < 0.6 else str(dice.randint(0, 60))


def _try(province: Province, name: str, method: str, url: str, found: Found) -> None:
    client, before = province.client(name), province.issues
    form = _form(province, name, client, url) if method == "POST" else None
    if province.is_written:
        province.look_again()
    visible = set() if method in _LOOKING else _seen_by(province, name)
    refused = province.refusals
    province.written = set()
    began = time.monotonic()
    response = _send(province, client, method, url, form)
    seconds = time.monotonic() - began
    found.requests += 1
    found.statuses[response.status_code] += 1
    found.slowest_s = max(found.slowest_s, seconds)
    where = f"{name or 'nobody'} {method} {url[:120]} {response.status_code}"
    if response.status_code >= 500 and response.status_code not in (503, 507):
        found.problem(f"{where}: fails")
    if response.status_code == 503:
        found.problem(f"{where}: busy without reason")
    if seconds > SLOW_SECONDS:
        found.problem(f"{where}: {seconds:.1f} s")
    _check_writes(province, name, method, where, found)
    if province.is_written:
        province.look_again()
    changed = {key for key, state in province.issues.items() if before.get(key) != state}
    if strangers := changed & before.keys() - visible:
        found.problem(f"{where}: changed issues {sorted(strangers)} that he may not see, or only looked at")
    noted = province.refusals - refused
    expected = int(response.status_code in _REFUSED and _is_known(province.app, url, method))
    if response.status_code in _REFUSED and noted != expected:
        found.problem(f"{where}: {noted} audit entries instead of {expected}")


def _check_writes(province: Province, name: str, method: str, where: str, found: Found) -> None:
    written = {table for table in province.written if table in Base.metadata.tables}
    if method in _LOOKING and written - _LOOKING_WRITES:
        found.problem(f"{where}: writes {sorted(written - _LOOKING_WRITES)}")
    if name != "administrator" and written & _ADMINISTRATORS:
        found.problem(f"{where}: writes {sorted(written & _ADMINISTRATORS)}")


def _form(province: Province, name: str, client: FlaskClient, url: str) -> PageForm:
    """The form of that page filled in by somebody, or one made up with a token of the right kind."""
    dice = province.dice
    page = client.get(url.split("?", maxsplit=1)[0])
    forms = forms_in(page.text) if page.status_code == 200 and page.mimetype == "text/html" else []
    own = [form for form in forms if form.action == url.split("?", maxsplit=1)[0]] or forms
    if own and dice.random() < 0.85:
        form = dice.choice(own)
    else:
        form = PageForm(url, {"csrf_token": province.tokens.get(name, "x")})
    for field_name in form.names - {"csrf_token", "idempotency_key"}:
        if dice.random() < 0.6:
            choices = form.choices.get(field_name)
            form.values[field_name] = dice.choice(choices) if choices else _text(province)
    for field_name in dice.sample(("owner_id", "unit_id", "party_id", "version", "do", "text", "role"), 2):
        if dice.random() < 0.2:
            form.values[field_name] = _text(province)
    return form


def _send(
    province: Province, client: FlaskClient, method: str, url: str, form: PageForm | None
) -> TestResponse:
    headers = {"HX-Request": "true"} if province.dice.random() < 0.2 else {}
    data = {key: value for key, value in (form.values if form else {}).items() if value is not None}
    return client.open(url, method=method, data=data or None, headers=headers)


def _seen_by(province: Province, name: str) -> set[int]:
    if name not in province.seen:
        person = (
            actor_of(db.session, province.world.person(name), province.world.desk.today) if name else None
        )
        sees = person is not None and person.has(Permission.SEE_ISSUES)
        keys = db.session.scalars(select(Issue.id).where(visible_to(person))) if person and sees else ()
        province.seen[name] = set(keys)
    return province.seen[name]


def _issues() -> dict[int, tuple[Any, ...]]:
    db.session.rollback()
    columns = (Issue.id, Issue.event_count, Issue.version, Issue.state, Issue.head_hash, Issue.title)
    return {row[0]: tuple(row) for row in db.session.execute(select(*columns))}


def _refusals() -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.kind == "refused")) or 0


def _is_known(app: Flask, url: str, method: str) -> bool:
    """Whether the address leads to a view."""
    path = url.split("?", maxsplit=1)[0]
    try:
        app.url_map.bind("localhost").match(unquote(path), method=method)
    except HTTPException:
        return False
    return True
