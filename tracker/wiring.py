"""The one place that joins the packages: blueprints, main pages, what the frame of every page shows.

Owns: the list. Must not hold a rule.
"""

from flask import Flask

from tracker.accounts import (
    login,
    views_audit,
    views_confirm,
    views_links,
    views_oidc,
    views_own_second_factor,
    views_people,
    views_people_import,  # noqa: F401 - its routes
    views_second_factor,
)
from tracker.accounts import views as accounts
from tracker.accounts.succession import load_of as count_grants
from tracker.accounts.succession import pass_grants_on
from tracker.accounts.views_deputies import blueprint as deputy_pages
from tracker.accounts.views_groups import blueprint as group_pages
from tracker.audit.service import when_recorded
from tracker.directory import views_admin, views_ends, views_switches, views_terms, views_units  # noqa: F401 - their routes
from tracker.directory.load import count_load_by
from tracker.directory.pages import switches
from tracker.directory.service import when_unit_ends
from tracker.directory.views import blueprint as directory_pages
from tracker.home import views as home
from tracker.imports import views as imports
from tracker.imports import views_sheets  # noqa: F401 - its routes
from tracker.issues import directive_todo, todo
from tracker.issues import views as issues
from tracker.issues.succession import load_of as count_issues
from tracker.issues.succession import pass_issues_on
from tracker.notifications import security, views_dead_letters, views_preferences  # noqa: F401 - their routes
from tracker.notifications import views as notices
from tracker.reports import views as reports
from tracker.upkeep import views as upkeep
from tracker.web import health, violations
from tracker.web.pages import add_admin, add_nav

_MAIN_PAGES = (
    *home.MAIN_PAGES,
    *issues.MAIN_PAGES,
    *reports.MAIN_PAGES,
    *notices.MAIN_PAGES,
    *views_admin.MAIN_PAGES,
    *views_audit.MAIN_PAGES,
)


def import_models() -> None:
    """Know every table (`Base.metadata`), without an application."""
    import tracker.accounts.models
    import tracker.accounts.models_people
    import tracker.accounts.models_sign_in
    import tracker.attachments.models
    import tracker.audit.models
    import tracker.deadlines.models
    import tracker.directory.models
    import tracker.imports.models
    import tracker.index.models
    import tracker.issues.models
    import tracker.issues.models_directives
    import tracker.issues.models_escalation
    import tracker.issues.models_interim
    import tracker.issues.models_lists
    import tracker.issues.models_opinions
    import tracker.issues.models_referrals
    import tracker.issues.models_stages
    import tracker.notifications.models
    import tracker.outbox.models
    import tracker.outbox.models_sms
    import tracker.web.models  # noqa: F401


def wire(app: Flask) -> None:
    """Register everything."""
    import_models()
    login.init_app(app)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(deputy_pages)
    app.register_blueprint(views_second_factor.blueprint)
    app.register_blueprint(views_own_second_factor.blueprint)
    views_confirm.init_app(app)
    app.register_blueprint(views_confirm.blueprint)
    views_oidc.init_app(app)
    app.register_blueprint(views_oidc.blueprint)
    _wire_directory(app)
    app.register_blueprint(issues.blueprint)
    app.register_blueprint(imports.blueprint)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(notices.blueprint)
    add_admin(app, views_dead_letters.ADMIN_PAGE)
    when_recorded(security.tell)
    app.register_blueprint(home.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(violations.blueprint)
    app.register_blueprint(upkeep.blueprint)
    home.add_provider(app, directive_todo.groups)
    home.add_provider(app, todo.groups)
    home.add_warnings(app, upkeep.home_warnings)
    for entry in _MAIN_PAGES:
        add_nav(app, entry)
    app.context_processor(_frame)


def _wire_directory(app: Flask) -> None:
    """The pages of units, and what their end means for roles and issues: roles first, for somebody must answer."""
    app.register_blueprint(directory_pages)
    app.register_blueprint(group_pages)
    app.register_blueprint(views_people.blueprint)
    app.register_blueprint(views_links.blueprint)
    app.register_blueprint(views_audit.blueprint)
    for entry in (
        *views_people.ADMIN_PAGES,
        *views_admin.ADMIN_PAGES,
        *views_audit.ADMIN_PAGES,
        *issues.calendar.ADMIN_PAGES,
        *issues.ladder.ADMIN_PAGES,
        *upkeep.ADMIN_PAGES,
    ):
        add_admin(app, entry)
    when_unit_ends(pass_grants_on)
    when_unit_ends(pass_issues_on)
    count_load_by(count_issues)
    count_load_by(count_grants)


def _frame() -> dict[str, object]:
    found = switches()
    return {"is_demo": found.is_demo, "province_name": found.province_name}
