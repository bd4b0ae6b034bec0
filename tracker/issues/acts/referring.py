"""Acts towards somebody higher: REFER, REPLY_IN, RECALL, FOLLOW_UP.

Owns: what they leave. That the waiting ends with the state is `referral_ends`' business.
"""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.deadlines.facts import FactKind, WaitsFor
from tracker.errors import Invalid, NotPossible
from tracker.issues import referral_rules
from tracker.issues.history import Happening
from tracker.issues.inputs import choice_of, date_of, flag_of, key_of, line_of, text_of
from tracker.issues.models import Audience
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.referral_rules import CENTRAL, CENTRAL_LEVEL, Addressee
from tracker.issues.step import Step

SUBJECT_LIMIT = 500


def refer(step: Step) -> None:
    """Send the matter up with a document of its own, or with one that is under way already."""
    consent = _consent(step)
    referral = _document_under_way(step) or _new_document(step)
    interim_due_on = referral_rules.interim_due(referral.addressee, step.today, step.calendar)
    waiting = ReferralIssue(
        referral_id=referral.id,
        issue_id=step.issue.id,
        referred_on=step.today,
        follow_up_on=_next_follow_up(step, referral, None),
        interim_due_on=interim_due_on,
    )
    step.session.add(waiting)
    _count(step, referral, 1)
    pauses = referral_rules.pauses_clock(referral.addressee)
    step.fact(FactKind.PAUSED if pauses else FactKind.WAITS, waits_for=WaitsFor.AUTHORITY)
    if referral.addressee in CENTRAL:
        step.level = CENTRAL_LEVEL
    plan = {"subject": referral.subject, "follow_up_on": waiting.follow_up_on.isoformat(), **consent}
    step.before.append(Happening("referral_prepared", plan, audience=Audience.DEPARTMENTS))
    step.payload |= {
        **_about(referral),
        "pauses": pauses,
        "interim_due_on": interim_due_on.isoformat() if interim_due_on else "",
    }
    step.file_audience = Audience.DEPARTMENTS


def reply_in(step: Step) -> None:
    """The reply has come; the work goes on with it."""
    referral = _waiting(step).referral
    text = text_of(step.data, "text", is_needed=not step.files)
    on = _not_in_future(step, "reply_on")
    step.payload |= {
        "addressee": referral.addressee.value,
        "name": referral.name,
        "text": text,
        "document_number": line_of(step.data, "reply_number", limit=80, is_needed=False),
        "document_on": on.isoformat() if on else "",
    }


def recall(step: Step) -> None:
    """The document is taken back, for this issue."""
    referral = _waiting(step).referral
    step.payload |= {
        "addressee": referral.addressee.value,
        "name": referral.name,
        "reason": text_of(step.data, "reason"),
    }


def follow_up(step: Step) -> None:
    """The addressee was reminded, or the document has its number: read by departments alone."""
    waiting = _waiting(step)
    referral = waiting.referral
    is_numbered = _set_number(step, referral)
    session_on = date_of(step.data, "session_on", is_needed=False)
    if session_on is not None and referral.addressee in referral_rules.IN_SESSION:
        referral.session_on = session_on
    text = text_of(step.data, "text", is_needed=not is_numbered)
    if text or date_of(step.data, "follow_up_on", is_needed=False):
        waiting.follow_up_on = _next_follow_up(step, referral, referral.session_on)
    step.audience = Audience.DEPARTMENTS
    step.payload |= {
        **_about(referral),
        "text": text,
        "follow_up_on": waiting.follow_up_on.isoformat(),
    }


def _consent(step: Step) -> dict[str, str]:
    """Who of the department's leaders agreed, where a lead refers. Raises Invalid."""
    if step.actor is None or referral_rules.decides_himself(step.actor, step.matter):
        return {}
    if not flag_of(step.data, "has_consent"):
        raise Invalid("has_consent", "missing")
    name = line_of(step.data, "consent_by", limit=160)
    on = _not_in_future(step, "consent_on") or step.today
    return {"consent_by": name, "consent_on": on.isoformat()}


