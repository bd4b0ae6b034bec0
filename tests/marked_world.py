"""A province in which every text carries a mark of its own, with the people who may read it. Knows no page.

Two communes and two departments have issues in many states, notes, answers under way, drafts and files. Whoever finds
a mark without being among its readers has found a leak.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.attachments.storage import Storage
from tracker.db import transaction
from tracker.deadlines.days import import_packaged_days, load_targets
from tracker.directory.models import Unit
from tracker.issues import directive_work, directives, drafts
from tracker.issues.directives import Order
from tracker.issues.models import FilePurpose
from tracker.issues.models_directives import DirectiveTarget
from tracker.issues.workflow import Act

A = frozenset({"officer_a", "leader_a"})
B = frozenset({"officer_b", "leader_b"})
WARD = frozenset({"officer_ward"})
HOME = frozenset({"member", "second_member", "lead", "department_leader"})
FINANCE = frozenset({"finance_member", "finance_lead", "finance_leader"})
ABOVE = frozenset({"coordinator", "provincial_leader", "assistant", "auditor"})
COMMUNES = A | B | WARD
EVERYBODY = COMMUNES | HOME | FINANCE | ABOVE | {"administrator"}


@dataclass(frozen=True)
class Mark:
    """A word that stands in one text only, and who may read that text."""

    word: str
    readers: frozenset[str]


@dataclass
class World:
    """The marked province."""

    desk: Desk
    storage: Storage
    marks: dict[str, Mark] = field(default_factory=dict)
    issues: dict[str, int] = field(default_factory=dict)
    """Name → key of the row; drafts too."""
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    """Name of an issue or draft → who may read it."""
    person_words: dict[str, str] = field(default_factory=dict)

    def mark(self, name: str, readers: frozenset[str]) -> str:
        """A new mark, to be put into a text."""
        word = f"zq{name.replace('_', '')}zq"
        assert name not in self.marks
        self.marks[name] = Mark(word, readers)
        return word

    def person(self, name: str) -> Account:
        """The account behind a name."""
        found: Account = getattr(self.desk.province, name)
        return found

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The numbers of what was sent when the world was made; empty for drafts."""
        return {name: self.desk.issue(key).number or "" for name, key in self.issues.items()}

    @cached_property
    def keys(self) -> dict[str, str]:
        """The random keys of all."""
        return {name: self.desk.issue(key).draft_key for name, key in self.issues.items()}

    def number(self, name: str) -> str:
        """The number of a sent issue."""
        return self.numbers[name]

    def key(self, name: str) -> str:
        """The random key of a draft."""
        return self.keys[name]

    def hidden_from(self, name: str) -> list[Mark]:
        """The marks that the person must never see."""
        return [mark for mark in self.marks.values() if name not in mark.readers]

    def sent(self) -> Iterator[str]:
        """The names of what was sent."""
        return (name for name, number in self.numbers.items() if number)

    def unsent(self) -> Iterator[str]:
        """The names of what was not."""
        return (name for name, number in self.numbers.items() if not number)

    def file(self, name: str, unit: Unit, readers: frozenset[str]) -> Attachment:
        """A stored file with a mark in its name and one in its content."""
        inside = self.mark(f"{name}_bytes", readers)
        shown = self.mark(f"{name}_name", readers)
        with self.desk.travelled(), transaction():
            return attachments.put(
                self.desk.session,
                self.storage,
                name=f"{shown}.pdf",
                stream=io.BytesIO(f"%PDF-1.7\n{inside}\n%%EOF".encode()),
                unit_id=unit.id,
                account_id=self.desk.province.member.id,
            )

    def filed(self, name: str, who: str, unit: Unit, readers: frozenset[str], **data: object) -> int:
        """A draft full of marks, with a file."""
        texts = {key: self.mark(f"{name}_{key}", readers) for key in ("title", "situation", "proposal")}
        draft = self.desk.draft(self.person(who), **texts, **data)
        file = self.file(f"{name}_draft", unit, readers)
        with self.desk.travelled(), transaction():
            person = self.desk.actor(self.person(who))
            drafts.attach(self.desk.session, person, draft.draft_key, [file], FilePurpose.EVIDENCE)
        self.issues[name] = draft.id
        self.readers[name] = readers
        return draft.id


