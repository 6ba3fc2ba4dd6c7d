"""The same matches as `tracker.linking.match` by other means, for tests and the benchmark to compare with.

Slow and plain: a regular expression over all writings, built as a trie, walked from left to right, once for each
layer of entries that hide each other. Its own folding goes character by character. It shares no code with the
matcher but reads the same entries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from tracker.linking.evidence import Match
from tracker.linking.vocabulary import Entry, Vocabulary

CASED = ("names", "people", "capitals", "doubtful")
LAYER_OF_KIND = {"country": 1, "region": 1, "programme": 2, "authority": 2, "term": 2}

SAME_SIGN = {
    "'": "‘’‚‛′ʹʼʻ´`",
    '"': "“”„‟″",
    "-": "‐‑‒–−",
    "O": "Ø", "o": "ø", "L": "Ł", "l": "ł", "D": "ĐÐ", "d": "đð", "H": "Ħ", "h": "ħ", "T": "Ŧ", "t": "ŧ",
    "i": "ıɨ", "I": "Ɨ",
}  # fmt: skip
PLAIN = {odd: plain for plain, odds in SAME_SIGN.items() for odd in odds}

EDGE_BEFORE = r"(?<![\w@])"
EDGE_AFTER = r"(?![\w@])(?!\.(?-i:[a-z]))"


class Oracle:
    """A vocabulary as regular expressions."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        entries = list(vocabulary.entries.values())
        near_misses = [entry for entry in entries if entry.kind == "near-miss"]
        layers: dict[object, list[Entry]] = {}
        for entry in entries:
            if entry.kind != "near-miss":
                layers.setdefault(LAYER_OF_KIND.get(entry.kind, entry.key), []).append(entry)
        self._layers = [_Layer([*layer, *near_misses]) for layer in layers.values()]

    def find(self, text: str) -> list[Match]:
        plain, origin = plainly(text)
        found = [
            Match(entry, *original_span(text, origin, start, end), form)
            for layer in self._layers
            for start, end, entry, form in layer.find(plain)
        ]
        return sorted(found)


class _Layer:
    def __init__(self, entries: list[Entry]) -> None:
        self._owners: dict[str, set[tuple[str, str]]] = {}
        exact: set[str] = set()
        any_case: set[str] = set()
        for entry in entries:
            for form, written in written_forms(entry):
                self._owners.setdefault(written, set()).add((entry.key, form))
                (any_case if form == "phrases" else exact).add(written)
        self._exact = re.compile(EDGE_BEFORE + trie_pattern(exact) + EDGE_AFTER)
        self._any_case = re.compile(EDGE_BEFORE + trie_pattern(any_case) + EDGE_AFTER, re.IGNORECASE)

    def find(self, plain: str) -> Iterator[tuple[int, int, str, str]]:
        position = 0
        exact, any_case = self._exact.search(plain), self._any_case.search(plain)
        while exact or any_case:
            start = min(found.start() for found in (exact, any_case) if found)
            ends = {found.end() for found in (exact, any_case) if found and found.start() == start}
            position = max(ends)
            words = plain[start:position]
            owners = set()
            if exact and exact.span() == (start, position):
                owners |= self._owners[words]
            if any_case and any_case.span() == (start, position):
                owners |= {owner for owner in self._owners[words.lower()] if owner[1] == "phrases"}
            if not any(key.startswith("near-miss:") for key, _ in owners):
                yield from ((start, position, key, form) for key, form in owners)
            if exact and exact.start() < position:
                exact = self._exact.search(plain, position)
            if any_case and any_case.start() < position:
                any_case = self._any_case.search(plain, position)


def written_forms(entry: Entry) -> Iterator[tuple[str, str]]:
    """Form and writing: every casing that counts, or small letters for a phrase."""
    for form in CASED:
        for words in getattr(entry, form):
            plain = plainly(words)[0]
            yield form, plain
            yield form, plain.upper()
            yield form, plain[0].upper() + plain[1:]
            yield form, re.sub(r"(?<![a-zA-Z0-9'])\w", lambda first: first[0].upper(), plain)
    for words in entry.acronyms:
        yield "acronyms", plainly(words)[0]
    for words in entry.phrases:
        yield "phrases", plainly(words)[0].lower()


def plainly(text: str) -> tuple[str, list[int]]:
    """The text in plain letters with single blanks, and where each of its characters stood."""
    letters: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        plain = plain_letter(character)
        if plain == " " and letters and letters[-1] == " ":
            continue
        letters.append(plain)
        origin.append(at)
    return "".join(letters), origin


def plain_letter(character: str) -> str:
    """Letters and digits of other scripts become ß, which is one, and other signs become one that is none."""
    if character in PLAIN:
        return PLAIN[character]
    if character.isspace():
        return " "
    if character.isascii():
        return character
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii() and base.isalnum():
        return base
    is_letter = unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mc", "Nd", "Nl")
    return "ß" if is_letter else "\x81"


def original_span(text: str, origin: list[int], start: int, end: int) -> tuple[int, int]:
    last = origin[end - 1] + 1
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return origin[start], last


def trie_pattern(words: Iterable[str]) -> str:
    """A pattern for any of the words that tries the longest first."""
    trie: dict[str, Any] = {}
    for word in words:
        node = trie
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _pattern(trie) if trie else r"(?!)"


def _pattern(node: dict[str, Any]) -> str:
    ways = [re.escape(letter) + _pattern(below) for letter, below in node.items() if letter]
    if not ways:
        return ""
    joined = ways[0] if len(ways) == 1 and "" not in node else f"(?:{'|'.join(ways)})"
    return f"{joined}?" if "" in node else joined
