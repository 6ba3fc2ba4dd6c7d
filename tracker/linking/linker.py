"""All of linking in one call: an item's fields in, proposed links out. Pure once it is made.

The vocabulary and the signals in `content/` are read once. What each part of a link was made with has a digest,
so that a change in one of them says which items it touches.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tracker.config import PROJECT
from tracker.content import Content, load_content
from tracker.linking import concerns, describe, evidence, findings, folding, match, places, scope, scope_rules
from tracker.linking.evidence import (
    CONFIDENT,
    SCOPE,
    Described,
    FieldName,
    Match,
    Proposed,
    first_of_each,
)
from tracker.linking.match import Matcher
from tracker.linking.vocabulary import Vocabulary, load_vocabulary

RULES = "rules"
"""The part that stands for the rules themselves: a change in their code touches every item."""

WHOLE = "whole"
"""Stands for all parts together, so that one look says whether links were made with something else."""

_FROM_A_LIST = frozenset({FieldName.SUBJECT, FieldName.POLICY_AREA})
"""Fields whose words are a librarian's: a thousand terms, which stand in measure after measure."""

_SIGNALS = "signals:"
_FINDING = "finding:"


class Linker:
    """The rules with one vocabulary and one set of signals."""

    def __init__(self, vocabulary: Vocabulary, content: Content) -> None:
        phrases = {target: signals.phrases for target, signals in content.signals.items() if signals.phrases}
        self.vocabulary = vocabulary.with_phrases(phrases)
        self._content = content
        self._matcher = Matcher(self.vocabulary)
        self._find_again = lru_cache(maxsize=1_000)(self._find)
        self._signals = _signal_targets(content)

    def propose(self, item: Described, *, in_scope: bool | None = None) -> list[Proposed]:
        """Every link that the rules would make, countries first.

        `in_scope` is what an editor said, where one did: what an item concerns hangs on it.
        """
        found = [
            self._find_again(field.text) if field.name in _FROM_A_LIST else self._find(field.text)
            for field in item.fields
        ]
        about = scope.link_scope(item, found, self.vocabulary)
        finding = findings.finding_of(item, self._content.reports)
        if in_scope is None:
            in_scope = finding is not None or any(
                link.target == SCOPE and link.score >= CONFIDENT for link in about
            )
        links = [
            *places.link_places(item, found, self.vocabulary),
            *about,
            *concerns.link_concerns(item, found, self._signals, in_scope=in_scope),
        ]
        if finding is None:
            return links
        return findings.together([*links, *findings.link_finding(item.kind, finding, in_scope=in_scope)])

    def _find(self, text: str) -> Sequence[Match]:
        return first_of_each(self._matcher.find(text))

    def signalled(self, text: str) -> tuple[str, ...]:
        """The recommendations and promises whose signals stand in a text, each once, in its order."""
        found = (
            target for match in self._matcher.find(text) for target in self._signals.get(match.entry, ())
        )
        return tuple(dict.fromkeys(found))

    def made_with(self) -> dict[str, MadeWith]:
        """Every part that links depend on, by name: vocabulary entries, signals, findings, and the rules."""
        parts = {key: MadeWith(entry.digest, entry.words) for key, entry in self.vocabulary.entries.items()}
        for target, signals in self._content.signals.items():
            words = {word for key in signals.entries for word in self.vocabulary.entries[key].words}
            joined = "\n".join(sorted(signals.entries)).encode()
            parts[f"{_SIGNALS}{target}"] = MadeWith(
                hashlib.sha256(joined).hexdigest()[:16], tuple(sorted(words))
            )
        for key, finding in self._content.reports.items():
            parts[f"{_FINDING}{key}"] = MadeWith(findings.digest(finding), (finding.title,))
        parts[RULES] = MadeWith(rules_digest(), ())
        whole = hashlib.sha256("".join(part.digest for part in parts.values()).encode())
        return {**parts, WHOLE: MadeWith(whole.hexdigest()[:16], ())}

    @staticmethod
    def targets_of(changed: Iterable[str]) -> list[str]:
        """What links of these parts point at."""
        return [part.removeprefix(_SIGNALS) for part in changed]

    @staticmethod
    def touches_everything(changed: Collection[str]) -> bool:
        """Whether a change in these parts can touch any item, whatever its words."""
        return RULES in changed


class MadeWith(NamedTuple):
    """What one part of linking was: its digest, and the words by which it can touch an item."""

    digest: str
    words: tuple[str, ...]


def _signal_targets(content: Content) -> Mapping[str, tuple[str, ...]]:
    targets: dict[str, list[str]] = defaultdict(list)
    for target, signals in content.signals.items():
        for entry in (target, *signals.entries):
            targets[entry].append(target)
    return {entry: tuple(found) for entry, found in targets.items()}


_DECIDING = (concerns, describe, evidence, findings, folding, match, places, scope, scope_rules)


def rules_digest() -> str:
    """A digest of the code that decides, so that nobody has to remember to count a version up."""
    files = (Path(module.__file__ or "") for module in _DECIDING)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@cache
def packaged_content() -> Content:
    """The content that came with the program, checked against its vocabulary."""
    return load_content(PROJECT / "content", entries=frozenset(load_vocabulary().entries))


@cache
def packaged_linker() -> Linker:
    """The linker with the vocabulary and content that came with the program."""
    return Linker(load_vocabulary(), packaged_content())
