"""Papers and photographs of the demonstration, drawn by hand and marked as illustration on every one.

Owns: a one-page PDF and a picture. No font is packed: letters are Courier's, which every reader has, and their
Vietnamese marks are drawn as strokes; the true text stands beside them for copying and reading aloud.
"""

import io
import unicodedata
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

MARK = "Nội dung minh họa, không phải văn bản thật"
_SIZE = 11
_STEP = 0.6 * _SIZE  # every letter of Courier is 600/1000 wide
_LEADING = 18
_WIDTH, _HEIGHT, _LEFT, _TOP = 595, 842, 62, 770
_COLUMNS = 72

# Strokes in thousandths of the size, from the middle of the letter and the line above it: "x y" pairs of one polyline.
_ABOVE: dict[str, tuple[tuple[int, int], ...]] = {
    "\u0300": ((-130, 160), (40, 40)),  # huyền
    "\u0301": ((130, 160), (-40, 40)),  # sắc
    "\u0302": ((-130, 30), (0, 120), (130, 30)),  # mũ
    "\u0303": ((-150, 60), (-60, 120), (60, 60), (150, 120)),  # ngã
    "\u0306": ((-130, 120), (-60, 40), (60, 40), (130, 120)),  # trăng
    "\u0309": ((-50, 140), (40, 170), (60, 110), (0, 80), (0, 40)),  # hỏi
}
_HORN = ((170, -60), (260, 0), (250, 60))
_DOT = ((-10, 0), (20, 0))
_BAR = ((-20, 0), (220, 0))


def letter(lines: Sequence[str]) -> bytes:
    """A page of A4 with these lines, each broken where it is too long, under and above the mark."""
    page = [MARK, ""]
    for line in lines:
        page += _broken(line)
    page += ["", MARK]
    drawn = [_line(text, _LEFT, _TOP - row * _LEADING) for row, text in enumerate(page)]
    return _document("\n".join(["0.7 w 1 J", *drawn]).encode("ascii"))


def photograph() -> bytes:
    """A drawn wall with a crack, as JPEG."""
    picture = Image.new("RGB", (960, 640), "#c9d6df")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 180, 840, 640), fill="#e8dcc0")
    pen.polygon([(80, 180), (480, 60), (880, 180)], fill="#9c4a3a")
    for left in (200, 560):
        pen.rectangle((left, 300, left + 180, 460), fill="#6d8ba0", outline="#4a4a4a", width=6)
    pen.line(
        [(430, 190), (450, 270), (425, 340), (462, 420), (440, 520), (470, 640)], fill="#3a3a3a", width=5
    )
    font = ImageFont.load_default(40)
    pen.text((36, 570), "MINH HOA", font=font, fill="#8a1c1c")
    middle = 36 + pen.textlength("MINH H", font=font) + pen.textlength("O", font=font) / 2
    pen.ellipse((middle - 4, 614, middle + 4, 622), fill="#8a1c1c")  # the dot below: the font has none
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _broken(line: str) -> list[str]:
    rows = [""]
    for word in line.split(" "):
        if rows[-1] and len(rows[-1]) + 1 + len(word) > _COLUMNS:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
    return rows


def _line(text: str, left: float, base: float) -> str:
    """The letters, then the strokes; ActualText holds what was meant."""
    letters, strokes = [], []
    for order, character in enumerate(unicodedata.normalize("NFC", text)):
        plain, *marks = list(unicodedata.normalize("NFD", {"đ": "d", "Đ": "D"}.get(character, character)))
        letters.append(plain if plain.isascii() else "-")
        middle = left + (order + 0.5) * _STEP
        strokes += _strokes(character, plain, marks, middle, base)
    shown = "".join(letters).replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    meant = ("\ufeff" + text).encode("utf-16-be").hex()
    words = f"BT /F1 {_SIZE} Tf {left} {base} Td ({shown}) Tj ET"
    return "\n".join([f"/Span <</ActualText <{meant}>>> BDC", words, *strokes, "EMC"])


def _strokes(character: str, plain: str, marks: list[str], middle: float, base: float) -> list[str]:
    top = base + (0.60 if plain.isupper() else 0.46) * _SIZE
    found = []
    if character in "đĐ":
        found.append(
            _stroke(_BAR if character == "đ" else ((-250, -300), (0, -300)), middle, top + 0.08 * _SIZE)
        )
    for mark in marks:
        if mark == "\u0323":
            found.append(_stroke(_DOT, middle, base - 0.15 * _SIZE))
        elif mark == "\u031b":
            found.append(_stroke(_HORN, middle, top))
        elif mark in _ABOVE:
            found.append(_stroke(_ABOVE[mark], middle, top))
            top += 0.13 * _SIZE
    return found


def _stroke(points: tuple[tuple[int, int], ...], middle: float, base: float) -> str:
    at = [f"{middle + x * _SIZE / 1000:.2f} {base + y * _SIZE / 1000:.2f}" for x, y in points]
    return f"{at[0]} m " + " ".join(f"{point} l" for point in at[1:]) + " S"


def _document(content: bytes) -> bytes:
    page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< {page} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
