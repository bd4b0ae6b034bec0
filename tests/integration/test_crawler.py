"""Two communes and two departments: whoever follows everything and guesses the rest finds nothing of the others."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.crawling import Crawl, guessed
from tests.marked_world import ABOVE, COMMUNES, FINANCE, World, build_world
from tracker.accounts.models import Account
from tracker.issues.models import IssueFile
from tracker.issues.workflow import Act

SignIn = Callable[[FlaskClient, Account], str]
LOOKERS = (
    "officer_a",
    "leader_b",
    "officer_ward",
    "member",
    "finance_lead",
    "coordinator",
    "administrator",
)
STARTS = (
    "/",
    "/issues",
    "/issues?open=any",
    "/issues?scope=unit&open=any",
    "/issues?state=draft",
    "/profile",
    "/leaders",
)
NEVER_SHOWN: frozenset[str] = frozenset({"a_returned"})
"""A returned version is kept, but no page shows it again."""


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """The marked province."""
    return build_world(app, session, province)


@pytest.fixture
def crawl_as(app: Flask, world: World, sign_in: SignIn) -> Callable[[str], Crawl]:
    """A signed-in browser that follows everything."""

    def make(name: str) -> Crawl:
        client = app.test_client()
        sign_in(client, world.person(name))
        return Crawl(client)

    return make


def all_addresses(app: Flask, world: World, session: Session) -> list[str]:
    """Every address with every number, random key and file there is, whoever it belongs to."""
    numbers = {world.issues[name]: world.number(name) for name in world.sent()}
    keys = {world.issues[name]: world.key(name) for name in world.issues}
    found = guessed(app, {"number": [*numbers.values()], "draft_key": [*keys.values()]})
    for file in session.scalars(select(IssueFile)):
        found.append(f"/drafts/{keys[file.issue_id]}/files/{file.id}")
        places = {numbers.get(file.issue_id), world.number("a_working"), world.number("b_asked")} - {None}
        found += [f"/issues/{number}/files/{file.id}" for number in sorted(map(str, places))]
    return found


def is_foreign(world: World, name: str, url: str) -> bool:
    """Whether the address is of something that the person may not read."""
    own = [each for each in world.issues if name in world.readers[each]]
    return not any(
        place in url.split("/") for each in own for place in (world.numbers[each], world.keys[each])
    )


def found_in(crawl: Crawl, world: World) -> dict[str, str]:
    """Mark → address where it was found; what an address itself says is no find."""
    found: dict[str, str] = {}
    for url, page in crawl.pages.items():
        text = page.everything
        for name, mark in world.marks.items():
            if name not in found and mark.word in text and mark.word not in url:
                found[name] = url
    return found


@pytest.mark.asvs("V8.2.2", "V8.2.3")
def test_nobody_finds_a_mark_that_is_not_his_and_everybody_finds_his_own(
    app: Flask, world: World, session: Session, crawl_as: Callable[[str], Crawl]
) -> None:
    addresses = all_addresses(app, world, session)
    for name in LOOKERS:
        with world.desk.travelled():
            crawl = crawl_as(name)
            crawl.follow(STARTS)
            reached = found_in(crawl, world)
            for url in addresses:
                # What is linked was followed; of his own the rest is tried once for a commune and once for a desk.
                if url not in crawl.pages and (
                    name in {"officer_a", "member"} or is_foreign(world, name, url)
                ):
                    crawl.look(url)
        found = found_in(crawl, world)
        own = {mark for mark, kept in world.marks.items() if name in kept.readers} - NEVER_SHOWN
        assert {mark: url for mark, url in found.items() if mark not in own} == {}, f"{name} sees too much"
        assert own - set(reached) == set(), f"{name} does not find what he may read"
        assert {page.url for page in crawl.pages.values() if page.status >= 500} == set()


NONSENSE = "zqkhongcogihetzq"


@pytest.mark.parametrize("name", ["officer_a", "officer_ward", "finance_lead", "administrator"])
def test_searching_a_hidden_word_is_like_searching_a_nonsense_word(
    world: World, crawl_as: Callable[[str], Crawl], name: str
) -> None:
    crawl = crawl_as(name)
    with world.desk.travelled():
        nothing = crawl.look(f"/issues?open=any&q={NONSENSE}").lasting
        for mark in world.hidden_from(name):
            found = crawl.look(f"/issues?open=any&q={mark.word}").lasting.replace(mark.word, NONSENSE)
            assert found == nothing
        hidden = [each for each in world.sent() if name not in world.readers[each]]
        for number in map(world.number, hidden):
            found = crawl.look(f"/issues?open=any&q={number}").lasting.replace(number, NONSENSE)
            assert found == nothing
    assert hidden


@pytest.mark.parametrize("name", sorted(set(LOOKERS) - {"administrator"}))
def test_a_list_shows_and_counts_what_its_reader_may_see(
    world: World, crawl_as: Callable[[str], Crawl], name: str
) -> None:
    crawl = crawl_as(name)
    with world.desk.travelled():
        pages = [
            crawl.look(url) for url in ("/issues?open=any", "/issues?state=draft", "/issues?state=to_sign")
        ]
    expected = {f"/issues/{world.number(each)}" for each in world.sent() if name in world.readers[each]}
    expected |= {f"/drafts/{world.key(each)}" for each in world.unsent() if name in world.readers[each]}
    link = re.compile(r'href="(/(?:issues/VM-[0-9-]+|drafts/[^"/]+))"')
    assert {href for page in pages for href in link.findall(page.body)} == expected
    assert sum(int(re.findall(r'id="count">(\d+)', page.body)[0]) for page in pages) == len(expected)


@pytest.mark.parametrize(
    ("name", "others"), [("officer_a", "commune_b"), ("officer_ward", "commune_a"), ("leader_b", "commune_a")]
)
def test_filtering_by_another_commune_counts_nothing(
    world: World, crawl_as: Callable[[str], Crawl], name: str, others: str
) -> None:
    crawl, unit = crawl_as(name), getattr(world.desk.province, others)
    with world.desk.travelled():
        for filters in (f"commune={unit.id}", f"raised_by={unit.id}", f"commune={unit.code}"):
            body = crawl.look(f"/issues?open=any&{filters}").body
            assert re.search(r'id="count">0 ', body), filters


def test_what_others_do_changes_no_page_of_those_who_may_not_see_it(
    app: Flask, world: World, sign_in: SignIn
) -> None:
    """Counts on the home page, beside the main pages, in lists and figures are made after the rights."""
    desk, province = world.desk, world.desk.province
    lookers = ("officer_a", "officer_ward", "member", "lead", "administrator")
    crawls = {}
    for name in lookers:
        client = app.test_client()
        with desk.travelled():
            sign_in(client, world.person(name))
        crawls[name] = Crawl(client)
    urls = (
        "/",
        "/issues",
        "/issues?open=any",
        "/issues?late=late",
        "/issues?urgent=1",
        "/leaders",
        "/profile",
    )

    def looks() -> dict[tuple[str, str], str]:
        with desk.travelled():
            return {(name, url): crawls[name].look(url).lasting for name in lookers for url in urls}

    looks()
    before = looks()
    key = world.filed(
        "b_new",
        "leader_b",
        province.commune_b,
        frozenset(),
        field_id=province.field_money.id,
        category_id=None,
    )
    desk.do(province.leader_b, key, Act.SEND)
    desk.do(province.finance_lead, key, Act.ASSIGN, owner_id=province.finance_member.id)
    desk.do(province.finance_member, key, Act.NEWS, text="Đang làm")
    after = looks()
    assert [where for where, text in before.items() if text != after[where]] == []


def test_names_and_phones_of_people_cannot_be_collected(
    world: World, crawl_as: Callable[[str], Crawl]
) -> None:
    strangers = {
        "officer_a": COMMUNES - {"officer_a", "leader_a"} | ABOVE | {"administrator"},
        "officer_ward": COMMUNES - {"officer_ward"} | FINANCE | ABOVE | {"administrator"},
    }  # the administrator keeps the people of all units
    for name, unknown in strangers.items():
        crawl = crawl_as(name)
        with world.desk.travelled():
            crawl.follow(["/", "/issues?open=any", "/issues/new", "/profile"])
            for key in range(1, 40):
                for field in ("owner", "unit", "raised_by", "commune"):
                    crawl.look(f"/issues?open=any&{field}={key}")
        text = "\n".join(page.everything for page in crawl.pages.values())
        assert world.person("member").full_name.lower() in text
        people = {each: world.person(each) for each in unknown}
        assert [each for each, person in people.items() if person.full_name.lower() in text] == []
        assert [each for each, person in people.items() if person.phone in text] == []
