"""The application: settings, database, wiring, error pages; nothing else."""

from flask import Flask

from tracker.config import Settings, load_settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Raises SettingError; touches neither the database nor the network."""
    from tracker import wiring
    from tracker.accounts.login import load_actor
    from tracker.web import access, afterwards, boundary, http, i18n, pages, request_log, static, templates
    from tracker.web.addresses import KeepingAddresses

    settings = settings or load_settings()
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = KeepingAddresses(__name__, instance_path=str(settings.instance))
    app.jinja_environment = templates.Templates
    app.extensions["settings"] = settings
    key, *former_keys = settings.secret_keys()
    app.config.update(
        SECRET_KEY=key, SECRET_KEY_FALLBACKS=former_keys or None, SQLALCHEMY_RECORD_QUERIES=False
    )
    request_log.init_app(app)
    http.init_app(app, settings)
    _prepare_database(app, settings)
    i18n.init_app(app)
    pages.init_app(app)
    boundary.init_app(app)
    access.init_app(app, load_actor)
    wiring.wire(app)
    static.init_app(app)
    afterwards.init_app(app)
    http.wrap(app, settings)
    return app


def _prepare_database(app: Flask, settings: Settings) -> None:
    from tracker.db import db, prepare_engine

    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options: dict[str, object] = {"hide_parameters": True}  # the log must not repeat what people typed
    if settings.database_url.startswith("postgresql"):
        options |= {
            "pool_size": 5,
            "max_overflow": 5,
            "pool_timeout": 5,
            "pool_pre_ping": True,
            "connect_args": {
                "connect_timeout": 5,
                "options": f"-c lock_timeout={settings.busy_timeout_ms}",
            },
        }
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, busy_timeout_ms=settings.busy_timeout_ms)
