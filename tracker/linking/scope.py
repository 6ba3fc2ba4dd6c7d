"""Which items concern U.S. security assistance, and which programmes and laws they name. Pure.

In scope is what gives, sells, lends, trains, pays, bounds, withholds or examines help to other countries' military
and police; the acts that carry the money and the authority for it; the agreements and promises by which the United
States stands with a partner's forces; and limits on all aid to a government, because they stop this aid too.
War powers are in scope only where the matter is help to someone else's war ("logistical support to the coalition
led by Saudi Arabia"): whether the United States itself fights is another question, and the bundle's rules ask it.

The words stand in `vocabulary/programmes.toml`, the rules in one table here. A rule asks for words in certain
fields, sometimes beside a country, for what the Congressional Research Service files a measure under, and for
where the measure belongs. The strongest rule that holds gives the score; below CONFIDENT it is a doubt for an editor.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tracker.linking.evidence import (
    CONFIDENT,
    KEPT,
    SCOPE,
    Described,
    Evidence,
    Field,
    FieldName,
    Found,
    Match,
    Proposed,
    evidence_of,
)
from tracker.linking.vocabulary import Vocabulary

TITLES = frozenset({FieldName.TITLE, FieldName.OTHER_TITLE})
SUMMARIES = frozenset({FieldName.SUMMARY})
TEXTS = frozenset({FieldName.TEXT})

INTERNATIONAL = frozenset({"International Affairs"})
DEFENSE = frozenset({"Armed Forces and National Security"})
FOREIGN_COMMITTEES = frozenset({"hsfa00", "ssfr00"})
MILITARY_COMMITTEES = frozenset({"hsas00", "ssas00"})


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
    characters away. Of every group of `subjects` at least one must be among the item's. `areas` and `committees` say
    where it belongs, see `belongs`. `unless` must be found neither in the item's title nor where the words stand.
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
    areas: frozenset[str] = frozenset()
    committees: frozenset[str] = frozenset()
    unless: re.Pattern[str] | None = None
    measures_only: bool = False


def belongs(
    areas: frozenset[str], committees: frozenset[str], policy_area: str | None, referred: frozenset[str]
) -> bool:
    """Whether an item belongs to one of the areas.

    A new measure waits weeks for a policy area, and until then its committees say where it belongs. What has
    neither (a report, a notice, a measure introduced today) may belong anywhere.
    """
    if not areas and not committees:
        return True
    if areas and policy_area is not None:
        return policy_area in areas
    return bool(committees & referred) or not referred


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
        areas=INTERNATIONAL | DEFENSE,
        committees=FOREIGN_COMMITTEES | MILITARY_COMMITTEES,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "help-in-title",
        "Its title speaks of arms, equipment, training or other help to other countries' forces.",
        88,
        words=HELP,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "programme-in-summary",
        "Its summary names a programme of security assistance or a law about it.",
        82,
        words=PROGRAMMES | LAWS,
        fields=SUMMARIES,
        areas=INTERNATIONAL | DEFENSE,
        committees=FOREIGN_COMMITTEES | MILITARY_COMMITTEES,
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
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "help-in-defense-measure",
        "A defense measure that speaks of help to a named country's forces, or of working with them.",
        74,
        words=HELP | _terms("military-cooperation"),
        fields=TITLES | SUMMARIES,
        beside_partner=True,
        areas=DEFENSE,
        committees=MILITARY_COMMITTEES,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "security-in-defense-title",
        "A defense measure whose title speaks of security assistance or a security initiative.",
        74,
        words=_terms("security-assistance"),
        areas=DEFENSE,
        committees=MILITARY_COMMITTEES,
        unless=any_of(*FLOOR),
    ),
    Rule(
        "working-together",
        "Forces that train, plan or develop arms together with those of the United States.",
        76,
        words=_terms("military-cooperation"),
        fields=TITLES | SUMMARIES,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "support-for-a-war",
        "Help to a partner that fights, short of aid in arms: intelligence, logistics, a promise to defend it.",
        76,
        words=_terms("war-support"),
        fields=TITLES | SUMMARIES,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
        unless=any_of(*HONORS),
    ),
    Rule(
        "promise-to-defend",
        "A treaty or a promise to defend, and what it asks of both sides.",
        76,
        words=_terms("defense-treaty"),
        fields=TITLES | SUMMARIES,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "alliance-in-title",
        "About an alliance: what stands behind it is arms, training and bases.",
        72,
        words=_terms("alliance"),
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
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
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
        unless=any_of(*HONORS),
    ),
    Rule(
        "partner-and-defense",
        "Its title names a country that is no adversary together with defense, deterrence or arms.",
        74,
        words=_terms("defense"),
        beside_partner=True,
        within=30,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
        unless=any_of(*HONORS, "sanction"),
    ),
    Rule(
        "peacekeeping",
        "Peacekeeping: other countries' soldiers, with American money, training or transport.",
        70,
        words=_terms("peacekeeping"),
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "partner-and-aid",
        "Its title names aid to a country that is no adversary.",
        72,
        words=_terms("assistance"),
        beside_partner=True,
        within=30,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
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
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "abuses-by-forces",
        "Its summary speaks of killings, disappearances or other abuses by a government or its forces.",
        71,
        words=_terms("abuses-by-forces"),
        fields=SUMMARIES,
        beside_partner=True,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
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
        areas=INTERNATIONAL,
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "crs-foreign-aid-and-police",
        "Filed by the Congressional Research Service under foreign aid and under drugs: help to police abroad.",
        71,
        subjects=(FOREIGN_AID, frozenset({"Drug trafficking and controlled substances"})),
        areas=INTERNATIONAL,
        unless=any_of(*OTHER_MATTERS),
    ),
    Rule(
        "crs-foreign-aid-and-terrorism",
        "Filed under foreign aid, terrorism and sanctions: aid and arms kept from those who support terror.",
        70,
        subjects=(FOREIGN_AID, frozenset({"Terrorism"}), frozenset({"Sanctions"})),
        areas=INTERNATIONAL,
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
        areas=INTERNATIONAL,
    ),
    Rule(
        "crs-armed-partner",
        "Filed under a country whose tie to the United States is arms and military aid before all else.",
        71,
        subjects=(ARMED_PARTNERS, FORCES | STRIFE),
        areas=INTERNATIONAL,
    ),
    Rule(
        "crs-foreign-aid-and-arms",
        "Filed under foreign aid and under arms, their technology or alliances, whatever else the measure is about.",
        70,
        subjects=(FOREIGN_AID, frozenset({
            "Alliances", "Firearms and explosives", "Technology transfer and commercialization",
        })),
        areas=frozenset({"Crime and Law Enforcement", "Foreign Trade and International Finance", "Immigration"}),
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
        areas=DEFENSE,
        unless=any_of("PACT Act", "Military Construction"),
    ),
    Rule(
        "crs-foreign-aid-in-defense",
        "A defense measure that the Congressional Research Service files under foreign aid and an armed partner.",
        74,
        subjects=(FOREIGN_AID, ALLIES | ARMED_PARTNERS),
        areas=DEFENSE,
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
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
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
        areas=DEFENSE,
        committees=MILITARY_COMMITTEES,
    ),
    Rule(
        "foreign-aid",
        "Foreign aid at large: part of it may be for forces.",
        50,
        words=_terms("assistance") | _authorities("faa", "section-116", "section-620a", "section-490", "fataa")
        | _programmes("esf", "nsip", "countering-russian-influence", "countering-prc-influence"),
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "abuses",
        "Gross violations of human rights: the law may bar aid to those who commit them.",
        50,
        words=_terms("gross-violations", "abuses-by-forces"),
        fields=TITLES | SUMMARIES,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "alliance-in-summary",
        "Its summary speaks of an alliance.",
        45,
        words=_terms("alliance"),
        fields=SUMMARIES,
        areas=INTERNATIONAL,
        committees=FOREIGN_COMMITTEES,
    ),
    Rule(
        "programme-in-text",
        "Its text names a programme of security assistance or a law about it: perhaps in passing.",
        55,
        words=PROGRAMMES | LAWS | HELP,
        fields=TEXTS,
    ),
)  # fmt: skip


_FIELD_SCORES = {
    FieldName.TITLE: ("named-in-title", 92),
    FieldName.OTHER_TITLE: ("named-in-other-title", 88),
    FieldName.SUBJECT: ("named-in-subject", 85),
    FieldName.POLICY_AREA: ("named-in-subject", 85),
    FieldName.SUMMARY: ("named-in-summary", 82),
    FieldName.TEXT: ("named-in-text", 72),
}
_DOUBTFUL = 50
"""What words that may mean something else are worth at most for a link to a programme or law."""


def _rules_by(given: Iterable[tuple[str, Rule]]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for key, rule in given:
        found[key].append(rule)
    return {key: tuple(rules) for key, rules in found.items()}


_BY_WORDS = _rules_by((entry, rule) for rule in RULES for entry in rule.words)
_BY_SUBJECT = _rules_by((subject, rule) for rule in RULES for group in rule.subjects for subject in group)


class _Said(NamedTuple):
    """A vocabulary entry's words, and the field that they stand in by number."""

    number: int
    field: Field
    match: Match


