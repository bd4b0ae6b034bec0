"""The parts of a Word file that python-docx does not give: all four fonts, rules, fixed tables, the page number.

Owns: how one paragraph or one table is drawn. Must not know what it says.

Text may be anything: what XML cannot hold is left out, what is longer than anybody reads is cut and says so by "…".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
LONGEST = 50_000
"""Characters of one text; no form takes as many."""
LEFT, CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_AFTER_BORDER = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
"""The order in which Word wants the properties of a paragraph, from the border on."""
_FONT_KEYS = ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia")
_THEME_KEYS = ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme")


@dataclass(frozen=True)
class Look:
    """How a paragraph looks: sizes and gaps in points, the first line's indent in millimetres."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = CENTER
    before: float = 0
    after: float = 0
    indent: float = 0
    line: float = 1.0
    keeps_next: bool = False
    outline: int | None = None


def lines_of(text: str) -> list[str]:
    """The lines of a text as a file may hold them, without empty ones."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    clean = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", _LINE_END.sub("\n", text))).replace("\t", " ")
    return [line.strip() for line in clean.split("\n") if line.strip()]


def line_of(text: str) -> str:
    """A text on one line."""
    return " ".join(lines_of(text))


def set_fonts(properties: Any) -> None:
    """All four, or Word falls back to another font for Vietnamese letters; the theme's would win over ours."""
    fonts = properties.get_or_add_rFonts()
    for key in _THEME_KEYS:
        fonts.attrib.pop(qn(key), None)
    for key in _FONT_KEYS:
        fonts.set(qn(key), FONT)


def run(paragraph: Any, text: str, look: Look) -> Any:
    """Add a text to a paragraph."""
    made = paragraph.add_run(text)
    made.font.size, made.bold, made.italic = Pt(look.size), look.bold, look.italic
    made.font.color.rgb = RGBColor(0, 0, 0)
    set_fonts(made._element.get_or_add_rPr())
    return made


def paragraph(place: Any, text: str, look: Look) -> Any:
    """Add a paragraph to the document or to a cell; a new cell's empty paragraph is taken first."""
    made = _free(place) or place.add_paragraph()
    shape = made.paragraph_format
    made.alignment = look.align
    shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), look.line
    if look.indent:
        shape.first_line_indent = Mm(look.indent)
    shape.keep_with_next = look.keeps_next or None
    if look.outline is not None:
        _add(made, "w:outlineLvl", {"val": str(look.outline)}, before=("w:rPr",))
    if text:
        run(made, text, look)
    else:
        _set_mark_size(made, look.size)
    return made


def _set_mark_size(made: Any, points: float) -> None:
    """An empty line is as high as the letters that could stand in it."""
    properties = OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), str(round(points * 2)))
    properties.append(size)
    made._p.get_or_add_pPr().insert_element_before(properties, "w:sectPr", "w:pPrChange")


def _free(place: Any) -> Any:
    """The empty paragraph that a new cell has; None once something was drawn there, a rule or an empty line too."""
    found = place.paragraphs if hasattr(place, "_tc") else []
    return found[0] if len(found) == 1 and found[0]._p.pPr is None and not found[0].runs else None


def rule(place: Any, length: float, width: float) -> Any:
    """A solid rule of `length` in the middle of a column of `width` (millimetres)."""
    made = paragraph(place, "", Look(size=2))
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    border.append(line)
    made._p.get_or_add_pPr().insert_element_before(border, *_AFTER_BORDER)
    side = Mm(max(0.0, (width - length) / 2))
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = side
    return made


def _add(made: Any, tag: str, values: dict[str, str], *, before: tuple[str, ...]) -> None:
    element = OxmlElement(tag)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    made._p.get_or_add_pPr().insert_element_before(element, *before)


def table(place: Any, widths: Sequence[float], *, has_lines: bool) -> Any:
    """A table of no rows with columns of these widths (millimetres), whatever stands in them."""
    made = place.add_table(rows=0, cols=len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    if has_lines:
        made.style = "Table Grid"
    else:
        _set_margins(made, 0)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    return made


def row(made: Any, widths: Sequence[float], *, is_head: bool = False, is_whole: bool = False) -> list[Any]:
    """Add a row; gives its cells. A row of heads repeats on each page; a whole one is not parted between pages."""
    added = made.add_row()
    for cell, width in zip(added.cells, widths, strict=True):
        cell.width = Mm(width)
    properties = added._tr.get_or_add_trPr()
    for tag, is_set in (("w:cantSplit", is_head or is_whole), ("w:tblHeader", is_head)):
        if is_set:
            element = OxmlElement(tag)
            element.set(qn("w:val"), "true")
            properties.append(element)
    return list(added.cells)


def _set_margins(made: Any, millimetres: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(millimetres * 56.7)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = made._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def page_number(section: Any) -> None:
    """Arabic, in the middle of the top margin, not on the first page (annex I, I.2)."""
    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    place = section.header.paragraphs[0]
    place.alignment = CENTER
    for kind in ("begin", "", "end"):
        made = run(place, "", Look(size=13))
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = "PAGE"
        made._r.append(element)
