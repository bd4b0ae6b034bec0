"""The lists that come with the product, as plain rows.

Owns: reading `tracker/data/*.csv` about units, fields, categories and routing. Pure: no database.
Sources and licences: `tracker/data/NOTICE.md`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

ANY_FIELD = "*"

_CITY = "Thành phố "
_COMMUNE_KINDS = {"Xã": "xa", "Phường": "phuong", "Đặc khu": "dac_khu"}
_PROVINCE_WORDS = {"level": "tỉnh", "party": "Tỉnh ủy"}
_CITY_WORDS = {"level": "thành phố", "party": "Thành ủy"}


@dataclass(frozen=True)
class ProvinceRow:
    """A province or centrally-run city; `committee` is the name of its People's Committee."""

    code: str
    name: str
    committee: str
    is_city: bool


@dataclass(frozen=True)
class CommuneRow:
    """A commune of the official list (Quyết định 19/2025/QĐ-TTg): kind xa, phuong or dac_khu, degrees."""

    code: str
    name: str
    kind: str
    latitude: float
    longitude: float
    former_units: tuple[str, ...]


@dataclass(frozen=True)
class DepartmentRow:
    """An agency of the province, whether it has a working group."""

    code: str
    sign: str
    kind: str
    has_group: bool
    name: str


@dataclass(frozen=True)
class TermRow:
    """A field or a category, with the words in a text that suggest it."""

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class RoutingRow:
    """Field ("*": any) and category ("": any) → code of the department."""

    field: str
    category: str
    department: str


def commune_rows(province_code: str) -> list[CommuneRow]:
    """The communes of one province; empty for a code that does not exist."""
    return [
        CommuneRow(
            row["code"],
            row["name"],
            _COMMUNE_KINDS[row["kind"]],
            float(row["lat"]),
            float(row["lon"]),
            _split(row["former_units"]),
        )
        for row in _rows("communes.csv")
        if row["province_code"] == province_code
    ]


def province_rows() -> dict[str, ProvinceRow]:
    """The 34 provinces by code, for example '33' → 'Tỉnh Hưng Yên', 'UBND tỉnh Hưng Yên'."""
    names = {row["province_code"]: row["province"] for row in _rows("communes.csv")}
    return {
        code: ProvinceRow(code, name, f"UBND {name[0].lower()}{name[1:]}", name.startswith(_CITY))
        for code, name in names.items()
    }


def department_rows(*, is_city: bool) -> list[DepartmentRow]:
    """The agencies of a province in their official order (Nghị định 150/2025/NĐ-CP)."""
    words = _CITY_WORDS if is_city else _PROVINCE_WORDS
    return [
        DepartmentRow(
            row["code"], row["sign"], row["kind"], row["has_group"] == "yes", row["name"].format(**words)
        )
        for row in _rows("departments.csv")
    ]


def field_rows() -> list[TermRow]:
    """The fields of work in their order."""
    return _terms("fields.csv")


def category_rows() -> list[TermRow]:
    """The kinds of difficulty in their order."""
    return _terms("categories.csv")


def routing_rows() -> list[RoutingRow]:
    """The routing table with which a province begins."""
    return [RoutingRow(row["field"], row["category"], row["department"]) for row in _rows("routing.csv")]


def _terms(name: str) -> list[TermRow]:
    return [TermRow(row["code"], row["name"], row["name_en"], _split(row["words"])) for row in _rows(name)]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files("tracker").joinpath("data", name).read_text("utf-8").splitlines())


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