class _Reading(NamedTuple):
    """What an item says: words by entry, the countries that its fields name, and subjects that a rule asks for."""

    words: dict[str, list[_Said]]
    countries: list[_Said]
    subjects: dict[str, Field]
    is_report: bool = False
    names_a_place: bool = False


def link_scope(item: Described, found: Found, _vocabulary: Vocabulary) -> list[Proposed]:
    """The scope link if a rule holds, and links to each programme and law that the item names."""
    reading = _read(item, found)
    if not reading.words and not reading.subjects:
        return []
    evidence = [each for _, evidence in _holding(item, reading) for each in evidence]
    kept = _strongest(evidence)
    scope = [Proposed(SCOPE, kept[0].score, kept)] if kept else []
    return [*scope, *_named(reading, in_scope=bool(kept) and kept[0].score >= CONFIDENT)]


def scope_rules(item: Described, found: Found) -> tuple[Rule, ...]:
    """The rules that hold for an item, in the table's order."""
    holding = {rule.name for rule, _ in _holding(item, _read(item, found))}
    return tuple(rule for rule in RULES if rule.name in holding)


def _read(item: Described, found: Found) -> _Reading:
    reading = _Reading({}, [], {}, is_report=item.kind in OF_WATCHDOGS)
    has_region = False
    for number, (field, matches) in enumerate(zip(item.fields, found, strict=True)):
        if field.name is FieldName.SUBJECT and field.text in _BY_SUBJECT:
            reading.subjects[field.text] = field
        for match in matches:
            entry = match.entry
            if entry.startswith("country:"):
                reading.countries.append(_Said(number, field, match))
            elif entry.startswith("region:"):
                has_region = True
            elif entry in _BY_WORDS or entry.startswith(("programme:", "authority:")):
                reading.words.setdefault(entry, []).append(_Said(number, field, match))
    return reading._replace(names_a_place=has_region or bool(reading.countries))


