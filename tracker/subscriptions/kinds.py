"""The kinds of change that a follow may want, grouped in plain words, and which of them cannot wait. Pure.

A follow names groups, not kinds, so that a kind that is added to a group later reaches those who wanted the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tracker.stages import Stage


class Group(msgspec.Struct, frozen=True):
    """Some kinds of change under one name. `label` stands beside a box to tick, `what` explains it."""

    key: str
    label: str
    what: str
    kinds: tuple[str, ...]


REST = "record"
"""The group of every kind that no other names: what is left of the official record."""

GROUPS: tuple[Group, ...] = (
    Group(
        "status",
        "Where it stands",
        "introduced, reported, passed, failed, became law",
        ("introduced", "stage", "setback", "became_law"),
    ),
    Group(
        "votes",
        "Votes",
        "roll calls in either chamber, and how members voted",
        ("vote_reference", "vote_positions", "vote_corrected"),
    ),
    Group(
        "committees",
        "Committees",
        "referrals, meetings and written reports",
        ("committee_referral", "report", "meeting", "meeting_moved", "meeting_cancelled"),
    ),
    Group(
        "cosponsors",
        "Sponsors and cosponsors",
        "who joined and who withdrew",
        ("sponsor", "cosponsor_added", "cosponsor_withdrawn"),
    ),
    Group(
        "texts",
        "Texts and summaries",
        "new printings, titles, official summaries, and what a new text does to conditions, money and deadlines",
        (
            "text_version",
            "summary",
            "title",
            "other_title",
            "provision_changed",
            "provision_added",
            "provision_dropped",
        ),
    ),
    Group(
        "arms-sales",
        "Arms sales",
        "notifications to Congress, their value and corrections",
        ("arms_sale_notified", "arms_sale_value", "arms_sale_corrected", "arms_sale_published"),
    ),
    Group(
        "watchdogs",
        "Watchdogs",
        "reports by auditors and inspectors general, and what became of their recommendations",
        (),
    ),
    Group(
        REST,
        "The rest of the record",
        "every other line of the official history, subjects, related measures",
        ("action", "related_bill", "subject", "policy_area"),
    ),
)
_BY_KEY = {group.key: group for group in GROUPS}
_BY_KIND = {kind: group.key for group in GROUPS for kind in group.kinds}
_BY_BEGINNING = {
    "arms_sale": "arms-sales",
    "meeting": "committees",
    "report_": "watchdogs",
    "watchdog": "watchdogs",
    "finding": "watchdogs",
    "audit": "watchdogs",
    "gao": "watchdogs",
}

URGENT = frozenset(
    {"vote_reference", "became_law", "setback", "meeting", "meeting_moved", "meeting_cancelled"}
)
"""Kinds that are mailed at once to whom asked for it: a vote was held, a bill became law or failed, a meeting nears."""

URGENT_STAGES = frozenset(
    {
        Stage.FAILED_HOUSE, Stage.FAILED_SENATE, Stage.PASSED_HOUSE, Stage.PASSED_SENATE, Stage.RESOLVING_DIFFERENCES,
        Stage.PASSED_BOTH, Stage.AGREED_TO, Stage.TO_PRESIDENT, Stage.VETOED, Stage.VETO_SUSTAINED, Stage.BECAME_LAW,
    }
)  # fmt: skip
"""Stages of which the same is true: a chamber or the President has decided. Most passages are by voice and have no roll
call to tell of them. What a committee does leaves days to act, and waits for the digest.
"""


def is_urgent(kind: str, new: Any) -> bool:
    """Whether a change, to that new value, is mailed at once to whom asked for it."""
    return kind in URGENT or (kind == "stage" and new in URGENT_STAGES)


def group_of(kind: str) -> str:
    """The group that a kind of change belongs to. A fact that is gone belongs where it was."""
    kind = kind.removesuffix("_removed")
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    return next((key for start, key in _BY_BEGINNING.items() if kind.startswith(start)), REST)


def kinds_of(groups: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    """Those of the known kinds that belong to any of these groups."""
    wanted = set(groups)
    return frozenset(kind for kind in known if group_of(kind) in wanted)


def is_wanted(kind: str, groups: tuple[str, ...] | None) -> bool:
    """Whether a follow with these groups (None: all) wants a change of that kind."""
    return groups is None or group_of(kind) in groups


def read_groups(given: Iterable[str], offered: Iterable[str]) -> tuple[str, ...] | None:
    """The groups that were ticked, in our order; None, which is all of them, where every offered one was, or none.

    Who unticks everything gets everything: a follow of nothing would be a promise that is silently never kept.
    """
    wanted, on_offer = set(given), [group.key for group in GROUPS if group.key in set(offered)]
    chosen = tuple(key for key in on_offer if key in wanted)
    return None if not chosen or len(chosen) == len(on_offer) else chosen


def groups_for(target: str) -> tuple[Group, ...]:
    """The groups that can bring anything on a target: those offered to tick."""
    kind, _, name = target.partition(":")
    if kind == "bill":
        keys = ["status", "votes", "committees", "cosponsors", "texts", REST]
    elif kind == "arms-sale" or target == "topic:arms-sales":
        keys = ["arms-sales"]
    elif target == "topic:appropriations":
        keys = ["status", "votes", "committees", "cosponsors", "texts", REST]
    elif kind == "report":
        keys = ["watchdogs"]
    else:
        del name
        keys = [group.key for group in GROUPS]
    return tuple(_BY_KEY[key] for key in keys)


def groups_in_words(groups: tuple[str, ...] | None, labels: Mapping[str, Group] = _BY_KEY) -> str:
    """ "every kind of change", or the labels: "votes; committees"."""
    if groups is None:
        return "every kind of change"
    return "; ".join(labels[key].label.lower() for key in groups if key in labels) or "every kind of change"
