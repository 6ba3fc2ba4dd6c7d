"""Which of our recommendations, and of the government's promises, an item concerns. Pure.

Concerns, never advances or weakens: that is a judgement, and an editor's. The signals stand in the front matter
of `content/recommendations/` and `content/promises/`, as words and as vocabulary entries. They count only in an
item that is about security assistance: "vetting" in a bill on school buses concerns none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tracker.linking.evidence import (
    KEPT,
    Described,
    Evidence,
    FieldName,
    Found,
    Proposed,
    evidence_of,
)

SignalTargets = Mapping[str, tuple[str, ...]]
"""For each vocabulary entry the recommendations and promises that it signals, as targets."""

_RULE = {
    FieldName.TITLE: ("signal-in-title", 85),
    FieldName.OTHER_TITLE: ("signal-in-title", 80),
    FieldName.SUBJECT: ("signal-in-subject", 80),
    FieldName.SUMMARY: ("signal-in-summary", 75),
    FieldName.TEXT: ("signal-in-text", 60),
}
_MORE_SIGNALS = 6
"""What each further, different signal adds to the strongest: two in a text are worth showing."""


def link_concerns(item: Described, found: Found, signals: SignalTargets, *, in_scope: bool) -> list[Proposed]:
    """A link for each recommendation or promise whose signals stand in an item that is in scope."""
    if not in_scope:
        return []
    seen: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for field, matches in zip(item.fields, found, strict=True):
        if field.name not in _RULE:
            continue
        rule, score = _RULE[field.name]
        for match in matches:
            for target in signals.get(match.entry, ()):
                words = field.text[match.start : match.end].casefold()
                known = seen[target].get(words)
                if known is None or known.score < score:
                    seen[target][words] = evidence_of(rule, field, match, score)
    return [_concern(target, sorted(by_words.values(), key=_strength)) for target, by_words in seen.items()]


def _concern(target: str, evidence: list[Evidence]) -> Proposed:
    score = min(evidence[0].score + _MORE_SIGNALS * (min(len(evidence), 4) - 1), 95)
    return Proposed(target, score, tuple(evidence[:KEPT]))


def _strength(evidence: Evidence) -> tuple[int, str, int]:
    return -evidence.score, evidence.field, evidence.start