def _holding(item: Described, reading: _Reading) -> Iterator[tuple[Rule, list[Evidence]]]:
    """The rules that hold, each with what it found. Only those are tried that ask for something that is there."""
    title = item.fields[0].text
    tried: set[str] = set()
    for index, keys in ((_BY_WORDS, reading.words), (_BY_SUBJECT, reading.subjects)):
        for key in keys:
            for rule in index.get(key, ()):
                if rule.name in tried:
                    continue
                tried.add(rule.name)
                if not belongs(rule.areas, rule.committees, item.policy_area, item.committees):
                    continue
                if reading.is_report and not _counts_in_reports(rule, reading):
                    continue
                evidence = _evidence(rule, reading)
                if evidence and not (rule.unless and rule.unless.search(title)):
                    yield rule, evidence


def _counts_in_reports(rule: Rule, reading: _Reading) -> bool:
    """Whether a rule says something of a report, which no committee and no policy area tells where it belongs.

    A summary speaks of forces and arms in passing, a title does not; both mean something at home, and what only names
    adversaries ("Russian Arms Sales") is about theirs.
    """
    if rule.measures_only:
        return False
    found = rule.words & reading.words.keys()
    if not reading.names_a_place:
        return not found <= (HOME_TOO if rule.fields & TITLES else HOME_TOO | HELP)
    only_adversaries = bool(reading.countries) and all(
        country.match.entry in ADVERSARIES for country in reading.countries
    )
    return not (only_adversaries and found <= OF_OTHERS_TOO)


