"""Links out of mails: confirming, managing, unsubscribing. Looking at any of them changes nothing.

The link is the proof, so these pages are kept nowhere and tell no other page where the reader came from. The manage
page opens with a button behind its link, for half an hour, by a cookie that is sent nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from tracker import tokens
from tracker.config import Settings
from tracker.db import db, writing
from tracker.models import PausedBecause, Purpose, SubscriberState
from tracker.queries.followed import read_target, read_targets
from tracker.subscriptions import ending, managing
from tracker.subscriptions.confirming import confirm, read_confirmable
from tracker.subscriptions.files import folders_of
from tracker.subscriptions.kinds import groups_for, read_groups
from tracker.subscriptions.links import Held, close_sessions, look, open_session
from tracker.subscriptions.rules import SESSION_FOR, AskedFollow, ManageAsk
from tracker.tokens import Unsubscribes
from tracker.web.clock import now
from tracker.web.follow_forms import STAMP, Problem, Wishes, read_wishes, stamp_problem
from tracker.web.follows import busy, drawn_form, heard

blueprint = Blueprint("manage", __name__)
blueprint.register_error_handler(OperationalError, busy)

MANAGE = "/manage"
ASKED = f"{MANAGE}/asked"
COOKIE = "manage"


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """No copy is kept, and no other page is told that a reader came from here."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- confirming -------------------------------------------------------------------------------------


@blueprint.get("/confirm/<token>")
def confirmation(token: str) -> tuple[str, int]:
    """What would be confirmed, and the button."""
    return _confirm_page(token)


def _confirm_page(token: str, *problems: Problem) -> tuple[str, int]:
    with db.engine.connect() as connection:
        held, found = read_confirmable(connection, token, now())
    if found is None:
        return render_template("manage/no_link.html", held=held, what="confirm"), _STATUS[held]
    page = render_template("manage/confirm.html", found=found, token=token, form=drawn_form(problems))
    return page, 400 if problems else 200


_STATUS = {Held.OPEN: 200, Held.USED: 200, Held.EXPIRED: HTTPStatus.GONE, Held.UNKNOWN: 404}


@blueprint.post("/confirm/<token>")
def confirmed(token: str) -> Any:
    """Begin what was chosen. Who is here has proved the address, so that the manage page opens, too."""
    problem = _form_problem()
    if problem:
        return _confirm_page(token, problem)[0], 400
    chosen = request.form.getlist("follow")
    with writing(db.engine) as connection:
        done = confirm(connection, token, chosen, now())
        word = _open(connection, done.subscriber_id) if done.follows else ""
    if not done.follows:
        return _confirm_page(
            token, *([Problem("what", "Choose at least one.")] if done.held is Held.OPEN else [])
        )
    response = current_app.make_response(render_template("manage/confirmed.html", done=done))
    _set_cookie(response, word)
    return response


def _form_problem() -> Problem | None:
    """A form must have been drawn by us; how long ago matters less than for strangers."""
    problem = stamp_problem(_secret(), request.form.get(STAMP, ""), now())
    is_drawn = tokens.form_age(_secret(), request.form.get(STAMP, ""), now()) is not None
    return None if is_drawn else problem


# --- unsubscribing ----------------------------------------------------------------------------------


@blueprint.get("/u/<token>")
def unsubscribing(token: str) -> str:
    """What would end, and one button."""
    return render_template("manage/unsubscribe.html", what=_ended(token), token=token)


