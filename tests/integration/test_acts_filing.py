"""SEND, SIGN, RETURN_DRAFT, CORRECT: how a difficulty comes in."""

from datetime import date

import pytest

from tests.issue_builders import Desk, june
from tracker.db import transaction
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues import drafts
from tracker.issues.models import FilePurpose
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

S = IssueState


# --- sending ------------------------------------------------------------------------------------------------


def test_sending_gives_a_number_a_day_zero_and_a_holder_by_routing(desk: Desk) -> None:
    issue = desk.issue(desk.sent())
    assert issue.state is S.SUBMITTED and issue.is_open
    assert issue.number == "VM-2026-000001"
    assert issue.holder_id == desk.province.home_affairs.id and not issue.awaits_routing
    assert issue.zero_on == june(1) and issue.due_on == june(10)  # seven working days until it is accepted
    assert issue.sent_at == desk.at
    sent = desk.payload(issue.id, "sent")
    assert (
        sent["title"] == issue.title and sent["communes"] == ["Xã An Bình"] and sent["state"] == "submitted"
    )


def test_field_and_category_together_decide_the_holder(desk: Desk) -> None:
    budget = desk.sent(category_id=desk.province.category_budget.id)
    assert desk.issue(budget).holder_id == desk.province.finance.id


def test_the_commune_itself_is_the_party(desk: Desk) -> None:
    issue_id = desk.sent()
    party = desk.party(issue_id, desk.province.commune_a)
    assert not party.is_on_behalf and party.correct_until is None


@pytest.mark.parametrize(
    ("when", "zero"),
    [
        ("2026-06-05 23:59", june(5)),
        ("2026-06-06 08:00", june(8)),  # a Saturday
        ("2026-04-30 08:00", date(2026, 5, 4)),  # a holiday before another and a weekend
    ],
)
def test_day_zero_is_the_day_of_sending_or_the_next_working_day(desk: Desk, when: str, zero: date) -> None:
    desk.go(when)
    assert desk.issue(desk.sent()).zero_on == zero


def test_after_the_cut_off_hour_day_zero_is_the_next_working_day(desk: Desk) -> None:
    desk.switch(cut_off_hour="16:30")
    desk.go("2026-06-05 16:29")
    assert desk.issue(desk.sent()).zero_on == june(5)
    desk.go("2026-06-05 16:31")
    assert desk.issue(desk.sent()).zero_on == june(8)


@pytest.mark.parametrize("missing", ["title", "situation", "proposal"])
def test_three_fields_must_be_filled_in(desk: Desk, missing: str) -> None:
    draft = desk.draft(**{missing: "  "})
    error = desk.refused(Invalid, desk.province.officer_a, draft.id, Act.SEND)
    assert (error.field, error.code) == (missing, "missing")


def test_an_urgent_matter_needs_its_reason(desk: Desk) -> None:
    draft = desk.draft(is_urgent=True)
    assert desk.refused(Invalid, desk.province.officer_a, draft.id, Act.SEND).field == "urgent_reason"


def test_a_signed_dispatch_and_a_title_are_enough(desk: Desk) -> None:
    draft = desk.draft(situation="", proposal="")
    scan = desk.file(unit=desk.province.commune_a)
    with transaction():
        drafts.attach(
            desk.session, desk.actor(desk.province.officer_a), draft.draft_key, [scan], FilePurpose.DISPATCH
        )
    assert desk.do(desk.province.officer_a, draft.id, Act.SEND).state is S.SUBMITTED


def test_numbers_begin_anew_each_year_and_leave_no_gap(desk: Desk) -> None:
    desk.go("2026-12-31 10:00")
    first, second = desk.sent(), desk.sent()
    draft = desk.draft(title="")
    desk.refused(Invalid, desk.province.officer_a, draft.id, Act.SEND)
    third = desk.sent()
    desk.go("2027-01-01 00:01")
    fourth = desk.sent()
    numbers = [desk.issue(key).number for key in (first, second, third, fourth)]
    assert numbers == ["VM-2026-000001", "VM-2026-000002", "VM-2026-000003", "VM-2027-000001"]


def test_a_draft_is_sent_once(desk: Desk) -> None:
    issue_id = desk.sent()
    desk.refused(NotPossible, desk.province.officer_a, issue_id, Act.SEND)


