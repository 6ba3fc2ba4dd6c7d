"""The reasons to call an item in scope, as one table: the words, the filing and the place that each asks for. Pure.

What is in scope is said in `scope.py`, which reads an item by this table. The words are entries of
`vocabulary/programmes.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from tracker.linking.evidence import FieldName

TITLES = frozenset({FieldName.TITLE, FieldName.OTHER_TITLE})
SUMMARIES = frozenset({FieldName.SUMMARY})
TEXTS = frozenset({FieldName.TEXT})

INTERNATIONAL = frozenset({"International Affairs"})
DEFENSE = frozenset({"Armed Forces and National Security"})
FOREIGN_COMMITTEES = frozenset({"hsfa00", "ssfr00"})
MILITARY_COMMITTEES = frozenset({"hsas00", "ssas00"})


class Home(NamedTuple):
    """Where a measure belongs: one of these policy areas, or as long as it has none, one of these committees.

    A new measure waits weeks for a policy area, and until then its committees say where it belongs. What has
    neither (a report, a notice, a measure introduced today) may belong anywhere.
    """

    areas: frozenset[str] = frozenset()
    committees: frozenset[str] = frozenset()

    def has(self, policy_area: str | None, referred: frozenset[str]) -> bool:
        """Whether an item of that policy area, referred to those committees, belongs here."""
        if not self.areas and not self.committees:
            return True
        if self.areas and policy_area is not None:
            return policy_area in self.areas
        return bool(self.committees & referred) or not referred


ANYWHERE = Home()
ABROAD = Home(INTERNATIONAL, FOREIGN_COMMITTEES)
MILITARY = Home(DEFENSE, MILITARY_COMMITTEES)
EITHER = Home(INTERNATIONAL | DEFENSE, FOREIGN_COMMITTEES | MILITARY_COMMITTEES)


OF_WATCHDOGS = frozenset({"report", "audit-recommendation"})
"""Kinds of items that no committee and no policy area places."""

ADVERSARIES = frozenset(
    f"country:{code}" for code in ("BLR", "CHN", "CUB", "IRN", "PRK", "RUS", "SYR", "VEN")
)
"""Countries that the United States does not arm: named alone they say nothing of security assistance."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to call an item in scope. Every condition that is set must hold.

    At least so many (`at_least`) of the vocabulary entries in `words` must stand in one of `fields`; where
    `beside_partner` is set, with a country that is no adversary in the same field, and where `within` is, no more
    characters away. Of every group of `subjects` at least one must be among the item's. `home` says where
    it belongs. `unless` must be found neither in the item's title nor where the words stand.
    With `measures_only`, what a report says makes nothing: one on child care names the yearly act as well.
    """

    name: str
    reason: str
    score: int
    words: frozenset[str] = frozenset()
    fields: frozenset[FieldName] = TITLES
    beside_partner: bool = False
    within: int | None = None
    at_least: int = 1
    subjects: tuple[frozenset[str], ...] = ()
    home: Home = ANYWHERE
    unless: re.Pattern[str] | None = None
    measures_only: bool = False


def any_of(*phrases: str) -> re.Pattern[str]:
    """Any of these, each from the beginning of a word, whatever the case."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


def _programmes(*keys: str) -> frozenset[str]:
    return frozenset(f"programme:{key}" for key in keys)


def _authorities(*keys: str) -> frozenset[str]:
    return frozenset(f"authority:{key}" for key in keys)


def _terms(*keys: str) -> frozenset[str]:
    return frozenset(f"term:{key}" for key in keys)


PROGRAMMES = _programmes(
    "fmf", "imet", "incle", "nadr", "pko", "section-333", "section-332", "section-127e", "section-1202", "ctef",
    "usai", "baltic-security-initiative", "taiwan-security-cooperation", "maritime-security-initiative",
    "state-partnership-program", "ctpf", "gscf", "asff", "coalition-support-funds", "pccf",
    "israel-missile-defense", "whinsec", "arms-sales", "fms", "direct-commercial-sales", "excess-defense-articles",
    "presidential-drawdown", "war-reserve-stockpiles", "lend-lease", "special-defense-acquisition-fund", "aukus",
    "merida", "carsi", "cbsi", "plan-colombia", "tsctp", "preact", "gpoi", "multinational-security-support",
    "multinational-force-and-observers", "ilea", "antiterrorism-assistance", "humanitarian-demining",
)  # fmt: skip
"""Programmes that are security assistance and nothing else."""

