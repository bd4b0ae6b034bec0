"""The home page.

Owns: the sentence and the act of each group. Must not know which groups exist for whom: providers say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, current_app, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts.login import SignedInUser
from tracker.db import db
from tracker.directory.pages import switches
from tracker.home import looking
from tracker.home.providers import Provider, all_groups
from tracker.issues.lists import IssueFilter
from tracker.issues.todo import TodoGroup, count_new
from tracker.issues.views.lists import list_href
from tracker.issues.views.wording import count_words
from tracker.notifications.pages import issue_path
from tracker.permissions import Actor, Permission
from tracker.text import format_date
from tracker.web.access import actor, requires
from tracker.web.afterwards import afterwards
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import NavEntry, page

blueprint = Blueprint("home", __name__)
MAIN_PAGES = (NavEntry("home.index", _l("Việc cần làm"), Permission.OWN_PROFILE, 10),)

Warner = Callable[[Session, Actor], list[str]]
"""Gives what is wrong with the instance, in words, to those who may put it right."""

_WORDS: dict[str, tuple[str, str, str | None]] = {
    "to_sign": (_l("vướng mắc chờ lãnh đạo duyệt gửi"), _l("Xem và duyệt"), None),
    "info_asked": (_l("vướng mắc chờ địa phương bổ sung thông tin"), _l("Bổ sung"), "soon"),
    "to_confirm": (_l("trả lời chờ địa phương phản hồi"), _l("Phản hồi"), "soon"),
    "filed_for_us": (
        _l("vướng mắc được gửi thay địa phương, còn được chỉnh nội dung"),
        _l("Xem và chỉnh"),
        "soon",
    ),
    "awaiting_sign": (_l("vướng mắc đã trình, chờ lãnh đạo duyệt"), _l("Xem"), None),
    "drafts": (_l("bản nháp chưa gửi"), _l("Soạn tiếp"), None),
    "own_open": (_l("vướng mắc của địa phương đang được giải quyết"), _l("Theo dõi"), None),
    "unit_info_asked": (_l("vướng mắc chờ đơn vị gửi bổ sung thông tin"), _l("Bổ sung"), "soon"),
    "unit_to_confirm": (_l("trả lời chờ đơn vị gửi phản hồi"), _l("Phản hồi"), "soon"),
    "opinions_expired": (
        _l("nội dung được lấy ý kiến đã hết hạn, còn gửi được ý kiến muộn"),
        _l("Gửi ý kiến"),
        "late",
    ),
    "opinions_asked": (_l("nội dung được lấy ý kiến"), _l("Gửi ý kiến"), "soon"),
    "mine_opinions_answered": (_l("vướng mắc đã có ý kiến tham gia của sở, ngành"), _l("Xem ý kiến"), None),
    "mine_opinions_expired": (
        _l("vướng mắc có sở, ngành hết hạn, chưa tham gia ý kiến"),
        _l("Xem"),
        None,
    ),
    "mine_returned": (_l("dự thảo trả lời được chuyển lại để hoàn thiện"), _l("Hoàn thiện"), "soon"),
    "mine_to_clarify": (_l("trả lời địa phương đề nghị làm rõ thêm"), _l("Làm rõ"), "soon"),
    "mine_interim": (_l("vướng mắc chờ trả lời bước đầu"), _l("Trả lời bước đầu"), "soon"),
    "mine_late": (_l("vướng mắc đang xử lý đã quá hạn"), _l("Xử lý ngay"), "late"),
    "mine_due_soon": (_l("vướng mắc đang xử lý sắp đến hạn"), _l("Xử lý"), "soon"),
    "mine_no_news": (_l("vướng mắc lâu chưa cập nhật tiến độ cho địa phương"), _l("Cập nhật"), None),
    "number_missing": (_l("văn bản đã gửi còn chờ số"), _l("Cập nhật số"), None),
    "mine_working": (_l("vướng mắc đang xử lý"), _l("Mở danh sách"), None),
    "desk_overdue": (_l("vướng mắc chờ tiếp nhận hoặc chờ duyệt đã quá hạn nội bộ"), _l("Xem"), "late"),
    "routing_overdue": (
        _l("vướng mắc chờ quyết định cơ quan chủ trì đã quá hạn nội bộ"),
        _l("Quyết định"),
        "late",
    ),
    "to_approve": (_l("dự thảo trả lời chờ duyệt"), _l("Xem và duyệt"), None),
    "to_accept": (_l("vướng mắc mới chờ tiếp nhận"), _l("Tiếp nhận và giao"), None),
    "to_assign": (_l("vướng mắc chờ phân công người xử lý"), _l("Phân công"), None),
    "follow_up_due": (_l("văn bản trình đến ngày đôn đốc"), _l("Đôn đốc"), "soon"),
    "interim_owed": (_l("vướng mắc đã trình, cần trả lời bước đầu cho địa phương"), _l("Trả lời"), "soon"),
    "promise_due": (_l("cam kết sắp đến hạn hoặc đã đến hạn"), _l("Xem"), "soon"),
    "extension_asked": (_l("đề nghị gia hạn chờ quyết định"), _l("Quyết định"), "soon"),
    "escalated": (_l("vướng mắc đã báo cáo cấp trên"), _l("Xem"), "late"),
    "unit_late": (_l("vướng mắc của đơn vị đã quá hạn"), _l("Xem"), "late"),
    "to_route": (_l("vướng mắc chờ quyết định cơ quan chủ trì"), _l("Quyết định"), None),
    "sent_up": (_l("vướng mắc đã trình hoặc báo cáo lên trên sở, ngành"), _l("Xem"), None),
    "shared": (_l("vướng mắc nhiều địa phương cùng gặp"), _l("Xem"), None),
    "recorded_for_me": (_l("nội dung được ghi thay, chờ ông, bà xác nhận"), _l("Xác nhận"), "soon"),
    "directives_reported": (_l("báo cáo thực hiện chỉ đạo chờ xác nhận"), _l("Xem báo cáo"), None),
    "recorded_objected": (
        _l("vướng mắc lãnh đạo không đồng ý với nội dung được ghi thay"),
        _l("Xem"),
        "late",
    ),
    "duties_late": (_l("vướng mắc được báo cáo, có việc quá hạn nội bộ"), _l("Xử lý ngay"), "late"),
    "duties_owed": (_l("vướng mắc được báo cáo, chờ ông, bà xử lý"), _l("Xử lý"), "soon"),
    "directives_late": (_l("ý kiến chỉ đạo đơn vị phải thực hiện, có việc quá hạn"), _l("Báo cáo"), "late"),
    "directives_owed": (_l("ý kiến chỉ đạo đơn vị phải thực hiện"), _l("Báo cáo"), "soon"),
    "all_long_late": (_l("vướng mắc trong tỉnh quá hạn kéo dài"), _l("Xem"), "late"),
    "all_late": (_l("vướng mắc trong tỉnh đã quá hạn"), _l("Xem"), "late"),
    "all_open": (_l("vướng mắc trong tỉnh đang được giải quyết"), _l("Xem"), None),
}
"""Sentence without the number, act, tone."""
_OF_DIRECTIVES = {
    "recorded_for_me": "word",
    "directives_reported": "reported",
    "directives_late": "owed",
    "directives_owed": "owed",
}
"""Groups that the page of directives shows, with the place on it."""
_UNKNOWN = (_l("việc cần xem"), _l("Xem"), None)


@dataclass(frozen=True)
class GroupShown:
    """A group as the page shows it."""

    count: str
    text: str
    act: str
    tone: str | None
    href: str


def add_provider(app: Flask, provider: Provider) -> None:
    """Register a provider of groups; wiring calls this."""
    app.extensions.setdefault("home_groups", []).append(provider)


def add_warnings(app: Flask, provider: Warner) -> None:
    """Register who knows what is wrong with the instance; wiring calls this."""
    app.extensions.setdefault("home_warnings", []).append(provider)


@blueprint.get("/")
@requires(Permission.OWN_PROFILE)
def index() -> Response:
    """What the person has to do now, and how much is new."""
    me = actor()
    if not me.has(Permission.SEE_ISSUES):
        return page(
            "home/index.html",
            groups=[],
            new="",
            may_file=False,
            may_import=False,
            may_see=False,
            warnings=_warnings(me),
        )
    user = cast(SignedInUser, current_user)
    looked_at = user.looked_at
    providers: list[Provider] = current_app.extensions.get("home_groups", [])
    groups = all_groups(providers, db.session, me, switches(), clock.today())
    since = looked_at.replace(microsecond=0) if looked_at is not None else None  # as an address carries it
    new = count_new(db.session, me, since) if since is not None else None
    _keep_looking(me, looked_at)
    return page(
        "home/index.html",
        groups=[_shown(group) for group in groups],
        new=count_words(new.n, is_capped=new.is_capped) if new is not None and new.n else "",
        new_href=list_href(IssueFilter(changed_since=since)),
        may_file=me.has(Permission.FILE_ISSUE),
        may_import=me.has(Permission.WORK_ON_ISSUE),
        may_see=True,
        warnings=_warnings(me),
    )


def _warnings(me: Actor) -> list[str]:
    warners: list[Warner] = current_app.extensions.get("home_warnings", [])
    return [text for warner in warners for text in warner(db.session, me)]


def _shown(group: TodoGroup) -> GroupShown:
    text, act, tone = _WORDS.get(group.code, _UNKNOWN)
    count = count_words(group.count.n, is_capped=group.count.is_capped)
    return GroupShown(count, _sentence(str(text), group), str(act), tone, _href(group))


def _href(group: TodoGroup) -> str:
    if group.code == "promise_due":
        return url_for("issues.commitments_list", due="mine")
    if group.code in _OF_DIRECTIVES:
        return url_for("issues.directives_list", _anchor=_OF_DIRECTIVES[group.code])
    if group.only is not None:
        return issue_path(group.only.number, group.only.draft_key)
    return list_href(group.filter or IssueFilter())


def _sentence(text: str, group: TodoGroup) -> str:
    if group.due_on is None:
        return text
    return _("%(text)s, hạn gần nhất %(day)s", text=text, day=format_date(group.due_on))


def _keep_looking(me: Actor, looked_at: datetime | None) -> None:
    now = clock.now()
    if not looking.is_due(looked_at, now):
        return

    def write(session: Session) -> None:
        looking.keep(session, me.account_id, now)

    afterwards(write, else_print="last look at the home page was not kept")
