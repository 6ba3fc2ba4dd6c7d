"""Appropriations: the measures by fiscal year, one with its texts and accounts, and the ladder of conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

import msgspec
from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.content.measures import (
    ACCOUNT_NAMES,
    TRIGGERS,
    AidCondition,
    Column,
    Criteria,
    Fate,
    Measure,
    Milestone,
    MilestoneKind,
    Rung,
    Term,
    printed,
    share,
)
from tracker.db import db
from tracker.provisions import words as deadline_words
from tracker.queries.accounts import Printing, steps_of
from tracker.queries.appropriations import (
    CountryLadder,
    InForce,
    Place,
    all_measures,
    conditions_on,
    held_bills,
    laid_out,
    measure_of,
    milestone_of,
    place_of,
    read_ladder,
    read_quotes,
    section_addresses,
    texts_read,
)
from tracker.queries.country_names import Country
from tracker.sentences import name_of_key, written_date
from tracker.web.accounts import (
    SUBCOMMITTEES,
    acts_table,
    measure_accounts,
    printing_words,
)
from tracker.web.caching import drawn_part
from tracker.web.clock import today
from tracker.web.deadlines import as_of as texts_as_of
from tracker.web.deadlines import measure_deadlines
from tracker.web.formatting import capital, counted, listed, tidy
from tracker.web.listing import address, formats

blueprint = Blueprint("appropriations", __name__)

PATH = "/appropriations"


@blueprint.get(PATH)
def index() -> str:
    years = [(year, list(found)) for year, found in groupby(all_measures(), key=lambda one: one.fiscal_year)]
    return render_template(
        "appropriations/index.html",
        years=years,
        sentence=list_sentence(all_measures()),
        today_words=today_words(all_measures(), today()),
        acts=drawn_part("acts", _acts_drawn),
        in_force_words=lambda measure: in_force_words(measure, today()),
        subcommittees=SUBCOMMITTEES,
        formats=formats(PATH, {}, "json", "csv"),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    measure = measure_of(key)
    if measure is None:
        return _elsewhere(key)
    return render_template(
        "appropriations/show.html",
        measure=measure,
        accounts=drawn_part((key, "accounts"), lambda: _accounts_drawn(measure)),
        in_force=in_force_words(measure, today()),
        countries=[(one.country, len(one.conditions)) for one in read_ladder(measure)],
        held=held_bills(db.session, measure.carriers),
        bill_name=name_of_key,
        deadlines=measure_deadlines(measure),
        deadline_words=deadline_words,
        neighbours=[
            one for one in all_measures() if one.subcommittee is measure.subcommittee and one is not measure
        ],
        subcommittees=SUBCOMMITTEES,
        formats=formats(measure.path, {}, "json", "csv"),
    )


def _acts_drawn() -> str:
    return render_template("appropriations/acts.html", acts=acts_table(), texts_as_of=texts_as_of())


def _accounts_drawn(measure: Measure) -> str:
    found = measure_accounts(steps_of(measure), measure.name)
    return render_template(
        "appropriations/accounts.html", measure=measure, accounts=found, texts_as_of=texts_as_of()
    )


def _ladder_drawn(measure: Measure, found: Sequence[CountryLadder], laid: Sequence[Column]) -> str:
    return render_template(
        "appropriations/ladder.html",
        measure=measure,
        ladder=ladder_of(found),
        glance=glance_table(found, laid),
    )


@blueprint.get(f"{PATH}/<key>/conditions")
def conditions(key: str) -> str | Response:
    measure = measure_of(key)
    if measure is None:
        return _elsewhere(key, "/conditions")
    found, laid = read_ladder(measure), laid_out(measure)
    return render_template(
        "appropriations/conditions.html",
        measure=measure,
        laid=texts_beside(laid),
        ladder=drawn_part((key, "ladder"), lambda: _ladder_drawn(measure, found, laid)),
        sentence=ladder_sentence(measure, found),
        column_words=column_words,
        formats=formats(f"{measure.path}/conditions", {}, "json", "csv"),
    )


class LaidText(NamedTuple):
    """A text of the ladder: the column, its page here, and where it stands beside the act before; "" for none."""

    column: Column
    read_at: str
    beside: str


def texts_beside(laid: Sequence[Column]) -> list[LaidText]:
    """The texts of a ladder, with where each is read and laid beside the act before."""
    pages = texts_read(db.session, laid)
    prior = _stands_in(laid[0]) if laid and laid[0].is_prior else None
    found = []
    for column in laid:
        text = printed(column.milestone.text or "")
        page = pages.get(text, "") if text else ""
        beside = ""
        if text and page and prior and not column.is_prior and not column.milestone.continues:
            before = printed(prior.text or "")
            if before and before in texts_read(
                db.session, [msgspec.structs.replace(column, milestone=prior)]
            ):
                parameters = {"division": column.milestone.division, "was": prior.division}
                beside = address(
                    f"/bills/{text.bill}/texts/{before.bill}:{before.version}..{text.version}",
                    {name: letter for name, letter in parameters.items() if letter},
                )
        found.append(LaidText(column, page, beside))
    return found


def _stands_in(column: Column) -> Milestone | None:
    """The act whose words apply in a column."""
    return milestone_of(column.stands_in) or column.milestone


def _elsewhere(key: str, below: str = "") -> Response:
    if key != key.lower() and measure_of(key.lower()):
        return redirect(f"{PATH}/{key.lower()}{below}", 301)
    page = render_template(
        "appropriations/unknown.html",
        text=tidy(key)[:80],
        measures=all_measures(),
        canonical_url="",  # what was asked for is no address of ours
    )
    return Response(page, status=404, mimetype="text/html")


# --- one measure ------------------------------------------------------------------------------------


def column_words(column: Column) -> str:
    """What a text of the ladder is called: "House, 2026", "Act for 2025"."""
    measure = measure_of(column.step.measure)
    assert measure is not None  # a column is made of a measure
    return printing_words(Printing(measure, column.milestone))


def in_force_words(measure: Measure, day: date) -> str:
    """What is in force; of a continuing resolution that has run out that it has."""
    resolution = _resolution(measure)
    if measure.enacted is None and resolution is not None and resolution.until and resolution.until < day:
        return (
            f"A continuing resolution, {name_of_key(resolution.bill)}, ran to {written_date(resolution.until)}; "
            "nothing after it is held here."
        )
    return measure.in_force


def _resolution(measure: Measure) -> Milestone | None:
    """The latest continuing resolution of a measure."""
    return next((one for one in reversed(measure.milestones) if one.kind is MilestoneKind.CONTINUING), None)


def today_words(measures: Sequence[Measure], day: date) -> list[str]:
    """What is in force today and where this fiscal year's measures stand, first of all."""
    year = day.year + (day.month >= 10)
    own = [one for one in measures if one.fiscal_year == year]
    told = []
    under: dict[str, list[str]] = {}
    for one in own:
        resolution = _resolution(one)
        if one.enacted is None and resolution is not None and resolution.until and resolution.until >= day:
            key = f"{name_of_key(resolution.bill)}, until {written_date(resolution.until)}"
            under.setdefault(key, []).append(SUBCOMMITTEES[one.subcommittee].lower())
        else:
            told.append(f"{SUBCOMMITTEES[one.subcommittee]}: {in_force_words(one, day)}")
    told = [
        f"In force today for fiscal year {year}: a continuing resolution, {key}, for {listed(names)}."
        for key, names in under.items()
    ] + told
    told += [
        f"{SUBCOMMITTEES[one.subcommittee]} for {year}: {one.stands}" for one in own if one.enacted is None
    ]
    return told or [f"No measure for fiscal year {year}, which is the present one, is described here yet."]


