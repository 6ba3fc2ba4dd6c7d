"""The parameters that addresses take, as the OpenAPI document describes them.

What a value means is decided beside the questions in `tracker/queries`, which read the same names for pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from scrapers.records import Chamber, PublisherKind, SaleKind
from tracker.queries.audit_recommendations import STATUSES, AuditSort
from tracker.queries.bills import Scope, Sort
from tracker.queries.deadlines import Group
from tracker.queries.links import Bearing
from tracker.queries.paging import MAXIMUM, PAGE, Place, read_limit
from tracker.queries.reports import ReportSort
from tracker.stages import Stage
from tracker.watchdogs.words import AGES

After = Annotated[str, Meta(description="Where to go on: the `next` of the part before.")] | UnsetType
Limit = (
    Annotated[int, Meta(description=f"How many entries, {PAGE} unless given.", ge=1, le=MAXIMUM)] | UnsetType
)


CountryCode = Annotated[str, Meta(description="An ISO 3166 alpha-3 code.", examples=["EGY"])] | UnsetType
Bears = (
    Annotated[
        str,
        Meta(description="The short name of a recommendation or promise.", examples=["ppd23-guideline-7"]),
    ]
    | UnsetType
)
WhichScope = (
    Annotated[Scope, Meta(description="`all` for everything; security assistance unless given.")] | UnsetType
)


class Paging(msgspec.Struct, kw_only=True):
    """Which part of a list."""

    after: After = UNSET
    limit: Limit = UNSET


class BillParameters(Paging, kw_only=True):
    """Which measures, and in which order."""

    q: Annotated[str, Meta(description="Words, or a number in any spelling.")] | UnsetType = UNSET
    congress: Annotated[int, Meta(description="One Congress.", ge=0, le=999, examples=[119])] | UnsetType = (
        UNSET
    )
    chamber: Annotated[Chamber, Meta(description="Where it began.")] | UnsetType = UNSET
    stage: (
        Annotated[
            str,
            Meta(
                description="Where it stands; several with commas between them.",
                pattern=f"^({'|'.join(Stage)})(,({'|'.join(Stage)}))*$",
            ),
        ]
        | UnsetType
    ) = UNSET
    committee: Annotated[str, Meta(description="A committee's code.", examples=["ssfr00"])] | UnsetType = (
        UNSET
    )
    sponsor: Annotated[str, Meta(description="A bioguide id, or part of a name.")] | UnsetType = UNSET
    cosponsor: Annotated[str, Meta(description="A bioguide id.")] | UnsetType = UNSET
    country: CountryCode = UNSET
    about: (
        Annotated[str, Meta(description="Anything else it is linked to.", examples=["programme:fmf"])]
        | UnsetType
    ) = UNSET
    recommendation: Bears = UNSET
    verdict: (
        Annotated[
            Bearing, Meta(description="What editors hold it to do to that; `concerns` where nobody judged.")
        ]
        | UnsetType
    ) = UNSET
    since: Annotated[date, Meta(description="The first day that its latest action may have.")] | UnsetType = (
        UNSET
    )
    scope: WhichScope = UNSET
    sort: Annotated[Sort, Meta(description="The order; `latest` unless given.")] | UnsetType = UNSET


class ChangeParameters(Paging, kw_only=True):
    """Which changes."""

    kind: Annotated[str, Meta(description="One kind of change.", examples=["stage"])] | UnsetType = UNSET
    item: Annotated[str, Meta(description="Of one item.", examples=["bill:119-s-1780"])] | UnsetType = UNSET
    source: Annotated[str, Meta(description="From one source, by its key.")] | UnsetType = UNSET
    country: (
        Annotated[str, Meta(description="On items about security assistance to a country.", examples=["EGY"])]
        | UnsetType
    ) = UNSET
    recommendation: (
        Annotated[
            str,
            Meta(
                description="On items that bear on a recommendation or promise, by its short name; `any` for all."
            ),
        ]
        | UnsetType
    ) = UNSET
    since: Annotated[date, Meta(description="First seen on this day in Washington or later.")] | UnsetType = (
        UNSET
    )


class CountryParameters(Paging, kw_only=True):
    """Which countries."""

    q: (
        Annotated[
            str, Meta(description="The beginning of a word of its name in any spelling, or an ISO code.")
        ]
        | UnsetType
    ) = UNSET


class ArmsSaleParameters(Paging, kw_only=True):
    """Which notifications of arms sales."""

    country: CountryCode = UNSET
    year: Annotated[int, Meta(description="The year of notification.", ge=1976, le=2099)] | UnsetType = UNSET
    kind: Annotated[SaleKind, Meta(description="What kind of notice.")] | UnsetType = UNSET


class ReportParameters(Paging, kw_only=True):
    """Which reports, and in which order."""

    q: Annotated[str, Meta(description="Words, or a number as printed.")] | UnsetType = UNSET
    watchdog: Annotated[str, Meta(description="One watchdog.", examples=["gao"])] | UnsetType = UNSET
    kind: Annotated[PublisherKind, Meta(description="Who speaks.")] | UnsetType = UNSET
    country: CountryCode = UNSET
    recommendation: Bears = UNSET
    scope: WhichScope = UNSET
    sort: Annotated[ReportSort, Meta(description="The order; `latest` unless given.")] | UnsetType = UNSET


class AuditParameters(Paging, kw_only=True):
    """Which audit recommendations, and in which order."""

    q: Annotated[str, Meta(description="Words.")] | UnsetType = UNSET
    status: (
        Annotated[
            str,
            Meta(description="A status, or `any-open` or `any-closed`.", pattern=f"^({'|'.join(STATUSES)})$"),
        ]
        | UnsetType
    ) = UNSET
    agency: (
        Annotated[str, Meta(description="Whom it was told.", examples=["department-of-state"])] | UnsetType
    ) = UNSET
    priority: (
        Annotated[str, Meta(description="1 only priorities, 0 without them.", pattern="^[01]$")] | UnsetType
    ) = UNSET
    age: (
        Annotated[
            str,
            Meta(
                description="How old, in full years.",
                pattern=f"^({'|'.join(age.key for age in AGES)})$",
            ),
        ]
        | UnsetType
    ) = UNSET
    country: CountryCode = UNSET
    recommendation: Bears = UNSET
    report: Annotated[str, Meta(description="Of one report.", examples=["gao-25-107622"])] | UnsetType = UNSET
    scope: WhichScope = UNSET
    sort: Annotated[AuditSort, Meta(description="The order; `latest` unless given.")] | UnsetType = UNSET


class DeadlineParameters(Paging, kw_only=True):
    """Which deadlines."""

    country: CountryCode = UNSET
    actor: (
        Annotated[str, Meta(description="Part of who must act.", examples=["Secretary of State"])] | UnsetType
    ) = UNSET
    act: Annotated[str, Meta(description="The key of its bill.", examples=["119-hr-7148"])] | UnsetType = (
        UNSET
    )
    recommendation: Bears = UNSET
    group: Annotated[Group, Meta(description="Where on the board it stands today.")] | UnsetType = UNSET
    scope: (
        Annotated[str, Meta(description="`all` for everything in these acts.", pattern="^all$")] | UnsetType
    ) = UNSET


class VoteParameters(Paging, kw_only=True):
    """Which roll-call votes."""

    chamber: Annotated[Chamber, Meta(description="Whose vote.")] | UnsetType = UNSET
    congress: Annotated[int, Meta(description="One Congress.", ge=0, le=999, examples=[119])] | UnsetType = (
        UNSET
    )
    bill: (
        Annotated[
            str, Meta(description="On a measure, by its number in any spelling.", examples=["119-sjres-33"])
        ]
        | UnsetType
    ) = UNSET
    country: (
        Annotated[
            str, Meta(description="On measures about a country, by ISO 3166 alpha-3.", examples=["ISR"])
        ]
        | UnsetType
    ) = UNSET
    member: (
        Annotated[str, Meta(description="That list a member, by bioguide id.", examples=["S000033"])]
        | UnsetType
    ) = UNSET
    scope: (
        Annotated[Scope, Meta(description="`all` for everything; security assistance unless given.")]
        | UnsetType
    ) = UNSET


class LegislatorParameters(Paging, kw_only=True):
    """Which people."""

    name: Annotated[str, Meta(description="Part of a name.")] | UnsetType = UNSET
    state: Annotated[str, Meta(description="Two letters.", examples=["VT"])] | UnsetType = UNSET
    chamber: Annotated[Chamber, Meta(description="Where they sit.")] | UnsetType = UNSET
    current: Annotated[str, Meta(description="1 in office, 0 not.", pattern="^[01]$")] | UnsetType = UNSET


class SearchParameters(Paging, kw_only=True):
    """What to look for."""

    q: Annotated[str, Meta(description="Words, or a measure's number in any spelling.", min_length=1)]


def read_place(args: Mapping[str, str]) -> Place:
    """The part of a list that a query string asks for."""
    return Place(after=args.get("after") or None, limit=read_limit(args.get("limit")))
