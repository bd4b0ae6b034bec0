"""The words for what is found in a row.

Owns: one sentence for each finding. Must not decide anything.
"""

from collections.abc import Mapping

from tracker.imports.checking import SAME, STOPS, WARNS, Finding, Note
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label

_F = Finding
COLUMNS: Mapping[str, str] = {
    "commune": _l("Địa phương"),
    "title": _l("Tiêu đề"),
    "situation": _l("Đang vướng gì"),
    "proposal": _l("Đề xuất"),
    "field": _l("Lĩnh vực"),
    "kind": _l("Mức độ vướng"),
}
_WORDS: Mapping[Finding, str] = {
    _F.COMMUNE_UNKNOWN: _l("Không tìm thấy địa phương “%(said)s”."),
    _F.COMMUNE_UNCLEAR: _l("“%(said)s” là tên của nhiều địa phương. Cần chọn một."),
    _F.TWICE: _l("Trùng với dòng %(line)s của bảng này. Dòng này không được gửi."),
    _F.FILED_BEFORE: _l("Đã gửi trước đây: %(number)s. Dòng này không được gửi lại."),
    _F.LIKE_FILED: _l("Địa phương này đã có vướng mắc cùng tiêu đề: %(number)s."),
    _F.FORMER_NAME: _l("%(said)s → %(name)s"),
    _F.INHERITED: _l("Ô trống: lấy địa phương của dòng trên."),
    _F.TITLED: _l("Bảng không có cột tiêu đề: lấy câu đầu của nội dung."),
    _F.FIELD_UNKNOWN: _l("Không có lĩnh vực này; lĩnh vực được chọn theo nội dung."),
    _F.SECRECY: _l("Nội dung nhắc đến tài liệu mật. Không nhập bí mật nhà nước vào hệ thống này."),
    _F.COMPLAINT: _l(
        "Nội dung giống đơn khiếu nại, tố cáo. Đơn của công dân được giải quyết theo quy trình riêng."
    ),
}
_AS_ERRORS = {_F.MISSING, _F.TOO_LONG, _F.CLASSIFIED}


def words(note: Note) -> str:
    """The sentence of a finding."""
    params = note.params
    if note.code in _AS_ERRORS:
        return label(f"error.{note.code.value}", **params)
    if note.code is _F.REFUSED:
        given = params.get("params")
        return label(f"error.{params.get('error')}", **(given if isinstance(given, dict) else {}))
    if note.code is _F.PERSONAL:
        kinds = params.get("kinds")
        named = [label(f"PersonalData.{kind}") for kind in (kinds if isinstance(kinds, list) else ())]
        return _("Nội dung có thể có thông tin cá nhân: %(kinds)s.", kinds=", ".join(named))
    return str(_WORDS[note.code]) % params if params else str(_WORDS[note.code])


def weight(note: Note) -> str:
    """How a finding is shown: 'bad' stops the row, 'warn' asks for a second look, 'info' only tells."""
    if note.code in STOPS | SAME:
        return "bad"
    return "warn" if note.code in WARNS else "info"
