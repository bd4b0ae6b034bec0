"""The administrator's page of jobs, and the warnings on his home page.

Owns: the words of each job and of each warning. Must not run a job, nor show anything of a matter.
"""

from datetime import timedelta
from typing import cast

from flask import Blueprint, current_app, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker import clock, doctor, jobs
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.deadlines.days import year_to_settle
from tracker.permissions import Actor, Permission
from tracker.upkeep import board
from tracker.upkeep.board import JobState
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.i18n import ngettext
from tracker.web.pages import AdminEntry, page

blueprint = Blueprint("upkeep", __name__)
ADMIN_PAGES = (
    AdminEntry(
        "upkeep.show_jobs",
        _l("Việc chạy định kỳ"),
        _l("Chương trình chạy ngầm có hoạt động không, việc nào lỗi, cảnh báo của hệ thống."),
        Permission.ADMINISTER,
        100,
    ),
)

JOB_WORDS: dict[str, tuple[str, str]] = {
    "pass_on_ended_units": (
        _l("Bàn giao khi đơn vị kết thúc"),
        _l("Đổi tên đơn vị đúng ngày, chuyển vai trò và vướng mắc của đơn vị đã kết thúc."),
    ),
    "take_due_acts": (
        _l("Việc đến ngày"),
        _l("Kết thúc do hết thời hạn phản hồi, tiếp tục xử lý khi đến ngày hẹn."),
    ),
    "clean_sessions": (_l("Dọn phiên đăng nhập"), _l("Xóa phiên đã hết hạn và các lần thử đăng nhập cũ.")),
    "clean_form_keys": (_l("Dọn khóa biểu mẫu"), _l("Xóa khóa chống gửi trùng đã cũ.")),
    "sweep_files": (_l("Dọn tệp thừa"), _l("Xóa tệp không thuộc vướng mắc nào sau một ngày.")),
    "move_dates": (
        _l("Tính lại thời hạn"),
        _l("Sau khi lịch làm việc thay đổi, tính lại hạn của các vướng mắc đang mở."),
    ),
    "write_stages": (
        _l("Ghi thời gian xử lý của vướng mắc cũ"),
        _l("Sau khi nâng cấp, ghi thời gian tại từng bước của các vướng mắc đã có."),
    ),
    "raise_late_matters": (
        _l("Đôn đốc, báo cáo cấp trên"),
        _l("Sáng ngày làm việc, nhắc việc sắp đến hạn và báo cáo việc quá hạn theo quy định."),
    ),
    "remind_of_dates": (
        _l("Nhắc việc đến ngày"),
        _l("Ngày làm việc, nhắc văn bản trình đến ngày đôn đốc, cam kết đến hạn, ý kiến sắp hết hạn."),
    ),
    "tell_people": (_l("Gửi thông báo"), _l("Gửi thư điện tử báo việc mới cho người liên quan.")),
    "work_on_sheets": (_l("Đọc bảng tính"), _l("Kiểm tra và ghi các dòng của tệp bảng tính đã tải lên.")),
    "remove_old": (
        _l("Dọn thông báo, thư đã cũ"),
        _l("Ban đêm, xóa thông báo đã đọc, thư đã gửi và bản sao trước nâng cấp quá thời gian lưu."),
    ),
    "back_up": (_l("Sao lưu hằng đêm"), _l("Đêm nay chưa có bản sao cơ sở dữ liệu và tệp thì sao lưu.")),
}
"""Name and sentence."""
_UNKNOWN = _l("Việc chạy định kỳ của hệ thống.")

WARNING_WORDS: dict[str, str] = {
    "secret key": _l("Tệp khóa bí mật đang mở cho tài khoản khác đọc."),
    "disk": _l("Ổ đĩa sắp đầy."),
    "certificate": _l("Chứng thư của trang web sắp hết hạn hoặc không đọc được."),
    "backup": _l("Chưa có bản sao lưu mới, hoặc bản sao lưu thiếu tệp."),
    "province": _l("Chưa có danh mục đơn vị của tỉnh."),
    "calendar": _l("Chưa có lịch nghỉ của năm tới."),
    "demonstration": _l("Dữ liệu minh họa đang mở ra ngoài máy này."),
    "histories": _l("Lịch sử xử lý có chỗ không khớp; cần chạy kiểm tra toàn bộ."),
    "jobs": _l("Có việc chạy định kỳ bị lỗi."),
    "mail": _l("Thư điện tử báo việc không gửi được."),
    "worker": _l("Không có chương trình chạy ngầm nào hoạt động."),
}


@blueprint.get("/jobs")
@requires(Permission.ADMINISTER)
def show_jobs() -> Response:
    """Every periodic job and whether somebody runs them."""
    now = clock.now()
    states = board.job_states(db.session, _jobs(), now)
    return page(
        "upkeep/jobs.html",
        rows=[(state, *words_of(state.name), _every(state.period), _took(state)) for state in states],
        worker=board.worker_state(db.session, states, now),
        warnings=warnings(db.session),
    )


@blueprint.post("/jobs/<name>/run")
@requires(Permission.ADMINISTER)
def run_job(name: str) -> Response:
    """Make a job due now."""
    me = actor()
    with transaction():
        is_asked = board.ask_for_run(db.session, me, _jobs(), name)
    if is_asked:
        flash(_("Đã ghi nhận. Việc này chạy trong khoảng nửa phút nếu chương trình chạy ngầm hoạt động."))
    else:
        flash(_("Việc này đang chạy."))
    return redirect(url_for("upkeep.show_jobs"), 303)


def words_of(name: str) -> tuple[str, str]:
    """Name and sentence of a job."""
    found = JOB_WORDS.get(name)
    return found if found is not None else (name, _UNKNOWN)


def warnings(session: Session) -> list[str]:
    """What somebody has to act on, in words."""
    found = doctor.warnings(_settings(), session)
    words = [str(WARNING_WORDS.get(finding.what, finding.what)) for finding in found]
    year = year_to_settle(session, clock.today())
    if year is not None:
        words.append(
            _("Lịch nghỉ năm %(year)s còn tạm tính hoặc chưa có; cần xác nhận lịch chính thức.", year=year)
        )
    return words


def home_warnings(session: Session, me: Actor) -> list[str]:
    """The warnings for the home page of an administrator; nothing for others."""
    return warnings(session) if me.has(Permission.ADMINISTER) else []


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def _jobs() -> tuple[jobs.Job, ...]:
    return jobs.jobs_of(_settings())


def _every(period: timedelta) -> str:
    seconds = round(period.total_seconds())
    if seconds % 60:
        return ngettext("%(num)s giây một lần", "%(num)s giây một lần", seconds)
    if seconds % 3600:
        return ngettext("%(num)s phút một lần", "%(num)s phút một lần", seconds // 60)
    return ngettext("%(num)s giờ một lần", "%(num)s giờ một lần", seconds // 3600)


def _took(state: JobState) -> str:
    if state.took is None:
        return ""
    seconds = round(state.took.total_seconds())
    if seconds < 1:
        return _("chưa đến 1 giây")
    return ngettext("%(num)s giây", "%(num)s giây", seconds)
