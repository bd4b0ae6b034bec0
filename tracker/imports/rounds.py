"""A round of the worker over the sheets that wait: first files are read, then rows are filed.

Owns: the order of steps and the pause between them, so that people get their turn at the database. Each step is a
transaction of the caller's; parsing is in none.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from tracker import clock
from tracker.errors import Invalid
from tracker.imports import filing, reading, service
from tracker.imports.models import BatchState
from tracker.imports.places import Places
from tracker.imports.queries import waiting

Transaction = Callable[[], AbstractContextManager[None]]
PAUSE_SECONDS = 0.15
STEP_NOW = 20
PAUSE_NOW_SECONDS = 0.05


def work(session: Session, transaction: Transaction, until: datetime) -> int:
    """Read and file what waits, no longer than until then; gives the number of sheets that were worked on."""
    worked = 0
    for state in (BatchState.READING, BatchState.WAITING):
        for batch_id in waiting(session, state):
            _read(session, transaction, batch_id)
            worked += 1
    for batch_id in waiting(session, BatchState.FILING):
        worked += 1
        while clock.now() < until and _file_step(session, transaction, batch_id):
            time.sleep(PAUSE_SECONDS)
    if service.has_old(session, clock.now()):
        with transaction():
            service.clean(session, clock.now())
    return worked


def file_now(session: Session, transaction: Transaction, batch_id: int) -> None:
    """File a sheet of few rows while its maker waits, in steps, so that nobody else waits for all of them.

    Whatever stops it, the worker goes on with the rows that are left.
    """
    while True:
        with transaction():
            more = filing.file_some(session, batch_id, STEP_NOW)
        if not more:
            return
        time.sleep(PAUSE_NOW_SECONDS)


def _file_step(session: Session, transaction: Transaction, batch_id: int) -> bool:
    with transaction():
        return filing.file_some(session, batch_id)


def _read(session: Session, transaction: Transaction, batch_id: int) -> None:
    with transaction():
        begun = reading.begin(session, batch_id)
    if begun is None:
        return
    try:
        opened = reading.open_sheet(batch_id, *begun)
        more, places = True, Places(session)
        while more:
            lines = opened.next_lines()
            with transaction():
                more = reading.keep(session, opened, lines, places)
            time.sleep(PAUSE_SECONDS)
    except Invalid as error:
        with transaction():
            reading.fail(session, batch_id, error)