LAWS = _authorities(
    "leahy-law", "section-502b", "section-620i", "section-660", "section-614", "major-non-nato-ally", "aeca",
    "aeca-36b", "aeca-36c", "aeca-3", "aeca-4", "aeca-38", "aeca-40", "end-use-monitoring", "itar",
    "qualitative-military-edge", "section-7008", "child-soldiers", "nsm-20", "ppd-23", "section-383", "chapter-16",
)  # fmt: skip
"""Laws and rules that are about security assistance and nothing else."""

COMMON = _programmes("arms-sales", "pko") | _authorities("aeca-38", "itar", "major-non-nato-ally")
"""Those of them whose words are used of other things too."""

HOME_TOO = _terms("alliance", "military-assistance", "military-cooperation")
"""Words that without an area mean something abroad only beside a place there: a rail alliance, troops after a flood."""

OF_OTHERS_TOO = COMMON | HOME_TOO | _terms("arms-embargo")
"""Words for what other countries do as well: an arms sale by Russia, an embargo of the European Union."""

TOO_COMMON = frozenset({"security", "drone", "precision-guided munitions", "precision guided munitions"})
"""Words that say nothing in a report: a measure has its area beside them."""

HELP = _terms(
    "security-assistance", "military-assistance", "arms-embargo", "defense-articles", "train-and-equip",
    "foreign-forces", "police-abroad",
)  # fmt: skip
"""What is done for other countries' forces, in general words."""

FOREIGN_AID = frozenset({"Foreign aid and international relief"})
MILITARY_AID = frozenset({"Military assistance, sales, and agreements"})
ARMED_PARTNERS = frozenset({"Egypt", "Jordan", "Pakistan", "Saudi Arabia", "United Arab Emirates"})
"""Countries that the Congressional Research Service hardly names without arms or military aid being in the measure."""

ALLIES = frozenset({"Australia", "Israel", "Japan", "Poland", "South Korea", "Taiwan", "Ukraine"})
STRIFE = frozenset({"Arms control and nonproliferation", "Conflicts and wars", "Economic development"})
FORCES = frozenset({
    "Alliances", "Collective security", "Defense spending", "Military command and structure",
    "Military education and training", "Military facilities and property", "Military operations and strategy",
    "Military procurement, research, weapons development", "Military readiness", "National Guard and reserves",
    "War and emergency powers",
})  # fmt: skip
"""What the Congressional Research Service files a measure under that deals with forces."""

HONORS = (
    "commemorat", "congratulat", "celebrat", "remembering", "Gold Medal", "Medal of Honor", "honoring",
    r"anniversary\b", r"designation of\b.*\b(?:Day|Month)\b", r"Day of\b", r"Memorial\b", r"the life\b",
)  # fmt: skip
"""Titles that honor people or mark a day."""

FLOOR = ("(?:Providing for|Relating to) (?:the )?(?:consideration|concurrence)",)
"""Titles of resolutions that only arrange a debate."""

OTHER_MATTERS = (
    "pandemic", "COVID", "variants to infect", "organ harvest", "press freedom",
    "telecommunications", "cyber diplomacy", "cryptocurrenc", "nuclear energy", "energy initiative", "feminist",
    "women", "Cuba", "economic coercion", "statecraft", "trading with", "welcoming", "commemorat",
    "human rights defense", "refugee", "humanitarian", "biological weapons", "USAID", "democracy assistance",
    "nonmilitary", "economic development", "agent orange", "free and fair elections", "West Bank and Gaza for Fiscal",
    "West Bank and Gaza, Fiscal", "textbook", "investment fund", "subawardee", "food aid", "food assistance",
)  # fmt: skip
"""Aid for something else than forces, whatever it is filed under."""

AMENDS = (
    r"to (?:amend|repeal|modify|extend)\b",
    r"(?:in|of|by|under|through|to) the (?:Further )?(?:Consolidated|Continuing)",
    r"section \d", "technical corrections",
)  # fmt: skip
"""Titles that name an act only to change a part of it, or because something stands in it."""

