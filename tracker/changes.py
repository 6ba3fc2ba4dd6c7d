"""What is different between what we hold of a measure and what its source says now. Pure.

Two tables say what counts. A *fact* is one of many and is there or not (an action, a cosponsor); a *state*
has one value at a time (the stage, the title). Every kind here has one sentence in `phrases.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from scrapers.records import Action, Bill, RecordedVote
from scrapers.roll_calls import RollCallKey, parse_key, session_on
from scrapers.times import EASTERN
from tracker.stages import Reading, Standing


class Draft(msgspec.Struct, frozen=True):
    """A change not yet stored. `old` and `new` are plain values that the kind's sentence understands."""

    kind: str
    natural_key: str
    occurred_on: date | None
    old: Any = None
    new: Any = None


class Told(NamedTuple):
    """A bill as far as changes go: the record, what its action lines mean, and where it stands."""

    bill: Bill
    identities: Sequence[str]
    readings: Sequence[Reading | None]
    standing: Standing


class Fact(NamedTuple):
    """One of many: its identity, the source's date if it has one, and what to show."""

    key: str
    occurred_on: date | None
    value: Any


_LONGEST_KEY = 120


def _bounded(key: str) -> str:
    """A key that fits its column, whatever length upstream's words have."""
    return key if len(key) <= _LONGEST_KEY else f"{key[: _LONGEST_KEY - 13]}:{digest(key)}"


def introduced(told: Told) -> Draft:
    """The change that a new measure is; its own history is no news."""
    bill = told.bill
    sponsor = bill.sponsors[0].name if bill.sponsors else None
    return Draft(
        "introduced", "introduced", bill.introduced_on, None, {"title": bill.title, "sponsor": sponsor}
    )


def differences(old: Told, new: Told) -> Iterator[Draft]:
    """Every change from old to new, in a fixed order. Nothing for equal facts, whatever their order.

    A fact that is gone becomes a change of the kind with `_removed`; the publisher's edit stamp is part of its
    key, so that a fact which comes and goes twice is told twice.
    """
    stamp = _stamp(new.bill.updated_at)
    for kind, state_of in STATES.items():
        before, after = state_of(old), state_of(new)
        if after is not None and (before is None or before.key != after.key):
            was = before.value if before else None
            yield Draft(kind, f"{digest(after.key)}@{stamp}", after.occurred_on, was, after.value)
    for kind, facts_of in FACTS.items():
        had = {_bounded(fact.key): fact for fact in facts_of(old)}
        has = {_bounded(fact.key): fact for fact in facts_of(new)}
        for key, fact in has.items():
            if key not in had:
                yield Draft(kind, key, fact.occurred_on, None, fact.value)
        for key, fact in had.items():
            if key not in has:
                yield Draft(f"{kind}_removed", f"{key}@{stamp}", None, fact.value, None)


# --- identities -------------------------------------------------------------------------------------

# The Library of Congress repeats a chamber's line after one of these.
_TWIN_PREFIX = re.compile(
    r"(?:Passed/agreed to|Failed of passage/not agreed to|Conference report agreed to|"
    r"Resolving differences --|Passed|Failed of passage)[^:]{0,40}: ", re.IGNORECASE,
)  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")


def action_identities(actions: Iterable[Action]) -> list[str]:
    """A name for each line that survives re-ordering and holds without the text.

    Lines of two source systems that say the same on one day (twins) share one. Two equal lines of one system
    (two committees) are two.
    """
    seen: dict[tuple[str, str | None], int] = {}
    names = []
    for action in actions:
        name = f"{action.acted_on}:{_wording(action.text or action.code or action.type or '')}"
        line = name, action.system
        nth = seen.get(line, 0)
        seen[line] = nth + 1
        names.append(f"{name}:{nth}" if nth else name)
    return names


@lru_cache(maxsize=1_000)
def _wording(text: str) -> str:
    twin = _TWIN_PREFIX.match(text)
    return digest(" ".join(_WORD.findall(text[twin.end() if twin else 0 :].lower())))


