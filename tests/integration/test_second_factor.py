"""The second factor: setting it up, being asked for it, recovery codes, who must have one, losing it."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import Province, build_person
from tests.web import post, token_of
from tracker import clock
from tracker.accounts import passwords, people, second_factor, totp
from tracker.accounts.actor import actor_of
from tracker.accounts.entering import TRIES
from tracker.accounts.models import Account, SignedInSession
from tracker.accounts.models_sign_in import RecoveryCode, SecondFactor, SignInStep
from tracker.accounts.sealing import Seal
from tracker.accounts.service import Caller, clean_sessions
from tracker.audit.models import AuditEntry
from tracker.db import Base, transaction
from tracker.directory.switches import Switches, set_switch
from tracker.permissions import Role

SignIn = Callable[[FlaskClient, Account], str]
PASSWORD = "mùa xuân ở An Bình"
ASK, ENROL, OWN = "/sign-in/code", "/sign-in/second-factor", "/profile/second-factor"


@pytest.fixture
def person(session: Session, province: Province) -> Account:
    """Somebody with a password."""
    with transaction():
        return build_person(
            session,
            "tran.hoa",
            "Trần Thị Hòa",
            (Role.COMMUNE_OFFICER, province.commune_a),
            password_hash=passwords.hash_password(PASSWORD),
        )


class Phone:
    """The app on a phone: gives the code of a moment."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def code(self, *, steps: int = 0) -> str:
        """Of now, or of some steps later."""
        return totp.code_at(self.secret, totp.step_at(clock.now()) + steps)


@pytest.fixture
def phone(app: Flask, session: Session, person: Account) -> Phone:
    """The person has a second factor, confirmed a minute ago."""
    return enrolled(app, session, person)[0]


def enrolled(app: Flask, session: Session, account: Account) -> tuple[Phone, list[str]]:
    seal: Seal = app.extensions["seal"]
    with time_machine.travel(clock.now() - timedelta(minutes=5), tick=False):
        with transaction():
            second_factor.begin_enrolment(session, account.id, seal)
        secret = second_factor.secret_to_confirm(session, account.id, seal)
        assert secret is not None
        made = Phone(secret)
        with transaction():
            codes = second_factor.confirm_enrolment(
                session, account.id, made.code(), seal, Caller(), keep_session=None
            )
    return made, codes


def give_password(client: FlaskClient, **more: object) -> TestResponse:
    return post(client, "/sign-in", {"login": "tran.hoa", "password": PASSWORD, **more})


def give_code(client: FlaskClient, code: str) -> TestResponse:
    return post(client, ASK, {"one_time_code": code}, page=ASK)


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))


def shown_secret(page: str) -> bytes:
    import base64

    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return base64.b32decode(found.group(1).replace(" ", ""))


def shown_codes(page: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z ]{29})</code>", page)


@pytest.mark.asvs("V6.3.3", "V6.3.4")
def test_after_the_password_alone_every_page_is_closed(
    app: Flask, client: FlaskClient, session: Session, phone: Phone
) -> None:
    from tests.rules.rights import ENDPOINTS

    response = give_password(client, next="/profile")
    assert (response.status_code, response.location) == (303, ASK)
    assert session.scalar(select(func.count()).select_from(SignedInSession)) == 0
    for gate in ENDPOINTS.values():
        if gate.permission is not None and "GET" in gate.methods and "<" not in gate.rule:
            assert client.get(gate.rule).status_code == 302, gate.rule
    assert "second_factor_asked" in kinds(session)


def test_the_right_code_opens_a_session_and_leads_on(
    client: FlaskClient, session: Session, phone: Phone
) -> None:
    give_password(client, next="/profile/second-factor")
    response = give_code(client, phone.code())
    assert (response.status_code, response.location) == (303, OWN)
    assert is_in(client)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.kind, '"second_factor": true' in entry.detail) == ("sign_in", True)
    assert session.scalar(select(func.count()).select_from(SignInStep)) == 0


