"""Short messages: who gets one, what it says, that none is lost or doubled, and that no request goes inside."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.browser_of_pages import forms_in
from tests.issue_builders import Desk, local
from tests.sms_gateway import Gateway, sms_gateway
from tracker.accounts.models import Account
from tracker.config import SettingError, Settings, load_settings
from tracker.db import transaction
from tracker.issues.workflow import Act
from tracker.notifications import dead_letters, rounds, service, sms
from tracker.notifications.kinds import BY_SMS
from tracker.notifications.models import Mode
from tracker.notifications.sms import Sms, SmsLine
from tracker.notifications.smtp import NoLine, NotNow
from tracker.outbox.models import MailState
from tracker.outbox.models_sms import ShortMessage

PLAIN = {"SMS_URL": "https://sms.example.vn/send", "SMS_HOSTS": "sms.example.vn"}
MESSAGE = Sms("k.1", "Tiếp nhận")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """The gateway."""
    with sms_gateway() as made:
        yield made


@pytest.fixture
def settings(app: Flask, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the gateway on this machine, and without mail."""
    made = replace(
        app.extensions["settings"],
        sms_url=f"http://127.0.0.1:{gateway.port}/send",
        sms_hosts=("127.0.0.1",),
        sms_token="a-token",
        sms_loopback=1,
        base_url="https://tracker.example.vn",
    )
    monkeypatch.setitem(app.extensions, "settings", made)
    return made


