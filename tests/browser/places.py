"""Every page of the application with somebody who may open it, found in the demonstration province.

The list of pages is the route map: a new page is found by itself, or the test that asks for its place fails.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.browser.site import Site
from tracker import clock, create_app
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account, Grant
from tracker.config import load_settings
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.directory.models import Field
from tracker.directory.switches import read_switches
from tracker.imports.models import ImportBatch
from tracker.issues import matters, recording
from tracker.issues.matter import Matter
from tracker.issues.models import Issue
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget, Recording
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.policy import acts_offered
from tracker.issues.workflow import BY_ACT, IssueState
from tracker.permissions import Actor, Role

NO_PAGES = {
    "static",
    "issues.file",
    "issues.draft_file",
    "issues.export_xlsx",
    "issues.export_csv",
    "issues.word",
    "imports.template",
    "imports.report",
    "people.template",
    "issues.calendar_file",
    "health.check",
}
"""What a GET answers with bytes or a bare word."""
HALF_WAY = {
    "second_factor.ask",
    "second_factor.enrol",
    "own_second_factor.enrol",
    "own_second_factor.remove",
    "oidc.come_back",
    "directory.cancel_end",
    "notices.preference_by_link",
    "password_links.use",
}
"""What is seen only in the middle of signing in, of setting up a second factor, or before a unit ends.

`test_second_factor` and `test_planned_ends` go there.
"""
FACES = (Role.COMMUNE_OFFICER, Role.GROUP_LEAD, Role.PROVINCIAL_LEADER, Role.ADMINISTRATOR)
"""Whose frames and forms differ; the home page differs for everybody."""
FURTHER = {
    "issues.directives_list": ["?of=all", "?of=owed"],
    "issues.commitments_list": ["?state=woken"],
    "issues.index": [
        "?open=any",
        "?late=late",
        "?open=any&q=khong-co-gi-nhu-vay",
        "?q=UBND+xã",
        "?q=ong+dinh",
        "?urgent=1&commune=Phố+Hiến",
    ],
}
"""Other faces of a page: queries."""

ROWS = {
    "unit_id": select(Grant.unit_id).where(Grant.role == Role.GROUP_MEMBER).order_by(Grant.id),
    "account_id": select(Grant.account_id).where(Grant.role == Role.GROUP_MEMBER).order_by(Grant.id),
    "grant_id": select(Grant.id).where(Grant.role == Role.GROUP_MEMBER).order_by(Grant.id),
    "field_id": select(Field.id).order_by(Field.id),
    "term_id": select(Field.id).order_by(Field.id),
}
"""The rows by which the administrator's pages are shown: a group, its member, a field."""


@dataclass(frozen=True)
class Place:
    """A page and the login of one who may open it; None: nobody signed in."""

    url: str
    login: str | None


def page_endpoints() -> list[str]:
    """The endpoints that answer a GET with a page, from the route map."""
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(load_settings({"TRACKER_INSTANCE": instance}))
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(found - NO_PAGES - HALF_WAY)


def places_of(site: Site, endpoint: str) -> list[Place]:
    """Where the page can be seen. Raises AssertionError where the demonstration has no such page."""
    with site.app.test_request_context():
        rules = [rule for rule in site.app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())]
    names = rules[0].arguments
    if not names:
        found = list(_plain(site, rules[0].rule, endpoint))
    elif names <= set(ROWS):
        found = [Place(_of_row(site, rules[0].rule), site.logins(Role.ADMINISTRATOR)[0])]
    elif names == {"recording_id"}:
        found = _of_recordings(site.app, rules[0].rule)
    elif names == {"key"}:
        found = _of_sheets(site.app, rules[0].rule)
    elif names == {"referral_id"}:
        found = _of_referrals(site.app, rules[0].rule)
    elif names & {"target_id", "directive_id"}:
        found = _of_directives(site.app)[endpoint]
    else:
        assert names <= {"number", "draft_key", "act"}, f"say here who opens {rules[0].rule}"
        found = _of_issues(site.app).get(endpoint, [])
    assert found, f"nobody in the demonstration province can open {endpoint}"
    return found


def _plain(site: Site, address: str, endpoint: str) -> Iterator[Place]:
    """A page without a key, as different people see it; the sign-in page signed out."""
    if endpoint.endswith(".sign_in"):
        yield Place(address, None)
        return
    logins = [site.logins(role)[0] for role in (Role if endpoint == "home.index" else FACES)]
    seeing = [login for login in logins if _opens(site, login, address)]
    if not seeing:  # a page of one role that is none of the faces
        others = [site.logins(role)[0] for role in Role]
        seeing = [login for login in others if _opens(site, login, address)][:1]
    yield from (Place(address, login) for login in seeing)
    yield from (Place(address + query, login) for query in FURTHER.get(endpoint, []) for login in seeing[-1:])


def _of_row(site: Site, rule: str) -> str:
    """The address of the administrator's page of the first row."""
    with site.app.app_context():
        for name, rows in ROWS.items():
            rule = rule.replace(f"<int:{name}>", str(db.session.scalar(rows.limit(1))))
    return rule


def _opens(site: Site, login: str, address: str) -> bool:
    client = site.app.test_client()
    cookie = site.cookie(login)
    client.set_cookie(cookie["name"], cookie["value"])
    return client.get(address).status_code == 200


