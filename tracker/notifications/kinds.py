"""The kinds of notices: whose duty each is, which act it asks for, how it leaves unless somebody wants otherwise.

Owns: the register. Who is told what is in `issues.telling`, the words in `web.labels_of_notices`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.issues.workflow import Act
from tracker.notifications.models import Mode


@dataclass(frozen=True)
class Kind:
    """A kind of notice. `act`: what the person has to do; while he cannot take it any more there is no mail."""

    code: str
    act: Act | None = None
    is_duty: bool = False
    """One's own duty: it may wait for the digest, but is never off."""
    default: Mode = Mode.AT_ONCE
    is_immediate: bool = False
    """About the security of an account: it does not wait for office hours and cannot be turned off."""
    choices: tuple[Mode, ...] = ()
    """What a person may choose, where it does not follow from the rest."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """What a person may choose."""
        if self.choices:
            return self.choices
        if self.is_immediate:
            return (Mode.AT_ONCE,)
        return (Mode.AT_ONCE, Mode.DIGEST) if self.is_duty else tuple(Mode)


LEADERS_DIGEST = "leaders_digest"
ADDRESS_CHANGED = "address_changed"
"""Its mail goes to the address of before."""
BY_SMS = "duties_by_sms"
"""No notice of its own: whether one's own duties come to the telephone too."""
_A, _M = Act, Mode

KINDS: tuple[Kind, ...] = (
    Kind("to_sign", _A.SIGN, is_duty=True),
    Kind("to_route", _A.ROUTE, is_duty=True),
    Kind("new_matter", _A.ASSIGN, is_duty=True),
    Kind("transferred_in", _A.ASSIGN, is_duty=True),
    Kind("assigned_interim", _A.INTERIM, is_duty=True),
    Kind("assigned", _A.SUBMIT_ANSWER, is_duty=True),
    Kind("info_asked", _A.GIVE_INFO, is_duty=True),
    Kind("to_approve", _A.APPROVE, is_duty=True),
    Kind("answer_returned", _A.SUBMIT_ANSWER, is_duty=True),
    Kind("answered", _A.CONFIRM, is_duty=True),
    Kind("opinion_asked", _A.GIVE_OPINION, is_duty=True),
    Kind("clarification_asked", is_duty=True),
    Kind("disputed", is_duty=True),
    Kind("reopened", is_duty=True),
    Kind("reply_arrived", _A.SUBMIT_ANSWER, is_duty=True),
    Kind("woken", _A.ASSIGN, is_duty=True),
    Kind("draft_returned", _A.SEND, is_duty=True),
    Kind("raised_to_you", is_duty=True),
    Kind("duty_missed", is_duty=True),
    Kind("due_soon", is_duty=True, default=_M.DIGEST),
    Kind("follow_up_due", _A.FOLLOW_UP, is_duty=True),
    Kind("promise_due", _A.KEEP, is_duty=True),
    Kind("promise_soon", _A.KEEP, is_duty=True, default=_M.DIGEST),
    Kind("opinion_due", _A.GIVE_OPINION, is_duty=True),
    Kind("info_nudged", _A.GIVE_INFO, is_duty=True),
    Kind("to_close_uninformed", _A.CLOSE_UNINFORMED, is_duty=True),
    Kind("raised", default=_M.DIGEST),
    Kind("escalation_declined", default=_M.AT_ONCE),
    Kind("escalation_ended", default=_M.DIGEST),
    Kind("extension_asked", _A.EXTEND, is_duty=True),
    Kind("recorded_for_you", is_duty=True),
    Kind("directive_given", is_duty=True),
    Kind("directive_due", is_duty=True),
    Kind("directive_overdue", is_duty=True),
    Kind("directive_sent_back", is_duty=True),
    Kind("directive_reported", default=_M.AT_ONCE),
    Kind("directive_confirmed", default=_M.DIGEST),
    Kind("directive_cancelled", default=_M.DIGEST),
    Kind("recorded_objected", default=_M.AT_ONCE),
    Kind("recorded_confirmed", default=_M.DIGEST),
    Kind("extended", default=_M.DIGEST),
    Kind("extension_refused", default=_M.AT_ONCE),
    Kind("due_moved", default=_M.DIGEST),
    Kind("filed_for_you", default=_M.AT_ONCE),
    Kind("opinion_given", default=_M.AT_ONCE),
    Kind("opinion_expired", default=_M.AT_ONCE),
    Kind("opinion_cancelled", default=_M.DIGEST),
    Kind("info_given", default=_M.AT_ONCE),
    Kind("info_added", default=_M.DIGEST),
    Kind("corrected", default=_M.DIGEST),
    Kind("party_withdrew", default=_M.DIGEST),
    Kind("taken_over", default=_M.DIGEST),
    Kind("signed", default=_M.DIGEST),
    Kind("moved", default=_M.DIGEST),
    Kind("news", default=_M.DIGEST),
    Kind("interim", default=_M.AT_ONCE),
    Kind("answered_for_information", default=_M.AT_ONCE),
    Kind("answer_sent", default=_M.DIGEST),
    Kind("number_set", default=_M.DIGEST),
    Kind("dropped", default=_M.AT_ONCE),
    Kind("closed", default=_M.DIGEST),
    Kind("referred", default=_M.AT_ONCE),
    Kind("reply_received", default=_M.AT_ONCE),
    Kind("referral_recalled", default=_M.DIGEST),
    Kind("commitment_kept", default=_M.AT_ONCE),
    Kind("commitment_woken", default=_M.AT_ONCE),
    Kind("sign_in_new_device", is_duty=True, is_immediate=True),
    Kind("credentials_changed", is_duty=True, is_immediate=True),
    Kind(ADDRESS_CHANGED, is_duty=True, is_immediate=True),
    Kind(LEADERS_DIGEST, default=_M.DIGEST),
    Kind(BY_SMS, default=_M.OFF, choices=(_M.OFF, _M.AT_ONCE)),
)
BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
DIRECTIVES_BY_DATE = frozenset({"directive_due", "directive_overdue"})
"""True while a directive with a date waits for its report."""
OF_DIRECTIVES = frozenset({"recorded_for_you", "directive_given", "directive_sent_back"}) | DIRECTIVES_BY_DATE
"""Duties that wait in an answered issue too: it stays open for them."""
OF_LEVELS = frozenset({"raised_to_you", "duty_missed", "raised"})
"""True while the level stands, and, of a duty, while somebody owes it."""
OF_ACCOUNTS = frozenset(kind.code for kind in KINDS if kind.is_immediate)


def kind_of(code: str) -> Kind:
    """The kind with this code; one that a newer or older version wrote is told like news, and can be turned off."""
    return BY_CODE.get(code, Kind(code, default=Mode.DIGEST))


def codes(kinds: Iterable[Kind] = KINDS) -> list[str]:
    """All codes in their order."""
    return [kind.code for kind in kinds]
