"""What tests of pages need of a page: its tokens and its forms. Knows no page."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_of(page: str) -> str:
    """The CSRF token in a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form that writes"
    return found.group(1)


def post(client: FlaskClient, url: str, data: dict[str, object], *, page: str = "/sign-in") -> TestResponse:
    """Send a form with the token of a page that this browser has opened; signed in, of the profile."""
    opened = client.get(page)
    if opened.status_code == 303:
        opened = client.get("/profile")
    return client.post(url, data={"csrf_token": token_of(opened.text), **data})
