"""Names in text: one pass of an Aho-Corasick automaton, then word edges, casing, and who hides whom. Pure.

The automaton runs over folded small letters and gives every candidate, overlapping ones too, so that a name which
a longer one hides is still there when the longer one fails at a word edge ("Korean" in "North Koreanische").

* Edges: no letter, digit, "_" or "@" may touch a name; "Egypt's" and "U.S.-Egypt" are fine, "egypt.com" is not.
* Casing: as the entry's form says, see `vocabulary`.
* Resolution: from the left, the longest wins, and what overlaps it on the right is hidden. Places hide places;
  programmes, authorities and terms hide each other, and so do one recommendation's own phrases: "Ukraine" counts
  in "Ukraine Security Assistance Initiative". A near-miss hides all of them and is not returned.
* Words that several entries share give one match for each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from tracker.linking.evidence import Match
from tracker.linking.folding import WORD, fold
from tracker.linking.vocabulary import NEAR_MISS, Entry, Form, Vocabulary

_AFTER_TEXT = b"  "
"""Two edges after the text. Before it too: index -1 is the last byte."""

_STOP = ord(".")
_SMALL_LETTERS = range(ord("a"), ord("z") + 1)

_LAYERS = {
    "country": "places",
    "region": "places",
    "programme": "programmes",
    "authority": "programmes",
    "term": "programmes",
}
"""Which kinds hide each other's words. An entry of any other kind is a layer of its own."""

_Owners = tuple[tuple[int, tuple[tuple[str, str], ...]], ...]
"""By layer, the entries whose words these are, each with its form. A near-miss is nobody's, in every layer."""


class Matcher:
    """A vocabulary made ready to be found in text.

    A run of blanks is more than the automaton can look for, so it also looks for the first words of each name with
    two blanks after them. Where it finds those, the names that begin so are tried one by one.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        cased: dict[bytes, list[Form]] = defaultdict(list)
        uncased: dict[bytes, list[Form]] = defaultdict(list)
        for form in vocabulary.forms:
            if form.writings is None:
                uncased[form.folded].append(form)
            for writing in form.writings or ():
                cased[writing].append(form)
        self._layers = {
            layer: number for number, layer in enumerate({_layer(form) for form in vocabulary.forms})
        }
        self._written = {
            words: self._owners(forms + uncased[words.lower()]) for words, forms in cased.items()
        }
        whole = list(dict.fromkeys(form.folded for form in vocabulary.forms))
        self._anyhow = [self._owners(uncased[words]) for words in whole]
        begun: dict[bytes, dict[bytes, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, words in enumerate(whole):
            for blank in _BLANK.finditer(words):
                begins, goes_on = words[: blank.end()], words[blank.end() :]
                begun[begins + b" "][goes_on[:1]].append(number)
        self._whole = whole
        self._begun = list(begun.values())
        self._automaton = BytesAhoCorasick([*whole, *begun], implementation=Implementation.DFA)

    def _owners(self, forms: list[Form]) -> _Owners:
        if any(_layer(form) == NEAR_MISS for form in forms):
            return tuple((layer, ()) for layer in self._layers.values())
        by_layer: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for form in forms:
            by_layer[self._layers[_layer(form)]].append((form.entry, form.form))
        return tuple((layer, tuple(owners)) for layer, owners in by_layer.items())

    def find(self, text: str) -> list[Match]:
        """Every match, by where it starts. Those of one layer never overlap."""
        folded = fold(text)
        candidates = self._candidates(folded.text + _AFTER_TEXT)
        candidates.sort()  # where two start together, the longer one comes first
        found = []
        reach = [0] * len(self._layers)
        for start, negative_end, owners in candidates:
            for layer, entries in owners:
                if reach[layer] <= start:
                    reach[layer] = -negative_end
                    begin, end = folded.span(start, -negative_end)
                    for entry, form in entries:
                        found.append(Match(entry, begin, end, form))
        return found

    def _candidates(self, cased: bytes) -> list[tuple[int, int, _Owners]]:
        """Words between edges in a casing that counts, in any order; the end is below zero."""
        found = []
        small = cased.lower()
        written, anyhow, whole = self._written, self._anyhow, len(self._whole)
        for pattern, start, end in self._automaton.find_matches_as_indexes(small, overlapping=True):
            if WORD[cased[start - 1]]:
                continue
            if pattern >= whole:
                for number, over_blanks in self._over_blanks(small, start, end, pattern - whole):
                    words = b" ".join(cased[start:over_blanks].split())
                    if _ends(cased, over_blanks) and (owners := written.get(words, anyhow[number])):
                        found.append((start, -over_blanks, owners))
            elif _ends(cased, end) and (owners := written.get(cased[start:end], anyhow[pattern])):
                found.append((start, -end, owners))
        return found

    def _over_blanks(self, small: bytes, start: int, blanks: int, begun: int) -> Iterator[tuple[int, int]]:
        """Number and end of each of the names begun that goes on after a run of blanks."""
        goes_on = _NOT_A_BLANK.search(small, blanks)
        for number in self._begun[begun].get(goes_on[0], ()) if goes_on else ():
            name = _with_runs_of_blanks(self._whole[number]).match(small, start)
            if name:
                yield number, name.end()


def _layer(form: Form) -> str:
    kind = form.entry.partition(":")[0]
    return kind if kind == NEAR_MISS else _LAYERS.get(kind, form.entry)


def _ends(text: bytes, end: int) -> bool:
    """Whether a word may end here."""
    following = text[end]
    return not (WORD[following] or (following == _STOP and text[end + 1] in _SMALL_LETTERS))


@cache
def _with_runs_of_blanks(words: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(words).replace(rb"\ ", b" ++"))


_BLANK = re.compile(b" ")
_NOT_A_BLANK = re.compile(b"[^ ]")


def contains_any(words: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text has any of the words, in any casing."""
    matcher = Matcher(Vocabulary([Entry(key="any:words", name="any", phrases=tuple(words))]))
    return lambda text: bool(matcher.find(text))
