"""Bills: the list with its filters, one measure, and its leave-behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.linking.targets import all_targets, judged_target, target_of
from tracker.phrases import stage_label
from tracker.queries.bills import (
    BillDetail,
    BillFilter,
    Cosponsor,
    Movement,
    Relation,
    Scope,
    Sort,
    held_congresses,
    list_bill_ids,
    read_bill,
    read_bill_filter,
    read_sort,
)
from tracker.queries.committees import committee_choices
from tracker.queries.links import Bearing
from tracker.queries.people import person_names
from tracker.queries.spelling import Reference, read_key, read_reference
from tracker.queries.texts import countries_named, text_versions
from tracker.sentences import measure_name, ordinal, written_date
from tracker.stages import Stage
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, chamber_name, counted, listed, word_count
from tracker.web.freshness import bills_as_of, bills_known_until
from tracker.web.listing import address, chosen, formats, neighbours, read_place
from tracker.web.measure_rows import committee_names, draw, macro
from tracker.web.stage_track import steps
from tracker.web.votes import newer_than_history, votes_on_bill

blueprint = Blueprint("bills", __name__)

PATH = "/bills"
PARAMETERS = (
    "q", "congress", "chamber", "stage", "country", "about", "recommendation", "verdict", "committee",
    "sponsor", "cosponsor", "since", "scope", "sort",
)  # fmt: skip
SORTS = {
    Sort.LATEST: "Latest action",
    Sort.INTRODUCED: "Newest introduced",
    Sort.NUMBER: "Number",
    Sort.COSPONSORS: "Most cosponsors",
}


@blueprint.get(PATH)
def index() -> str:
    args = request.args.to_dict()
    which, sort = read_bill_filter(args), read_sort(args)
    parameters = chosen(*PARAMETERS)
    page = list_bill_ids(db.session, which, sort=sort, place=read_place(args))
    return render_template(
        "bills/index.html",
        page=page,
        rows=draw(page.items, today(), with_congress=which.congress is None, of=_asked_for(which)),
        sentence=filter_sentence(page.total, which),
        sort_label=SORTS[sort].lower(),
        filters=_filters(parameters),
        other_scope=_other_scope(which, parameters),
        held=f"the measures of the {listed([ordinal(one) for one in _congresses()])} Congress",
        as_of=_as_of(),
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    found = _find(key, "")
    if isinstance(found, Response):
        return found
    texts = text_versions(db.session, found.bill.key)
    return render_template(
        "bills/show.html",
        **_told(found),
        texts_read=texts,
        named=countries_named(db.session, texts[-1]) if texts else (),
        formats=formats(f"{PATH}/{key}", {}, "json", "atom", "ics"),
    )


@blueprint.get(f"{PATH}/<key>/leave-behind")
def leave_behind(key: str) -> str | Response:
    found = _find(key, "/leave-behind")
    if isinstance(found, Response):
        return found
    return render_template("bills/leave_behind.html", **_told(found))


def _told(detail: BillDetail) -> dict[str, Any]:
    """What both pages of a measure say."""
    bill = detail.bill
    summary = detail.summaries[-1] if detail.summaries else None
    ours = packaged_content().bills.get(bill.key)
    votes = votes_on_bill(detail)
    return {
        "ours": ours,
        "about": bill.about,
        "detail": detail,
        "bill": bill,
        "steps": steps(detail.standing, bill.kind, today(), detail.names),
        "long_name": measure_name(bill.type, bill.number, long=True),
        "short_titles": short_titles(detail),
        "summary": summary,
        "summary_words": word_count(summary.html) if summary and summary.html else 0,
        "movement_sentence": movement_sentence(detail.movement),
        "movement_figures": movement_figures(detail.movement),
        "companions": companions(detail),
        "votes": votes,
        "newer_vote": newer_than_history(votes, bill),
    }


def _find(key: str, ending: str) -> BillDetail | Response:
    """The measure; the way to its address where the key is spelled in another way; else a page that says no."""
    reference = read_key(key)
    if reference is None:
        spelled = read_reference(key)
        if spelled is not None and spelled.key is not None:
            return redirect(f"{PATH}/{spelled.key}{ending}", 301)
        if spelled is not None:
            return redirect(address("/search", {"q": key}), 302)
        raise NotFound
    detail = read_bill(
        db.session, key, today=today(), known_until=bills_known_until(), names=committee_names()
    )
    return detail if detail is not None else _unknown(reference)


def _unknown(reference: Reference) -> Response:
    page = render_template(
        "bills/unknown.html",
        name=measure_name(reference.type, reference.number),
        congress=reference.congress,
        congresses=_congresses(),
    )
    return Response(page, status=404, mimetype="text/html")


def _asked_for(which: BillFilter) -> tuple[str, ...]:
    """The targets of links that a list is of."""
    country = f"country:{which.country}" if which.country else None
    judged = judged_target(which.recommendation) if which.recommendation else None
    return tuple(dict.fromkeys(filter(None, (country, which.about, judged))))


def _congresses() -> tuple[int, ...]:
    return remembered(current_version(), "congresses", lambda: held_congresses(db.session))


def _as_of() -> str:
    day = bills_as_of()
    return written_date(day) if day else "before the first collection"


# --- one measure in words ---------------------------------------------------------------------------


def short_titles(detail: BillDetail) -> tuple[str, ...]:
    """Other short names of the whole measure, each once; names of its parts are left out."""
    found = dict.fromkeys(
        title.title
        for title in detail.titles
        if title.type.startswith(("Short Title", "Popular Title")) and "portion" not in title.type.lower()
    )
    found.pop(detail.bill.title, None)
    return tuple(found)[:_SHORT_TITLES_SHOWN]


_SHORT_TITLES_SHOWN = 6


def movement_figures(movement: Movement) -> str:
    """How the number moved: "+2, −1 withdrew"."""
    parts = [f"+{len(movement.joined)}"] if movement.joined else []
    if movement.withdrawn:
        parts.append(f"−{len(movement.withdrawn)} withdrew")
    return ", ".join(parts)


def movement_sentence(movement: Movement) -> str:
    """Who joined and who withdrew in the last 30 days."""
    days = (movement.until - movement.since).days
    period = f"in the {days} days to {written_date(movement.until)}"
    if not movement.joined and not movement.withdrawn:
        return f"Nobody joined or withdrew {period}."
    joined = f"{_names(movement.joined)} joined" if movement.joined else ""
    withdrawn = f"{_names(movement.withdrawn)} withdrew" if movement.withdrawn else ""
    return f"{'; '.join(filter(None, (joined, withdrawn)))} {period}."


_NAMES_SHOWN = 6


def _names(people: Sequence[Cosponsor]) -> str:
    if len(people) > _NAMES_SHOWN:
        return f"{len(people)} members"
    return listed([one.person.name for one in people])


_SAME_TEXT = frozenset({"Identical bill", "Text similarities"})


def companions(detail: BillDetail) -> tuple[Relation, ...]:
    """Related measures with the same text, or so called."""
    return tuple(
        other for other in detail.related if any(how in _SAME_TEXT for how, _ in other.relationships)
    )


# --- the list in words ------------------------------------------------------------------------------


def filter_sentence(total: int, which: BillFilter) -> str:
    """How many measures, and which: "312 measures of the 119th Congress that began in the Senate."."""
    parts = [counted(total, "measure")]
    if which.congress is not None:
        parts.append(f"of the {ordinal(which.congress)} Congress")
    if which.chamber is not None:
        parts.append(f"that began in the {chamber_name(which.chamber)}")
    if which.stages:
        parts.append(f"now {listed([stage_label(stage) for stage in which.stages], 'or')}")
    if which.committee:
        name = committee_names().get(which.committee, which.committee)
        parts.append(f"sent to the {name}")
    if which.sponsor:
        parts.append(f"sponsored by {_person(which.sponsor)}")
    if which.cosponsor:
        parts.append(f"cosponsored by {_person(which.cosponsor)}")
    if which.country:
        parts.append(f"about {target_of(f'country:{which.country}').name}")
    if which.about:
        parts.append(f"linked to {target_of(which.about).name}")
    if which.verdict and not which.recommendation:
        parts.append(f"{_EFFECTS[which.verdict]} a recommendation or promise")
    if which.since is not None:
        parts.append(f"with an official action since {written_date(which.since)}")
    if which.recommendation:
        target = target_of(judged_target(which.recommendation) or "")
        parts.append(f"{_EFFECTS[which.verdict]} “{target.name}”")
    if which.q:
        parts.append(f"with “{which.q}”")
    if which.scope is Scope.SECURITY_ASSISTANCE:
        parts.append("on security assistance")
    words = " ".join(parts)
    return f"{capital(words)}."


_EFFECTS = {
    None: "that concern",
    Bearing.ADVANCES: "that editors hold to advance",
    Bearing.WEAKENS: "that editors hold to weaken",
    Bearing.CONCERNS: "not judged yet that concern",
}


class OtherScope(NamedTuple):
    """The same list with more or fewer measures, one click away."""

    sentence: str
    label: str
    href: str


def _other_scope(which: BillFilter, parameters: Mapping[str, str]) -> OtherScope:
    if which.scope is Scope.ALL:
        rest = {name: value for name, value in parameters.items() if name != "scope"}
        return OtherScope(
            "Every measure we hold is listed.", "Only those on security assistance", address(PATH, rest)
        )
    everything = {**parameters, "scope": Scope.ALL.value}
    return OtherScope(
        "Only measures that concern security assistance are listed.",
        "All measures",
        address(PATH, everything),
    )


def _person(text: str) -> str:
    """A legislator's name for an id, else what was typed."""
    found = person_names(db.session, [text]) if text[:1].isupper() and text[1:].isdecimal() else {}
    return found.get(text, f"anyone named “{text}”")


