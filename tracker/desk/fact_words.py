"""What editors said of facts, put back on them whenever a text is read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, select

from tracker.models import FactKind, FactWord, LinkState
from tracker.provisions.facts import SURE, Condition, Deadline, Fact, Figure

FACT_WORD = cast(Table, FactWord.__table__)

TYPES: dict[FactKind, type[Fact]] = {
    FactKind.FIGURE: Figure,
    FactKind.CONDITION: Condition,
    FactKind.DEADLINE: Deadline,
}


class Word(NamedTuple):
    """An editor's word on a fact: on which words, and the fact as corrected, as JSON."""

    words: str
    state: LinkState
    fact: str | None


class Words:
    """The words on one text's facts: found by key, or by the words that they are of where the place moved."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._by_key: dict[tuple[FactKind, str], Word] = {}
        self._by_words: dict[tuple[FactKind, str], Word | None] = {}
        for row in rows:
            word = Word(row.words, row.state, row.fact)
            self._by_key[row.kind, row.key] = word
            same = (row.kind, _tidy(row.words))
            self._by_words[same] = None if same in self._by_words else word

    def of(self, kind: FactKind, key: str, fact: Fact) -> Word | None:
        """The word on a fact. Without the text's own words, as in a bundle, the place alone decides."""
        word = self._by_key.get((kind, key))
        if word is not None and (not fact.words or not word.words or _tidy(word.words) == _tidy(fact.words)):
            return word
        return self._by_words.get((kind, _tidy(fact.words))) if _is_telling(fact.words) else None


def standing_words(connection: Connection, bill_key: str, version: str) -> Words:
    """What editors said of one version's facts."""
    rows = connection.execute(
        select(FACT_WORD).where(FACT_WORD.c.bill_key == bill_key, FACT_WORD.c.version == version)
    )
    return Words(rows.all())


def is_sure(fact: Fact, state: LinkState) -> bool:
    """Whether a fact is shown as it is: the rules are sure of it, or an editor is."""
    if state is LinkState.AUTO:
        return fact.certainty >= SURE and not fact.is_quoted
    return state is LinkState.CONFIRMED


def corrected(fact: Fact, as_json: str) -> Fact:
    """The fact as an editor corrected it, at the place where it is now."""
    said = msgspec.json.decode(as_json, type=type(fact))
    return msgspec.structs.replace(
        said, label=fact.label, start=fact.start, end=fact.end, words=fact.words, certainty=fact.certainty
    )


def _tidy(words: str) -> str:
    return " ".join(words.split()).casefold()


def _is_telling(words: str) -> bool:
    """Whether words can be told from others: "not later than 30 days after the enactment" stands everywhere."""
    return len(words) > 120
