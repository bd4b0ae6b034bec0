"""The groups of the home page: what the coordinator watches over, and that every number opens exactly its list."""

from collections.abc import Callable

from tests.browser_of_pages import Person, Statements, tree_of
from tests.integration.test_directives import does, given
from tests.integration.test_escalation import at_level
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import directive_lists, directive_work, directives, lists, todo
from tracker.issues.directive_lists import DirectivePart
from tracker.issues.directive_todo import groups as of_directives
from tracker.issues.listing import IssueFilter, Todo
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.todo import TodoGroup
from tracker.issues.todo_filters import todo_condition
from tracker.issues.todo_groups import wanted
from tracker.issues.workflow import Act
from tracker.permissions import Role

Enter = Callable[[Account], Person]
MINISTRY: dict[str, object] = {"addressee": "ministry", "name": "Bộ Nội vụ", "subject": "Phụ cấp"}


def groups_of(desk: Desk, account: Account) -> dict[str, TodoGroup]:
    """What his home shows, by code."""
    desk.session.rollback()
    with desk.travelled():
        actor, switches = desk.actor(account), read_switches(desk.session)
        found = [
            *of_directives(desk.session, actor, switches, desk.today),
            *todo.groups(desk.session, actor, switches, desk.today),
        ]
    assert len({group.code for group in found}) == len(found), "a group comes twice"
    return {group.code: group for group in found}


def listed(desk: Desk, account: Account, filters: IssueFilter) -> list[int]:
    """The keys of the list with this filter, newest first."""
    calendar, actor = load_calendar(desk.session), desk.actor(account)
    pages = lists.row_pages(desk.session, actor, filters, calendar=calendar, today=desk.today, size=200)
    found = [row.id for rows in pages for row in rows]
    counted = lists.count_issues(desk.session, actor, filters, calendar=calendar, today=desk.today)
    assert counted.n == len(found)
    return found


def behind(desk: Desk, account: Account, code: str) -> list[int]:
    """The keys behind a group of his home; none where he has no such group."""
    group = groups_of(desk, account).get(code)
    if group is None:
        return []
    assert group.filter is not None
    keys = listed(desk, account, group.filter)
    assert group.count.n == len(keys)
    return keys


# --- what the coordinator watches over (decision 0016) -----------------------------------------------------------


def test_shared_is_what_several_communes_still_have_however_they_came_to_it(desk: Desk) -> None:
    p = desk.province
    desk.sent()
    for_several = desk.on_behalf()
    assert behind(desk, p.coordinator, "shared") == [for_several]
    left = desk.on_behalf()
    desk.do(p.officer_b, left, Act.WITHDRAW, reason="Đã tự giải quyết")
    assert behind(desk, p.coordinator, "shared") == [for_several]
    desk.do(p.coordinator, for_several, Act.CLOSE_ERROR, reason="Gửi nhầm")
    assert behind(desk, p.coordinator, "shared") == []


def test_sent_up_is_what_waits_for_an_authority_or_was_reported_to_the_coordinator_by_hand(
    desk: Desk,
) -> None:
    p = desk.province
    ministry, committee, reported, own = (desk.working() for _ in range(4))
    desk.do(p.department_leader, ministry, Act.REFER, **MINISTRY)
    desk.do(p.department_leader, committee, Act.REFER, addressee="provincial_committee")
    desk.do(p.department_leader, reported, Act.ESCALATE, reason="Vượt thẩm quyền")
    desk.do(p.lead, own, Act.ESCALATE, reason="Cần ý kiến của sở")  # to the department's own leader
    assert behind(desk, p.coordinator, "sent_up") == [reported, committee, ministry]
    desk.do(p.member, ministry, Act.REPLY_IN, text="Bộ đồng ý")
    desk.do(p.department_leader, committee, Act.RECALL, reason="Chưa cần")
    desk.do(p.coordinator, reported, Act.ESCALATE, reason="Cần chỉ đạo của tỉnh")
    assert behind(desk, p.coordinator, "sent_up") == [reported]  # higher still
    desk.do(p.provincial_leader, reported, Act.LOWER, level=0, reason="Đã chỉ đạo tại cuộc họp")
    assert behind(desk, p.coordinator, "sent_up") == []


