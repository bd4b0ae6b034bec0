"""Vietnamese text: one clean form, one search key, one order, dates and numbers, what must not be typed.

Owns: the cleaning through which every input passes before it is stored, the folded search key, the dictionary
order, the recognition of classification marks, personal data and complaints, and how dates and numbers look.
Must not know the database, the web or any sentence shown to a person. No function raises on any text.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import partial

# --- cleaning -------------------------------------------------------------------------------------

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Control characters, lone surrogates, soft hyphen, zero-width and direction marks, tags, XML non-characters:
# they are invisible, break spreadsheets and drivers, and let one name pass for another.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]+"
)
_ETH = {0xD0: 0x110, 0xF0: 0x111}  # Ð, ð (typed by mistake or from cp1252) are Đ, đ
_MANY_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4}"
)
_MARKS_KEPT = 3  # no written language stacks more; hundreds of them cover the neighbouring lines
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """The stored form of a text of several lines: NFC, plain spaces, LF, nothing invisible, trimmed."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).translate(_ETH)
    text = _limit_marks(unicodedata.normalize("NFC", text))
    lines = (line.strip(" ") for line in _SPACES.sub(" ", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def clean_line(text: str) -> str:
    """The stored form of a text of one line: as clean_text, line ends become spaces."""
    return " ".join(clean_text(text).split())


def _limit_marks(text: str) -> str:
    if not _MANY_MARKS.search(text):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


# --- searching ------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Search and matching key: 'Đất đai, HOÀ' and 'dat dai, hoa' are the same. Never shown to anybody."""
    text = unicodedata.normalize("NFKD", clean_line(text)).casefold().replace("đ", "d")
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(text.split())


def folded_words(text: str) -> tuple[str, ...]:
    """The words of the folded text, in order, without punctuation."""
    return tuple(_WORD.findall(fold(text)))


# --- ordering -------------------------------------------------------------------------------------

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
_LETTERS = {
    ("a", "\u0306"): "ă", ("a", "\u0302"): "â", ("e", "\u0302"): "ê",
    ("o", "\u0302"): "ô", ("o", "\u031b"): "ơ", ("u", "\u031b"): "ư",
}  # fmt: skip
_SPACE, _SYMBOLS, _ALPHABET, _OTHER_LETTERS = 1, 2, 0x120000, 0x130000
_RANK = {char: _ALPHABET + i for i, char in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}

SortKey = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def sort_key(text: str) -> SortKey:
    """Order of a Vietnamese dictionary: letters, then tones, then case; a space sorts before every letter."""
    letters: list[str] = []
    tones: list[int] = []
    cases: list[int] = []
    for char in unicodedata.normalize("NFD", clean_line(text)):
        if char in _TONES:
            if tones:
                tones[-1] = _TONES[char]
        elif unicodedata.combining(char):
            if letters:
                letters[-1] = _LETTERS.get((letters[-1], char), letters[-1])
        else:
            lower = char.lower()
            lower = lower if len(lower) == 1 else char  # İ becomes two characters
            letters.append(lower)
            tones.append(0)
            cases.append(int(char != lower))
    return tuple(_rank(letter) for letter in letters), tuple(tones), tuple(cases)


def sort_blob(text: str) -> bytes:
    """sort_key as bytes that compare in the same order, for an indexed column of either database."""
    letters, tones, cases = sort_key(text)
    ranks = b"".join(rank.to_bytes(3, "big") for rank in letters)
    return ranks + b"\0\0\0" + bytes(tone + 1 for tone in tones) + b"\0" + bytes(case + 1 for case in cases)


def _rank(letter: str) -> int:
    if letter == " ":
        return _SPACE
    return _RANK.get(letter, (_OTHER_LETTERS if letter.isalpha() else _SYMBOLS) + ord(letter))


# --- dates and numbers ----------------------------------------------------------------------------


def format_date(day: date) -> str:
    """04/08/2025; of a datetime its date (make it local first)."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_time(moment: datetime | time) -> str:
    """14:30 (make a datetime local first)."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def format_number(number: int | float | Decimal, decimals: int = 0) -> str:
    """68.600 and 1.234.567,5: dots between thousands, decimal comma (Luật Kế toán, Điều 11)."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def format_percent(percent: int | float | Decimal, decimals: int = 1) -> str:
    """75,8%, without a space; the value is already in hundredths."""
    return format_number(percent, decimals) + "%"


# --- what does not belong here --------------------------------------------------------------------

_SEPARATORS = re.compile(r"[^\w\s]|_")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_FIELD_OF_MARK = re.compile(
    r"[\W_]*(?:(?:mức )?độ mật|(?:muc )?do mat|dấu (?:chỉ )?(?:độ )?mật)\s?:", re.IGNORECASE
)
_COPY_NUMBER = re.compile(r"[\W_]*(?:bản số|ban so)\s?:[\s0-9./…_-]*$", re.IGNORECASE)
_STAMP_IN_NAME = re.compile(r"(?<![^\W_])(?:TUYỆT[\s_-]?MẬT|TỐI[\s_-]?MẬT|MẬT)(?![^\W_])")
_MARKS = {"mật": "MẬT", "tốimật": "TỐI MẬT", "tuyệtmật": "TUYỆT MẬT"}
_UNMARKED_MARKS = {"toimat": "TỐI MẬT", "tuyetmat": "TUYỆT MẬT"}
_SECRECY = re.compile(
    r"\b(?:tuyệt mật|tối mật|độ mật|dấu mật|bí mật nhà nước|bí mật công tác|tuyet mat|bi mat nha nuoc"
    r"|(?:tài liệu|văn bản|hồ sơ|công văn|thông tin|nội dung|đóng dấu|dấu|loại|mức)\s[\"'“”(]?mật)\b"
    r"(?!\s(?:khẩu|độ|mã|thiết|ong))"
)
_SHOUTED = re.compile(r"(?<!BẢO )(?<!BÍ )(?<!CƠ )\bMẬT\b(?! (?:KHẨU|ĐỘ|MÃ|THIẾT|ONG))")


def classification_mark(text: str) -> str | None:
    """The classification mark that a line of the text, or a file name, is; None when there is none.

    A mark is refused (Luật Bảo vệ bí mật nhà nước 117/2025/QH15): MẬT, TỐI MẬT, TUYỆT MẬT standing alone,
    "Độ mật:", "Bản số:". The word within running text is not a mark, see mentions_secrecy.
    """
    lines = clean_text(text).split("\n")
    if len(lines) == 1 and _EXTENSION.search(lines[0]):
        return _mark_in_name(_EXTENSION.sub("", lines[0]))
    return next((mark for line in lines if (mark := _mark_of_line(line))), None)


def _mark_of_line(line: str) -> str | None:
    if _FIELD_OF_MARK.match(line):
        return "Độ mật"
    if _COPY_NUMBER.match(line):
        return "Bản số"
    whole = _mark(line)
    head = next((part for part in _SEPARATORS.split(line) if part.strip()), "")
    return whole or (_mark(head) if head.isupper() else None)


def _mark_in_name(name: str) -> str | None:
    whole = _mark_of_line(name)
    parts = (_mark(part) for part in _SEPARATORS.split(name) if "_" not in name or part.isupper())
    if mark := whole or next(filter(None, parts), None):
        return mark
    # "ke_hoach_MẬT": a stamp stands out in capitals; "QUY CHẾ BẢO MẬT" does not.
    stamp = _STAMP_IN_NAME.search(name)
    around = _STAMP_IN_NAME.sub("", name)
    stands_out = stamp and not around.isupper() and not _shouted_word_beside(name, stamp)
    return _mark(stamp.group()) if stamp and stands_out else None


def _shouted_word_beside(name: str, stamp: re.Match[str]) -> bool:
    before, after = _WORD.findall(name[: stamp.start()]), _WORD.findall(name[stamp.end() :])
    return any(word.isupper() for word in (*before[-1:], *after[:1]))


def _mark(part: str) -> str | None:
    """The mark that the letters are, whatever stands between them ('T Ố I  M Ậ T')."""
    letters = "".join(_WORD.findall(part))
    if letters == "MAT":
        return "MẬT"
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", letters).lower())
    return _MARKS.get(lower) or _UNMARKED_MARKS.get(lower)


def mentions_secrecy(text: str) -> bool:
    """Running text that speaks of secrets ('tài liệu mật'): only warned about. 'Mật khẩu' does not count."""
    line = clean_line(text)
    found = _SECRECY.search(line.lower()) or _SHOUTED.search(line)
    return found is not None or classification_mark(text) is not None


class PersonalData(StrEnum):
    """Kinds of citizens' data that the tracker warns about (Luật 91/2025/QH15)."""

    IDENTITY = "identity"
    PHONE = "phone"
    TAX_OR_INSURANCE = "tax_or_insurance"
    EMAIL = "email"


_HIDDEN = "•"
_DIGIT_BEFORE = rf"(?<![0-9{_HIDDEN}])"
# In the order of masking: an address first, as hiding it may bring a keyword close to a number.
_PERSONAL = (
    (PersonalData.EMAIL, re.compile(r"(?<![\w.+•-])([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")),
    (PersonalData.IDENTITY, re.compile(_DIGIT_BEFORE + r"(0[0-9]{2}([ .]?[0-9]{3}){3})(?![0-9])")),
    (PersonalData.IDENTITY, re.compile(r"(?i:cmnd|cmtnd|chứng minh)[^0-9\n]{0,30}([0-9]{9})(?![0-9])")),
    (PersonalData.PHONE, re.compile(_DIGIT_BEFORE + r"((?:0|\+84[ .]?)[35789](?:[ .-]?[0-9]){8})(?![0-9])")),
    (PersonalData.TAX_OR_INSURANCE, re.compile(
        r"(?i:mã số thuế|mst|bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế)[^0-9\n]{0,30}"
        r"([0-9]{10,13}(?:-[0-9]{3})?)(?![0-9])")),
)  # fmt: skip


def personal_data(text: str) -> tuple[PersonalData, ...]:
    """The kinds of personal data found, each once, in the order of PersonalData."""
    text = clean_text(text)
    found = {kind for kind, pattern in _PERSONAL if pattern.search(text)}
    return tuple(kind for kind in PersonalData if kind in found)


def mask_personal_data(text: str) -> str:
    """The clean text with what personal_data finds hidden; of numbers the last three digits stay."""
    text = clean_text(text)
    for kind, pattern in _PERSONAL:
        text = pattern.sub(partial(_hide, kept=0 if kind is PersonalData.EMAIL else 3), text)
    return text


def _hide(found: re.Match[str], kept: int) -> str:
    whole, value = found.group(), found.group(1)
    if not kept:
        return _HIDDEN * 3
    at = found.start(1) - found.start()
    return whole[:at] + _HIDDEN * (len(value) - kept) + value[-kept:]


_COMPLAINT = re.compile(
    r"(?:^|[.\n] ?)don (?:xin )?(?:khieu nai|to cao)\b(?! ?,| va | ton| thu)"
    r"|\bdon (?:khieu nai|to cao) (?:cua|doi voi) (?:ong|ba|anh|chi|cong dan|ho) "
    r"|\bnguoi (?:bi )?(?:khieu nai|to cao) ?:"
    r"|\b(?:toi|chung toi|gia dinh toi) (?:xin |lam don |viet don |muon |de nghi )*(?:khieu nai|to cao)"
    r"|\b(?:khieu nai|to cao) (?:ong|ba|anh|chi) "
)


def looks_like_complaint(text: str) -> bool:
    """Whether it is a citizen's complaint or denunciation (Luật 02/2011/QH13, 25/2018/QH14): warned about.

    They have their own procedure. Speaking of how complaints are handled is not one.
    """
    return bool(_COMPLAINT.search("\n".join(fold(line) for line in clean_text(text).split("\n"))))