# --- the ladder in words ----------------------------------------------------------------------------


class Entry(NamedTuple):
    """What texts that say the same say, under their names. `fate` is against the prior act."""

    texts: str
    term: Term | None
    fate: str
    where: tuple[tuple[str, str], ...]
    facts: str
    quote: str
    read_at: str
    beside: str


class ConditionEntries(NamedTuple):
    """One condition, text by text."""

    condition: AidCondition
    anchor: str
    entries: list[Entry]


class CountryEntries(NamedTuple):
    country: Country
    conditions: list[ConditionEntries]


def ladder_of(found: Sequence[CountryLadder]) -> list[CountryEntries]:
    """The ladder for reading: texts that say the same in the same words are one entry."""
    places = [
        place for one in found for each in one.conditions for rung in each.rungs if (place := place_of(rung))
    ]
    said = Said(read_quotes(db.session, places), section_addresses(db.session, places))
    seen: set[str] = set()
    made = []
    for one in found:
        of_country = []
        for each in one.conditions:
            key = each.condition.key
            anchor = key if key not in seen else f"{key}-{one.country.code.lower()}"
            seen.add(key)
            entries = _entries(each.rungs, said)
            of_country.append(ConditionEntries(each.condition, anchor, entries))
        made.append(CountryEntries(one.country, of_country))
    return made


