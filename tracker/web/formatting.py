"""How values look on a page: Jinja filters, each a plain function of a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from scrapers.problems import Problem, ProblemKind
from scrapers.records import Chamber, CommitteeReport, Law
from scrapers.times import EASTERN
from tracker.phrases import change_sentence, kind_label, recorded_late, stage_label
from tracker.queries import official
from tracker.queries.bills import Cosponsor
from tracker.queries.changes import ChangeRow
from tracker.queries.full_text import Piece
from tracker.queries.legislators import LegislatorRow
from tracker.queries.people import Person
from tracker.sanitise import plain_text, safe_html
from tracker.sentences import ordinal, written_date, written_within
from tracker.states import HOMES
from tracker.watchdogs.names import agency_slug
from tracker.watchdogs.statuses import status_label
from tracker.watchdogs.words import PUBLISHERS, number_words, to_whom, told_words
from tracker.wording import capital as capital
from tracker.wording import counted as counted
from tracker.wording import headline as headline
from tracker.wording import listed as listed
from tracker.wording import lower_first as lower_first
from tracker.wording import shortened as shortened
from tracker.wording import tidy as tidy
from tracker.wording import visible as visible

# --- dates and times --------------------------------------------------------------------------------


def short_date(day: date) -> str:
    """A day where room is small: "3 Apr 2025"."""
    return f"{day.day} {day:%b %Y}"


@lru_cache(maxsize=4096)
def day(value: date) -> Markup:
    """A day for people and machines: "3 April 2025" in a time element."""
    return _time(value.isoformat(), written_date(value))


@lru_cache(maxsize=4096)
def short_day(value: date) -> Markup:
    """A day for a narrow column: "3 Apr 2025" in a time element."""
    return _time(value.isoformat(), short_date(value))


def _time(machine: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def instant_words(value: datetime) -> str:
    """An instant: "1 June 2026, 04:21 UTC"."""
    utc = value.astimezone(UTC)
    return f"{written_date(utc.date())}, {utc:%H:%M} UTC"


@lru_cache(maxsize=4096)
def instant(value: datetime) -> Markup:
    """An instant for people and machines."""
    machine = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _time(machine, instant_words(value))


def washington_day(value: datetime) -> date:
    """The day it was in Washington at an instant."""
    return value.astimezone(EASTERN).date()


class Fetched(Protocol):
    """What was fetched at an instant, or on a day from that of `fetched_at` to `fetched_until`."""

    @property
    def fetched_at(self) -> datetime: ...

    @property
    def fetched_until(self) -> date | None: ...


def fetched_words(one: Fetched) -> str:
    """The day on which something was fetched, as far as it is known: "fetched 1 June 2026", "fetched in 2025"."""
    first = washington_day(one.fetched_at)
    return f"fetched {written_within(first, one.fetched_until or first)}"


def fetched(one: Fetched) -> Markup:
    """The instant at which something was fetched; of a copy that came with the program as much as is known."""
    if one.fetched_until is None:
        return instant(one.fetched_at)
    return period(one.fetched_at, one.fetched_until)


def period(begin: datetime, until: date) -> Markup:
    """A day for people and machines, or the days one of which is meant."""
    first = washington_day(begin)
    return day(first) if first == until else Markup(written_within(first, until))  # noqa: S704 (dates alone)


_RHYTHMS = (
    (timedelta(days=365), "year"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def rhythm(every: timedelta) -> str:
    """How often: "every 4 hours", "every day"."""
    for unit, word in _RHYTHMS:
        if every >= unit and every % unit == timedelta():
            count = every // unit
            return f"every {word}" if count == 1 else f"every {count} {word}s"
    return f"every {every.total_seconds():.0f} seconds"


# --- numbers and words ------------------------------------------------------------------------------


def number(value: int) -> str:
    """A number in figures: "17,817"."""
    return f"{value:,}"


def marked(pieces: Iterable[Piece]) -> Markup:
    """Found words marked in their text: everything is escaped first, then marked."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(words) if is_hit else escape(words) for words, is_hit in pieces
    )


def publisher_html(html: str) -> Markup:
    """A publisher's running text, made safe a second time before it stands in a page."""
    return Markup(safe_html(html))  # noqa: S704  # the sanitiser leaves a few tags and no attribute


def plain_words(html: str) -> str:
    """The words of a text in HTML."""
    return plain_text(html)


def word_count(html: str) -> int:
    """How many words a text in HTML has."""
    return len(plain_text(html).split())


# --- people -----------------------------------------------------------------------------------------

PARTIES = {
    "D": "Democrat",
    "R": "Republican",
    "I": "Independent",
    "ID": "Independent Democrat",
    "L": "Libertarian",
}
_CHAMBERS = {Chamber.HOUSE: "House", Chamber.SENATE: "Senate"}


def chamber_name(chamber: Chamber | str | None) -> str:
    """ "House", "Senate", or nothing where it is not known."""
    return _CHAMBERS[Chamber(chamber)] if chamber else ""


def party_name(party: str | None) -> str:
    """A party spelled out, from its letter or its name."""
    return PARTIES.get(party, party) if party else "party not published"


def state_name(state: str | None) -> str:
    """A state spelled out, from its two letters."""
    home = HOMES.get(state) if state else None
    return home.name if home else state or "state not published"


