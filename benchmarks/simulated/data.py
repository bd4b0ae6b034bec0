"""What people type when they act: for each act more than it needs, by chance.

Owns: the words, dates and choices. Must not decide who acts. An act that is new finds here what most acts ask for.
"""

import io
from datetime import timedelta
from functools import cache

from sqlalchemy import select

from benchmarks.simulated.world import World
from tracker import clock
from tracker.accounts.models import Account
from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.demo import papers
from tracker.issues.models import Issue
from tracker.issues.models_opinions import Opinion
from tracker.issues.models_referrals import Addressee
from tracker.issues.policy import Matter
from tracker.issues.standing import _PARTY_FITS, parties_spoken_for
from tracker.issues.workflow import Act
from tracker.permissions import Role

KINDS = ("guidance", "guidance", "guidance", "decision", "own_competence", "refusal", "roadmap")
WITH_A_FILE = frozenset({Act.SEND_DOCUMENT, Act.ADD_INFO})
ROADMAP_DAYS = 30
OF_OPINIONS = frozenset({Act.GIVE_OPINION, Act.ASSIGN_OPINION})
_LEADING = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR)


def data_for(world: World, issue: Issue, matter: Matter, act: Act, person_id: int) -> dict[str, object]:
    """What this person brings to the act. Call inside the transaction of the act: a file may come with it."""
    chance = world.chance
    data = _words(world) | _choices(world, issue)
    actor = world.actor(person_id)
    own = parties_spoken_for(actor, matter, act) if act in _PARTY_FITS else ()
    if act is Act.LOWER:
        data["level"] = chance.randrange(max(issue.level, 1))
    if act in OF_OPINIONS:
        data |= _opinion(world, issue, act, person_id)
    if own:
        data["party_id"] = chance.choice(own).unit_id
    elif act is Act.CONFIRM:
        asked = [party.unit_id for party in matter.parties if party.may_reply and not party.has_left]
        data |= {"by_phone": True, "spoken_by": "Chị An", "party_id": chance.choice(asked)}
    if act is Act.ASSIGN and not actor.roles & set(_LEADING):
        data["owner_id"] = person_id  # a member takes it himself
    if act in WITH_A_FILE:
        data["files"] = [paper(world, issue, person_id)]
    return data


def _opinion(world: World, issue: Issue, act: Act, person_id: int) -> dict[str, object]:
    """Of an opinion that the person's department was asked for."""
    units = {unit_id for _, unit_id in world.actor(person_id).grants}
    asked = world.session.execute(
        select(Opinion.id, Opinion.unit_id)
        .where(Opinion.issue_id == issue.id, Opinion.unit_id.in_(units))
        .order_by(Opinion.id.desc())
    ).all()
    if not asked:
        return {}
    opinion_id, unit_id = asked[0] if act is Act.GIVE_OPINION else world.chance.choice(asked)
    return {"opinion_id": opinion_id, "assigned_id": world.chance.choice(world.staff_of(unit_id) or [0])}


def paper(world: World, issue: Issue, person_id: int) -> Attachment:
    """A letter as a file."""
    unit_id = issue.holder_id or issue.raised_by_id
    return attachments.put(
        world.session,
        world.storage,
        name="Văn bản.pdf",
        stream=io.BytesIO(_letter()),
        unit_id=unit_id,
        account_id=world.session.get_one(Account, person_id).id,
    )


@cache
def _letter() -> bytes:
    return papers.letter(["Văn bản", "", "Nội dung theo quy định."])


def _words(world: World) -> dict[str, object]:
    chance, today = world.chance, clock.today()
    return {
        "reason": "Theo chức năng, nhiệm vụ.",
        "text": "Đang phối hợp với cơ quan liên quan.",
        "question": "Đề nghị cho biết số lượng hồ sơ.",
        "remark": "Đề nghị làm rõ căn cứ.",
        "content": "Thực hiện theo Điều 5 của nghị định.",
        "next_step": "Lập danh sách và gửi trước ngày 15.",
        "citations": [("Nghị định 118/2025/NĐ-CP", None)],
        "kind": chance.choice(KINDS),
        "roadmap_on": today + timedelta(days=ROADMAP_DAYS),
        "document_number": "" if chance.random() < 0.3 else f"{chance.randint(1, 999)}/SNV",
        "document_on": today,
        "signer": "Giám đốc",
        "is_solved": chance.random() < 0.7,
        "days": chance.randint(1, 4),
        "until_on": world.calendar.add(today, chance.randint(1, 5)),
        "due_on": world.calendar.add(today, chance.randint(1, 5)),
        "title": "Đính chính nội dung vướng mắc",
        "situation": "Hiện trạng đã đính chính.",
        "proposal": "Đề nghị hướng dẫn cụ thể.",
    }


def _choices(world: World, issue: Issue) -> dict[str, object]:
    chance = world.chance
    staff = world.staff_of(issue.holder_id)
    others = sorted(unit_id for unit_id in world.groups if unit_id != issue.holder_id)
    chosen = chance.choice(others)
    return {
        "owner_id": chance.choice(staff) if staff else 0,
        "unit_id": chosen,
        "questions": [
            {"unit_id": unit_id, "question": "Đề nghị cho ý kiến."}
            for unit_id in chance.sample(others, chance.randint(1, 3))
        ],
        "addressee": chance.choice(list(Addressee)).value,
        "name": "Bộ Nội vụ",
        "has_consent": True,
        "consent_by": "Giám đốc",
    }
