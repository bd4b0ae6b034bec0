"""The words that Decree 30/2020/NĐ-CP (annex I) prescribes; the same whatever language a page is read in.

Owns: these words and how a place with its date is written. Must not know what a paper is about.
"""

from datetime import date

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
ADDRESSED_TO = "Kính gửi:"
RECIPIENTS = "Nơi nhận:"
LANGUAGE = "vi-VN"


def number_line(number: str) -> str:
    """'Số: 15/BC-SNV'; room to write where the office has given no number yet."""
    return f"Số: {number}" if number else "Số:          /"


def about_line(about: str) -> str:
    """What a letter is about, as it stands below its number."""
    return f"V/v {about}"


def place_and_date(place: str, on: date) -> str:
    """'Hưng Yên, ngày 04 tháng 8 năm 2025': days below ten and the months one and two carry a nought (annex I, I.4)."""
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"{place}, ngày {on.day:02d} tháng {month} năm {on.year}"


_KINDS = ("tỉnh ", "thành phố ", "xã ", "phường ", "đặc khu ", "ubnd ")


def committee_of(unit_name: str) -> str:
    """'Ủy ban nhân dân xã Đông Hưng': who issues the papers of a commune; the form names no agency above it."""
    return f"Ủy ban nhân dân {unit_name[:1].lower()}{unit_name[1:]}"


def place_of(unit_name: str) -> str:
    """'Hưng Yên' of 'Tỉnh Hưng Yên', 'UBND tỉnh Hưng Yên'; what has no such word before it stays as it is."""
    name = unit_name.strip()
    while (kind := next((each for each in _KINDS if name.lower().startswith(each)), "")) and len(name) > len(
        kind
    ):
        name = name[len(kind) :].strip()
    return name
