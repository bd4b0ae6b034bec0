"""The second factor of a person: who needs one, setting it up, checking a code, recovery codes, taking it away.

Owns: every change of `SecondFactor` and `RecoveryCode`. Must not know the request; secrets come sealed, the seal is
given. A wrong code is an answer, not an error: the transaction that counted the try must be kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import throttle, totp
from tracker.accounts.models import Account, Grant
from tracker.accounts.models_sign_in import RecoveryCode, SecondFactor
from tracker.accounts.sealing import Seal
from tracker.accounts.service import Caller, revoke_sessions
from tracker.audit.service import record
from tracker.directory.switches import Switches
from tracker.errors import Forbidden, Invalid, NotFound, NotPossible
from tracker.permissions import Actor, Permission, Role
from tracker.text import clean_line

ENROLMENT_LASTS = timedelta(minutes=15)
"""How long a secret that nobody has confirmed may be shown."""


@dataclass(frozen=True)
class Standing:
    """What a person has: `codes_left` recovery codes of the ten."""

    is_on: bool
    codes_left: int


def roles_that_need_one(switches: Switches) -> frozenset[Role]:
    """The roles named by the switch `second_factor_roles` (values of `Role`, comma between; `*`: every role).

    A name that is no role stands for every role: a slip of the pen opens no door.
    """
    names = {name.strip() for name in switches.second_factor_roles.split(",") if name.strip()}
    return frozenset(Role(name) for name in names) if names <= set(Role) else frozenset(Role)


def is_needed(session: Session, account_id: int, switches: Switches) -> bool:
    """Whether any role that the person holds today needs a second factor."""
    roles = roles_that_need_one(switches)
    if not roles:
        return False
    held = select(Grant.id).where(
        Grant.account_id == account_id, Grant.role.in_(roles), Grant.holds_on(clock.today())
    )
    return session.scalar(held.limit(1)) is not None


def standing(session: Session, account_id: int) -> Standing:
    """Whether the person has a confirmed second factor, and how many recovery codes are left."""
    is_on = _confirmed(session, account_id) is not None
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Standing(is_on, session.scalar(unused) or 0)


def begin_enrolment(session: Session, account_id: int, seal: Seal) -> None:
    """Make a new secret, which counts once a code of it is typed. Raises NotPossible where there is one already."""
    row = session.get(SecondFactor, account_id)
    if row is not None and row.confirmed_at is not None:
        raise NotPossible
    sealed, now = seal.close(totp.new_secret()), clock.now()
    if row is None:
        session.add(SecondFactor(account_id=account_id, sealed_secret=sealed, begun_at=now))
    else:
        row.sealed_secret, row.begun_at, row.last_step = sealed, now, 0
    session.flush()


def secret_to_confirm(session: Session, account_id: int, seal: Seal) -> bytes | None:
    """The secret that is being set up; None where there is none, it is confirmed, or it lay for too long."""
    row = session.get(SecondFactor, account_id)
    if row is None or row.confirmed_at is not None or clock.now() - row.begun_at > ENROLMENT_LASTS:
        return None
    return seal.open(row.sealed_secret)


def confirm_enrolment(
    session: Session, account_id: int, code: str, seal: Seal, caller: Caller, *, keep_session: str | None
) -> list[str]:
    """Switch the second factor on; gives the recovery codes, which are never shown again.

    The person's other sessions end. Raises Invalid for a wrong code, NotPossible where nothing is being set up.
    """
    secret = secret_to_confirm(session, account_id, seal)
    if secret is None:
        raise NotPossible("second_factor_too_late")
    step = totp.matching_step(secret, code, totp.step_at(clock.now()), after=0)
    if step is None:
        raise Invalid("one_time_code", "code_wrong")
    row = session.get_one(SecondFactor, account_id)
    row.confirmed_at, row.last_step = clock.now(), step
    _record(session, "second_factor_on", account_id, caller)
    revoke_sessions(session, account_id, except_hash=keep_session)
    return _replace_codes(session, account_id)


def check_code(session: Session, account_id: int, code: str, seal: Seal, caller: Caller) -> bool:
    """Whether this is the present code of the person or an unused recovery code; either is used up by it.

    Counts as a try until it is right. Raises Throttled.
    """
    throttle.begin_code_try(session, account_id, clock.now())
    if _takes_totp(session, account_id, code, seal) or _takes_recovery_code(
        session, account_id, code, caller
    ):
        throttle.forget_code_tries(session, account_id)
        return True
    _record(session, "second_factor_failed", account_id, caller)
    return False


def renew_recovery_codes(session: Session, account_id: int, caller: Caller) -> list[str]:
    """Ten new recovery codes in place of the old ones. Ask for a code first. Raises NotPossible."""
    if _confirmed(session, account_id) is None:
        raise NotPossible
    _record(session, "recovery_codes_renewed", account_id, caller)
    return _replace_codes(session, account_id)


def turn_off(session: Session, account_id: int, switches: Switches, caller: Caller) -> None:
    """Give up one's own second factor. Ask for a code first. Raises Forbidden where the role needs it."""
    if _confirmed(session, account_id) is None:
        raise NotPossible
    if is_needed(session, account_id, switches):
        raise Forbidden("second_factor_needed")
    _delete(session, account_id)
    _record(session, "second_factor_off", account_id, caller)


