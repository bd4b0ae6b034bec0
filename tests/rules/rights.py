"""The declared expectation of rights: what each endpoint asks for and what each role may, said a second time.

Owns: the two tables that `test_rights` holds against the program. A new endpoint or a changed right is written here as
well, on purpose: one slip of the hand is then seen by a test. Must not import the program's own map.
"""

from dataclasses import dataclass

from tracker.permissions import Permission, Role

P, R = Permission, Role
PUBLIC = None
GET, POST, BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})


@dataclass(frozen=True)
class Gate:
    """What an endpoint is expected to be. `permission` None: open to everybody."""

    rule: str
    methods: frozenset[str]
    permission: Permission | None


WITHOUT_TOKEN = {"violations.take"}
"""Where a browser writes by itself; such an endpoint changes nothing."""

ENDPOINTS: dict[str, Gate] = {
    "static": Gate("/static/<path:filename>", GET, PUBLIC),
    "violations.take": Gate("/csp-report", POST, PUBLIC),
    "health.check": Gate("/healthz", GET, PUBLIC),
    "accounts.sign_in": Gate("/sign-in", BOTH, PUBLIC),
    "accounts.sign_in_as_sample": Gate("/sign-in/demo", POST, PUBLIC),
    "accounts.sign_out": Gate("/sign-out", POST, PUBLIC),
    "second_factor.ask": Gate("/sign-in/code", BOTH, PUBLIC),
    "second_factor.enrol": Gate("/sign-in/second-factor", BOTH, PUBLIC),
    "oidc.leave": Gate("/sign-in/oidc", POST, PUBLIC),
    "oidc.come_back": Gate("/sign-in/oidc/return", GET, PUBLIC),
    "own_second_factor.show": Gate("/profile/second-factor", GET, P.OWN_PROFILE),
    "own_second_factor.begin": Gate("/profile/second-factor/begin", POST, P.OWN_PROFILE),
    "own_second_factor.enrol": Gate("/profile/second-factor/enrol", BOTH, P.OWN_PROFILE),
    "own_second_factor.renew": Gate("/profile/second-factor/codes", POST, P.OWN_PROFILE),
    "own_second_factor.turn_off": Gate("/profile/second-factor/off", POST, P.OWN_PROFILE),
    "own_second_factor.remove": Gate("/people/<int:account_id>/second-factor/remove", BOTH, P.ADMINISTER),
    "accounts.profile": Gate("/profile", GET, P.OWN_PROFILE),
    "accounts.change_password": Gate("/profile/password", POST, P.OWN_PROFILE),
    "accounts.change_language": Gate("/profile/language", POST, P.OWN_PROFILE),
    "accounts.end_session": Gate("/profile/sessions/end", POST, P.OWN_PROFILE),
    "accounts.end_other_sessions": Gate("/profile/sessions/end-others", POST, P.OWN_PROFILE),
    "deputies.index": Gate("/profile/deputies", BOTH, P.OWN_PROFILE),
    "deputies.end": Gate("/profile/deputies/end", POST, P.OWN_PROFILE),
    "home.index": Gate("/", GET, P.OWN_PROFILE),
    "notices.inbox": Gate("/inbox", GET, P.OWN_PROFILE),
    "notices.open_notice": Gate("/inbox/<int:notice_id>/open", POST, P.OWN_PROFILE),
    "notices.mark_read": Gate("/inbox/read", POST, P.OWN_PROFILE),
    "notices.preferences": Gate("/inbox/preferences", BOTH, P.OWN_PROFILE),
    "notices.undelivered": Gate("/admin/mail", GET, P.ADMINISTER),
    "notices.try_again": Gate("/admin/mail/<int:mail_id>/again", POST, P.ADMINISTER),
    "notices.let_go": Gate("/admin/mail/<int:mail_id>/let-go", POST, P.ADMINISTER),
    "notices.preference_by_link": Gate("/notices/preferences/<token>", BOTH, PUBLIC),
    "reports.leaders": Gate("/leaders", GET, P.SEE_FIGURES),
    "issues.index": Gate("/issues", GET, P.SEE_ISSUES),
    "issues.export_xlsx": Gate("/issues/export.xlsx", GET, P.SEE_ISSUES),
    "issues.export_csv": Gate("/issues/export.csv", GET, P.SEE_ISSUES),
    "issues.many": Gate("/issues/bulk", BOTH, P.WORK_ON_ISSUE),
    "issues.many_done": Gate("/issues/bulk/done", GET, P.WORK_ON_ISSUE),
    "issues.saved_lists": Gate("/issues/lists", GET, P.SEE_ISSUES),
    "issues.save_list": Gate("/issues/lists", POST, P.SEE_ISSUES),
    "issues.change_list": Gate("/issues/lists/<int:list_id>", POST, P.SEE_ISSUES),
    "issues.choose_columns": Gate("/issues/lists/columns", POST, P.SEE_ISSUES),
    "issues.directives_list": Gate("/directives", GET, P.SEE_ISSUES),
    "issues.new_directive": Gate("/directives/new", BOTH, P.DIRECT),
    "issues.directive_act": Gate("/directives/<int:target_id>/<act>", BOTH, P.SEE_ISSUES),
    "issues.recorded_word": Gate("/directives/recorded/<int:directive_id>", BOTH, P.SEE_ISSUES),
    "issues.recorded_act_word": Gate("/recorded/<int:recording_id>", BOTH, P.SEE_ISSUES),
    "issues.record_for_leader": Gate("/issues/<number>/record", BOTH, P.DIRECT),
    "issues.new": Gate("/issues/new", GET, P.FILE_ISSUE),
    "issues.create": Gate("/issues/new", POST, P.FILE_ISSUE),
    "issues.show": Gate("/issues/<number>", GET, P.SEE_ISSUES),
    "issues.history": Gate("/issues/<number>/history", GET, P.SEE_ISSUES),
    "issues.print_issue": Gate("/issues/<number>/print", GET, P.SEE_ISSUES),
    "issues.word": Gate("/issues/<number>/word", GET, P.SEE_ISSUES),
    "issues.why": Gate("/issues/<number>/why", GET, P.SEE_ISSUES),
    "issues.file": Gate("/issues/<number>/files/<int:file_id>", GET, P.SEE_ISSUES),
    "issues.answer": Gate("/issues/<number>/answer", POST, P.WORK_ON_ISSUE),
    "issues.draft": Gate("/drafts/<draft_key>", GET, P.SEE_ISSUES),
    "issues.save": Gate("/drafts/<draft_key>", POST, P.FILE_ISSUE),
    "issues.discard": Gate("/drafts/<draft_key>/discard", POST, P.FILE_ISSUE),
    "issues.draft_file": Gate("/drafts/<draft_key>/files/<int:file_id>", GET, P.SEE_ISSUES),
    "issues.send": Gate("/drafts/<draft_key>/send", BOTH, P.FILE_ISSUE),
    "issues.sign": Gate("/drafts/<draft_key>/sign", BOTH, P.SIGN_OFF),
    "issues.return_draft": Gate("/drafts/<draft_key>/return_draft", BOTH, P.SIGN_OFF),
    "issues.accept": Gate("/issues/<number>/accept", BOTH, P.LEAD_GROUP),
    "issues.assign": Gate("/issues/<number>/assign", BOTH, P.WORK_ON_ISSUE),
    "issues.reassign": Gate("/issues/<number>/reassign", BOTH, P.LEAD_GROUP),
    "issues.transfer": Gate("/issues/<number>/transfer", BOTH, P.LEAD_GROUP),
    "issues.route": Gate("/issues/<number>/route", BOTH, P.COORDINATE),
    "issues.ask_info": Gate("/issues/<number>/ask_info", BOTH, P.WORK_ON_ISSUE),
    "issues.give_info": Gate("/issues/<number>/give_info", BOTH, P.SPEAK_FOR_PARTY),
    "issues.resume": Gate("/issues/<number>/resume", BOTH, P.WORK_ON_ISSUE),
    "issues.ask_extension": Gate("/issues/<number>/ask_extension", BOTH, P.WORK_ON_ISSUE),
    "issues.extend": Gate("/issues/<number>/extend", BOTH, P.LEAD_GROUP),
    "issues.ask_opinion": Gate("/issues/<number>/ask_opinion", BOTH, P.WORK_ON_ISSUE),
    "issues.give_opinion": Gate("/issues/<number>/give_opinion", BOTH, P.WORK_ON_ISSUE),
    "issues.assign_opinion": Gate("/issues/<number>/assign_opinion", BOTH, P.LEAD_GROUP),
    "issues.cancel_opinion": Gate("/issues/<number>/cancel_opinion", BOTH, P.WORK_ON_ISSUE),
    "issues.refuse_extension": Gate("/issues/<number>/refuse_extension", BOTH, P.LEAD_GROUP),
    "issues.refer": Gate("/issues/<number>/refer", BOTH, P.LEAD_GROUP),
    "issues.reply_in": Gate("/issues/<number>/reply_in", BOTH, P.WORK_ON_ISSUE),
    "issues.recall": Gate("/issues/<number>/recall", BOTH, P.LEAD_GROUP),
    "issues.follow_up": Gate("/issues/<number>/follow_up", BOTH, P.WORK_ON_ISSUE),
    "issues.keep": Gate("/issues/<number>/keep", BOTH, P.WORK_ON_ISSUE),
    "issues.close_uninformed": Gate("/issues/<number>/close_uninformed", BOTH, P.LEAD_GROUP),
    "issues.withdraw": Gate("/issues/<number>/withdraw", BOTH, P.SPEAK_FOR_PARTY),
    "issues.correct": Gate("/issues/<number>/correct", BOTH, P.SPEAK_FOR_PARTY),
    "issues.add_info": Gate("/issues/<number>/add_info", BOTH, P.SPEAK_FOR_PARTY),
    "issues.set_number": Gate("/issues/<number>/set_number", BOTH, P.WORK_ON_ISSUE),
    "issues.close_error": Gate("/issues/<number>/close_error", BOTH, P.COORDINATE),
    "issues.news": Gate("/issues/<number>/news", BOTH, P.WORK_ON_ISSUE),
    "issues.interim": Gate("/issues/<number>/interim", BOTH, P.WORK_ON_ISSUE),
    "issues.submit_answer": Gate("/issues/<number>/submit_answer", BOTH, P.WORK_ON_ISSUE),
    "issues.take_back": Gate("/issues/<number>/take_back", BOTH, P.WORK_ON_ISSUE),
    "issues.return_answer": Gate("/issues/<number>/return_answer", BOTH, P.APPROVE_ANSWER),
    "issues.approve": Gate("/issues/<number>/approve", BOTH, P.APPROVE_ANSWER),
    "issues.send_document": Gate("/issues/<number>/send_document", BOTH, P.WORK_ON_ISSUE),
    "issues.confirm": Gate("/issues/<number>/confirm", BOTH, P.SPEAK_FOR_PARTY),
    "issues.clarify": Gate("/issues/<number>/clarify", BOTH, P.SPEAK_FOR_PARTY),
    "issues.dispute": Gate("/issues/<number>/dispute", BOTH, P.SPEAK_FOR_PARTY),
    "issues.reopen": Gate("/issues/<number>/reopen", BOTH, P.SPEAK_FOR_PARTY),
    "people.index": Gate("/people", GET, P.ADMINISTER),
    "people.new": Gate("/people/new", BOTH, P.ADMINISTER),
    "people.bring": Gate("/people/import", BOTH, P.ADMINISTER),
    "people.template": Gate("/people/import/template.xlsx", GET, P.ADMINISTER),
    "people.show": Gate("/people/<int:account_id>", BOTH, P.ADMINISTER),
    "people.give_role": Gate("/people/<int:account_id>/roles", BOTH, P.ADMINISTER),
    "people.end_role": Gate("/people/<int:account_id>/roles/<int:grant_id>/end", BOTH, P.ADMINISTER),
    "people.move": Gate("/people/<int:account_id>/move", BOTH, P.ADMINISTER),
    "people.disable": Gate("/people/<int:account_id>/disable", BOTH, P.ADMINISTER),
    "people.enable": Gate("/people/<int:account_id>/enable", POST, P.ADMINISTER),
    "people.end_sessions": Gate("/people/<int:account_id>/sessions/end", POST, P.ADMINISTER),
    "people.link": Gate("/people/<int:account_id>/link", POST, P.ADMINISTER),
    "password_links.use": Gate("/password/<token>", BOTH, PUBLIC),
    "audit.index": Gate("/audit", GET, P.SEE_AUDIT),
    "upkeep.show_jobs": Gate("/jobs", GET, P.ADMINISTER),
    "upkeep.run_job": Gate("/jobs/<name>/run", POST, P.ADMINISTER),
    "imports.paste": Gate("/imports/paste", BOTH, P.WORK_ON_ISSUE),
    "imports.files": Gate("/imports/files", BOTH, P.WORK_ON_ISSUE),
    "imports.template": Gate("/imports/template.xlsx", GET, P.WORK_ON_ISSUE),
    "imports.show": Gate("/imports/<key>", GET, P.WORK_ON_ISSUE),
    "imports.save_rows": Gate("/imports/<key>/rows", POST, P.WORK_ON_ISSUE),
    "imports.choose_encoding": Gate("/imports/<key>/encoding", POST, P.WORK_ON_ISSUE),
    "imports.file": Gate("/imports/<key>/file", POST, P.WORK_ON_ISSUE),
    "imports.cancel": Gate("/imports/<key>/cancel", POST, P.WORK_ON_ISSUE),
    "imports.report": Gate("/imports/<key>/report.csv", GET, P.WORK_ON_ISSUE),
    "directory.admin": Gate("/admin", GET, P.ADMINISTER),
    "directory.units_list": Gate("/units", GET, P.ADMINISTER),
    "directory.unit": Gate("/units/<int:unit_id>", GET, P.ADMINISTER),
    "directory.change_unit": Gate("/units/<int:unit_id>", POST, P.ADMINISTER),
    "directory.rename_unit": Gate("/units/<int:unit_id>/rename", BOTH, P.ADMINISTER),
    "directory.end_unit": Gate("/units/<int:unit_id>/end", BOTH, P.ADMINISTER),
    "directory.merge_unit": Gate("/units/<int:unit_id>/merge", BOTH, P.ADMINISTER),
    "directory.split_unit": Gate("/units/<int:unit_id>/split", BOTH, P.ADMINISTER),
    "directory.fields": Gate("/fields", GET, P.ADMINISTER),
    "directory.new_field": Gate("/fields/new", BOTH, P.ADMINISTER),
    "directory.field": Gate("/fields/<int:term_id>", BOTH, P.ADMINISTER),
    "directory.categories": Gate("/categories", GET, P.ADMINISTER),
    "directory.new_category": Gate("/categories/new", BOTH, P.ADMINISTER),
    "directory.category": Gate("/categories/<int:term_id>", BOTH, P.ADMINISTER),
    "directory.routes": Gate("/routing", GET, P.ADMINISTER),
    "directory.routes_of_field": Gate("/routing/<int:field_id>", BOTH, P.ADMINISTER),
    "directory.switches": Gate("/switches", BOTH, P.ADMINISTER),
    "groups.index": Gate("/groups", GET, P.ADMINISTER),
    "groups.show": Gate("/groups/<int:unit_id>", BOTH, P.ADMINISTER),
    "groups.member": Gate("/groups/<int:unit_id>/members/<int:account_id>", BOTH, P.ADMINISTER),
    "groups.charges": Gate("/charges", BOTH, P.ADMINISTER),
    "issues.calendar": Gate("/calendar", GET, P.ADMINISTER),
    "issues.calendar_day": Gate("/calendar/day", BOTH, P.ADMINISTER),
    "issues.calendar_proposal": Gate("/calendar/proposal", POST, P.ADMINISTER),
    "issues.calendar_confirm": Gate("/calendar/confirm", POST, P.ADMINISTER),
    "issues.calendar_import": Gate("/calendar/import", BOTH, P.ADMINISTER),
    "issues.calendar_save": Gate("/calendar/save", POST, P.ADMINISTER),
    "issues.calendar_file": Gate("/calendar/<int:year>.<any(csv, ics):kind>", GET, P.ADMINISTER),
    "issues.targets": Gate("/targets", BOTH, P.ADMINISTER),
    "issues.targets_of_field": Gate("/targets/<int:field_id>", BOTH, P.ADMINISTER),
}

