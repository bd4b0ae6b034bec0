"""What journeys share: a province whose people walk in two modes; at the end everything stored belongs together."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.journeys.walking import Walk
from tracker.db import transaction
from tracker.deadlines.days import import_packaged_days, load_targets


@pytest.fixture(params=["plain", "htmx"])
def walk(request: pytest.FixtureRequest, app: Flask, session: Session, province: Province) -> Iterator[Walk]:
    """The pages, walked without JavaScript and as htmx asks for them."""
    with transaction():
        import_packaged_days(session)
        load_targets(session)
    made = Walk(app, session, province, request.param)
    yield made
    assert made.problems() == []
