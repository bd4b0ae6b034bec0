"""One template as page and as fragment; languages; the frame."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader

from tests.builders import Province
from tracker.accounts.models import Account
from tracker.permissions import Permission
from tracker.web.access import public
from tracker.web.i18n import gettext, lazy_gettext, ngettext
from tracker.web.pages import NavEntry, add_nav, local_date, local_time, page

TEMPLATE = (
    "{% extends layout %}{% block heading %}Danh sách{% endblock %}"
    "{% block main %}<p>{{ _('Tìm') }}</p>{% block rows %}<ul id=rows>{{ name }}</ul>{% endblock %}{% endblock %}"
)


@pytest.fixture
def browser(app_with: Callable[..., Flask], province: Province) -> FlaskClient:
    """A browser on an application with one page that has a part."""
    blueprint = Blueprint("parts", __name__)

    @blueprint.get("/rows")
    @public
    def rows() -> object:
        return page("rows.html", fragment="rows", name="<An>")

    app = app_with(blueprint)
    loader = app.jinja_env.loader
    assert loader is not None
    from jinja2 import ChoiceLoader

    app.jinja_env.loader = ChoiceLoader([DictLoader({"rows.html": TEMPLATE}), loader])
    add_nav(
        app, NavEntry("parts.rows", lazy_gettext("Vướng mắc"), Permission.SEE_ISSUES, 1, lambda _actor: 7)
    )
    return app.test_client()


def test_a_browser_gets_the_page_and_htmx_the_part_out_of_it(browser: FlaskClient) -> None:
    whole, part = browser.get("/rows"), browser.get("/rows", headers={"HX-Request": "true"})
    assert part.text.strip() == "<ul id=rows>&lt;An&gt;</ul>"
    assert part.text.strip() in whole.text
    assert whole.text.startswith("<!DOCTYPE html>")
    assert "HX-Request" in whole.headers["Vary"]
    assert "HX-Request" in part.headers["Vary"]


def test_restoring_from_the_browsers_history_gets_the_page(browser: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert browser.get("/rows", headers=headers).text.startswith("<!DOCTYPE html>")


def test_the_navigation_shows_what_the_person_may_open(
    browser: FlaskClient, province: Province, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    assert 'href="/rows"' not in browser.get("/rows").text
    sign_in(browser, province.officer_a)
    shown = browser.get("/rows").text
    assert '<a href="/rows" aria-current="page">Vướng mắc <span class="count">7</span></a>' in shown
    assert "Tỉnh Mẫu" in shown
    sign_in(browser, province.administrator)
    assert 'href="/rows"' not in browser.get("/rows").text


def test_vietnamese_needs_no_catalogue() -> None:
    assert gettext("Còn %(n)s ngày", n=3) == "Còn 3 ngày"
    assert gettext("75%") == "75%"
    assert ngettext("%(num)s xã", "%(num)s xã", 2) == "2 xã"
    assert str(lazy_gettext("Tìm")) == "Tìm"


def test_times_are_shown_as_in_vietnam() -> None:
    moment = datetime(2026, 12, 31, 18, 5, tzinfo=UTC)
    assert local_time(moment) == "01:05 01/01/2027"
    assert local_date(moment) == "01/01/2027"
    assert local_date(date(2026, 8, 4)) == "04/08/2026"
    assert local_date(None) == local_time(None) == ""
