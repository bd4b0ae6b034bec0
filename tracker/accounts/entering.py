"""The way in between the first proof (password, sign-in service) and the session.

Owns: which further proof is asked for, and the steps, which live on the server for minutes and open no page. Must not
know the request nor check a password.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import second_factor, service
from tracker.accounts.models import Account
from tracker.accounts.models_sign_in import SignInStep, StepKind
from tracker.accounts.sealing import Seal
from tracker.accounts.service import Caller
from tracker.audit.service import record
from tracker.directory.switches import Switches
from tracker.errors import Invalid, NotFound

STEP_LASTS = {
    StepKind.CODE: timedelta(minutes=5),
    StepKind.PROVIDER: timedelta(minutes=10),
    StepKind.ENROLMENT: second_factor.ENROLMENT_LASTS,
}
TRIES = 5
"""Wrong codes after which the person begins again with the password."""


@dataclass(frozen=True)
class Opened:
    """What the browser gets: the token of a session (`kind` None), or of the step that comes next."""

    token: str
    kind: StepKind | None


@dataclass(frozen=True)
class AtProvider:
    """What a sign-in service must give back: `nonce` in its token; `verifier` proves that we asked (PKCE).

    `account_id` is set where somebody who is signed in left at `left_at` to confirm who he is; `kept_form`: what he was
    about to send.
    """

    token: str
    nonce: str
    verifier: str
    wanted: str = "/"
    left_at: datetime | None = None
    account_id: int | None = None
    kept_form: str = ""

    @property
    def anew_since(self) -> datetime | None:
        """Since when he must have proved himself there; None where an earlier proof counts."""
        return self.left_at if self.account_id is not None else None


def go_on(
    session: Session,
    account_id: int,
    caller: Caller,
    *,
    way: str,
    wanted: str,
    lasts: timedelta,
    seal: Seal,
    switches: Switches,
    new_hash: str | None = None,
) -> Opened:
    """After the first proof: a session, or the step that asks for the second factor or leads to set it up.

    `way`: password, oidc or link. After the sign-in service the second factor is asked for by a switch only. Raises
    NotFound where the account was disabled meanwhile.
    """
    account = session.get(Account, account_id)
    if account is None or not account.is_active:
        raise NotFound
    if new_hash:
        account.password_hash = new_hash
    kind = _next_step(session, account_id, way, switches)
    detail = {} if way == "password" else {"way": way}
    if kind is None:
        return Opened(service.start_session(session, account_id, caller, lasts=lasts, **detail), None)
    if kind is StepKind.ENROLMENT:
        second_factor.begin_enrolment(session, account_id, seal)
    token = _open_step(session, kind, account_id=account_id, wanted=wanted, way=way)
    record(
        session,
        "second_factor_asked",
        account_id=account.id,
        login=account.login,
        address=caller.address,
        request_id=caller.request_id,
        way=way,
    )
    return Opened(token, kind)


def living_step(session: Session, token: str, kind: StepKind) -> SignInStep | None:
    """The step of this browser, if it is of that kind and not over."""
    step = session.get(SignInStep, service.hash_token(token)) if token else None
    is_living = step is not None and step.kind is kind and step.expires_at > clock.now()
    return step if is_living else None


def pass_code(
    session: Session, step: SignInStep, code: str, caller: Caller, *, lasts: timedelta, seal: Seal
) -> str | None:
    """The token of a new session after a right code; None after a wrong one. The step ends after `TRIES` of them.

    Raises Throttled.
    """
    account_id = _account_id(step)
    if second_factor.check_code(session, account_id, code, seal, caller):
        return _finish(session, step, caller, lasts)
    step.tries += 1
    if step.tries >= TRIES:
        session.delete(step)
    session.flush()
    return None


def pass_enrolment(
    session: Session, step: SignInStep, code: str, caller: Caller, *, lasts: timedelta, seal: Seal
) -> tuple[str, list[str]]:
    """The token of a new session and the recovery codes. Raises Invalid, NotPossible."""
    codes = second_factor.confirm_enrolment(session, _account_id(step), code, seal, caller, keep_session=None)
    return _finish(session, step, caller, lasts), codes


def leave_for_provider(
    session: Session, wanted: str, *, account_id: int | None = None, kept_form: str = ""
) -> AtProvider:
    """Remember that this browser went to the sign-in service, and what must come back."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    token = _open_step(
        session,
        StepKind.PROVIDER,
        wanted=wanted,
        way="oidc",
        nonce=nonce,
        verifier=verifier,
        account_id=account_id,
        kept_form=kept_form,
    )
    return AtProvider(token, nonce, verifier, wanted, clock.now(), account_id, kept_form)


def come_back(session: Session, token: str) -> AtProvider | None:
    """What was remembered, once: a second return with the same state finds nothing."""
    step = living_step(session, token, StepKind.PROVIDER)
    if step is None:
        return None
    session.delete(step)
    session.flush()
    left_at = step.expires_at - STEP_LASTS[StepKind.PROVIDER]
    return AtProvider(token, step.nonce, step.verifier, step.wanted, left_at, step.account_id, step.kept_form)


def end_steps(session: Session, account_id: int) -> None:
    """Whoever is half-way in as this person begins again: for when password or second factor change."""
    session.execute(delete(SignInStep).where(SignInStep.account_id == account_id))


def _next_step(session: Session, account_id: int, way: str, switches: Switches) -> StepKind | None:
    if way == "oidc" and not switches.second_factor_after_oidc:
        return None
    if second_factor.standing(session, account_id).is_on:
        return StepKind.CODE
    return StepKind.ENROLMENT if second_factor.is_needed(session, account_id, switches) else None


def _open_step(session: Session, kind: StepKind, **more: object) -> str:
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + STEP_LASTS[kind]
    session.add(SignInStep(token_hash=service.hash_token(token), kind=kind, expires_at=expires_at, **more))
    session.flush()
    return token


def _finish(session: Session, step: SignInStep, caller: Caller, lasts: timedelta) -> str:
    account_id, way = _account_id(step), step.way
    end_steps(session, account_id)
    return service.start_session(session, account_id, caller, lasts=lasts, way=way, second_factor=True)


def _account_id(step: SignInStep) -> int:
    if step.account_id is None:
        raise Invalid("one_time_code", "code_wrong")
    return step.account_id