def test_what_rose_by_itself_was_not_sent_up(desk: Desk) -> None:
    issue_id = at_level(desk, 3)
    assert desk.issue(issue_id).level == 3
    assert behind(desk, desk.province.coordinator, "sent_up") == []


def test_a_second_transfer_waits_on_the_coordinators_home(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc Sở Tài chính")
    desk.do(p.finance_lead, issue_id, Act.TRANSFER, unit_id=p.home_affairs.id, reason="Thuộc Sở Nội vụ")
    assert behind(desk, p.coordinator, "to_route") == [issue_id]


def test_the_coordinators_groups_stand_on_his_page_alone_and_open_their_lists(
    desk: Desk, enter: Enter
) -> None:
    p = desk.province
    for _ in range(2):
        desk.on_behalf()
        desk.do(p.department_leader, desk.working(), Act.ESCALATE, reason="Vượt thẩm quyền")
    person = enter(p.coordinator)
    words = person.text("/")
    assert "2 vướng mắc nhiều địa phương cùng gặp Xem" in words
    assert "2 vướng mắc đã trình hoặc báo cáo lên trên sở, ngành Xem" in words
    page = person.text("/issues?todo=shared")
    assert "Nhiều địa phương cùng gặp" in page and "2 vướng mắc" in page
    for other in (p.member, p.lead, p.officer_a, p.provincial_leader):
        assert "cùng gặp" not in enter(other).text("/")


# --- every number opens its list ---------------------------------------------------------------------------------


def _much(desk: Desk) -> None:
    """Twice of nearly everything for which a home has a group, on 1 June and three weeks later."""
    p = desk.province
    for _ in range(2):
        desk.working()
        desk.do(p.department_leader, desk.working(), Act.REFER, **MINISTRY)
        desk.do(p.department_leader, desk.working(), Act.REFER, addressee="provincial_committee")
        late_opinion = desk.working()
        rows = [{"unit_id": p.finance.id, "question": "Nguồn nào?"}]
        desk.do(p.member, late_opinion, Act.ASK_OPINION, questions=rows)
        desk.accepted()
        desk.sent()
        desk.sent(field_id=None, category_id=None, title="Không rõ lĩnh vực")
    desk.go(june(22))
    desk.jobs()
    for _ in range(2):
        _dialogue(desk)
        _answers(desk)
        _above(desk)


def _dialogue(desk: Desk) -> None:
    p = desk.province
    desk.sent()
    desk.draft()
    desk.draft(p.member)
    desk.draft(p.second_member)
    desk.on_behalf()
    desk.do(p.member, desk.working(), Act.ASK_INFO, question="Gửi danh sách")
    half_told = desk.working(desk.on_behalf())
    desk.do(p.member, half_told, Act.ASK_INFO, question="Gửi danh sách")
    desk.do(p.officer_a, half_told, Act.GIVE_INFO, text="Đã gửi")
    raised = desk.working(desk.sent(p.finance_member))
    desk.do(p.member, raised, Act.ASK_INFO, question="Gửi danh sách")
    desk.answered(desk.working(desk.sent(p.finance_member)))
    desk.answered(desk.working(desk.sent(p.second_member)))
    asked = desk.working()
    rows = [{"unit_id": p.finance.id, "question": "Nguồn nào?"}, {"unit_id": p.office.id, "question": "Sao?"}]
    desk.do(p.member, asked, Act.ASK_OPINION, questions=rows)
    desk.do(p.finance_lead, asked, Act.GIVE_OPINION, text="Dự phòng.")
    open_question = desk.working()
    desk.do(p.member, open_question, Act.ASK_OPINION, questions=rows[:1])
    desk.do(p.member, desk.working(), Act.ASK_EXTENSION, days=2, reason="Chờ Bộ")
    desk.working(desk.sent(is_urgent=True, urgent_reason="Hạn chi trả ngày mai"))


def _answers(desk: Desk) -> None:
    p = desk.province
    desk.to_approve()
    desk.answered()
    half = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_a, half, Act.CONFIRM)
    desk.do(p.lead, desk.to_approve(), Act.RETURN_ANSWER, remark="Nêu căn cứ")
    desk.do(p.officer_a, desk.answered(), Act.CLARIFY, text="Chưa rõ")
    promised = desk.answered(kind="roadmap", roadmap_on=june(25), citations=[])
    desk.do(p.officer_a, promised, Act.CONFIRM)
    desk.answered(kind="roadmap", roadmap_on=june(30), citations=[])
    desk.letter(desk.working(), document_number="")


