"""The one place that joins the packages: blueprints, main pages, what the frame of every page shows.

Owns: the list. Must not hold a rule.
"""

from flask import Flask

from tracker.accounts import login
from tracker.accounts import views as accounts
from tracker.directory.pages import switches


def import_models() -> None:
    """Know every table (`Base.metadata`), without an application."""
    import tracker.accounts.models
    import tracker.attachments.models
    import tracker.audit.models
    import tracker.deadlines.models
    import tracker.directory.models
    import tracker.issues.models
    import tracker.web.models  # noqa: F401


def wire(app: Flask) -> None:
    """Register everything."""
    import_models()
    login.init_app(app)
    app.register_blueprint(accounts.blueprint)
    app.context_processor(_frame)
    app.url_build_error_handlers.append(_not_yet)


def _frame() -> dict[str, object]:
    found = switches()
    return {"is_demo": found.is_demo, "province_name": found.province_name}


def _not_yet(_error: Exception, endpoint: str, _values: object) -> str:
    """Addresses of packages that are not registered yet; goes with them."""
    if endpoint in {"home.index", "issues.index"}:
        return "/"
    raise _error
