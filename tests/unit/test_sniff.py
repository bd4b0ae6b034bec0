"""What a file is told from its bytes, and the name it may bear."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.attachments import sniff
from tracker.attachments.names import MAX_BYTES, MAX_CHARACTERS, clean_name
from tracker.attachments.sniff import DOCX, JPEG, PDF, PNG, TYPES, XLSX, file_type
from tracker.errors import Invalid

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)


def package(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these members, the list of content types first unless given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in ({"[Content_Types].xml": CONTENT_TYPES} | members).items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(content: bytes) -> str:
    """The code with which the content is refused."""
    with pytest.raises(Invalid) as refusal:
        file_type(content)
    assert refusal.value.field == "files"
    return refusal.value.code


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n...", PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (package({"word/document.xml": b"<w/>"}), DOCX),
        (package({"xl/workbook.xml": b"<x/>"}), XLSX),
    ],
)
def test_the_five_types_are_known_by_their_bytes(content: bytes, expected: sniff.FileType) -> None:
    assert file_type(content) is expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word",
        b"<!-- -->%PDF-1.7",
        package({"evil.exe": b"MZ"}),
        package({"word/document.xml": b"<w/>", "xl/workbook.xml": b"<x/>"}),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    assert refused(content) == "file_type"


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") == "file_empty"


@pytest.mark.parametrize(
    "members",
    [
        {"word/vbaProject.bin": b"macro"},
        {"word/VBAPROJECT.BIN": b"macro"},
        {"customUI/vbaData.xml": b"<x/>"},
        {"xl/macrosheets/sheet1.xml": b"<x/>"},
        {"[Content_Types].xml": CONTENT_TYPES + b"application/vnd.ms-word.document.macroEnabled.main+xml"},
    ],
)
def test_documents_with_macros_are_refused_wherever_these_hide(members: dict[str, bytes]) -> None:
    assert refused(package({"word/document.xml": b"<w/>"} | members)) == "file_macros"


@pytest.mark.asvs("V5.2.3")
def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = package({"word/document.xml": b"\0" * (sniff.MAX_RATIO * 100_000)})
    assert refused(bomb) == "file_bomb"


@pytest.mark.asvs("V5.2.3")
def test_too_many_members_are_refused() -> None:
    members = {f"word/media/{number}.xml": b"" for number in range(sniff.MAX_MEMBERS + 1)}
    assert refused(package({"word/document.xml": b"<w/>"} | members, zipfile.ZIP_STORED)) == "file_bomb"


def test_members_that_share_their_bytes_are_refused() -> None:
    content = package({"word/document.xml": bytes(range(256)) * 40, "word/b.xml": b"x"}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.getinfo("word/document.xml")
    directory = content.rindex(b"PK\x01\x02")
    # The second entry of the directory claims the bytes of the first once more.
    claimed = bytearray(content)
    claimed[directory + 20 : directory + 24] = first.compress_size.to_bytes(4, "little")
    claimed[directory + 24 : directory + 28] = first.file_size.to_bytes(4, "little")
    assert refused(bytes(claimed)) == "file_bomb"


@pytest.mark.asvs("V5.2.3")
def test_a_document_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(package({"word/document.xml": b"a" * 5000}))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(content)) == "file_broken"


def test_a_document_with_a_password_is_refused() -> None:
    content = bytearray(package({"word/document.xml": b"<w/>"}))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert refused(bytes(content)) == "file_locked"


def test_a_cut_document_is_refused() -> None:
    content = package({"word/document.xml": b"<w/>" * 100})
    assert refused(content[: len(content) // 2]) == "file_broken"


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff"]))
def test_no_bytes_at_all_break_the_check(tail: bytes, head: bytes) -> None:
    try:
        assert file_type(head + tail) in TYPES
    except Invalid as refusal:
        assert refusal.code.startswith("file_")


@pytest.mark.asvs("V5.4.1")
@pytest.mark.parametrize(
    ("given_name", "kind", "kept"),
    [
        ("Tờ trình số 12.PDF", PDF, "Tờ trình số 12.pdf"),
        ("..\\..\\windows\\to trinh.docx", DOCX, "to trinh.docx"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("anh.jpeg", JPEG, "anh.jpg"),
        ("bao-cao.docx", XLSX, "bao-cao.xlsx"),
        ("Phụ lục 1.2", PDF, "Phụ lục 1.2.pdf"),
        ("run.exe", PDF, "run.exe.pdf"),
        ("", PNG, "file.png"),
        (".pdf", PDF, "file.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", PDF, "a Set-Cookie x=1.pdf"),
        ("bao\u202efdp.exe", PDF, "baofdp.exe.pdf"),
        ("To\u031b\u0300 trình.pdf", PDF, "Tờ trình.pdf"),
        ("con.pdf", PDF, "file con.pdf"),
        ("<img src=x>.png", PNG, "img src=x.png"),
    ],
)
def test_a_name_becomes_one_that_is_safe_to_show_and_to_save(
    given_name: str, kind: sniff.FileType, kept: str
) -> None:
    assert clean_name(given_name, kind) == kept


def test_a_long_name_is_cut_before_its_extension() -> None:
    name = clean_name("Ẩ" * 500 + ".pdf", PDF)
    assert name.endswith("Ẩ.pdf")
    assert len(name) <= MAX_CHARACTERS
    assert len(name.encode()) <= MAX_BYTES


@pytest.mark.parametrize(
    "name", ["MẬT - kế hoạch.pdf", "TUYỆT MẬT.docx", "ke hoach_TỐI MẬT.pdf", "Tối mật.pdf"]
)
def test_a_name_with_a_mark_of_state_secrets_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_name(name, PDF)
    assert refusal.value.code == "file_classified"


def test_the_word_within_a_name_is_no_mark() -> None:
    assert clean_name("Giải phóng mặt bằng, bảo mật thông tin.pdf", PDF).endswith("thông tin.pdf")


@pytest.mark.asvs("V1.3.3", "V5.3.2")
@given(st.text(max_size=300))
def test_any_name_gives_a_name_or_a_refusal(name: str) -> None:
    try:
        kept = clean_name(name, PDF)
    except Invalid as refusal:
        assert refusal.code == "file_classified"
        return
    assert kept.endswith(".pdf")
    assert len(kept) <= MAX_CHARACTERS
    assert len(kept.encode()) <= MAX_BYTES
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert clean_name(kept, PDF) == kept
