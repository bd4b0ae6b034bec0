"""The demonstration province: what a newcomer finds in it, and that it is never built over anything."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import ON_POSTGRESQL
from tracker import clock, create_app
from tracker.accounts.models import Account, Deputy, Grant
from tracker.attachments.models import Attachment
from tracker.attachments.service import open_bytes
from tracker.attachments.storage import Storage
from tracker.config import load_settings
from tracker.db import Base, db, migration_connection, transaction
from tracker.deadlines.days import load_calendar
from tracker.demo.build import build_demo
from tracker.demo.papers import MARK
from tracker.demo.sample import read_samples
from tracker.directory.models import Unit, UnitKind, WorkingGroup
from tracker.directory.service import load_province
from tracker.directory.switches import read_switches
from tracker.errors import NotPossible
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState
from tracker.issues.models import (
    Answer,
    AnswerForm,
    AnswerStatus,
    FilePurpose,
    Issue,
    IssueEvent,
    IssueFile,
    IssueParty,
)
from tracker.issues.models_directives import Directive, DirectiveTarget, Recording
from tracker.issues.models_referrals import Commitment, Referral, ReferralIssue
from tracker.issues.referral_rules import CommitmentState, ReferralEnd
from tracker.issues.verify import verify
from tracker.issues.workflow import BY_ACT, OPEN, Act, IssueState, Outcome
from tracker.permissions import Role
from tracker.text import clean_line

NOT_REACHED = {IssueState.MERGED}
"""States whose acts do not exist yet."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the demonstration province, built once: the tests below only read."""
    instance = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack:
        url = f"sqlite:///{instance / 'tracker.db'}"
        if ON_POSTGRESQL:
            from tests.postgres import new_database

            url = stack.enter_context(new_database(os.environ["TRACKER_TEST_POSTGRESQL"]))
        app = create_app(load_settings({"TRACKER_INSTANCE": str(instance), "TRACKER_DATABASE_URL": url}))
        with app.app_context():
            with migration_connection(db.engine) as connection:
                Base.metadata.create_all(connection)
            build_demo(app)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def demo(built: Flask) -> Iterator[Session]:
    """The demonstration province, read only."""
    with built.app_context():
        yield db.session
        db.session.rollback()


def test_histories_counts_and_rights_of_the_demo_agree(demo: Session) -> None:
    assert verify(demo) == []


def test_every_difficulty_of_the_file_is_there_once(demo: Session) -> None:
    titles = Counter(demo.scalars(select(Issue.title)))
    samples = read_samples()
    assert len(samples) == 65
    assert {sample.key for sample in samples if titles[clean_line(sample.title)] != 1} == set()


def test_every_state_and_every_outcome_can_be_seen(demo: Session) -> None:
    assert set(demo.scalars(select(Issue.state))) == set(IssueState) - NOT_REACHED
    outcomes = set(demo.scalars(select(Issue.outcome).where(Issue.outcome.is_not(None))))
    assert outcomes == set(Outcome)
    assert demo.scalar(select(Issue.id).where(Issue.is_closed_by_silence.is_(True)).limit(1))


def test_every_act_that_people_take_was_taken(demo: Session) -> None:
    """HAND_OVER needs a unit that ends, CLOSE_READY is a net below other acts."""
    taken = {BY_ACT[act].event for act in set(Act) - {Act.HAND_OVER, Act.CLOSE_READY}}
    assert taken - set(demo.scalars(select(IssueEvent.kind))) == set()


def test_what_is_open_shows_every_word_for_time(demo: Session) -> None:
    today = clock.today()
    words = Counter()
    for issue in demo.scalars(select(Issue).where(Issue.due_on.is_not(None))):
        assert issue.due_on and issue.due_soon_on and issue.long_late_on
        words["long_late"] += today >= issue.long_late_on
        words["late"] += issue.due_on < today < issue.long_late_on
        words["due_soon"] += issue.due_soon_on <= today <= issue.due_on
        words["in_time"] += today < issue.due_soon_on
    assert all(words[word] >= 2 for word in ("long_late", "late", "due_soon", "in_time")), words


def test_special_cases_lie_on_the_desks_that_they_belong_to(demo: Session) -> None:
    coordinating = read_switches(demo).coordinating_unit_id

    def found(*conditions: object) -> list[Issue]:
        return list(demo.scalars(select(Issue).where(*conditions)))  # type: ignore[arg-type]

    (waiting,) = found(Issue.awaits_routing.is_(True))
    assert (waiting.holder_id, waiting.transfer_count, waiting.level) == (coordinating, 2, 3)
    (disputed,) = found(Issue.is_disputed.is_(True))
    assert disputed.state is IssueState.ACCEPTED and disputed.level in (2, 3)  # 3 once the duty was missed
    assert found(Issue.is_urgent.is_(True), Issue.is_open.is_(True))
    assert found(Issue.is_routed.is_(True))