class Said(NamedTuple):
    """Of the places of a ladder, the words there and the pages where they are read, where a text is held."""

    quotes: Mapping[Place, str]
    pages: Mapping[Place, str]


def _entries(rungs: Sequence[Rung], said: Said) -> list[Entry]:
    groups = groupby(rungs, key=lambda rung: (rung.term, rung.column.is_prior, rung.fate))
    prior = place_of(rungs[0]) if rungs and rungs[0].column.is_prior else None
    return [_entry(list(group), said, prior) for _, group in groups]


def _entry(rungs: Sequence[Rung], said: Said, prior: Place | None) -> Entry:
    term, last = rungs[0].term, rungs[-1]
    place = place_of(last)
    return Entry(
        texts=listed([column_words(rung.column) for rung in rungs]),
        term=term,
        fate="" if last.column.is_prior else fate_words(last),
        where=tuple(_where(rung, term) for rung in rungs) if term else (),
        facts=facts_words(term) if term else "",
        quote=said.quotes.get(place, "") if place else "",
        read_at=said.pages.get(place, "") if place else "",
        beside=_beside(prior, place, said),
    )


def _beside(prior: Place | None, place: Place | None, said: Said) -> str:
    """Where the two sections stand side by side; nowhere where one of them is not held, or they are one."""
    if prior is None or place is None or prior.text == place.text:
        return ""
    if prior not in said.pages or place not in said.pages:
        return ""
    older = (
        prior.text.version
        if prior.text.bill == place.text.bill
        else f"{prior.text.bill}:{prior.text.version}"
    )
    section = said.pages[place].rpartition("/")[2]
    parameters = {"division": place.division, "was": prior.division}
    return address(
        f"/bills/{place.text.bill}/texts/{older}..{place.text.version}/{section}",
        {name: letter for name, letter in parameters.items() if letter},
    )


def _where(rung: Rung, term: Term) -> tuple[str, str]:
    """The section in words, and the address of the text that it stands in."""
    milestone = milestone_of(rung.stands_in) or rung.column.milestone
    division = f"division {milestone.division}, " if milestone.division else ""
    words = f"{division}section {term.section}"
    if milestone.continues:  # the words are those of the act that it continues, applied with another value
        words = f"which changes section {term.section} of the act for {milestone.continues[:4]}"
    return f"{name_of_key(milestone.bill)}, {words}", milestone.text or ""


def facts_words(term: Term) -> str:
    """The facts beside the sentence: accounts, who decides, waiver, where the criteria stand."""
    accounts = listed([ACCOUNT_NAMES[account] for account in term.accounts])
    words = [f"Money: {accounts}."]
    if term.trigger and term.by:
        words.append(f"Needs: {TRIGGERS[term.trigger]} by the {term.by}.")
    if term.waiver:
        words.append(f"Can be waived {term.waiver}.")
    if term.criteria is not Criteria.TEXT:
        words.append(_CRITERIA[term.criteria])
    return " ".join(words)


_CRITERIA = {
    Criteria.STATEMENT: "What is asked stands in the explanatory statement, not in the act.",
    Criteria.REPORT: "What is asked stands in the committee’s report, not in the bill.",
    Criteria.OTHER_ACT: "The terms stand in an earlier act that it names.",
}


def fate_words(rung: Rung) -> str:
    """What became of it since the prior act, in words."""
    if rung.fate is Fate.CHANGED:
        return "Changed: " + "; ".join(f"{what}, {old} → {new}" for what, old, new in rung.changes) + "."
    if rung.fate is Fate.MOVED:
        return (
            "Unchanged, moved: " + "; ".join(f"{what} {old} → {new}" for what, old, new in rung.changes) + "."
        )
    return {
        Fate.ADDED: "Added.",
        Fate.DROPPED: "Dropped.",
        Fate.REWORDED: "Changed in its wording.",
        Fate.UNCHANGED: "Unchanged.",
        Fate.ABSENT: "Not there, as before.",
    }[rung.fate]


