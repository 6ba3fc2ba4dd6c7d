"""Kinds of change in plain groups: every kind is in one, and a follow of nothing cannot be made."""

from __future__ import annotations

import pytest

from tracker.changes import KINDS
from tracker.stages import Stage
from tracker.subscriptions.kinds import (
    GROUPS,
    REST,
    URGENT,
    group_of,
    groups_for,
    groups_in_words,
    is_urgent,
    is_wanted,
    kinds_of,
    read_groups,
)

KEYS = [group.key for group in GROUPS]


def test_every_kind_of_change_belongs_to_a_group_that_is_offered() -> None:
    assert {group_of(kind) for kind in KINDS} <= set(KEYS)
    named = [kind for group in GROUPS for kind in group.kinds]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("kind", "group"),
    [("stage", "status"), ("became_law", "status"), ("vote_reference", "votes"), ("vote_reference_removed", "votes"),
     ("cosponsor_withdrawn", "cosponsors"), ("cosponsor_withdrawn_removed", "cosponsors"), ("action", REST),
     ("arms_sale_notified", "arms-sales"), ("arms_sale_of_later_years", "arms-sales"),
     ("meeting_reopened", "committees"), ("a_kind_of_the_future", REST)],
)  # fmt: skip
def test_a_kind_belongs_where_its_name_says(kind: str, group: str) -> None:
    assert group_of(kind) == group


def test_groups_share_out_all_kinds() -> None:
    shared = [kinds_of([key], KINDS) for key in KEYS]
    assert frozenset().union(*shared) == frozenset(KINDS)
    assert sum(map(len, shared)) == len(KINDS)


def test_a_follow_without_groups_wants_all() -> None:
    assert all(is_wanted(kind, None) for kind in KINDS)
    assert [kind for kind in KINDS if is_wanted(kind, ("votes",))] == [
        "vote_reference",
        "vote_reference_removed",
        "vote_positions",
        "vote_corrected",
    ]


OFFERED = ("status", "votes", "texts")


@pytest.mark.parametrize(
    ("given", "read"),
    [([], None), (OFFERED, None), (["texts", "votes"], ("votes", "texts")), (["nonsense"], None),
     (["votes", "nonsense", "votes"], ("votes",)), (["arms-sales"], None)],
)  # fmt: skip
def test_what_was_ticked_is_read_in_our_order(given: list[str], read: tuple[str, ...] | None) -> None:
    assert read_groups(given, OFFERED) == read


@pytest.mark.parametrize(
    ("target", "first", "count"),
    [("bill:119-s-1780", "status", 6), ("topic:arms-sales", "arms-sales", 1), ("country:EGY", "status", len(GROUPS)),
     ("topic:appropriations", "status", 6), ("search:end-use monitoring", "status", len(GROUPS))],
)  # fmt: skip
def test_only_what_a_target_can_bring_is_offered(target: str, first: str, count: int) -> None:
    offered = groups_for(target)
    assert offered[0].key == first
    assert len(offered) == count


def test_groups_have_words() -> None:
    assert groups_in_words(None) == "every kind of change"
    assert groups_in_words(("votes", "committees")) == "votes; committees"
    assert groups_in_words(("gone",)) == "every kind of change"


def test_urgent_kinds_are_votes_and_what_decides_a_bill() -> None:
    assert {"vote_reference", "became_law", "setback"} <= URGENT
    assert not {"action", "cosponsor_added", "title", "stage"} & URGENT


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_urgent_where_a_chamber_or_the_president_has_decided(stage: Stage) -> None:
    waits = {Stage.INTRODUCED, Stage.IN_COMMITTEE, Stage.ORDERED_REPORTED, Stage.REPORTED, Stage.ON_CALENDAR}
    assert is_urgent("stage", stage.value) is (stage not in waits)
    assert not is_urgent("text_version", stage.value)
    assert not is_urgent("stage", "a stage of tomorrow")
