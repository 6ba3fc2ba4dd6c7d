"""Members of Congress as other lists name them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import cast

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tracker.models import Legislator
from tracker.queries.paging import AnyRow

LEGISLATOR = cast(Table, Legislator.__table__)


class Person(msgspec.Struct, frozen=True):
    """Somebody named on a measure: "Sen. Bernard Sanders", with party, state and district as printed then.

    `party` is a letter (D, R, I, ID, L), `state` two letters, `district` 0 for a whole state.
    """

    bioguide: str
    name: str
    party: str | None
    state: str | None
    district: int | None


_TITLE = re.compile(r"(Sen\.|Rep\.|Del\.|Resident Commissioner|Com\.)")


def person(row: AnyRow) -> Person:
    """The person of a row with `bioguide printed_name party state district full_name`."""
    title = _TITLE.match(row.printed_name)
    full_name = row.full_name or row.printed_name
    name = f"{title[1]} {full_name}" if title and not _TITLE.match(full_name) else full_name
    return Person(row.bioguide, name, row.party, row.state, row.district)


def fold(text: str) -> str:
    """A name without accents and capitals, for comparing: "Velázquez" → "velazquez"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def find_people(session: Session, text: str) -> list[str]:
    """The bioguide ids of everybody in whose name all these words occur. Titles do not count as words.

    There are few thousand legislators at most, so the names are compared here: neither engine folds accents.
    """
    words = [word for word in re.split(r"[\s,.]+", fold(text)) if word and word not in _NO_NAMES]
    if not words:
        return []
    names = session.execute(select(LEGISLATOR.c.bioguide, LEGISLATOR.c.full_name, LEGISLATOR.c.first_name))
    return [
        bioguide
        for bioguide, full_name, first_name in names
        if all(word in fold(f"{full_name} {first_name}") for word in words)
    ]


def person_names(session: Session, bioguides: Iterable[str]) -> dict[str, str]:
    """Full names by bioguide id, of those that we know."""
    wanted = LEGISLATOR.c.bioguide.in_(list(bioguides))
    rows = session.execute(select(LEGISLATOR.c.bioguide, LEGISLATOR.c.full_name).where(wanted))
    return {row.bioguide: row.full_name for row in rows}


_NO_NAMES = frozenset({"sen", "senator", "rep", "representative", "del", "delegate"})
