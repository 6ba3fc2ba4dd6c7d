"""The desk: editors decide about links, judge measures, and release or drop held changes. Never kept by anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_security import auth_required, current_user
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from tracker.db import db, writing
from tracker.desk import facts, held, judgements, links, logins, undo
from tracker.desk.facts import ChosenFact
from tracker.desk.links import Chosen, Result
from tracker.desk.log import Hand, deciding
from tracker.desk.rules import RefusedError, check_reason, find_target
from tracker.linking.evidence import SCOPE
from tracker.linking.targets import all_targets
from tracker.models import DecisionKind, FactKind, LinkState, Verdict
from tracker.provisions.facts import AmountKind, Condition, Deadline, Duty, Fact, Figure
from tracker.provisions.sides import condition_words
from tracker.provisions.words import rule_words, who_words
from tracker.queries.desk import (
    KINDS,
    DecisionRow,
    count_held,
    count_waiting,
    deciders,
    last_decided,
    list_decisions,
    list_held,
    list_waiting,
    read_desk_item,
    read_queue_filter,
)
from tracker.queries.desk_facts import page_of, read_fact_filter, waiting_facts
from tracker.queries.links import JUDGED_KINDS
from tracker.queries.paging import Place
from tracker.sentences import name_of_key
from tracker.subscriptions.operating import Counts, read_counts
from tracker.web.clock import today
from tracker.web.formatting import capital, counted
from tracker.web.listing import address, chosen, neighbours
from tracker.web.login import (
    LINK_DAYS,
    PATH,
    SHORTEST_PASSWORD,
    WeakPasswordError,
    password_hash,
    read_link,
)

blueprint = Blueprint("desk", __name__, url_prefix=PATH)

QUEUE = 25
LINKED_KINDS = ("country", "region", "programme", "authority", "recommendation", "promise", "scope")
_OPEN_TO_ALL = frozenset({"desk.password", "desk.set_password"})
_MOST_AT_ONCE = 200
_MOST_TOLD = 5


@blueprint.before_request
def admit() -> Any:
    """Only who logged in with a password, and only by a session of their own."""
    return None if request.endpoint in _OPEN_TO_ALL else _only_editors()


_only_editors: Callable[[], Any] = auth_required("session")(lambda: None)


@blueprint.errorhandler(OperationalError)
def busy(error: OperationalError) -> tuple[str, int]:
    """Somebody else writes for longer than we wait: mostly a collection of a whole Congress."""
    db.session.rollback()
    current_app.logger.warning("desk could not write", exc_info=error)
    sentence = "A collection is being stored, and nothing can be decided meanwhile. Try again in a minute."
    return render_template("errors/message.html", title="The desk is busy", code=503, sentence=sentence), 503


# --- pages ------------------------------------------------------------------------------------------


@blueprint.get("")
def index() -> str:
    which = read_queue_filter(request.args)
    parameters = chosen("kind", "country")
    place = Place(request.args.get("after") or None, request.args.get("before") or None, QUEUE)
    counts = count_waiting(db.session)
    page = list_waiting(db.session, which, place)
    return render_template(
        "desk/index.html",
        page=page,
        mail=_mail_counts(),
        sentence=_queue_sentence(sum(counts.values()), count_held(db.session)),
        last=last_decided(db.session, current_user.name),
        here=address(PATH, chosen("kind", "country", "after", "before")),
        fields=_queue_fields(parameters, counts),
        reset=PATH if parameters else "",
        targets=_targets(*LINKED_KINDS),
        **neighbours(PATH, parameters, page),
    )


def _mail_counts() -> Counts:
    """Subscriptions in figures, for the foot of the desk."""
    with db.engine.connect() as connection:
        return read_counts(connection)


@blueprint.get("/items/<key>")
def item(key: str) -> str:
    found = read_desk_item(db.session, key)
    if found is None:
        abort(404)
    scope = next((link for link in found.links if link.target.key == SCOPE), None)
    return render_template(
        "desk/item.html",
        item=found,
        scope=scope,
        scope_key=SCOPE,
        links=[link for link in found.links if link is not scope],
        here=f"{PATH}/items/{key}",
        targets=_targets(*(kind for kind in LINKED_KINDS if kind != "scope")),
        judged=_targets(*JUDGED_KINDS),
    )


@blueprint.get("/find")
def find() -> Response:
    """To an item's page by any spelling of its key."""
    key = request.args.get("key", "").strip().lower()
    return redirect(f"{PATH}/items/{key if ':' in key else f'bill:{key}'}")


@blueprint.get("/held")
def held_changes() -> str:
    return render_template("desk/held.html", waiting=list_held(db.session))


