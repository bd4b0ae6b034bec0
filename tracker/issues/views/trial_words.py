"""What is said of trial mode wherever rising is shown.

Owns: the sentence. Whether it is on is known to `escalation_rules`.
"""

from tracker import clock
from tracker.db import db
from tracker.directory.switches import read_switches
from tracker.issues.escalation_rules import is_on_trial, trial_ends_on
from tracker.text import format_date
from tracker.web.i18n import gettext as _


def trial_words() -> str:
    """One sentence while the trial runs, with its last day where it has one; else nothing."""
    switches = read_switches(db.session)
    if not is_on_trial(switches, clock.today()):
        return ""
    last_on = trial_ends_on(switches)
    if last_on is None:
        return _(
            "Đang chạy thử: việc đến cấp 3, cấp 4 chỉ hiện trong danh sách hằng tuần, chưa tự động báo cáo."
        )
    return _(
        "Đang chạy thử đến hết ngày %(day)s: việc đến cấp 3, cấp 4 chỉ hiện trong danh sách hằng tuần, "
        "chưa tự động báo cáo.",
        day=format_date(last_on),
    )
