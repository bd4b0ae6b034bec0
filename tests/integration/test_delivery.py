"""Mail leaves at least once, whatever the mail server does, and once where nobody dies in between."""

import gettext
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browser_of_pages import Person, words_of
from tests.issue_builders import Desk, local
from tests.mail_host import MailHost, mail_host
from tracker import clock
from tracker.accounts.models import Account
from tracker.config import SettingError, Settings, load_settings
from tracker.db import db, transaction
from tracker.issues.workflow import Act
from tracker.notifications import delivery, rounds, service, smtp
from tracker.notifications.delivery import Report
from tracker.notifications.models import Mode
from tracker.notifications.smtp import MailLine
from tracker.outbox import service as outbox
from tracker.outbox.models import Mail, MailState, Notice
from tracker.web import i18n

NOON = local("2026-06-01 12:00")


@pytest.fixture
def host() -> Iterator[MailHost]:
    """The mail server."""
    with mail_host() as made:
        yield made


class Post:
    """Rounds of the job at the desk's hour."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk, self.settings = desk, settings
        self.line = MailLine(settings, timeout=1)

    def round(self, when: str | datetime | None = None) -> Report:
        """One round."""
        if when is not None:
            self.desk.at = local(when) if isinstance(when, str) else when
        with self.desk.travelled():
            return rounds.tell_people(self.desk.session, transaction, self.settings, self.line)

    def mails(self) -> list[Mail]:
        """All mails as they are now."""
        self.desk.session.rollback()
        self.desk.session.expire_all()
        return list(self.desk.session.scalars(select(Mail).order_by(Mail.id)))

    def many(self, n: int, kind: str = "credentials_changed") -> list[Account]:
        """So many people, each with one notice."""
        people = []
        with transaction():
            for number in range(n):
                person = Account(
                    login=f"p{number}",
                    full_name=f"Người {number}",
                    email=f"p{number}@example.vn",
                    created_at=NOON,
                )
                self.desk.session.add(person)
                people.append(person)
            self.desk.session.flush()
            with self.desk.travelled():
                rows = [(kind, person.id, f"k{person.id}") for person in people]
                outbox.put_all(self.desk.session, rows)
        return people


@pytest.fixture
def settings(app: Flask, host: MailHost, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the mail server."""
    made = replace(
        app.extensions["settings"],
        smtp_host="127.0.0.1",
        smtp_port=host.port,
        smtp_security="none",
        smtp_from="tracker@example.vn",
        base_url="https://tracker.example.vn",
    )
    monkeypatch.setitem(app.extensions, "settings", made)
    return made


@pytest.fixture
def post(desk: Desk, settings: Settings) -> Iterator[Post]:
    """The job of telling people; everybody has an address."""
    with transaction():
        for account in desk.session.scalars(select(Account)):
            account.email = f"{account.login}@example.vn"
    made = Post(desk, settings)
    with made.line:
        yield made


def subjects(host: MailHost, login: str) -> list[str]:
    """What one person got."""
    return [str(message["Subject"]) for address, message in host.taken if address == f"{login}@example.vn"]


def test_a_mail_says_the_act_first_and_leads_to_the_matter(desk: Desk, post: Post, host: MailHost) -> None:
    issue_id = desk.sent(title="Chưa có <b>hướng dẫn</b>, gọi 0912345678")
    number = desk.issue(issue_id).number
    assert post.round().sent == 1
    ((address, message),) = host.taken
    assert address == f"{desk.province.lead.login}@example.vn"
    assert str(message["Subject"]).startswith(f"Tiếp nhận và giao · {number} · ")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert text.splitlines()[0] == "Tiếp nhận và giao"
    for body in (text, html):
        assert f"https://tracker.example.vn/issues/{number}" in body
        assert "0912345678" not in body
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert set(_addresses_in(html)) == {"https://tracker.example.vn"}
    assert post.round() == Report()


def _addresses_in(html: str) -> list[str]:
    return ["/".join(part.split('"')[0].split("/")[:3]) for part in html.split('="')[1:] if "://" in part]