@blueprint.get("/facts")
def facts_page() -> str:
    """Facts read out of texts that the rules are not sure of."""
    which = read_fact_filter(request.args)
    parameters = chosen("kind", "bill")
    place = Place(request.args.get("after") or None, request.args.get("before") or None, QUEUE)
    found = waiting_facts(db.session, which)
    page = page_of(found, place)
    return render_template(
        "desk/facts.html",
        page=page,
        last=last_decided(db.session, current_user.name),
        here=address(f"{PATH}/facts", chosen("kind", "bill", "after", "before")),
        fields=[
            {"name": "kind", "label": "What", "kind": "select", "value": parameters.get("kind", ""),
             "options": [("", "Anything"), *((kind.value, words) for kind, words in FACT_KINDS.items())]},
            {"name": "bill", "label": "In a text of", "kind": "text", "value": parameters.get("bill", "")},
        ],
        reset=f"{PATH}/facts" if parameters else "",
        says=fact_words,
        kinds=FACT_KINDS,
        duties=[duty.value for duty in Duty],
        amounts=[kind.value for kind in AmountKind],
        **neighbours(f"{PATH}/facts", parameters, page),
    )  # fmt: skip


@blueprint.get("/log")
def log() -> str:
    by = request.args.get("by", "").strip() or None
    page = list_decisions(
        db.session, Place(request.args.get("after") or None, request.args.get("before") or None), by
    )
    names = [("", "Anybody"), *((name, name) for name in deciders(db.session))]
    parameters = chosen("by")
    return render_template(
        "desk/log.html",
        page=page,
        by=by,
        here=address(f"{PATH}/log", chosen("by", "after", "before")),
        fields=[{"name": "by", "label": "Decided by", "kind": "select", "options": names, "value": by or ""}],
        reset=f"{PATH}/log" if by else "",
        **neighbours(f"{PATH}/log", parameters, page),
    )


# --- deciding ---------------------------------------------------------------------------------------


@blueprint.post("/links")
def decide() -> Response:
    """Confirm or reject the links that were chosen, one or many."""
    state = _choice("decision", {"confirm": LinkState.CONFIRMED, "reject": LinkState.REJECTED})
    wanted = [_chosen(text) for text in request.form.getlist("link")][:_MOST_AT_ONCE]
    with _telling(), deciding(db.engine) as connection:
        if not wanted:
            raise RefusedError("Choose at least one link.")
        _tell(links.decide(connection, _hand(), state, wanted, _reason()))
    return _back()


@blueprint.post("/links/correct")
def correct() -> Response:
    """Reject a link and put the right one in its place."""
    wanted = _chosen(request.form.get("link", ""))
    with _telling(), deciding(db.engine) as connection:
        target = find_target(request.form.get("target", ""), _names(), LINKED_KINDS)
        _tell(links.correct(connection, _hand(), wanted, target, _reason()))
    return _back()


@blueprint.post("/items/<key>/links")
def add(key: str) -> Response:
    """Say that an item is about something that the rules missed; of the scope also that it is not."""
    state = _choice("decision", {"confirm": LinkState.CONFIRMED, "reject": LinkState.REJECTED})
    with _telling(), deciding(db.engine) as connection:
        target = find_target(request.form.get("target", ""), _names(), LINKED_KINDS)
        _tell(Result([links.add(connection, _hand(), key, target, _reason(), state)], []))
    return _back()


@blueprint.post("/items/<key>/judgements")
def judge(key: str) -> Response:
    verdict = _choice("verdict", {verdict.value: verdict for verdict in Verdict})
    with _telling(), deciding(db.engine) as connection:
        target = find_target(request.form.get("target", ""), _names(), JUDGED_KINDS)
        reason = _reason(required=True)
        _tell(Result([judgements.judge(connection, _hand(), key, target, verdict, reason, today())], []))
    return _back()


@blueprint.post("/judgements/withdraw")
def withdraw() -> Response:
    with _telling(), deciding(db.engine) as connection:
        _tell(Result([judgements.withdraw(connection, _hand(), _number("judgement"), _reason())], []))
    return _back()


@blueprint.post("/facts")
def decide_facts() -> Response:
    """Confirm or reject facts that were read out of texts, one or many."""
    state = _choice("decision", {"confirm": LinkState.CONFIRMED, "reject": LinkState.REJECTED})
    wanted = [_chosen_fact(text) for text in request.form.getlist("fact")][:_MOST_AT_ONCE]
    with _telling(), deciding(db.engine) as connection:
        if not wanted:
            raise RefusedError("Choose at least one fact.")
        _tell(facts.decide(connection, _hand(), state, wanted, _reason()))
    return _back()


