"""Audit recommendations: the list with its filters and the picture of ages, and one with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.queries.audit_recommendations import (
    ANY_CLOSED,
    ANY_OPEN,
    AgeCount,
    AuditFilter,
    AuditSort,
    Held,
    held_audits,
    list_audits,
    open_by_age,
    read_audit,
    read_audit_filter,
    read_audit_sort,
)
from tracker.queries.bills import Scope
from tracker.queries.country_names import all_countries
from tracker.sentences import written_date
from tracker.watchdogs.statuses import AuditStatus, status_label
from tracker.watchdogs.words import AGES
from tracker.web import charts
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, counted, tidy, washington_day
from tracker.web.listing import address, chosen, formats, neighbours, read_place
from tracker.web.reports import (
    audits_as_of,
    country_choices,
    measured_choices,
    other_scope,
    search_field,
    select_fields,
)

blueprint = Blueprint("audit_recommendations", __name__)

PATH = "/audit-recommendations"
PARAMETERS = (
    "q", "status", "agency", "priority", "age", "country", "recommendation", "report", "scope", "sort",
)  # fmt: skip
SORTS = {AuditSort.LATEST: "Newest report", AuditSort.OLDEST: "Oldest report"}
STATUS_CHOICES = (
    ("", "Every status"),
    (ANY_OPEN, "Open or partly addressed"),
    (ANY_CLOSED, "Closed"),
    *((status.value, capital(status_label(status))) for status in AuditStatus),
)


@blueprint.get(PATH)
def index() -> str:
    args = request.args.to_dict()
    which, sort = read_audit_filter(args), read_audit_sort(args)
    parameters = chosen(*PARAMETERS)
    page = list_audits(db.session, which, today=today(), sort=sort, place=read_place(args))
    ages = open_by_age(db.session, which, today=today())
    held = _held()
    return render_template(
        "audit_recommendations/index.html",
        page=page,
        sentence=list_sentence(page.total, which),
        sort_label=SORTS[sort].lower(),
        other_scope=other_scope(PATH, which.scope, parameters, "recommendations of auditors"),
        fields=_fields(parameters, held),
        is_narrowed=bool(parameters),
        held=held,
        listed_on=listed_words(held),
        age_rows=_age_rows(ages, parameters),
        age_total=_age_total(ages),
        chart_path=_chart_path(parameters) if any(one.total for one in ages) else "",
        chart_words=chart_words(ages),
        as_of=audits_as_of(),
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    detail = read_audit(db.session, key, today=today())
    if detail is None:
        if key != key.lower() and read_audit(db.session, key.lower(), today=today()):
            return redirect(f"{PATH}/{key.lower()}", 301)
        page = render_template("audit_recommendations/unknown.html", text=tidy(key)[:80], canonical_url="")
        return Response(page, status=404, mimetype="text/html")
    return render_template(
        "audit_recommendations/show.html",
        detail=detail,
        audit=detail.audit,
        facts=detail.audit.facts,
        label=status_label,
        formats=formats(f"{PATH}/{key}", {}, "json"),
    )


@blueprint.get(f"{PATH}/ages.svg")
def chart() -> Response:
    """Open recommendations by age as a picture, with the list's filters; `theme` and `size` as for the others."""
    which = read_audit_filter(request.args)
    ages = open_by_age(db.session, which, today=today())
    if not any(one.total for one in ages):
        abort(404)
    colours = charts.THEMES.get(request.args.get("theme", ""), charts.THEMES["light"])
    size = charts.SIZES.get(request.args.get("size", ""), charts.SIZES["wide"])
    drawn = charts.ages_chart(
        [(one.label, one.open, one.partial) for one in ages],
        colours=colours,
        size=size,
        title="Open audit recommendations by age",
        description=chart_words(ages),
    )
    return Response(drawn, mimetype=charts.MEDIA_TYPE)


def _held() -> Held:
    return remembered(current_version(), "audits held", lambda: held_audits(db.session))


