"""The words of an act's button, which depend on who presses it and where the matter stands.

Owns: choosing among the glossary's words. Must not decide who may.
"""

from tracker.issues.dossier import Dossier
from tracker.issues.standing import may_lead, parties_spoken_for
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Actor, Permission, Role
from tracker.web.i18n import gettext as _
from tracker.web.labels import label


def words(act: Act, me: Actor, matter: Dossier) -> str:
    """The words of the button."""
    rules = matter.matter
    if act is Act.ASSIGN and not may_lead(me, rules):
        return label("act.take_to_myself")
    if act is Act.ASSIGN and rules.state is IssueState.SUBMITTED:
        return label("act.accept_and_assign")
    if act is Act.CONFIRM and not parties_spoken_for(me, rules, act):
        return _("Ghi nhận đồng ý qua điện thoại")
    if act is Act.SEND and rules.raiser_has_signer and not me.holds(rules.raised_by_id, Role.COMMUNE_LEADER):
        return label("act.send_to_leader")
    if act is Act.RETURN_DRAFT and me.account_id == rules.filed_by_id:
        return label("act.take_back_draft")
    if act is Act.ESCALATE and not me.has(Permission.WORK_ON_ISSUE):
        return label("act.escalate_by_commune")
    return label(f"Act.{act.value}")