def build_world(app: Flask, session: Session, province: Province) -> World:
    """All of it, through the real services."""
    with transaction():
        import_packaged_days(session)
        load_targets(session)
        _name_people(session, province)
    world = World(Desk(session, province), Storage.of(app.extensions["settings"]))
    for name in sorted(EVERYBODY):
        world.person_words[name] = world.person(name).full_name
    _working(world)
    _answered(world)
    _moved(world)
    _asked(world)
    _to_approve(world)
    _closed(world)
    _on_behalf(world)
    _directed(world)
    _consulted(world)
    _drafts(world)
    session.rollback()
    return world


def _name_people(session: Session, province: Province) -> None:
    """Names, phones and addresses that tell whose they are."""
    for number, name in enumerate(sorted(EVERYBODY)):
        account = session.get_one(Account, getattr(province, name).id)
        account.full_name = f"Người {name.replace('_', '').capitalize()}"
        account.phone = f"09123{number:05d}"
        account.email = f"{name}@mau.example"


def _working(world: World) -> None:
    """A's, at home affairs: news, a returned answer, another one under way."""
    desk, province = world.desk, world.desk.province
    readers, inside = A | HOME | ABOVE, HOME | ABOVE
    key = world.filed("a_working", "officer_a", province.commune_a, readers)
    desk.do(province.officer_a, key, Act.SEND)
    desk.working(key)
    news = world.file("a_news", province.home_affairs, readers)
    desk.do(province.member, key, Act.NEWS, text=world.mark("a_news_text", readers), files=[news])
    desk.to_approve(
        key,
        content=world.mark("a_returned", inside),
        files=[world.file("a_note", province.home_affairs, inside)],
    )
    desk.do(province.lead, key, Act.RETURN_ANSWER, remark=world.mark("a_remark", inside))
    desk.save(
        province.member,
        key,
        content=world.mark("a_saved", inside),
        next_step=world.mark("a_next", inside),
        citations=[(world.mark("a_basis", inside), None)],
    )


def _answered(world: World) -> None:
    """A's, answered by finance."""
    desk, province = world.desk, world.desk.province
    readers = A | FINANCE | ABOVE
    key = world.filed(
        "a_answered",
        "officer_a",
        province.commune_a,
        readers,
        field_id=province.field_money.id,
        category_id=None,
    )
    desk.do(province.officer_a, key, Act.SEND)
    desk.do(province.finance_lead, key, Act.ASSIGN, owner_id=province.finance_member.id)
    signed = world.file("a_letter", province.finance, readers)
    desk.letter(key, province.finance_member, content=world.mark("a_answer", readers), files=[signed])


def _moved(world: World) -> None:
    """A's, transferred from home affairs to finance: both read it."""
    desk, province = world.desk, world.desk.province
    readers = A | HOME | FINANCE | ABOVE
    key = world.filed("a_moved", "leader_a", province.commune_a, readers)
    desk.do(province.leader_a, key, Act.SEND)
    reason = world.mark("a_moved_reason", readers)
    desk.do(province.lead, key, Act.TRANSFER, unit_id=province.finance.id, reason=reason)


def _consulted(world: World) -> None:
    """A's, at home affairs, which asked finance twice: answered with a file, and still open. Nothing for communes."""
    desk, province = world.desk, world.desk.province
    readers, inside = A | HOME | FINANCE | ABOVE, HOME | FINANCE | ABOVE
    key = world.filed("a_consulted", "officer_a", province.commune_a, readers)
    desk.do(province.officer_a, key, Act.SEND)
    desk.working(key)
    for name in ("first", "second"):
        rows = [{"unit_id": province.finance.id, "question": world.mark(f"a_ask_{name}", inside)}]
        files = [world.file(f"a_ask_{name}", province.home_affairs, inside)]
        desk.do(province.member, key, Act.ASK_OPINION, questions=rows, files=files)
        if name == "first":
            said, file = world.mark("a_opinion", inside), world.file("a_opinion", province.finance, inside)
            desk.do(province.finance_member, key, Act.GIVE_OPINION, text=said, files=[file])


