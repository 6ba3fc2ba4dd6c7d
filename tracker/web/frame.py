"""What the frame of every page needs: navigation, the state of the sources, the page's own address."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from tracker.config import Settings
from tracker.db import db
from tracker.queries.sources import SiteHealth, site_health
from tracker.sentences import written_date
from tracker.web.caching import current_version, remembered
from tracker.web.clock import now, today
from tracker.web.formatting import counted, instant_words, listed, washington_day

NAVIGATION = (
    ("Bills", "/bills"),
    ("Votes", "/votes"),
    ("Countries", "/countries"),
    ("Recommendations", "/recommendations"),
    ("Money", "/assistance"),
    ("Appropriations", "/appropriations"),
    ("Arms sales", "/arms-sales"),
    ("Reports", "/reports"),
    ("Deadlines", "/deadlines"),
    ("Legislators", "/legislators"),
    ("Changes", "/changes"),
)
"""Where the bar leads. The foot of the page leads to the state of the sources and to what this site is."""


class Health(NamedTuple):
    """A sentence about the sources, and where it leads."""

    sentence: str
    href: str


def register(app: Flask) -> None:
    """Give the frame its values."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        path = request.path
        return {
            "navigation": [(label, href, _is_current(href, path)) for label, href in NAVIGATION],
            "health": health(),
            "canonical_url": canonical_url(path) if request.endpoint else "",
            "today": today(),
            "settings": settings(),
        }


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def canonical_url(path: str) -> str:
    """The absolute address of one of our pages; absolute addresses come from the settings alone."""
    return f"{settings().public_url}{path}"


def _is_current(href: str, path: str) -> bool:
    return path == href or path.startswith(f"{href}/")


def health() -> Health | None:
    """How the sources are doing; nothing where even that cannot be asked."""
    if g.get("is_broken"):
        return None
    try:
        return Health(health_sentence(current_health()), "/status")
    except SQLAlchemyError:
        return None


def current_health() -> SiteHealth:
    """The sources' health, asked again when what we hold changes, or an hour later."""
    at = now()
    hour = at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    return remembered(current_version(), ("health", hour), lambda: site_health(db.session, at))


def health_mark() -> str:
    """A word that changes when a source falls behind or comes back."""
    state = current_health()
    return ",".join([str(state.current), *(name for name, _, _ in state.others)])


@lru_cache(maxsize=8)
def health_sentence(state: SiteHealth) -> str:
    """One sentence: how many sources are current, and which are not."""
    total = counted(state.total, "source")
    if state.bundled_as_of:
        day = written_date(washington_day(state.bundled_as_of))
        return (
            f"These are the facts that came with the program: bills as of {day}, all else as of the day beside it. "
            "Nothing has been collected since."
        )
    if not state.others:
        sentence = f"Our {total} answered on time" if state.total > 1 else "Our source answered on time"
    else:
        silent = [name for name, _, _ in state.others]
        named = (
            listed(silent[:3]) if len(silent) <= 3 else f"{listed(silent[:2])} and {len(silent) - 2} others"
        )
        sentence = f"{state.current} of {total} answered on time, not {named}"
    return (
        f"{sentence}; last good collection {instant_words(state.last_good_at)}."
        if state.last_good_at
        else (f"{sentence}. Nothing has been collected yet.")
    )
