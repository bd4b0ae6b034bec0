"""The search box: what is found, by whom, what the page says; and the index, equal to the texts whatever happens."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, Statements, links_in, path_of, tree_of, words_of
from tests.conftest import ON_POSTGRESQL
from tests.issue_builders import NOTE, Desk
from tracker import migrations
from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.directory.former import communes_named
from tracker.directory.models import FormerName
from tracker.index.models import IndexedText
from tracker.issues import searching
from tracker.issues.workflow import Act
from tracker.text import fold

Enter = Callable[[Account], Person]


def search(person: Person, typed: str, **more: str) -> str:
    """The page that a search gives."""
    with person.desk.travelled():
        response = person.client.get("/issues", query_string={"q": typed, **more})
    assert response.status_code == 200, response.text[:500]
    return response.text


def numbers(html: str) -> list[str]:
    return [
        (link.get("href") or "").rsplit("/", 1)[1]
        for link in tree_of(html).iter("a")
        if link.get("class") == "row-title"
    ]


def marked(html: str) -> list[str]:
    return ["".join(each.itertext()) for each in tree_of(html).iter("mark")]


# --- what is found ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "tiền ăn trưa",
        "TRUA an tien",
        '"tiền ăn trưa"',
        "trạm xá",
        "trích quỹ",
        "bảng chấm công",
        "kê khai mẫu B12",
        "118/2025/NĐ-CP",
        "118/2025",
        "UBND",
        "uỷ ban nhân dân",
        "trưa ngh*",
    ],
)
def test_every_text_that_its_readers_may_read_is_found(desk: Desk, enter: Enter, typed: str) -> None:
    desk.answered(desk.working())
    wanted = desk.answered(
        desk.working(
            desk.sent(
                title="Tiền ăn trưa của nghệ nhân",
                situation="Trạm xá thuộc UBND xã chưa chi.",
                proposal="Đề nghị cho trích quỹ.",
            )
        ),
        content="Lập bảng chấm công theo tháng.",
        next_step="Kê khai theo mẫu B12.",
    )
    if "118" in typed:
        desk.do(desk.province.officer_a, wanted, Act.CONFIRM)
    for account in (desk.province.officer_a, desk.province.lead, desk.province.coordinator):
        found = numbers(search(enter(account), typed))
        assert str(desk.issue(wanted).number) in found
        assert len(found) == (2 if "118" in typed else 1)


def test_what_is_found_comes_newest_first_and_pages_by_key(desk: Desk, enter: Enter) -> None:
    made = [str(desk.issue(desk.sent(title=f"Cầu phao số {n}")).number) for n in range(17)]
    officer = enter(desk.province.officer_a)
    first = search(officer, "cầu phao")
    assert numbers(first) == made[:1:-1]
    assert "17 vướng mắc" in words_of(first)
    second = officer.get(links_in(first)["Trang sau"]).text
    assert numbers(second) == [made[1], made[0]]
    assert numbers(officer.get(links_in(second)["Về trang đầu"]).text) == made[:1:-1]


def test_a_search_goes_together_with_every_other_filter(desk: Desk, enter: Enter) -> None:
    money = desk.sent(title="Cầu phao", field_id=desk.province.field_money.id, category_id=None)
    desk.sent(title="Cầu phao")
    coordinator = enter(desk.province.coordinator)
    assert numbers(search(coordinator, "cầu phao", field="finance_assets")) == [desk.issue(money).number]
    assert numbers(search(coordinator, "cầu phao", open="0")) == []
    assert len(numbers(search(coordinator, "cầu phao", scope="unit"))) == 0


def test_own_drafts_are_found_by_their_title_alone_and_by_their_unit_alone(desk: Desk, enter: Enter) -> None:
    desk.draft(title="Cầu phao Triều Dương")
    words = "draft"
    assert len(tree_titles(search(enter(desk.province.officer_a), "duong cau", state=words))) == 1
    assert tree_titles(search(enter(desk.province.officer_a), "cau phu", state=words)) == []
    assert tree_titles(search(enter(desk.province.officer_a), "***", state=words)) == []
    for account in (desk.province.officer_b, desk.province.coordinator):
        assert tree_titles(search(enter(account), "duong cau", state=words)) == []
        assert tree_titles(search(enter(account), "duong cau")) == []


def tree_titles(html: str) -> list[str]:
    return ["".join(link.itertext()) for link in tree_of(html).iter("a") if link.get("class") == "row-title"]


@pytest.mark.parametrize("typed", ["VM-2026-000001", "vm-2026-1", "2026-000001", " 2026-1 "])
def test_a_whole_number_leads_to_its_issue_for_who_may_read_it(desk: Desk, enter: Enter, typed: str) -> None:
    desk.sent()
    officer = enter(desk.province.officer_a)
    with desk.travelled():
        response = officer.client.get("/issues", query_string={"q": typed})
    assert path_of(response) == "/issues/VM-2026-000001"
    assert numbers(search(enter(desk.province.officer_b), typed)) == []


# --- what is not found -------------------------------------------------------------------------------------------


def test_what_is_for_departments_or_under_way_is_found_by_nobody(desk: Desk, enter: Enter) -> None:
    """Not by the commune, and not by the desk either: what is indexed is what every reader may read."""
    returned = desk.to_approve(content="Chữ zqtralaizq ở đây.")
    desk.do(desk.province.lead, returned, Act.RETURN_ANSWER, remark="Lý do zqlydozq.")
    desk.to_approve(content="Chữ zqchoduyetzq ở đây.")
    saved = desk.working()
    desk.save(desk.province.member, saved, content="Chữ zqdangsoanzq ở đây.")
    for word in ("zqtralaizq", "zqlydozq", "zqchoduyetzq", "zqdangsoanzq"):
        for account in (desk.province.officer_a, desk.province.member, desk.province.coordinator):
            page = search(enter(account), word)
            assert numbers(page) == []
            assert 'id="count">0 ' in page


def test_who_may_not_read_an_issue_finds_and_counts_nothing_of_it(desk: Desk, enter: Enter) -> None:
    desk.answered(desk.working(desk.sent(title="Chữ zqrieng")), content="Và zqtraloi.")
    for typed in ("zqrieng", "zqtraloi", "zqrie*", '"chu zqrieng"', "2026-000001"):
        for account in (desk.province.officer_b, desk.province.finance_lead, desk.province.officer_ward):
            page = search(enter(account), typed)
            assert numbers(page) == []
            assert 'id="count">0 ' in page


def test_a_word_of_others_does_not_change_what_one_finds_oneself(desk: Desk, enter: Enter) -> None:
    own = desk.sent(title="Máy zqabcd")
    officer = enter(desk.province.officer_a)
    words = ("zqabc", "zqabcd", "zqab*", "zqabcde")
    before = [numbers(search(officer, typed)) for typed in words]
    desk.sent(desk.province.leader_b, title="Máy zqabc zqabcde")
    assert [numbers(search(officer, typed)) for typed in words] == before
    assert str(desk.issue(own).number) in before[1]


# --- communes by their names -------------------------------------------------------------------------------------


def former(desk: Desk, name: str) -> None:
    """Commune B is found by a name of before."""
    with transaction():
        unit_id = desk.province.commune_b.id
        desk.session.add(FormerName(unit_id=unit_id, name=name, folded_name=fold(name)))


@pytest.mark.parametrize(
    "typed",
    [
        "Ông Đình, huyện Khoái Châu",
        "ong dinh",
        "xã Ông Đình",
        "xã ông đình (huyện khoái châu)",
        "Ong Dinh huyen Khoai Chau",
    ],
)
def test_a_name_of_before_finds_the_issues_of_todays_commune_and_says_so(
    desk: Desk, enter: Enter, typed: str
) -> None:
    former(desk, "Xã Ông Đình (Huyện Khoái Châu)")
    desk.sent()
    theirs = desk.sent(desk.province.leader_b)
    named = desk.sent(title="Đường Ông Đình huyện Khoái Châu xuống cấp")
    coordinator = enter(desk.province.coordinator)
    page = search(coordinator, typed)
    # Whose text holds the words is found as well, unless more than the words of the text were typed.
    found = [desk.issue(theirs).number]
    if "xã" not in typed:
        found.insert(0, desk.issue(named).number)
    assert numbers(page) == found
    assert "Xã Ông Đình (huyện Khoái Châu) nay là Xã Bình Minh." in words_of(page)
    listed = coordinator.get(links_in(page)["Xem vướng mắc của Xã Bình Minh"]).text
    assert numbers(listed) == [desk.issue(theirs).number]
    assert numbers(search(enter(desk.province.officer_a), typed)) == found[:-1]


@pytest.mark.parametrize(
    "typed", ["Ông Đình, huyện Ân Thi", "phường Ông Đình", "Đình", "Ông", "xã", "", "(("]
)
def test_what_is_no_whole_name_names_no_commune(desk: Desk, typed: str) -> None:
    former(desk, "Xã Ông Đình (Huyện Khoái Châu)")
    assert communes_named(desk.session, typed) == []


def test_a_name_that_stood_twice_names_all_and_todays_name_needs_no_word_about_it(
    desk: Desk, enter: Enter
) -> None:
    former(desk, "Xã Tân Dân (Huyện Khoái Châu)")
    with transaction():
        own = desk.province.commune_a.id
        name = "Xã Tân Dân (Huyện Ân Thi)"
        desk.session.add(FormerName(unit_id=own, name=name, folded_name=fold(name)))
    coordinator = enter(desk.province.coordinator)
    twice = words_of(search(coordinator, "tân dân"))
    assert "nay là Xã An Bình." in twice and "nay là Xã Bình Minh." in twice
    once = search(coordinator, "an bình")
    assert "nay là" not in words_of(once)
    assert "Xem vướng mắc của Xã An Bình" in links_in(once)


# --- what the page shows ------------------------------------------------------------------------------------------


def test_what_was_found_is_marked_in_title_and_text_and_nothing_is_markup(desk: Desk, enter: Enter) -> None:
    desk.sent(
        title="<b>Đất</b> & đai",
        situation="Đoạn đầu. " * 50 + "<i>Đất đai</i> của <mark>ai</mark>? " + "Đoạn cuối. " * 50,
    )
    page = search(enter(desk.province.officer_a), "dat dai b")
    assert "&lt;<mark>b</mark>&gt;<mark>Đất</mark>&lt;/<mark>b</mark>&gt; &amp; <mark>đai</mark>" in page
    assert "&lt;i&gt;<mark>Đất đai</mark>&lt;/i&gt;" in page
    assert "&lt;mark&gt;ai&lt;/mark&gt;" in page
    assert len(re.findall("Đoạn đầu", page)) < 15


def test_a_word_of_the_answer_is_shown_where_it_stands(desk: Desk, enter: Enter) -> None:
    desk.answered(content="Lập bảng chấm công theo tháng.", next_step="Gửi bảng chấm công.")
    page = search(enter(desk.province.officer_a), "bang cham")
    assert marked(page) == ["bảng chấm"]
    assert "Lập bảng chấm công theo tháng." in words_of(page)


def test_a_search_that_finds_nothing_says_what_to_try(desk: Desk, enter: Enter) -> None:
    desk.sent()
    page = words_of(search(enter(desk.province.officer_a), "zqkhongco"))
    assert "Không tìm thấy vướng mắc nào" in page
    assert "Không cần gõ dấu" in page and "118/2025/NĐ-CP" in page


def test_a_search_that_is_too_long_is_cut_and_the_page_says_so(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    officer = enter(desk.province.officer_a)
    note = "Nội dung tìm quá dài"
    assert note not in words_of(search(officer, "hướng dẫn phụ cấp"))
    page = search(officer, "phụ cấp " * 10_000)
    assert note in words_of(page)
    assert numbers(page) == [desk.issue(issue_id).number]


def test_the_box_of_the_frame_keeps_what_was_typed(desk: Desk, enter: Enter) -> None:
    page = search(enter(desk.province.officer_a), 'phụ cấp "')
    boxes = [each.get("value") for each in tree_of(page).iter("input") if each.get("name") == "q"]
    assert boxes == ['phụ cấp "'] * 2


def test_a_search_asks_the_database_no_more_for_many_rows_than_for_few(
    app: Flask, desk: Desk, enter: Enter
) -> None:
    former(desk, "Xã Ông Đình (Huyện Khoái Châu)")
    officer = enter(desk.province.officer_a)
    counts = []
    for _ in range(2):
        for _ in range(6):
            desk.answered()
        search(officer, "phụ cấp")
        with app.app_context(), Statements(db.engine) as counted:
            search(officer, "phụ cấp")
        counts.append(len(counted.texts))
    assert counts[0] == counts[1] <= 12


# --- any input ----------------------------------------------------------------------------------------------------

NASTY = (
    '"', "AND", "a OR", "NEAR(", "*", "^", "(", "-", "a-b", "'", "{t}:", "NOT x", "a AND", '"a', "a*b", "x:y", "+",
    "\\", "%", "_", "a & b", "a | b", "!a", "a <-> b", ":*", "a:*", "\x00", "a\x00b", "\x1b[2J", "\u202e", "\ufffe",
    "x " * 2_000, "x" * 50_000, '"' * 50_000, "( " * 25_000, "đ" * 50_000, "a*" * 20_000, "𝕏 ½ № ß İ",
    "1e5 1.5 -3 0x1F", "http://a.b/c?d=e&f", "a@b.vn", "<b>x</b>", "&amp;", "العربية 中文 ไทย हिन्दी", "🙂🙂", "VM-",
    "VM-9999-999999999999", "2026-", "٢٠٢٦-٠٠٠١٢٣",
)  # fmt: skip


@pytest.mark.parametrize("typed", NASTY, ids=range(len(NASTY)))
def test_whatever_is_typed_the_page_answers(desk: Desk, enter: Enter, typed: str) -> None:
    desk.sent(title="Thử a b x")
    for account in (desk.province.officer_a, desk.province.coordinator):
        person = enter(account)
        for more in ({}, {"state": "draft"}):
            with desk.travelled():
                response = person.client.get("/issues", query_string={"q": typed, **more})
            # Control characters and addresses of hundreds of kilobytes are refused before anything is read.
            is_refused_early = len(typed) > 10_000 or any(char < " " for char in typed)
            assert response.status_code in ({200, 400} if is_refused_early else {200})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=120))
def test_any_text_can_be_searched_and_any_text_can_be_kept(session: Session, typed: str) -> None:
    session.rollback()
    session.execute(searching.found(session, typed)).all()
    session.rollback()


# --- the index ----------------------------------------------------------------------------------------------------


def kept(desk: Desk) -> dict[int, str]:
    desk.session.rollback()
    return {row.id: row.words for row in desk.session.execute(select(IndexedText.id, IndexedText.words))}


def test_the_index_follows_each_act_that_changes_a_text(desk: Desk, enter: Enter) -> None:
    draft = desk.draft(title="Một")
    assert kept(desk) == {}
    desk.do(desk.province.officer_a, draft.id, Act.SEND)
    assert "mot" in kept(desk)[draft.id].split()
    behalf = desk.on_behalf(title="Hai")
    changed = {"title": "Ba", "situation": "Bốn", "proposal": "Năm"}
    desk.do(desk.province.officer_a, behalf, Act.CORRECT, **changed)
    assert kept(desk)[behalf].split() == ["vm", "2026", "000002", "ba", "bon", "nam"]
    desk.answered(behalf := desk.working(behalf), content="Sáu", next_step="Bảy", citations=[("8/NĐ", None)])
    assert kept(desk)[behalf].split()[6:] == ["sau", "bay", "8", "nd"]
    letter = desk.working()
    desk.letter(letter, document_number="")
    desk.do(desk.province.member, letter, Act.SET_NUMBER, document_number="77/SNV")
    assert "77 snv" in kept(desk)[letter]
    assert numbers(search(enter(desk.province.officer_a), "77/SNV")) == [desk.issue(letter).number]


def test_an_act_that_changes_no_text_writes_no_text(app: Flask, desk: Desk) -> None:
    issue_id = desk.working()
    with app.app_context(), Statements(db.engine) as counted:
        desk.do(desk.province.member, issue_id, Act.NEWS, text="Đang làm")
    assert [each for each in counted.texts if "issue_text" in each] == []


def test_the_index_goes_back_with_its_transaction(desk: Desk, enter: Enter) -> None:
    draft = desk.draft(title="Zqhuyzq")
    with pytest.raises(RuntimeError), desk.travelled(), transaction():
        from tracker.issues.service import apply

        apply(desk.session, desk.actor(desk.province.officer_a), draft.id, Act.SEND)
        assert numbers_of(desk, "zqhuyzq") == [draft.id]
        raise RuntimeError
    assert kept(desk) == {}
    assert numbers_of(desk, "zqhuyzq") == []


def numbers_of(desk: Desk, typed: str) -> list[int]:
    return list(desk.session.scalars(searching.found(desk.session, typed)))


DAMAGE = {
    "a text changed": ("UPDATE issue_text SET words = 'x'", "text_wrong VM-2026-000001"),
    "a text gone": ("DELETE FROM issue_text", "text_wrong VM-2026-000001"),
    "an issue changed": ("UPDATE issue SET proposal = 'Khác'", "text_wrong VM-2026-000001"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_index_is_named_and_made_anew(desk: Desk, what: str) -> None:
    issue_id = desk.sent()
    statement, problem = DAMAGE[what]
    with transaction():
        desk.session.execute(text(statement))
    assert [str(each) for each in desk.verify()] == [problem]
    with transaction():
        assert searching.rebuild(desk.session) == 1
    assert numbers_of(desk, "phu cap") == [issue_id]


def test_what_fts5_alone_has_lost_is_named_and_made_anew(desk: Desk) -> None:
    issue_id = desk.sent()
    if not ON_POSTGRESQL:
        with transaction():
            words = kept_words(desk)
            lost = "INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', :id, :words)"
            desk.session.execute(text(lost), {"id": issue_id, "words": words})
        assert [str(each) for each in desk.verify()] == [f"text_wrong {issue_id}"]
    with transaction():
        searching.rebuild(desk.session)
    assert numbers_of(desk, "phu cap") == [issue_id]


def kept_words(desk: Desk) -> str:
    return desk.session.scalars(select(IndexedText.words)).one()


def test_the_migration_fills_the_index_from_the_issues_that_are_there(desk: Desk) -> None:
    desk.answered(desk.working(), **{**NOTE, "content": "Chữ “Đặc biệt” – Ô, Ư; 50 % ½"})
    desk.letter(desk.working())
    desk.draft()
    before = kept(desk)
    assert len(before) == 2
    with transaction():
        desk.session.execute(text("DELETE FROM issue_text"))
    desk.session.rollback()
    filled = _fill_of_the_migration()
    with migrations.migration_connection(db.engine) as connection:
        filled(connection)
    assert kept(desk) == before


def _fill_of_the_migration() -> Callable[..., None]:
    import importlib

    step = importlib.import_module("tracker.migrations.versions.0009_search_text")
    fill: Callable[..., None] = step._fill
    return fill