def test_nobody_sends_the_draft_of_another_unit(desk: Desk) -> None:
    draft = desk.draft()
    for person in (
        desk.province.officer_b,
        desk.province.lead,
        desk.province.coordinator,
        desk.province.auditor,
    ):
        desk.refused(NotFound, person, draft.id, Act.SEND)


def test_a_draft_that_was_saved_elsewhere_meanwhile_is_not_sent(desk: Desk) -> None:
    draft = desk.draft()
    with transaction():
        drafts.save_draft(
            desk.session,
            desk.actor(desk.province.officer_a),
            draft.draft_key,
            {"title": "Tiêu đề mới", "situation": "a", "proposal": "b", "version": 1},
        )
    error = desk.refused(Stale, desk.province.officer_a, draft.id, Act.SEND, version=1, title="Tiêu đề cũ")
    assert error.current["title"] == "Tiêu đề mới" and error.typed["title"] == "Tiêu đề cũ"


def test_what_no_routing_row_covers_awaits_the_coordinator(desk: Desk) -> None:
    p = desk.province
    issue = desk.issue(
        desk.sent(field_id=None, category_id=None, title="abc", situation="abc", proposal="abc")
    )
    assert issue.awaits_routing and issue.holder_id == p.office.id
    desk.refused(NotPossible, p.coordinator, issue.id, Act.ACCEPT)


def test_what_goes_to_a_unit_without_active_group_awaits_the_coordinator(desk: Desk) -> None:
    with transaction():
        desk.session.merge(desk.province.group_home_affairs).is_active = False
    issue = desk.issue(desk.sent())
    assert issue.awaits_routing and issue.holder_id == desk.province.office.id


def test_without_route_and_coordinating_unit_sending_is_refused(desk: Desk) -> None:
    desk.switch(coordinating_unit_id=0)
    draft = desk.draft(field_id=None, category_id=None, title="abc", situation="abc", proposal="abc")
    assert desk.refused(Invalid, desk.province.officer_a, draft.id, Act.SEND).code == "no_route"


# --- the commune's sign-off ---------------------------------------------------------------------------------


