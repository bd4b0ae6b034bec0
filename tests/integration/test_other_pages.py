"""What another site's page may have of ours: a link to it, and nothing else."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.marked_world import World, build_world
from tracker.accounts.models import Account
from tracker.issues.models import IssueFile

SignIn = Callable[[FlaskClient, Account], str]


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """The marked province."""
    return build_world(app, session, province)


@pytest.mark.asvs("V3.5.8")
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_private_pages_and_files_are_no_part_of_another_page(
    app: Flask, world: World, session: Session, sign_in: SignIn, site: str
) -> None:
    client = app.test_client()
    file_id = session.scalar(
        select(IssueFile.id).where(IssueFile.issue_id == world.issues["a_working"]).order_by(IssueFile.id)
    )
    number = world.number("a_working")
    urls = ("/", "/profile", f"/issues/{number}", f"/issues/{number}/files/{file_id}", "/issues/export.csv")
    parts = [
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
        {},
    ]
    link = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    with world.desk.travelled():
        sign_in(client, world.person("officer_a"))
        for url in urls:
            for part in parts:
                refused = client.get(url, headers={"Sec-Fetch-Site": site, **part})
                assert refused.status_code == 404, (url, part)
                assert not re.search(
                    r"zq\w+zq", refused.text
                )  # the marks; a random key may hold two of the letters
            assert client.get(url, headers={"Sec-Fetch-Site": site, **link}).status_code == 200
            own = {"Sec-Fetch-Site": "same-origin", **parts[2]}
            assert client.get(url, headers=own).status_code == 200
            assert client.get(url).headers["Cross-Origin-Resource-Policy"] == "same-origin"