def _asked(world: World) -> None:
    """B's, at home affairs, which asked for information."""
    desk, province = world.desk, world.desk.province
    readers = B | HOME | ABOVE
    key = world.filed(
        "b_asked", "officer_b", province.commune_b, readers, is_urgent=True, urgent_reason="Sắp hết hạn"
    )
    desk.do(province.officer_b, key, Act.SEND)
    desk.working(key)
    question = world.mark("b_question", readers)
    file = world.file("b_question", province.home_affairs, readers)
    desk.do(province.member, key, Act.ASK_INFO, question=question, files=[file])


def _to_approve(world: World) -> None:
    """B's, at finance, the answer waits for approval."""
    desk, province = world.desk, world.desk.province
    readers, inside = B | FINANCE | ABOVE, FINANCE | ABOVE
    key = world.filed(
        "b_approve",
        "leader_b",
        province.commune_b,
        readers,
        field_id=province.field_money.id,
        category_id=None,
    )
    desk.do(province.leader_b, key, Act.SEND)
    desk.do(province.finance_lead, key, Act.ASSIGN, owner_id=province.finance_member.id)
    desk.do(
        province.finance_member,
        key,
        Act.SUBMIT_ANSWER,
        kind="guidance",
        content=world.mark("b_answer", inside),
        next_step=world.mark("b_next", inside),
        citations=[(world.mark("b_basis", inside), None)],
        files=[world.file("b_note", province.finance, inside)],
    )


def _closed(world: World) -> None:
    """B's, answered and confirmed."""
    desk, province = world.desk, world.desk.province
    readers = B | HOME | ABOVE
    key = world.filed("b_closed", "officer_b", province.commune_b, readers)
    desk.do(province.officer_b, key, Act.SEND)
    desk.answered(desk.working(key), content=world.mark("b_told", readers))
    desk.do(province.officer_b, key, Act.CONFIRM, is_solved=True, note=world.mark("b_thanks", readers))


def _on_behalf(world: World) -> None:
    """The ward's, filed by home affairs."""
    desk, province = world.desk, world.desk.province
    readers = WARD | HOME | ABOVE
    key = world.filed("ward_filed", "member", province.home_affairs, readers, commune_ids=[province.ward.id])
    desk.do(province.member, key, Act.SEND)


def _directed(world: World) -> None:
    """The chairman directs the holder of A's, with a paper; home affairs reports."""
    desk, province = world.desk, world.desk.province
    key, inside = world.issues["a_working"], HOME | ABOVE
    order = Order(
        content=world.mark("a_directive", inside),
        unit_ids=[province.home_affairs.id],
        due_on=desk.today + timedelta(days=10),
        files=[world.file("a_directive", province.unit, inside)],
    )
    with desk.travelled(), transaction():
        directive = directives.give(desk.session, desk.actor(province.provincial_leader), [key], order)
    target = desk.session.query(DirectiveTarget).filter_by(directive_id=directive.id).one()
    said = world.mark("a_report", inside)
    with desk.travelled(), transaction():
        directive_work.report(desk.session, desk.actor(province.lead), target.id, said)


def _drafts(world: World) -> None:
    """Drafts of both communes, of finance and of the office, and one that waits for its signature."""
    desk, province = world.desk, world.desk.province
    world.filed("a_draft", "officer_a", province.commune_a, A)
    world.filed("b_draft", "officer_b", province.commune_b, B)
    world.filed(
        "finance_draft", "finance_member", province.finance, FINANCE, commune_ids=[province.commune_a.id]
    )
    world.filed("office_draft", "coordinator", province.office, frozenset({"coordinator"}))
    desk.switch(commune_sign_off=True)
    key = world.filed("b_to_sign", "officer_b", province.commune_b, B)
    desk.do(province.officer_b, key, Act.SEND)
