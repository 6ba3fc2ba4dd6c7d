"""The one place for names: `vocabulary/*.toml`, read strictly. Pure but for reading those files.

A table is an entry, `[country.EGY]`; its key in links is `country:EGY`. Its lists of words are its forms, and each
form has its own rule of casing:

* `names`, `people` (demonyms and adjectives), `capitals` and `doubtful` (words that mean something else as well and
  need support): as written, or in capitals; words that the name writes small may begin with a capital.
* `acronyms`: exactly as written.
* `phrases`: in any casing.

A near-miss is an entry whose words hide the names in them ("New Mexico") and that is never found itself.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from tracker.linking.folding import fold

VOCABULARY = Path(__file__).with_name("vocabulary")

FORMS = ("names", "people", "capitals", "doubtful", "phrases", "acronyms")
NEAR_MISS = "near-miss"

_PLACE_KEY = re.compile(r"[A-Z]{3}")
_WORD_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class VocabularyError(ValueError):
    """A vocabulary that cannot be used: which file, which entry, and what is wrong with it."""

    def __init__(self, file: str, entry: str, problem: str) -> None:
        super().__init__(f"{file}, {entry}: {problem}" if entry else f"{file}: {problem}")
        self.file = file
        self.entry = entry
        self.problem = problem


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that text can name. `key` is its target in links; what a kind does not have is empty."""

    key: str
    name: str
    names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    official: str = ""
    region: tuple[str, ...] = ()
    spellings: Mapping[str, str] = {}
    members: tuple[str, ...] = ()
    citation: str = ""
    url: str = ""
    note: str = ""

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that text may say for it, whatever the form."""
        return tuple(words for form in FORMS for words in getattr(self, form))

    @property
    def digest(self) -> str:
        """Differs whenever anything in the entry differs."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


class Form(NamedTuple):
    """One of an entry's words as the matcher needs them: folded to small letters, and the casings that count.

    `writings` is None where every casing counts.
    """

    entry: str
    form: str
    folded: bytes
    writings: frozenset[bytes] | None


_FACTS: Mapping[str, frozenset[str]] = {
    "country": frozenset({"official", "region", "spellings"}),
    "region": frozenset(),
    "programme": frozenset({"citation"}),
    "authority": frozenset({"citation"}),
    "term": frozenset(),
    NEAR_MISS: frozenset(),
}
"""The kinds of entry, and what an entry of each may hold besides its name, forms, url and note."""

_COMMON = frozenset({"name", "url", "note", *FORMS})


class Vocabulary:
    """Entries by key, in the order in which they were written."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Mapping[str, Entry] = MappingProxyType({entry.key: entry for entry in entries})

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """Every entry's words as the matcher needs them."""
        return tuple(form for entry in self.entries.values() for form in _forms(entry))

    def with_phrases(self, phrases: Mapping[str, Sequence[str]]) -> Vocabulary:
        """The same with further entries that are nothing but phrases: `{"recommendation:SLUG": [...]}`.

        Unlike others they may share words, with each other and with any entry, and hide nothing but each other's.
        """
        added = [
            Entry(key=key, name=key.partition(":")[2], phrases=tuple(words)) for key, words in phrases.items()
        ]
        for entry in added:
            if entry.key in self.entries:
                raise VocabularyError("phrases", entry.key, "there is already such an entry")
            _check_words("phrases", entry)
        return Vocabulary([*self.entries.values(), *added])

    def country_by_spelling(self, source: str, spelling: str) -> Entry | None:
        """The country that a source's list means: by that source's own spelling, else by a name that only it has."""
        wanted = _small(spelling)
        return self._spellings.get((source, wanted)) or self._spellings.get(("", wanted))

    @cached_property
    def _spellings(self) -> dict[tuple[str, bytes], Entry]:
        """Countries by source and spelling; by "" and a name of theirs, the names they go by before others."""
        countries = [entry for entry in self.entries.values() if entry.kind == "country"]
        found: dict[tuple[str, bytes], Entry] = {}
        for spellings in (
            [(entry, "", (entry.name,)) for entry in countries],
            [(entry, "", (entry.official, *entry.names)) for entry in countries],
            [(entry, "", entry.doubtful) for entry in countries],
            [
                (entry, source, (spelling,))
                for entry in countries
                for source, spelling in entry.spellings.items()
            ],
        ):
            meant: dict[tuple[str, bytes], dict[str, Entry]] = defaultdict(dict)
            for entry, source, each in spellings:
                for spelling in filter(None, each):
                    meant[source, _small(spelling)][entry.key] = entry
            for spelled, entries in meant.items():
                if len(entries) == 1:
                    found.setdefault(spelled, *entries.values())
        return found


def load_vocabulary(folder: Path = VOCABULARY) -> Vocabulary:
    """Every `*.toml` of a folder as one vocabulary; raises VocabularyError for the first thing that is wrong."""
    return _loaded(folder)


