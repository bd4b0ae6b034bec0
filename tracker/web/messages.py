"""What WTForms says, in Vietnamese.

Owns: the translations of WTForms' own messages. Must not know a form.
"""

from tracker.web import i18n

_VIETNAMESE = {
    "Field must be equal to %(other_name)s.": "Hai lần nhập chưa giống nhau.",
    "Field must be at least %(min)d character long.": "Cần ít nhất %(min)d ký tự.",
    "Field must be at least %(min)d characters long.": "Cần ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Không được dài quá %(max)d ký tự.",
    "Field cannot be longer than %(max)d characters.": "Không được dài quá %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "Cần đúng %(max)d ký tự.",
    "Field must be exactly %(max)d characters long.": "Cần đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": "Cần từ %(min)d đến %(max)d ký tự.",
    "Number must be at least %(min)s.": "Số phải từ %(min)s trở lên.",
    "Number must be at most %(max)s.": "Số không được quá %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Số phải từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Ngày phải từ %(min)s trở đi.",
    "Date must be at most %(max)s.": "Ngày không được sau %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Ngày phải từ %(min)s đến %(max)s.",
    "This field is required.": "Cần nhập mục này.",
    "Invalid input.": "Nội dung nhập chưa đúng.",
    "Invalid email address.": "Địa chỉ thư điện tử chưa đúng.",
    "Invalid URL.": "Địa chỉ trang chưa đúng.",
    "Invalid UUID.": "Mã chưa đúng.",
    "Invalid value, must be one of: %(values)s.": "Chỉ được chọn một trong: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không được dùng: %(values)s.",
    "This field cannot be edited.": "Không sửa được mục này.",
    "This field is disabled and cannot have a value.": "Mục này đang khóa, không nhập được.",
    "Invalid CSRF Token.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF token missing.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF failed.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF token expired.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "Invalid Choice: could not coerce.": "Lựa chọn không có trong danh sách.",
    "Not a valid choice.": "Lựa chọn không có trong danh sách.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Có lựa chọn không có trong danh sách.",
    "'%(value)s' is not a valid choice for this field.": "Có lựa chọn không có trong danh sách.",
    "'%(value)s' are not valid choices for this field.": "Có lựa chọn không có trong danh sách.",
    "Not a valid datetime value.": "Ngày giờ chưa đúng.",
    "Not a valid date value.": "Ngày chưa đúng. Ví dụ: 04/08/2025.",
    "Not a valid time value.": "Giờ chưa đúng. Ví dụ: 14:30.",
    "Not a valid week value.": "Tuần chưa đúng.",
    "Not a valid integer value.": "Cần nhập một số nguyên.",
    "Not a valid decimal value.": "Cần nhập một số.",
    "Not a valid float value.": "Cần nhập một số.",
    "The CSRF token is missing.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "The CSRF token has expired.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "The CSRF token is invalid.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "The CSRF session token is missing.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
    "The CSRF tokens do not match.": "Biểu mẫu đã mở quá lâu. Đề nghị gửi lại.",
}


class FormMessages:
    """What WTForms asks for its messages; English is its own language and passes through."""

    def gettext(self, text: str) -> str:
        """A message in the language of the answer."""
        return text if i18n.language() == "en" else _VIETNAMESE.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """A counted message in the language of the answer."""
        return self.gettext(singular if n == 1 else plural)
