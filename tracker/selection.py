"""Which measures the bundled facts hold: those in scope, and a few more rules, each with its reason. Pure.

The bundle is about military, police and foreign aid and what bounds it. What concerns U.S. security assistance is
decided in `linking/scope.py`, here by titles, subjects and codes alone, which is what the bundle itself holds. The
rules below add what the bundle wants besides: foreign aid at large, war and peace, and abuses by governments.
Precision comes first: a rule asks for words in a title and for where the measure went, or for what the
Congressional Research Service files it under.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from tracker.linking.describe import described
from tracker.linking.evidence import CONFIDENT
from tracker.linking.match import Matcher
from tracker.linking.scope import scope_rules
from tracker.linking.scope_rules import (
    ABROAD,
    ANYWHERE,
    EITHER,
    FOREIGN_AID,
    FOREIGN_COMMITTEES,
    HONORS,
    INTERNATIONAL,
    Home,
    any_of,
)
from tracker.linking.vocabulary import load_vocabulary

CONGRESS = 119

MEASURES = "govinfo_billstatus"
"""The source of measures. Readers come for where a measure stands, so its day is the bundle's and the site's."""


class Candidate(NamedTuple):
    """What the rules look at: all titles of a measure, its own first, its policy area, subjects and committees."""

    key: str
    titles: tuple[str, ...]
    policy_area: str | None
    subjects: frozenset[str]
    committees: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to bundle a measure. Every condition that is set must hold.

    `words` must be found in a title, and `unless` in none. `home` says where it belongs.
    """

    name: str
    reason: str
    in_scope: bool = False
    keys: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    subjects: frozenset[str] = frozenset()
    home: Home = ANYWHERE


_CONGRESS = frozenset({"Congress"})
_SPENDING_COMMITTEES = frozenset({"hsap00", "ssap00"})

# Partners and neighbors that the United States arms, trains or shields, or whose war it takes a side in.
_PARTNERS = "|".join((
    "Armenia", "Azerbaijan", "Bahrain", "Baltic", "Cameroon", "Colombia", "Congo", "Cyprus", "Ecuador",
    "Egypt", "El Salvador", "Emirates", "Eritrea", "Ethiopia", "Gaza", "Greece", "Guatemala", "Haiti",
    "Hellenic", "Honduras", "Iraq", "Israel", "Jordan", "Kosovo", "Kurd", "Lebanese", "Lebanon", "Mexic",
    "Moldova", "Morocco", "Mozambique", "Niger", "Pakistan", "Palestinian", "Philippin", "Qatar",
    "Republic of Georgia", "Rwanda", "Sahara", "Sahel", "Saudi", "Somali", "Sudan", "Syria", "Taiwan",
    "Tanzania", "Tunisia", "Turkey", "Türkiye", "Uganda", "Ukrain", "Venezuela", "West Bank", "Yemen",
))  # fmt: skip
_STAKES = "|".join((
    "accountab", r"aid\b", "assist", "bilateral relation", "ceasefire", "civilians", "defen[cs]e", "deterr",
    "invasion", "occup", "peace", "security", r"support(?:s|ing)?\b", "territorial", r"war\b", "weapons",
))  # fmt: skip


