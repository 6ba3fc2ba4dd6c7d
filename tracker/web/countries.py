"""Countries: the list of all, and what is held on one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.content import CountryBrief, source_list
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.models import Verdict
from tracker.provisions import words as deadline_words
from tracker.queries.countries import (
    RECENT_DAYS,
    CountryDetail,
    CountryRow,
    Together,
    list_countries,
    measures_in_scope,
    newest_congress,
    read_country,
    read_measures,
    read_together,
    recent_since,
)
from tracker.queries.country_names import (
    ELSEWHERE,
    GROUPS,
    Country,
    all_countries,
    country_named,
    find_countries,
    similar_countries,
)
from tracker.sentences import ordinal, written_date
from tracker.web.appropriations import country_conditions
from tracker.web.arms_sales import country_sales
from tracker.web.assistance import country_section
from tracker.web.caching import current_version, drawn_part, remembered
from tracker.web.clock import today
from tracker.web.deadlines import country_deadlines
from tracker.web.delegation import Subject, lawmakers
from tracker.web.formatting import capital, counted, tidy
from tracker.web.freshness import bills_as_of, bills_known_until
from tracker.web.listing import chosen, formats
from tracker.web.measure_rows import committee_names, drawn, macro
from tracker.web.reports import country_reports

blueprint = Blueprint("countries", __name__)

PATH = "/countries"


class Group(NamedTuple):
    """A part of the world: countries on which something is held, and the others."""

    name: str
    held: list[CountryRow]
    empty: list[Country]


@blueprint.get(PATH)
def index() -> str:
    query = request.args.get("q", "").strip()
    rows, congress = country_rows(), _congress()
    wanted = {country.code for country in find_countries(query)}
    found = [row for row in rows if row.country.code in wanted]
    return render_template(
        "countries/index.html",
        query=query,
        sentence=list_sentence(found, congress, query),
        table=_table(found, congress, query),
        congress=congress,
        since=recent_since(today()),
        as_of=_as_of(),
        similar=() if found else similar_countries(query),
        formats=formats(PATH, chosen("q"), "json", "csv"),
    )


def _table(found: Sequence[CountryRow], congress: int | None, query: str) -> Markup:
    """The countries by part of the world; empty for none. All of them are drawn once a day and version."""

    def draw() -> Markup:
        table_of = macro("countries/table.html", "country_table")
        return table_of(grouped(found), congress, recent_since(today())) if found else Markup()

    return draw() if query else remembered(current_version(), ("country table", today()), draw)


@blueprint.get(f"{PATH}/<code>")
def show(code: str) -> str | Response:
    country = all_countries().get(code)
    if country is None:
        meant = country_named(code)
        return redirect(f"{PATH}/{meant.code}", 301) if meant else _unknown(code)
    detail = read_country(
        db.session,
        country,
        today=today(),
        known_until=bills_known_until(),
        congress=_congress(),
        together=_together(country),
    )
    brief = packaged_content().briefs.get(country.code)
    return render_template(
        "countries/show.html",
        detail=detail,
        advances=_drawn(country, detail.advances, Verdict.ADVANCES),
        weakens=_drawn(country, detail.weakens, Verdict.WEAKENS),
        concerns=_drawn(country, detail.concerns),
        named=_drawn(country, detail.names),
        regional=_drawn(country, detail.regional),
        country=country,
        brief=brief,
        brief_html=Markup(brief.body.html) if brief else "",  # noqa: S704  # sanitised when it was read
        brief_sources=Markup(_sources(brief, detail)) if brief else "",  # noqa: S704  # escaped there
        kicker_words=kicker_words(country, brief),
        sentence=held_sentence(detail),
        links=Links(country.code, detail),
        sections=_sections(country),
        lawmakers=_lawmakers(country),
        as_of=_as_of(),
        formats=formats(f"{PATH}/{country.code}", {}, "json", "csv", "atom", "ics"),
    )


def _lawmakers(country: Country) -> Markup:
    on = "on security assistance that {} " + country.name
    return lawmakers(
        Subject(
            f"{PATH}/{country.code}", "this country", on.format("names"), on.format("name"),
            measures_in_scope(country), {"country": country.code},
        )
    )  # fmt: skip


def _sections(country: Country) -> Markup:
    """The parts of a country's page that tables of other rooms fill, drawn, in the page's order."""

    def draw() -> str:
        of = {"of": country.name, "what": f"reports on security assistance that name {country.name}"}
        parts: tuple[tuple[str, dict[str, object]], ...] = (
            ("assistance/section.html", {"money": country_section(country)}),
            ("appropriations/country.html", {"conditions": country_conditions(country)}),
            (
                "deadlines/country.html",
                {"deadlines": country_deadlines(country), "deadline_words": deadline_words},
            ),
            ("arms_sales/section.html", {"sales": country_sales(country)}),
            ("reports/section.html", {"watchdogs": country_reports(country), **of}),
        )
        return "\n\n".join(render_template(name, country=country, **found) for name, found in parts)

    return drawn_part((country.code, "sections"), draw)


def _drawn(country: Country, ids: Sequence[int], verdict: Verdict | None = None) -> list[Markup]:
    """List entries of those measures, each with why it stands on the country's page."""

    def entries(missing: list[int]) -> Iterator[tuple[int, Markup]]:
        entry_of = macro("countries/parts.html", "measure")
        measures = read_measures(db.session, country, missing, today=today(), names=committee_names())
        for item_id, measure in measures.items():
            yield item_id, entry_of(measure, verdict)

    return drawn((country.code, verdict), ids, today(), entries)


