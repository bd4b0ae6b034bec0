"""What the form of an act finds on the desk: lists to choose from and the present values.

Owns: which list is read for which name. Must not decide who may: `issues.policy` does, and the service asks it again.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from flask import request

from tracker import clock
from tracker.db import db
from tracker.deadlines.models import WorkKind
from tracker.directory import queries as directory
from tracker.directory.pages import switches
from tracker.errors import NotFound, NotPossible
from tracker.issues import (
    answers,
    choices,
    dossier,
    opinion_rules,
    overtaken,
    referral_lists,
    referral_rules,
)
from tracker.issues.dossier import Dossier
from tracker.issues.forms.acts import ACT_FORMS
from tracker.issues.forms.fields import ActForm, Choice, Scene
from tracker.issues.models import AnswerKind, AnswerStatus, Issue
from tracker.issues.policy import Party, is_allowed, is_possible_now
from tracker.issues.policy import acts_offered as offered_by_policy
from tracker.issues.referral_rules import Addressee
from tracker.issues.standing import may_lead, parties_spoken_for
from tracker.issues.views import extension_scene, opinion_scene
from tracker.issues.views.referral_words import document_words
from tracker.issues.workflow import BY_ACT, Act, IssueState
from tracker.permissions import Actor
from tracker.web.labels import label, term

Lists = dict[str, Callable[[], Sequence[Choice]]]
_F = TypeVar("_F", bound=ActForm)


def open_issue(me: Actor, number: str, *, with_history: bool = False) -> Dossier:
    """The issue that the person asks for. Raises NotFound."""
    found = dossier.read_by_number(
        db.session, me, number, switches=switches(), today=clock.today(), with_history=with_history
    )
    if found is None:
        raise NotFound
    return found


def open_draft(me: Actor, draft_key: str) -> Dossier:
    """The draft that the person asks for. Raises NotFound."""
    found = dossier.read_by_draft_key(db.session, me, draft_key, switches=switches(), today=clock.today())
    if found is None:
        raise NotFound
    return found


def acts_offered(me: Actor, matter: Dossier) -> list[Act]:
    """The acts that the person may take now, the most likely first; recording a call comes last."""
    offered = [
        act
        for act in offered_by_policy(me, matter.matter)
        if (permission := BY_ACT[act].permission) is not None and me.has(permission)
    ]
    if Act.CONFIRM in offered and not parties_spoken_for(me, matter.matter, Act.CONFIRM):
        offered.remove(Act.CONFIRM)
        offered.append(Act.CONFIRM)
    return offered


def ask_policy(me: Actor, act: Act, matter: Dossier) -> None:
    """Refuse the form of an act as the service would refuse the act. Raises NotPossible, NotFound."""
    if not is_possible_now(act, matter.matter):
        raise NotPossible(state=matter.issue.state.value)
    if not is_allowed(me, act, matter.matter):
        if request.method != "POST":  # nothing was typed that could be lost
            raise NotFound
        seen = request.form.get("version", type=int)
        raise overtaken.refusal(db.session, me, act, matter.issue, matter.matter, seen)


def form_for(me: Actor, act: Act, matter: Dossier, *, is_quick: bool = False) -> ActForm:
    """The prepared form of an act. `is_quick`: it stands open on the issue's page."""
    return prepared(ACT_FORMS[act](), me, act, matter, is_quick=is_quick)


def prepared(form: _F, me: Actor, act: Act, matter: Dossier, *, is_quick: bool = False) -> _F:
    """The form with what it offers to choose from and the version that it was opened with."""
    if not form.is_submitted():
        form.note_seen(matter.issue)
    form.prepare(Scene(_lists(me, act, matter), _facts(me, act, matter, is_quick=is_quick)))
    return form