def _evidence(rule: Rule, reading: _Reading) -> list[Evidence]:
    """What a rule finds; nothing where it does not hold."""
    filed = []
    for group in rule.subjects:
        field = next((field for subject, field in reading.subjects.items() if subject in group), None)
        if field is None:
            return []
        filed.append(Evidence(rule.name, field.name, rule.score, words=field.text, quote=field.text))
    if not rule.words:
        return filed
    said = [
        each
        for entry in rule.words & reading.words.keys()
        for each in reading.words[entry]
        if _counts(rule, each, reading)
    ]
    if rule.unless:
        fields = {each.number: each.field.text for each in said}
        barred = {number for number, text in fields.items() if rule.unless.search(text)}
        said = [each for each in said if each.number not in barred]
    if len({each.match.entry for each in said}) < rule.at_least:
        return []
    return filed + [evidence_of(rule.name, each.field, each.match, rule.score) for each in said]


def _counts(rule: Rule, said: _Said, reading: _Reading) -> bool:
    return (
        said.field.name in rule.fields
        and said.match.form != "doubtful"
        and not (reading.is_report and _written(said).casefold() in TOO_COMMON)
        and not (rule.beside_partner and not _is_beside_partner(rule, said, reading))
    )


def _written(said: _Said) -> str:
    return said.field.text[said.match.start : said.match.end]


def _is_beside_partner(rule: Rule, said: _Said, reading: _Reading) -> bool:
    return any(
        country.number == said.number
        and country.match.entry not in ADVERSARIES
        and (rule.within is None or _apart(said.match, country.match) <= rule.within)
        for country in reading.countries
    )


def _apart(one: Match, other: Match) -> int:
    return max(one.start - other.end, other.start - one.end)


def _named(reading: _Reading, *, in_scope: bool) -> Iterator[Proposed]:
    for entry, said in reading.words.items():
        if entry.startswith("term:"):
            continue
        evidence = [
            _naming(each, in_scope=in_scope) for each in said if in_scope or each.match.form != "doubtful"
        ]
        if evidence:
            kept = _strongest(evidence)
            yield Proposed(entry, kept[0].score, kept)


def _naming(said: _Said, *, in_scope: bool) -> Evidence:
    """Evidence for a programme or law.

    A section's bare number is a doubt, and where nothing else is about security assistance, an acronym or a
    programme's common words are one too: "weapons sales" may be those of a shop.
    """
    rule, score = _FIELD_SCORES[said.field.name]
    form = said.match.form
    is_common = form == "acronyms" or (form == "phrases" and said.match.entry.startswith("programme:"))
    if form == "doubtful" or (is_common and not in_scope):
        score = _DOUBTFUL
    return evidence_of(rule, said.field, said.match, score)


def _strongest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The strongest few, the same words of a field once."""
    kept: dict[tuple[FieldName, str], Evidence] = {}
    for each in sorted(evidence, key=lambda one: (-one.score, one.field, one.start)):
        kept.setdefault((each.field, each.words.casefold()), each)
    return tuple(kept.values())[:KEPT]