def _above(desk: Desk) -> None:
    p = desk.province
    desk.do(p.department_leader, desk.working(), Act.ESCALATE, reason="Vượt thẩm quyền")
    desk.do(p.member, desk.working(), Act.ESCALATE, reason="Cần ý kiến của tổ trưởng")
    told = desk.working()
    words = {"leader_id": p.provincial_leader.id, "source": DirectiveSource.MEETING, "decided_on": june(15)}
    (target,) = given(desk, p.assistant, told, due_on=june(25), **words)
    does(desk, directives.give_word, p.provincial_leader, target.directive_id, "Tôi không nói vậy.")


def test_every_number_of_every_home_is_the_length_of_the_list_behind_it(desk: Desk, enter: Enter) -> None:
    _much(desk)
    p, seen, differ = desk.province, set(), {}
    everybody = {*p.people().values(), p.second_member, p.officer_b, p.leader_b}
    everybody |= {p.finance_member, p.finance_lead, p.finance_leader}
    for account in everybody:
        found = groups_of(desk, account)
        person = enter(account)
        shown = _shown(person)
        assert len(shown) == len(found)
        for group, (count, href) in zip(found.values(), shown, strict=True):
            seen.add(group.code)
            assert count == group.count.n
            if group.filter is not None:
                keys = listed(desk, account, group.filter)
                assert group.only is None or [group.only.id] == keys
                if len(keys) != count:
                    differ[account.login, group.code] = (count, len(keys))
            if count > 1 and (rows := _rows(person, href)) is not None and rows != min(count, 25):
                differ[account.login, href] = (count, rows)
    assert differ == {}
    assert {each.value for each in Todo} - seen == ONE_OF_TWO
    routes = wanted(frozenset({Role.COORDINATOR}), True)
    assert {group.code for group in routes} <= seen | {"unit_info_asked"}


ONE_OF_TWO = {"duties"}
"""On the home page it is duties_owed or duties_late."""


def _shown(person: Person) -> list[tuple[int, str]]:
    """Number and link of each group of the page, in their order."""
    items = [
        item
        for item in tree_of(person.get("/").text).iter("li")
        if "todo" in (item.get("class") or "").split()
    ]
    return [
        (
            int(next("".join(each.itertext()) for each in item.iter("span"))),
            next(a.get("href") or "" for a in item.iter("a") if "btn" in (a.get("class") or "")),
        )
        for item in items
    ]


def _rows(person: Person, href: str) -> int | None:
    """How many rows the page behind a link has; None for one that is no list of issues or promises."""
    tree = tree_of(person.get(href).text)
    if href.startswith("/issues?"):
        return len([a for a in tree.iter("a") if a.get("class") == "row-title"])
    if href.startswith("/commitments"):
        (card,) = [each for each in tree.iter("div") if "card narrow" in (each.get("class") or "")]
        return len(list(card.iter("li")))
    return None


