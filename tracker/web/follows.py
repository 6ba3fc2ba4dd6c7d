"""Following without an account: what the service is, what a follow will bring, and asking for it by e-mail.

Whoever an address belongs to, asking costs the same work and gets the same answer: nothing here looks who subscribes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from tracker import tokens
from tracker.config import Settings
from tracker.db import db, writing
from tracker.linking.linker import packaged_content
from tracker.queries.country_names import all_countries
from tracker.queries.followed import Followed, read_target, read_targets, read_volume
from tracker.queries.recommendations import all_measured
from tracker.queries.sources import list_sources
from tracker.subscriptions.kinds import GROUPS
from tracker.subscriptions.outlook import read_outlook
from tracker.subscriptions.requests import note
from tracker.subscriptions.rules import Ask, FollowAsk
from tracker.web.caching import current_version, remembered
from tracker.web.clock import now, today
from tracker.web.follow_forms import (
    ADDRESS_PROBLEM,
    STAMP,
    USUAL,
    Form,
    Problem,
    Wishes,
    asked_follows,
    is_trapped,
    offered_groups,
    read_address,
    read_wishes,
    stamp_problem,
)
from tracker.web.login import reader_address
from tracker.web.network import network_of

blueprint = Blueprint("follows", __name__)

SUBSCRIBE, FOLLOW = "/subscribe", "/follow"
ASKED = f"{FOLLOW}/asked"


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """A form is drawn for one reader at one time."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(OperationalError)
def busy(error: OperationalError) -> tuple[str, int]:
    """Somebody else writes for longer than we wait: mostly a collection of a whole Congress."""
    db.session.rollback()
    current_app.logger.warning("an ask could not be written", exc_info=error)
    sentence = "We could not write down what you asked for. Try again in a minute."
    return render_template("errors/message.html", title="We are busy", code=503, sentence=sentence), 503


# --- pages ------------------------------------------------------------------------------------------


@blueprint.get(SUBSCRIBE)
def subscribe() -> str:
    return _subscribe_page()


def _subscribe_page(problems: Sequence[Problem] = (), wishes: Wishes = USUAL, address: str = "") -> str:
    picked = request.form.getlist("target") if problems else []
    return render_template(
        "follows/subscribe.html",
        picks=remembered(current_version(), ("picks", today()), _picks),
        countries=[(country.target, country.name) for country in all_countries().values()],
        picked=picked,
        form=drawn_form(problems, wishes, address),
    )


@blueprint.get(FOLLOW)
def follow() -> str | Response | tuple[str, int]:
    """What some targets will bring, and the form to ask for it."""
    wanted = _wanted_targets(request.args)
    if not wanted:
        return redirect(SUBSCRIBE)
    targets, unknown = read_targets(db.session, wanted)
    if not targets:
        return _unknown(unknown), 404
    return _follow_page(targets, unknown)


def _follow_page(
    targets: Sequence[Followed],
    unknown: Sequence[str] = (),
    problems: Sequence[Problem] = (),
    wishes: Wishes = USUAL,
    address: str = "",
) -> str:
    ticked = request.form.getlist("kind") if problems else [group.key for group in GROUPS]
    asked = asked_follows(targets, ticked, at_once=wishes.at_once)
    query = urlencode([("target", one.target) for one in targets])
    return render_template(
        "follows/follow.html",
        targets=targets,
        unknown=[text[:80] for text in unknown],
        outlook=read_outlook(db.session, asked, now()),
        groups=offered_groups(one.target for one in targets),
        ticked=ticked,
        feeds=[("Atom feed", f"{FOLLOW}.atom?{query}", "application/atom+xml"),
               ("JSON", f"{FOLLOW}.json?{query}", "application/json")],
        form=drawn_form(problems, wishes, address),
    )  # fmt: skip


def _unknown(texts: Sequence[str]) -> str:
    return render_template("follows/unknown.html", texts=[text[:80] for text in texts])