class GlanceTable(NamedTuple):
    """Every condition in every text, a word a cell."""

    columns: list[tuple[str, bool]]
    rows: list[list[str | Markup]]


def glance_table(found: Sequence[CountryLadder], laid: Sequence[Column]) -> GlanceTable:
    rows: list[list[str | Markup]] = []
    for one in found:
        for each in one.conditions:
            link = Markup('<a href="#{}">{}: {}</a>').format(
                f"country-{one.country.code.lower()}", one.country.name, each.condition.title
            )
            rows.append([link, *(_mark(rung) for rung in each.rungs)])
    return GlanceTable([("Condition", False), *((column_words(column), False) for column in laid)], rows)


def _mark(rung: Rung) -> str | Markup:
    if rung.term is None:
        return Markup('<span class="none">not there</span>')
    return share(rung.term) or "there"


def ladder_sentence(measure: Measure, found: Sequence[CountryLadder]) -> str:
    """How many conditions, and what the newest text did to those of the prior act."""
    lasts = [each.last for one in found for each in one.conditions]
    countries = sum(any(each.last.term for each in one.conditions) for one in found)
    if not lasts:
        return "No condition on the countries followed here was found in its texts."
    there = sum(rung.term is not None for rung in lasts)
    newest = column_words(lasts[0].column)
    start = f"{newest}: {counted(there, 'condition')} on {counted(countries, 'country', 'countries')}"
    fates = [rung.fate for rung in lasts]
    if not any(fate in (Fate.ADDED, Fate.DROPPED, Fate.CHANGED, Fate.REWORDED) for fate in fates):
        return f"{start}."
    parts = [
        (fates.count(Fate.ADDED), "added"),
        (fates.count(Fate.CHANGED) + fates.count(Fate.REWORDED), "changed"),
        (fates.count(Fate.DROPPED), "dropped"),
    ]
    since = f"act that was in force for {measure.fiscal_year - 1}"
    return f"{start}; against the {since}, {listed([f'{count:,} {word}' for count, word in parts])}."


def list_sentence(measures: Sequence[Measure]) -> str:
    years = sorted({one.fiscal_year for one in measures})
    if not years:
        return "No measure is described yet."
    return (
        f"{capital(counted(len(measures), 'measure'))} of fiscal years {years[0]} to {years[-1]}: the bills that "
        "provide foreign and security assistance, and the conditions that they tie to it."
    )


# --- on a country's page ----------------------------------------------------------------------------


class CountryCondition(NamedTuple):
    """A condition as the newest act has it, and what the newest bill would do."""

    title: str
    href: str
    says: str
    where: str
    where_href: str
    facts: str
    proposed: str


class CountryConditions(NamedTuple):
    country: Country
    entries: list[CountryCondition]
    looked_at: str


def country_conditions(country: Country) -> CountryConditions:
    """What a country's page says of the conditions on aid to it."""
    found = (_country_condition(country, one) for one in conditions_on(country.code))
    entries = [one for one in found if one is not None]
    acts = [one for one in all_measures() if one.enacted]
    newest = max((one.fiscal_year for one in acts), default=None)
    return CountryConditions(country, entries, f"the acts for {newest} and the bills for {(newest or 0) + 1}")


def _country_condition(country: Country, one: InForce) -> CountryCondition | None:
    """As it is in force; where only a bill has it, as proposed."""
    shown, measure = (one.now, one.measure) if one.now.term else (one.proposed, one.proposed_by)
    if shown is None or shown.term is None or measure is None:
        return None
    where, href = _where(shown, shown.term)
    return CountryCondition(
        title=one.condition.title,
        href=f"{measure.path}/conditions#country-{country.code.lower()}",
        says=shown.term.says,
        where=where,
        where_href=href,
        facts=facts_words(shown.term),
        proposed=_proposed(one.proposed) if one.proposed else "",
    )


def _proposed(rung: Rung) -> str:
    """What the newest bill would do, with its sentence where only words differ."""
    said = f"{column_words(rung.column)}: {fate_words(rung)}"
    return f"{said} {rung.term.says}" if rung.fate is Fate.REWORDED and rung.term else said
