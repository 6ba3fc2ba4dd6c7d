"""Texts of measures: a version with what was read in it, a section with its facts marked, two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from flask import Blueprint, abort, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.provisions.facts import AmountKind, Deadline, Fact, Figure
from tracker.provisions.ladder import Fate
from tracker.provisions.read import Provision, section_path
from tracker.provisions.sides import FactChange, Line, Pair, bears_on_security, condition_words, word_lines
from tracker.provisions.words import rule_words, who_words
from tracker.queries.country_names import all_countries
from tracker.queries.spelling import read_key
from tracker.queries.texts import (
    Beside,
    Placed,
    TextRow,
    divisions_of,
    read_beside,
    read_sections,
    text_versions,
)
from tracker.sentences import name_of_key, written_date
from tracker.web.caching import current_version, remembered
from tracker.web.formatting import capital, counted, listed
from tracker.web.listing import address, chosen

blueprint = Blueprint("texts", __name__)

VERSIONS = {
    "ih": "Introduced in House", "is": "Introduced in Senate", "rh": "Reported in House", "rs": "Reported in Senate",
    "eh": "Passed House", "es": "Passed Senate", "pcs": "Placed on calendar, Senate",
    "pch": "Placed on calendar, House",
    "cps": "Considered and passed Senate", "cph": "Considered and passed House", "rfs": "Referred in Senate",
    "rfh": "Referred in House", "rds": "Received in Senate", "rdh": "Received in House", "eah": "House amendment",
    "eas": "Senate amendment", "ats": "Agreed to, Senate", "ath": "Agreed to, House", "enr": "Enrolled bill",
    "law": "Public law",
}  # fmt: skip
_SPEC = re.compile(r"(?:(?P<bill>\d{2,3}-[a-z]+-\d{1,5}):)?(?P<old>[a-z0-9]{2,8})\.\.(?P<new>[a-z0-9]{2,8})")
_PLACE = re.compile(r"[A-Z]{1,2}")
KEPT_WORDS = 60
"""Words that stand unchanged between two differences; of more only the first and last are shown at once."""


@blueprint.get("/bills/<key>/texts")
def versions(key: str) -> str:
    found = _versions(key)
    return render_template(
        "texts/versions.html",
        key=key,
        name=name_of_key(key),
        texts=found,
        version_name=version_name,
        sentence=f"{capital(counted(len(found), 'printed version'))} {'is' if len(found) == 1 else 'are'} held.",
    )


@blueprint.get("/bills/<key>/texts/<spec>")
def show(key: str, spec: str) -> str | Response:
    if ".." in spec:
        return _beside(key, spec)
    text = _version(key, spec)
    parameters = chosen("country", "division", "scope")
    everything = parameters.get("scope") == "all"
    placed = read_sections(
        db.session,
        text,
        everything=everything,
        division=_division(parameters.get("division")),
        country=parameters.get("country", "").upper() or None,
    )
    every = read_sections(db.session, text, everything=True)
    return render_template(
        "texts/show.html",
        text=text,
        name=name_of_key(key),
        others=[one for one in _versions(key) if one.version != text.version],
        earlier=_earlier(text),
        version_name=version_name,
        placed=[SectionRow(one, facts_of(one), _countries(one)) for one in placed],
        sentence=text_sentence(placed, everything=everything),
        left_out=len(every) - len(placed) if not parameters else 0,
        fields=_fields(parameters, every),
        is_narrowed=bool(parameters),
    )


@blueprint.get("/bills/<key>/texts/<spec>/<section>")
def section(key: str, spec: str, section: str) -> str | Response:
    if ".." in spec:
        return _beside_section(key, spec, section)
    text = _version(key, spec)
    placed = read_sections(db.session, text, everything=True)
    at = next((number for number, one in enumerate(placed) if one.key == section), None)
    if at is None:
        abort(404)
    one = placed[at]
    return render_template(
        "texts/section.html",
        text=text,
        name=name_of_key(key),
        version_name=version_name,
        one=one,
        facts=facts_of(one),
        countries=_countries(one),
        lines=marked_lines(one),
        before=placed[at - 1] if at else None,
        after=placed[at + 1] if at + 1 < len(placed) else None,
    )


# --- side by side -----------------------------------------------------------------------------------


def _sides(key: str, spec: str) -> tuple[Beside, dict[str, str]]:
    """The two versions that an address names; the older one may be of another measure."""
    found = _SPEC.fullmatch(spec)
    if found is None:
        abort(404)
    old = _version(found["bill"] or key, found["old"])
    new = _version(key, found["new"])
    parameters = chosen("division", "was", "scope")
    question = ("beside", old.id, new.id, tuple(parameters.items()))
    beside = remembered(
        current_version(),
        question,
        lambda: read_beside(
            db.session,
            old,
            new,
            everything=parameters.get("scope") == "all",
            division=_division(parameters.get("division")),
            old_division=_division(parameters.get("was") or parameters.get("division")),
        ),
    )
    return beside, parameters


def _beside(key: str, spec: str) -> str | Response:
    beside, parameters = _sides(key, spec)
    path = f"/bills/{key}/texts/{spec}"
    rows = [PairRow(pair, _section_href(path, beside, pair, parameters)) for pair in beside.sides.pairs]
    groups = [
        (fate_heading(beside, fate), [row for row in rows if row.pair.fate is fate])
        for fate in (Fate.CHANGED, Fate.ADDED, Fate.DROPPED, Fate.MOVED, Fate.UNCHANGED)
    ]
    return render_template(
        "texts/beside.html",
        old=beside.old,
        new=beside.new,
        old_name=_full_name(beside.old),
        new_name=_full_name(beside.new),
        is_worded=beside.sides.is_worded,
        is_whole=beside.sides.is_whole,
        sentence=beside_sentence(beside),
        groups=[(words, found) for words, found in groups if found],
        facts=_told(rows, bears_on_security),
        others=_told(rows, lambda change: not bears_on_security(change)),
        is_narrowed=bool(parameters),
        path=path,
        everything=address(path, {**parameters, "scope": "all"}) if "scope" not in parameters else "",
    )


def _beside_section(key: str, spec: str, section: str) -> str:
    beside, parameters = _sides(key, spec)
    path = f"/bills/{key}/texts/{spec}"
    pair = next((pair for pair in beside.sides.pairs if _section_key(beside, pair) == section), None)
    if pair is None:
        abort(404)
    is_worded = beside.sides.is_worded
    return render_template(
        "texts/beside_section.html",
        pair=pair,
        old=beside.old,
        new=beside.new,
        old_name=_full_name(beside.old),
        new_name=_full_name(beside.new),
        old_key=beside.old_keys.get(pair.old.position) if pair.old else None,
        new_key=beside.new_keys.get(pair.new.position) if pair.new else None,
        fate=fate_heading(beside, pair.fate),
        is_worded=is_worded,
        lines=folded(_lines(pair)) if is_worded else [],
        up=address(path, parameters),
    )


def _told(
    rows: Sequence[PairRow], which: Callable[[FactChange], bool]
) -> list[tuple[PairRow, list[FactChange]]]:
    """Sections with the changes of their facts that are wanted; sections without any are left out."""
    found = ((row, [change for change in row.pair.facts if which(change)]) for row in rows)
    return [(row, changes) for row, changes in found if changes]


def _lines(pair: Pair) -> list[Line]:
    old = pair.old.section.text if pair.old else ""
    new = pair.new.section.text if pair.new else ""
    return word_lines(old, new)


class Fold(NamedTuple):
    """Lines of a comparison that stand together: differing ones, or a run of unchanged ones to be opened."""

    lines: list[Line]
    is_kept: bool


def folded(lines: Sequence[Line]) -> list[Fold]:
    """Unchanged lines between changed ones gathered, so that they can be closed; one alone stays as it is."""
    folds: list[Fold] = []
    for line in lines:
        if folds and folds[-1].is_kept == line.is_kept:
            folds[-1].lines.append(line)
        else:
            folds.append(Fold([line], line.is_kept))
    return folds


class PairRow(NamedTuple):
    """A matched section and where its words stand side by side."""

    pair: Pair
    href: str


def _section_key(beside: Beside, pair: Pair) -> str:
    """The new section's address, and the old one's where there is no new."""
    if pair.new is not None:
        return beside.new_keys[pair.new.position]
    assert pair.old is not None
    return f"was-{beside.old_keys[pair.old.position]}"


def _section_href(path: str, beside: Beside, pair: Pair, parameters: Mapping[str, str]) -> str:
    return address(f"{path}/{_section_key(beside, pair)}", parameters)


FATES = {
    Fate.CHANGED: "Changed",
    Fate.ADDED: "Added",
    Fate.DROPPED: "Dropped",
    Fate.MOVED: "Moved, in the same words",
    Fate.UNCHANGED: "Unchanged",
}


_NOT_WHOLE = {Fate.ADDED: "Only held of the new text", Fate.DROPPED: "Only held of the old text"}
"""Of a text of which not every section is kept nobody can say here that it lacks one."""


_WITHOUT_WORDS = {
    Fate.CHANGED: "With other facts",
    Fate.MOVED: "Moved, with the same facts",
    Fate.UNCHANGED: "With the same facts",
}


def fate_heading(beside: Beside, fate: Fate) -> str:
    """What became of a section, as far as the two texts let anybody say."""
    words = FATES if beside.sides.is_whole else {**FATES, **_NOT_WHOLE}
    return (words if beside.sides.is_worded else {**words, **_WITHOUT_WORDS})[fate]


def beside_sentence(beside: Beside) -> str:
    """What became of the sections, in numbers."""
    sides = beside.sides
    if not sides.pairs:
        return "Neither text has a section on foreign or security assistance."
    fates = {
        Fate.CHANGED: "changed" if sides.is_worded else "with other facts",
        Fate.ADDED: "added" if sides.is_whole else "only held of the new text",
        Fate.DROPPED: "dropped" if sides.is_whole else "only held of the old text",
        Fate.MOVED: "moved",
        Fate.UNCHANGED: "unchanged" if sides.is_worded else "with the same facts",
    }
    said = [f"{sides.count(fate):,} {words}" for fate, words in fates.items() if sides.count(fate)]
    return f"{capital(counted(len(sides.pairs), 'section'))} in both together: {listed(said)}."


# --- one version ------------------------------------------------------------------------------------


class ShownFact(NamedTuple):
    """A fact in words: what sort it is, what it says, where, its exact words, and its anchor in the text."""

    sort: str
    says: str
    label: str
    words: str
    anchor: str


class SectionRow(NamedTuple):
    """A section in a list."""

    placed: Placed
    facts: list[ShownFact]
    countries: list[tuple[str, str]]


_MONEY = {
    AmountKind.APPROPRIATION: "new money", AmountKind.PORTION: "part of the money above", AmountKind.LIMIT: "limit",
    AmountKind.TRANSFER: "transfer", AmountKind.RESCISSION: "taken back", AmountKind.WITHHELD: "withheld",
    AmountKind.SUBSTITUTED: "in place of another figure", AmountKind.REPLACED: "replaced by another figure",
    AmountKind.AUTHORISATION: "authorised", AmountKind.ESTIMATE: "estimate", AmountKind.THRESHOLD: "threshold",
    AmountKind.MEMO: "memorandum",
}  # fmt: skip


def facts_of(one: Placed) -> list[ShownFact]:
    """The facts of a section in words, conditions first."""
    provision = one.provision
    found: list[tuple[str, str, Fact]] = [
        *(("Condition", capital(condition_words(fact)), fact) for fact in provision.conditions),
        *(("Deadline", f"{who_words(fact)}, {rule_words(fact)}", fact) for fact in provision.deadlines),
        *(("Money", _figure_words(fact), fact) for fact in provision.figures),
    ]
    return [
        ShownFact(sort, says, fact.label, _words(one, fact), f"fact-{number}")
        for number, (sort, says, fact) in enumerate(found)
    ]


def _figure_words(fact: Figure) -> str:
    funds = f", {', '.join(fact.funds)}" if fact.funds else ""
    amended = f" (${fact.effective:,} with the amendments printed after it)" if fact.adjustments else ""
    return f"${fact.dollars:,}{amended}, {_MONEY[fact.kind]}{funds}"


_LONGEST = 600


def _words(one: Placed, fact: Fact) -> str:
    """A fact's exact words; of a figure or deadline the sentence that it stands in."""
    text = one.provision.section.text
    if not text:
        return ""
    if isinstance(fact, Figure | Deadline) and fact.clause_start <= fact.start < fact.end <= fact.clause_end:
        words = text[fact.clause_start : fact.clause_end]
    else:
        words = fact.words
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _countries(one: Placed) -> list[tuple[str, str]]:
    known = all_countries()
    codes = dict.fromkeys(mention.country for mention in one.provision.mentions)
    return [(code, known[code].name) for code in codes if code in known and code != "USA"]


