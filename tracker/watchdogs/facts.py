"""What a report is, from all the documents that tell of it. Pure.

A feed, a product record and a listing each say something of one report. The fullest speaks first, and the others
fill in what it leaves out; dates that cannot all be right are kept and shown, and none of them names the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from scrapers.records import Report, ReportLink
from tracker.sentences import written_date

_LONG_LAG = 366  # days from publishing to releasing, from which on it is worth a word
_MANY = 60


class ReportFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What all documents say together, but for the summary. `published_on` and `released_on` are as printed.

    `other_published_on` are further days on which some document says that it was published. `recommendations` is
    how many the publisher says it makes.
    """

    title: str
    url: str
    type: str | None = None
    published_on: date | None = None
    released_on: date | None = None
    other_published_on: tuple[date, ...] = ()
    version: str | None = None
    topics: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    links: tuple[ReportLink, ...] = ()
    bills: tuple[str, ...] = ()
    original: str | None = None
    recommendations: int | None = None


def together(told: Sequence[Report]) -> ReportFacts:
    """One report of all that was told of it. The order of `told` does not matter."""
    ranked = ranked_by_fullness(told)
    main = ranked[0]
    released_on = _first(ranked, lambda one: one.released_on)
    # Another version has another day, and nothing is odd about that.
    newest = [one for one in ranked if one.version in (None, main.version)]
    published = {one.published_on for one in newest if one.published_on}
    published_on = min(published, key=lambda day: _doubt(day, released_on), default=None)
    return ReportFacts(
        title=main.title,
        url=main.url,
        type=_first(ranked, lambda one: one.type),
        published_on=published_on,
        released_on=released_on,
        other_published_on=tuple(sorted(published - {published_on})),
        version=main.version,
        topics=_all(one.topics for one in ranked),
        agencies=_all(one.agencies for one in ranked),
        links=_links(ranked),
        bills=_all(one.bills for one in ranked),
        original=_first(ranked, lambda one: one.original),
        recommendations=_first(ranked, lambda one: one.recommendations),
    )


def summary_of(told: Sequence[Report]) -> str | None:
    """The longest summary that a document gives: a listing's is cut."""
    summaries = sorted((one.summary for one in told if one.summary), key=lambda text: (-len(text), text))
    return summaries[0] if summaries else None


def ranked_by_fullness(told: Sequence[Report]) -> list[Report]:
    """Those of the newest version first, of these the one that says most, of equals the one edited last."""
    by_fullness = sorted(told, key=lambda one: (-_fullness(one), -_edited(one), one.url, one.title))
    return sorted(by_fullness, key=lambda one: version_order(one.version), reverse=True)


def _fullness(one: Report) -> int:
    given = (one.published_on, one.released_on, one.type, one.topics, one.agencies, one.links)
    return sum(1 for value in given if value)


def _edited(one: Report) -> float:
    return (one.updated_at or datetime(1900, 1, 1, tzinfo=UTC)).timestamp()


def _first(ranked: Sequence[Report], read: Callable[[Report], Any]) -> Any:
    return next((value for one in ranked if (value := read(one)) is not None), None)


def _all(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for entries in lists for entry in entries))[:_MANY]


def _links(ranked: Sequence[Report]) -> tuple[ReportLink, ...]:
    """Each address once, under the label that the fullest document gives it."""
    found: dict[str, ReportLink] = {}
    for one in ranked:
        for link in one.links:
            found.setdefault(link.url, link)
    return tuple(found.values())[:_MANY]


def _doubt(day: date, released_on: date | None) -> tuple[bool, int, date]:
    """A report is published before it is released and seldom long before; without that day the latest is taken."""
    if released_on is None:
        return False, -day.toordinal(), day
    return day > released_on, abs((released_on - day).days), day


def version_order(version: str | None) -> tuple[int, str]:
    """Numbers before each other as numbers, anything else as words."""
    digits = "".join(filter(str.isdecimal, version or ""))
    return (int(digits[:9]) if digits else -1), version or ""


def public_on(facts: ReportFacts, seen_on: date) -> date:
    """The day since which anybody could read it: released, else published, else first seen.

    A day that had not come when we saw the report is none.
    """
    for day in (facts.released_on, facts.published_on):
        if day is not None and day <= seen_on:
            return day
    return seen_on


def oddities(facts: ReportFacts, seen_on: date) -> list[str]:
    """What is strange about its dates, a sentence each."""
    found = []
    published, released = facts.published_on, facts.released_on
    if published and released and published > released:
        found.append(
            f"Its publisher says that it was published on {written_date(published)} and released on "
            f"{written_date(released)}, which is earlier. Lists go by the day of release."
        )
    elif published and released and (released - published).days > _LONG_LAG:
        found.append(
            f"It was published on {written_date(published)} and released to the public only on "
            f"{written_date(released)}."
        )
    found += [
        f"One of its publisher’s documents says that it was published on {written_date(day)}."
        for day in facts.other_published_on
    ]
    for name, when in (("published", published), ("released", released)):
        if when and when > seen_on:
            found.append(
                f"Its publisher dates it {name} on {written_date(when)}, which had not come when it was first "
                f"seen here."
            )
    return found
