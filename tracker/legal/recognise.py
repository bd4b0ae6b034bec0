"""Legal documents cited in a text, recognised by number and sign (Nghị định 30/2020/NĐ-CP; Party: 18-NQ/TW).

Owns: the patterns. Must not know which documents exist; a law cited by name alone is not recognised.
The type comes from the sign first, then from the nearest type word before the number.
"""

import re
from dataclasses import dataclass
from datetime import date

from tracker.text import clean_text


@dataclass(frozen=True)
class LegalReference:
    """A cited document: its type in Vietnamese ("" if unknown), canonical number, date of issue if cited."""

    kind: str
    number: str
    issued_on: date | None = None


_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "-" * 6)
_TYPE = (
    r"Hiến pháp|Bộ luật|Luật|Pháp lệnh|Nghị quyết(?: liên tịch)?|Nghị định|Thông tư(?: liên tịch)?|Quyết định"
    r"|Chỉ thị|Công điện|Công văn|Văn bản hợp nhất|Văn bản|Thông báo(?: kết luận)?|Kết luận|Kế hoạch|Tờ trình"
    r"|Báo cáo|Hướng dẫn|Quy định"
)
_SIGN = (
    r"(?:UBTVQH|QH)\d{1,2}"  # 72/2025/QH15
    r"|(?:N[ĐD]|Q[ĐD]|NQ|CT|C[ĐD]|TTLT|TT|VBHN|TB|KH|BC|HD|CV|TTr|QC|GM|KL)"
    r"(?:-[A-ZĐ][A-Za-zĐđ&]{0,20}\d{0,3}){1,3}"  # NĐ-CP, QĐ-TTg, TT-BGDĐT, NQ-UBTVQH15
    r"|[A-ZĐ][A-Za-zĐđ]{1,9}(?:-[A-ZĐ][A-Za-zĐđ&.,]{0,20}[A-Za-zĐđ]){1,2}"  # a letter: SNV-XDCQ&TCBC
)
_PARTY = r"(?:NQ|KL|CT|QĐ|TB|KH|HD|QC|CV|BC|ĐA|CTr|TTr)/(?:TW|VPTW|BCĐTW|BTCTW|TU|ĐU|ĐUK)"
_REFERENCE = re.compile(
    rf"(?<![\w/.,-])(?P<number>\d{{1,5}}[a-z]?)"
    rf"(?:\s?-\s?(?P<party>{_PARTY})|(?:\s?/\s?(?P<year>(?:19|20)\d\d))?\s?/\s?(?P<sign>{_SIGN}))(?!\w)"
)
_TYPE_WORD = re.compile(rf"(?<!\w)(?:{_TYPE})(?!\w)")
_ANOTHER_CITATION = re.compile(r"[\d\n;()]")
_WINDOW = 120  # characters before the number in which its type word may stand
_KIND_BY_SIGN = (
    ("NĐ-", "Nghị định"),
    ("TTLT", "Thông tư liên tịch"),
    ("TT-", "Thông tư"),
    ("QĐ-", "Quyết định"),
    ("NQ-", "Nghị quyết"),
    ("CT-", "Chỉ thị"),
    ("CĐ-", "Công điện"),
    ("VBHN", "Văn bản hợp nhất"),
    ("TB-", "Thông báo"),
    ("KH-", "Kế hoạch"),
    ("BC-", "Báo cáo"),
    ("TTr-", "Tờ trình"),
    ("HD-", "Hướng dẫn"),
    ("KL-", "Kết luận"),
    ("CV-", "Công văn"),
)
_DATE = re.compile(r"[\s,]{0,3}ngày\s(\d{1,2})(?:/|\stháng\s)(\d{1,2})(?:/|\snăm\s)(\d{4})(?!\d)")
_UNMARKED_SIGN = re.compile(r"^([NQC])D-")


def references(text: str) -> tuple[LegalReference, ...]:
    """The documents cited, each number once, in order; a date cited anywhere with the number is kept."""
    text = clean_text(text).translate(_DASHES)
    found: dict[str, LegalReference] = {}
    for match in _REFERENCE.finditer(text):
        reference = _reference(text, match)
        known = found.get(reference.number)
        if known is None or (known.issued_on is None and reference.issued_on is not None):
            found[reference.number] = reference
    return tuple(found.values())


def _reference(text: str, match: re.Match[str]) -> LegalReference:
    number, year, party = match["number"], match["year"], match["party"]
    sign = _UNMARKED_SIGN.sub(r"\1Đ-", match["sign"] or "")
    canonical = f"{number}-{party}" if party else "/".join(part for part in (number, year, sign) if part)
    kind = _kind(text, match.start(), sign or party.replace("/", "-"))
    return LegalReference(kind, canonical, _date_after(text, match.end()))


def _kind(text: str, start: int, sign: str) -> str:
    for prefix, kind in _KIND_BY_SIGN:
        if sign.startswith(prefix):
            return kind
    before = _ANOTHER_CITATION.split(text[max(0, start - _WINDOW) : start])[-1]
    words = _TYPE_WORD.findall(before)
    if words:
        return str(words[-1])
    if sign.startswith("UBTVQH"):
        return "Pháp lệnh"  # a resolution of the Standing Committee bears the same sign, but says so
    return "Công văn" if sign and not sign.startswith("QH") else ""


def _date_after(text: str, end: int) -> date | None:
    match = _DATE.match(text, end)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
