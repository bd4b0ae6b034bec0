"""Many at once: fifty processes that write, two people on one issue, a job beside the pages."""

import json
import multiprocessing
import secrets
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy import select

from tests.issue_builders import Desk
from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.attachments.service import Received, record
from tracker.attachments.storage import Storage
from tracker.db import db, transaction
from tracker.errors import DomainError
from tracker.issues import drafts, expiry
from tracker.issues.models import Issue, Reply
from tracker.issues.service import apply
from tracker.issues.workflow import Act, IssueState

S = IssueState
PROCESSES = 50
Work = Callable[[int], object]


class Crowd:
    """Processes that all begin at the same moment; each says what became of its work."""

    def __init__(self, app: Flask, directory: Path) -> None:
        self.app, self.directory = app, directory
        self.context = multiprocessing.get_context("fork")

    def run(self, work: Work, number: int) -> list[object]:
        """What work(0) … work(number - 1) gave, each in a process of its own; an error fails the test."""
        db.session.rollback()
        db.engine.dispose()
        start = self.context.Event()
        ready = self.context.Semaphore(0)
        crowd = [
            self.context.Process(target=self._one, args=(index, work, ready, start))
            for index in range(number)
        ]
        for process in crowd:
            process.start()
        for _ in crowd:
            assert ready.acquire(timeout=60)
        start.set()
        for process in crowd:
            process.join(120)
        assert [process.exitcode for process in crowd] == [0] * number
        results = [json.loads((self.directory / str(index)).read_text()) for index in range(number)]
        errors = [result["error"] for result in results if "error" in result]
        assert not errors, f"{len(errors)} of {number}, the first: {errors[0]}"
        return [result["result"] for result in results]

    def _one(self, index: int, work: Work, ready: object, start: object) -> None:
        try:
            with self.app.app_context():
                db.engine.dispose(close=False)  # the parent's connections are not ours
                ready.release()  # type: ignore[attr-defined]
                start.wait()  # type: ignore[attr-defined]
                said: dict[str, object] = {"result": work(index)}
                db.session.remove()
                db.engine.dispose()
        except BaseException:
            said = {"error": traceback.format_exc()}
        (self.directory / str(index)).write_text(json.dumps(said))


@pytest.fixture
def crowd(app_with: Callable[..., Flask], tmp_path: Path) -> Crowd:
    """Runs work in many processes on the database of the test; each waits for a writer as a command does."""
    return Crowd(app_with(BUSY_TIMEOUT_MS="30000"), tmp_path)


def act(login: str, issue_id: int, what: Act, **data: object) -> Issue:
    """One act in a transaction of its own, as a page opens it."""
    with transaction():
        account = db.session.scalars(select(Account).where(Account.login == login)).one()
        return apply(db.session(), actor_of(db.session(), account, clock.today()), issue_id, what, data)


def file_one(login: str, title: str, field_id: int) -> Issue:
    """A draft, then sent."""
    with transaction():
        account = db.session.scalars(select(Account).where(Account.login == login)).one()
        words = {"title": title, "situation": "Hiện trạng", "proposal": "Đề xuất", "field_id": field_id}
        draft = drafts.create_draft(db.session(), actor_of(db.session(), account, clock.today()), words)
    return act(login, draft.id, Act.SEND)


def outcome(work: Callable[[], object]) -> str:
    """What became of an act: done, or the kind of refusal."""
    try:
        work()
    except DomainError as error:
        return type(error).__name__
    return "done"


@pytest.mark.asvs("V2.3.4")
def test_fifty_processes_write_at_once_without_an_error_or_a_gap(desk: Desk, crowd: Crowd) -> None:
    p = desk.province
    field_id, owner_id = p.field_staff.id, p.member.id

    def work(index: int) -> object:
        numbers = []
        for round_no in range(2):
            issue = file_one("officer_a", f"Việc {index}/{round_no}", field_id)
            numbers.append(issue.number)
            act("lead", issue.id, Act.ASSIGN, owner_id=owner_id)
            act("member", issue.id, Act.NEWS, text="Đang xem")
        return numbers

    given = [number for numbers in crowd.run(work, PROCESSES) for number in numbers]  # type: ignore[attr-defined]
    year = clock.today().year
    assert sorted(given) == [f"VM-{year}-{serial:06d}" for serial in range(1, 2 * PROCESSES + 1)]
    assert desk.verify() == []
    assert {row.state for row in desk.session.scalars(select(Issue))} == {S.WORKING}


def test_a_draft_that_many_send_at_once_is_sent_once(desk: Desk, crowd: Crowd) -> None:
    draft_id = desk.draft().id
    results = crowd.run(lambda index: outcome(lambda: act("officer_a", draft_id, Act.SEND)), 8)
    assert sorted(map(str, results)) == ["NotPossible"] * 7 + ["done"]
    assert desk.issue(draft_id).number_key is not None and desk.kinds(draft_id) == ["sent"]