def test_where_the_commune_wants_it_the_leader_signs_and_day_zero_is_the_day_of_signing(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    draft = desk.draft()
    waiting = desk.do(p.officer_a, draft.id, Act.SEND)
    assert waiting.state is S.TO_SIGN and waiting.number is None and waiting.holder_id is None
    desk.refused(NotFound, p.officer_a, draft.id, Act.SIGN)
    desk.refused(NotFound, p.leader_b, draft.id, Act.SIGN)
    desk.go(june(3))
    signed = desk.do(p.leader_a, draft.id, Act.SIGN)
    assert signed.state is S.SUBMITTED and signed.zero_on == june(3)
    assert desk.kinds(draft.id) == ["sent", "signed"]
    assert desk.payload(draft.id, "signed")["number"] == "VM-2026-000001"


def test_the_leader_himself_sends_without_signing(desk: Desk) -> None:
    desk.switch(commune_sign_off=True)
    draft = desk.draft(desk.province.leader_a)
    assert desk.do(desk.province.leader_a, draft.id, Act.SEND).state is S.SUBMITTED


@pytest.mark.parametrize(("own", "switch", "state"), [(True, False, S.TO_SIGN), (False, True, S.SUBMITTED)])
def test_each_commune_may_choose_for_itself(desk: Desk, own: bool, switch: bool, state: S) -> None:
    desk.switch(commune_sign_off=switch)
    with transaction():
        desk.session.merge(desk.province.commune_a).signs_off = own
    draft = desk.draft()
    assert desk.do(desk.province.officer_a, draft.id, Act.SEND).state is state


def test_the_officer_signs_where_the_option_went_off_or_the_leader_left(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    first, second = desk.draft(), desk.draft()
    for draft in (first, second):
        desk.do(p.officer_a, draft.id, Act.SEND)
    desk.switch(commune_sign_off=False)
    assert desk.do(p.officer_a, first.id, Act.SIGN).state is S.SUBMITTED
    desk.switch(commune_sign_off=True)
    desk.leave(p.leader_a)
    assert desk.do(p.officer_a, second.id, Act.SIGN).state is S.SUBMITTED


def test_the_leader_returns_with_a_remark_and_the_officer_takes_back_without(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    draft = desk.draft()
    desk.do(p.officer_a, draft.id, Act.SEND)
    assert desk.refused(Invalid, p.leader_a, draft.id, Act.RETURN_DRAFT).field == "remark"
    assert desk.do(p.leader_a, draft.id, Act.RETURN_DRAFT, remark="Nêu rõ số người").state is S.DRAFT
    assert desk.payload(draft.id, "draft_returned")["remark"] == "Nêu rõ số người"
    desk.do(p.officer_a, draft.id, Act.SEND)
    assert desk.do(p.officer_a, draft.id, Act.RETURN_DRAFT).state is S.DRAFT
    desk.do(p.officer_a, draft.id, Act.SEND)
    assert desk.do(p.leader_a, draft.id, Act.SIGN).state is S.SUBMITTED
    assert desk.kinds(draft.id) == ["sent", "draft_returned", "sent", "draft_returned", "sent", "signed"]


def test_what_waits_for_the_signature_is_hidden_from_everybody_outside(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    draft = desk.draft()
    desk.do(p.officer_a, draft.id, Act.SEND)
    for person in (p.officer_b, p.lead, p.coordinator, p.auditor, p.provincial_leader):
        desk.refused(NotFound, person, draft.id, Act.RETURN_DRAFT)


# --- on behalf ----------------------------------------------------------------------------------------------


def test_a_group_files_for_communes_and_needs_no_sign_off(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    issue_id = desk.on_behalf()
    assert desk.state(issue_id) is S.SUBMITTED
    for unit in (p.commune_a, p.commune_b):
        party = desk.party(issue_id, unit)
        assert party.is_on_behalf and party.correct_until == june(3)
    assert desk.payload(issue_id, "sent")["communes"] == ["Xã An Bình", "Xã Bình Minh"]


def test_a_unit_files_for_itself(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent(p.finance_member)
    party = desk.party(issue_id, p.finance)
    assert not party.is_on_behalf and party.correct_until is None
    assert desk.issue(issue_id).holder_id == p.home_affairs.id


def test_a_commune_corrects_the_wording_for_two_working_days_and_both_stay_in_the_history(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf())
    desk.go("2026-06-03 23:50")
    new = {"title": "Tiêu đề đúng", "situation": "Hai người", "proposal": "Đề nghị khác"}
    issue = desk.do(p.officer_b, issue_id, Act.CORRECT, **new)
    assert (issue.title, issue.situation, issue.proposal) == tuple(new.values())
    assert issue.state is S.WORKING and issue.folded_title == "tieu de dung"
    event = desk.payload(issue_id, "corrected")
    assert event["new"] == new and event["old"]["title"] == "Chưa có hướng dẫn phụ cấp"
    assert event["party_name"] == "Xã Bình Minh"
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.CORRECT, **new).code == "nothing_changed"
    desk.go("2026-06-04 00:00")
    desk.refused(NotFound, p.officer_b, issue_id, Act.CORRECT, **{**new, "title": "Muộn"})


def test_nobody_corrects_what_a_commune_has_filed_itself(desk: Desk) -> None:
    issue_id = desk.sent()
    for person in (desk.province.officer_a, desk.province.lead, desk.province.officer_b):
        desk.refused(NotFound, person, issue_id, Act.CORRECT, title="a", situation="b", proposal="c")


def test_two_corrections_at_once_are_not_mixed(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.on_behalf()
    version = desk.issue(issue_id).version
    first = {"title": "Một", "situation": "a", "proposal": "b", "version": version}
    desk.do(p.officer_a, issue_id, Act.CORRECT, **first)
    error = desk.refused(Stale, p.officer_b, issue_id, Act.CORRECT, **{**first, "title": "Hai"})
    assert (error.current["title"], error.typed["title"]) == ("Một", "Hai")


def test_a_marked_text_is_refused(desk: Desk) -> None:
    issue_id = desk.on_behalf()
    error = desk.refused(
        Invalid, desk.province.officer_a, issue_id, Act.CORRECT, title="a", situation="MẬT\nb", proposal="c"
    )
    assert (error.field, error.code) == ("situation", "classified")


def test_the_coordinator_files_for_communes_too(desk: Desk) -> None:
    p = desk.province
    desk.grant(p.coordinator, Role.GROUP_MEMBER, p.office)
    issue_id = desk.on_behalf(p.ward, who=p.coordinator, unit_id=p.office.id)
    assert desk.party(issue_id, p.ward).is_on_behalf
