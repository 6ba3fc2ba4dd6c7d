"""What may be decided, and what taking back means. Pure: values in, values and refusals out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from tracker.models import DecisionKind, LinkState, Origin, Verdict

LONGEST_REASON = 400
"""A reason is one sentence."""

BY_HAND = 100
"""The score of a link that an editor added: nothing in the rules could be surer."""


class RefusedError(Exception):
    """A decision that cannot be made, with a sentence for the editor who wanted it."""


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands behind a link: the rules alone, or an editor who confirmed or rejected it.

    `rules` names the rules of the day when an editor said it, so that taking it back knows whether they still hold.
    """

    state: LinkState
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None
    rules: str | None = None


class JudgementWord(msgspec.Struct, frozen=True):
    """A judgement of the desk, as the log keeps it."""

    verdict: Verdict
    reason: str
    made_on: date
    made_by: str
    origin: Origin = Origin.DESK


class Logged(NamedTuple):
    """A decision as it matters for taking back. `thing` is what it was about: decisions on one thing pile up."""

    id: int
    kind: DecisionKind
    thing: tuple[object, ...]
    undoes: int | None


VERDICT_OF = {LinkState.CONFIRMED: "confirmed", LinkState.REJECTED: "rejected"}
FINAL = {
    DecisionKind.RELEASE: "Released changes have been published and cannot be called back.",
    DecisionKind.UNDO: "An undo is not undone; decide again instead.",
}
"""Kinds that cannot be taken back, and why."""


def mark(*values: object) -> str:
    """A short word for something as an editor saw it: another word, and it has changed since."""
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def link_mark(row: Any) -> str:
    """The mark of a link's row: who stands behind it, and on which words."""
    return mark(row.id, row.item_id, row.target, row.state.value, row.score, row.decided_at, row.evidence)


def check_unchanged(seen: str, row: Any, name: str) -> None:
    """Refuse to decide about a link that is not what the editor looked at; `name` is how to call it."""
    if row is None:
        raise RefusedError(f"{name}: this link is gone; the rules no longer make it.")
    if seen == link_mark(row):
        return
    if row.state is not LinkState.AUTO:
        raise RefusedError(f"{name}: {row.decided_by} already {VERDICT_OF[row.state]} this.")
    raise RefusedError(f"{name}: the evidence changed since you opened the page; look again.")


def check_reason(text: str, *, required: bool = True) -> str:
    """A reason as it will be shown: one line, not too long."""
    words = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    if required and not words:
        raise RefusedError("Say why in one sentence.")
    if len(words) > LONGEST_REASON:
        raise RefusedError(f"A reason is one sentence of at most {LONGEST_REASON} characters.")
    return words


def find_target(text: str, names: Mapping[str, str], kinds: Iterable[str]) -> str:
    """The key of the target that an editor wrote: a key (`country:EGY`) or a name ("Egypt"), of one of these kinds."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        raise RefusedError("Choose what it is about instead.")
    allowed = {key: name for key, name in names.items() if key.partition(":")[0] in set(kinds)}
    found = [key for key, name in allowed.items() if wanted in (key.casefold(), name.casefold())]
    if not found:
        raise RefusedError(f"The vocabulary has no “{text.strip()[:80]}” to choose.")
    if len(found) > 1:
        raise RefusedError(f"“{text.strip()[:80]}” could be {' or '.join(sorted(found))}; write it so.")
    return found[0]


def why_not_undone(decision: Logged, others: Iterable[Logged]) -> str | None:
    """Why a decision cannot be taken back, or None where it can. `others` are those about the same thing.

    Decisions on one thing pile up: only the top one that still holds can be taken off.
    """
    if decision.kind in FINAL:
        return FINAL[decision.kind]
    undone = {other.undoes for other in others if other.undoes is not None}
    if decision.id in undone:
        return "This decision was already undone."
    above = [
        other for other in others
        if other.id > decision.id and other.thing == decision.thing
        and other.kind is not DecisionKind.UNDO and other.id not in undone
    ]  # fmt: skip
    return "Somebody has decided again since; undo the later decision first." if above else None
