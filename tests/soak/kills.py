"""Web processes are killed while people write: what was answered is there, the rest wholly or not, nothing twice.

Owns: who does what on which write path, the killer, and the comparison of the database with the book of answers. A
write without an answer is sent again with the same key until it gets one.
"""

import io
import random
import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.browser_of_pages import forms_in
from tests.soak import importing
from tests.soak.clerks import GIVE_UP_SECONDS, PASSWORD, PDF, Book, Clerk, Server, serving
from tracker.accounts.models import Account, SignedInSession
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.directory.models import Field, Unit
from tracker.directory.switches import read_switches
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.verify import verify

Loop = Callable[[Clerk, threading.Event], None]
_PAUSE_SECONDS = 0.03
SWITCH = "reopen_calendar_days"


def run(instance: Path, kills: int, *, on_postgresql: str = "") -> dict[str, object]:
    """Kill that often; gives what was done and, under `problems`, whatever is not as it was answered."""
    book = Book()
    with serving(instance, on_postgresql=on_postgresql) as server:
        _work_and_kill(server, book, kills)
        with server.site.app.app_context():
            problems = [*book.faults, *check(db.session, book, server)]
    paths = Counter(one.path for one in book.done)
    return {
        "kills": kills,
        "answers": book.answers,
        "lost_answers": book.lost,
        "paths": dict(sorted(paths.items())),
        "problems": problems,
    }


def _work_and_kill(server: Server, book: Book, kills: int) -> None:
    stop = threading.Event()
    with server.site.app.app_context():
        ids = _keys(db.session)
        db.session.remove()
    people = [
        threading.Thread(target=_safely, args=(book, loop, clerk, stop))
        for clerk, loop in _people(server, book, ids)
    ]
    for person in people:
        person.start()
    try:
        _kill_again_and_again(server, book, kills)
    finally:
        stop.set()
        for person in people:
            person.join(GIVE_UP_SECONDS)


def _keys(session: Session) -> dict[str, str]:
    """Keys of rows that forms name."""
    people = select(Account.login, Account.id).where(Account.login.in_(("member", "finance_member")))
    found = dict(session.execute(people).all())
    found["field"] = session.scalars(select(Field.id).where(Field.code == "home_affairs")).one()
    found["finance"] = session.scalars(select(Unit.id).where(Unit.name == "Sở Tài chính")).one()
    return {name: str(key) for name, key in found.items()}


def _people(server: Server, book: Book, ids: dict[str, str]) -> list[tuple[Clerk, Loop]]:
    def at(login: str) -> Clerk:
        return server.clerk(login, book)

    def lead(clerk: Clerk, stop: threading.Event) -> None:
        hand_out(clerk, stop, owner=ids["member"], other_unit=ids["finance"])

    def finance_lead(clerk: Clerk, stop: threading.Event) -> None:
        take_in(clerk, stop, owner=ids["finance_member"])

    visitor = server.stranger(book)
    # Before the first kill: with this session he stays when killed tries close the door for a while.
    _sign_in(visitor)
    return [
        (at("officer_a"), lambda clerk, stop: file_and_add(clerk, stop, "a", ids["field"])),
        (at("officer_b"), lambda clerk, stop: file_and_add(clerk, stop, "b", ids["field"])),
        (at("leader_a"), confirm),
        (at("lead"), lead),
        (at("finance_lead"), finance_lead),
        (at("member"), tell_and_answer),
        (at("department_leader"), approve),
        (at("lead"), tell_many),
        (at("administrator"), set_switch),
        (at("finance_member"), importing.bring_sheets),
        (visitor, sign_in_and_choose_language),
    ]


def _safely(book: Book, loop: Loop, clerk: Clerk, stop: threading.Event) -> None:
    try:
        loop(clerk, stop)
    except BaseException:
        book.faults.append(traceback.format_exc()[-900:])


def _kill_again_and_again(server: Server, book: Book, kills: int) -> None:
    """Kill at random moments; each time somebody has got an answer in between."""
    killed, answers = 0, -1
    give_up_at = time.monotonic() + GIVE_UP_SECONDS + 3 * kills
    while killed < kills and not book.faults:
        if time.monotonic() > give_up_at:
            book.faults.append(f"only {killed} kills")
        time.sleep(random.uniform(0.01, 0.3))
        children = server.processes()
        if book.answers > answers and children:
            server.kill(random.choice(children))
            killed += 1
            answers = book.answers


