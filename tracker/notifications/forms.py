"""Forms of notices: how each kind comes."""

from typing import Any

from wtforms import RadioField, SelectField

from tracker.notifications import pages
from tracker.notifications.kinds import BY_SMS, KINDS, LEADERS_DIGEST, Kind
from tracker.notifications.models import Mode
from tracker.web.forms import BaseForm, choices
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label


def _mode_choices(kind: Kind) -> Any:
    name = "SmsMode" if kind.code == BY_SMS else "Mode"
    return choices((mode.value, label(f"{name}.{mode.value}")) for mode in kind.modes)


def preferences_form(modes: dict[str, Mode], *, is_leader: bool, has_sms: bool) -> BaseForm:
    """A form with one choice for each kind that can be chosen at all; `has_sms`: short messages can reach him."""
    left_out = {LEADERS_DIGEST: not is_leader, BY_SMS: not has_sms}
    kinds = [kind for kind in KINDS if len(kind.modes) > 1 and not left_out.get(kind.code)]

    class PreferencesForm(BaseForm):
        """One field per kind."""

    for kind in kinds:
        setattr(PreferencesForm, kind.code, SelectField(pages.happened(kind.code)))
    form = PreferencesForm(data={kind.code: modes[kind.code].value for kind in kinds})
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
