"""Forms of the pages of people. They check shape, never rights.

Owns: the fields. Units to choose from are put in by the views.
"""

from wtforms import DateField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from tracker.directory.forms import pick
from tracker.permissions import Role
from tracker.web.forms import BaseForm, CreatingForm, choices
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label

_DATES = ["%Y-%m-%d", "%d/%m/%Y"]


def _role_field(words: str) -> SelectField:
    return SelectField(words, [InputRequired()], choices=choices([("", _l("Chọn vai trò"))]))


def offer_roles(field: SelectField) -> None:
    """Put all roles in, in the language of the answer."""
    field.choices = choices(
        [("", _l("Chọn vai trò")), *((role.value, label(f"Role.{role}")) for role in Role)]
    )


class FactsForm(BaseForm):
    """Who a person is."""

    seen = HiddenField()
    login = StringField(_l("Tên đăng nhập"), validators=[InputRequired(), Length(max=80)])
    full_name = StringField(_l("Họ và tên"), validators=[InputRequired(), Length(max=120)])
    position = StringField(_l("Chức vụ"), validators=[Length(max=120)])
    phone = StringField(_l("Điện thoại"), validators=[Length(max=40)])
    email = StringField(_l("Thư điện tử"), validators=[Length(max=254)])

    def facts(self) -> dict[str, str]:
        """What was typed."""
        names = ("login", "full_name", "position", "phone", "email")
        return {name: str(self[name].data or "") for name in names}


class NewPersonForm(FactsForm, CreatingForm):
    """A person with a first role."""

    role = _role_field(_l("Vai trò"))
    unit = pick(_l("Đơn vị"), needed=True)
    valid_from = DateField(_l("Từ ngày"), format=_DATES, validators=[InputRequired()])


class RoleForm(CreatingForm):
    """A role in a unit for a time."""

    role = _role_field(_l("Vai trò"))
    unit = pick(_l("Đơn vị"), needed=True)
    valid_from = DateField(_l("Từ ngày"), format=_DATES, validators=[InputRequired()])
    valid_to = DateField(_l("Đến hết ngày"), format=_DATES, validators=[Optional()])


class EndRoleForm(BaseForm):
    """The last day of a role."""

    valid_to = DateField(_l("Ngày cuối cùng"), format=_DATES, validators=[InputRequired()])


class MoveForm(CreatingForm):
    """From one unit to another."""

    from_unit = pick(_l("Từ đơn vị"), needed=True)
    to_unit = pick(_l("Đến đơn vị"), needed=True)
    role = _role_field(_l("Vai trò ở đơn vị mới"))
    first_day = DateField(_l("Ngày đầu tiên ở đơn vị mới"), format=_DATES, validators=[InputRequired()])


class LinkForm(BaseForm):
    """The first or a new password, by a link."""

    password = PasswordField(_l("Mật khẩu mới"), validators=[InputRequired()])
    password_again = PasswordField(
        _l("Nhập lại mật khẩu mới"), validators=[InputRequired(), EqualTo("password")]
    )
