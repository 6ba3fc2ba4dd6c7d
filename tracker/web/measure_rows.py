"""Measures in a list, drawn once a day and version: the same one stands in many lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import Flask, current_app
from markupsafe import Markup

from tracker.db import db
from tracker.queries.bills import bills_by_id
from tracker.queries.committees import all_committee_names
from tracker.web.caching import Recent, current_version, remembered

_MOST = 10_000  # entries kept, of less than a kilobyte each


def register(app: Flask) -> None:
    app.extensions["drawn"] = Recent(_MOST)


def committee_names() -> dict[str, str]:
    """Display names of all committees, asked for once a version."""
    return remembered(current_version(), "committee names", lambda: all_committee_names(db.session))


def draw(ids: Sequence[int], today: date, *, with_congress: bool) -> list[Markup]:
    """List entries of those measures, in the given order; only what was not drawn before is asked for."""
    drawn: Recent[tuple[str, date, bool, int], Markup] = current_app.extensions["drawn"]
    shared = (current_version(), today, with_congress)
    found = {item_id: drawn.get((*shared, item_id)) for item_id in ids}
    missing = [item_id for item_id, entry in found.items() if entry is None]
    if missing:
        entry_of = macro("components/measures.html", "measure")
        for item_id, bill in bills_by_id(db.session, missing, today, committee_names()).items():
            found[item_id] = entry = entry_of(bill, with_congress)
            drawn.put((*shared, item_id), entry)
    return [entry for entry in found.values() if entry is not None]


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a component, to be drawn outside a page."""
    found: Callable[..., Markup] = getattr(current_app.jinja_env.get_template(template).module, name)
    return found