@blueprint.get(ASKED)
def asked() -> str:
    """The same for everybody, whoever the address belongs to."""
    return render_template("follows/asked.html")


# --- asking -----------------------------------------------------------------------------------------


@blueprint.post(FOLLOW)
def ask() -> Response | tuple[str, int]:
    """Write down that somebody wants mail to an address, and answer as always."""
    wanted = _wanted_targets(request.form)
    targets, unknown = read_targets(db.session, wanted)
    wishes, problems = read_wishes(request.form)
    if not targets:
        field = Problem("what", "Choose at least one thing to follow, or check its spelling.")
        problems = [field, *problems]
    return _heard(
        FollowAsk(
            follows=asked_follows(targets, request.form.getlist("kind"), at_once=wishes.at_once),
            zone=wishes.schedule.zone, hour=wishes.schedule.hour, frequency=wishes.schedule.frequency,
            weekday=wishes.schedule.weekday, home_state=wishes.home_state, home_district=wishes.home_district,
            heartbeat=wishes.heartbeat,
        ),
        problems,
        lambda found, address: (
            _follow_page(targets, unknown, found, wishes, address)
            if targets and "picking" not in request.form
            else _subscribe_page(found, wishes, address)
        ),
    )  # fmt: skip


def _heard(what: Ask, problems: list[Problem], again: Any) -> Response | tuple[str, int]:
    address = heard(what, problems)
    return redirect(ASKED, 303) if address is None else (again(problems, address), 400)


def heard(what: Ask, problems: list[Problem]) -> str | None:
    """Take an ask from the form that was sent: None when that is done, the address as written where it cannot be.

    What is wrong is added to `problems`. It depends on what was sent and on nothing that we hold.
    """
    settings, at = _settings(), now()
    written = request.form.get("address", "")[:320]
    address = read_address(written)
    if address is None:
        problems.append(ADDRESS_PROBLEM)
    stamp = stamp_problem(settings.signing_key, request.form.get(STAMP, ""), at)
    if stamp is not None:
        problems.append(stamp)
    if problems or address is None:
        return written
    if not is_trapped(request.form):
        with writing(db.engine) as connection:
            note(connection, settings.signing_key, address, network_of(reader_address()), what, at)
    return None


def drawn_form(problems: Sequence[Problem] = (), wishes: Wishes = USUAL, address: str = "") -> Form:
    """A form as it is drawn now."""
    return Form(tokens.form_stamp(_settings().signing_key, now()), address, wishes, tuple(problems))


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


# --- what can be chosen -----------------------------------------------------------------------------


def _wanted_targets(sent: Any) -> list[str]:
    """The targets that are named, and those that are written in words: a bill's number, words to search for."""
    wanted = [text for text in sent.getlist("target") if text.strip()]
    for name, kind in (("bill", "bill"), ("q", "search")):
        written = sent.get(name, "").strip()
        if written:
            wanted.append(f"{kind}:{written}")
    return wanted


def _picks() -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """What is offered to tick on the page of the service, by kind, each with how much it brings."""
    content = packaged_content()
    briefs = [f"country:{code}" for code in content.briefs]
    measured = [one.target for one in all_measured() if one.target.startswith("recommendation:")]
    sources = [f"source:{source.key}" for source in list_sources(db.session, now()) if source.items]
    groups = [
        ("Topics", ["topic:arms-sales", "topic:appropriations"]),
        ("What ought to be true", measured),
        ("Countries with a brief", briefs),
        ("Sources", sources),
    ]
    return [
        (name, [pick for target in targets if (pick := _pick(target))]) for name, targets in groups if targets
    ]


def _pick(target: str) -> tuple[str, str, str, str] | None:
    found = read_target(db.session, target)
    if found is None:
        return None
    volume = read_volume(db.session, [found.target], None, now())
    return found.target, found.title, found.path, volume.in_words if volume.changes else ""
