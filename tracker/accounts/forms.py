"""Forms of signing in and of one's own profile. They check shape, never rights."""

from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from tracker.web.forms import BaseForm, choices
from tracker.web.i18n import LANGUAGES
from tracker.web.i18n import lazy_gettext as _l


class SignInForm(BaseForm):
    """Login and password."""

    login = StringField(_l("Tên đăng nhập"), validators=[InputRequired(), Length(max=80)])
    password = PasswordField(_l("Mật khẩu"), validators=[InputRequired()])
    next = HiddenField()


class PasswordForm(BaseForm):
    """A new password, with the present one."""

    current_password = PasswordField(_l("Mật khẩu hiện tại"), validators=[InputRequired()])
    password = PasswordField(_l("Mật khẩu mới"), validators=[InputRequired()])
    password_again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        validators=[
            InputRequired(),
            EqualTo("password", message=_l("Hai lần nhập mật khẩu mới chưa giống nhau.")),
        ],
    )


class LanguageForm(BaseForm):
    """The language of pages."""

    language = SelectField(_l("Ngôn ngữ"), choices=choices(LANGUAGES.items()))