def _lists(me: Actor, act: Act, matter: Dossier) -> Lists:
    issue, rules = matter.issue, matter.matter

    @cache
    def candidates() -> list[choices.Candidate]:
        found = choices.people_of_group(db.session, issue, matter.today)
        return sorted(found, key=lambda person: person.proposal_rank)

    def people() -> list[Choice]:
        if not may_lead(me, rules):
            return [(me.account_id, me.display_name)]
        return [_candidate(person) for person in candidates()]

    def proposed() -> list[Choice]:
        own = [] if may_lead(me, rules) else people()
        marked = [person for person in candidates() if person.looks_after or person.knows_field]
        return own or [_candidate(person) for person in marked]

    def other_holders() -> list[Choice]:
        return [pair for pair in _holders() if pair[0] != issue.holder_id]

    return {
        **opinion_scene.lists_of(me, matter, other_holders),
        "work_kinds": lambda: [(kind.value, label(f"WorkKind.{kind.value}")) for kind in WorkKind],
        "answer_kinds": lambda: [(kind.value, label(f"AnswerKind.{kind.value}")) for kind in AnswerKind],
        **_referral_lists(issue),
        "fields": lambda: [(row.id, term(row)) for row in directory.field_terms(db.session)],
        "categories": lambda: [(row.id, term(row)) for row in directory.categories(db.session)],
        "people": people,
        "proposed_people": proposed,
        "other_people": lambda: [pair for pair in people() if pair[0] != issue.owner_id],
        "holders": _holders,
        "other_holders": other_holders,
        "spoken_parties": lambda: _named(matter, parties_spoken_for_safely(me, act, matter)),
        "present_parties": lambda: _named(matter, [each for each in rules.parties if not each.has_left]),
        "asked_communes": lambda: _named(
            matter,
            [each for each in rules.parties if each.may_reply and each.is_commune and not each.has_left],
        ),
    }


def _holders() -> list[Choice]:
    return list(directory.desks(db.session))


def _referral_lists(issue: Issue) -> Lists:
    def documents() -> list[Choice]:
        rows = referral_lists.documents_under_way(db.session, issue.holder_id)
        return [(row.id, document_words(row)) for row in rows]

    addressees = [(one.value, label(f"Addressee.{one.value}")) for one in Addressee]
    return {"referrals": documents, "addressees": lambda: addressees}


def parties_spoken_for_safely(me: Actor, act: Act, matter: Dossier) -> Sequence[Party]:
    """The parties for which the person may take the act; none for an act in nobody's name."""
    try:
        return parties_spoken_for(me, matter.matter, act)
    except KeyError:
        return ()


def _named(matter: Dossier, parties: Sequence[Party]) -> list[Choice]:
    names = {party.unit_id: party.unit.name for party in matter.issue.parties}
    return [(party.unit_id, names[party.unit_id]) for party in parties]


def _candidate(person: choices.Candidate) -> Choice:
    return (person.account_id, ", ".join(part for part in (person.name, person.position) if part))


def _facts(me: Actor, act: Act, matter: Dossier, *, is_quick: bool) -> dict[str, Any]:
    issue = matter.issue
    waiting = matter.waiting if act is Act.FOLLOW_UP else None
    default = WorkKind.URGENT if issue.is_urgent else WorkKind.ONE_DEPARTMENT
    return {
        "is_quick": is_quick,
        "is_accepted": issue.state is IssueState.ACCEPTED,
        "has_work_kind": issue.work_kind is not None,
        "work_kind": (issue.work_kind or default).value,
        "field_id": issue.field_id,
        "category_id": issue.category_id,
        "level": issue.level,
        "title": issue.title,
        "situation": issue.situation,
        "proposal": issue.proposal,
        "answer": _stored_answer(matter),
        "opinion_due_on": opinion_rules.default_due(matter.today, matter.calendar, is_urgent=issue.is_urgent),
        "decides_himself": referral_rules.decides_himself(me, matter.matter),
        "has_referral_number": waiting is not None and bool(waiting.referral.document_number),
        **extension_scene.facts_of(act, matter),
        "waits_for_session": waiting is not None and waiting.referral.addressee in referral_rules.IN_SESSION,
    }


def _stored_answer(matter: Dossier) -> dict[str, Any]:
    """The draft to go on with; after a return the returned text, so that it is put right and not typed again."""
    answer = matter.answer
    if answer is None or answer.status is AnswerStatus.SENT or matter.issue.state is not IssueState.WORKING:
        return {}
    return {
        "kind": answer.kind.value,
        "content": answer.content,
        "next_step": answer.next_step,
        "roadmap_on": answer.roadmap_on,
        "draft_version": answer.draft_version if answer.status is AnswerStatus.DRAFT else None,
        "citations": [(row.document, row.valid_until) for row in answers.citations_of(db.session, answer)],
    }
