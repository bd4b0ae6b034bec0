"""Which nightly backups stay."""

from datetime import UTC, datetime, timedelta

from tracker.backup.rotation import kept

FIRST = datetime(2026, 1, 4, 18, 30, tzinfo=UTC)  # Monday 5 January, 01:30 in Vietnam


def nights(count: int) -> list[datetime]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def test_seven_days_and_four_weeks_stay_after_a_hundred_nights() -> None:
    staying: set[datetime] = set()
    for night in nights(100):
        staying = kept({*staying, night}, daily=7, weekly=4)
    days = [(night - FIRST).days for night in sorted(staying)]
    # Night 99 is a Wednesday. Its own week counts; of the three before the Sundays stay.
    assert days == [83, 90, 93, 94, 95, 96, 97, 98, 99]


def test_of_two_on_one_local_day_the_later_stays() -> None:
    early, late = FIRST, FIRST + timedelta(hours=20)
    assert kept([late, early], daily=7, weekly=4) == {late}


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    evening, morning = datetime(2026, 1, 5, 16, 59, tzinfo=UTC), datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
    assert kept([evening, morning], daily=7, weekly=0) == {evening, morning}


def test_nothing_stays_where_nothing_is_to_be_kept() -> None:
    assert kept(nights(3), daily=0, weekly=0) == set()
    assert kept([], daily=7, weekly=4) == set()


def test_an_instance_that_was_off_for_months_keeps_what_it_has() -> None:
    old = nights(10)
    assert kept([*old, FIRST + timedelta(days=200)], daily=7, weekly=4) > set(old[-6:])