def _sources(brief: CountryBrief, detail: CountryDetail) -> str:
    return source_list(brief.sources, detail.sources_held.__contains__)


def _unknown(text: str) -> Response:
    page = render_template(
        "countries/unknown.html",
        text=tidy(text)[:80],
        similar=similar_countries(text),
        canonical_url="",  # what was typed is no address of ours
    )
    return Response(page, status=404, mimetype="text/html")


def country_rows() -> tuple[CountryRow, ...]:
    """All countries with their counts, asked for once a day and version."""
    return remembered(
        current_version(), ("countries", today()), lambda: list_countries(db.session, today=today())
    )


def _together(country: Country) -> list[Together]:
    """Programmes and laws named beside a country, counted once a version: it takes longer than what else is asked."""
    return remembered(
        current_version(), ("together", country.code), lambda: read_together(db.session, country)
    )


def _congress() -> int | None:
    return remembered(current_version(), "newest congress", lambda: newest_congress(db.session))


def _as_of() -> str:
    day = bills_as_of()
    return written_date(day) if day else "before the first collection"


# --- addresses --------------------------------------------------------------------------------------


class Links:
    """Where the figures on a country's page lead: to lists of exactly as many entries."""

    def __init__(self, code: str, detail: CountryDetail) -> None:
        self.in_scope = f"/bills?country={code}"
        self.current = f"/bills?country={code}&congress={detail.congress}"
        self.named = f"/bills?country={code}&scope=all"
        self.moved = f"/bills?country={code}&since={detail.moved_since}"
        self.changes = f"/changes?country={code}&since={detail.changes_since}"
        reviewed_on = detail.row.reviewed_on
        self.since_review = f"/changes?country={code}&since={reviewed_on}" if reviewed_on else ""


# --- in words ---------------------------------------------------------------------------------------


def grouped(rows: Sequence[CountryRow]) -> list[Group]:
    """The rows by part of the world; parts without any are left out."""
    groups = {name: Group(name, [], []) for name in (*GROUPS, ELSEWHERE)}
    for row in rows:
        group = groups[row.country.group]
        if row.named or row.reviewed_on:
            group.held.append(row)
        else:
            group.empty.append(row.country)
    return [group for group in groups.values() if group.held or group.empty]


def list_sentence(rows: Sequence[CountryRow], congress: int | None, query: str) -> str:
    """How many countries, and on how many of them something is held."""
    words = capital(counted(len(rows), "country or territory", "countries and territories"))
    if query:
        return f"{words} with a name or word that begins like “{tidy(query)[:80]}”."
    if congress is None:
        return f"{words}. No measure is held yet."
    current = sum(bool(row.current) for row in rows)
    ever = sum(bool(row.in_scope) for row in rows)
    return (
        f"{words}. Measures on U.S. security assistance name {current:,} of them in the {ordinal(congress)} "
        f"Congress, and {ever:,} in all that we hold."
    )


def kicker_words(country: Country, brief: CountryBrief | None) -> str:
    """What the page is: the brief's dates, or the country's full name."""
    if brief is None:
        parts = [country.official if country.official != country.name else "", country.group]
        return ". ".join(part for part in parts if part)
    return (
        f"Country brief. Reviewed {written_date(brief.reviewed_on)}, "
        f"next review due {written_date(brief.review_due)}."
    )


def held_sentence(detail: CountryDetail) -> str:
    """What is held: how many measures, how many of them now, and how many moved lately."""
    row, name = detail.row, detail.country.name
    if not row.named:
        return f"No measure we hold names {name}."
    if not row.in_scope:
        return f"{_measures(row.named)} {name}, and none of them concerns U.S. security assistance."
    return (
        f"{_measures(row.in_scope, 'on U.S. security assistance')} {name}: "
        f"{_figure(row.current)} of the {ordinal(detail.congress or 0)} Congress, and {_figure(detail.moved)} "
        f"moved in the {RECENT_DAYS} days to {written_date(detail.moved_until)}."
    )


def _measures(count: int, which: str = "that we hold") -> str:
    return f"{capital(counted(count, 'measure'))} {which} {'names' if count == 1 else 'name'}"


def _figure(count: int) -> str:
    return f"{count:,}" if count else "none"