def test_the_list_of_a_group_gives_nothing_to_who_has_no_such_group(desk: Desk, enter: Enter) -> None:
    p = desk.province
    desk.on_behalf()
    desk.do(p.department_leader, desk.working(), Act.ESCALATE, reason="Vượt thẩm quyền")
    for account in (p.officer_a, p.member, p.provincial_leader, p.auditor):
        for todo_ in (Todo.SHARED, Todo.SENT_UP):
            assert listed(desk, account, IssueFilter(is_open=True, todo=todo_)) == []
        assert "Không có vướng mắc nào phù hợp" in enter(account).text("/issues?todo=shared")
    assert len(listed(desk, p.coordinator, IssueFilter(is_open=True, todo=Todo.SHARED))) == 1
    assert listed(desk, p.officer_a, IssueFilter(is_open=True, todo=Todo.DUTIES)) == []


def test_a_commune_reads_by_no_group_what_it_may_not_read(desk: Desk) -> None:
    p = desk.province
    desk.working()
    desk.answered()
    desk.do(p.member, desk.working(), Act.ASK_INFO, question="Gửi danh sách")
    found = {
        (todo_, is_open): listed(desk, p.officer_b, IssueFilter(is_open=is_open, todo=todo_))
        for todo_ in Todo
        for is_open in (True, None)
    }
    assert {asked: keys for asked, keys in found.items() if keys} == {}


def test_a_group_is_an_address_with_a_chip_that_takes_it_away(desk: Desk, enter: Enter) -> None:
    desk.to_approve()
    desk.sent()
    lead = enter(desk.province.lead)
    assert "Mới, chờ tiếp nhận" in lead.text("/issues?todo=to_accept")
    assert "Mới, chờ tiếp nhận" not in lead.text("/issues?todo=unknown")
    with Statements(db.engine) as counted:
        lead.get("/issues?todo=to_accept")
    assert len(counted.texts) <= 10


def test_one_condition_serves_home_and_list(desk: Desk) -> None:
    p = desk.province
    with desk.travelled():
        for todo_ in Todo:
            condition = todo_condition(
                desk.session, desk.actor(p.lead), todo_, load_calendar(desk.session), desk.today
            )
            compiled = condition.compile(db.engine)
            assert not [name for name in compiled.params if name in ("me", "today", "desks")]


def test_the_numbers_of_directives_are_those_of_their_page(desk: Desk, enter: Enter) -> None:
    p = desk.province
    for due_on in (june(20), june(21), None):
        given(desk, p.provincial_leader, desk.sent(), due_on=due_on)
    (reported,) = given(desk, p.provincial_leader, desk.sent(), due_on=june(22))
    does(desk, directive_work.report, p.lead, reported.id, "Đã xong.")
    with desk.travelled():
        of_unit = directive_lists.of_person(desk.session, desk.actor(p.lead)).parts
        of_leader = directive_lists.of_person(desk.session, desk.actor(p.provincial_leader)).parts
    assert groups_of(desk, p.lead)["directives_owed"].count.n == of_unit[DirectivePart.OWED].total == 2
    assert of_unit[DirectivePart.NOTED].total == 2
    assert (
        groups_of(desk, p.provincial_leader)["directives_reported"].count.n
        == of_leader[DirectivePart.REPORTED].total
        == 1
    )
    page = enter(p.lead).text("/directives")
    assert "Đơn vị phải thực hiện" in page
    assert "Đơn vị đã báo cáo, hoặc không có thời hạn" in page


def test_who_filters_the_list_behind_a_number_stays_in_it(desk: Desk, enter: Enter) -> None:
    at_level(desk, 1)
    page = enter(desk.province.lead).get("/issues?todo=duties").text
    form = next(each for each in tree_of(page).iter("form") if each.get("class") == "filters")
    hidden = {
        each.get("name"): each.get("value") for each in form.iter("input") if each.get("type") == "hidden"
    }
    assert hidden["todo"] == "duties"