def listed_words(held: Held) -> str:
    """The day that the newest list is of, in words."""
    return written_date(washington_day(held.newest)) if held.newest else "before the first collection"


# --- parts of the pages -----------------------------------------------------------------------------


def list_sentence(total: int, which: AuditFilter) -> str:
    """How many there are, and of what."""
    status = ""
    if which.status == ANY_OPEN:
        status = "open "
    elif which.status == ANY_CLOSED:
        status = "closed "
    priority = "priority " if which.priority else ""
    noun = f"{status}{priority}recommendation"
    found = f"{counted(total, noun)} of auditors" if not which.report else counted(total, noun)
    if which.status and which.status not in (ANY_OPEN, ANY_CLOSED):
        found += f" with the status “{status_label(which.status)}”"
    country = all_countries().get(which.country) if which.country else None
    about = f" about {country.name}" if country else ""
    scope = "" if which.scope is Scope.ALL else " on U.S. security assistance"
    return f"{capital(found)}{scope}{about}."


def _fields(parameters: Mapping[str, str], held: Held) -> list[dict[str, object]]:
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "status": ("Status", list(STATUS_CHOICES)),
        "agency": (
            "Told to",
            [("", "Anybody"), *((agency, f"{name} ({count:,})") for agency, name, count in held.agencies)],
        ),
        "priority": (
            "Priority",
            [("", "Priority or not"), ("1", "Only priorities"), ("0", "Without priorities")],
        ),
        "age": ("Age", [("", "Any age"), *((age.key, age.label) for age in AGES)]),
        "country": ("Country", country_choices()),
        "recommendation": ("Our recommendation or a promise", measured_choices()),
        "scope": ("Which", [("", "On security assistance"), ("all", "All of them")]),
        "sort": ("Order", [(sort.value, label) for sort, label in SORTS.items()]),
    }
    report = parameters.get("report")
    found = [search_field(parameters)]
    if report:
        found.append({"name": "report", "label": "Report", "kind": "text", "value": report})
    return [*found, *select_fields(choices, parameters)]


def _age_rows(ages: Sequence[AgeCount], parameters: Mapping[str, str]) -> list[list[str | Markup]]:
    """The figures of the picture, each leading to exactly those recommendations."""
    kept = {name: value for name, value in parameters.items() if name not in ("status", "age", "sort")}

    def figure(count: int, status: str, age: str) -> str | Markup:
        if not count:
            return "0"
        href = address(PATH, kept, status=status, age=age)
        return Markup('<a href="{}">{}</a>').format(href, f"{count:,}")

    return [
        [
            one.label,
            figure(one.open, AuditStatus.OPEN.value, one.key),
            figure(one.partial, AuditStatus.PARTIALLY_ADDRESSED.value, one.key),
            figure(one.total, ANY_OPEN, one.key),
        ]
        for one in ages
    ]


def _age_total(ages: Sequence[AgeCount]) -> list[str | Markup]:
    return [
        escape("All"),
        f"{sum(one.open for one in ages):,}",
        f"{sum(one.partial for one in ages):,}",
        f"{sum(one.total for one in ages):,}",
    ]


def _chart_path(parameters: Mapping[str, str]) -> str:
    """The picture of this list, ready for further parameters."""
    kept = {name: value for name, value in parameters.items() if name not in ("status", "age", "sort")}
    whole = address(f"{PATH}/ages.svg", kept)
    return f"{whole}{'&' if kept else '?'}"


def chart_words(ages: Sequence[AgeCount]) -> str:
    """The picture in words."""
    total = sum(one.total for one in ages)
    if not total:
        return "No open recommendation fits."
    old = sum(one.total for one in ages if one.key in ("5-9", "10-and-more"))
    most = max(ages, key=lambda one: one.total)
    return (
        f"{capital(counted(total, 'open recommendation'))} by age: most, {most.total:,}, {most.label.lower()} old; "
        f"{old:,} five years and older. The table below has the figures."
    )