@blueprint.post("/facts/correct")
def correct_fact() -> Response:
    """Put a fact right and confirm it."""
    wanted = _chosen_fact(request.form.get("fact", ""))
    given = {
        name: request.form.get(name, "")
        for name in ("duty", "by", "to", "kind", "account", "percent", "dollars")
    }
    with _telling(), deciding(db.engine) as connection:
        _tell(facts.correct(connection, _hand(), wanted, given, _reason()))
    return _back()


@blueprint.post("/held")
def decide_held() -> Response:
    """Release or drop a collection's held changes."""
    kinds: dict[str, Callable[[Connection, Hand, int, int, str], int]] = {
        "release": held.release, "drop": held.drop,
    }  # fmt: skip
    act = _choice("decision", kinds)
    with _telling(), deciding(db.engine) as connection:
        _tell(Result([act(connection, _hand(), _number("collection"), _number("seen"), _reason())], []))
    return _back()


@blueprint.post("/undo")
def take_back() -> Response:
    """Undo decisions: what stood before stands again."""
    numbers = [int(text) for text in request.form.getlist("decision") if re.fullmatch("[0-9]{1,9}", text)]
    with _telling(), deciding(db.engine) as connection:
        result = undo.undo(connection, _hand(), numbers[:_MOST_AT_ONCE])
        _tell(result, "Undone" if len(result.made) == 1 else f"{len(result.made)} decisions undone")
    return _back()


# --- setting a password -----------------------------------------------------------------------------


@blueprint.get("/password/<token>")
def password(token: str) -> tuple[str, int]:
    """The form behind a link from the operator. No login: the link is the proof."""
    return _password_page(token)


@blueprint.post("/password/<token>")
def set_password(token: str) -> Any:
    word = read_link(token)
    first, second = request.form.get("password", ""), request.form.get("again", "")
    if word is None:
        return _password_page(token)
    if first != second:
        return _password_page(token, "The two are not the same.")
    try:
        hashed = password_hash(first)
    except WeakPasswordError as error:
        return _password_page(token, str(error))
    with writing(db.engine) as connection:
        is_set = logins.set_password(connection, word, hashed)
    if not is_set:
        return _password_page(token)
    flash("Your password is set. Log in with it.", "done")
    return redirect(f"{PATH}/login")


def _password_page(token: str, problem: str = "") -> tuple[str, int]:
    word = read_link(token)
    with db.engine.connect() as connection:
        editor = logins.holder(connection, word) if word else None
    page = render_template(
        "desk/password.html", editor=editor, problem=problem, days=LINK_DAYS, shortest=SHORTEST_PASSWORD
    )
    return page, 404 if editor is None else 400 if problem else 200


# --- reading forms ----------------------------------------------------------------------------------


def _hand() -> Hand:
    return Hand(current_user.name, datetime.now(UTC))


def _choice(name: str, choices: Mapping[str, Any]) -> Any:
    value = request.form.get(name, "")
    if value not in choices:
        abort(400)
    return choices[value]


def _chosen(text: str) -> Chosen:
    """`ID:MARK`, as the pages write it."""
    found = re.fullmatch("([0-9]{1,9}):([0-9a-f]{16})", text)
    if found is None:
        abort(400)
    return Chosen(int(found[1]), found[2])


def _chosen_fact(text: str) -> ChosenFact:
    """`KIND:TEXT:POSITION:NUMBER:MARK`, as the pages write it."""
    found = re.fullmatch(
        f"({'|'.join(FactKind)}):([0-9]{{1,9}}):([0-9]{{1,6}}):([0-9]{{1,6}}):([0-9a-f]{{16}})", text
    )
    if found is None:
        abort(400)
    return ChosenFact(FactKind(found[1]), int(found[2]), int(found[3]), int(found[4]), found[5])


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not re.fullmatch("[0-9]{1,9}", text):
        abort(400)
    return int(text)


def _reason(*, required: bool = False) -> str:
    return check_reason(request.form.get("reason", ""), required=required)


def _names() -> dict[str, str]:
    return {key: target.name for key, target in all_targets().items()}


def _targets(*kinds: str) -> list[tuple[str, str]]:
    """Targets to choose from, by name."""
    found = [(target.key, target.name) for target in all_targets().values() if target.kind in kinds]
    return sorted(found, key=lambda pair: (pair[1].casefold(), pair[0]))


# --- telling ----------------------------------------------------------------------------------------