class Rounds:
    """Rounds of the job at the desk's hour."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk, self.settings = desk, settings

    def round(self, when: str | datetime | None = None) -> None:
        """One round."""
        if when is not None:
            self.desk.at = local(when) if isinstance(when, str) else when
        with self.desk.travelled():
            rounds.tell_people(self.desk.session, transaction, self.settings)

    def messages(self) -> list[ShortMessage]:
        """All messages as they are now."""
        self.desk.session.rollback()
        self.desk.session.expire_all()
        return list(self.desk.session.scalars(select(ShortMessage).order_by(ShortMessage.id)))


@pytest.fixture
def post(desk: Desk, settings: Settings) -> Rounds:
    """The job; the lead wants short messages."""
    with transaction():
        service.choose(desk.session, desk.province.lead.id, {BY_SMS: Mode.AT_ONCE})
    return Rounds(desk, settings)


def test_a_duty_comes_as_a_short_text_without_title_and_names(
    desk: Desk, post: Rounds, gateway: Gateway
) -> None:
    issue_id = desk.sent(title="Ông Nguyễn Văn A, 0912345678 chưa nhận phụ cấp")
    post.round()
    ((body, headers),) = gateway.taken
    number = desk.issue(issue_id).number
    assert body["to"] == "+84900000000"
    assert body["text"] == (
        f"Tiếp nhận và giao · {number} · Hạn trả lời: 10/06/2026 · https://tracker.example.vn/issues/{number}"
    )
    assert headers["Idempotency-Key"] == body["id"]
    assert headers["Authorization"] == "Bearer a-token"
    post.round()
    assert len(gateway.taken) == 1


def test_who_did_not_choose_it_or_has_no_telephone_or_has_no_duty_gets_none(
    desk: Desk, post: Rounds, gateway: Gateway
) -> None:
    place = desk.province
    with transaction():
        service.choose(desk.session, place.officer_a.id, {BY_SMS: Mode.AT_ONCE, "news": Mode.AT_ONCE})
        service.choose(desk.session, place.member.id, {BY_SMS: Mode.AT_ONCE})
        desk.session.get_one(Account, place.member.id).phone = "xin gọi văn phòng"
        service.choose(desk.session, place.lead.id, {BY_SMS: Mode.OFF})
    issue_id = desk.working(desk.sent())
    desk.do(place.member, issue_id, Act.NEWS, text="Đang làm.")
    post.round()
    assert gateway.taken == []


def test_what_is_done_already_is_not_told_and_nights_wait(desk: Desk, post: Rounds, gateway: Gateway) -> None:
    desk.go("2026-06-05 21:00")
    done, left = desk.sent(), desk.sent()
    post.round()
    assert gateway.taken == []
    desk.go("2026-06-06 08:00")
    desk.working(done)
    post.round("2026-06-07 10:00")
    assert gateway.taken == []
    post.round("2026-06-08 07:00")
    assert [body["text"].split(" · ")[1] for body, _ in gateway.taken] == [desk.issue(left).number]


def test_a_gateway_that_refuses_for_a_while_gets_each_message_later_and_once(
    desk: Desk, post: Rounds, gateway: Gateway
) -> None:
    gateway.answers = [503, 429, 500, 302]
    for _ in range(3):
        desk.sent()
    for minutes in (0, 2, 10, 30, 65):
        post.round(local("2026-06-01 09:00") + timedelta(minutes=minutes))
    assert len({body["id"] for body, _ in gateway.taken}) == len(gateway.taken) == 3


def test_a_line_that_breaks_after_taking_doubles_with_the_same_key(
    desk: Desk, post: Rounds, gateway: Gateway
) -> None:
    gateway.drops = 1
    desk.sent()
    post.round("2026-06-01 09:00")
    post.round("2026-06-01 09:05")
    keys = [headers["Idempotency-Key"] for _, headers in gateway.taken]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_what_is_refused_for_good_or_for_two_days_is_seen_by_the_administrator_and_tried_once_more(
    desk: Desk, post: Rounds, gateway: Gateway, client: FlaskClient, sign_in: object
) -> None:
    gateway.answers = [422]
    desk.sent()
    post.round()
    (message,) = post.messages()
    assert (message.state, message.last_error) == (MailState.DEAD, "the gateway answered 422")
    sign_in(client, desk.province.administrator)  # type: ignore[operator]  # the fixture
    page = client.get("/admin/mail").text
    assert desk.province.lead.full_name in page
    again = next(form for form in forms_in(page) if form.action == f"/admin/sms/{message.id}/again")
    assert client.post(again.action, data=again.values).status_code == 303
    desk.session.rollback()
    with transaction():
        desk.session.get_one(ShortMessage, message.id).due_at = desk.at
    post.round()
    assert len(gateway.taken) == 1
    assert dead_letters.count_dead(desk.session, ShortMessage) == 0


def test_two_days_of_silence_make_a_dead_message(desk: Desk, post: Rounds, gateway: Gateway) -> None:
    gateway.answers = [503] * 100
    desk.sent()
    while desk.at < local("2026-06-05 09:00"):
        post.round()
        desk.at += timedelta(hours=1)
    (message,) = post.messages()
    assert message.state is MailState.DEAD
    assert message.tries >= 8


def test_a_gateway_that_is_silent_or_endless_holds_nothing_up(settings: Settings, gateway: Gateway) -> None:
    began = time.monotonic()
    gateway.is_silent = True
    with SmsLine(settings, timeouts=(0.3, 0.3)) as line, pytest.raises(NoLine):
        line.send(MESSAGE, "0900000000")
    gateway.is_silent, gateway.is_endless = False, True
    with SmsLine(settings, timeouts=(0.3, 0.3)) as line:
        line.send(MESSAGE, "0900000000")
    assert time.monotonic() - began < 5
    assert sms.CONNECT_SECONDS <= 5
    assert sms.WHOLE_SECONDS <= 10
    assert sms.MOST_BYTES == 64 * 1024


def test_a_gateway_that_does_not_answer_is_left_alone_after_three_tries_of_a_round(
    desk: Desk, post: Rounds, gateway: Gateway
) -> None:
    gateway.answers = [503] * 20
    for _ in range(8):
        desk.sent()
    post.round()
    assert gateway.asked == 3


def test_a_redirect_is_not_followed(settings: Settings, gateway: Gateway) -> None:
    with sms_gateway() as inside:
        gateway.answers, gateway.location = [302, 307, 301], f"http://127.0.0.1:{inside.port}/"
        with SmsLine(settings) as line:
            for _ in range(3):
                with pytest.raises(NotNow, match="30"):
                    line.send(MESSAGE, "0900000000")
        assert inside.asked == 0


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "0.0.0.0", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::ffff:127.0.0.1", "::",
     "100.64.0.1", "fe80::1%eth0", "fc00::1", "224.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_a_name_that_leads_inside_the_network_is_not_connected_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    outside = replace(
        settings, sms_url="https://sms.example.vn/send", sms_hosts=("sms.example.vn",), sms_loopback=0
    )
    tried: list[object] = []
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_args, **_more: [(2, 1, 6, "", ("203.0.114.9", 443)), (2, 1, 6, "", (address, 443))],
    )
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_more: tried.append(args))
    with SmsLine(outside) as line, pytest.raises(NoLine, match="inside the network"):
        line.send(MESSAGE, "0900000000")
    assert tried == []


def test_a_host_that_is_not_named_is_not_asked_whatever_the_setting_became(
    settings: Settings, gateway: Gateway
) -> None:
    with SmsLine(replace(settings, sms_hosts=("sms.example.vn",))) as line, pytest.raises(NotNow):
        line.send(MESSAGE, "0900000000")
    assert gateway.asked == 0


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMS_URL": "http://sms.example.vn/send"}, "SMS_URL"),
        ({"SMS_URL": "http://sms.example.vn:25/", "SMS_LOOPBACK": "1"}, "SMS_URL"),
        ({"SMS_URL": "file:///etc/passwd"}, "SMS_URL"),
        ({"SMS_URL": "gopher://sms.example.vn/"}, "SMS_URL"),
        ({"SMS_URL": "https://user:pw@sms.example.vn/"}, "SMS_URL"),
        ({"SMS_URL": "https://sms.example.vn:0/"}, "SMS_URL"),
        ({"SMS_URL": "https://127.0.0.1/", "SMS_HOSTS": "127.0.0.1"}, "SMS_URL"),
        ({"SMS_URL": "https://[::1]/", "SMS_HOSTS": "::1"}, "SMS_URL"),
        ({"SMS_URL": "https://[::ffff:127.0.0.1]/", "SMS_HOSTS": "::ffff:127.0.0.1"}, "SMS_URL"),
        ({"SMS_URL": "https://0/", "SMS_HOSTS": "0"}, "SMS_URL"),
        ({"SMS_URL": "https://2130706433/", "SMS_HOSTS": "2130706433"}, "SMS_URL"),
        ({"SMS_URL": "https://169.254.169.254/", "SMS_HOSTS": "169.254.169.254"}, "SMS_URL"),
        ({"SMS_URL": "https://10.0.0.8/", "SMS_HOSTS": "10.0.0.8"}, "SMS_URL"),
        ({"SMS_URL": "https://0x7f.1/", "SMS_HOSTS": "0x7f.1"}, "SMS_URL"),
        ({"SMS_HOSTS": ""}, "SMS_HOSTS"),
        ({"SMS_HOSTS": "other.example.vn"}, "SMS_HOSTS"),
    ],
)
def test_a_gateway_that_is_not_named_or_not_safe_stops_the_start(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    plain = {"INSTANCE": str(tmp_path), **PLAIN}
    load_settings({f"TRACKER_{name}": value for name, value in plain.items()})
    with pytest.raises(SettingError, match=named):
        load_settings({f"TRACKER_{name}": value for name, value in {**plain, **given}.items()})


@pytest.mark.parametrize(
    ("written", "read"),
    [("0912 345 678", "+84912345678"), ("+84 912.345.678", "+84912345678"), ("84912345678", "+84912345678"),
     ("", ""), ("113", ""), ("gọi 0912345678", ""), ("0912345678;0987654321", ""), ("+८४९१२३४५६७८", "")],
)  # fmt: skip
def test_only_a_number_of_a_telephone_is_one(written: str, read: str) -> None:
    assert sms.telephone(written) == read


def test_the_choice_is_offered_where_a_message_can_come(
    desk: Desk, settings: Settings, client: FlaskClient, sign_in: object
) -> None:
    sign_in(client, desk.province.lead)  # type: ignore[operator]  # the fixture
    page = client.get("/inbox/preferences").text
    assert f'name="{BY_SMS}"' in page
    assert "0900000000" in page
    with transaction():
        desk.session.get_one(Account, desk.province.lead.id).phone = ""
    assert f'name="{BY_SMS}"' not in client.get("/inbox/preferences").text
