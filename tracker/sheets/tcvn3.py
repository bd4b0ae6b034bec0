"""TCVN3 (ABC), the encoding of the fonts .VnTime and .VnArial, TCVN 5712:1993 VN3.

Owns: the table, both ways. Pure. The letters are those that a program shows which takes the bytes for Windows-1252.
The encoding has no capitals with a tone: they are the small letters, shown by a font of capitals (.VnTimeH).
"""

import re

_CODES = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
LETTERS = dict(zip(_CODES, _LETTERS, strict=True))
"""What is seen → the letter."""
_CODE_OF = {letter: code for code, letter in LETTERS.items()}
_TO_LETTERS = str.maketrans(LETTERS)
_WORD = re.compile(r"[^\W\d_]+")


def to_unicode(text: str) -> str:
    """The letters of a text seen in Windows-1252; words set in a font of capitals become capitals."""
    return "\n".join(_capitals(line) for line in text.translate(_TO_LETTERS).split("\n"))


def from_unicode(text: str) -> str:
    """The text (NFC) as it would be seen; a capital with a tone becomes its small letter, for there is none."""
    return "".join(_CODE_OF.get(char) or _CODE_OF.get(char.lower(), char) for char in text)


def _capitals(line: str) -> str:
    plain = [char for char in line if char.isascii() and char.isalpha()]
    if len(plain) > 1 and all(char.isupper() for char in plain):
        return line.upper()
    return _WORD.sub(lambda found: _capital_word(found.group()), line)


def _capital_word(word: str) -> str:
    plain = [char for char in word if char.isascii()]
    return word.upper() if len(plain) > 1 and all(char.isupper() for char in plain) else word