class TextLine(NamedTuple):
    """One subdivision of a text, with the words of its facts marked; `depth` is how far in it stands."""

    html: Markup
    depth: int


def marked_lines(one: Placed) -> list[TextLine]:
    """A section line by line. Where facts overlap, the words are marked once; each has an anchor where it begins."""
    provision, text = one.provision, one.provision.section.text
    facts: list[Fact] = [*provision.conditions, *provision.deadlines, *provision.figures]
    spans = [(fact.start, fact.end, f"fact-{number}") for number, fact in enumerate(facts)]
    depths = {part.start: part.label.count("(") for part in provision.section.parts}
    lines = []
    begin = 0
    for words in text.split("\n"):
        end = begin + len(words)
        depth = next((depth for start, depth in depths.items() if begin <= start < end), 0)
        lines.append(TextLine(_marked(text, begin, end, spans), min(depth, 4)))
        begin = end + 1
    return lines


def _marked(text: str, begin: int, end: int, spans: Sequence[tuple[int, int, str]]) -> Markup:
    inside = [
        (max(start, begin), min(stop, end), start, name)
        for start, stop, name in spans
        if start < end and stop > begin
    ]
    edges = sorted({begin, end, *(edge for start, stop, *_ in inside for edge in (start, stop))})
    made = Markup()
    for start, stop in pairwise(edges):
        for _, _, first, name in inside:
            if first == start:
                made += Markup('<span id="{}"></span>').format(name)
        words = text[start:stop]
        is_fact = any(first <= start and stop <= last for first, last, *_ in inside)
        made += Markup("<mark>{}</mark>").format(words) if is_fact else Markup("{}").format(words)
    return made


