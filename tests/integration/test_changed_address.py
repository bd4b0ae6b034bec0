"""Who changes an address cannot keep it from its owner: the former one is told, without the new one in full."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.integration.test_delivery import Post, host, settings  # noqa: F401 - fixtures
from tests.issue_builders import Desk
from tests.mail_host import MailHost
from tracker.accounts import people
from tracker.accounts.models import Account
from tracker.audit.service import when_recorded
from tracker.config import Settings
from tracker.db import transaction
from tracker.directory.changes import mark_of
from tracker.notifications import dead_letters, former_address, planning, security
from tracker.notifications.former_address import masked
from tracker.notifications.smtp import MailLine
from tracker.outbox.models import Mail, MailState, Notice

NEW = "ke.gian@noi-khac.example"


@pytest.fixture
def post(desk: Desk, settings: Settings) -> Iterator[Post]:  # noqa: F811 - the fixture
    """The job of telling people."""
    when_recorded(security.tell)
    made = Post(desk, settings)
    made.line = MailLine(settings, timeout=1)
    with transaction():
        desk.session.get_one(Account, desk.province.member.id).email = "cu@example.vn"
    with made.line:
        yield made


def _change(desk: Desk, **facts: str) -> None:
    with desk.travelled(), transaction():
        account = desk.session.get_one(Account, desk.province.member.id)
        before = people.facts_of(account)
        wanted = {name: str(value) for name, value in before.items()} | facts
        people.change_facts(
            desk.session, desk.actor(desk.province.administrator), account.id, wanted, seen=mark_of(before)
        )


def _text(message: object) -> str:
    return str(message.get_body(("plain",)).get_content())  # type: ignore[attr-defined]


def test_the_address_of_before_is_told_and_sees_a_hint_of_the_new_one(
    desk: Desk,
    post: Post,
    host: MailHost,  # noqa: F811 - the fixture
) -> None:
    _change(desk, email=NEW)
    assert post.round().sent == 1
    ((address, message),) = host.taken
    assert address == "cu@example.vn" and "cu@example.vn" in str(message["To"])
    assert str(message["Subject"]) == "Địa chỉ thư điện tử của tài khoản vừa thay đổi"
    assert "Địa chỉ mới: k•••@noi-khac.example." in _text(message)
    assert NEW not in message.as_string() and NEW not in _text(message)


def test_it_leaves_although_the_notice_is_read_or_the_account_has_no_address_or_is_closed(
    desk: Desk,
    post: Post,
    host: MailHost,  # noqa: F811 - the fixture
) -> None:
    _change(desk, email="")
    with transaction():
        desk.session.get_one(Account, desk.province.member.id).is_active = False
        notice = desk.session.scalars(select(Notice).where(Notice.kind == "address_changed")).one()
        notice.read_at = desk.at
    assert post.round().sent == 1
    ((address, message),) = host.taken
    assert address == "cu@example.vn"
    assert "Địa chỉ mới: không có." in _text(message)


def test_of_two_changes_each_former_address_is_told(desk: Desk, post: Post, host: MailHost) -> None:  # noqa: F811
    _change(desk, email="giua@example.vn")
    _change(desk, email=NEW)
    assert post.round().sent == 2
    assert sorted(address for address, _ in host.taken) == ["cu@example.vn", "giua@example.vn"]


def test_what_could_not_be_delivered_stands_under_the_address_it_went_to(desk: Desk, post: Post) -> None:
    _change(desk, email=NEW)
    with transaction():
        planning.plan(desk.session, desk.at, is_on=True)
        for mail in desk.session.scalars(select(Mail)):
            mail.state = MailState.DEAD
    assert [letter.address for letter in dead_letters.dead_letters(desk.session)] == ["cu@example.vn"]


@pytest.mark.parametrize("facts", [{"phone": "0912345678"}, {"email": "CU@example.vn"}])
def test_another_change_tells_nobody(desk: Desk, post: Post, host: MailHost, facts: dict[str, str]) -> None:  # noqa: F811
    _change(desk, **facts)
    assert (post.round().sent, host.taken) == (0, [])


def test_a_first_address_has_none_before_it(desk: Desk, post: Post, host: MailHost) -> None:  # noqa: F811
    with transaction():
        desk.session.get_one(Account, desk.province.member.id).email = ""
    _change(desk, email=NEW)
    assert (post.round().sent, host.taken) == (0, [])


@pytest.mark.parametrize(
    ("address", "shown"),
    [("lan.nt@x.vn", "l•••@x.vn"), ("a@x.vn", "a•••@x.vn"), ("", ""), ("lan", "•••"), ("@x.vn", "•••")],
)
def test_an_address_is_named_by_its_first_letter_and_host(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert former_address.masked(address) != address or not address