def file_and_add(clerk: Clerk, stop: threading.Event, name: str, field_id: str) -> None:
    """A commune's officer: begins a draft, goes on with it, sends it, adds a text with a file."""
    round_no = 0
    while not stop.is_set():
        round_no += 1
        title = f"Việc {name}-{round_no}"
        words = {"situation": "Hiện trạng", "proposal": "Đề xuất", "field_id": field_id}
        draft = clerk.do("/issues/new", title="Mới bắt đầu", do="save", **words)
        clerk.book.note("draft")
        clerk.do(draft, title=title, do="save", **words)
        clerk.book.note("save")
        number = clerk.do(f"{draft}/send").rsplit("/", 1)[1]
        clerk.book.note("send", number, "sent", "")
        said = f"Bổ sung {name}-{round_no}."
        clerk.do(f"/issues/{number}/add_info", text=said, files=FileStorage(io.BytesIO(PDF), "a.pdf"))
        clerk.book.note("upload", number, "info_added", said)


def _next(clerk: Clerk, stop: threading.Event, *events: str, without: tuple[str, ...]) -> str | None:
    """An issue on which it is this person's turn; None when it is time to stop."""
    while not stop.is_set():
        if found := clerk.book.numbers(*events, without=without):
            return found[0]
        time.sleep(_PAUSE_SECONDS)
    return None


def hand_out(clerk: Clerk, stop: threading.Event, *, owner: str, other_unit: str) -> None:
    """The lead: every fourth goes to another department, the rest to an owner."""
    count = 0
    while number := _next(clerk, stop, "sent", without=("assigned", "transferred")):
        count += 1
        if count % 4:
            clerk.do(f"/issues/{number}/assign", owner_id=owner)
            clerk.book.note("assign", number, "assigned")
        else:
            reason = f"Thuộc lĩnh vực khác {number}."
            clerk.do(f"/issues/{number}/transfer", unit_id=other_unit, reason=reason)
            clerk.book.note("transfer", number, "transferred", reason)


def take_in(clerk: Clerk, stop: threading.Event, *, owner: str) -> None:
    """The lead of the other department."""
    while number := _next(clerk, stop, "transferred", without=("assigned",)):
        clerk.do(f"/issues/{number}/assign", owner_id=owner)
        clerk.book.note("assign", number, "assigned")


def tell_and_answer(clerk: Clerk, stop: threading.Event) -> None:
    """The owner: says how it goes, writes the answer in two steps, submits it."""
    while number := _next(clerk, stop, "assigned", without=("transferred", "answer_submitted")):
        news = f"Đang xử lý {number}."
        clerk.do(f"/issues/{number}/news", text=news)
        clerk.book.note("news", number, "news_given", news)
        url = f"/issues/{number}/submit_answer"
        content = f"Trả lời {number}."
        form = next(each for each in forms_in(clerk.get(url)) if each.action == url)
        clerk.send(form, f"/issues/{number}/answer", content=content, next_step="Không", kind="decision")
        clerk.book.note("answer")
        clerk.do(url, content=content, next_step="Không", kind="decision")
        clerk.book.note("submit_answer", number, "answer_submitted")


def approve(clerk: Clerk, stop: threading.Event) -> None:
    """The department's leader."""
    while number := _next(clerk, stop, "answer_submitted", without=("answer_approved",)):
        clerk.do(f"/issues/{number}/approve")
        clerk.book.note("approve", number, "answer_approved")


def confirm(clerk: Clerk, stop: threading.Event) -> None:
    """The leader of commune A: what is answered and theirs ends here."""
    others: set[str] = set()
    while not stop.is_set():
        found = [n for n in clerk.book.numbers("answer_approved", without=("confirmed",)) if n not in others]
        if not found:
            time.sleep(_PAUSE_SECONDS)
            continue
        url = f"/issues/{found[0]}/confirm"
        status, page = clerk.look(url)
        if status == 404:  # the other commune's
            others.add(found[0])
            continue
        form = next(each for each in forms_in(page) if each.action == url)
        clerk.send(form, url, is_solved="y")
        clerk.book.note("close", found[0], "confirmed")


def tell_many(clerk: Clerk, stop: threading.Event) -> None:
    """The lead tells news of several issues at once."""
    round_no = 0
    while not stop.is_set():
        time.sleep(_PAUSE_SECONDS)
        rows = re.findall(r'name="row"[^>]*value="([^"]+)"', clerk.get("/issues?state=working"))[:3]
        if not rows:
            continue
        round_no += 1
        url = "/issues/bulk?act=news" + "".join(f"&row={row}" for row in rows)
        news = f"Tin chung {round_no}."
        result = clerk.get(clerk.send(clerk.form(url, "/issues/bulk"), "/issues/bulk", text=news))
        for line in result.split("<tr ")[1:]:
            number = re.search(r"VM-[0-9-]+", line)
            if number and "#check2" in line:
                clerk.book.note("bulk", number.group(), "news_given", news)


