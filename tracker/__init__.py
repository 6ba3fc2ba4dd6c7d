"""Security Assistance Tracker: the store, the links, the pages and the mail. Assembly only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tracker.config import PROJECT, Settings
from tracker.db import db
from tracker.templating import PageTemplates


class Tracker(Flask):
    """Flask, with templates that are quick to put together and without asking of each function whether it is async."""

    jinja_environment = PageTemplates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve or to run a command."""
    settings = settings or Settings()
    app = Tracker(
        __name__, template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "tracker/static")
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=settings.signing_key,
        SQLALCHEMY_ENGINES={"default": settings.engine_url},
        MAX_CONTENT_LENGTH=1024 * 1024,
    )
    app.extensions["settings"] = settings
    db.init_app(app)

    from tracker import api, cli, web

    api.register(app)
    cli.register(app)
    web.register(app)
    with app.app_context():
        db.engine.hide_parameters = True  # addresses are among them, and errors go to the log
    return app
