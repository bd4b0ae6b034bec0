"""Writes a paper as a Word file: head, title, blocks, end, in the form of Decree 30/2020/NĐ-CP, annex I.

Owns: sizes, margins and order of the parts. Must not know what the paper is about. The same paper gives the same bytes.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from functools import singledispatch
from typing import IO, Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tracker.paper import labels
from tracker.paper.content import Block, End, Facts, Head, Heading, Items, Paper, Table, Text
from tracker.paper.drawing import (
    CENTER,
    FONT,
    JUSTIFY,
    LEFT,
    Look,
    line_of,
    lines_of,
    page_number,
    paragraph,
    row,
    rule,
    run,
    set_fonts,
    table,
)

TEXT_WIDTH = 165
_HEAD_WIDTHS = (62, 103)
"""The country's name in 12 points must stay on one line, in LibreOffice as well."""
_END_WIDTHS = (80, 85)
_FACT_WIDTHS = (50, 115)
_BODY = Look(align=JUSTIFY, after=6, indent=12.7, line=1.15)
_CELL = Look(size=12, align=LEFT)
_CELL_HEAD = Look(size=12, bold=True)
_LONG_ROW = 1500
"""Characters in a cell from which a row may be parted between pages."""
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The instant of every part of the file: the earliest that a zip file can name."""


def write_docx(target: IO[bytes], paper: Paper) -> None:
    """Write the paper. Any text is taken; see `drawing` for what is left out of it."""
    document = _empty(paper)
    _head(document, paper.head)
    _title(document, paper)
    _addressees(document, paper.addressees)
    for block in paper.blocks:
        _draw(block, document)
    if paper.end is not None:
        _end(document, paper.end)
    _save(document, target)


def _empty(paper: Paper) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    page_number(section)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    set_fonts(normal.element.get_or_add_rPr())
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), labels.LANGUAGE)
    normal.element.rPr.append(language)
    about = document.core_properties
    about.title = line_of(f"{paper.kind} {paper.title}" if paper.title else paper.head.about)[:250]
    about.author = about.last_modified_by = line_of(paper.head.issuer)[:250]
    about.comments, about.language = "", labels.LANGUAGE
    about.created = about.modified = datetime.combine(paper.head.on, time())
    return document


def _head(document: Any, head: Head) -> None:
    widths = _HEAD_WIDTHS
    left, right = row(table(document, widths, has_lines=False), widths)
    if head.parent:
        paragraph(left, line_of(head.parent).upper(), Look(size=12))
    paragraph(left, line_of(head.issuer).upper(), Look(size=12, bold=True))
    rule(left, 22, widths[0])
    paragraph(right, labels.COUNTRY, Look(size=12, bold=True))
    paragraph(right, labels.MOTTO, Look(size=13, bold=True))
    rule(right, 60, widths[1])
    if head.number is not None:
        paragraph(left, labels.number_line(line_of(head.number)), Look(size=13, before=2))
    if head.number == "":
        paragraph(left, labels.DRAFT, Look(size=13, bold=True, before=2))
    if head.about:
        paragraph(left, labels.about_line(line_of(head.about)), Look(size=12, before=6))
    paragraph(
        right, labels.place_and_date(line_of(head.place), head.on), Look(size=13, italic=True, before=2)
    )


def _title(document: Any, paper: Paper) -> None:
    if paper.kind:
        paragraph(document, line_of(paper.kind).upper(), Look(bold=True, before=14, keeps_next=True))
    if paper.title:
        paragraph(document, line_of(paper.title), Look(bold=True, keeps_next=True))
    if paper.under_title:
        paragraph(document, line_of(paper.under_title), Look(italic=True, keeps_next=True))
    if paper.kind or paper.title:
        rule(document, 55, TEXT_WIDTH).paragraph_format.space_after = Pt(8)


def _addressees(document: Any, names: Sequence[str]) -> None:
    """One on the line itself, several each on a line with a dash, the last with a full stop (annex I, I.9)."""
    if len(names) == 1:
        paragraph(document, f"{labels.ADDRESSED_TO} {line_of(names[0])}.", Look(before=8, after=8))
    elif names:
        paragraph(document, labels.ADDRESSED_TO, Look(before=8, keeps_next=True))
        for place, name in enumerate(names, start=1):
            last = place == len(names)
            text = f"- {line_of(name)}{'.' if last else ';'}"
            paragraph(document, text, Look(align=LEFT, indent=50, after=8 if last else 0))


@singledispatch
def _draw(block: Block, document: Any) -> None:
    raise TypeError(f"not a block of a paper: {block!r}")


@_draw.register
def _heading(block: Heading, document: Any) -> None:
    look = Look(
        bold=True, align=JUSTIFY, before=6, after=6, indent=12.7, keeps_next=True, outline=block.level - 1
    )
    text = line_of(block.text)
    paragraph(document, text.upper() if block.level == 1 else text, look)


@_draw.register
def _text(block: Text, document: Any) -> None:
    look = _as_remark(_BODY) if block.is_soft else _BODY
    lines = lines_of(block.text)
    if not block.words:
        for line in lines:
            paragraph(document, line, look)
        return
    made = paragraph(document, f"{line_of(block.words)}: ", _as_bold(look))
    run(made, lines[0] if lines else "", look)
    for line in lines[1:]:
        paragraph(document, line, look)


@_draw.register
def _items(block: Items, document: Any) -> None:
    for line in block.lines:
        paragraph(document, f"- {line_of(line)}", _BODY)


@_draw.register
def _facts(block: Facts, document: Any) -> None:
    pairs = [(name, value) for name, value in block.pairs if value]
    _grid(document, _FACT_WIDTHS, pairs, first=Look(size=12, bold=True, align=LEFT))


@_draw.register
def _table(block: Table, document: Any) -> None:
    made = table(document, block.widths, has_lines=True)
    for cell, head in zip(row(made, block.widths, is_head=True), block.heads, strict=True):
        paragraph(cell, line_of(head), _CELL_HEAD)
    for texts in block.rows:
        cells = row(made, block.widths, is_whole=max(map(len, texts)) < _LONG_ROW)
        for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            _fill(cell, text, _as_bold(_CELL) if place == block.bold_column else _CELL)
    _gap(document)


def _grid(document: Any, widths: Sequence[float], pairs: Sequence[tuple[str, str]], first: Look) -> None:
    if not pairs:
        return
    made = table(document, widths, has_lines=True)
    for name, value in pairs:
        left, right = row(made, widths)
        paragraph(left, line_of(name), first)
        _fill(right, value, _CELL)
    _gap(document)


def _fill(cell: Any, text: str, first: Look) -> None:
    for place, line in enumerate(lines_of(text)):
        paragraph(cell, line, _CELL if place else first)


def _gap(document: Any) -> None:
    """Word joins two tables that touch."""
    paragraph(document, "", Look(size=6, after=2))


def _as_bold(look: Look) -> Look:
    return Look(look.size, True, look.italic, look.align, look.before, look.after, look.indent, look.line)


def _as_remark(look: Look) -> Look:
    return Look(13, look.bold, True, look.align, look.before, look.after, look.indent, look.line)


def _end(document: Any, end: End) -> None:
    paragraph(document, "", Look(size=6))
    left, right = row(table(document, _END_WIDTHS, has_lines=False), _END_WIDTHS)
    if end.recipients:
        paragraph(left, labels.RECIPIENTS, Look(size=12, bold=True, italic=True, align=LEFT))
    for place, name in enumerate(end.recipients, start=1):
        stop = "." if place == len(end.recipients) else ";"
        paragraph(left, f"- {line_of(name)}{stop}", Look(size=11, align=LEFT))
    for capacity in end.capacity:
        paragraph(right, line_of(capacity).upper(), Look(size=13, bold=True, align=CENTER))
    for _room in range(4):
        paragraph(right, "", Look())
    paragraph(right, line_of(end.name), Look(bold=True))


def _save(document: Any, target: IO[bytes]) -> None:
    """With the same instant in every part: python-docx writes that of the machine."""
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(zipfile.ZipInfo(part, _WHEN), old.read(part), zipfile.ZIP_DEFLATED)
