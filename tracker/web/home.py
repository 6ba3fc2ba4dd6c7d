"""The front page: what changed lately, and where to start."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.db import db
from tracker.queries.home import Front, congress_figures, read_front
from tracker.sentences import written_date
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.deadlines import due_next, overdue_count
from tracker.web.formatting import capital, counted, instant_words, washington_day
from tracker.web.freshness import bills_as_of

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    front = read_front(db.session, today=today())
    return render_template(
        "home/index.html",
        front=front,
        front_sentence=front_sentence(front),
        as_of=bills_as_of(),
        due=due_next(),
        overdue=overdue_count(),
        congresses=remembered(current_version(), "figures", lambda: congress_figures(db.session)),
    )


def front_sentence(front: Front) -> str:
    """What happened, in one sentence: how many measures changed, or that nothing did and since when."""
    if front.changed:
        oldest = written_date(washington_day(front.changed[-1].seen_at))
        measures = counted(len(front.changed), "measure")
        if front.has_more:
            return f"The {measures} that changed last, the newest on top."
        return f"{capital(measures)} changed since {oldest}."
    if front.following_since is None:
        return "Nothing has been collected yet."
    return f"Nothing has changed since we began to follow, on {instant_words(front.following_since)}."