@cache
def _of_issues(app: Flask) -> dict[str, list[Place]]:
    """The pages of issues: one in each state, one for each act, the explanation and the history of one."""
    found: dict[str, list[Place]] = {}
    faces: set[tuple[str, str]] = set()
    with app.test_request_context():
        people = _people()
        everywhere = next(login for login, actor in people if Role.AUDITOR in actor.roles)
        asked = select(Issue).options(joinedload(Issue.parties)).order_by(Issue.event_count.desc(), Issue.id)
        for issue in db.session.scalars(asked).unique():
            base = f"/issues/{issue.number}" if issue.number else f"/drafts/{issue.draft_key}"
            page = "issues.show" if issue.number else "issues.draft"
            for login, act in _acts(issue, people):
                found.setdefault(f"issues.{act}", [Place(f"{base}/{act}", login)])
                if (page, issue.state) not in faces:
                    faces.add((page, issue.state))
                    found.setdefault(page, []).append(Place(base, login))
            if issue.number:
                found.setdefault("issues.why", [Place(f"{base}/why", everywhere)])
                for login, act in _assistants(issue, people):
                    found.setdefault("issues.record_for_leader", [Place(f"{base}/record", login)])
                    found.setdefault("issues.record_act_for_leader", [Place(f"{base}/record/{act}", login)])
                if issue.level:
                    found.setdefault("issues.levels", [Place(f"{base}/levels", everywhere)])
                found.setdefault("issues.print_issue", [Place(f"{base}/print", everywhere)])
                found.setdefault("issues.history", [Place(f"{base}/history?before=6", everywhere)])
    return found


def _of_recordings(app: Flask, rule: str) -> list[Place]:
    """What was recorded for a leader, as he gives his word."""
    rows = select(Recording.id, Account.login).join(Account, Account.id == Recording.leader_id)
    with app.app_context():
        found = db.session.execute(rows.where(Recording.awaits_word.is_(True))).all()
    return [Place(rule.replace("<int:recording_id>", str(key)), login) for key, login in found]


def _of_sheets(app: Flask, rule: str) -> list[Place]:
    """A sheet that was filed, and one with rows to correct."""
    rows = select(ImportBatch.key, Account.login).join(Account, Account.id == ImportBatch.account_id)
    with app.app_context():
        found = db.session.execute(rows.order_by(ImportBatch.id)).all()
    return [Place(rule.replace("<key>", key), login) for key, login in found]


def _of_directives(app: Flask) -> dict[str, list[Place]]:
    """What a leader does with a report, and with what was recorded for him."""
    rows = (
        select(DirectiveTarget.id, Directive.id, DirectiveTarget.state, Directive.awaits_word, Account.login)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .join(Account, Account.id == Directive.given_by_id)
    )
    found: dict[str, list[Place]] = {"issues.directive_act": [], "issues.recorded_word": []}
    with app.app_context():
        for target_id, directive_id, state, awaits_word, login in db.session.execute(rows):
            if state is DirectiveState.REPORTED:
                found["issues.directive_act"].append(Place(f"/directives/{target_id}/send_back", login))
            if awaits_word:
                found["issues.recorded_word"].append(Place(f"/directives/recorded/{directive_id}", login))
    return found


def _of_referrals(app: Flask, rule: str) -> list[Place]:
    """A document that carries several issues, as an owner of one sees it."""
    rows = (
        select(Referral.id, Account.login)
        .join(ReferralIssue, ReferralIssue.referral_id == Referral.id)
        .join(Issue, Issue.id == ReferralIssue.issue_id)
        .join(Account, Account.id == Issue.owner_id)
        .where(ReferralIssue.ended_at.is_(None))
        .order_by(Referral.open_count.desc(), Referral.id)
    )
    with app.app_context():
        found = db.session.execute(rows).first()
    return [Place(rule.replace("<int:referral_id>", str(found[0])), found[1])] if found else []


def _people() -> list[tuple[str, Actor]]:
    today = clock.today()
    accounts = db.session.scalars(select(Account).where(Account.id.in_(select(Grant.account_id))))
    return [(account.login, actor_of(db.session, account, today)) for account in accounts]


def _assistants(issue: Issue, people: list[tuple[str, Actor]]) -> Iterator[tuple[str, str]]:
    """Who may record now for a leader that the answer goes out or back, and an act about time beside it."""
    if issue.state is IssueState.TO_APPROVE:
        matter = _matter(issue)
        for login, actor in people:
            acts = recording.recordable(db.session, actor, matter)
            if set(recording.ABOUT_ANSWER) & set(acts):
                yield login, next(act.value for act in recording.ABOUT_TIME if act in acts)


def _matter(issue: Issue) -> Matter:
    return matters.matter_of(
        db.session,
        issue,
        parties=matters.parties_of(db.session, issue),
        answer=matters.newest_answer(db.session, issue),
        switches=read_switches(db.session),
        calendar=load_calendar(db.session),
        today=clock.today(),
    )


def _acts(issue: Issue, people: list[tuple[str, Actor]]) -> Iterator[tuple[str, str]]:
    matter = _matter(issue)
    for login, actor in people:
        for act in acts_offered(actor, matter):
            permission = BY_ACT[act].permission
            if permission is not None and actor.has(permission):
                yield login, act.value
