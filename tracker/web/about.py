"""What this site is, how it knows, and how to report an error."""

from __future__ import annotations

from flask import Blueprint, render_template

from scrapers.registry import all_sources
from tracker.db import db
from tracker.housekeeping import DIGESTS
from tracker.queries.bills import held_congresses
from tracker.subscriptions.rules import FORGET_STOPPED_AFTER, FORGET_UNCONFIRMED_AFTER

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def index() -> str:
    return render_template(
        "about/index.html",
        sources=all_sources().values(),
        congresses=held_congresses(db.session),
        mails_kept=DIGESTS,
        unconfirmed_kept=FORGET_UNCONFIRMED_AFTER,
        stopped_kept=FORGET_STOPPED_AFTER,
    )
