"""Builds the demonstration province in an empty database.

Owns: the one transaction in which all of it happens, so that a build that was broken off leaves nothing behind. Must
not be called for a database that anybody works in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.attachments.storage import Storage
from tracker.db import db, transaction
from tracker.deadlines.days import import_packaged_days, load_calendar, load_targets
from tracker.demo import further, orders, present, reporting, sheets, told
from tracker.demo.cast import build_cast
from tracker.demo.desk import Desk, World
from tracker.demo.duties import share_fields
from tracker.demo.sample import Sample, read_samples
from tracker.demo.timing import FIRST_DAY, Dates, Story, tell
from tracker.directory.models import Category, Field
from tracker.directory.service import load_province
from tracker.directory.switches import set_switch
from tracker.issues import expiry

PROVINCE = "33"
"""Hưng Yên."""


class Application(Protocol):
    """What is needed of the Flask application."""

    extensions: dict[str, Any]

    def app_context(self) -> AbstractContextManager[object]:
        """The context in which the database is reached."""


def build_demo(app: Application) -> None:
    """Fill the database. Raises NotPossible (province_loaded_already) when it is not empty: nothing is changed then."""
    with app.app_context(), transaction():
        _build(db.session, Storage.of(app.extensions["settings"]))


def _build(session: Session, storage: Storage) -> None:
    load_province(session, PROVINCE)
    import_packaged_days(session)
    load_targets(session)
    set_switch(session, "is_demo", True)
    world = _world(session, storage)
    stories = [_course(sample)(Desk(world, sample)) for sample in read_samples()]
    stories += [course(Desk(world, sample)) for sample, course in further.STORIES]
    stories.append(sheets.from_conferences(world))
    tell(stories, world.dates.last, clock.now(), lambda night: expiry.run_due(session, night))
    expiry.run_due(session, clock.today())
    reporting.last_morning(session)
    orders.name_a_deputy(world)


def _world(session: Session, storage: Storage) -> World:
    dates = Dates(load_calendar(session), clock.today())
    with clock.travel(datetime.combine(FIRST_DAY, time(), clock.LOCAL_ZONE)):
        cast = build_cast(session)
        share_fields(session)
    return World(
        session=session,
        storage=storage,
        cast=cast,
        dates=dates,
        fields={row.code: row.id for row in session.scalars(select(Field))},
        categories={row.code: row.id for row in session.scalars(select(Category))},
    )


def _course(sample: Sample) -> Callable[[Desk], Story]:
    """How the difficulty goes: as told for it, else as its answer says."""
    course = present.COURSES.get(sample.key) or told.COURSES.get(sample.key)
    course = course or (told.usual if sample.answer_kind else told.above)
    return reporting.with_reports(sample.key, orders.with_orders(sample.key, course))
