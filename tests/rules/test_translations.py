"""English is complete: every text of the tree stands in the catalogue, translated, and a page in English shows it.

What people wrote and what things are called stays as it is stored. After a change of texts: `make messages`, then
translate what is new in messages.po and run it again.
"""

import ast
import gettext
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Session

from tests.browser_of_pages import tree_of
from tests.builders import Province
from tests.marked_world import World, build_world
from tests.rules.tree import PACKAGE, dotted, modules, name, parsed, templates
from tests.web import post
from tracker.accounts.models import Account
from tracker.db import Base, transaction
from tracker.directory.models import Category, Field
from tracker.web.i18n import COOKIE, LANGUAGES

CATALOGUE = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MARKERS = {"_", "_l", "N_", "mark", "gettext", "lazy_gettext", "ngettext"}
# Modules whose words a person reads, and those of them that hold words of another kind.
SHOWN = re.compile(r"tracker/(web|home|reports|accounts)/|/(views|forms)/")
OWN_WORDS = {"tracker/web/messages.py", "tracker/web/i18n.py"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%")

Texts = tuple[str, ...]
"""A text; a counted one with its plural."""


def is_vietnamese(text: str) -> bool:
    """Whether a text has a letter that English does not have."""
    return any(ord(letter) > 127 and letter.isalpha() for letter in text)


# --- the texts of the tree -----------------------------------------------------------------------------------


def _of_python(path: Path) -> Iterator[Texts]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and dotted(node.func) in MARKERS and node.args:
            count = 2 if dotted(node.func) == "ngettext" else 1
            texts = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant)]
            if len(texts) == count:
                yield tuple(str(text) for text in texts)


def _of_template(path: Path) -> Iterator[Texts]:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    environment.policies["ext.i18n.trimmed"] = True
    extract = environment.extract_translations  # type: ignore[attr-defined]
    for _line, _function, found in extract(path.read_text(encoding="utf-8")):
        yield (found,) if isinstance(found, str) else tuple(text for text in found if text is not None)


@cache
def _of_tree() -> dict[Texts, str]:
    """Every text that is marked, and a file that has it."""
    found = {texts: name(path) for path in modules() for texts in _of_python(path)}
    pages = [path for path in templates() if path.suffix in {".html", ".txt"}]
    return found | {texts: name(path) for path in pages for texts in _of_template(path)}


@cache
def _of_catalogue() -> dict[Texts, tuple[Texts, bool]]:
    """Each text with its translations and whether it is marked as fuzzy, as messages.po has them."""
    found: dict[Texts, tuple[Texts, bool]] = {}
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        parts: list[list[str]] = []
        for line in lines:
            keyword, _space, rest = line.partition(" ")
            if keyword.startswith("msg"):
                parts.append([keyword, ast.literal_eval(rest)])
            else:
                parts[-1][1] += ast.literal_eval(line)
        texts = tuple(text for keyword, text in parts if keyword.startswith("msgid"))
        words = tuple(text for keyword, text in parts if keyword.startswith("msgstr"))
        if any(texts):
            found[texts] = (words, bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)))
    return found


def test_the_catalogue_has_the_texts_of_the_tree_and_no_others() -> None:
    tree, catalogue = _of_tree(), _of_catalogue()
    assert {texts: where for texts, where in tree.items() if texts not in catalogue} == {}
    assert set(catalogue) - set(tree) == set()


def test_the_rule_sees_texts_of_every_kind() -> None:
    of_python, of_template = ("Đã lưu bản nháp.",), ("Không bắt buộc".lower(),)
    assert {of_python, of_template, ("%(num)s ngày làm việc", "%(num)s ngày làm việc")} <= set(_of_tree())


def test_every_text_is_translated_and_sure() -> None:
    assert [texts for texts, (words, _fuzzy) in _of_catalogue().items() if not all(words)] == []
    assert [texts for texts, (_words, is_fuzzy) in _of_catalogue().items() if is_fuzzy] == []
    counted = [words for texts, (words, _fuzzy) in _of_catalogue().items() if len(texts) == 2]
    assert all(len(words) == 2 for words in counted)


def test_a_translation_fills_in_the_same_placeholders() -> None:
    different = [
        (texts[0], word)
        for texts, (words, _fuzzy) in _of_catalogue().items()
        for word in words
        if sorted(PLACEHOLDER.findall(word)) != sorted(PLACEHOLDER.findall(texts[0]))
    ]
    assert different == []


def test_translations_are_english() -> None:
    words = [word for words, _fuzzy in _of_catalogue().values() for word in words]
    assert [word for word in words if is_vietnamese(word)] == []
    assert [word for word in words if word != word.strip()] == []


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = vars(gettext.GNUTranslations(file))["_catalog"]
    expected: dict[object, str] = {}
    for texts, (words, _fuzzy) in _of_catalogue().items():
        single = {texts[0]: words[0]}
        counted = {(texts[0], place): word for place, word in enumerate(words)}
        expected |= counted if len(texts) == 2 else single
    assert {key: word for key, word in compiled.items() if key != ""} == expected


