"""What the paper on signing in says is what the program does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Province
from tests.rules.tree import ROOT
from tracker.accounts import entering, throttle
from tracker.accounts.models import Account
from tracker.accounts.models_sign_in import StepKind
from tracker.config import load_settings
from tracker.db import Base

PAPER = " ".join((ROOT / "docs" / "decisions" / "0008-signing-in.md").read_text("utf-8").split())


@pytest.mark.asvs("V6.1.1", "V6.6.3")
def test_the_paper_names_how_guessing_is_slowed() -> None:
    assert f"{throttle.OF_LOGIN.free} wrong passwords of a login" in PAPER
    assert f"up to {throttle.OF_LOGIN.longest} seconds" in PAPER
    assert f"{throttle.OF_ADDRESS.free} from one address, then up to {throttle.OF_ADDRESS.longest}" in PAPER
    assert f"after {entering.TRIES} wrong ones" in PAPER
    minutes = {kind: int(lasts / timedelta(minutes=1)) for kind, lasts in entering.STEP_LASTS.items()}
    assert (
        f"{minutes[StepKind.CODE]} minutes for a code, {minutes[StepKind.PROVIDER]} at the provider, "
        f"{minutes[StepKind.ENROLMENT]} to set one up" in PAPER
    )


@pytest.mark.asvs("V7.1.1", "V7.1.3")
def test_the_paper_names_how_long_a_session_lasts(tmp_path: Path) -> None:
    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path)})
    assert f"ends {settings.session_idle_hours} hours after its last use" in PAPER
    assert f"and {settings.session_absolute_hours} hours after signing in at the latest" in PAPER
    assert "whatever the provider says of its own session" in PAPER
    assert f"a proof of identity of the last {settings.fresh_minutes} minutes" in PAPER


@pytest.mark.asvs("V7.1.2")
def test_the_paper_names_how_many_sessions_there_may_be(
    app: Flask, province: Province, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    assert "A person may have any number of sessions, sees them in the profile and ends them there." in PAPER
    browsers = [app.test_client() for _ in range(25)]
    for client in browsers:
        sign_in(client, province.officer_a)
    assert {client.get("/profile").status_code for client in browsers} == {200}
    assert browsers[0].get("/profile").text.count('action="/profile/sessions/end"') == len(browsers) - 1


@pytest.mark.asvs("V6.1.3")
def test_the_paper_lists_every_way_in(app: Flask) -> None:
    ways = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sign-in")}
    assert {way for way in ways if f"`{way}`" not in PAPER} <= {"/sign-in/oidc/return"}


@pytest.mark.asvs("V6.2.7", "V6.4.2")
def test_password_managers_fill_the_fields_and_no_hint_is_asked_for(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    columns = {column.name for column in Base.metadata.tables["account"].columns}
    assert not [name for name in columns if "hint" in name or "question" in name]
