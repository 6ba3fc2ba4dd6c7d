"""Reports of watchdogs: the list with its filters, one report with what became of its recommendations, and the
sections on the pages of countries, recommendations and promises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from scrapers.records import PublisherKind
from tracker.content import Recommendation
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.linking.targets import judged_target, target_of
from tracker.queries.audit_recommendations import AuditRow, audits_of
from tracker.queries.bills import Scope
from tracker.queries.country_names import Country, all_countries
from tracker.queries.links import ShownLink
from tracker.queries.paging import Place
from tracker.queries.recommendations import all_measured
from tracker.queries.reports import (
    Held,
    ReportDetail,
    ReportFilter,
    ReportRow,
    ReportSort,
    held_reports,
    list_reports,
    read_report,
    read_report_filter,
    read_report_sort,
    reports_by_key,
)
from tracker.sentences import written_date
from tracker.watchdogs import words
from tracker.watchdogs.names import slug
from tracker.watchdogs.statuses import OPEN_STATUSES, AuditStatus, status_label
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, counted, listed, tidy
from tracker.web.freshness import as_of
from tracker.web.listing import address, chosen, formats, neighbours, read_place

blueprint = Blueprint("reports", __name__)

PATH = "/reports"
PARAMETERS = ("q", "watchdog", "kind", "country", "recommendation", "scope", "sort")
SORTS = {ReportSort.LATEST: "Newest", ReportSort.OPEN: "Most open recommendations"}
SHOWN_IN_SECTION = 5


@blueprint.get(PATH)
def index() -> str:
    args = request.args.to_dict()
    which, sort = read_report_filter(args), read_report_sort(args)
    parameters = chosen(*PARAMETERS)
    page = list_reports(db.session, which, sort=sort, place=read_place(args))
    held = held_or_asked()
    return render_template(
        "reports/index.html",
        page=page,
        sentence=list_sentence(page.total, which) if held.total else "No report has been collected here yet.",
        sort_label=SORTS[sort].lower(),
        other_scope=other_scope(PATH, which.scope, parameters, "reports"),
        fields=_fields(parameters, held),
        is_narrowed=bool(parameters),
        held=held,
        looked_at=looked_at(),
        as_of=reports_as_of(),
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    detail = read_report(db.session, key)
    if detail is None:
        return _elsewhere(key)
    audits = audits_of(db.session, detail.report.id, today())
    return render_template(
        "reports/show.html",
        detail=detail,
        report=detail.report,
        facts=detail.report.facts,
        audits=audits,
        sentence=report_sentence(detail, audits),
        kind_label=words.PUBLISHERS[detail.report.publisher_kind],
        counts_words=words.counts_words,
        reports_as_of=reports_as_of(),
        audits_as_of=audits_as_of(),
        formats=formats(f"{PATH}/{key}", {}, "json", "csv", "atom"),
    )


def _elsewhere(key: str) -> Response:
    """The way to a report whose number is spelled otherwise, or a page that says no."""
    for spelled in (slug(key), f"gao-{slug(key)}", f"crs-{slug(key)}"):
        if spelled != key and read_report(db.session, spelled) is not None:
            return redirect(f"{PATH}/{spelled}", 301)
    page = render_template(
        "reports/unknown.html",
        text=tidy(key)[:80],
        looked_at=looked_at(),
        canonical_url="",  # whatever was asked for, it is no address of ours
    )
    return Response(page, status=404, mimetype="text/html")


def held_or_asked() -> Held:
    """What is held, asked for once a version."""
    return remembered(current_version(), "reports held", lambda: held_reports(db.session))


SOURCES = ("gao_products", "gao_reports", "crs_reports", "oversight_gov")
"""Sources of reports; as of when a list of reports is told by when they last answered."""

AUDIT_SOURCES = ("gao_open_recommendations", "oversight_gov")
"""Sources of what reports recommend and where that stands."""


def reports_as_of() -> str:
    """As of when lists of reports are, in words."""
    return as_of(*SOURCES)


def audits_as_of() -> str:
    """As of when lists of recommendations are, in words."""
    return as_of(*AUDIT_SOURCES)


def looked_at() -> str:
    """Where was looked, and when, for a list that is empty."""
    held = held_or_asked()
    if not held.total:
        return (
            f"Looked for reports of the Government Accountability Office, inspectors general, the Congressional "
            f"Research Service, committees and organisations, {reports_as_of()}."
        )
    publishers = ", ".join(dict.fromkeys(publisher for _, publisher, _ in held.watchdogs[:4]))
    more = len(held.watchdogs) - 4
    others = f" and {counted(more, 'other publisher')}" if more > 0 else ""
    return f"Looked in {counted(held.total, 'report')} of {publishers}{others}, {reports_as_of()}."


# --- parts of the pages -----------------------------------------------------------------------------


def list_sentence(total: int, which: ReportFilter) -> str:
    """How many there are, and of what."""
    found = counted(total, "report")
    if which.kind is not None:
        kind = words.PUBLISHERS[which.kind].lower()
        found = counted(total, f"{kind} report")
    about = "" if which.scope is Scope.ALL else " on U.S. security assistance"
    country = all_countries().get(which.country) if which.country else None
    named = f", about {country.name}" if country else ""
    tested = ""
    if which.recommendation:
        tested = f", on “{target_of(judged_target(which.recommendation) or '').name}”"
    return f"{capital(found)}{about}{named}{tested}."


class OtherScope(NamedTuple):
    """That a list has more, or less, and the way there."""

    sentence: str
    label: str
    href: str


def other_scope(path: str, scope: Scope, parameters: Mapping[str, str], noun: str) -> OtherScope:
    """The way between what concerns security assistance and everything."""
    kept = {name: value for name, value in parameters.items() if name != "scope"}
    if scope is Scope.ALL:
        return OtherScope("Everything that is held.", "Only U.S. security assistance", address(path, kept))
    return OtherScope(
        "What concerns U.S. security assistance, by its words or by an editor’s.",
        f"All {noun}",
        address(path, kept, scope=Scope.ALL.value),
    )


def _fields(parameters: Mapping[str, str], held: Held) -> list[dict[str, object]]:
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "kind": (
            "Who speaks",
            [("", "Anybody"), *((kind.value, words.PUBLISHERS[kind]) for kind in held.kinds)],
        ),
        "watchdog": (
            "Watchdog",
            [
                ("", "Every watchdog"),
                *((key, f"{publisher} ({count:,})") for key, publisher, count in held.watchdogs),
            ],
        ),
        "country": ("Country", country_choices()),
        "recommendation": ("Recommendation or promise", measured_choices()),
        "scope": ("Which", [("", "On security assistance"), ("all", "All reports")]),
        "sort": ("Order", [(sort.value, label) for sort, label in SORTS.items()]),
    }
    return [search_field(parameters), *select_fields(choices, parameters)]


def search_field(parameters: Mapping[str, str]) -> dict[str, object]:
    """The field for words."""
    return {"name": "q", "label": "Words or number", "kind": "search", "value": parameters.get("q", "")}


def select_fields(
    choices: Mapping[str, tuple[str, list[tuple[str, str]]]], parameters: Mapping[str, str]
) -> list[dict[str, object]]:
    """Fields with a choice of values: by name, the label and the choices."""
    return [
        {
            "name": name,
            "label": label,
            "kind": "select",
            "options": options,
            "value": parameters.get(name, "").upper() if name == "country" else parameters.get(name, ""),
        }
        for name, (label, options) in choices.items()
    ]


def country_choices() -> list[tuple[str, str]]:
    """Every country, by name."""
    return [("", "Every country"), *((code, one.name) for code, one in all_countries().items())]


def measured_choices() -> list[tuple[str, str]]:
    """Our recommendations and the government's promises."""
    return [("", "Any of them, or none"), *((one.slug, one.title) for one in all_measured())]