RULES: tuple[Rule, ...] = (
    Rule(
        "security-assistance",
        "Concerns U.S. security assistance.",
        in_scope=True,
    ),
    Rule(
        "named",
        "Carries the money under a title that does not say so.",
        keys=frozenset({"119-hr-4"}),  # Rescissions Act of 2025, P.L. 119-28: takes foreign aid back
    ),
    Rule(
        "foreign-assistance",
        "The law, the agencies and the limits of foreign aid.",
        words=any_of(
            r"foreign (?:assistance|aid)\b", r"Agency for International Development\b", r"USAID\b",
            r"Millennium Challenge\b", r"global fragility\b", r"UNRWA\b", r"Relief and Works Agency\b",
            r"UNFPA\b", r"economic support fund\b", r"stop funding\b.*\b(?:terrorist|Hamas|adversar)",
            r"humanitarian (?:aid|assistance|response)\b", r"funding\b.*\b(?:Palestinian|Taliban|Gaza)\b",
            r"(?:African|Inter-American) (?:Development )?Foundation\b", r"International Narcotics Control\b",
            r"Conflict (?:Prevention|and Stabilization)\b", r"National Endowment for Democracy\b",
            r"(?:prohibit|restrict|limit|suspend|condition|repeal)\w*\b.{0,60}\bassistance (?:to|for)\b",
        ),
        unless=any_of("COVID", "Orphanage"),
        home=Home(committees=FOREIGN_COMMITTEES | _SPENDING_COMMITTEES),
    ),
    Rule(
        "foreign-aid-subject",
        "Filed by the Congressional Research Service under foreign aid.",
        subjects=FOREIGN_AID,
        unless=any_of("nuclear", "Health Organization"),
        home=Home(INTERNATIONAL),
    ),
    Rule(
        "war-powers",
        "Whether the United States fights, and who decides.",
        words=any_of(
            r"War Powers Resolution\b", r"from hostilities\b", r"use of (?:military|armed) force\b",
            r"use military force\b", r"removal of United States Armed Forces\b", r"marque and reprisal\b",
            r"No War\b", r"Unauthorized (?:War|Military Action)\b", r"Military Force Repeal\b",
            r"funds\b.*\bmilitary (?:force|operation|action)", r"use of the United States Armed Forces\b",
            r"deploy United States military\b", r"calls for military action\b", r"deploying\b.*\btroops\b",
            r"fund(?:s|ing)?\b.*\b(?:invade|invasion)\b", r"No Invading Allies\b",
        ),
        unless=any_of(*HONORS),
        home=Home(EITHER.areas | _CONGRESS, EITHER.committees),
    ),
    Rule(
        "inquiries",
        "Asks the administration for facts on a country's conduct or on operations abroad.",
        words=any_of(
            r"502B\b", r"Of inquiry\b.*\b(?:military|strikes|hostilities|assistance|Salvador|attack)"
        ),
        home=Home(committees=EITHER.committees),
    ),
    Rule(
        "human-rights",
        "Acts on abuses by governments and the forces under them.",
        words=any_of(
            r"human rights\b", r"extrajudicial\b", r"enforced disappearance", r"child soldier", r"torture\b",
            r"gross violation", r"war crime", r"atrocit", r"genocide\b", r"security forces\b",
            r"armed groups?\b", r"transnational repression\b", r"Global Criminal Justice\b", r"murder of\b",
            r"military occupation\b", r"implement of war\b", r"Justice for (?:Shireen|Hind Rajab)\b",
            r"Democracy Restoration\b",
        ),
        unless=any_of(
            *HONORS, r"Women's Health\b", r"distributed ledger\b", r"famine\b",
            r"19\d\d\b.*\b(?:massacre|genocide)", r"(?:massacre|genocide)\b.*\b19\d\d\b", r"1994 genocide\b",
        ),
        home=ABROAD,
    ),
    Rule(
        "sanctions-on-forces",
        "Sanctions for violence, repression or coups: the other lever beside aid.",
        words=any_of(
            r"sanction\w*\b.*\b(?:security forces|armed forces|military|militia|paramilitar|police|repress|"
            r"persecut|violence|coup\b|settler|undermin|democra|gang|collusion|Houthi|Ansarallah)",
            r"designat\w*\b.*\b(?:Rapid Support Forces|State Sponsor of Terrorism|paramilitary)\b",
            r"acts? of aggression\b", r"Burma\b", r"MEGOBARI\b",
        ),
        home=ABROAD,
    ),
    Rule(
        "partners-at-war",
        "Arms, aid or terms for a partner at war or in crisis.",
        words=any_of(
            rf"(?:{_PARTNERS})\w*\b.*\b(?:{_STAKES})", rf"(?:{_STAKES})\w*\b.*\b(?:{_PARTNERS})"
        ),
        unless=any_of(
            *HONORS, r"Famine\b", r"travel\b", r"tourism\b", r"supporting the goals\b", r"refugee",
            r"mineral", r"telecommunication", r"internet\b", r"energy\b", r"space\b", r"water\b",
            r"undersea\b",
            r"United Nations General Assembly\b", r"flag of\b", r"expropriat", r"insurance\b", r"Holy See\b",
            r"temporary protected\b",
        ),
        home=Home(INTERNATIONAL),
    ),
)  # fmt: skip


def choose(candidates: Iterable[Candidate]) -> dict[str, tuple[str, ...]]:
    """The chosen measures' keys, with the names of the rules that chose each."""
    found = ((candidate.key, reasons(candidate)) for candidate in candidates)
    return {key: names for key, names in found if names}


def reasons(candidate: Candidate) -> tuple[str, ...]:
    """The names of the rules that hold for a measure, in the table's order; none when it is not chosen."""
    return tuple(rule.name for rule in RULES if _holds(rule, candidate))


def _holds(rule: Rule, candidate: Candidate) -> bool:
    if rule.in_scope and not _is_in_scope(candidate):
        return False
    if rule.keys and candidate.key not in rule.keys:
        return False
    if rule.subjects and not rule.subjects & candidate.subjects:
        return False
    if not rule.home.has(candidate.policy_area, candidate.committees):
        return False
    if rule.words and not any(map(rule.words.search, candidate.titles)):
        return False
    return not (rule.unless and any(map(rule.unless.search, candidate.titles)))


def _is_in_scope(candidate: Candidate) -> bool:
    item = described(
        f"bill:{candidate.key}",
        "bill",
        title=candidate.titles[0],
        other_titles=((title, "") for title in candidate.titles[1:]),
        subjects=candidate.subjects,
        policy_area=candidate.policy_area,
        committees=candidate.committees,
    )
    found = [_matcher().find(field.text) for field in item.fields]
    return any(rule.score >= CONFIDENT for rule in scope_rules(item, found))


@cache
def _matcher() -> Matcher:
    return Matcher(load_vocabulary())