RULES: tuple[Rule, ...] = (
    Rule(
        "sale-disapproval",
        "Would stop, or approve, one notified sale, license or transfer.",
        98,
        words=_terms("disapproval-of-sale"),
    ),
    Rule(
        "yearly-acts",
        "The yearly acts in which the money and most authorities for security assistance stand.",
        95,
        words=_terms("defense-acts"),
        unless=any_of(*FLOOR, *AMENDS),
        measures_only=True,
    ),
    Rule(
        "crs-military-assistance",
        "Filed by the Congressional Research Service under military assistance, sales and agreements.",
        92,
        subjects=(MILITARY_AID,),
    ),
    Rule(
        "programme-in-title",
        "Its title names a programme of security assistance or a law about it.",
        92,
        words=PROGRAMMES | LAWS,
        home=EITHER,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "help-in-title",
        "Its title speaks of arms, equipment, training or other help to other countries' forces.",
        88,
        words=HELP,
        home=ABROAD,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "programme-in-summary",
        "Its summary names a programme of security assistance or a law about it.",
        82,
        words=PROGRAMMES | LAWS,
        fields=SUMMARIES,
        home=EITHER,
    ),
    Rule(
        "programme-elsewhere",
        "Names a programme of security assistance or a law about it, whatever else the measure is about.",
        72,
        words=(PROGRAMMES | LAWS) - COMMON,
        fields=TITLES | SUMMARIES,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "help-in-summary",
        "Its summary speaks of arms, equipment, training or other help to other countries' forces.",
        78,
        words=HELP,
        fields=SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "help-in-defense-measure",
        "A defense measure that speaks of help to a named country's forces, or of working with them.",
        74,
        words=HELP | _terms("military-cooperation"),
        fields=TITLES | SUMMARIES,
        beside_partner=True,
        home=MILITARY,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "security-in-defense-title",
        "A defense measure whose title speaks of security assistance or a security initiative.",
        74,
        words=_terms("security-assistance"),
        home=MILITARY,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "working-together",
        "Forces that train, plan or develop arms together with those of the United States.",
        76,
        words=_terms("military-cooperation"),
        fields=TITLES | SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "support-for-a-war",
        "Help to a partner that fights, short of aid in arms: intelligence, logistics, a promise to defend it.",
        76,
        words=_terms("war-support"),
        fields=TITLES | SUMMARIES,
        home=ABROAD,
        unless=any_of(*HONORS),
    ),
    Rule(
        "promise-to-defend",
        "A treaty or a promise to defend, and what it asks of both sides.",
        76,
        words=_terms("defense-treaty"),
        fields=TITLES | SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "alliance-in-title",
        "About an alliance: what stands behind it is arms, training and bases.",
        72,
        words=_terms("alliance"),
        home=ABROAD,
        unless=any_of(*HONORS, "cook", "terror attack"),
    ),
    Rule(
        "alliance-with-a-partner",
        "Its summary speaks of the alliance with a country.",
        70,
        words=_terms("alliance"),
        fields=SUMMARIES,
        beside_partner=True,
        within=20,
        home=ABROAD,
        unless=any_of(*HONORS),
    ),
    Rule(
        "partner-and-defense",
        "Its title names a country that is no adversary together with defense, deterrence or arms.",
        74,
        words=_terms("defense"),
        beside_partner=True,
        within=30,
        home=ABROAD,
        unless=any_of(*HONORS, "sanction"),
    ),
    Rule(
        "peacekeeping",
        "Peacekeeping: other countries' soldiers, with American money, training or transport.",
        70,
        words=_terms("peacekeeping"),
        home=ABROAD,
    ),
    Rule(
        "partner-and-aid",
        "Its title names aid to a country that is no adversary.",
        72,
        words=_terms("assistance"),
        beside_partner=True,
        within=30,
        home=ABROAD,
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "partner-and-aid-elsewhere",
        "Its title names aid to a country, whatever else the measure is about, and it is filed under foreign aid.",
        72,
        words=_terms("assistance"),
        beside_partner=True,
        within=30,
        subjects=(FOREIGN_AID,),
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "aid-limits",
        "Limits or stops all aid to a government, and so the aid to its forces.",
        72,
        words=_terms("aid-limits"),
        fields=TITLES | SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "abuses-by-forces",
        "Its summary speaks of killings, disappearances or other abuses by a government or its forces.",
        71,
        words=_terms("abuses-by-forces"),
        fields=SUMMARIES,
        beside_partner=True,
        home=ABROAD,
    ),
    Rule(
        "funds-the-government",
        "Funds the whole government for a time, these accounts among the rest.",
        72,
        words=_terms("funding-acts"),
        unless=any_of(*FLOOR, *AMENDS, r"continuing appropriations for (?!(?:the )?fiscal year)",
                      "(?:Department of )?Homeland Security"),
        measures_only=True,
    ),
    Rule(
        "crs-foreign-aid-and-forces",
        "Filed by the Congressional Research Service under foreign aid and under matters of forces.",
        72,
        subjects=(FOREIGN_AID, FORCES),
        home=Home(INTERNATIONAL),
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "crs-foreign-aid-and-police",
        "Filed by the Congressional Research Service under foreign aid and under drugs: help to police abroad.",
        71,
        subjects=(FOREIGN_AID, frozenset({"Drug trafficking and controlled substances"})),
        home=Home(INTERNATIONAL),
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "crs-foreign-aid-and-terrorism",
        "Filed under foreign aid, terrorism and sanctions: aid and arms kept from those who support terror.",
        70,
        subjects=(FOREIGN_AID, frozenset({"Terrorism"}), frozenset({"Sanctions"})),
        home=Home(INTERNATIONAL),
        unless=any_of(*OTHER_MATTERS, "designat", r"assets\b", r"coup\b"),
    ),
    Rule(
        "crs-sanctions-on-armed-groups",
        "Filed under sanctions, armed groups and emergency powers: arms kept from a government and its militias.",
        70,
        subjects=(
            frozenset({"Sanctions"}), frozenset({"Militias and paramilitary groups"}),
            frozenset({"War and emergency powers"}),
        ),
        home=Home(INTERNATIONAL),
    ),
    Rule(
        "crs-armed-partner",
        "Filed under a country whose tie to the United States is arms and military aid before all else.",
        71,
        subjects=(ARMED_PARTNERS, FORCES | STRIFE),
        home=Home(INTERNATIONAL),
    ),
    Rule(
        "crs-foreign-aid-and-arms",
        "Filed under foreign aid and under arms, their technology or alliances, whatever else the measure is about.",
        70,
        subjects=(FOREIGN_AID, frozenset({
            "Alliances", "Firearms and explosives", "Technology transfer and commercialization",
        })),
        home=Home(frozenset({"Crime and Law Enforcement", "Foreign Trade and International Finance", "Immigration"})),
        unless=any_of("SIV"),
    ),
    Rule(
        "crs-war-beside-a-partner",
        "A defense measure on a country beside whose forces the United States fought, its bases or its allies there.",
        70,
        subjects=(
            frozenset({"Afghanistan", "Iraq", "Somalia", "Syria"}),
            frozenset({"Alliances", "Military facilities and property"}),
        ),
        home=Home(DEFENSE),
        unless=any_of("PACT Act", "Military Construction"),
    ),
    Rule(
        "crs-foreign-aid-in-defense",
        "A defense measure that the Congressional Research Service files under foreign aid and an armed partner.",
        74,
        subjects=(FOREIGN_AID, ALLIES | ARMED_PARTNERS),
        home=Home(DEFENSE),
    ),
    Rule(
        "programmes-in-text",
        "Its text names several programmes of security assistance or laws about it.",
        75,
        words=PROGRAMMES | LAWS,
        fields=TEXTS,
        at_least=3,
    ),
    Rule(
        "coup",
        "A coup: the law then asks whether aid must stop.",
        60,
        words=_terms("coup"),
        home=ABROAD,
    ),
    Rule(
        "help-elsewhere",
        "Speaks of arms or help to other countries' forces, but belongs to another field.",
        55,
        words=HELP | PROGRAMMES | LAWS,
        fields=TITLES | SUMMARIES,
    ),
    Rule(
        "working-together-elsewhere",
        "A defense measure that speaks of working with other countries' forces and names none.",
        50,
        words=_terms("military-cooperation"),
        fields=TITLES | SUMMARIES,
        home=MILITARY,
    ),
    Rule(
        "foreign-aid",
        "Foreign aid at large: part of it may be for forces.",
        50,
        words=_terms("assistance") | _authorities("faa", "section-116", "section-620a", "section-490", "fataa")
        | _programmes("esf", "nsip", "countering-russian-influence", "countering-prc-influence"),
        home=ABROAD,
    ),
    Rule(
        "abuses",
        "Gross violations of human rights: the law may bar aid to those who commit them.",
        50,
        words=_terms("gross-violations", "abuses-by-forces"),
        fields=TITLES | SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "alliance-in-summary",
        "Its summary speaks of an alliance.",
        45,
        words=_terms("alliance"),
        fields=SUMMARIES,
        home=ABROAD,
    ),
    Rule(
        "programme-in-text",
        "Its text names a programme of security assistance or a law about it: perhaps in passing.",
        55,
        words=PROGRAMMES | LAWS | HELP,
        fields=TEXTS,
    ),
)  # fmt: skip