@blueprint.post("/u/<token>")
def unsubscribed(token: str) -> str | Response:
    """It ends at once: RFC 8058 sends no cookie and no token but the address, and takes no redirect."""
    what = _ended(token)
    with writing(db.engine) as connection:
        ending.unsubscribe(connection, what.token, now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("You are unsubscribed.\n", mimetype="text/plain")
    return render_template("manage/unsubscribed.html", what=what)


class Ended(NamedTuple):
    """What an unsubscribe link is of: one follow, by its name, or all mail. `is_over` where it has ended already."""

    token: tokens.Unsubscribe
    is_over: bool
    title: str

    @property
    def is_all(self) -> bool:
        return self.token.what is Unsubscribes.SUBSCRIBER


def _ended(token: str) -> Ended:
    found = tokens.read_unsubscribe(_secret(), token)
    if found is None:
        abort(404)
    with db.engine.connect() as connection:
        row = ending.named(connection, found)
    if found.what is Unsubscribes.SUBSCRIBER:
        return Ended(found, row is None or row.state is SubscriberState.STOPPED, "")
    target = read_target(db.session, row.target) if row is not None else None
    return Ended(found, row is None, target.title if target else row.target if row is not None else "")


# --- opening the manage page ------------------------------------------------------------------------


@blueprint.get(MANAGE)
def manage() -> str | AnyResponse:
    """The subscriber's own page; for anybody else the form that asks for its link."""
    subscriber_id = _opened()
    if subscriber_id is None:
        return _link_page()
    return _manage_page(subscriber_id)


def _link_page(*problems: Problem, address: str = "") -> str:
    return render_template("manage/ask.html", form=drawn_form(problems, address=address))


@blueprint.post(MANAGE)
def ask_link() -> Any:
    """Write down that somebody wants the link; the answer is always the same."""
    problems: list[Problem] = []
    address = heard(ManageAsk(), problems)
    return redirect(ASKED, 303) if address is None else (_link_page(*problems, address=address), 400)


@blueprint.get(ASKED)
def link_asked() -> str:
    return render_template("manage/asked.html")


@blueprint.get(f"{MANAGE}/<token>")
def manage_link(token: str) -> tuple[str, int]:
    """The button that opens the page: a program that looks into mails does not press it."""
    with db.engine.connect() as connection:
        link = look(connection, token, Purpose.MANAGE, now())
    if link.held is not Held.OPEN:
        return render_template("manage/no_link.html", held=link.held, what="manage"), _STATUS[link.held]
    return render_template("manage/open.html", token=token, form=drawn_form()), 200


@blueprint.post(f"{MANAGE}/<token>")
def open_page(token: str) -> Any:
    if _form_problem():
        abort(400)
    with writing(db.engine) as connection:
        link = look(connection, token, Purpose.MANAGE, now())
        word = _open(connection, link.subscriber_id) if link.held is Held.OPEN else ""
    if not word:
        return render_template("manage/no_link.html", held=link.held, what="manage"), _STATUS[link.held]
    response = redirect(MANAGE, 303)
    _set_cookie(response, word)
    return response


def _open(connection: Connection, subscriber_id: int) -> str:
    at = now()
    return open_session(connection, subscriber_id, at, at + SESSION_FOR)


def _set_cookie(response: AnyResponse, word: str) -> None:
    response.set_cookie(
        _cookie(),
        word,
        max_age=SESSION_FOR,
        path=MANAGE,
        secure=_is_secure(),
        httponly=True,
        samesite="Strict",
    )


def _is_secure() -> bool:
    return _settings().public_url.startswith("https:")


def _cookie() -> str:
    """Browsers take a name with this beginning from a secure page only."""
    return f"__Secure-{COOKIE}" if _is_secure() else COOKIE


def _opened() -> int | None:
    """Whose manage page is open in this browser."""
    word = request.cookies.get(_cookie(), "")
    if not word:
        return None
    with db.engine.connect() as connection:
        link = look(connection, word, Purpose.SESSION, now())
    return link.subscriber_id if link.held is Held.OPEN else None


# --- the manage page --------------------------------------------------------------------------------

_DONE = {
    "schedule": "The new times hold from the next digest on.",
    "follow": "This follow is changed.",
    "added": "That is followed from now on.",
    "known": "You follow that already, or there is no such thing.",
    "stopped": "This follow has ended. Nothing more comes of it.",
    "all": "All mail has ended.",
    "paused": "No digest for two weeks. The first one after will tell what you missed.",
    "resumed": "Mail comes again.",
    "final": "Your mail service told us that our mail was unwanted. We do not write to this address again.",
    "muted": "You hear no more of that item in this follow.",
    "unmuted": "You hear of that item again.",
}


def _manage_page(subscriber_id: int, *problems: Problem) -> str:
    with db.engine.connect() as connection:
        found = managing.read_managed(connection, subscriber_id, now())
    if found is None:
        return _link_page()
    wishes = Wishes(found.schedule, found.home_state, found.home_district, found.heartbeat)
    word = request.cookies.get(_cookie(), "")
    return render_template(
        "manage/index.html",
        found=found,
        done=_DONE.get(request.args.get("done", ""), ""),
        groups_for=groups_for,
        form_word=tokens.form_word(_secret(), word),
        may_resume=found.paused_because is not PausedBecause.COMPLAINT,
        form=drawn_form(problems, wishes),
    )


def _acting(act: Callable[[Connection, int], str]) -> AnyResponse:
    """Do it for whom the page is open to, in one transaction, and come back with a word of what was done."""
    subscriber_id = _admitted()
    with writing(db.engine) as connection:
        done = act(connection, subscriber_id)
    return redirect(f"{MANAGE}?done={done}" if done else MANAGE, 303)


def _admitted() -> int:
    """Whose open page sent this form. Nobody else's form gets any further."""
    subscriber_id = _opened()
    word = request.cookies.get(_cookie(), "")
    if subscriber_id is None or not tokens.is_form_word(_secret(), word, request.form.get("form_word", "")):
        sentence = "This page was open for too long, or the form was not ours. Ask for a new link."
        abort(Response(render_template("manage/closed.html", sentence=sentence), 400))
    return subscriber_id


@blueprint.post(f"{MANAGE}/schedule")
def set_schedule() -> Any:
    subscriber_id = _admitted()
    wishes, problems = read_wishes(request.form)
    if problems:
        return _manage_page(subscriber_id, *problems), 400
    with writing(db.engine) as connection:
        managing.set_schedule(
            connection, subscriber_id, wishes.schedule, home_state=wishes.home_state,
            home_district=wishes.home_district, heartbeat=wishes.heartbeat, now=now(),
        )  # fmt: skip
    return redirect(f"{MANAGE}?done=schedule", 303)


@blueprint.post(f"{MANAGE}/follow")
def set_follow() -> AnyResponse:
    """The kinds of one follow, and whether urgent ones come at once."""

    def act(connection: Connection, subscriber_id: int) -> str:
        offered = [group.key for group in groups_for(request.form.get("target", ""))]
        kinds = read_groups(request.form.getlist("kind"), offered)
        at_once = bool(request.form.get("at_once"))
        return (
            "follow"
            if managing.set_follow(connection, subscriber_id, _follow(), kinds, at_once=at_once)
            else ""
        )

    return _acting(act)


@blueprint.post(f"{MANAGE}/add")
def add() -> AnyResponse:
    """Follow more: what is written is a target, a bill's number, a country or words to search for."""
    written = request.form.get("target", "").strip()
    guesses = [written] if ":" in written else [f"bill:{written}", f"country:{written}", f"search:{written}"]
    targets = next((found for guess in guesses if (found := read_targets(db.session, [guess])[0])), [])

    def act(connection: Connection, subscriber_id: int) -> str:
        asked = [AskedFollow(target.target) for target in targets]
        return "added" if managing.begin_follows(connection, subscriber_id, asked, now()) else "known"

    return _acting(act)


@blueprint.post(f"{MANAGE}/stop")
def stop() -> AnyResponse:
    return _acting(
        lambda connection, who: "stopped" if ending.stop_follow(connection, who, _follow()) else ""
    )


@blueprint.post(f"{MANAGE}/stop-all")
def stop_all() -> AnyResponse:
    def act(connection: Connection, subscriber_id: int) -> str:
        ending.stop_all(connection, subscriber_id, now())
        return "all"

    return _acting(act)


@blueprint.post(f"{MANAGE}/pause")
def pause() -> AnyResponse:
    def act(connection: Connection, subscriber_id: int) -> str:
        managing.pause(connection, subscriber_id, now())
        return "paused"

    return _acting(act)


@blueprint.post(f"{MANAGE}/resume")
def resume() -> AnyResponse:
    return _acting(lambda connection, who: "resumed" if managing.resume(connection, who, now()) else "final")


@blueprint.post(f"{MANAGE}/mute")
def mute() -> AnyResponse:
    return _acting(
        lambda connection, who: "muted" if managing.mute(connection, who, _follow(), _item()) else ""
    )


@blueprint.post(f"{MANAGE}/unmute")
def unmute() -> AnyResponse:
    return _acting(
        lambda connection, who: "unmuted" if managing.unmute(connection, who, _follow(), _item()) else ""
    )


@blueprint.post(f"{MANAGE}/export")
def export() -> Response:
    """All that we hold of the reader, as a file."""
    subscriber_id = _admitted()
    with db.engine.connect() as connection:
        found = managing.export(connection, subscriber_id, now())
    response = Response(msgspec.json.encode(found), mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=subscription.json"
    return response


@blueprint.post(f"{MANAGE}/erase")
def erase() -> str:
    """Gone, all of it; and if so wished, nobody can ever have us write to the address again."""
    subscriber_id = _admitted()
    if not request.form.get("sure"):
        abort(400)
    never_again = bool(request.form.get("never_again"))
    folders = folders_of(current_app.extensions["settings"])
    ending.erase_for_good(db.engine, subscriber_id, now(), never_again=never_again, folders=folders)
    return render_template("manage/erased.html", never_again=never_again)


@blueprint.post(f"{MANAGE}/close")
def close() -> AnyResponse:
    subscriber_id = _admitted()
    with writing(db.engine) as connection:
        close_sessions(connection, subscriber_id)
    response = redirect(MANAGE, 303)
    response.delete_cookie(_cookie(), path=MANAGE, secure=_is_secure(), httponly=True, samesite="Strict")
    return response


def _follow() -> str:
    return request.form.get("follow", "")[:40]


def _item() -> str:
    return request.form.get("item", "")[:80]


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _secret() -> str:
    return _settings().signing_key