def test_the_reasons_of_a_date_are_the_same_in_the_mail_on_the_page_and_in_print(
    desk: Desk, post: Post, host: MailHost, enter: Callable[[Account], Person]
) -> None:
    number = desk.issue(desk.working()).number
    post.round()
    mails = dict(host.taken)
    message = mails[f"{desk.province.member.login}@example.vn"]
    text = " ".join(message.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    html = words_of(message.get_body(("html",)).get_content())  # type: ignore[union-attr]
    member = enter(desk.province.member)
    page = member.text(f"/issues/{number}/why")
    why = page[page.index("Lần trả lời thứ 1: hạn") : page.index(" Ngày Ngày thứ ")]
    assert "đếm 7 ngày làm việc" in why
    for said in (text, html, member.text(f"/issues/{number}/print")):
        assert why in said
    assert "02/06/2026 – 05/06/2026 · 1–4 · Ngày làm việc, có tính" in text


def test_markup_and_template_language_in_a_title_stay_text_in_the_mail(
    desk: Desk, post: Post, host: MailHost
) -> None:
    typed = "{{7*7}} {{config}} ${7*7} {0.__class__} %(x)s <script>alert(1)</script>"
    desk.sent(title=typed)
    post.round()
    ((_, message),) = host.taken
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "{{7*7}} {{config}} ${7*7} {0.__class__} %(x)s" in text
    assert "{{7*7}} {{config}} ${7*7} {0.__class__} %(x)s" in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "nasty", ["\r\nBcc: x@evil.example", "\u2028Bcc: x", "\x0b", "=?utf-8?q?=0D=0ABcc?="]
)
def test_a_title_adds_no_header_and_the_mail_still_goes(
    desk: Desk, post: Post, host: MailHost, nasty: str
) -> None:
    issue_id = desk.sent()
    kept = desk.issue(issue_id).title
    for title in (f"Tiêu đề{nasty}", kept):  # as no form would store it
        with transaction():
            desk.issue(issue_id).title = title
        post.round()
    assert len(host.taken) == 1
    ((_, message),) = host.taken
    assert message["Bcc"] is None
    assert len(message.get_all("Subject", [])) == len(message.get_all("To", [])) == 1


def test_what_is_not_true_any_more_is_not_sent(desk: Desk, post: Post, host: MailHost) -> None:
    place = desk.province
    desk.working(desk.sent())
    assert post.round().sent == 1  # to the owner; the lead has assigned it already
    assert subjects(host, place.lead.login) == []
    asked = desk.working(desk.sent())
    desk.do(place.member, asked, Act.ASK_INFO, question="Gửi danh sách.")
    desk.do(place.officer_a, asked, Act.WITHDRAW, reason="Nhầm.")
    post.round()
    assert subjects(host, place.officer_a.login) == []


@pytest.mark.asvs("V8.3.3")
def test_who_lost_the_right_meanwhile_gets_no_mail_from_the_job(
    desk: Desk, post: Post, host: MailHost
) -> None:
    place = desk.province
    desk.working(desk.sent())
    waiting = desk.session.scalars(select(Notice.account_id)).all()
    assert place.member.id in waiting
    desk.leave(place.member)
    assert post.round().sent == 0
    assert subjects(host, place.member.login) == []


def test_what_was_read_in_the_inbox_is_not_mailed(desk: Desk, post: Post, host: MailHost) -> None:
    desk.sent()
    with transaction():
        for row in desk.session.scalars(select(Notice)):
            row.read_at = desk.at
    assert post.round().sent == 0
    assert {mail.state for mail in post.mails()} == {MailState.DROPPED}


def test_nights_and_days_off_wait_and_come_as_one_mail(desk: Desk, post: Post, host: MailHost) -> None:
    desk.go("2026-06-05 21:00")
    for _ in range(3):
        desk.sent()
    assert post.round() == Report()
    for when in ("2026-06-06 10:00", "2026-06-07 10:00", "2026-06-08 06:59"):
        assert post.round(when) == Report()
    assert post.round("2026-06-08 07:00").sent == 1
    assert subjects(host, desk.province.lead.login) == ["3 thông báo về khó khăn, vướng mắc (08/06/2026)"]


def test_a_week_without_jobs_ends_with_one_digest_for_each(desk: Desk, post: Post, host: MailHost) -> None:
    for day in ("2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"):
        desk.go(f"{day} 10:00")
        desk.answered(desk.working(desk.sent()))
        desk.sent()
    post.round("2026-06-08 10:00")
    got = Counter(address for address, _ in host.taken)
    assert max(got.values()) == 1
    assert {f"{desk.province.lead.login}@example.vn", f"{desk.province.officer_a.login}@example.vn"} <= set(
        got
    )
    assert post.round("2026-06-08 10:01") == Report()


