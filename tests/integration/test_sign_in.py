"""Signing in."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.builders import Province
from tracker.accounts.models import Account


def test_the_sign_in_page_is_open(client: FlaskClient, province: Province) -> None:
    response = client.get("/sign-in")
    assert response.status_code == 200, response.text
    assert re.search(r'name="csrf_token"', response.text)


def test_profile(
    client: FlaskClient, province: Province, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    sign_in(client, province.officer_a)
    response = client.get("/profile")
    assert response.status_code == 200, response.text
    assert "Nguyễn Thị An" in response.text