@pytest.mark.asvs("V6.4.3")
def test_a_password_set_by_a_link_leaves_the_second_factor(
    client: FlaskClient, session: Session, province: Province, person: Account, phone: Phone
) -> None:
    with transaction():
        admin = actor_of(session, province.administrator, clock.today())
        token = people.make_link(session, admin, person.id)
    link = f"/password/{token}"
    chosen = "mùa thu ở Văn Giang"
    page = client.get(link).text
    typed = {"csrf_token": token_of(page), "password": chosen, "password_again": chosen}
    assert client.post(link, data=typed).status_code == 303
    assert not is_in(client)
    answer = post(client, "/sign-in", {"login": "tran.hoa", "password": chosen})
    assert answer.location == ASK
    assert not is_in(client)
    give_code(client, phone.code())
    assert is_in(client)


@pytest.mark.asvs("V6.5.1")
def test_a_code_is_taken_once_and_no_earlier_one_after_it(
    client: FlaskClient, app: Flask, phone: Phone
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        give_password(client)
        code = phone.code()
        assert give_code(client, code).status_code == 303
        for replayed in (code, phone.code(steps=-1)):
            other = app.test_client()
            give_password(other)
            assert give_code(other, replayed).status_code == 422
            assert not is_in(other)
        last = app.test_client()
        give_password(last)
        assert give_code(last, phone.code(steps=1)).status_code == 303


@pytest.mark.asvs("V6.5.5")
@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_phone_may_be_half_a_minute_off(client: FlaskClient, phone: Phone, steps: int, status: int) -> None:
    assert totp.STEP_SECONDS == 30
    with time_machine.travel(clock.now(), tick=False):
        give_password(client)
        assert give_code(client, phone.code(steps=steps)).status_code == status


@pytest.mark.asvs("V6.6.3", "V6.3.1")
def test_after_five_wrong_codes_one_begins_again_and_waits(
    client: FlaskClient, app: Flask, session: Session, phone: Phone
) -> None:
    give_password(client)
    for _ in range(TRIES - 1):
        assert give_code(client, "000000").status_code == 422
    response = give_code(client, "000000")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert session.scalar(select(func.count()).select_from(SignInStep)) == 0
    assert kinds(session).count("second_factor_failed") == TRIES
    other = app.test_client()
    post(other, "/sign-in", {"login": "tran.hoa", "password": PASSWORD})
    refused = other.post(
        ASK,
        data={"one_time_code": phone.code(), "csrf_token": _token(other)},
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
    )
    assert refused.status_code == 429
    assert not is_in(other)


def _token(client: FlaskClient) -> str:
    from tests.web import token_of

    return token_of(client.get(ASK).text)


@pytest.mark.asvs("V6.6.2")
def test_a_step_lasts_five_minutes_and_belongs_to_its_browser(
    client: FlaskClient, app: Flask, phone: Phone
) -> None:
    give_password(client)
    stranger = app.test_client()
    assert stranger.get(ASK).location == "/sign-in"
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert client.get(ASK).location == "/sign-in"
        assert not is_in(client)


def test_a_step_of_another_kind_opens_nothing(client: FlaskClient, phone: Phone) -> None:
    give_password(client)
    assert client.get(ENROL).location == "/sign-in"


def test_steps_are_cleaned_away(client: FlaskClient, session: Session, phone: Phone) -> None:
    give_password(client)
    with transaction():
        clean_sessions(session, clock.now() + timedelta(days=2))
    assert session.scalar(select(func.count()).select_from(SignInStep)) == 0


def test_an_account_disabled_in_between_stays_out(
    client: FlaskClient, session: Session, person: Account, phone: Phone
) -> None:
    from tracker.accounts.service import disable

    give_password(client)
    with transaction():
        disable(session, person.id)
    assert give_code(client, phone.code()).status_code == 404
    assert not is_in(client)


@pytest.mark.asvs("V6.5.1", "V6.5.2", "V6.5.4")
def test_each_recovery_code_works_once_and_is_stored_as_a_hash(
    client: FlaskClient, app: Flask, session: Session, person: Account
) -> None:
    _, codes = enrolled(app, session, person)
    assert len(set(codes)) == totp.RECOVERY_CODES
    assert all(len(code) == 24 for code in codes)
    stored = repr(session.execute(select(RecoveryCode.code_hash)).all())
    assert not any(code in stored for code in codes)
    give_password(client)
    assert give_code(client, totp.grouped(codes[3]).lower()).status_code == 303
    assert "recovery_code_used" in kinds(session)
    other = app.test_client()
    give_password(other)
    assert give_code(other, codes[3]).status_code == 422
    assert "Còn 9 mã khôi phục" in client.get(OWN).text


@pytest.mark.asvs("V6.5.2", "V6.5.3")
def test_no_secret_and_no_code_lies_open_in_the_database(
    app: Flask, session: Session, person: Account, client: FlaskClient
) -> None:
    made, codes = enrolled(app, session, person)
    give_password(client)
    everything = ""
    for table in Base.metadata.sorted_tables:
        everything += repr(session.execute(text(f'SELECT * FROM "{table.name}"')).all())
    for secret in (totp.as_typed(made.secret), repr(made.secret), made.secret.hex(), *codes):
        assert secret not in everything
    with client.session_transaction() as cookie:
        assert cookie["sign_in_step"] not in everything


@pytest.mark.asvs("V6.3.3", "V7.2.4")
def test_whoever_needs_one_sets_it_up_before_anything_else(
    client: FlaskClient, app: Flask, session: Session, person: Account
) -> None:
    with transaction():
        set_switch(session, "second_factor_roles", "administrator,commune_officer")
    assert give_password(client, next=OWN).location == ENROL
    assert not is_in(client)
    shown = client.get(ENROL)
    assert shown.headers["Cache-Control"] == "no-store"
    assert 'src="data:image/svg+xml' in shown.text
    made = Phone(shown_secret(shown.text))
    assert post(client, ENROL, {"one_time_code": "123"}, page=ENROL).status_code == 422
    assert not is_in(client)
    done = post(client, ENROL, {"one_time_code": made.code()}, page=ENROL)
    codes = shown_codes(done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert f'href="{OWN}"' in done.text
    assert is_in(client)
    assert {"second_factor_on", "sign_in"} <= set(kinds(session))
    other = app.test_client()
    assert give_password(other).location == ASK
    assert give_code(other, codes[0]).status_code == 303


def test_whose_role_needs_none_is_asked_for_none(
    client: FlaskClient, session: Session, person: Account
) -> None:
    with transaction():
        set_switch(session, "second_factor_roles", "administrator")
    assert give_password(client, next="/profile").location == "/profile"


def test_the_switch_names_roles_and_a_slip_opens_no_door() -> None:
    def roles(value: str) -> frozenset[Role]:
        return second_factor.roles_that_need_one(Switches(second_factor_roles=value))

    assert roles("") == frozenset()
    assert roles(" auditor, administrator ") == {Role.AUDITOR, Role.ADMINISTRATOR}
    assert roles("*") == roles("administrater") == frozenset(Role)


def test_the_sample_people_are_still_one_click_away(
    client: FlaskClient, session: Session, province: Province
) -> None:
    with transaction():
        set_switch(session, "is_demo", True)
        set_switch(session, "second_factor_roles", "*")
    assert post(client, "/sign-in/demo", {"account": str(province.officer_a.id)}).status_code == 303
    assert is_in(client)


@pytest.mark.asvs("V7.5.1", "V7.4.3")
def test_setting_it_up_in_the_profile_asks_for_the_password_and_ends_other_sessions(
    client: FlaskClient, app: Flask, session: Session, person: Account, sign_in: SignIn
) -> None:
    sign_in(client, person)
    other = app.test_client()
    sign_in(other, person)
    for wrong in ({}, {"current_password": "x" * 14}):
        assert post(client, OWN + "/begin", wrong, page=OWN).status_code == 422
        assert client.get(OWN + "/enrol").location == OWN
    assert post(client, OWN + "/begin", {"current_password": PASSWORD}, page=OWN).location == OWN + "/enrol"
    made = Phone(shown_secret(client.get(OWN + "/enrol").text))
    done = post(client, OWN + "/enrol", {"one_time_code": made.code()}, page=OWN + "/enrol")
    assert len(shown_codes(done.text)) == 10
    assert is_in(client)
    assert not is_in(other)
    assert client.get(OWN + "/enrol").location == OWN
    assert "Còn 10 mã khôi phục" in client.get("/profile").text


@pytest.mark.asvs("V7.5.1")
def test_who_has_no_password_needs_a_fresh_sign_in(
    client: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=16), tick=False):
        sign_in(client, province.officer_a)
    assert post(client, OWN + "/begin", {}, page=OWN).status_code == 403
    sign_in(client, province.officer_a)
    assert post(client, OWN + "/begin", {}, page=OWN).location == OWN + "/enrol"


def test_a_secret_that_nobody_confirms_is_shown_for_a_quarter_of_an_hour(
    client: FlaskClient, province: Province, sign_in: SignIn, app: Flask, session: Session
) -> None:
    sign_in(client, province.officer_a)
    post(client, OWN + "/begin", {}, page=OWN)
    assert client.get(OWN + "/enrol").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert client.get(OWN + "/enrol").status_code == 303


@pytest.mark.asvs("V6.5.1")
def test_new_recovery_codes_replace_the_old_ones(
    client: FlaskClient, app: Flask, session: Session, person: Account, sign_in: SignIn
) -> None:
    made, old = enrolled(app, session, person)
    sign_in(client, person)
    assert post(client, OWN + "/codes", {"renew-one_time_code": "1"}, page=OWN).status_code == 422
    done = post(client, OWN + "/codes", {"renew-one_time_code": made.code()}, page=OWN)
    new = shown_codes(done.text)
    assert len(new) == 10
    assert not {code.replace(" ", "") for code in new} & set(old)
    other = app.test_client()
    give_password(other)
    assert give_code(other, old[0]).status_code == 422
    assert give_code(other, new[0]).status_code == 303


def test_switching_off_needs_a_code_and_a_role_that_allows_it(
    client: FlaskClient, session: Session, person: Account, phone: Phone, sign_in: SignIn
) -> None:
    sign_in(client, person)
    for wrong in ("", "000000"):
        assert post(client, OWN + "/off", {"off-one_time_code": wrong}, page=OWN).status_code == 422
    with transaction():
        set_switch(session, "second_factor_roles", "commune_officer")
    refused = post(client, OWN + "/off", {"off-one_time_code": phone.code()}, page=OWN)
    assert refused.status_code == 403
    with transaction():
        set_switch(session, "second_factor_roles", "")
    assert post(client, OWN + "/off", {"off-one_time_code": phone.code()}, page=OWN).status_code == 303
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 0
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert "second_factor_off" in kinds(session)


@pytest.mark.asvs("V6.4.4")
def test_the_administrator_removes_a_lost_one_and_says_how_he_made_sure(
    client: FlaskClient,
    app: Flask,
    session: Session,
    province: Province,
    person: Account,
    phone: Phone,
    sign_in: SignIn,
) -> None:
    url = f"/people/{person.id}/second-factor/remove"
    theirs = app.test_client()
    sign_in(theirs, person)
    sign_in(client, province.administrator)
    assert "Trần Thị Hòa" in client.get(url).text
    assert post(client, url, {"reason": "  "}, page=url).status_code == 422
    assert post(client, url, {"reason": "Gặp trực tiếp"}, page=url).status_code == 303
    assert not is_in(theirs)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "second_factor_removed")).one()
    assert entry.account_id == province.administrator.id
    assert '"before": {"second_factor": true}' in entry.detail
    assert "tran.hoa" in entry.detail
    assert give_password(app.test_client(), next="/profile").location == "/profile"
    assert client.get(url).status_code == 404


