"""Pages of issues: lists, one issue, its acts, drafts, files."""

from tracker.issues.views import (
    acts,
    answers,
    bulk,
    calendar,
    directive_work,
    directives,
    drafts,
    exports,
    files,
    ladder,
    levels,
    lists,
    paper,
    printed_list,
    recording,
    referrals,
    rising,
    saved,
    show,
    targets,
)
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.rows import row_html
from tracker.permissions import Permission
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import NavEntry

__all__ = [
    "MAIN_PAGES",
    "acts",
    "answers",
    "blueprint",
    "bulk",
    "calendar",
    "directive_work",
    "directives",
    "drafts",
    "exports",
    "files",
    "ladder",
    "levels",
    "lists",
    "paper",
    "printed_list",
    "recording",
    "referrals",
    "rising",
    "saved",
    "show",
    "targets",
]

blueprint.add_app_template_global(row_html, "issue_row")

MAIN_PAGES = (
    NavEntry("issues.index", _l("Danh sách vướng mắc"), Permission.SEE_ISSUES, 20),
    NavEntry("issues.directives_list", _l("Ý kiến chỉ đạo"), Permission.SEE_ISSUES, 40),
    NavEntry("issues.referrals", _l("Văn bản trình"), Permission.SEE_FIGURES, 42),
    NavEntry("issues.commitments_list", _l("Cam kết"), Permission.SEE_ISSUES, 44),
    NavEntry("issues.new", _l("Gửi vướng mắc"), Permission.FILE_ISSUE, 30),
)
