"""A text's sections in, the provisions that matter out: those with money, conditions, deadlines or countries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from scrapers.records import Section, Step
from tracker.linking.match import Matcher
from tracker.linking.vocabulary import load_vocabulary
from tracker.provisions.accounts import SECURITY_ACCOUNTS
from tracker.provisions.conditions import read_conditions
from tracker.provisions.deadlines import read_deadlines
from tracker.provisions.facts import Condition, Deadline, Figure, Mention
from tracker.provisions.funding import read_figures
from tracker.provisions.passages import Passages


class Provision(msgspec.Struct, frozen=True):
    """One section that concerns a country, an account or a deadline, with all that was read in it."""

    position: int
    section: Section
    figures: tuple[Figure, ...] = ()
    conditions: tuple[Condition, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def matters(self) -> bool:
        """Whether it concerns a country, an account of security assistance, or a deadline."""
        return bool(self.mentions or self.deadlines or self.names_account)

    @property
    def names_account(self) -> bool:
        """Whether it names an account of security assistance."""
        funds = {name for figure in self.figures for name in figure.funds}
        funds |= {name for condition in self.conditions for name in condition.funds}
        return bool(funds & SECURITY_ACCOUNTS)


@cache
def packaged_matcher() -> Matcher:
    """The names that came with the program, ready to be found."""
    return Matcher(load_vocabulary())


def read_provisions(sections: Sequence[Section], matcher: Matcher | None = None) -> list[Provision]:
    """What every section says, in their order; `Provision.matters` tells which to keep."""
    matcher = matcher or packaged_matcher()
    return [_read(position, section, matcher) for position, section in enumerate(sections)]


def _read(position: int, section: Section, matcher: Matcher) -> Provision:
    passages = Passages(section, matcher)
    return Provision(
        position, section,
        figures=tuple(read_figures(passages)) if "$" in section.text else (),
        conditions=tuple(read_conditions(passages)),
        deadlines=tuple(read_deadlines(passages)),
        mentions=tuple(_mentions(passages)),
    )  # fmt: skip


def _mentions(passages: Passages) -> Iterator[Mention]:
    counts: dict[str, list[int]] = {}
    for one in passages.matches:
        counts.setdefault(one.entry.partition(":")[2], [one.start, one.end, 0])[2] += 1
    for country, (start, end, count) in counts.items():
        yield Mention(country, passages.label(start), start, end, count)


def section_path(section: Section) -> str:
    """Where a section stands, for people: "division F, title VII, section 7041"."""
    steps = [_step(step) for step in section.steps if step.number]
    if section.number:
        return ", ".join([*steps, f"section {section.number}"])
    return ", ".join([*steps, *filter(None, [section.heading])])


def _step(step: Step) -> str:
    return f"{step.level} {step.number}"


def division_of(section: Section) -> str | None:
    """The letter of the division that a section stands in."""
    return next((step.number for step in section.steps if step.level == "division"), None)


_YEAR = re.compile(
    r"Appropriations Act, (?:Fiscal Year )?(20\d\d)\b|fiscal year ending September 30, (20\d\d)"
)


def fiscal_year(section: Section, title: str | None) -> int | None:
    """The fiscal year that a section's money is for, as its division's name or else the text's title says."""
    for words in (*(step.heading for step in reversed(section.steps)), title):
        found = _YEAR.search(words or "")
        if found:
            return int(found[1] or found[2])
    return None


_FOREIGN_AID = re.compile(
    r"foreign operations|national security, department of state|security supplemental", re.IGNORECASE
)
_ON_AID = re.compile(
    r"\bforeign\b|security (?:assistance|cooperation|forces)|\barms exports?\b|military (?:aid|assistance)",
    re.IGNORECASE,
)
_DEFENSE = re.compile(r"department of defense|national defense", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\b(?:appropriations?|extenders?)\b", re.IGNORECASE)


def concerns_aid(one: Provision, title: str | None) -> bool:
    """Whether a section is about foreign or security assistance, and not about something else in the same act.

    What stands in the acts that provide the money does; in those of other subcommittees only what names an account
    of it; elsewhere what names a country or an account, or stands in a measure whose title is about it.
    """
    part = next((step.heading for step in one.section.steps if step.level == "division"), None)
    name = part or title or ""
    if _FOREIGN_AID.search(name) or one.names_account:
        return True
    if _OF_ANOTHER.search(name) and not _DEFENSE.search(name):
        return False
    names_country = any(mention.country != "USA" for mention in one.mentions)
    return names_country or (part is None and is_on_aid(name))


_SHORT = 200
"""Sections up to which a text is kept whole, so that two versions of it can be compared."""


def kept(provisions: Sequence[Provision], title: str | None) -> list[Provision]:
    """The sections of a text to store: all of a short one and of acts on foreign aid, of others what matters."""
    is_short = len(provisions) <= _SHORT
    return [one for one in provisions if one.matters or is_short or _is_of_foreign_aid(one, title)]


def _is_of_foreign_aid(one: Provision, title: str | None) -> bool:
    part = next((step.heading for step in one.section.steps if step.level == "division"), None)
    return bool(_FOREIGN_AID.search(part or title or ""))


def is_on_aid(title: str) -> bool:
    """Whether a measure's title says that it is about foreign or security assistance."""
    return bool(_ON_AID.search(title) or _FOREIGN_AID.search(title))
