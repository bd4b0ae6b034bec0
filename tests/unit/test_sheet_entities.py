"""A workbook that defines entities is refused before anything is resolved; nothing is fetched and nothing grows."""

import http.server
import io
import threading
import zipfile
from collections.abc import Iterator

import pytest
from openpyxl import Workbook

from tests.rules.tree import imported, modules, name
from tracker.errors import Invalid
from tracker.sheets.reading import DEFAULT
from tracker.sheets.workbook import read_workbook

MEMBERS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "[Content_Types].xml",
    "xl/styles.xml",
    "_rels/.rels",
)
ENCODINGS = ("utf-8", "utf-16")
LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


class _Noted(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stranger() -> Iterator[http.server.HTTPServer]:
    """A server that must not be asked."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Noted) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def workbook() -> bytes:
    """An ordinary one."""
    made, out = Workbook(), io.BytesIO()
    made.active.append(["Tiêu đề", "Nội dung"])  # type: ignore[union-attr]
    made.active.append(["a", "b"])  # type: ignore[union-attr]
    made.save(out)
    return out.getvalue()


def with_definitions(member: str, definitions: str, encoding: str = "utf-8") -> bytes:
    """The ordinary one with definitions before a member's first element."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as package, zipfile.ZipFile(out, "w") as changed:
        assert member in package.namelist()
        for each in package.namelist():
            content = package.read(each)
            if each == member:
                text = content.decode("utf-8")
                head, _, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
                del head
                content = f'<?xml version="1.0" encoding="{encoding}"?>{definitions}{rest}'.encode(encoding)
            changed.writestr(each, content)
    return out.getvalue()


def test_the_ordinary_one_is_read() -> None:
    assert read_workbook(workbook(), DEFAULT) is not None


@pytest.mark.asvs("V1.5.1")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("member", MEMBERS)
def test_entities_from_outside_and_growing_ones_are_refused_in_every_member(
    stranger: http.server.HTTPServer, member: str, encoding: str
) -> None:
    address = f"http://127.0.0.1:{stranger.server_address[1]}/x"
    definitions = (
        f'<!DOCTYPE r SYSTEM "{address}">',
        f'<!DOCTYPE r [<!ENTITY e SYSTEM "{address}">]>',
        f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{address}"> %p;]>',
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        f"{LAUGHS}]>",
    )
    for each in definitions:
        with pytest.raises(Invalid) as refused:
            read_workbook(with_definitions(member, each, encoding), DEFAULT)
        assert refused.value.code in {"file_broken", "file_type"}, each
    assert stranger.asked == []  # type: ignore[attr-defined]


@pytest.mark.asvs("V1.5.1")
def test_xml_that_people_send_is_read_in_one_place_alone() -> None:
    readers = {"lxml", "xml", "defusedxml", "openpyxl", "docx", "xmltodict", "bs4", "html5lib"}
    found = {
        name(path) for path in modules() for each, _line in imported(path) if each.split(".")[0] in readers
    }
    papers = {each for each in found if each.startswith("tracker/paper/")}  # written, never read
    assert found - papers - {"tracker/sheets/workbook.py"} == set()