def _document_under_way(step: Step) -> Referral | None:
    """The document of the same unit that was chosen. Raises Invalid for one that is none, or has ended."""
    key = key_of(step.data, "referral_id")
    if key is None:
        return None
    referral = step.session.scalars(
        select(Referral).where(
            Referral.id == key, Referral.unit_id == step.issue.holder_id, Referral.open_count > 0
        )
    ).first()
    if referral is None:
        raise Invalid("referral_id", "not_a_choice")
    return referral


def _new_document(step: Step) -> Referral:
    addressee = choice_of(step.data, "addressee", Addressee)
    if addressee is None:
        raise Invalid("addressee", "missing")
    is_ministry = addressee is Addressee.MINISTRY
    assert step.issue.holder_id is not None  # what is worked on is held
    referral = Referral(
        addressee=addressee,
        name=line_of(step.data, "name", limit=200, is_needed=is_ministry),
        document_number=line_of(step.data, "document_number", limit=80, is_needed=False),
        document_on=_not_in_future(step, "document_on"),
        subject=line_of(step.data, "subject", limit=SUBJECT_LIMIT, is_needed=False) or step.issue.title,
        session_on=date_of(step.data, "session_on", is_needed=False)
        if addressee in referral_rules.IN_SESSION
        else None,
        unit_id=step.issue.holder_id,
        sent_on=step.today,
        created_by_id=step.account_id,
        created_at=step.now,
        open_count=0,
    )
    step.session.add(referral)
    step.session.flush()
    return referral


def _waiting(step: Step) -> ReferralIssue:
    """The document for whose reply the issue waits."""
    found = step.session.scalars(
        select(ReferralIssue)
        .where(ReferralIssue.issue_id == step.issue.id, ReferralIssue.ended_at.is_(None))
        .options(joinedload(ReferralIssue.referral))
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotPossible(state=step.issue.state.value)
    return found


def _next_follow_up(step: Step, referral: Referral, session_on: date | None) -> date:
    """The date typed, else the rule's. Raises Invalid where it lies in the past or beyond the rule."""
    latest = referral_rules.latest_follow_up(
        referral.addressee, step.today, session_on or referral.session_on, step.calendar
    )
    wanted = date_of(step.data, "follow_up_on", is_needed=False)
    if wanted is None:
        return step.calendar.add(step.today, referral_rules.follow_up_days(referral.addressee))
    if wanted <= step.today:
        raise Invalid("follow_up_on", "not_in_future")
    if wanted > latest:
        raise Invalid(
            "follow_up_on", "follow_up_too_late", days=referral_rules.follow_up_days(referral.addressee)
        )
    return wanted


def _set_number(step: Step, referral: Referral) -> bool:
    """Keep the number that came later. Whether one was given."""
    number = line_of(step.data, "document_number", limit=80, is_needed=False)
    if not number or referral.document_number:
        return False
    referral.document_number = number
    referral.document_on = _not_in_future(step, "document_on") or referral.document_on
    return True


def _not_in_future(step: Step, name: str) -> date | None:
    on = date_of(step.data, name, is_needed=False)
    if on is not None and on > step.today:
        raise Invalid(name, "in_future")
    return on


def _count(step: Step, referral: Referral, change: int) -> None:
    step.session.execute(
        update(Referral)
        .where(Referral.id == referral.id)
        .values(open_count=Referral.open_count + change)
        .execution_options(synchronize_session=False)
    )


def _about(referral: Referral) -> dict[str, object]:
    return {
        "referral_id": referral.id,
        "addressee": referral.addressee.value,
        "name": referral.name,
        "document_number": referral.document_number,
        "document_on": referral.document_on.isoformat() if referral.document_on else "",
        "session_on": referral.session_on.isoformat() if referral.session_on else "",
    }