def digest(text: str) -> str:
    """Twelve hexadecimal digits that stand for a text in a key."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y%m%dT%H%M%SZ")


# --- states -----------------------------------------------------------------------------------------


def _stage(told: Told) -> Fact:
    stage = told.standing.stage.value
    return Fact(stage, told.standing.since, stage)


def _setback(told: Told) -> Fact | None:
    standing = told.standing
    if standing.setback is None:
        return None
    value = {
        "event": standing.setback.value,
        "chamber": standing.setback_chamber.value if standing.setback_chamber else None,
        "on": standing.setback_on.isoformat() if standing.setback_on else None,
        "yeas": standing.setback_yeas,
        "nays": standing.setback_nays,
    }
    return Fact(str(value), standing.setback_on, value)


def _title(told: Told) -> Fact:
    return Fact(told.bill.title, None, told.bill.title)


def _policy_area(told: Told) -> Fact | None:
    area = told.bill.policy_area
    return Fact(area, None, area) if area else None


def _sponsor(told: Told) -> Fact | None:
    """By bioguide id: how a name is printed changes between pulls."""
    if not told.bill.sponsors:
        return None
    sponsor = told.bill.sponsors[0]
    return Fact(sponsor.bioguide, None, {"bioguide": sponsor.bioguide, "name": sponsor.name})


STATES: dict[str, Callable[[Told], Fact | None]] = {
    "stage": _stage,
    "setback": _setback,
    "title": _title,
    "policy_area": _policy_area,
    "sponsor": _sponsor,
}


# --- facts ------------------------------------------------------------------------------------------


def _became_law(told: Told) -> Iterator[Fact]:
    for law in told.bill.laws:
        yield Fact(f"{law.type} {law.number}", told.standing.since, {"type": law.type, "number": law.number})


def _reports(told: Told) -> Iterator[Fact]:
    for report in told.bill.reports:
        yield Fact(report.citation, None, {"citation": report.citation})


def _votes(told: Told) -> Iterator[Fact]:
    """Roll calls that the history refers to."""
    for on, reading, vote in _named_votes(told):
        value = {
            "chamber": vote.chamber.value,
            "congress": vote.congress,
            "session": vote.session,
            "roll": vote.roll,
            "url": vote.url,
            "yeas": reading.yeas if reading else None,
            "nays": reading.nays if reading else None,
        }
        yield Fact(vote_name(vote), on, value)


def vote_name(vote: RecordedVote | RollCallKey) -> str:
    """The natural key of all changes that tell of one roll call."""
    return f"{vote.chamber.value} {vote.congress}-{vote.session}-{vote.roll}"


def roll_calls(told: Told) -> set[RollCallKey]:
    """The roll calls that the history refers to; a number that no roll call can have is none."""
    named = (
        RollCallKey(vote.chamber, vote.congress, vote.session, vote.roll) for _, _, vote in _named_votes(told)
    )
    return {key for key in named if parse_key(str(key)) == key}


def _named_votes(told: Told) -> Iterator[tuple[date, Reading | None, RecordedVote]]:
    """By the publisher's reference, or by the number in the line where there is none.

    The Senate's lines often say "Record Vote Number: 165" and no more.
    """
    for action, reading in zip(told.bill.actions, told.readings, strict=True):
        votes: Iterable[RecordedVote] = action.votes
        if not votes and reading and reading.roll and reading.chamber:
            session = session_on(action.acted_on)
            votes = [RecordedVote(reading.chamber, told.bill.congress, session, reading.roll)]
        for vote in votes:
            yield action.acted_on, reading, vote


def _actions(told: Told) -> Iterator[Fact]:
    for action, identity, reading in zip(told.bill.actions, told.identities, told.readings, strict=True):
        value = {
            "acted_on": action.acted_on.isoformat(),
            "text": action.text,
            "reading": msgspec.to_builtins(reading) if reading else None,
            "committees": action.committees,
        }
        yield Fact(identity, action.acted_on, value)


def _cosponsors(told: Told) -> Iterator[Fact]:
    for person in told.bill.cosponsors:
        yield Fact(f"{person.bioguide}@{person.sponsored_on or ''}", person.sponsored_on, _person(person))


def _withdrawals(told: Told) -> Iterator[Fact]:
    for person in told.bill.cosponsors:
        if person.withdrawn_on:
            yield Fact(f"{person.bioguide}@{person.withdrawn_on}", person.withdrawn_on, _person(person))


def _person(person: Any) -> Any:
    return {"bioguide": person.bioguide, "name": person.name, "party": person.party, "state": person.state}


def _referrals(told: Told) -> Iterator[Fact]:
    for committee in told.bill.committees:
        moments = [activity.at for activity in committee.activities if activity.at]
        on = min(moments).astimezone(EASTERN).date() if moments else None
        value = {"code": committee.code, "name": committee.name, "chamber": committee.chamber,
                 "parent": committee.parent}  # fmt: skip
        yield Fact(committee.code, on, value)


_PACKAGE = re.compile(r"/(?:pkg|BILLS|PLAW)/(?:.*/)?((?:BILLS|PLAW)-[0-9a-z]+)", re.IGNORECASE)


def _texts(told: Told) -> Iterator[Fact]:
    """By the publisher's package name, for dates are filled in late."""
    for version in told.bill.texts:
        package = _PACKAGE.search(version.urls[0]) if version.urls else None
        value = {"type": version.type, "url": version.urls[0] if version.urls else None}
        yield Fact(package.group(1) if package else version.type, version.issued_on, value)


