"""Roll calls: the list, one with who voted how, and how the members of a state voted whom the address names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from scrapers.records import Chamber
from scrapers.roll_calls import RollCallKey
from tracker.db import db
from tracker.linking.targets import all_targets, target_of
from tracker.queries.bills import BillDetail, BillRow, Scope, Vote, bills_by_id
from tracker.queries.people import person_names
from tracker.queries.roll_calls import (
    Cast,
    OnMeasure,
    VoteFilter,
    VoteRow,
    held_congresses_of_votes,
    key_named,
    list_votes,
    page_of,
    read_unheld,
    read_vote,
    read_vote_filter,
    vote_name,
    votes_of_bill,
)
from tracker.sentences import measure_name, ordinal
from tracker.states import HOMES, Choice, read_choice
from tracker.votes.decisions import party_noun
from tracker.votes.words import majority_words, position_words
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, chamber_name, counted, state_name, tidy
from tracker.web.freshness import known_on
from tracker.web.listing import address, chosen, formats, neighbours, read_place
from tracker.web.measure_rows import committee_names

blueprint = Blueprint("votes", __name__)

PATH = "/votes"
PARAMETERS = ("chamber", "congress", "bill", "country", "member", "scope")
SOURCES = ("house_votes", "senate_votes")
STATES = [(home.code, home.name) for home in HOMES.values()]


@blueprint.get(PATH)
def index() -> str:
    which = read_vote_filter(request.args)
    parameters = chosen(*PARAMETERS)
    page = list_votes(db.session, which, read_place(request.args))
    member = person_names(db.session, [which.member]).get(which.member) if which.member else None
    return render_template(
        "votes/index.html",
        page=page,
        member=member,
        position_words=position_words,
        majority_words=majority_words,
        sentence=list_sentence(page.total, which, member),
        fields=_fields(parameters),
        is_narrowed=bool(parameters),
        as_of=as_of(),
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    named = key_named(key)
    if named is None:
        raise NotFound
    if str(named) != key:
        return redirect(f"{PATH}/{named}", 301)
    detail = read_vote(db.session, key)
    if detail is None:
        return _unheld(named)
    choice = read_choice(request.args)
    by_name = request.args.get("by") == "name"
    mine = own_members(by_state(detail.casts), choice, detail.vote.chamber)
    return render_template(
        "votes/show.html",
        detail=detail,
        vote=detail.vote,
        members=member_rows(detail.casts if by_name else by_state(detail.casts), mine.casts),
        by_name=by_name,
        choice=choice,
        mine=mine,
        states=STATES,
        district_choices=_district_choices(detail.casts, choice, detail.vote.chamber),
        bills=_measures(detail.vote.measures),
        ordered=lambda by: address(f"{PATH}/{key}", {**_chosen(choice), **({"by": by} if by else {})}),
        party_noun=party_noun,
        position_words=position_words,
        majority_words=majority_words,
        home_of=home_of,
        formats=formats(f"{PATH}/{key}", {}, "json", "csv"),
    )


def _unheld(key: RollCallKey) -> Response | str:
    """What is known of a roll call that was not read, or that it is not known at all; the chamber's page either way."""
    found = read_unheld(db.session, key)
    page = render_template(
        "votes/unheld.html",
        name=vote_name(key),
        key=key,
        official=page_of(key),
        measures=_measures(found.measures) if found else [],
        unknown=[one for one in found.measures if not one.is_held] if found else [],
        is_named=found is not None,
        as_of=as_of(),
    )
    return page if found else Response(page, status=404, mimetype="text/html")


def _measures(measures: Sequence[OnMeasure]) -> list[BillRow]:
    """The measures that are held, as they stand today."""
    ids = [one.item_id for one in measures if one.item_id is not None]
    return list(bills_by_id(db.session, ids, today(), committee_names()).values())


class BillVote(NamedTuple):
    """A roll call in a measure's page: what was decided, and what is held of it (None: the chamber's page alone)."""

    on: date
    sentence: str
    name: str
    official: str
    held: VoteRow | None


def votes_on_bill(detail: BillDetail) -> list[BillVote]:
    """Every roll call on a measure once, the newest first: those that are held, and others that its history names."""
    held = {vote.key: vote for vote in votes_of_bill(db.session, detail.bill.key)}
    found = [BillVote(one.on, one.sentence, _short_name(one), one.page, one) for one in held.values()]
    found.extend(
        BillVote(one.on, one.sentence, _short_name(one), one.page, None)
        for one in detail.votes
        if str(RollCallKey(one.chamber, one.congress, one.session, one.roll)) not in held
    )
    return sorted(found, key=lambda one: one.on, reverse=True)


def newer_than_history(votes: Sequence[BillVote], bill: BillRow) -> BillVote | None:
    """The newest roll call, where the measure's history ends before it: chambers publish theirs days sooner."""
    newest = votes[0] if votes else None
    return newest if newest and newest.sentence and newest.on > bill.latest_action_on else None


def _short_name(vote: VoteRow | Vote) -> str:
    return f"{chamber_name(vote.chamber)} vote {vote.roll}"


def as_of() -> str:
    """The day on which the sources of roll calls last answered, in words."""
    return known_on(*SOURCES)


# --- whose members ----------------------------------------------------------------------------------


class Own(NamedTuple):
    """The members that a reader asked for, and what must be known of those who are not there."""

    casts: tuple[Cast, ...] = ()
    note: str = ""