def set_switch(clerk: Clerk, stop: threading.Event) -> None:
    """The administrator changes a switch; a retry that finds it changed already finds his own value."""
    round_no = 0
    while not stop.is_set():
        round_no += 1
        value = str(20 + round_no % 50)
        form = clerk.form("/switches")
        try:
            clerk.send(form, "/switches", **{SWITCH: value})
        except AssertionError as error:
            if ": 409 " not in str(error) or clerk.form("/switches").values[SWITCH] != value:
                raise
        clerk.book.note("settings", mark=value)
        time.sleep(_PAUSE_SECONDS)


def sign_in_and_choose_language(clerk: Clerk, stop: threading.Event) -> None:
    """Somebody who signs in with his password and changes his language, again and again.

    A try whose process was killed counts as a failed one: once the throttle closes the door, he stays signed in.
    """
    round_no, may_sign_in = 0, True
    while not stop.is_set():
        round_no += 1
        if may_sign_in:
            may_sign_in = _sign_in(clerk)
        chosen = ("en", "vi")[round_no % 2]
        form = next(each for each in forms_in(clerk.get("/profile")) if "language" in each.names)
        clerk.send(form, form.action, language=chosen)
        clerk.book.note("profile", mark=chosen)
        time.sleep(_PAUSE_SECONDS)


def _sign_in(clerk: Clerk) -> bool:
    """A new session; False, and still the old one, when there were too many tries."""
    old, clerk.cookie = clerk.cookie, ""
    form = next(each for each in forms_in(clerk.get("/sign-in")) if "password" in each.names)
    try:
        leads_to = clerk.send(form, form.action or "/sign-in", login="officer_ward", password=PASSWORD)
    except AssertionError as error:
        if ": 429 " not in str(error):
            raise
        clerk.cookie = old
        return False
    if "sign-in" in leads_to:
        raise AssertionError(f"signed in, and led to {leads_to}")
    clerk.book.note("sign_in")
    return True


def check(session: Session, book: Book, server: Server) -> list[str]:
    """What the database says otherwise than the book."""
    problems: list[str] = []
    numbers = {number: key for key, number in session.execute(select(Issue.id, Issue.number))}
    events = session.execute(select(IssueEvent.issue_id, IssueEvent.kind, IssueEvent.payload)).all()
    kinds = {one.event for one in book.done if one.event}
    stored = Counter(kind for _, kind, _ in events if kind in kinds)
    answered = Counter(one.event for one in book.done if one.event)
    if stored != answered:
        problems.append(f"events {dict(stored)} but answered {dict(answered)}")
    for one in book.done:
        if one.event:
            found = [
                text for key, kind, text in events if key == numbers.get(one.number) and kind == one.event
            ]
            fitting = [text for text in found if f'"{one.mark}"' in text] if one.mark else found[:1]
            if len(fitting) != 1:
                problems.append(f"{one.path} of {one.number}: {len(fitting)} events instead of one")
    of_path = Counter(one.path for one in book.done)
    begun = of_path["draft"] + of_path["import"]
    problems += _compare("drafts", begun, session.scalar(select(func.count(Issue.id))))
    problems += importing.check(session, book)
    problems += _compare("files", of_path["upload"], session.scalar(select(func.count(Attachment.id))))
    files: Path = server.site.app.extensions["settings"].files
    on_disk = {path.name for path in files.rglob("*") if path.is_file()}
    problems += [f"{key}: no bytes" for key in session.scalars(select(Attachment.key)) if key not in on_disk]
    problems += _check_person(session, book)
    set_to = [one.mark for one in book.done if one.path == "settings"]
    if set_to and str(getattr(read_switches(session), SWITCH)) != set_to[-1]:
        problems.append("the switch set last is not kept")
    return problems + [f"verify: {problem}" for problem in verify(session)]


def _compare(what: str, answered: int, stored: int | None) -> list[str]:
    return [] if stored == answered else [f"{what}: {answered} answered, {stored} stored"]


def _check_person(session: Session, book: Book) -> list[str]:
    account = session.scalars(select(Account).where(Account.login == "officer_ward")).one()
    chosen = [one.mark for one in book.done if one.path == "profile"]
    signed_in = sum(one.path == "sign_in" for one in book.done)
    sessions = session.scalar(select(func.count()).where(SignedInSession.account_id == account.id)) or 0
    problems = (
        [] if not chosen or account.language == chosen[-1] else ["the language chosen last is not kept"]
    )
    return problems if sessions >= signed_in else [*problems, f"{sessions} sessions for {signed_in} sign-ins"]