def _summaries(told: Told) -> Iterator[Fact]:
    for summary in told.bill.summaries:
        value = {"description": summary.description, "acted_on": summary.acted_on.isoformat()}
        yield Fact(f"{summary.version_code}@{summary.acted_on}", None, value)


def _related(told: Told) -> Iterator[Fact]:
    for other in told.bill.related:
        key = f"{other.congress}-{other.type.value}-{other.number}"
        yield Fact(key, None, {"key": key, "title": other.title, "relationships": other.relationships})


def _titles(told: Told) -> Iterator[Fact]:
    for title in told.bill.titles:
        if title.type != "Display Title":  # that one is the state `title`
            yield Fact(
                digest(f"{title.type}|{title.title}"), None, {"type": title.type, "title": title.title}
            )


def _subjects(told: Told) -> Iterator[Fact]:
    for subject in told.bill.subjects:
        yield Fact(subject, None, {"name": subject})


FACTS: dict[str, Callable[[Told], Iterable[Fact]]] = {
    "became_law": _became_law,
    "action": _actions,
    "vote_reference": _votes,
    "report": _reports,
    "committee_referral": _referrals,
    "cosponsor_added": _cosponsors,
    "cosponsor_withdrawn": _withdrawals,
    "text_version": _texts,
    "summary": _summaries,
    "related_bill": _related,
    "other_title": _titles,
    "subject": _subjects,
}

ARMS_SALES = ("arms_sale_notified", "arms_sale_value", "arms_sale_corrected", "arms_sale_published")
"""What can change about a proposed arms sale; see `ingest/arms_sales.py`."""

REPORTS = ("report_published", "report_revised", "report_reissued", "report_corrected")
"""What can change about a watchdog's report; see `ingest/reports.py`."""

AUDITS = (
    "audit_opened", "audit_status", "audit_priority", "audit_comment", "audit_disappeared", "audit_reopened",
)  # fmt: skip
"""What can change about an audit recommendation; see `watchdogs/lifecycle.py`."""

VOTES = ("vote_positions", "vote_corrected")
"""What can change about a roll call that a measure's history refers to; see `ingest/votes.py`."""

PROVISIONS = ("provision_changed", "provision_added", "provision_dropped")
"""What a new text changes in a condition, a funding line or a deadline; see `provisions/news.py`."""

KINDS: tuple[str, ...] = (
    "introduced",
    *STATES,
    *FACTS,
    *(f"{kind}_removed" for kind in FACTS),
    *ARMS_SALES,
    *REPORTS,
    *AUDITS,
    *VOTES,
    *PROVISIONS,
)
