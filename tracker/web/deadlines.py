"""The board of deadlines: what acts in force order by a day, what is overdue, and what is public of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, render_template, request
from markupsafe import Markup

from tracker.content.measures import Measure, Subcommittee
from tracker.db import db
from tracker.linking.targets import all_targets
from tracker.provisions import words
from tracker.queries.appropriations import all_measures
from tracker.queries.country_names import Country
from tracker.queries.deadlines import (
    SOON,
    Act,
    DeadlineFilter,
    Entry,
    Group,
    act_name,
    actors_of,
    chosen_entries,
    read_deadline_filter,
    read_entries,
)
from tracker.sentences import name_of_key
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, counted, listed
from tracker.web.freshness import known_on
from tracker.web.listing import address, chosen, formats

blueprint = Blueprint("deadlines", __name__)

PATH = "/deadlines"
PARAMETERS = ("country", "actor", "act", "recommendation", "group", "scope")
SOURCE = "govinfo_bill_text"
SHOWN_ELSEWHERE = 5

GROUPS: Mapping[Group, tuple[str, str]] = {
    Group.OVERDUE: (
        "Overdue",
        "The act’s day is past, and there is no public evidence that it was done. The longest overdue comes first.",
    ),
    Group.SOON: ("Due soon", f"Within {SOON} days."),
    Group.LATER: ("Due later", ""),
    Group.REPEATED: (
        "Again and again",
        "Due a first time and then in rounds; the day is that of the next round.",
    ),
    Group.UNDATED: (
        "Without a day of their own",
        "They count from an event that the act names, such as a determination or the receipt of a report.",
    ),
    Group.SUBMITTED: ("Public evidence that it was done", "Recorded by the editors, each with its source."),
    Group.PAST: (
        "Of earlier acts",
        "Another act has taken their place; what they ordered stays here as it was.",
    ),
}


class Part(NamedTuple):
    """One group of the board."""

    group: Group
    heading: str
    note: str
    entries: list[Entry]


@blueprint.get(PATH)
def index() -> str:
    which = read_deadline_filter(request.args)
    parameters = chosen(*PARAMETERS)
    held, day = all_entries(), today()
    found = chosen_entries(held, which, day)
    return render_template(
        "deadlines/index.html",
        parts=parts_of(found),
        sentence=board_sentence(found),
        is_held=bool(held),
        fields=_fields(parameters, chosen_entries(held, DeadlineFilter(everything=which.everything), day)),
        is_narrowed=bool(parameters),
        acts=acts_of(held),
        bill_name=name_of_key,
        in_force=in_force_today(),
        words=words,
        as_of=as_of(),
        measures={one.key: one for one in all_measures()},
        formats=formats(PATH, parameters, "ics", "json", "csv"),
    )


def all_entries() -> tuple[Entry, ...]:
    """Everything that acts order, read once a day and version."""
    return remembered(
        current_version(), ("deadlines", today()), lambda: read_entries(db.session, today=today())
    )


def as_of() -> str:
    """The day on which the publisher of texts last answered, in words."""
    return known_on(SOURCE)


# --- parts of the page ------------------------------------------------------------------------------


def parts_of(found: Iterable[Entry]) -> list[Part]:
    """The board's groups, in their order; empty ones are left out."""
    day = today()
    by_group: dict[Group, list[Entry]] = {group: [] for group in GROUPS}
    for one in found:
        by_group[one.group(day)].append(one)
    return [Part(group, *GROUPS[group], entries) for group, entries in by_group.items() if entries]


def board_sentence(found: Sequence[Entry]) -> str:
    """How many things are due, how many of them are overdue, and of how many there is public evidence."""
    day = today()
    groups = [one.group(day) for one in found]
    standing = len(found) - groups.count(Group.PAST)
    if not standing:
        return "No deadline of an act in force fits this."
    said = [
        f"{groups.count(group):,} {word}"
        for group, word in (
            (Group.OVERDUE, "overdue"), (Group.SOON, f"due in the next {SOON} days"), (Group.LATER, "due later"),
            (Group.REPEATED, "due in rounds"), (Group.UNDATED, "without a day of their own"),
            (Group.SUBMITTED, "done by public evidence"),
        )
        if group in groups
    ]  # fmt: skip
    return f"{capital(counted(standing, 'deadline'))} of the acts in force: {listed(said)}."


def in_force_today() -> list[tuple[Measure, Measure | None]]:
    """For each subcommittee the newest act, and the measure of the year after, which says what is in force now."""
    found = []
    for subcommittee in Subcommittee:
        own = [one for one in all_measures() if one.subcommittee is subcommittee]
        act = next((one for one in own if one.enacted is not None), None)
        if act is not None:
            found.append((act, own[0] if own[0] is not act else None))
    return found


def acts_of(entries: Iterable[Entry]) -> list[Act]:
    """The acts that order anything shown, those in force first, the newest on top."""
    acts = {one.act.bill_key: one.act for one in entries if one.concerns_aid}
    return sorted(acts.values(), key=lambda act: (not act.is_in_force, -act.enacted_on.toordinal()))