def remove_second_factor(session: Session, actor: Actor, account_id: int, *, reason: str) -> None:
    """Take away the second factor of somebody who lost it; all sessions of that person end.

    `reason`: how the administrator made sure who asks (kept in the audit log). Raises NotFound, Forbidden for one's
    own, Invalid without reason.
    """
    account = session.get(Account, account_id)
    if (
        account is None
        or not actor.has(Permission.ADMINISTER)
        or session.get(SecondFactor, account_id) is None
    ):
        raise NotFound
    if account_id == actor.account_id:
        raise Forbidden
    said = clean_line(reason)
    if not said:
        raise Invalid("reason", "missing")
    was_on = _confirmed(session, account_id) is not None
    _delete(session, account_id)
    record(
        session,
        "second_factor_removed",
        account_id=actor.account_id,
        of_account=account.id,
        of_login=account.login,
        reason=said[:300],
        before={"second_factor": was_on},
        after={"second_factor": False},
    )
    revoke_sessions(session, account_id)


def accounts_with_one(session: Session, account_ids: Iterable[int]) -> frozenset[int]:
    """Those of the accounts that have a confirmed second factor."""
    which = select(SecondFactor.account_id).where(
        SecondFactor.account_id.in_(list(account_ids)), SecondFactor.confirmed_at.is_not(None)
    )
    return frozenset(session.scalars(which))


def _confirmed(session: Session, account_id: int) -> SecondFactor | None:
    row = session.get(SecondFactor, account_id)
    return row if row is not None and row.confirmed_at is not None else None


def _takes_totp(session: Session, account_id: int, code: str, seal: Seal) -> bool:
    row = _confirmed(session, account_id)
    secret = seal.open(row.sealed_secret) if row else None
    if row is None or secret is None:
        return False
    step = totp.matching_step(secret, code, totp.step_at(clock.now()), after=row.last_step)
    if step is None:
        return False
    unused = (SecondFactor.account_id == account_id, SecondFactor.last_step < step)
    renewed = seal.renew(row.sealed_secret)
    return _changed_one(
        session, update(SecondFactor).where(*unused).values(last_step=step, sealed_secret=renewed)
    )


def _takes_recovery_code(session: Session, account_id: int, code: str, caller: Caller) -> bool:
    code_hash = totp.hash_recovery_code(code)
    if code_hash is None or _confirmed(session, account_id) is None:
        return False
    which = (
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == code_hash,
        RecoveryCode.used_at.is_(None),
    )
    if not _changed_one(session, update(RecoveryCode).where(*which).values(used_at=clock.now())):
        return False
    _record(session, "recovery_code_used", account_id, caller)
    return True


def _changed_one(session: Session, statement: object) -> bool:
    """Whether the change met its one row: of two who send the same code at once, one is refused."""
    done: CursorResult[object] = session.execute(statement)  # type: ignore[call-overload]
    return done.rowcount == 1


def _replace_codes(session: Session, account_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = totp.new_recovery_codes()
    for code in codes:
        session.add(RecoveryCode(account_id=account_id, code_hash=totp.hash_recovery_code(code)))
    session.flush()
    return codes


def _delete(session: Session, account_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def _record(session: Session, kind: str, account_id: int, caller: Caller) -> None:
    account = session.get_one(Account, account_id)
    record(
        session,
        kind,
        account_id=account.id,
        login=account.login,
        address=caller.address,
        request_id=caller.request_id,
    )