def report_sentence(detail: ReportDetail, audits: tuple[AuditRow, ...]) -> str:
    """What it found, in our words; or what it is and what became of its recommendations."""
    report = detail.report
    if report.finding is not None:
        return report.finding.finding
    return (
        f"{report.type} of {written_date(report.public_on)}. {recommendations_sentence(report, len(audits))}"
    )


def recommendations_sentence(report: ReportRow, held: int) -> str:
    """What became of its recommendations, as far as we hold them."""
    makes = report.facts.recommendations
    if not held:
        if makes == 0:
            return "It makes no recommendation."
        if makes:
            return f"It makes {counted(makes, 'recommendation')}; none of them is held here."
        return "No recommendation of it is held here."
    open_ones = sum(count for status, count in report.counts.items() if status in OPEN_STATUSES)
    whole = f"Of the {counted(held, 'recommendation')} that we hold of it, "
    if open_ones == held:
        return f"{whole}{'all are' if held > 1 else 'the one is'} open."
    return f"{whole}{counts_in_words(report.counts)}."


def counts_in_words(counts: Mapping[AuditStatus, int]) -> str:
    """ "3 are open and 1 is closed, implemented"."""
    parts = [
        f"{counts[status]:,} {'is' if counts[status] == 1 else 'are'} {status_label(status)}"
        for status in AuditStatus
        if counts.get(status)
    ]
    return listed(parts)


# --- sections of other pages ------------------------------------------------------------------------


class Heard(NamedTuple):
    """A report on another's page, and the link that says why it stands there."""

    report: ReportRow
    link: ShownLink | None
    label: str


class Section(NamedTuple):
    """What watchdogs said about something: some reports, `more` that put it to the test, and where all of them are."""

    found: tuple[Heard, ...]
    more: tuple[Heard, ...]
    total: int
    query: str
    as_of: str
    looked_at: str
    order: str


def country_reports(country: Country) -> Section:
    """The newest reports on security assistance that are about a country."""
    which = ReportFilter(country=country.code, scope=Scope.SECURITY_ASSISTANCE)
    return _section(which, country.target, f"country={country.code}")


def reports_on(one: Recommendation) -> Section:
    """Reports that, as the editors say, put a recommendation or promise to the test, and then the newest on it."""
    tested = reports_by_key(db.session, [report.key for report in packaged_content().tests_of(one.target)])
    return _section(
        ReportFilter(recommendation=one.slug), one.target, f"recommendation={one.slug}&scope=all", tested
    )


def _section(which: ReportFilter, target: str, query: str, first: Sequence[ReportRow] = ()) -> Section:
    page = list_reports(db.session, which, place=Place(limit=SHOWN_IN_SECTION))
    ids = {report.id for report in first}
    shown = [*first, *(report for report in page.items if report.id not in ids)][:SHOWN_IN_SECTION]
    more = first[SHOWN_IN_SECTION:]
    order = "Those that put it to the test come first, then the newest." if first else "The newest first."
    return Section(
        _heard(shown, target), _heard(more, target), page.total, query, reports_as_of(), looked_at(), order
    )


def _heard(reports: Sequence[ReportRow], target: str) -> tuple[Heard, ...]:
    return tuple(
        Heard(report, _link_to(report, target), words.PUBLISHERS[report.publisher_kind]) for report in reports
    )


def _link_to(report: ReportRow, target: str) -> ShownLink | None:
    return next((link for link in report.about.links() if link.target.key == target), None)


def publisher_label(kind: PublisherKind) -> str:
    """Who speaks, in a word."""
    return words.PUBLISHERS[kind]