def _fields(parameters: Mapping[str, str], entries: Sequence[Entry]) -> list[dict[str, object]]:
    countries = {country.code: country.name for one in entries for country in one.countries}
    borne = {target for one in entries for target in one.concerns}
    targets = sorted(
        ((key.partition(":")[2], target.name) for key, target in all_targets().items() if key in borne),
        key=lambda pair: pair[1],
    )
    choices = {
        "country": ("Country", "Every country", sorted(countries.items(), key=lambda pair: pair[1])),
        "actor": ("Who must act", "Everybody", [(who, who) for who in actors_of(entries)]),
        "act": ("Act", "Every act", [(act.bill_key, act_name(act)) for act in acts_of(entries)]),
        "recommendation": ("Bears on", "Anything", targets),
        "group": ("When", "Any time", [(group.value, heading) for group, (heading, _) in GROUPS.items()]),
    }
    found: list[dict[str, object]] = [
        {
            "name": name,
            "label": label,
            "kind": "select",
            "options": [("", anything), *options],
            "value": parameters.get(name, "").upper() if name == "country" else parameters.get(name, ""),
        }
        for name, (label, anything, options) in choices.items()
    ]
    everything = [("", "On foreign and security assistance"), ("all", "Everything in these acts")]
    found.append(
        {
            "name": "scope",
            "label": "About",
            "kind": "select",
            "options": everything,
            "value": parameters.get("scope", ""),
        }
    )
    return found


# --- in templates -----------------------------------------------------------------------------------


@blueprint.app_template_filter()
def deadline_title(one: Entry) -> str:
    return words.deadline_title(one.headings, one.path)


@blueprint.app_template_filter()
def deadline_place(one: Entry) -> str:
    """Where it stands: "Public Law 119-75 (H.R. 7148), division F, title VII, section 7041(c)"."""
    return f"{act_name(one.act)}, {one.path}{one.label}"


@blueprint.app_template_filter()
def deadline_left(one: Entry) -> str:
    return words.days_words(one.days_left(today()))


@blueprint.app_template_filter()
def is_late(one: Entry) -> bool:
    """Whether its day is past, its act in force, and nothing public says that it was done."""
    return one.group(today()) in (Group.OVERDUE, Group.REPEATED) and (one.days_left(today()) or 0) < 0


@blueprint.app_template_filter()
def deadline_clause(one: Entry) -> Markup:
    """The sentence that orders it, with the deadline's own words marked."""
    before, marked, after = one.clause[: one.start], one.clause[one.start : one.end], one.clause[one.end :]
    return Markup("{}<mark>{}</mark>{}").format(before, marked, after)


# --- on other pages ---------------------------------------------------------------------------------


class Open(NamedTuple):
    """What is open of something: the first few by day, how many in all, and where the rest is."""

    entries: list[Entry]
    total: int
    overdue: int
    href: str


def _open(which: DeadlineFilter, most: int, href: str) -> Open:
    """Open is what can still be done: not of earlier acts, and without public evidence."""
    day = today()
    found = [
        one
        for one in chosen_entries(all_entries(), which, day)
        if one.group(day) not in (Group.PAST, Group.SUBMITTED)
    ]
    overdue = sum(one.group(day) is Group.OVERDUE for one in found)
    return Open(found[:most], len(found), overdue, href)


def country_deadlines(country: Country) -> Open:
    """What is open on a country."""
    return _open(
        DeadlineFilter(country=country.code), SHOWN_ELSEWHERE, address(PATH, {"country": country.code})
    )


def measure_deadlines(measure: Measure) -> Open | None:
    """What is open of the act that provides a measure's money, in the measure's own division; None without an act."""
    act = measure.enacted
    if act is None:
        return None
    division = f"division {act.division}" if act.division else ""
    opened = _open(DeadlineFilter(act=act.bill), 10_000, address(PATH, {"act": act.bill}))
    own = [one for one in opened.entries if one.path.startswith(division)]
    overdue = sum(one.group(today()) is Group.OVERDUE for one in own)
    return Open(own[:SHOWN_ELSEWHERE], len(own), overdue, opened.href)


class NextDay(NamedTuple):
    """A line of what is due, for a box in the right column."""

    on: object
    text: str
    href: str


def due_next(most: int = SHOWN_ELSEWHERE) -> list[NextDay]:
    """The next days on which something is due, and what."""
    day = today()
    coming = [
        one
        for one in chosen_entries(all_entries(), DeadlineFilter(), day)
        if one.on is not None and one.on >= day and one.group(day) not in (Group.PAST, Group.SUBMITTED)
    ]
    return [
        NextDay(one.on, f"{words.who_words(one.deadline)}: {deadline_title(one)}", f"{PATH}#{one.key}")
        for one in coming[:most]
    ]


def overdue_count() -> int:
    """How many things of acts in force are overdue."""
    day = today()
    return len(chosen_entries(all_entries(), DeadlineFilter(group=Group.OVERDUE), day))
