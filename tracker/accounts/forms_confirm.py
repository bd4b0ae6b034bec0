"""The form by which somebody confirms who he is. It checks shape, never a password nor a code."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from tracker.web.forms import BaseForm
from tracker.web.http import FORM_BYTES
from tracker.web.i18n import lazy_gettext as _l

CODE_LENGTH = 60


class ConfirmForm(BaseForm):
    """The password once more. `kept_form`: what is to be sent afterwards, sealed; `next`: or opened."""

    next = HiddenField(validators=[Length(max=FORM_BYTES)])
    kept_form = HiddenField(validators=[Length(max=FORM_BYTES)])
    current_password = PasswordField(_l("Mật khẩu"), validators=[InputRequired()])


class ConfirmWithCodeForm(ConfirmForm):
    """The password and the second factor."""

    one_time_code = StringField(_l("Mã xác thực"), validators=[InputRequired(), Length(max=CODE_LENGTH)])
