"""What a sign-in service must say of how, and when, it made sure of somebody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts.oidc_strength import LEEWAY, Demand, TooOld, TooWeak

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEVELS = st.lists(st.sampled_from(["1", "2", "urn:mfa", "high"]), unique=True).map(tuple)
CLAIM = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def ago(**time: float) -> int:
    return int((NOW - timedelta(**time)).timestamp())


@given(claims=st.dictionaries(st.sampled_from(["acr", "amr", "auth_time"]), CLAIM))
def test_without_a_demand_every_answer_is_enough(claims: dict[str, object]) -> None:
    Demand().check(claims, NOW)
    assert Demand().asked() == {}


@given(demanded=LEVELS.filter(bool), said=CLAIM | st.sampled_from(["1", "2", "urn:mfa", "high"]))
def test_a_level_is_enough_exactly_when_it_is_in_the_list(demanded: tuple[str, ...], said: object) -> None:
    demand = Demand(acr=demanded)
    if said in demanded:
        demand.check({"acr": said}, NOW)
    else:
        with pytest.raises(TooWeak):
            demand.check({"acr": said}, NOW)


@given(demanded=LEVELS.filter(bool), said=LEVELS.map(list) | CLAIM)
def test_the_methods_are_enough_exactly_when_one_of_the_demanded_is_among_them(
    demanded: tuple[str, ...], said: object
) -> None:
    demand = Demand(amr=demanded)
    if isinstance(said, list) and set(demanded) & set(said):
        demand.check({"amr": said}, NOW)
    else:
        with pytest.raises(TooWeak):
            demand.check({"amr": said}, NOW)


@given(minutes=st.integers(1, 10_080), seconds=st.integers(-1_000_000, 1_000_000))
def test_a_proof_counts_exactly_as_long_as_demanded(minutes: int, seconds: int) -> None:
    demand, said = Demand(max_age=timedelta(minutes=minutes)), {"auth_time": ago(seconds=seconds)}
    leeway = int(LEEWAY.total_seconds())
    if -leeway <= seconds <= minutes * 60 + leeway:
        demand.check(said, NOW)
    else:
        with pytest.raises(TooOld):
            demand.check(said, NOW)


@pytest.mark.parametrize("said", [None, "", "1", True, [], {}, float("nan"), float("inf"), 10**400])
def test_a_time_that_is_no_time_is_no_proof(said: object) -> None:
    with pytest.raises(TooOld):
        Demand(max_age=timedelta(days=7)).check({"auth_time": said}, NOW)
    with pytest.raises(TooOld):
        Demand().check({"auth_time": said}, NOW, anew_since=NOW)


def test_who_left_to_prove_himself_anew_did_so_after_he_left() -> None:
    demand, left = Demand(max_age=timedelta(hours=8)), NOW - timedelta(minutes=5)
    demand.check({"auth_time": ago(minutes=4)}, NOW, anew_since=left)
    with pytest.raises(TooOld):
        demand.check({"auth_time": ago(minutes=7)}, NOW, anew_since=left)
    assert demand.asked(anew=True) == {"prompt": "login", "max_age": "0"}
