"""Two wordings, word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"\S+")
_LONGEST = 4_000
"""Words up to which two wordings are compared one by one; longer ones are compared clause by clause."""


class Same(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    DROPPED = "dropped"
    ADDED = "added"


class Run(NamedTuple):
    """Words that stand together and fared alike."""

    what: Same
    words: str


def word_differences(old: str, new: str) -> list[Run]:
    """The old wording and the new one as runs of words that were kept, dropped or added, in reading order."""
    before, after = _pieces(old, new)
    begin = 0
    while begin < min(len(before), len(after)) and before[begin] == after[begin]:
        begin += 1
    end = 0
    while end < min(len(before), len(after)) - begin and before[-1 - end] == after[-1 - end]:
        end += 1
    runs = [Run(Same.KEPT, " ".join(before[:begin]))]
    matcher = SequenceMatcher(
        None, before[begin : len(before) - end], after[begin : len(after) - end], autojunk=False
    )
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            runs.append(Run(Same.KEPT, " ".join(before[begin + i : begin + j])))
            continue
        runs.append(Run(Same.DROPPED, " ".join(before[begin + i : begin + j])))
        runs.append(Run(Same.ADDED, " ".join(after[begin + k : begin + m])))
    runs.append(Run(Same.KEPT, " ".join(before[len(before) - end :])))
    return [run for run in runs if run.words]


def _pieces(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > 2 * _LONGEST:
        return re.split(r"(?<=[.:;])\s+", old), re.split(r"(?<=[.:;])\s+", new)
    return before, after


def likeness(old: Counter[str], new: Counter[str]) -> float:
    """How alike two wordings are, 0 to 1, by the pairs of words that both have."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


def pairs(text: str) -> Counter[str]:
    """A wording as its pairs of words, for `likeness`."""
    words = re.findall(r"[\w$%.,]+", text.casefold())
    return Counter(map(" ".join, pairwise(words))) if len(words) > 1 else Counter(words)
