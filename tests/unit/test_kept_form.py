"""What is kept of a form while its sender confirms who he is."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts import kept_form
from tracker.accounts.kept_form import KeptForm, keep, take_out
from tracker.accounts.sealing import Seal

SEAL = Seal(("a secret key",), kept_form.PURPOSE)
PLAIN = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
NAMES = PLAIN.filter(lambda name: "password" not in name and "token" not in name)


@given(path=PLAIN, fields=st.lists(st.tuples(NAMES, PLAIN), max_size=8), owner=st.integers(1, 2**31))
def test_a_form_comes_back_as_it_was_to_its_own_sender_alone(
    path: str, fields: list[tuple[str, str]], owner: int
) -> None:
    sealed = keep(SEAL, owner, path, fields)
    assert take_out(SEAL, sealed, owner) == KeptForm(owner, path, tuple(fields))
    assert take_out(SEAL, sealed, owner + 1) is None


@given(typed=st.text(max_size=200))
def test_what_we_never_sealed_opens_to_nothing(typed: str) -> None:
    assert take_out(SEAL, typed, 1) is None


def test_what_is_sealed_for_another_purpose_opens_to_nothing() -> None:
    other = Seal(("a secret key",))
    assert take_out(SEAL, keep(other, 1, "/", [("a", "b")]), 1) is None
    assert other.open(keep(SEAL, 1, "/", [("a", "b")])) is None


def test_tokens_passwords_and_codes_are_not_kept_and_a_key_against_twice_is() -> None:
    secret = ["csrf_token", "password", "current_password", "one_time_code", "renew-one_time_code"]
    sealed = keep(SEAL, 1, "/", [(name, "x") for name in [*secret, "idempotency_key", "role"]])
    found = take_out(SEAL, sealed, 1)
    assert found is not None
    assert found.fields == (("idempotency_key", "x"), ("role", "x"))


def test_what_is_too_long_is_kept_in_no_part() -> None:
    assert keep(SEAL, 1, "/", [("text", "x" * kept_form.MOST_BYTES)]) == ""
    whole = keep(SEAL, 1, "/", [("text", "x" * (kept_form.MOST_BYTES - 100))])
    assert take_out(SEAL, whole, 1) is not None
