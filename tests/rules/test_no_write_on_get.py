"""Looking changes nothing: whatever is opened, no table of the domain differs afterwards."""

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.conftest import ON_POSTGRESQL
from tests.crawling import Crawl, guessed
from tests.marked_world import World, build_world
from tracker.accounts.models import Account
from tracker.db import Base, db, is_writing

SignIn = Callable[[FlaskClient, Account], str]
EXCEPTIONS = {"audit_entry"}
"""Refusals are noted."""
EXCEPTED_COLUMNS = {("signed_in_session", "last_seen_at"), ("account", "looked_at")}
"""When a session was last used and a person last looked; each a short transaction after the answer is decided."""


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """The marked province."""
    return build_world(app, session, province)


def digests(session: Session) -> dict[str, str]:
    """Table → digest of all its rows."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in EXCEPTIONS:
            continue
        columns = [column for column in table.columns if (table.name, column.name) not in EXCEPTED_COLUMNS]
        rows = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.mark.asvs("V3.5.3")
@pytest.mark.parametrize("name", ["officer_a", "finance_lead", "coordinator"])
def test_opening_everything_changes_no_row(
    app: Flask, world: World, session: Session, sign_in: SignIn, name: str
) -> None:
    client = app.test_client()
    numbers = [world.number("a_working"), world.number("a_moved"), world.number("b_closed")]
    with world.desk.travelled():
        sign_in(client, world.person(name))
        before = digests(session)
        crawl = Crawl(client)
        crawl.follow(["/", "/issues", "/issues/new", "/profile", "/leaders"])
        for url in guessed(
            app, {"number": numbers, "draft_key": [world.key("a_draft"), world.key("b_to_sign")]}
        ):
            crawl.look(url)
            crawl.look(url, **{"HX-Request": "true"})
        for url in list(crawl.pages)[:20]:
            client.head(url)
            client.options(url)
    assert sum(page.status == 200 for page in crawl.pages.values()) > 20
    assert digests(session) == before
    assert world.desk.verify() == []


@pytest.mark.asvs("V3.5.3")
def test_a_view_that_looks_has_a_connection_that_cannot_write(
    app: Flask, world: World, session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a page might try is refused by the database itself."""
    tried: list[str] = []

    def tries() -> str:
        assert not is_writing()
        for statement in (
            "UPDATE issue SET title = 'x'",
            "DELETE FROM issue_event",
            "INSERT INTO switch VALUES ('a', '1')",
        ):
            with pytest.raises(DBAPIError):
                db.session.execute(text(statement))
            db.session.rollback()
            tried.append(statement)
        return "looked"

    view = app.view_functions["accounts.profile"]
    tries.permission = view.permission  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "accounts.profile", tries)
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("officer_a"))
        before = digests(session)
        assert client.get("/profile").text == "looked"
    assert len(tried) == 3
    assert digests(session) == before


def test_a_reading_connection_says_that_it_only_reads(app: Flask, session: Session) -> None:
    session.rollback()
    question = "SHOW transaction_read_only" if ON_POSTGRESQL else "PRAGMA query_only"
    assert session.scalar(text(question)) in {1, "on"}
