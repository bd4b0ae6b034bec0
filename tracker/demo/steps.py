"""Stretches that many stories share: filing, taking in, answering, what the communes say.

Owns: the ordinary course of a difficulty. Each stretch yields the moment at which it wants to go on.
"""

from datetime import date

from tracker.accounts.models import Account
from tracker.deadlines.models import WorkKind
from tracker.demo import words
from tracker.demo.desk import Desk
from tracker.demo.timing import Story
from tracker.directory.models import Unit
from tracker.issues.commitments import find_open
from tracker.issues.referral_rules import Addressee, follow_up_days
from tracker.issues.workflow import Act, IssueState

_HEARD = {"phone", "meeting", "field_visit"}
"""Channels in which somebody of a working group writes down what a commune said."""
_SEVERAL = {"coordination", "software_data"}
_LONG_GAP = 25
_BEFORE_THE_DATE = 30


def filer(desk: Desk) -> tuple[Account, Unit, bool]:
    """Who files, for which unit, and whether on behalf of the communes."""
    sample, cast = desk.sample, desk.world.cast
    if sample.raised_by:
        group = cast.group_named(sample.raised_by)
        return group.members[0], group.unit, True
    if sample.channel == "import":
        return cast.coordinators[1], cast.groups["VP"].unit, True
    if sample.channel in _HEARD or len(desk.communes) > 1:
        group = desk.competent
        return group.areas[desk.communes[0].id], group.unit, True
    return desk.officer(desk.communes[0]), desk.communes[0], False


def filed(desk: Desk, day: date, *, has_photograph: bool = False) -> Story:
    """Filed on that day; signed by the commune's leader where he wants to see it."""
    yield desk.pace.on(day)
    person, unit, on_behalf = filer(desk)
    desk.draft(person, unit, on_behalf=on_behalf)
    if has_photograph:
        desk.attach_photograph(person, unit)
    desk.act(person, Act.SEND)
    if desk.issue.state is IssueState.TO_SIGN:
        yield desk.pace.after(0)
        desk.act(desk.world.cast.leaders[unit.id], Act.SIGN)


def filed_as_written(desk: Desk) -> Story:
    """Filed on the day of the file."""
    yield from filed(desk, desk.world.dates.moved(desk.sample.raised_on))


def taken_in(desk: Desk, work_kind: WorkKind | None = None, *, wait: int = 1) -> Story:
    """Sent on where routing missed the competent department, then accepted and assigned."""
    yield from sent_on(desk, wait=wait)
    yield desk.pace.after(0 if wait == 0 else desk.pace.random.randint(0, 1))
    desk.assign(work_kind=work_kind or kind_of_work(desk))


def sent_on(desk: Desk, *, wait: int = 1) -> Story:
    """To the department that the file names."""
    if desk.issue.holder_id != desk.competent.unit.id:
        yield desk.pace.after(wait)
        unit = desk.competent.unit
        desk.transfer(desk.competent, words.pick(desk.pace.random, words.TRANSFER, unit=unit.name))


def kind_of_work(desk: Desk) -> WorkKind | None:
    """What the lead would set; None: what the matter says by itself."""
    sample = desk.sample
    if sample.urgent_reason:
        return None
    if "tỉnh" in sample.referred_to:
        return WorkKind.PROVINCIAL_DECISION
    return WorkKind.SEVERAL_DEPARTMENTS if sample.category in _SEVERAL else None


def answered(desk: Desk) -> Story:
    """The answer of the file: its letter on the day of signing, or a note within the days that such a note takes."""
    sample, pace = desk.sample, desk.pace
    if sample.signed_on is None:
        yield from noted(desk, pace.random.choice((2, 3, 4, 4, 5, 6, 8)))
        return
    signed_on = desk.world.dates.moved(sample.signed_on)
    if pace.dates.calendar.between(pace.day, signed_on) > _LONG_GAP // 5:
        yield pace.after(3)
        give_news(desk)
    yield pace.on(max(signed_on, pace.day))
    desk.send_letter(signed_on)


def noted(desk: Desk, days: int, **changes: object) -> Story:
    """A note, handed in after so many days and approved soon."""
    yield desk.pace.after(days)
    desk.submit(**changes)
    yield desk.pace.after(desk.pace.random.randint(0, 1))
    desk.approve()


def give_news(desk: Desk, *, by_phone: bool = False) -> None:
    """News by the owner, or a call in one line."""
    text = words.pick(desk.pace.random, words.CALLS if by_phone else words.NEWS)
    desk.act(desk.owner, Act.NEWS, text=text, by_phone=by_phone)


def replies(desk: Desk) -> Story:
    """Half of the communes agree by themselves, some on the phone; the others let the time pass."""
    rng = desk.pace.random
    plan = [(rng.randint(1, 4), order, rng.random()) for order in range(len(desk.communes))]
    answered_on = desk.pace.day
    for days, order, chance in sorted(plan):
        if chance > 0.75:
            continue
        yield desk.pace.on(desk.pace.dates.calendar.add(answered_on, days))
        commune = desk.communes[order]
        if chance < 0.55:
            desk.confirm(commune, is_solved=chance < 0.3)
        else:
            desk.confirm_by_phone(commune, words.pick(rng, words.PHONE_NOTE))


def waits_above(desk: Desk) -> Story:
    """Referred up with an interim answer, followed up with a word to the communes while somebody higher decides."""
    yield from referred(desk)
    days = follow_up_days(Addressee(desk.sample.referred_kind))
    while True:
        yield desk.pace.after(max(days, _LONG_GAP))
        desk.act(desk.owner, Act.FOLLOW_UP, text=words.FOLLOW_UP)
        desk.act(desk.owner, Act.NEWS, text=words.pick(desk.pace.random, words.LONG_WAIT), by_phone=False)


def referred(desk: Desk, *, joins: bool = False, is_lead: bool = False) -> Story:
    """Sent up, and the communes are told how it stands."""
    yield desk.pace.after(3)
    desk.refer(joins=joins, is_lead=is_lead)
    yield desk.pace.after(1)
    desk.act(desk.owner, Act.INTERIM, text=desk.sample.answer)


def kept(desk: Desk) -> Story:
    """What a roadmap promised is done before its date, unless the commune has called the matter solved."""
    yield desk.pace.after(_BEFORE_THE_DATE)
    if find_open(desk.world.session, desk.issue_id) is not None:
        desk.act(desk.owner, Act.KEEP, text=words.KEPT)


def info_given(desk: Desk, commune: Unit) -> None:
    """The commune replies to what was asked."""
    desk.act(desk.officer(commune), Act.GIVE_INFO, party_id=commune.id, text=words.GIVE)