def seat_of(person: Person) -> str:
    """Party and home in brackets' short form: "D-California 12", "I-Vermont"."""
    home = state_name(person.state) if person.state else ""
    district = f" {person.district}" if person.district else ""
    return "-".join(part for part in (person.party or "", f"{home}{district}") if part)


def with_seat(person: Person) -> str:
    """A name with its seat: "Sen. Bernard Sanders (I-Vermont)"."""
    seat = seat_of(person)
    return f"{person.name} ({seat})" if seat else person.name


def constituency(person: LegislatorRow) -> str:
    """Whom a legislator represents: "Vermont", "California, district 12", "Wyoming, at large"."""
    home = state_name(person.state)
    if person.chamber is not Chamber.HOUSE or person.district is None:
        return home
    return f"{home}, district {person.district}" if person.district else f"{home}, at large"


def party_split(cosponsors: Iterable[Cosponsor]) -> list[tuple[str, int]]:
    """How many of each party, largest first: [("5 Democrats", 5), ("1 Republican", 1)]."""
    parties = Counter(one.person.party for one in cosponsors)
    return [
        (counted(count, party_name(party)) if party else f"{count} without a published party", count)
        for party, count in sorted(parties.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    ]


def inner(text: str) -> str:
    """A name within a sentence: its first letter small, unless it begins a name in capitals."""
    return text if text[1:2].isupper() or not text else f"{text[0].lower()}{text[1:]}"


# --- changes ----------------------------------------------------------------------------------------


def sentence(change: ChangeRow) -> str:
    """A change in words."""
    return tidy(change_sentence(change.kind, change.old, change.new, change.occurred_on))


def late(change: ChangeRow) -> str | None:
    """How long after its date a change was seen, if it was late."""
    return recorded_late(change.occurred_on, change.first_seen_at)


# --- documents and problems -------------------------------------------------------------------------

_FILE_KINDS = {".xml": "XML", ".htm": "HTML", ".html": "HTML", ".pdf": "PDF", ".txt": "text"}


def file_kind(url: str) -> str:
    """What a document is, by its address: "PDF"."""
    path = urlsplit(url).path
    if "/uslm/" in path:
        return "USLM XML"
    return _FILE_KINDS.get(PurePosixPath(path).suffix.lower(), "document")


def host(url: str) -> str:
    """The host of an address, for words: "sanders.senate.gov"."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def law_page(law: Law) -> str:
    """The official page of a law."""
    return official.law_page(law.type, law.number)


def report_page(report: CommitteeReport) -> str | None:
    """The official page of a committee report, where its citation tells it."""
    return official.report_page(report.citation)


_PROBLEMS = {
    ProblemKind.FETCH: "could not be fetched",
    ProblemKind.DRIFT: "is not what the source promised",
    ProblemKind.SHORT: "brought less than a healthy run does",
    ProblemKind.SHRUNK: "lists much less than before",
    ProblemKind.STALE: "is older than what we hold, so it was not used",
    ProblemKind.CRASH: "met a fault of our own",
}
_WITHOUT_DETAIL = frozenset({ProblemKind.STALE, ProblemKind.CRASH})


def problem_words(problem: Problem) -> str:
    """What went wrong, for the public: which document, what, and the reader's own words where they help."""
    whole = problem.document.removeprefix("https://")
    name = shortened(whole, 100) if "?" in whole else whole.rpartition("/")[2] or whole
    words = f"{name} {_PROBLEMS[problem.kind]}"
    detail = "" if problem.kind in _WITHOUT_DETAIL else shortened(problem.message.partition("\n")[0], 200)
    return f"{words}: {detail}" if detail else f"{words}."


FILTERS: dict[str, Callable[..., Any]] = {
    "agency_slug": agency_slug,
    "audit_status": status_label,
    "number_words": number_words,
    "publisher_label": PUBLISHERS.__getitem__,
    "to_whom": to_whom,
    "told_words": told_words,
    "capital": capital,
    "lower_first": lower_first,
    "chamber_name": chamber_name,
    "constituency": constituency,
    "counted": counted,
    "fetched": fetched,
    "fetched_words": fetched_words,
    "file_kind": file_kind,
    "headline": headline,
    "host": host,
    "late": late,
    "law_page": law_page,
    "period": period,
    "plain_words": plain_words,
    "problem_words": problem_words,
    "report_page": report_page,
    "day": day,
    "inner": inner,
    "instant": instant,
    "instant_words": instant_words,
    "kind_label": kind_label,
    "listed": listed,
    "marked": marked,
    "number": number,
    "ordinal": ordinal,
    "party_name": party_name,
    "party_split": party_split,
    "publisher_html": publisher_html,
    "rhythm": rhythm,
    "seat_of": seat_of,
    "sentence": sentence,
    "short_date": short_date,
    "short_day": short_day,
    "shortened": shortened,
    "stage_label": stage_label,
    "state_name": state_name,
    "tidy": tidy,
    "washington_day": washington_day,
    "with_seat": with_seat,
    "word_count": word_count,
    "written_date": written_date,
}


def register(app: Flask) -> None:
    """Give every filter to the templates; a name that no view gave a value is a fault."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS)
