"""Names in the mirror's bill texts: our matcher against the bare automaton and the plain regex, in the same run.

`make bench BENCH=match`. The bare automaton is ahocorasick_rs at its fastest (a DFA, leftmost-longest, words as
written, nothing else done); ratios are taken pair by pair (A B A B …) and the median counts. The hits must be those
of the trie regex in `tests/linking/oracle.py`, on every text. Texts come twice: with blanks tidied, and with those
that taking out the markup leaves.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from tests.benchmarks.table import print_table
from tests.linking.examples import bill_texts
from tests.linking.oracle import Oracle
from tracker.linking.match import Matcher
from tracker.linking.vocabulary import Entry, Vocabulary, load_vocabulary

MANY = 15_000
PAIRS = 7
FOR_THE_PLAIN_REGEX = 300_000


def main() -> None:
    loose = [text for _, text in bill_texts()]
    tidy = [" ".join(text.split()) for text in loose]
    for texts, blanks in ((tidy, "tidy blanks"), (loose, "blanks as the markup leaves them")):
        title = f"Names in {len(texts)} bill texts, {megabytes(texts):.1f} MB, {blanks}"
        print_table(title, compared(texts, load_vocabulary()))
    print_table("The same hits as a trie regex", [same_hits(tidy), same_hits(loose)])


def compared(texts: Sequence[str], vocabulary: Vocabulary) -> list[tuple[str, str, str]]:
    few, many = _Contest(vocabulary), _Contest(grown(vocabulary, MANY))
    for _ in range(PAIRS):
        few.run(texts)
        many.run(texts)
    flat = statistics.median(two / one for one, two in zip(few.ratios, many.ratios, strict=True))
    return [
        *few.rows(texts),
        *many.rows(texts),
        ("ratio with many names / with ours", f"{flat:.2f}", "goal: flat"),
    ]


class _Contest:
    """The matcher and the bare automaton with one vocabulary, run by turns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = {words for entry in vocabulary.entries.values() for words in entry.words}
        self.words = sorted(words, key=len, reverse=True)
        self.vocabulary = vocabulary
        self.matcher = Matcher(vocabulary)
        self.bare = AhoCorasick(
            self.words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
        )
        self.rates: list[float] = []
        self.bare_rates: list[float] = []

    @property
    def ratios(self) -> list[float]:
        return [rate / bare for rate, bare in zip(self.rates, self.bare_rates, strict=True)]

    def run(self, texts: Sequence[str]) -> None:
        self.bare_rates.append(rate(self.bare.find_matches_as_indexes, texts))
        self.rates.append(rate(self.matcher.find, texts))

    def rows(self, texts: Sequence[str]) -> list[tuple[str, str, str]]:
        found = sum(len(self.matcher.find(text)) for text in texts)
        built = min(seconds(partial(Matcher, self.vocabulary)) for _ in range(3))
        named = f"{len(self.words):,} names: "
        return [
            (named + "bare ahocorasick_rs", f"{statistics.median(self.bare_rates):.0f} MB/s", ""),
            (named + "matcher", f"{statistics.median(self.rates):.0f} MB/s", f"{found:,} matches"),
            (named + "matcher / bare", f"{statistics.median(self.ratios):.0%}", "goal ≥ 30%"),
            (named + "matcher / plain regex", f"{self.times_the_plain_regex(texts):.0f} ×", "goal ≥ 100 ×"),
            (named + "making the matcher", f"{built * 1000:.0f} ms", ""),
        ]

    def times_the_plain_regex(self, texts: Sequence[str]) -> float:
        r"""How many times faster than `\b(a|b|…)\b`, which is too slow for more than the head of one text."""
        plain = re.compile(rf"\b({'|'.join(map(re.escape, self.words))})\b")
        sample = [max(texts, key=len)[:FOR_THE_PLAIN_REGEX]]
        pairs = ((rate(self.matcher.find, sample), rate(plain.findall, sample)) for _ in range(3))
        return statistics.median(ours / theirs for ours, theirs in pairs)


def grown(vocabulary: Vocabulary, size: int) -> Vocabulary:
    """The vocabulary with more names, of its own words two by two: texts hold them in part but seldom whole."""
    taken = {form.folded.decode() for form in vocabulary.forms}
    words = sorted(
        {word for entry in vocabulary.entries.values() for name in entry.names for word in name.split()}
    )
    chosen = random.Random(3)
    added: list[Entry] = []
    while len(taken) < size:
        name = f"{chosen.choice(words)} {chosen.choice(words)}"
        if name.isascii() and name.lower() not in taken:
            taken.add(name.lower())
            added.append(Entry(key=f"term:added-{len(added)}", name=name, names=(name,)))
    return Vocabulary([*vocabulary.entries.values(), *added])


def same_hits(texts: Sequence[str]) -> tuple[str, str, str]:
    vocabulary = load_vocabulary().with_phrases(
        {"recommendation:one": ["human rights", "assistance to Egypt"]}
    )
    matcher, oracle = Matcher(vocabulary), Oracle(vocabulary)
    same = sum(sorted(matcher.find(text)) == oracle.find(text) for text in texts)
    return "texts", f"{same} of {len(texts)}", "goal: all"


def megabytes(texts: Sequence[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Megabytes a second. What is found is thrown away text by text, as linking does."""

    def all_texts() -> None:
        for text in texts:
            work(text)

    return megabytes(texts) / seconds(all_texts)


def seconds(work: Callable[[], object]) -> float:
    """Of this process's own work: wall time would count what the neighbours do."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
