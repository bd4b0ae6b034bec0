"""What integration tests of issues share: a desk in a small province, proven clean at the end of each test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person
from tests.builders import Province
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines.days import import_packaged_days, load_targets


@pytest.fixture
def desk(session: Session, province: Province) -> Iterator[Desk]:
    """People who act while the clock travels; whatever they did, everything stored belongs together."""
    with transaction():
        import_packaged_days(session)
        load_targets(session)
    made = Desk(session, province)
    yield made
    assert made.verify() == []


@pytest.fixture
def enter(app: Flask, desk: Desk, sign_in: Any) -> Callable[[Account], Person]:
    """enter(account): that person at a browser of his own, at the desk's hour."""
    return lambda account: Person(desk, app.test_client(), account, sign_in)
