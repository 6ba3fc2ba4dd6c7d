"""Which items concern U.S. security assistance, and which programmes and laws they name. Pure.

In scope is what gives, sells, lends, trains, pays, bounds, withholds or examines help to other countries' military
and police; the acts that carry the money and the authority for it; the agreements and promises by which the United
States stands with a partner's forces; and limits on all aid to a government, because they stop this aid too.
War powers are in scope only where the matter is help to someone else's war ("logistical support to the coalition
led by Saudi Arabia"): whether the United States itself fights is another question, and the bundle's rules ask it.

The words stand in `vocabulary/programmes.toml`, the rules in one table in `scope_rules.py`. A rule asks for words in
certain fields, sometimes beside a country, for what the Congressional Research Service files a measure under, and
for where the measure belongs. The strongest rule that holds gives the score; below CONFIDENT it is a doubt for an
editor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
from tracker.linking.scope_rules import (
    ADVERSARIES,
    HELP,
    HOME_TOO,
    OF_OTHERS_TOO,
    OF_WATCHDOGS,
    RULES,
    TITLES,
    TOO_COMMON,
    Rule,
)
from tracker.linking.vocabulary import Vocabulary

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
                if not rule.home.has(item.policy_area, item.committees):
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