def test_every_vietnamese_word_of_a_page_module_is_marked() -> None:
    unmarked = []
    for path in modules():
        if not SHOWN.search(name(path)) or name(path) in OWN_WORDS:
            continue
        marked = {text for texts in _of_python(path) for text in texts}
        unmarked += [
            f"{name(path)}:{node.lineno} {node.value}"
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_vietnamese(node.value)
            if node.value not in marked and not isinstance(node.parent, ast.Expr)  # type: ignore[attr-defined]
        ]
    assert unmarked == []


# --- pages ---------------------------------------------------------------------------------------------------

STARTS = ("/", "/issues?open=any", "/issues?state=draft", "/issues?state=to_sign", "/leaders", "/profile")
FILTERS = (
    *("late=late", "field=home_affairs", "urgent=1", "routing=1", "silent=1", "numberless=1", "raised=1"),
    *("age=0-5", "q=zq", "commune=zq", "owner=1", "unit=1", "raised_by=1", "outcome=solved"),
)
FILTERED = tuple(f"/issues?{query}" for query in FILTERS)
BROKEN = ("/issues/VM-2026-999999", "/no-such-page")
LINK = re.compile(r'href="(/[^"?#]*)["#]')
NOT_FOLLOWED = re.compile(r"^/(static|sign-)|/files/")


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """A province with issues in many states, whose people read English."""
    made = build_world(app, session, province)
    with transaction():
        for account in session.scalars(select(Account)):
            account.language = "en"
        for row in [*session.scalars(select(Field)), *session.scalars(select(Category))]:
            row.name_en = f"English {row.code}"
    return made


def _stored(session: Session) -> list[str]:
    """Every text with Vietnamese letters in the database but the names that have an English one; longest first."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, String | Text)]
        if columns and table.name not in {Field.__tablename__, Category.__tablename__}:
            for row in session.execute(select(*columns)):
                found |= {" ".join(str(text).split()) for text in row if text and is_vietnamese(str(text))}
    return sorted(found, key=len, reverse=True)


def _vietnamese_of(html: str, stored: list[str]) -> list[str]:
    """What a page says in Vietnamese beside its data: texts and attributes."""
    said = []
    for element in tree_of(html).iter():
        texts = [element.text, element.tail, *element.attrib.values()]
        said += [" ".join(text.split()) for text in texts if text and is_vietnamese(text)]
    left = []
    for text in said:
        for known in [*LANGUAGES.values(), *stored]:
            text = text.replace(known, "")
        left += [text] if is_vietnamese(text) else []
    return left


def _pages(client: FlaskClient) -> dict[str, str]:
    """Everything that one can look at, with each kind of filter once."""
    pages: dict[str, str] = {}
    waiting = [*BROKEN, *FILTERED, *STARTS]
    while waiting:
        url = waiting.pop()
        if url not in pages and not NOT_FOLLOWED.search(url):
            answer = client.get(url)
            if answer.mimetype == "text/html":  # a workbook or a letter is no page
                pages[url] = answer.text
                waiting += LINK.findall(pages[url])
            else:
                pages[url] = ""
    return pages


@pytest.mark.parametrize("who", ["officer_a", "leader_b", "member", "finance_lead", "coordinator"])
def test_a_page_in_english_has_no_vietnamese_beside_names_and_data(
    world: World, session: Session, app: Flask, sign_in: Callable[[FlaskClient, Account], str], who: str
) -> None:
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person(who))
        pages = _pages(client)
    stored = _stored(session)
    assert len(pages) > len(STARTS + FILTERED + BROKEN) + 3
    assert {url: left for url, page in pages.items() if (left := _vietnamese_of(page, stored))} == {}
    assert all('<html lang="en">' in page for page in pages.values() if "<html" in page)


def test_fields_and_categories_are_named_in_english(
    world: World, app: Flask, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("coordinator"))
        issue, listed, figures = (
            client.get(url).text for url in (f"/issues/{world.number('a_working')}", "/issues", "/leaders")
        )
    assert "English home_affairs" in issue
    assert "English guidance_missing" in issue
    assert "English finance_assets" in listed
    assert "English finance_assets" in figures


def test_signing_in_is_english_for_a_browser_that_chose_it(client: FlaskClient, session: Session) -> None:
    client.set_cookie(COOKIE, "en")
    page = client.get("/sign-in").text
    refused = post(client, "/sign-in", {"login": "nobody", "password": "wrong wrong wrong"})
    empty = post(client, "/sign-in", {})
    assert "Sign in" in page
    assert "The user name or the password is not correct." in refused.text
    assert [_vietnamese_of(html, _stored(session)) for html in (page, refused.text, empty.text)] == [
        [],
        [],
        [],
    ]


def test_a_refused_form_is_refused_in_english(
    world: World, session: Session, app: Flask, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("officer_a"))
        refused = post(client, "/issues/new", {"do": "send"}, page="/issues/new")
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    assert _vietnamese_of(refused.text, _stored(session)) == []