def text_sentence(placed: Sequence[Placed], *, everything: bool) -> str:
    """What was read in it."""
    which = (
        "that name a country, an account or a deadline"
        if everything
        else "on foreign and security assistance"
    )
    conditions = sum(len(one.provision.conditions) for one in placed)
    deadlines = sum(len(one.provision.deadlines) for one in placed)
    figures = sum(len(one.provision.figures) for one in placed)
    return (
        f"{capital(counted(len(placed), 'section'))} {which}, with {counted(conditions, 'condition')} on money, "
        f"{counted(deadlines, 'deadline')} and {counted(figures, 'dollar figure')}."
    )


def _fields(parameters: Mapping[str, str], every: Sequence[Placed]) -> list[dict[str, object]]:
    known = all_countries()
    codes = {mention.country for one in every for mention in one.provision.mentions} - {"USA"}
    countries = [(code, country.name) for code, country in known.items() if code in codes]
    found: list[dict[str, object]] = [
        {"name": "country", "label": "Names", "kind": "select", "options": [("", "Any country"), *countries],
         "value": parameters.get("country", "").upper()},
    ]  # fmt: skip
    divisions = divisions_of(every)
    if divisions:
        options = [
            ("", "Every division"),
            *((letter, f"{letter}: {heading}") for letter, heading in divisions),
        ]
        found.append(
            {
                "name": "division",
                "label": "Division",
                "kind": "select",
                "options": options,
                "value": parameters.get("division", ""),
            }
        )
    about = [("", "On foreign and security assistance"), ("all", "Everything that was read")]
    return [
        *found,
        {
            "name": "scope",
            "label": "About",
            "kind": "select",
            "options": about,
            "value": parameters.get("scope", ""),
        },
    ]


