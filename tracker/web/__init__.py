"""The pages: one blueprint a family, and what they share. A view reads the request, asks one question, renders."""

from __future__ import annotations

from flask import Flask

from scrapers.registry import all_sources
from tracker.config import Settings
from tracker.linking.linker import packaged_linker
from tracker.queries.country_names import all_countries
from tracker.web import (
    about,
    accounts,
    appropriations,
    arms_sales,
    assistance,
    audit_recommendations,
    bills,
    caching,
    calendar,
    changes,
    countries,
    deadlines,
    desk,
    errors,
    evidence,
    follows,
    formatting,
    frame,
    home,
    legislators,
    login,
    mails,
    manage,
    measure_rows,
    metrics,
    recommendations,
    reports,
    search,
    security,
    static,
    status,
    texts,
    votes,
)

FAMILIES = (
    home,
    bills,
    votes,
    countries,
    assistance,
    appropriations,
    accounts,
    arms_sales,
    reports,
    audit_recommendations,
    deadlines,
    calendar,
    texts,
    recommendations,
    legislators,
    changes,
    search,
    status,
    about,
    follows,
    manage,
    mails,
    desk,
    metrics,
)


def register(app: Flask) -> None:
    """Add every page to the application."""
    settings: Settings = app.extensions["settings"]
    leave_out_async_teardown(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formatting.register(app)
    evidence.register(app)
    frame.register(app)
    security.register(app, settings)
    static.register(app)
    caching.register(app, frame.health_mark)
    measure_rows.register(app)
    errors.register(app)
    login.register(app, settings)
    for family in FAMILIES:
        app.register_blueprint(family.blueprint)


def make_ready() -> None:
    """Read what every page needs before the first reader asks: content, vocabulary, sources, the program's version."""
    packaged_linker()
    all_countries()
    all_sources()
    caching.build_version()


def leave_out_async_teardown(app: Flask) -> None:
    """Have no event loop started at the end of every request to close async sessions, which we never open.

    With asgiref installed that is a new thread a request, and costs more than most pages do.
    """
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if close.__name__ != "_close_async_sessions"
    ]