def test_nobody_else_removes_one_and_an_administrator_not_his_own(
    client: FlaskClient,
    app: Flask,
    session: Session,
    province: Province,
    person: Account,
    phone: Phone,
    sign_in: SignIn,
) -> None:
    sign_in(client, province.coordinator)
    url = f"/people/{person.id}/second-factor/remove"
    assert post(client, url, {"reason": "x"}, page="/profile").status_code == 404
    enrolled(app, session, province.administrator)
    boss = app.test_client()
    sign_in(boss, province.administrator)
    own = f"/people/{province.administrator.id}/second-factor/remove"
    assert post(boss, own, {"reason": "x"}, page=own).status_code == 403
    assert second_factor.accounts_with_one(
        session, [person.id, province.administrator.id, province.lead.id]
    ) == {
        person.id,
        province.administrator.id,
    }


def test_a_former_key_still_opens_and_the_secret_is_sealed_anew(
    client: FlaskClient,
    session: Session,
    person: Account,
    phone: Phone,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old_key = app.extensions["settings"].secret_key()
    new_key = "n" * 64
    before = session.get_one(SecondFactor, person.id).sealed_secret
    monkeypatch.setitem(app.extensions, "seal", Seal((new_key, old_key)))
    give_password(client)
    assert give_code(client, phone.code()).status_code == 303
    after = session.scalar(select(SecondFactor.sealed_secret))
    assert after is not None
    assert after != before
    assert Seal((new_key,)).open(after) == phone.secret
    assert Seal((old_key,)).open(after) is None


def test_a_lost_key_leaves_the_recovery_codes(
    client: FlaskClient, session: Session, person: Account, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, codes = enrolled(app, session, person)
    monkeypatch.setitem(app.extensions, "seal", Seal(("n" * 64,)))
    give_password(client)
    assert give_code(client, made.code()).status_code == 422
    assert give_code(client, codes[0]).status_code == 303


def test_a_key_file_may_hold_former_keys(app: Flask, tmp_path: object) -> None:
    from tracker import create_app
    from tracker.config import SettingError, load_settings

    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path)})
    settings.secret_key_file.write_text("a" * 64 + "\n\n" + "b" * 64 + "\n")
    assert settings.secret_keys() == ("a" * 64, "b" * 64)
    assert settings.secret_key() == "a" * 64
    made = create_app(settings)
    assert made.config["SECRET_KEY_FALLBACKS"] == ["b" * 64]
    settings.secret_key_file.write_text("a" * 64 + "\nshort\n")
    with pytest.raises(SettingError):
        settings.secret_keys()


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1, the last six digits."""
    secret = b"12345678901234567890"
    for moment, code in [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]:
        assert totp.code_at(secret, moment // 30) == code


@given(st.binary(min_size=20, max_size=20), st.integers(1, 2**31), st.integers(-4, 4), st.integers(-4, 4))
def test_a_code_matches_near_its_step_and_after_the_last_one(
    secret: bytes, now_step: int, off: int, after: int
) -> None:
    step = max(0, now_step + off)
    found = totp.matching_step(secret, totp.code_at(secret, step), now_step, after=now_step + after)
    if abs(step - now_step) <= totp.DRIFT and off > after:
        assert found is not None
    if found is not None:
        assert abs(found - now_step) <= totp.DRIFT
        assert found > now_step + after
        assert totp.code_at(secret, found) == totp.code_at(secret, step)


@given(st.text(max_size=40))
def test_nothing_but_a_recovery_code_has_a_hash(typed: str) -> None:
    found = totp.hash_recovery_code(typed)
    plain = re.sub(r"[\s-]", "", typed).upper()
    assert (found is not None) == bool(re.fullmatch(r"[2-9A-HJ-NP-Z]{24}", plain))


@given(st.text(max_size=12))
def test_nothing_typed_breaks_the_comparison(typed: str) -> None:
    now = int(time.time()) // 30
    found = totp.matching_step(b"x" * 20, typed, now, after=0)
    assert found is None or totp.code_at(b"x" * 20, found) == re.sub(r"\s", "", typed)