_COMMUNE = {P.OWN_PROFILE, P.SEE_ISSUES, P.FILE_ISSUE, P.SPEAK_FOR_PARTY, P.SIGN_OFF}
_DESK = {P.OWN_PROFILE, P.SEE_ISSUES, P.FILE_ISSUE, P.SPEAK_FOR_PARTY, P.WORK_ON_ISSUE, P.SEE_FIGURES}
_ABOVE = {P.OWN_PROFILE, P.SEE_ISSUES, P.SEE_ALL_ISSUES, P.SEE_FIGURES}

ROLES: dict[Role, set[Permission]] = {
    R.COMMUNE_OFFICER: _COMMUNE,
    R.COMMUNE_LEADER: _COMMUNE,
    R.GROUP_MEMBER: _DESK,
    R.GROUP_LEAD: _DESK | {P.LEAD_GROUP, P.APPROVE_ANSWER},
    R.DEPARTMENT_LEADER: _DESK | {P.LEAD_GROUP, P.APPROVE_ANSWER, P.DIRECT},
    R.COORDINATOR: _DESK | {P.LEAD_GROUP, P.APPROVE_ANSWER, P.COORDINATE, P.DIRECT, P.SEE_ALL_ISSUES},
    R.PROVINCIAL_LEADER: _ABOVE | {P.DIRECT},
    R.LEADER_ASSISTANT: _ABOVE | {P.DIRECT},
    R.ADMINISTRATOR: {P.OWN_PROFILE, P.ADMINISTER, P.SEE_AUDIT},
    R.AUDITOR: _ABOVE | {P.SEE_AUDIT},
}


def may_pass(role: Role, gate: Gate) -> bool:
    """Whether the role is expected to get beyond the gate."""
    return gate.permission is None or gate.permission in ROLES[role]
