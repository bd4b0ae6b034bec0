"""VNI for Windows, the encoding of the fonts VNI-Times: a letter, then the sign that stands over or under it.

Owns: the table, both ways. Pure. The letters are those that a program shows which takes the bytes for Windows-1252.
"""

import re

_SIGNS = "ùøûõï"
_ROUND_SIGNS = "áàåãä"
_BREVE_SIGNS = "éèúüë"
_ROWS = (
    ("a", _SIGNS, "áàảãạ"),
    ("a", "â" + _ROUND_SIGNS, "âấầẩẫậ"),
    ("a", "ê" + _BREVE_SIGNS, "ăắằẳẵặ"),
    ("e", _SIGNS, "éèẻẽẹ"),
    ("e", "â" + _ROUND_SIGNS, "êếềểễệ"),
    ("o", _SIGNS, "óòỏõọ"),
    ("o", "â" + _ROUND_SIGNS, "ôốồổỗộ"),
    ("ô", _SIGNS, "ớờởỡợ"),
    ("u", _SIGNS, "úùủũụ"),
    ("ö", _SIGNS, "ứừửữự"),
    ("y", _SIGNS[:4], "ýỳỷỹ"),
)
_SINGLE = dict(zip("íìæóòôöîñ", "íìỉĩịơưỵđ", strict=True))


def _table() -> dict[str, str]:
    small = {
        base + sign: letter
        for base, signs, letters in _ROWS
        for sign, letter in zip(signs, letters, strict=True)
    }
    small |= _SINGLE
    found = dict(small)
    for seen, letter in small.items():
        found[seen.upper()] = letter.upper()
        if len(seen) == 2:  # "Uûy ban", "uÛ": the letter decides, whatever the case of the sign
            found[seen[0].upper() + seen[1]] = letter.upper()
            found[seen[0] + seen[1].upper()] = letter
    return found


LETTERS = _table()
"""What is seen, one sign or two → the letter."""
_CODE_OF = {
    letter: seen
    for seen, letter in LETTERS.items()
    if seen.isupper() == letter.isupper() and seen.islower() == letter.islower()
}
_SEEN = re.compile("|".join(sorted(map(re.escape, LETTERS), key=len, reverse=True)))


def to_unicode(text: str) -> str:
    """The letters of a text seen in Windows-1252."""
    return _SEEN.sub(lambda found: LETTERS[found.group()], text)


def from_unicode(text: str) -> str:
    """The text (NFC) as it would be seen."""
    return "".join(_CODE_OF.get(char, char) for char in text)