@contextmanager
def _telling() -> Iterator[None]:
    """A refusal ends the transaction, and is told on the page that the editor comes back to."""
    try:
        yield
    except RefusedError as refusal:
        flash(str(refusal), "error")


def _tell(result: Result, done: str = "") -> None:
    if result.made and done:
        flash(f"{done}.", "done")
    for sentence in result.refused[:_MOST_TOLD]:
        flash(sentence, "error")
    if len(result.refused) > _MOST_TOLD:
        flash(f"And {len(result.refused) - _MOST_TOLD} more were left as they are.", "error")


def _back() -> Response:
    """To the page that the form was on, at the place where it stood."""
    here = request.form.get("next", "")
    place = request.form.get("place", "")
    if not re.fullmatch(r"/desk(?:[/?][\w.~:/?&=%+-]*)?", here, re.ASCII):
        here = PATH
    return redirect(f"{here}#entry-{place}" if re.fullmatch("[0-9]{1,3}", place) else here, 303)


def _queue_sentence(waiting: int, held_count: int) -> str:
    links_wait = f"{counted(waiting, 'link')} {'waits' if waiting == 1 else 'wait'} for an editor"
    if not held_count:
        return f"{links_wait[0].upper()}{links_wait[1:]}; no changes are held."
    return (
        f"{links_wait[0].upper()}{links_wait[1:]}, and {counted(held_count, 'change')} "
        f"{'is' if held_count == 1 else 'are'} held."
    )


def _queue_fields(parameters: Mapping[str, str], counts: Mapping[str, int]) -> list[dict[str, object]]:
    kinds = [("", "Any kind"), *((kind, f"{words} ({counts[kind]:,})") for kind, (words, _) in KINDS.items())]
    countries = [(key.partition(":")[2], name) for key, name in _targets("country")]
    return [
        {"name": "kind", "label": "Linked to", "kind": "select", "options": kinds,
         "value": parameters.get("kind", "")},
        {"name": "country", "label": "On a measure about", "kind": "select",
         "options": [("", "Any country"), *countries], "value": parameters.get("country", "")},
    ]  # fmt: skip


_DONE = {
    DecisionKind.CONFIRM: "confirmed {target} on {item}",
    DecisionKind.REJECT: "rejected {target} on {item}",
    DecisionKind.ADD: "added {target} to {item}",
    DecisionKind.JUDGE: "judged that {item} {verdict} “{target}”",
    DecisionKind.WITHDRAW: "withdrew that {item} {verdict} “{target}”",
    DecisionKind.RELEASE: "released {changes} of {item}",
    DecisionKind.DROP: "dropped {changes} of {item}",
    DecisionKind.CONFIRM_FACT: "confirmed the {fact} in {item}",
    DecisionKind.REJECT_FACT: "rejected the {fact} in {item}",
}
_DONE_ON_SCOPE = {
    DecisionKind.CONFIRM: "confirmed that {item} concerns security assistance",
    DecisionKind.REJECT: "held that {item} does not concern security assistance",
    DecisionKind.ADD: "held that {item} concerns security assistance",
}


FACT_KINDS = {
    FactKind.CONDITION: "Conditions",
    FactKind.DEADLINE: "Deadlines",
    FactKind.FIGURE: "Dollar figures",
}


def fact_words(fact: Fact) -> str:
    """What a fact says, as the rules read it."""
    match fact:
        case Condition():
            return capital(condition_words(fact))
        case Deadline():
            return f"{who_words(fact)}, {rule_words(fact)}"
        case Figure():
            funds = f", {', '.join(fact.funds)}" if fact.funds else ""
            return f"${fact.dollars:,}, {fact.kind}{funds}"
        case _:
            return ""


def _fact_name(subject: str) -> str:
    """What the log calls a fact: "deadline f-7041-c-30-days"."""
    return " ".join(subject.split("/", 3)[2:]) if subject.startswith("fact:") else ""


@blueprint.app_template_filter()
def decision_words(row: DecisionRow) -> str:
    """What an editor did, without who: "rejected Egypt on H.R. 983"."""
    where = row.item_name.replace("collection:", "collection ")
    if row.subject.startswith("fact:"):
        where = name_of_key(row.subject.removeprefix("fact:").partition("/")[0])
    phrases = {**_DONE, **_DONE_ON_SCOPE} if row.target and row.target.key == SCOPE else _DONE
    done = phrases[row.of].format(
        target=row.target.name if row.target else "", item=where, verdict=row.verdict or "",
        changes=counted(row.count, "held change"), fact=_fact_name(row.subject),
    )  # fmt: skip
    return f"took back “{done}”" if row.kind is DecisionKind.UNDO else done
