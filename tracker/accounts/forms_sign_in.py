"""Forms of the second factor. They check shape, never rights nor a code."""

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.web.forms import BaseForm
from tracker.web.i18n import lazy_gettext as _l

_CODE_LENGTH = 60


class CodeForm(BaseForm):
    """Six digits of the app, or a recovery code."""

    one_time_code = StringField(_l("Mã xác thực"), validators=[InputRequired(), Length(max=_CODE_LENGTH)])


class PresentPasswordForm(BaseForm):
    """The present password once more."""

    current_password = PasswordField(_l("Mật khẩu hiện tại"), validators=[InputRequired()])


class RemovalForm(BaseForm):
    """How the administrator made sure who asks."""

    reason = TextAreaField(_l("Đã xác minh người đề nghị bằng cách nào"), validators=[Length(max=300)])