def test_the_digest_comes_on_the_next_morning_and_off_never(desk: Desk, post: Post, host: MailHost) -> None:
    place = desk.province
    with transaction():
        service.choose(desk.session, place.lead.id, {"new_matter": Mode.DIGEST})
        service.choose(desk.session, place.officer_a.id, {"news": Mode.OFF})
    issue_id = desk.working(desk.sent())
    other = desk.issue(desk.sent()).number
    desk.do(place.member, issue_id, Act.NEWS, text="Đang làm.")
    post.round()
    assert subjects(host, place.lead.login) == subjects(host, place.officer_a.login) == []
    post.round("2026-06-02 07:00")
    assert len(subjects(host, place.lead.login)) == 1
    assert subjects(host, place.officer_a.login) == []
    (digest,) = [message for address, message in host.taken if address.startswith(f"{place.lead.login}@")]
    for part in ("plain", "html"):
        said = str(digest.get_body((part,)).get_content())  # type: ignore[union-attr]
        assert "Vì sao ngày này?" in said and f"/issues/{other}/why" in said


def test_a_leader_gets_one_digest_ordered_by_lateness_and_communes(
    desk: Desk, post: Post, host: MailHost
) -> None:
    place = desk.province
    few, many = desk.working(desk.sent()), desk.working(desk.on_behalf())
    post.round("2026-06-20 09:00")
    assert subjects(host, place.provincial_leader.login) == []
    post.round("2026-06-22 07:30")
    post.round("2026-06-22 09:30")
    assert subjects(host, place.provincial_leader.login) == ["2 vướng mắc quá hạn, 0 thông báo (22/06/2026)"]
    (text,) = [
        message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for address, message in host.taken
        if address == f"{place.provincial_leader.login}@example.vn"
    ]
    assert text.index(str(desk.issue(many).number)) < text.index(str(desk.issue(few).number))
    assert place.member.full_name not in text
    assert len(subjects(host, place.department_leader.login)) == 1
    assert subjects(host, place.finance_leader.login) == []


def test_departments_matters_never_reach_a_commune(desk: Desk, post: Post, host: MailHost) -> None:
    place = desk.province
    desk.to_approve()
    with transaction():
        for row in desk.session.scalars(select(Notice).where(Notice.kind == "to_approve")).all():
            outbox.put(
                desk.session,
                "news",
                account_id=place.officer_a.id,
                key="smuggled",
                issue_id=row.issue_id,
                event_id=row.event_id,
            )
        service.choose(desk.session, place.officer_a.id, {"news": Mode.AT_ONCE})
    post.round()
    assert subjects(host, place.officer_a.login) == []


# --- the mail server misbehaves ------------------------------------------------------------------------------------


def _until_all_are_out(post: Post) -> None:
    """Rounds at growing distance until nothing waits."""
    with post.desk.travelled():
        at = clock.now()
    for minutes in (0, 2, 8, 30, 90, 200, 400, 700, 1200, 1700, 2300, 2900, 3500):
        post.round(at + timedelta(minutes=minutes))
        if all(mail.state is not MailState.WAITING for mail in post.mails()):
            return


def test_five_hundred_mails_get_through_a_server_that_misbehaves(post: Post, host: MailHost) -> None:
    people = post.many(500)
    tries: Counter[str] = Counter()

    def now_and_then(address: str) -> str | None:
        tries[address] += 1
        number = int(address[1:].split("@", maxsplit=1)[0])
        if number == 7:
            return "550 no such user"
        if number % 50 == 0 and tries[address] == 1:
            return "451 try again later"
        return None

    host.at_rcpt = now_and_then
    host.at_data = lambda address: "554 not this one" if address == "p13@example.vn" else None
    host.hangs_for = {"p100@example.vn"}
    host.drops_for = {f"p{number}@example.vn" for number in (3, 33, 333)}
    post.round()
    host.hangs_for = set()
    _until_all_are_out(post)
    states = {mail.account_id: mail for mail in post.mails()}
    dead = {person.login for person in people if states[person.id].state is MailState.DEAD}
    assert dead == {"p7", "p13"}
    assert states[people[7].id].last_error == "550 no such user"
    got = Counter(address for address, _ in host.taken)
    assert len(got) == 498
    doubled = {address for address, n in got.items() if n > 1}
    assert {f"p{number}@example.vn" for number in (3, 33, 333)} <= doubled
    assert len(set(host.ids())) == 498  # a double has the same Message-ID


