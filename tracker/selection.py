"""Which measures the bundled facts hold: one table of rules, each with its reason. Pure.

The bundle is about military, police and foreign aid and what bounds it. A measure is chosen when one rule
holds. Precision comes first: a rule asks for words in a title and for where the measure went, or for what the
Congressional Research Service files it under.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

CONGRESS = 119


class Candidate(NamedTuple):
    """What the rules look at: all titles of a measure, its policy area, its subjects and its committees."""

    key: str
    titles: tuple[str, ...]
    policy_area: str | None
    subjects: frozenset[str]
    committees: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to bundle a measure. Every condition that is set must hold.

    `words` must be found in a title, and `unless` in none. `areas` are the policy areas that count; a new
    measure waits weeks for one, and until then, or where no areas are set, its `committees` say where it
    belongs.
    """

    name: str
    reason: str
    keys: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    subjects: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    committees: frozenset[str] = frozenset()


def _any(*phrases: str) -> re.Pattern[str]:
    """Any of these, each from the beginning of a word, whatever the case."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


_INTERNATIONAL = frozenset({"International Affairs"})
_DEFENSE = frozenset({"Armed Forces and National Security"})
_CONGRESS = frozenset({"Congress"})
_FOREIGN_COMMITTEES = frozenset({"hsfa00", "ssfr00"})
_MILITARY_COMMITTEES = frozenset({"hsas00", "ssas00"})
_SPENDING_COMMITTEES = frozenset({"hsap00", "ssap00"})
_JUDICIARY = frozenset({"hsju00"})

# Resolutions that arrange a debate, and those that honor or mark a day, have the words without the matter.
_FLOOR_RULES = ("Providing for consideration",)
_HONORS = (
    r"commemorat", r"congratulat", r"Gold Medal", r"Medal of Honor", r"Honoring", r"honoring the",
    r"anniversary\b", r"designation of\b.*\b(?:Day|Month)\b", r"Day of\b", r"Memorial\b", r"the life\b",
)  # fmt: skip

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
        "named",
        "Carries the money under a title that does not say so.",
        keys=frozenset({
            "119-hr-4",  # Rescissions Act of 2025, P.L. 119-28: takes foreign aid back
            "119-hr-1968",  # Full-Year Continuing Appropriations and Extensions Act, 2025, P.L. 119-4
            "119-hr-5371",  # Continuing Appropriations, 2026, P.L. 119-37
            "119-hr-7148",  # Consolidated Appropriations Act, 2026, P.L. 119-75
        }),
    ),
    Rule(
        "appropriations",
        "The yearly money for foreign operations and for defense.",
        words=_any(
            r"National Security, Department of State\b",
            r"Department of (?:Defense|War) Appropriations Act\b",
            r"appropriations for the (?:Department of (?:Defense|War)|National Security)\b",
        ),
        unless=_any(*_FLOOR_RULES),
    ),
    Rule(
        "defense-authorization",
        "The yearly law in which most authorities for security cooperation stand.",
        words=_any(r"National Defense Authorization Act for Fiscal Year 202[67]\b"),
        unless=_any(*_FLOOR_RULES, r"to amend the\b", r"technical corrections\b"),
    ),
    Rule(
        "arms-sale-disapproval",
        "Would stop one notified sale, license or upgrade.",
        words=_any("congressional disapproval of the (?:proposed|report of enhancement)"),
        committees=_FOREIGN_COMMITTEES,
    ),
    Rule(
        "arms-transfers",
        "Who may be sold, lent or licensed arms, and what Congress is told of it.",
        words=_any(
            r"Arms Export Control Act\b", r"arms (?:sale|export|transfer|embargo|deliver)",
            r"foreign military (?:sale|financing)", r"defense (?:article|services|export|trade|sales)",
            r"excess defense\b", r"Traffic in Arms\b", r"war reserve stock", r"lend[- ]lease\b", r"AUKUS\b",
            r"munitions (?:list|licens|export)", r"weapons? (?:to|for|resupply|transfers?)\b",
            r"bunker buster\b", r"procurement of United States-origin\b", r"United States weapon\b",
        ),
        committees=_FOREIGN_COMMITTEES | _MILITARY_COMMITTEES | _JUDICIARY,
    ),
    Rule(
        "security-assistance",
        "Trains, equips or pays other countries' forces, or works with them.",
        words=_any(
            r"security (?:assistance|cooperation|sector)\b", r"(?<!Minerals )security partnership\b",
            r"military (?:assistance|aid|cooperation|equipment|education|sale)\b(?! Command)",
            r"defense (?:cooperation|partnership|innovation partnership|assistance)",
            r"(?<!missile )defense capabilit", r"defensive capabilit", r"foreign security forces\b",
            r"Leahy (?:law|amendment)\b", r"section 333\b", r"train(?:ing)? and equip",
            r"joint program with\b", r"capacity of the (?:armed|security) forces\b",
            r"capacity[- ]building\b",
            r"peacekeep",
            r"police (?:training|assistance|unit)", r"Multinational Security Support\b",
            r"United Nations Interim Force\b", r"Security Initiative\b", r"State Partnership Program\b",
            r"major non-NATO ally\b", r"NATO Edge\b", r"burden[- ]sharing\b", r"counter-?narcotics\b",
            r"demining\b", r"air defense system", r"(?:multilateral|Chain) deterrence\b",
            r"Armed Forces of Lebanon\b", r"unmanned\b.*\bIndo-Pacific\b", r"Inspector General for Ukraine\b",
            r"Department of State\b.*\blaw enforcement\b.*\btechnical assistance\b",
        ),
        unless=_any(*_HONORS, r"title 38\b", r"depot-level\b", r"experimental purposes\b", r"tabletop\b"),
        areas=_INTERNATIONAL | _DEFENSE,
        committees=_FOREIGN_COMMITTEES | _MILITARY_COMMITTEES,
    ),
    Rule(
        "military-assistance-subject",
        "Filed by the Congressional Research Service under military assistance, sales and agreements.",
        subjects=frozenset({"Military assistance, sales, and agreements"}),
        areas=_INTERNATIONAL,
    ),
    Rule(
        "foreign-assistance",
        "The law, the agencies and the limits of foreign aid.",
        words=_any(
            r"foreign (?:assistance|aid)\b", r"Agency for International Development\b", r"USAID\b",
            r"Millennium Challenge\b", r"global fragility\b", r"UNRWA\b", r"Relief and Works Agency\b",
            r"UNFPA\b", r"economic support fund\b", r"stop funding\b.*\b(?:terrorist|Hamas|adversar)",
            r"humanitarian (?:aid|assistance|response)\b", r"funding\b.*\b(?:Palestinian|Taliban|Gaza)\b",
            r"(?:African|Inter-American) (?:Development )?Foundation\b", r"International Narcotics Control\b",
            r"Conflict (?:Prevention|and Stabilization)\b", r"National Endowment for Democracy\b",
            r"(?:prohibit|restrict|limit|suspend|condition|repeal)\w*\b.{0,60}\bassistance (?:to|for)\b",
        ),
        unless=_any("COVID", "Orphanage"),
        committees=_FOREIGN_COMMITTEES | _SPENDING_COMMITTEES,
    ),
    Rule(
        "foreign-aid-subject",
        "Filed by the Congressional Research Service under foreign aid.",
        subjects=frozenset({"Foreign aid and international relief"}),
        unless=_any("nuclear", "Health Organization"),
        areas=_INTERNATIONAL,
    ),
    Rule(
        "war-powers",
        "Whether the United States fights, and who decides.",
        words=_any(
            r"War Powers Resolution\b", r"from hostilities\b", r"use of (?:military|armed) force\b",
            r"use military force\b", r"removal of United States Armed Forces\b", r"marque and reprisal\b",
            r"No War\b", r"Unauthorized (?:War|Military Action)\b", r"Military Force Repeal\b",
            r"funds\b.*\bmilitary (?:force|operation|action)", r"use of the United States Armed Forces\b",
            r"deploy United States military\b", r"calls for military action\b", r"deploying\b.*\btroops\b",
            r"fund(?:s|ing)?\b.*\b(?:invade|invasion)\b", r"No Invading Allies\b",
        ),
        unless=_any(*_HONORS),
        areas=_INTERNATIONAL | _DEFENSE | _CONGRESS,
        committees=_FOREIGN_COMMITTEES | _MILITARY_COMMITTEES,
    ),
    Rule(
        "inquiries",
        "Asks the administration for facts on a country's conduct or on operations abroad.",
        words=_any(
            r"502B\b", r"Of inquiry\b.*\b(?:military|strikes|hostilities|assistance|Salvador|attack)"
        ),
        committees=_FOREIGN_COMMITTEES | _MILITARY_COMMITTEES,
    ),
    Rule(
        "human-rights",
        "Acts on abuses by governments and the forces under them.",
        words=_any(
            r"human rights\b", r"extrajudicial\b", r"enforced disappearance", r"child soldier", r"torture\b",
            r"gross violation", r"war crime", r"atrocit", r"genocide\b", r"security forces\b",
            r"armed groups?\b", r"transnational repression\b", r"Global Criminal Justice\b", r"murder of\b",
            r"military occupation\b", r"implement of war\b", r"Justice for (?:Shireen|Hind Rajab)\b",
            r"Democracy Restoration\b",
        ),
        unless=_any(
            *_HONORS, r"Women's Health\b", r"distributed ledger\b", r"famine\b",
            r"19\d\d\b.*\b(?:massacre|genocide)", r"(?:massacre|genocide)\b.*\b19\d\d\b", r"1994 genocide\b",
        ),
        areas=_INTERNATIONAL,
        committees=_FOREIGN_COMMITTEES,
    ),
    Rule(
        "sanctions-on-forces",
        "Sanctions for violence, repression or coups: the other lever beside aid.",
        words=_any(
            r"sanction\w*\b.*\b(?:security forces|armed forces|military|militia|paramilitar|police|repress|"
            r"persecut|violence|coup\b|settler|undermin|democra|gang|collusion|Houthi|Ansarallah)",
            r"designat\w*\b.*\b(?:Rapid Support Forces|State Sponsor of Terrorism|paramilitary)\b",
            r"acts? of aggression\b", r"Burma\b", r"MEGOBARI\b",
        ),
        areas=_INTERNATIONAL,
        committees=_FOREIGN_COMMITTEES,
    ),
    Rule(
        "partners-at-war",
        "Arms, aid or terms for a partner at war or in crisis.",
        words=_any(
            rf"(?:{_PARTNERS})\w*\b.*\b(?:{_STAKES})", rf"(?:{_STAKES})\w*\b.*\b(?:{_PARTNERS})"
        ),
        unless=_any(
            *_HONORS, r"Famine\b", r"travel\b", r"tourism\b", r"supporting the goals\b", r"refugee",
            r"mineral", r"telecommunication", r"internet\b", r"energy\b", r"space\b", r"water\b",
            r"undersea\b",
            r"United Nations General Assembly\b", r"flag of\b", r"expropriat", r"insurance\b", r"Holy See\b",
            r"temporary protected\b",
        ),
        areas=_INTERNATIONAL,
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
    if rule.keys and candidate.key not in rule.keys:
        return False
    if rule.subjects and not rule.subjects & candidate.subjects:
        return False
    if (rule.areas or rule.committees) and not _belongs(rule, candidate):
        return False
    if rule.words and not any(map(rule.words.search, candidate.titles)):
        return False
    return not (rule.unless and any(map(rule.unless.search, candidate.titles)))


def _belongs(rule: Rule, candidate: Candidate) -> bool:
    if rule.areas and candidate.policy_area is not None:
        return candidate.policy_area in rule.areas
    return bool(rule.committees & candidate.committees)