@pytest.mark.asvs("V2.3.4")
def test_of_two_who_replace_the_owner_one_wins_and_the_other_is_told(desk: Desk, crowd: Crowd) -> None:
    p = desk.province
    ids = [desk.working() for _ in range(8)]
    versions = {issue_id: desk.issue(issue_id).version for issue_id in ids}
    people = (("lead", p.second_member.id), ("department_leader", p.lead.id))

    def work(index: int) -> object:
        login, owner = people[index]
        return [
            outcome(lambda key=key: act(login, key, Act.REASSIGN, owner_id=owner, version=versions[key]))  # type: ignore[misc]
            for key in ids
        ]

    first, second = crowd.run(work, 2)
    assert isinstance(first, list) and isinstance(second, list)
    for issue_id, one, other in zip(ids, first, second, strict=True):
        assert sorted((one, other)) == ["Stale", "done"]
        assert desk.issue(issue_id).owner_id == people[0 if one == "done" else 1][1]


def test_of_two_corrections_at_once_neither_is_lost_unseen(desk: Desk, crowd: Crowd) -> None:
    issue_id = desk.on_behalf()
    version = desk.issue(issue_id).version
    at = desk.at

    def work(index: int) -> object:
        words = {"title": f"Bản {index}", "situation": "a", "proposal": "b", "version": version}
        with clock.travel(at):
            return outcome(lambda: act(("officer_a", "officer_b")[index], issue_id, Act.CORRECT, **words))

    results = crowd.run(work, 2)
    assert sorted(map(str, results)) == ["Stale", "done"]
    assert desk.issue(issue_id).title == f"Bản {results.index('done')}"


def test_two_communes_that_confirm_at_once_both_count(desk: Desk, crowd: Crowd) -> None:
    ids = [desk.answered(desk.working(desk.on_behalf())) for _ in range(10)]

    def work(index: int) -> object:
        order = ids if index == 0 else ids[::-1]
        return [act(("officer_a", "officer_b")[index], key, Act.CONFIRM, is_solved=True).id for key in order]

    crowd.run(work, 2)
    for issue_id in ids:
        assert desk.state(issue_id) is S.CLOSED
        assert desk.kinds(issue_id).count("confirmed") == 2
    assert desk.verify() == []


@contextmanager
def slowly() -> Iterator[None]:
    """The job takes a breath after each act, so that the pages come in between."""

    def breathing(*given: object) -> Issue:
        done: Issue = apply(*given)  # type: ignore[arg-type]
        time.sleep(0.03)
        return done

    with mock.patch.object(expiry, "apply", breathing):
        yield


def test_the_job_and_the_pages_do_not_wait_for_each_other_in_a_circle(desk: Desk, crowd: Crowd) -> None:
    """The job changes many issues in one transaction while others change the same ones, in another order."""
    p = desk.province
    units = (p.commune_a, p.commune_b, p.ward)
    ids = [desk.answered(desk.working(desk.on_behalf(*units))) for _ in range(12)]
    at = clock.travel(desk.at.replace(month=7))

    def work(index: int) -> object:
        with at:
            if index == 0:
                with slowly(), transaction():
                    return expiry.run_due(db.session(), clock.today())
            order = ids if index == 1 else ids[::-1]
            login = ("officer_a", "officer_b", "officer_ward")[index - 1]
            return [outcome(lambda key=key: act(login, key, Act.CONFIRM)) for key in order]  # type: ignore[misc]

    taken, *replies = crowd.run(work, 4)
    assert {word for words in replies for word in words} <= {"done", "NotFound", "NotPossible"}  # type: ignore[attr-defined]
    confirmed = sum(words.count("done") for words in replies)  # type: ignore[attr-defined]
    assert taken == len(ids) * len(units) - confirmed
    for issue_id in ids:
        assert desk.state(issue_id) is S.CLOSED
        assert {desk.party(issue_id, unit).reply for unit in units} <= {Reply.CONFIRMED, Reply.EXPIRED}
    assert desk.verify() == []


def test_uploads_and_acts_do_not_wait_for_each_other_in_a_circle(desk: Desk, crowd: Crowd) -> None:
    """Taking in a file locks the quota of its unit, moving an issue names that unit."""
    p = desk.province
    ids = [desk.sent() for _ in range(6)]
    finance_id = p.finance.id

    def work(index: int) -> object:
        if index % 2:
            return [outcome(lambda key=key: upload_and_add(key)) for key in ids]  # type: ignore[misc]
        return [
            outcome(lambda key=key: act("lead", key, Act.TRANSFER, unit_id=finance_id, reason="x"))  # type: ignore[misc]
            for key in ids[::-1]
        ]

    def upload_and_add(issue_id: int) -> None:
        account = db.session.scalars(select(Account).where(Account.login == "finance_member")).one()
        with transaction():
            received = Received(secrets.token_hex(8), "a.pdf", "application/pdf", 1, "0" * 64)
            storage = Storage(crowd.directory / "files", 1000, 1_000_000)
            record(db.session(), storage, received, unit_id=finance_id, account_id=account.id)
            apply(db.session(), actor_of(db.session(), account, clock.today()), issue_id, Act.ADD_INFO, {})

    results = crowd.run(work, 4)
    said = {word for words in results for word in words}  # type: ignore[attr-defined]
    assert said <= {"done", "NotFound", "NotPossible", "Invalid"}
    assert {desk.issue(issue_id).holder_id for issue_id in ids} == {finance_id}
