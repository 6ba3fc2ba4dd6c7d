"""Two wordings, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.provisions.differences import Run, Same, likeness, pairs, word_differences

WORDS = st.lists(st.sampled_from(["of", "the", "funds", "15", "30", "percent", "may"])).map(" ".join)


def test_what_changed_stands_between_what_was_kept() -> None:
    assert word_differences("for Mexico, 15 percent may be", "for Mexico, 30 percent may be") == [
        Run(Same.KEPT, "for Mexico,"),
        Run(Same.DROPPED, "15"),
        Run(Same.ADDED, "30"),
        Run(Same.KEPT, "percent may be"),
    ]


@given(WORDS, WORDS)
def test_both_wordings_can_be_read_out_of_the_differences(old: str, new: str) -> None:
    runs = word_differences(old, new)
    for wording, mine in ((old, Same.DROPPED), (new, Same.ADDED)):
        assert " ".join(run.words for run in runs if run.what in (Same.KEPT, mine)) == wording


@given(WORDS)
def test_a_wording_is_wholly_like_itself(text: str) -> None:
    assert likeness(pairs(text), pairs(text)) == 1
