"""Forms of notices: how each kind comes."""

from collections.abc import Collection
from typing import Any

from wtforms import RadioField, SelectField

from tracker.notifications import pages
from tracker.notifications.kinds import BY_SMS, Kind
from tracker.notifications.models import Mode
from tracker.notifications.receiving import kinds_of
from tracker.permissions import Role
from tracker.web.forms import BaseForm, choices
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label


def _mode_choices(kind: Kind) -> Any:
    name = "SmsMode" if kind.code == BY_SMS else "Mode"
    return choices((mode.value, label(f"{name}.{mode.value}")) for mode in kind.modes)


def preferences_form(modes: dict[str, Mode], roles: Collection[Role], *, has_sms: bool) -> BaseForm:
    """A form with one choice for each kind that can reach these roles; `has_sms`: short messages can reach him."""
    kinds = [kind for kind in kinds_of(roles) if len(kind.modes) > 1 and (has_sms or kind.code != BY_SMS)]

    class _PreferencesForm(BaseForm):
        """One field per kind."""

    for kind in kinds:
        setattr(_PreferencesForm, kind.code, SelectField(pages.happened(kind.code)))
    form = _PreferencesForm(data={kind.code: modes[kind.code].value for kind in kinds})
    for kind in kinds:
        field: Any = form[kind.code]
        field.choices = _mode_choices(kind)
    return form


class OneKindForm(BaseForm):
    """One kind alone, from the link in a mail."""

    mode = RadioField(_l("Cách nhận"))

    def offer(self, kind: Kind) -> None:
        """Offer what this kind can be."""
        self.mode.choices = _mode_choices(kind)
