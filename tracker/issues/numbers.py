"""Numbers of issues: VM-<year>-<six digits>, gapless within a year, given when an issue is sent.

Owns: `NumberSeries`. A number is taken in the transaction that sends the issue, so one that fails takes none.
"""

from sqlalchemy.orm import Session

from tracker.issues.counts import upsert
from tracker.issues.models import Issue, NumberSeries

YEAR_FACTOR = 1_000_000


def give_number(session: Session, issue: Issue, year: int) -> None:
    """Give the issue the next number of the year."""
    statement = upsert(session, NumberSeries).values(year=year, last_serial=1)
    serial = session.execute(
        statement.on_conflict_do_update(
            index_elements=["year"], set_={"last_serial": NumberSeries.last_serial + 1}
        ).returning(NumberSeries.last_serial),
        execution_options={"synchronize_session": False},
    ).scalar_one()
    issue.number_key = year * YEAR_FACTOR + serial
    issue.number = f"VM-{year}-{serial:06d}"
