"""What every answer says of itself: its kind, its letters, and on each page the way out."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.crawling import Crawl
from tests.marked_world import World, build_world
from tracker.accounts.models import Account

SignIn = Callable[[FlaskClient, Account], str]
STARTS = [
    "/",
    "/issues?open=any",
    "/issues/new",
    "/issues/export.csv",
    "/issues/export.xlsx",
    "/profile",
    "/nowhere",
]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def crawls(app: Flask, session: Session, province: Province, sign_in: SignIn) -> dict[str, Crawl]:
    """What three people and nobody find."""
    world: World = build_world(app, session, province)
    found = {}
    for name in ("officer_a", "lead", "administrator", ""):
        client = app.test_client()
        with world.desk.travelled():
            if name:
                sign_in(client, world.person(name))
            found[name] = Crawl(client)
            found[name].follow(STARTS if name else ["/sign-in", "/nowhere"])
    return found


def told(headers: str) -> str:
    """The kind that an answer says it is."""
    return next(
        (line.split(": ", 1)[1] for line in headers.splitlines() if line.startswith("Content-Type")), ""
    )


def seen(body: str) -> str:
    """The kind that its bytes show."""
    text = body.lstrip("\ufeff \n").lower()
    if text.startswith("<!doctype html"):
        return "text/html; charset=utf-8"
    return "application/pdf" if text.startswith("%pdf-") else ""


@pytest.mark.asvs("V4.1.1", "V7.4.4")
def test_every_answer_names_its_kind_and_letters_and_every_page_the_way_out(crawls: dict[str, Crawl]) -> None:
    pages = [page for crawl in crawls.values() for page in crawl.pages.values() if page.body]
    kinds = {told(page.headers) for page in pages}
    assert {"text/html; charset=utf-8", "application/pdf", SHEET} <= kinds
    assert "text/csv; charset=utf-8" in kinds
    assert len(pages) > 40
    for page in pages:
        kind = told(page.headers)
        assert re.fullmatch(r"application/[\w.+-]+|text/\w+; charset=utf-8", kind), (page.url, kind)
        assert seen(page.body) in {kind, ""}, (page.url, kind)
        if kind.startswith("text/html"):
            assert seen(page.body) or "<" in page.body, page.url
    _the_way_out_stands_on_each(crawls)


def _the_way_out_stands_on_each(crawls: dict[str, Crawl]) -> None:
    for name, crawl in crawls.items():
        pages = [page for page in crawl.pages.values() if seen(page.body).startswith("text/html")]
        assert pages
        for page in pages:
            ways_out = page.body.count('action="/sign-out" method="post"')
            assert ways_out == (1 if name else 0), (name, page.url)


@pytest.mark.asvs("V4.1.1", "V3.2.1")
def test_a_workbook_is_a_workbook(app: Flask, province: Province, sign_in: SignIn) -> None:
    client = app.test_client()
    sign_in(client, province.officer_a)
    answer = client.get("/issues/export.xlsx")
    assert answer.mimetype == SHEET
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