def _filters(parameters: dict[str, str]) -> Markup:
    """The form over the list, drawn once a version: its two hundred options cost as much as the list does."""

    def draw_form() -> Markup:
        return macro("components/filters.html", "filters")(
            PATH, _fields(parameters), reset=PATH if parameters else ""
        )

    return remembered(current_version(), ("filters", *parameters.items()), draw_form)


def _countries() -> list[tuple[str, str]]:
    """Countries by name, for a select."""
    targets = (target for target in all_targets().values() if target.kind == "country")
    return sorted(((target.slug, target.name) for target in targets), key=lambda choice: choice[1])


def _recommendations() -> list[tuple[str, str]]:
    content = packaged_content()
    return [(one.slug, one.title) for one in (*content.recommendations, *content.promises)]


def _fields(parameters: dict[str, str]) -> list[dict[str, object]]:
    committees = remembered(current_version(), "committees", lambda: committee_choices(db.session))
    options: dict[str, list[tuple[str, str]]] = {
        "congress": [
            ("", "Any Congress"),
            *((str(one), f"{ordinal(one)} Congress") for one in _congresses()),
        ],
        "chamber": [("", "Either chamber"), ("house", "House"), ("senate", "Senate")],
        "stage": [("", "Any stage"), *((stage.value, capital(stage_label(stage))) for stage in Stage)],
        "country": [("", "Any country"), *_countries()],
        "recommendation": [("", "Any recommendation or promise"), *_recommendations()],
        "verdict": [
            ("", "Any, judged or not"),
            ("advances", "Advances it"),
            ("weakens", "Weakens it"),
            ("concerns", "Concerns it, not judged"),
        ],
        "scope": [("", "Security assistance"), ("all", "Everything we hold")],
        "committee": [("", "Any committee"), *((one.code, one.name) for one in committees)],
        "sort": [(sort.value, label) for sort, label in SORTS.items()],
    }
    labels = (
        ("q", "Words or number", "search"), ("congress", "Congress", "select"), ("chamber", "Began in", "select"),
        ("stage", "Where it stands", "select"), ("country", "Country", "select"),
        ("recommendation", "Recommendation or promise", "select"), ("verdict", "What it does to that", "select"),
        ("committee", "Committee", "select"), ("sponsor", "Sponsor", "text"), ("scope", "Scope", "select"),
        ("sort", "Order", "select"),
    )  # fmt: skip
    fields: list[dict[str, object]] = []
    for name, label, kind in labels:
        field: dict[str, object] = {
            "name": name, "label": label, "kind": kind, "value": parameters.get(name, "")
        }  # fmt: skip
        if name in options:
            field["options"] = options[name]
        fields.append(field)
    return fields
