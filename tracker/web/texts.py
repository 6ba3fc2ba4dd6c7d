"""Texts of measures: a version with what was read in it, a section with its facts marked, two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.provisions.ladder import Fate
from tracker.provisions.sides import FactChange, Line, Pair, bears_on_security, word_lines
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
from tracker.sentences import name_of_key
from tracker.web.caching import current_version, remembered
from tracker.web.formatting import capital, counted
from tracker.web.listing import address, chosen
from tracker.web.text_words import (
    ShownFact,
    beside_sentence,
    country_names,
    facts_of,
    fate_heading,
    folded,
    full_name,
    marked_lines,
    section_title,
    text_sentence,
    version_inside,
    version_name,
)

blueprint = Blueprint("texts", __name__)
for _filter in (version_inside, country_names, section_title):
    blueprint.add_app_template_filter(_filter)

_SPEC = re.compile(r"(?:(?P<bill>\d{2,3}-[a-z]+-\d{1,5}):)?(?P<old>[a-z0-9]{2,8})\.\.(?P<new>[a-z0-9]{2,8})")
_PLACE = re.compile(r"[A-Z]{1,2}")


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
        old_name=full_name(beside.old),
        new_name=full_name(beside.new),
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
        old_name=full_name(beside.old),
        new_name=full_name(beside.new),
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


# --- one version ------------------------------------------------------------------------------------


class SectionRow(NamedTuple):
    """A section in a list."""

    placed: Placed
    facts: list[ShownFact]
    countries: list[tuple[str, str]]


def _countries(one: Placed) -> list[tuple[str, str]]:
    known = all_countries()
    codes = dict.fromkeys(mention.country for mention in one.provision.mentions)
    return [(code, known[code].name) for code in codes if code in known and code != "USA"]


def _fields(parameters: Mapping[str, str], every: Sequence[Placed]) -> list[dict[str, object]]:
    known = all_countries()
    codes = {mention.country for one in every for mention in one.provision.mentions} - {"USA"}
    countries = [(code, country.name) for code, country in known.items() if code in codes]
    found: list[dict[str, object]] = [
        {"name": "country", "label": "Names", "kind": "select", "options": [("", "Any country"), *countries],
         "value": parameters.get("country", "").upper()},
    ]  # fmt: skip
    if divisions := divisions_of(every):
        letters = [
            ("", "Every division"),
            *((letter, f"{letter}: {heading}") for letter, heading in divisions),
        ]
        found.append(
            {"name": "division", "label": "Division", "kind": "select", "options": letters,
             "value": parameters.get("division", "")}
        )  # fmt: skip
    about = [("", "On foreign and security assistance"), ("all", "Everything that was read")]
    found.append(
        {"name": "scope", "label": "About", "kind": "select", "options": about, "value": parameters.get("scope", "")}
    )  # fmt: skip
    return found


# --- what they share --------------------------------------------------------------------------------


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
