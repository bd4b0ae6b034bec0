"""Words of a document to somebody higher: to whom, under which number.

Owns: these words. Must not query.
"""

from tracker.issues.models_referrals import Referral
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.labels import label


def addressee_words(referral: Referral) -> str:
    """The office addressed, by name where it has one of its own."""
    return referral.name or label(f"Addressee.{referral.addressee.value}")


def number_words(referral: Referral) -> str:
    """Number and date, or that the number is awaited."""
    day = format_date(referral.document_on) if referral.document_on else ""
    return " · ".join(part for part in (referral.document_number or _("Chờ số văn bản"), day) if part)


def document_words(referral: Referral) -> str:
    """One line for a list to choose from."""
    return " · ".join((addressee_words(referral), number_words(referral), referral.subject))
