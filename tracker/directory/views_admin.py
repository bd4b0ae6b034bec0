"""The administrator's first page: all his pages, each with one sentence.

Owns: the page. Which pages there are is registered by `add_admin` in `tracker.wiring`.
"""

from werkzeug.wrappers import Response

from tracker.directory.views import blueprint
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import AdminEntry, NavEntry, admin_entries, page

MAIN_PAGES = (NavEntry("directory.admin", _l("Quản trị"), Permission.ADMINISTER, 90),)

_P = Permission.ADMINISTER
ADMIN_PAGES = (
    AdminEntry(
        "directory.units_list", _l("Đơn vị"), _l("Đổi tên, sáp nhập, chia tách, kết thúc đơn vị."), _P, 20
    ),
    AdminEntry("groups.index", _l("Tổ công tác"), _l("Quyết định thành lập, địa bàn, lĩnh vực."), _P, 30),
    AdminEntry("directory.routes", _l("Phân luồng"), _l("Lĩnh vực nào gửi đến đơn vị nào."), _P, 40),
    AdminEntry("directory.fields", _l("Lĩnh vực"), _l("Tên, thứ tự, từ gợi ý."), _P, 50),
    AdminEntry("directory.categories", _l("Nhóm vướng mắc"), _l("Tên, thứ tự, từ gợi ý."), _P, 60),
    AdminEntry(
        "issues.targets",
        _l("Thời hạn theo loại việc"),
        _l("Số ngày trả lời, chung và theo lĩnh vực."),
        _P,
        70,
    ),
    AdminEntry(
        "groups.charges",
        _l("Lãnh đạo phụ trách lĩnh vực"),
        _l("Lãnh đạo UBND tỉnh và người theo dõi."),
        _P,
        80,
    ),
    AdminEntry(
        "directory.switches", _l("Lựa chọn của tỉnh"), _l("Cách làm việc mà tỉnh tự quyết định."), _P, 90
    ),
)


@blueprint.get("/admin")
@requires(Permission.ADMINISTER)
def admin() -> Response:
    """All pages of the administrator."""
    return page("directory/admin.html", entries=admin_entries(actor()))