def test_an_answered_letter_waits_for_its_number(demo: Session) -> None:
    states = demo.scalars(
        select(Issue.state)
        .join(Answer, Answer.issue_id == Issue.id)
        .where(
            Answer.form == AnswerForm.DOCUMENT,
            Answer.document_number == "",
            Answer.status == AnswerStatus.SENT,
        )
    )
    assert list(states) == [IssueState.ANSWERED]


def test_leaders_directed_and_somebody_stands_in(demo: Session) -> None:
    rows = demo.execute(
        select(DirectiveTarget.state, Directive.awaits_word)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .where(DirectiveTarget.due_on.is_not(None))
    )
    assert sorted((state.value, waits) for state, waits in rows) == [
        ("open", False),
        ("open", True),
        ("reported", False),
    ]
    assert demo.scalars(select(Deputy).where(Deputy.holds_on(clock.today()))).one()


def test_an_assistant_of_a_department_recorded_what_its_leader_decided(demo: Session) -> None:
    row = demo.scalars(select(Recording).where(Recording.awaits_word.is_(True))).one()
    leader = select(Grant.unit_id).where(
        Grant.account_id == row.leader_id, Grant.role == Role.DEPARTMENT_LEADER
    )
    assistant = select(Grant.unit_id).where(Grant.role == Role.LEADER_ASSISTANT)
    assert demo.scalar(leader) in set(demo.scalars(assistant.where(Grant.account_id == row.recorded_by_id)))
    issue = demo.get_one(Issue, row.issue_id)
    assert issue.state is IssueState.TO_APPROVE, "the assistant has something to record now too"


def test_one_sheet_of_a_conference_was_filed_and_one_waits_to_be_corrected(demo: Session) -> None:
    filed, waiting = demo.scalars(select(ImportBatch).order_by(ImportBatch.id))
    assert (filed.state, waiting.state) == (BatchState.DONE, BatchState.CHECKED)
    rows = demo.execute(select(ImportRow.batch_id, ImportRow.state).order_by(ImportRow.id)).all()
    assert [state for batch_id, state in rows if batch_id == filed.id] == [RowState.FILED] * 2
    assert {state for batch_id, state in rows if batch_id == waiting.id} == {RowState.GOOD, RowState.BAD}
    on_behalf = select(IssueParty.is_on_behalf).join(ImportRow, ImportRow.issue_id == IssueParty.issue_id)
    assert set(demo.scalars(on_behalf)) == {True}


def test_documents_wait_above_and_promises_come_to_every_end(demo: Session) -> None:
    documents = demo.scalars(select(Referral).where(Referral.open_count > 0)).all()
    assert len({document.addressee for document in documents}) >= 4
    assert max(document.open_count for document in documents) == 2
    assert set(demo.scalars(select(Commitment.state))) == set(CommitmentState)
    assert set(demo.scalars(select(ReferralIssue.how))) >= {None, ReferralEnd.REPLIED, ReferralEnd.RECALLED}


def test_several_communes_share_issues_and_some_were_filed_on_behalf(demo: Session) -> None:
    parties = select(IssueParty.issue_id).group_by(IssueParty.issue_id).having(func.count() > 1)
    assert len(demo.scalars(parties).all()) >= 10
    assert demo.scalar(select(func.count()).where(IssueParty.is_on_behalf.is_(True))) > 20
    assert '"by_phone":true' in "".join(
        demo.scalars(select(IssueEvent.payload).where(IssueEvent.kind == "confirmed"))
    )


def test_each_unit_has_the_people_that_its_work_needs(demo: Session) -> None:
    held = Counter((unit_id, role) for unit_id, role in demo.execute(select(Grant.unit_id, Grant.role)))
    communes = demo.scalars(select(Unit.id).where(Unit.kind == UnitKind.COMMUNE)).all()
    groups = demo.scalars(select(WorkingGroup.unit_id)).all()
    assert len(communes) == 104
    for unit_id in communes:
        assert held[unit_id, Role.COMMUNE_OFFICER] == held[unit_id, Role.COMMUNE_LEADER] == 1
    for unit_id in groups:
        assert held[unit_id, Role.GROUP_LEAD] == 2
        assert held[unit_id, Role.GROUP_MEMBER] in (2, 3)
        assert held[unit_id, Role.DEPARTMENT_LEADER] >= 1
    assert {role for _, role in held} == set(Role)
    assert held[read_switches(demo).coordinating_unit_id, Role.COORDINATOR] == 2


