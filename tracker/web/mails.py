"""A mail's own page: the words as they were sent, and what it left out. Its name cannot be guessed.

The name is that of the words, not of a reader: everybody who got the same mail has the same page, and a reader's own
links are not in it.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, make_response, render_template

from scrapers.times import EASTERN
from tracker.db import db
from tracker.digests.bodies import Kept, read_body
from tracker.digests.choose import ACT_BY, Section, rest_of, rest_of_dues
from tracker.digests.message import Links, personal
from tracker.digests.reading import Facts, target_names
from tracker.web.clock import today
from tracker.wording import counted

blueprint = Blueprint("mails", __name__)

_PATH = "/mail/<string(length=64):key>"
MANAGE = "/manage"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
"""A mail has its styles in its tags, as mail programs want them, and nothing else."""


@blueprint.get(_PATH)
def copy(key: str) -> Response:
    found = read_body(db.session, key)
    if found is None:
        abort(404)
    words = personal(found[0], Links(MANAGE))
    response = _private(words.html)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get(f"{_PATH}/rest/<section>")
def rest(key: str, section: str) -> Response:
    found = read_body(db.session, key)
    if found is None:
        abort(404)
    words, kept, made_at = found
    left = _left_out(kept, section, made_at.astimezone(EASTERN).date())
    if left is None:
        abort(404)
    return _private(
        render_template(
            "mails/rest.html",
            section=left,
            sentence=f"{counted(lines_in(left), 'more')} that the mail “{words.subject}” had no room for.",
            copy=f"/mail/{key}",
            made_at=made_at,
            names=target_names(db.session, {target for block in left.blocks for target in block.reasons}),
        )
    )


def _left_out(kept: Kept, section: str, day: date) -> Section | None:
    """What a mail of that day in Washington had no room for."""
    if section == ACT_BY:
        return rest_of_dues(Facts(day).selection(db.session, kept.picked), day)
    return rest_of(Facts(today()).selection(db.session, kept.picked, kept.home), section, kept.most)


def lines_in(section: Section) -> int:
    """How many things are told in a section."""
    return sum(len(block.lines) for block in section.blocks)


def _private(html: str) -> Response:
    """Kept by nobody, found by no search engine, and its address given to no other site."""
    response = make_response(html)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
