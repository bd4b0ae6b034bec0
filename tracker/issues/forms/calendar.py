"""The forms of the calendar: one day, the confirmation of a year, a change that was looked at.

Owns: the fields, and reading a plan back from the page that showed it. Limits stand in `deadlines`.
"""

from datetime import date
from typing import cast

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.deadlines.calendar import Day
from tracker.deadlines.changing import Plan
from tracker.deadlines.exchange import MOST_BYTES, NAME_LIMIT, read_days
from tracker.errors import Invalid
from tracker.issues.forms import fields
from tracker.web.forms import BaseForm, choices
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l


class DayForm(BaseForm):
    """One day that is not as its weekday says."""

    on = fields.day(_l("Ngày"))
    kind = RadioField(_l("Loại ngày"), choices=[], default="off")
    name = StringField(_l("Tên ngày"), [InputRequired(), Length(max=NAME_LIMIT)])
    source = StringField(_l("Căn cứ"), [Length(max=NAME_LIMIT)])
    state = RadioField(_l("Tình trạng"), choices=[], default="provisional")

    def prepare(self) -> None:
        """Offer the kinds and the states of a day."""
        self.kind.choices = choices([("off", _("Ngày nghỉ")), ("work", _("Ngày làm việc"))])
        self.state.choices = choices([("provisional", _("Tạm tính")), ("confirmed", _("Chính thức"))])

    def to_day(self) -> Day:
        """The day that was typed."""
        return Day(
            on=cast(date, self.on.data),
            is_work=self.kind.data == "work",
            name=str(self.name.data),
            is_provisional=self.state.data == "provisional",
            source=str(self.source.data or ""),
        )


class ConfirmYearForm(BaseForm):
    """The document that makes a year's provisional days official."""

    document = StringField(_l("Văn bản công bố"), [InputRequired(), Length(max=NAME_LIMIT)])


class PlanForm(BaseForm):
    """A change of the calendar that was looked at and is now to be written."""

    seen = HiddenField()
    removed = HiddenField(validators=[Length(max=12_000)])
    rows = TextAreaField(validators=[Length(max=MOST_BYTES)])

    def to_plan(self) -> Plan:
        """The plan that the page showed. Raises Invalid where it was tampered with."""
        found = read_days(str(self.rows.data).encode()) if self.rows.data else []
        if any(row.fault for row in found):
            raise Invalid("rows", "calendar_file_not_read")
        try:
            removed = tuple(
                date.fromisoformat(text) for text in str(self.removed.data or "").split(",") if text
            )
        except ValueError as error:
            raise Invalid("removed", "calendar_date_not_read") from error
        return Plan(tuple(row.day for row in found if row.day is not None), removed)
