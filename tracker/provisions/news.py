"""What a new version of a text changes in money, conditions and deadlines on aid, as changes of the ledger. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tracker.changes import Draft, digest
from tracker.provisions.facts import SURE
from tracker.provisions.ladder import Fate
from tracker.provisions.read import Provision
from tracker.provisions.sides import bears_on_security, lay_beside

_KINDS = {Fate.ADDED: "provision_added", Fate.DROPPED: "provision_dropped", Fate.CHANGED: "provision_changed"}
_LONGEST_PLACE = 80


def provision_drafts(
    old: Sequence[Provision],
    new: Sequence[Provision],
    *,
    version: str,
    occurred_on: date | None,
    since: str,
    names: Mapping[str, str],
) -> list[Draft]:
    """The changes that a version brings against the one before it, which `since` names; `names` are countries' by code.

    Nothing is told of a section that only one of two texts has, where not both are kept whole.
    """
    found = (
        change
        for pair in lay_beside(_sure(old), _sure(new)).pairs
        for change in pair.facts
        if bears_on_security(change) or change.kind == "deadline"
    )
    seen: Counter[str] = Counter()
    drafts = []
    for change in found:
        key = f"{version}:{change.kind}:{_short(change.place)}:{change.fate}"
        seen[key] += 1
        value = {
            "text": version, "since": since, "fact": change.kind, "place": change.place, "what": change.what,
            "countries": list(change.countries), "names": [names.get(code, code) for code in change.countries],
        }  # fmt: skip
        drafts.append(
            Draft(
                _KINDS[change.fate],
                key if seen[key] == 1 else f"{key}:{seen[key]}",
                occurred_on,
                {"value": change.old} if change.old else None,
                {**value, "value": change.new},
            )
        )
    return drafts


def _sure(provisions: Iterable[Provision]) -> list[Provision]:
    """Without the facts that wait for a person."""
    return [
        Provision(
            one.position, one.section,
            figures=tuple(fact for fact in one.figures if fact.certainty >= SURE),
            conditions=tuple(fact for fact in one.conditions if fact.certainty >= SURE),
            deadlines=tuple(fact for fact in one.deadlines if fact.certainty >= SURE),
            mentions=one.mentions,
        )
        for one in provisions
    ]  # fmt: skip


def _short(place: str) -> str:
    return place if len(place) <= _LONGEST_PLACE else f"{place[: _LONGEST_PLACE - 13]}~{digest(place)}"