# --- what they share --------------------------------------------------------------------------------


def version_name(text: TextRow) -> str:
    """What a version is called: "Enrolled bill", "Public Law 119-75"."""
    return f"Public Law {text.law}" if text.law else VERSIONS.get(text.version, f"Version {text.version}")


@blueprint.app_template_filter()
def version_inside(text: TextRow) -> str:
    """The same within a sentence: "enrolled bill", "Public Law 119-75"."""
    name = version_name(text)
    return name if text.law else name[:1].lower() + name[1:]


_MOST_NAMED = 6


@blueprint.app_template_filter()
def country_names(codes: Sequence[str]) -> str:
    """Countries by name: "Egypt and Israel"; of many the first."""
    known = all_countries()
    names = [known[code].name for code in codes if code in known]
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return listed(names[:_MOST_NAMED] + more)


@blueprint.app_template_filter()
def section_title(one: Provision) -> str:
    """A section's heading, or else its number, or else where it stands; a resolution may print none of it."""
    section = one.section
    if section.heading:
        return capital(section.heading)
    if section.number:
        return f"Section {section.number}"
    return capital(section_path(section)) or "Words without number or heading"


def _full_name(text: TextRow) -> str:
    day = f", {written_date(text.on)}" if text.on else ""
    return f"{name_of_key(text.bill_key)}, {version_inside(text)}{day}"


def _versions(key: str) -> list[TextRow]:
    found = text_versions(db.session, key) if read_key(key) else []
    return found or abort(404)


def _version(key: str, version: str) -> TextRow:
    return next((one for one in _versions(key) if one.version == version), None) or abort(404)


def _earlier(text: TextRow) -> TextRow | None:
    """The version before this one."""
    older = _versions(text.bill_key)
    at = [one.version for one in older].index(text.version)
    return older[at - 1] if at else None


def _division(given: str | None) -> str | None:
    return given if given and _PLACE.fullmatch(given) else None
