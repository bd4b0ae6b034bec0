"""What the page of a draft finds and shows: lists, files, warnings.

Owns: gathering for the draft's form. Changes nothing.
"""

from dataclasses import dataclass

from flask import url_for

from tracker import clock
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.directory import queries as directory
from tracker.directory.models import UnitKind
from tracker.directory.pages import switches
from tracker.errors import NotFound
from tracker.issues import choices, matters, queries
from tracker.issues.dossier import Dossier
from tracker.issues.forms.drafts import DraftForm
from tracker.issues.forms.fields import Choice
from tracker.issues.models import Channel, Issue, ObstacleKind
from tracker.issues.standing import COMMUNE_ROLES
from tracker.issues.views import act_words, wording
from tracker.issues.views.happened import file_shown
from tracker.issues.workflow import Act
from tracker.permissions import Actor, Permission, Role
from tracker.text import (
    classification_mark,
    looks_like_complaint,
    mask_personal_data,
    mentions_secrecy,
    personal_data,
)
from tracker.web.labels import label, term
from tracker.web.models import IdempotencyKey

CHANNELS = (Channel.WEB, Channel.DISPATCH, Channel.PHONE, Channel.MEETING, Channel.FIELD_VISIT)


@dataclass(frozen=True)
class Warnings:
    """What should not be sent without a second look."""

    personal: tuple[str, ...] = ()
    """Kinds of personal data, in words."""
    is_secret: bool = False
    is_complaint: bool = False

    def __bool__(self) -> bool:
        return bool(self.personal or self.is_secret or self.is_complaint)


def warnings_in(text: str) -> Warnings:
    """What a text gives cause to warn about."""
    kinds = tuple(label(f"PersonalData.{kind.value}") for kind in personal_data(text))
    return Warnings(kinds, mentions_secrecy(text), looks_like_complaint(text))


def warnings_of(form: DraftForm) -> Warnings:
    """What the three texts give cause to warn about."""
    return warnings_in("\n".join(form.texts().values()))


def is_marked(form: DraftForm) -> bool:
    """Whether a text carries a classification mark, which is refused and not only warned about."""
    return any(classification_mark(text) for text in form.texts().values())


def mask(form: DraftForm) -> None:
    """Hide the personal data in the three texts."""
    for name, text in form.texts().items():
        form[name].data = mask_personal_data(text)


def form_for(me: Actor, found: Dossier | None) -> DraftForm:
    """The prepared form, filled from the stored draft where nothing was sent with the request."""
    form = DraftForm()
    if found is not None and not form.is_submitted():
        _fill(form, found.issue)
    if found is None and not form.is_submitted():
        form.obstacle_kind.data = ObstacleKind.DIFFICULT.value
        form.channel.data = Channel.WEB.value
    units = _units(me) if found is None else []
    for_communes = not _is_commune(me, found)
    fields, categories = directory.fields_and_categories(db.session)
    form.prepare(
        kinds=[(kind.value, label(f"ObstacleKind.{kind.value}")) for kind in ObstacleKind],
        fields=[(row.id, term(row)) for row in fields],
        categories=[(row.id, term(row)) for row in categories],
        channels=[(channel.value, label(f"Channel.{channel.value}")) for channel in CHANNELS],
        communes=_communes() if for_communes else None,
        units=units,
    )
    return form


def _fill(form: DraftForm, issue: Issue) -> None:
    for name in ("title", "situation", "proposal", "is_urgent", "urgent_reason", "field_id", "category_id"):
        form[name].data = getattr(issue, name)
    form.obstacle_kind.data = issue.obstacle_kind.value
    form.channel.data = issue.channel.value
    form.channel_reference.data = issue.channel_reference
    form.commune_ids.data = [party.unit_id for party in issue.parties]
    form.version.data = issue.version


def _is_commune(me: Actor, found: Dossier | None) -> bool:
    if found is not None:
        return found.issue.raised_by.kind is UnitKind.COMMUNE
    filing = {role for role, _unit in me.grants if role in COMMUNE_ROLES}
    others = me.roles & {Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR}
    return bool(filing) and not others


def _units(me: Actor) -> list[Choice]:
    keys = me.units_with(Permission.FILE_ISSUE)
    return list(choices.unit_names(db.session, keys).items()) if len(keys) > 1 else []


def _communes() -> list[Choice]:
    return [(unit.id, unit.name) for unit in directory.communes(db.session)]


def shown(me: Actor, form: DraftForm, found: Dossier | None) -> dict[str, object]:
    """What the template shows."""
    issue = found.issue if found else None
    url = url_for("issues.save", draft_key=issue.draft_key) if issue else url_for("issues.create")
    chosen = set(form.commune_ids.data or []) if "commune_ids" in form else set()
    return {
        "form": form,
        "issue": issue,
        "url": url,
        "send_words": act_words.words(Act.SEND, me, found) if found else _send_words(me),
        "files": [file_shown(issue, item) for item in found.files] if found and issue else [],
        "chosen_count": len(chosen),
        "can_discard": issue is not None and issue.event_count == 0,
        "remark": _remark(found),
        "unsettled": _unsettled(found),
    }


def _unsettled(found: Dossier | None) -> str:
    """That the date which sending today would promise may move with the calendar; '' where it is settled."""
    calendar = found.calendar if found else load_calendar(db.session)
    zero = calendar.next_working(clock.today())
    return wording.unsettled_words(calendar, zero, calendar.add(zero, switches().first_target_days))


def _send_words(me: Actor) -> str:
    """The words of the button before there is a draft: to the leader where he signs off."""
    keys = me.units_with(Permission.FILE_ISSUE)
    unit_id = next(iter(keys)) if len(keys) == 1 else None
    if unit_id is None or me.holds(unit_id, Role.COMMUNE_LEADER):
        return label("Act.send")
    goes_first = matters.has_signer(db.session, unit_id, switches(), clock.today())
    return label("act.send_to_leader" if goes_first else "Act.send")


def _remark(found: Dossier | None) -> str:
    """What the leader wrote when the draft last came back."""
    for event in found.events if found else ():
        if event.kind == "draft_returned":
            return str(event.payload.get("remark") or "")
    return ""


def made_by(me: Actor, key: str) -> str:
    """The draft that this form made before. Raises NotFound."""
    row = db.session.get(IdempotencyKey, (me.account_id, "issues.create", key))
    if row is None:
        raise NotFound
    return row.result_url.rsplit("/", 1)[1]


def what_became_of(me: Actor, draft_key: str) -> Issue:
    """The issue that a draft has become. Raises NotFound."""
    issue = queries.find_draft(db.session, me, draft_key)
    if issue is None:
        raise NotFound
    return issue
