"""Reports and audit recommendations in plain words: how old, where it stands, who speaks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from scrapers.records import AuditKind, PublisherKind
from tracker.sentences import written_date
from tracker.watchdogs.lifecycle import AuditFacts
from tracker.watchdogs.statuses import OPEN_STATUSES, AuditStatus, status_label

PUBLISHERS: Mapping[PublisherKind, str] = {
    PublisherKind.OFFICIAL: "Official",
    PublisherKind.LEGISLATIVE: "Legislative",
    PublisherKind.NON_GOVERNMENTAL: "Non-governmental",
}
"""Who speaks, in a word: the executive branch, Congress and its agencies, or an organisation outside government."""


class Age(NamedTuple):
    """A span of ages: from so many years on, and below so many; None for no end."""

    key: str
    label: str
    years: int
    below: int | None


AGES = (
    Age("under-1", "Under 1 year", 0, 1),
    Age("1-2", "1 to 2 years", 1, 3),
    Age("3-4", "3 to 4 years", 3, 5),
    Age("5-9", "5 to 9 years", 5, 10),
    Age("10-and-more", "10 years and more", 10, None),
)
"""How old recommendations are, youngest first, in full years."""


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age_of(since: date, today: date) -> Age:
    """The span that something of that day is in."""
    return next(age for age in reversed(AGES) if age.years == 0 or since <= years_before(today, age.years))


def age_words(since: date, today: date) -> str:
    """How old, in full years, or in months or days below that: "3 years", "1 month", "today"."""
    years = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
    if years >= 1:
        return f"{years} {'year' if years == 1 else 'years'}"
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months >= 1:
        return f"{months} {'month' if months == 1 else 'months'}"
    days = max((today - since).days, 0)
    return f"{days} {'day' if days == 1 else 'days'}"


def what_it_is(facts: AuditFacts) -> str:
    """ "Recommendation 4", "Matter 1 for Congress to consider", or without the number where none is printed."""
    number = f" {facts.number}" if facts.number else ""
    if facts.kind is AuditKind.MATTER:
        return f"Matter{number} for Congress to consider"
    return f"Recommendation{number}"


def audit_sentence(facts: AuditFacts, opened_on: date, today: date) -> str:
    """Where it stands and for how long, in a sentence."""
    status, age = facts.status, age_words(opened_on, today)
    label = _capital(status_label(status))
    if status in OPEN_STATUSES:
        return f"{label} for {age}, since {written_date(opened_on)}."
    if status is AuditStatus.NO_LONGER_LISTED:
        gone = max((one.gone_on for one in facts.addressees if one.gone_on), default=None)
        since = f" since {written_date(gone)}" if gone else ""
        return (
            f"No longer in the list of open recommendations{since}. It may have been closed; nobody has "
            f"confirmed it here. It was made on {written_date(opened_on)}."
        )
    closed = max((one.closed_on for one in facts.addressees if one.closed_on), default=None)
    when = f" on {written_date(closed)}" if closed else ""
    return f"{label}{when}. It was made on {written_date(opened_on)}."


def counts_words(counts: Mapping[AuditStatus, int]) -> str:
    """How many stand where: "4 open, 1 partially addressed"; empty for none."""
    return ", ".join(
        f"{counts[status]:,} {status_label(status)}" for status in AuditStatus if counts.get(status)
    )


def told_words(facts: AuditFacts) -> str:
    """What it is and whom it tells: "Recommendation 4 to the Department of State"; a matter is Congress's anyway."""
    names = [one.name for one in facts.addressees]
    if facts.kind is AuditKind.MATTER and names == ["Congress"]:
        return what_it_is(facts)
    return f"{what_it_is(facts)} to {to_whom(names)}"


def number_words(facts: AuditFacts) -> str:
    """Where the report is known: "No. 4", "Matter 1", or nothing where no number is printed."""
    if facts.kind is AuditKind.MATTER:
        return f"Matter {facts.number}" if facts.number else "Matter"
    return f"No. {facts.number}" if facts.number else ""


_TAKES_THE = re.compile(
    r"(?:Department|Office|Centers|Bureau|Secretary|Director|Administrator|Executive Office|Joint)\b|"
    r".*\b(?:Agency|Administration|Department|Office|Bureau|Services?|Commission|Board|Corporation|Command|Corps|"
    r"Center|Authority|Institute|Council|Force|Army|Navy|Guard|Agency for International Development)$"
)


def the(name: str) -> str:
    """An agency in a sentence: "the Department of State", but "Congress" and "USAID"."""
    return f"the {name}" if _TAKES_THE.match(name) and not name.lower().startswith("the ") else name


def to_whom(names: Sequence[str]) -> str:
    """Addressees in running text: "the Department of State and the Department of Defense"."""
    said = [the(name) for name in names]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