def test_the_people_are_marked_as_samples(demo: Session) -> None:
    assert read_switches(demo).is_demo
    people = demo.scalars(select(Account)).all()
    assert len({person.full_name for person in people}) == len(people)
    for person in people:
        assert person.password_hash is None
        assert person.email == ""
        assert person.phone.startswith("0200 ")


def test_invented_numbers_and_papers_say_that_they_are(demo: Session, built: Flask) -> None:
    numbers = demo.scalars(select(Answer.document_number).where(Answer.document_number != "")).all()
    assert numbers
    assert [number for number in numbers if not number.startswith("MH-")] == []
    storage = Storage.of(built.extensions["settings"])
    letters = demo.scalars(select(Attachment).where(Attachment.media_type == "application/pdf")).all()
    signed = demo.scalar(select(func.count()).where(IssueFile.purpose == FilePurpose.SIGNED_DOCUMENT))
    assert signed and len(letters) > signed
    for letter in letters:
        with open_bytes(storage, letter) as stream:
            assert MARK.encode("utf-16-be").hex().encode() in stream.read()
    assert demo.scalar(select(Attachment.id).where(Attachment.media_type == "image/jpeg").limit(1))


def test_people_act_in_office_hours_of_the_past_and_numbers_follow_the_time(demo: Session) -> None:
    calendar, now = load_calendar(demo), clock.now()
    acts = [
        clock.local(at) for at in demo.scalars(select(IssueEvent.at).where(IssueEvent.actor_id.is_not(None)))
    ]
    assert [at for at in acts if not time(7, 30) <= at.time() <= time(17)] == []
    assert [at for at in acts if not calendar.is_working(at.date())] == []
    assert max(demo.scalars(select(IssueEvent.at))) <= now
    numbers = list(
        demo.scalars(
            select(Issue.number_key).where(Issue.number.is_not(None)).order_by(Issue.sent_at, Issue.id)
        )
    )
    assert numbers == sorted(numbers)


def test_what_waits_for_somebody_above_has_an_interim_answer(demo: Session) -> None:
    titles = [sample.title for sample in read_samples() if sample.answer and not sample.answer_kind]
    waiting = demo.scalars(select(Issue).where(Issue.title.in_(titles))).all()
    assert {issue.state for issue in waiting} == {IssueState.WITH_AUTHORITY}
    told = set(demo.scalars(select(IssueEvent.issue_id).where(IssueEvent.kind == "interim_given")))
    assert {issue.id for issue in waiting} <= told


@pytest.mark.parametrize(
    "now",
    [datetime(2027, 2, 9, 23, 59), datetime(2028, 6, 14, 0, 1)],
    ids=["within holidays", "beyond the calendar, at night"],
)
def test_the_demo_looks_alike_whenever_it_is_built(app: Flask, now: datetime) -> None:
    with app.app_context(), clock.travel(now.replace(tzinfo=clock.LOCAL_ZONE)):
        build_demo(app)
        assert verify(db.session) == []
        assert set(db.session.scalars(select(Issue.state))) == set(IssueState) - NOT_REACHED
        today = clock.today()
        due = db.session.scalars(select(Issue).where(Issue.state == IssueState.WORKING)).all()
        assert any(issue.due_on and issue.due_on < today < (issue.long_late_on or date.min) for issue in due)
        assert any(
            issue.due_soon_on and issue.due_soon_on <= today <= (issue.due_on or date.min) for issue in due
        )
        assert max(db.session.scalars(select(IssueEvent.at))) <= clock.now()
        assert {
            issue.is_open for issue in db.session.scalars(select(Issue).where(Issue.state.in_(OPEN)))
        } == {True}
        db.session.rollback()


def test_the_names_are_the_same_at_every_build(demo: Session) -> None:
    names = list(demo.scalars(select(Account.full_name).order_by(Account.id).limit(3)))
    assert names == ["Vũ Xuân Thịnh", "Bùi Ngọc Hiếu", "Quách Ngọc Lượng"]


def test_a_database_that_holds_anything_is_left_alone(app: Flask) -> None:
    with app.app_context():
        with transaction():
            load_province(db.session, "01")
        with pytest.raises(NotPossible) as refusal:
            build_demo(app)
        assert refusal.value.code == "province_loaded_already"
        assert not read_switches(db.session).is_demo
        assert db.session.scalar(select(func.count()).select_from(Account)) == 0
        db.session.rollback()


def test_a_second_build_is_refused(built: Flask, demo: Session) -> None:
    before = demo.scalar(select(func.count()).select_from(IssueEvent))
    with pytest.raises(NotPossible):
        build_demo(built)
    assert demo.scalar(select(func.count()).select_from(IssueEvent)) == before


def test_a_build_that_breaks_off_leaves_the_database_empty(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.demo.build.tell", break_off)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            build_demo(app)
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 0
        db.session.rollback()
