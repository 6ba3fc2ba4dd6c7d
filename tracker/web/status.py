"""How each source is doing, and what is known to be missing."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.db import db
from tracker.queries.sources import list_sources
from tracker.web.clock import now
from tracker.web.frame import current_health, health_sentence
from tracker.web.listing import formats

blueprint = Blueprint("status", __name__)


@blueprint.get("/status")
def index() -> str:
    at = now()
    return render_template(
        "status/index.html",
        sources=list_sources(db.session, at),
        sentence=health_sentence(current_health()),
        at=at,
        formats=formats("/status", {}, "json"),
    )
