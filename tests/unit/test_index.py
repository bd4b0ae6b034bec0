"""What is typed into the search box, read as terms; and what was found, marked in the text as it was written."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.index.marking import excerpt, pieces
from tracker.index.query import MOST_CHARACTERS, MOST_WORDS, Term, read_query, year_and_serial
from tracker.index.search import fts5, tsquery
from tracker.index.synonyms import synonyms
from tracker.index.words import MOST_CHARACTERS as MOST_INDEXED
from tracker.index.words import indexed_words
from tracker.text import folded_words

ODD = st.text(alphabet=st.characters(exclude_categories=()), max_size=400) | st.text(
    alphabet="\"*^:-()+{}[]\x00\ud800'\\%_;,|&!<>@/ ANDORTEđệ", max_size=80
)


@pytest.fixture(scope="module")
def fts() -> Iterator[sqlite3.Connection]:
    """An index of one text."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE kept USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
        )
        text = "VM-2026-000123 Đất đai của Ủy ban nhân dân xã, Nghị định 118/2025/NĐ-CP, đường thôn"
        connection.execute("INSERT INTO kept VALUES (?)", [indexed_words([text])])
        yield connection
    connection.close()


def finds(fts: sqlite3.Connection, typed: str) -> bool:
    query = read_query(typed)
    if not query:
        return False
    return bool(fts.execute("SELECT 1 FROM kept WHERE kept MATCH ?", [fts5(query)]).fetchall())


@pytest.mark.parametrize(
    "typed",
    [
        "đất đai",
        "DAT DAI",
        "đai đất",
        "UBND xã",
        "uỷ ban nhân dân",
        '"ủy ban nhân dân xã"',
        '"UBND xã"',
        "“UBND xã”",
        "118/2025/NĐ-CP",
        "118/2025/nd-cp đất",
        "118/2025/NĐ-C",
        "118/2025",
        "NĐ 118/2025/NĐ-CP",
        "VM-2026-000123",
        "vm-2026-123",
        "2026-000123",
        "2026-123",
        "000123",
        "ngh",
        "đất truo* duo*",
        "đườ* thôn",
        '"đất đai',
        "đất\ud800 đai\x00",
    ],
)
def test_what_means_the_text_finds_it(fts: sqlite3.Connection, typed: str) -> None:
    assert finds(fts, typed) is (typed != "đất truo* duo*")


@pytest.mark.parametrize(
    "typed",
    [
        "đất ruộng",
        '"đai đất"',
        "118/2025/TT",
        "18/2025/NĐ-CP",
        "2026-000124",
        "tho",
        "đ",
        "th*",
        "NOT đất",
        "đất OR ruộng",
        "",
        '"',
        '""',
        "*",
        "---",
        "( ) ^ : -",
    ],
)
def test_what_means_something_else_does_not(fts: sqlite3.Connection, typed: str) -> None:
    assert not finds(fts, typed)


@given(ODD)
def test_any_text_is_read_and_understood_by_the_database(typed: str) -> None:
    query = read_query(typed)
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE kept USING fts5(words)")
        if query:
            connection.execute("SELECT * FROM kept WHERE kept MATCH ?", [fts5(query)]).fetchall()
    connection.close()
    for term in query.terms:
        for phrase in term.phrases:
            assert phrase
            assert all(word.isalnum() for word in phrase), phrase
    assert sum(max(map(len, term.phrases)) for term in query.terms) <= MOST_WORDS
    assert tsquery(query).count("'") % 2 == 0


@given(st.lists(st.text(alphabet="abcđêxyz 0123456789/-", min_size=1, max_size=12), max_size=8))
def test_a_text_is_found_by_all_of_its_own_words(texts: list[str]) -> None:
    kept = f" {indexed_words(texts)} "
    for text in texts:
        for word in folded_words(text):
            assert f" {word} " in kept


def test_more_than_is_looked_for_is_cut_and_said_so() -> None:
    assert read_query("từ " * 1_000).is_cut
    assert read_query("x" * 50_000).terms == (Term((("x" * MOST_CHARACTERS,),), is_beginning=True),)
    assert read_query(" ".join(f"a{n}" for n in range(60))).is_cut
    assert not read_query("đất đai").is_cut
    assert len(indexed_words(["từ " * 100_000])) <= MOST_INDEXED


def test_words_that_mean_the_same_are_one_in_both_directions() -> None:
    for terms in synonyms().values():
        assert all(set(synonyms()[term]) == set(terms) for term in terms)
    (short,), (long,) = read_query("UBND").terms, read_query("ủy ban nhân dân").terms
    assert set(short.phrases) == set(long.phrases) == {("ubnd",), ("uy", "ban", "nhan", "dan")}
    (both,) = read_query('"UBND và HĐND"').terms
    assert len(both.phrases) == 4


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("VM-2026-000123", ("2026", "000123")),
        ("vm-2026-1", ("2026", "000001")),
        ("2026-000123", ("2026", "000123")),
        ("VM-2026-0001234", None),
        ("118/2025/NĐ-CP", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_the_number_of_an_issue_is_known_with_its_letters_and_without(
    typed: str, found: tuple[str, str] | None
) -> None:
    assert year_and_serial(typed) == found


def marked(text: str, typed: str) -> list[str]:
    return [piece.text for piece in pieces(text, read_query(typed)) if piece.is_found]


def test_what_was_found_is_marked_as_it_was_written() -> None:
    text = "ĐẤT đai của Uỷ ban nhân dân xã theo 118/2025/NĐ-CP; đạt, địa đạo"
    assert marked(text, "dat UBND 118/2025/nd-cp") == ["ĐẤT", "Uỷ ban nhân dân", "118/2025/NĐ-CP", "đạt"]
    assert marked(text, "đị") == []
    assert marked(text, '"dia dao"') == ["địa đạo"]
    assert marked(text, "nhâ*") == ["nhâ"]
    assert marked(text, "( [ a.c") == []


def test_an_excerpt_stands_around_the_first_place() -> None:
    text = "Đoạn đầu. " * 40 + "Cầu phao Triều Dương hỏng.\n\n" + "Đoạn cuối. " * 40
    shown = excerpt(text, read_query("cau phao"))
    assert [piece.text for piece in shown if piece.is_found] == ["Cầu phao"]
    whole = "".join(piece.text for piece in shown)
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert len(whole) < 240
    assert excerpt("Không có gì", read_query("cầu phao")) == []
    assert "".join(piece.text for piece in excerpt("Cầu phao", read_query("phao"))) == "Cầu phao"


@given(ODD, ODD)
def test_marking_loses_no_letter_of_any_text(text: str, typed: str) -> None:
    query = read_query(typed)
    assert "".join(piece.text for piece in pieces(text, query)) == text
    excerpt(text, query)