def test_a_server_that_is_away_loses_nothing_and_is_not_hammered(
    post: Post, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.many(30)
    calls: list[object] = []

    def refuse(*_args: object, **_more: object) -> None:
        calls.append(_args)
        raise ConnectionRefusedError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(smtp.smtplib, "SMTP", refuse)
        report = post.round()
    assert (report.sent, report.dead, len(calls)) == (0, 0, 3)
    post.round(post.desk.at + timedelta(minutes=10))
    assert len(host.taken) == 30


def test_after_two_days_of_tries_it_is_a_dead_letter_and_no_night_is_disturbed(
    post: Post, host: MailHost
) -> None:
    post.desk.sent()
    host.at_data = lambda _address: "451 later"
    at = post.desk.at
    hours = []
    while post.desk.at < at + timedelta(days=8):
        if post.round().postponed + post.round().dead:
            hours.append(clock.local(post.desk.at).hour)
        post.desk.at += timedelta(minutes=30)
    (mail,) = [mail for mail in post.mails() if not mail.is_digest]
    assert mail.state is MailState.DEAD
    assert mail.first_tried_at is not None
    assert mail.tries >= 8
    assert all(7 <= hour < 20 for hour in hours)


def test_two_workers_send_each_mail_once(app: Flask, post: Post, host: MailHost) -> None:
    post.many(60)
    with post.desk.travelled():
        rounds_of = [_worker(app, post) for _ in range(3)]
    gate = threading.Barrier(3)
    threads = [threading.Thread(target=work, args=(gate,)) for work in rounds_of]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _until_all_are_out(post)
    assert len(host.taken) == len(set(host.ids())) == 60


def _worker(app: Flask, post: Post) -> Callable[[threading.Barrier], None]:
    at = post.desk.at

    def work(gate: threading.Barrier) -> None:
        with app.app_context(), clock.travel(at):
            gate.wait()
            with MailLine(post.settings, timeout=5) as line:
                try:
                    rounds.tell_people(db.session, transaction, post.settings, line)
                except (
                    Exception
                ) as error:  # planned by another at the same moment: the next round tries again
                    db.session.rollback()
                    assert "UNIQUE" in str(error).upper() or "locked" in str(error)

    return work


def test_a_worker_killed_between_sending_and_marking_doubles_that_mail_alone(
    post: Post, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.many(10)

    class Killed(BaseException):
        """As if the process were gone."""

    mark = delivery._Batch._mark
    marked: list[int] = []

    def die_at_the_fifth(batch: delivery._Batch, mail_id: int, **values: object) -> None:
        if len(marked) == 4:
            marked.append(mail_id)
            raise Killed
        marked.append(mail_id)
        mark(batch, mail_id, **values)

    monkeypatch.setattr(delivery._Batch, "_mark", die_at_the_fifth)
    with pytest.raises(Killed):
        post.round()
    monkeypatch.setattr(delivery._Batch, "_mark", mark)
    assert post.round() == Report()  # what the dead one had claimed waits for the end of its lease
    post.round(post.desk.at + delivery.LEASE)
    doubles = {key: n for key, n in Counter(host.ids()).items() if n > 1}
    assert list(doubles.values()) == [2]
    assert len(set(host.ids())) == 10


def test_a_clock_that_was_a_year_ahead_stops_no_mail(post: Post, host: MailHost) -> None:
    desk = post.desk
    desk.go("2027-06-01 10:00")
    desk.sent()
    desk.go("2026-06-01 10:00")
    desk.sent()
    post.round("2026-06-01 10:05")
    post.round("2026-06-02 09:00")
    assert len(subjects(host, desk.province.lead.login)) == 2
    assert (
        desk.session.scalar(select(func.count()).select_from(Mail).where(Mail.state == MailState.WAITING))
        == 0
    )


@pytest.mark.parametrize(
    "jump", [timedelta(hours=-1), timedelta(days=1), timedelta(days=365)], ids=["hour back", "day", "year"]
)
def test_a_clock_that_is_moved_and_set_right_again_loses_and_doubles_no_notice(
    post: Post, host: MailHost, jump: timedelta
) -> None:
    desk = post.desk
    right = local("2026-06-02 10:00")
    for number, moment in enumerate((right, right + jump, right + timedelta(minutes=20)), start=1):
        desk.at = moment
        desk.sent(title=f"Việc {number} trước")
        post.round()
        desk.sent(title=f"Việc {number} sau")
    for when in (
        "2026-06-02 10:40",
        "2026-06-02 11:00",
        "2026-06-03 07:00",
        "2026-06-03 10:30",
        "2026-06-04 07:00",
    ):
        post.round(when)
    told = "".join(
        message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for address, message in host.taken
        if address.startswith(f"{desk.province.lead.login}@")
    )
    for number in (1, 2, 3):
        assert told.count(f"Việc {number} trước") == told.count(f"Việc {number} sau") == 1
    assert {mail.state for mail in post.mails()} <= {MailState.SENT, MailState.DROPPED}


def test_mail_that_was_just_set_up_does_not_begin_with_last_years(post: Post, host: MailHost) -> None:
    post.desk.sent()
    post.round(post.desk.at + timedelta(days=30))
    assert subjects(host, post.desk.province.lead.login) == []


def test_the_link_in_a_mail_changes_that_preference_alone_and_without_signing_in(
    app: Flask, desk: Desk, post: Post, host: MailHost
) -> None:
    from tests.browser_of_pages import forms_in

    place = desk.province
    issue_id = desk.working(desk.sent())
    desk.do(place.member, issue_id, Act.INTERIM, text="Bước đầu.")
    post.round()
    (message,) = [one for address, one in host.taken if address.startswith(place.officer_a.login)]
    link = str(message["List-Unsubscribe"]).strip("<>").removeprefix("https://tracker.example.vn")
    client = app.test_client()
    page = client.get(link)
    assert page.status_code == 200
    assert place.officer_a.full_name not in page.text
    (form,) = [one for one in forms_in(page.text) if one.action == link]
    before = service.modes_of(desk.session, place.officer_a.id)
    assert client.post(link, data={**form.values, "mode": "off"}).status_code == 200
    after = service.modes_of(desk.session, place.officer_a.id)
    assert {code for code in after if after[code] is not before[code]} == {"interim"}
    assert after["interim"] is Mode.OFF
    assert client.get(link[:-2] + "xx").status_code == 404


def test_a_mail_is_in_the_language_of_who_gets_it(
    desk: Desk, post: Post, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    class English(gettext.NullTranslations):
        """Every text, marked."""

        def gettext(self, message: str) -> str:
            return f"EN {message}"

    with transaction():
        desk.session.get_one(Account, desk.province.lead.id).language = "en"
    monkeypatch.setattr(
        i18n, "_catalogue", lambda language: English() if language == "en" else gettext.NullTranslations()
    )
    desk.do(desk.province.lead, desk.sent(), Act.ASSIGN, owner_id=desk.province.member.id)
    desk.sent()
    post.round()
    assert subjects(host, desk.province.lead.login)[0].startswith("EN Tiếp nhận và giao")
    assert subjects(host, desk.province.member.login)[0].startswith("Xử lý")


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_a_server_without_the_tls_that_is_set_gets_neither_password_nor_mail(
    settings: Settings, host: MailHost, security: str
) -> None:
    wanted = replace(settings, smtp_security=security, smtp_user="tracker", smtp_password="secret")
    with MailLine(wanted, timeout=2) as line, pytest.raises(smtp.NoLine):
        line.send(EmailMessage(), "a@example.vn")
    assert host.taken == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"SMTP_FROM": ""}, "SMTP_FROM"),
        ({"SMTP_FROM": "Tracker <a@b.vn>\nBcc: c"}, "SMTP_FROM"),
    ],
)
def test_mail_that_would_go_in_the_clear_or_come_from_nobody_is_not_set_up(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    plain = {"INSTANCE": str(tmp_path), "SMTP_HOST": "mail.example.vn", "SMTP_FROM": "a@b.vn"}
    load_settings({f"TRACKER_{name}": value for name, value in plain.items()})
    with pytest.raises(SettingError, match=named):
        load_settings({f"TRACKER_{name}": value for name, value in {**plain, **given}.items()})
