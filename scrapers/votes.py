"""What roll calls of both chambers have in common: sources, words for positions, days, measures, totals. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapers.errors import DriftError
from scrapers.parsing import Element, drift
from scrapers.records import BillType, Chamber, MemberVote, Outcome, Position, RollCall
from scrapers.roll_calls import RollCallKey, asked_for, key_of_address, named
from scrapers.source import Document, Healthy, Source
from scrapers.times import EASTERN

_POSITIONS = {
    "Yea": Position.YEA,
    "Aye": Position.YEA,
    "Guilty": Position.YEA,
    "Nay": Position.NAY,
    "No": Position.NAY,
    "Not Guilty": Position.NAY,
    "Present": Position.PRESENT,
    # A senator who would have voted stays out of the count for one who is absent and would have voted otherwise.
    "Present, Giving Live Pair": Position.PRESENT,
    "Not Voting": Position.NOT_VOTING,
}
_MEASURE = re.compile(rf"({'|'.join(BillType)})(\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# The publishers' words for a result end so; what is denied comes first. "Veto Sustained" is of an override that failed.
_OUTCOMES = tuple(
    (re.compile(rf"(?:{ends})$"), outcome)
    for ends, outcome in (
        ("^Veto Sustained", Outcome.FAILED),
        ("^Veto Overridden", Outcome.PASSED),
        (r"Rejected|Defeated|Failed", Outcome.FAILED),
        (
            r"\b[Nn]ot (?:[Aa]greed [Tt]o|[Pp]assed|Invoked|Confirmed|Sustained|Well Taken|Guilty)",
            Outcome.FAILED,
        ),
        (
            r"[Aa]greed [Tt]o|[Pp]assed|Invoked|Confirmed|Adopted|Ratified|Sustained|Well Taken|Guilty",
            Outcome.PASSED,
        ),
    )
)


def source_of_roll_calls(
    chamber: Chamber,
    parse: Callable[[Document], Iterator[RollCall]],
    *,
    publisher: str,
    home_url: str,
    vote: str,
    bill: str,
) -> Source:
    """A chamber's source: it asks for the roll calls that measures in scope refer to, or for those that are named.

    `vote` and `bill` are examples of what the options of these names take.
    """
    name = chamber.value.capitalize()
    who = "member" if chamber is Chamber.HOUSE else "senator"
    return Source(
        key=f"{chamber.value}_votes",
        name=f"Roll calls of the {name}",
        publisher=publisher,
        covers=f"The recorded votes that measures in scope refer to: question, result, and how each {who} voted.",
        home_url=home_url,
        licence="U.S. government work, public domain",
        rhythm=timedelta(hours=4),
        hosts=frozenset({urlsplit(home_url).hostname or ""}),
        parser_version=1,
        healthy=Healthy(normal_day=100),
        requests=lambda options: named(options, chamber),
        wanted=lambda options, documents: asked_for(options, documents, chamber),
        parse=parse,
        options={
            "vote": f"a roll call by its key, as {vote}; several with commas between",
            "bill": f"every roll call that one measure refers to, as {bill}",
        },
        content_types=frozenset({"application/xml", "text/xml"}),
        maximum_bytes=5 * 1024 * 1024,
    )


def words(element: Element | None) -> str | None:
    """An element's text on one line; None where there is none."""
    if element is None or element.text is None:
        return None
    return " ".join(element.text.split()) or None


def needed(element: Element, name: str) -> str:
    """The text of a child that must be there."""
    found = words(element.find(name))
    if found is None:
        raise drift(f"{name} is missing", element)
    return found


def number(element: Element, name: str) -> int:
    """A child's whole number; an empty one is none, as the Senate writes it."""
    found = words(element.find(name))
    if found is None:
        return 0
    if not re.fullmatch(r"\d{1,5}", found, re.ASCII):
        raise drift(f"{name} is no number: {found[:40]!r}", element)
    return int(found)


def position_of(said: str, element: Element) -> Position:
    """What a member's word means; an unknown word is drift."""
    if said not in _POSITIONS:
        raise drift(f"no vote that we know: {said[:40]!r}", element)
    return _POSITIONS[said]


def outcome_of(result: str) -> Outcome | None:
    """Whether a question was carried, from the publisher's words; None where they leave it open."""
    return next((outcome for pattern, outcome in _OUTCOMES if pattern.search(result)), None)


def measure_key(name: str, congress: int) -> str | None:
    """The key of the measure that is printed so (`H R 7148`, `S.J.Res. 33`); None for what is no measure."""
    found = _MEASURE.fullmatch(re.sub(r"[\s.]", "", name).lower())
    return f"{congress}-{found[1]}-{found[2]}" if found else None


def eastern_time(day: str, month: str, year: str, hour: int, minute: int) -> datetime:
    """An instant from Washington's date and clock, in UTC. Of the hour that autumn has twice, the first."""
    if month[:3] not in _MONTHS:
        raise DriftError(f"no month: {month[:20]!r}")
    try:
        local = datetime(int(year), _MONTHS.index(month[:3]) + 1, int(day), hour, minute, tzinfo=EASTERN)
    except ValueError as error:
        raise DriftError(f"not a time: {day} {month} {year}, {hour}:{minute:02}") from error
    return local.astimezone(UTC)


def check_identity(document: Document, key: RollCallKey) -> None:
    """The document must say that it is the roll call that its address names."""
    named = key_of_address(document.url)
    if named is None:
        raise DriftError("not the address of a roll call", url=document.url)
    if named != key:
        raise DriftError(f"the document is of {key}, not of {named}", url=document.url)


def check_counts(vote: RollCall) -> RollCall:
    """The vote, if its totals are those of its members and nobody stands in it twice."""
    counted = Counter(member.position for member in vote.members)
    stated = {
        Position.YEA: vote.yeas,
        Position.NAY: vote.nays,
        Position.PRESENT: vote.present,
        Position.NOT_VOTING: vote.not_voting,
    }
    for position, total in stated.items():
        if counted[position] != total:
            what = position.value.replace("_", " ")
            raise DriftError(
                f"the total of {what} is {total}, {counted[position]} members are listed so", url=vote.url
            )
    _check_members(vote.members, vote.url)
    return vote


def _check_members(members: Sequence[MemberVote], url: str) -> None:
    named = Counter(member.bioguide or member.lis or "" for member in members)
    twice = sorted(name for name, times in named.items() if name and times > 1)
    if twice:
        raise DriftError(f"a member stands twice: {', '.join(twice)}", url=url)
