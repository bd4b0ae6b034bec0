"""Kept addresses are the ones that would be built."""

from typing import Any

import pytest
from flask import Flask, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.web.addresses import KEPT

VALUES = st.dictionaries(
    st.sampled_from(("open", "q", "unit", "after", "root")),
    st.one_of(
        st.text(max_size=20),
        st.integers(0, 3),
        st.booleans(),
        st.none(),
        st.lists(st.integers(0, 3), max_size=2),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, st.sampled_from(("", "/tinh")), st.sampled_from(("/", "/issues")))
def test_a_kept_address_is_the_one_flask_builds(
    app: Flask, values: dict[str, Any], root: str, at: str
) -> None:
    with app.test_request_context(at, base_url=f"http://localhost{root}"):
        for _again in range(2):
            assert url_for("issues.index", **values) == Flask.url_for(app, "issues.index", **values)


def test_one_and_true_are_different_values(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("issues.index", open=True) != url_for("issues.index", open=1)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:5000"])
def test_a_whole_address_names_the_host_that_was_asked(app: Flask, host: str) -> None:
    with app.test_request_context("/", base_url=f"https://{host}"):
        assert url_for("issues.index", _external=True) == f"https://{host}/issues"
        assert url_for("issues.index", _anchor="list") == "/issues#list"


def test_a_relative_endpoint_belongs_to_the_page_that_asks(app: Flask) -> None:
    for path, expected in (("/issues", "/issues"), ("/", "/")):
        with app.test_request_context(path):
            assert url_for(".index") == expected


def test_the_addresses_kept_are_bounded(app: Flask) -> None:
    with app.test_request_context("/"):
        for number in range(KEPT + 100):
            url_for("issues.show", number=f"VM-2026-{number:06}")
        kept: Any = app
        assert kept._kept_address.cache_info().currsize == KEPT


def test_an_endpoint_with_its_arguments_has_one_path(app: Flask) -> None:
    """Else an address would depend on the method of the request that asks for it, and could not be kept."""
    paths: dict[tuple[str, frozenset[str]], set[str]] = {}
    for rule in app.url_map.iter_rules():
        paths.setdefault((rule.endpoint, frozenset(rule.arguments)), set()).add(rule.rule)
    assert [key for key, found in paths.items() if len(found) > 1] == []