@cache
def _loaded(folder: Path) -> Vocabulary:
    entries: dict[str, Entry] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in _read(path):
            if entry.key in entries:
                raise VocabularyError(path.name, entry.key, f"is already in {files[entry.key]}")
            entries[entry.key] = entry
            files[entry.key] = path.name
    _check_regions(entries, files)
    _check_shared_words(entries, files)
    members: dict[str, list[str]] = defaultdict(list)
    for entry in entries.values():
        for region in entry.region:
            members[f"region:{region}"].append(entry.key)
    return Vocabulary(
        msgspec.structs.replace(entry, members=tuple(sorted(members[key]))) if key in members else entry
        for key, entry in entries.items()
    )


def _read(path: Path) -> Iterator[Entry]:
    try:
        kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VocabularyError(path.name, "", str(error)) from error
    for kind, tables in kinds.items():
        if kind not in _FACTS:
            raise VocabularyError(path.name, kind, f"unknown kind; there are: {', '.join(_FACTS)}")
        if not isinstance(tables, dict):
            raise VocabularyError(path.name, kind, f"a kind holds tables, [{kind}.KEY]")
        for key, table in tables.items():
            yield _entry(path.name, kind, key, table)


def _entry(file: str, kind: str, key: str, table: Any) -> Entry:
    name = f"{kind}:{key}"
    if not isinstance(table, dict):
        raise VocabularyError(file, name, f"an entry is a table, [{kind}.{key}]")
    shape = _PLACE_KEY if kind == "country" else _WORD_KEY
    if not shape.fullmatch(key):
        wanted = "three capitals" if kind == "country" else "small letters, digits and hyphens"
        raise VocabularyError(file, name, f"the key must be {wanted}")
    if unknown := table.keys() - _COMMON - _FACTS[kind]:
        raise VocabularyError(file, name, f"unknown: {', '.join(sorted(unknown))}")
    if kind == NEAR_MISS:
        table = {"name": key, **table}
    try:
        entry = msgspec.convert({**table, "key": name}, Entry, strict=True)
    except msgspec.ValidationError as error:
        raise VocabularyError(file, name, str(error)) from error
    _check_words(file, entry)
    return entry


def _check_words(file: str, entry: Entry) -> None:
    if not entry.name.strip():
        raise VocabularyError(file, entry.key, "the name is empty")
    if not entry.words:
        raise VocabularyError(file, entry.key, f"no words; give some of: {', '.join(FORMS)}")
    seen: dict[bytes, str] = {}
    for words in entry.words:
        if not words.strip():
            raise VocabularyError(file, entry.key, "empty words")
        if words != " ".join(words.split()):
            raise VocabularyError(file, entry.key, f'blanks at an end or twice in "{words}"')
        folded = _small(words)
        if max(folded) >= 0x80:
            raise VocabularyError(file, entry.key, f'"{words}" has a character that is never matched')
        if folded in seen:
            raise VocabularyError(file, entry.key, f'"{words}" says the same as "{seen[folded]}"')
        seen[folded] = words


def _check_regions(entries: Mapping[str, Entry], files: Mapping[str, str]) -> None:
    for entry in entries.values():
        for region in entry.region:
            if f"region:{region}" not in entries:
                raise VocabularyError(files[entry.key], entry.key, f"there is no [region.{region}]")


def _check_shared_words(entries: Mapping[str, Entry], files: Mapping[str, str]) -> None:
    """The same words may stand in two entries only where both call them doubtful."""
    owners: dict[bytes, list[Form]] = defaultdict(list)
    for entry in entries.values():
        for form in _forms(entry):
            for other in owners[form.folded]:
                if not (form.form == other.form == "doubtful") and _meet(form, other):
                    words = form.folded.decode()
                    problem = f'"{words}" is also in {other.entry} ({files[other.entry]}): share only doubtful words'
                    raise VocabularyError(files[entry.key], entry.key, problem)
            owners[form.folded].append(form)


def _meet(one: Form, other: Form) -> bool:
    """Whether some casing of the same words counts for both."""
    return one.writings is None or other.writings is None or not one.writings.isdisjoint(other.writings)


def _forms(entry: Entry) -> Iterator[Form]:
    for form in FORMS:
        for words in getattr(entry, form):
            yield Form(entry.key, form, _small(words), _writings(form, fold(words).text))


def _writings(form: str, folded: bytes) -> frozenset[bytes] | None:
    if form == "phrases":
        return None
    if form == "acronyms":
        return frozenset({folded})
    in_a_title = _SMALL_WORD.sub(lambda first: first[0].upper(), folded)
    first_in_a_sentence = folded[:1].upper() + folded[1:]
    return frozenset({folded, first_in_a_sentence, in_a_title, folded.upper()})


_SMALL_WORD = re.compile(rb"(?<![A-Za-z0-9'])[a-z]")


def _small(words: str) -> bytes:
    return b" ".join(fold(words).text.lower().split())