def own_members(casts: Sequence[Cast], choice: Choice, chamber: Chamber) -> Own:
    """How the members of the chosen state and district voted; without a district all of the state."""
    home = choice.home
    if home is None:
        return Own()
    of_state = tuple(one for one in casts if one.state == home.code)
    if not of_state:
        if chamber is Chamber.SENATE and not home.is_state:
            return Own((), f"{home.name} has no senators.")
        if not home.is_state:
            return Own(
                (), f"This vote lists nobody of {home.name}: its member of the House has no vote on this."
            )
        return Own((), f"This vote lists nobody of {home.name}.")
    if chamber is Chamber.SENATE or choice.district is None or home.is_at_large:
        return Own(of_state)
    found = tuple(one for one in of_state if one.district == choice.district)
    if found:
        return Own(found)
    open_ones = tuple(one for one in of_state if one.district is None)
    if open_ones:
        return Own(
            open_ones,
            f"The vote names no districts, and we know nobody’s as district {choice.district} of {home.name} on that "
            "day. It was vacant, or its member is one of these, of whom we do not know the district.",
        )
    return Own((), f"This vote lists nobody of district {choice.district} of {home.name}: it was vacant.")


def _district_choices(casts: Sequence[Cast], choice: Choice, chamber: Chamber) -> list[tuple[str, str]]:
    """The districts of the chosen state with who voted for each, where there is something to choose."""
    home = choice.home
    if home is None or home.is_at_large or chamber is Chamber.SENATE:
        return []
    names = {one.district: one.full_name or one.name for one in casts if one.state == home.code}
    return [
        (str(number), f"{number}: {names[number]}" if number in names else str(number))
        for number in home.districts
    ]


def _chosen(choice: Choice) -> dict[str, str]:
    """The choice as it stands in an address."""
    if choice.home is None:
        return {}
    district = (
        {} if choice.district is None or choice.home.is_at_large else {"district": str(choice.district)}
    )
    return {"state": choice.home.code, **district}


# --- the table --------------------------------------------------------------------------------------


def by_state(casts: Sequence[Cast]) -> list[Cast]:
    """By the names of states, then district, then as the publisher has them."""
    return sorted(
        casts, key=lambda one: (state_name(one.state), -1 if one.district is None else one.district)
    )


def member_rows(casts: Sequence[Cast], own: Sequence[Cast]) -> Markup:
    """The table's rows, those of `own` tinted. Drawn here, as other long tables are."""
    tinted = set(own)
    rows = []
    for one in casts:
        name = escape(tidy(one.full_name or one.name))
        if one.bioguide and one.full_name:
            name = Markup(f'<a href="/legislators/{escape(one.bioguide)}">{name}</a>')  # noqa: S704  # escaped
        cells = (capital(position_words(one.position)), home_of(one), party_noun(one.party))
        said = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        mark = ' class="current"' if one in tinted else ""
        rows.append(f'<tr{mark}><th scope="row">{name}</th>{said}</tr>')
    return Markup("\n".join(rows))  # noqa: S704  # each part is escaped above


def home_of(cast: Cast) -> str:
    """ "Ohio 3", "Vermont"."""
    if cast.state == "XX":
        return "not printed"
    return f"{state_name(cast.state)}{f' {cast.district}' if cast.district else ''}"


# --- the list ---------------------------------------------------------------------------------------


def list_sentence(total: int, which: VoteFilter, member: str | None = None) -> str:
    """How many roll calls, and which."""
    parts = [counted(total, "roll-call vote")]
    if which.chamber is not None:
        parts.append(f"of the {chamber_name(which.chamber)}")
    if which.congress is not None:
        parts.append(f"in the {ordinal(which.congress)} Congress")
    if which.member:
        parts.append(f"that {'lists' if total == 1 else 'list'} {member or which.member}")
    if which.bill:
        of = f" of the {ordinal(which.bill.congress)} Congress" if which.bill.congress else ""
        parts.append(f"on {measure_name(which.bill.type, which.bill.number)}{of}")
    elif which.scope is Scope.SECURITY_ASSISTANCE:
        parts.append("on measures that concern security assistance")
    if which.country:
        about = "on measures about" if which.bill or which.scope is Scope.ALL else "and are about"
        parts.append(f"{about} {target_of(f'country:{which.country}').name}")
    return f"{capital(' '.join(parts))}, the newest first."


def _fields(parameters: Mapping[str, str]) -> list[dict[str, object]]:
    congresses = remembered(
        current_version(), "congresses of votes", lambda: held_congresses_of_votes(db.session)
    )
    countries = sorted(
        ((target.slug, target.name) for target in all_targets().values() if target.kind == "country"),
        key=lambda choice: choice[1],
    )
    named = [(str(one), f"{ordinal(one)} Congress") for one in congresses]
    selects = (
        ("chamber", "Chamber", [("", "Either chamber"), ("house", "House"), ("senate", "Senate")]),
        ("congress", "Congress", [("", "Any Congress"), *named]),
        ("country", "Country that the measure is about", [("", "Any country"), *countries]),
        ("scope", "Scope", [("", "Security assistance"), ("all", "Everything we hold")]),
    )
    fields: list[dict[str, object]] = [
        {"name": "bill", "label": "Measure", "kind": "text", "value": parameters.get("bill", "")}
    ]
    for name, label, options in selects:
        value = parameters.get(name, "")
        fields.append({"name": name, "label": label, "kind": "select", "options": options, "value": value})
    if "member" in parameters:
        label = "Legislator’s id"
        fields.append({"name": "member", "label": label, "kind": "text", "value": parameters["member"]})
    return fields
