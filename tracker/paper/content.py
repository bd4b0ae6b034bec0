"""What a paper says, as plain data: its head, its title, its blocks one after another, its end.

Owns: the kinds of blocks. Must not know how they look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""What the written paper is."""


@dataclass(frozen=True)
class Head:
    """Who issues the paper, where and when.

    `number` None: the paper takes no number (a sheet for the file); '': the office has not given one yet, the paper is
    marked as a draft. A number is never made up. `about` ("V/v …") belongs to letters, which have no title.
    """

    parent: str
    """The agency above; '' where the form has none, as for people's committees."""
    issuer: str
    place: str
    on: date
    number: str | None = None
    about: str = ""


@dataclass(frozen=True)
class Heading:
    """Level 1 as 'I. …', level 2 as '1. …'; the number is part of the text."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A text of one or several lines, each a paragraph; `words` stand before it in bold."""

    text: str
    words: str = ""
    is_soft: bool = False
    """In italics: a remark."""


@dataclass(frozen=True)
class Items:
    """Lines with a dash."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Pairs of name and value in two columns; pairs without a value are left out."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table with a row of heads that repeats on each page. `widths` in millimetres; together 165, the text's width.

    A cell may have several lines. `bold_column`: the place of the column in which the first line is bold.
    """

    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    bold_column: int | None = None


Block = Heading | Text | Items | Facts | Table


@dataclass(frozen=True)
class End:
    """Recipients on the left; on the right the capacity ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC") and the name, if known."""

    recipients: Sequence[str]
    capacity: Sequence[str]
    name: str = ""


@dataclass(frozen=True)
class Paper:
    """A whole paper. `kind` is printed in capitals ("BÁO CÁO"); letters have none."""

    head: Head
    kind: str = ""
    title: str = ""
    under_title: str = ""
    """In brackets below the title, as a period."""
    addressees: Sequence[str] = ()
    blocks: Sequence[Block] = ()
    end: End | None = None
