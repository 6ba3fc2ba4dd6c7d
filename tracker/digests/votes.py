"""Roll calls as mails tell of them: what was asked, how it came out, by party, and how a reader's own lawmakers voted.

Nothing is read where a selection has no roll call. Positions are read once a roll call for all readers of a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from scrapers.records import Chamber
from scrapers.roll_calls import RollCallKey
from scrapers.times import EASTERN
from tracker.models import Subscriber, Vote
from tracker.queries.official import vote_page
from tracker.queries.roll_calls import Cast, read_casts
from tracker.votes.words import asked, majority_words, party_sentence, position_words, tally_words

VOTE = cast(Table, Vote.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)

KINDS = frozenset({"vote_reference", "vote_positions", "vote_corrected"})
"""The kinds of change that tell of a roll call."""


class Home(NamedTuple):
    """Where a reader votes: a state's code, and the district of the House (0: the whole state) where it was given."""

    state: str
    district: int | None = None


def homes_of(connection: Connection, readers: Sequence[int]) -> dict[int, Home]:
    """Of these readers those who said where they live."""
    rows = connection.execute(
        select(SUBSCRIBER.c.id, SUBSCRIBER.c.home_state, SUBSCRIBER.c.home_district).where(
            SUBSCRIBER.c.id.in_(readers), SUBSCRIBER.c.home_state.is_not(None)
        )
    )
    return {number: Home(state, district) for number, state, district in rows}


class Held(NamedTuple):
    """A roll call of which we have the positions: its row's number, its day, and what to say beside the change."""

    number: int
    on: date
    words: str


def key_in(value: Any) -> RollCallKey | None:
    """The roll call that a change tells of, from what it keeps."""
    try:
        return RollCallKey(
            Chamber(value["chamber"]), *(int(value[name]) for name in ("congress", "session", "roll"))
        )
    except (KeyError, TypeError, ValueError):
        return None


def read_votes(session: Session, keys: Iterable[str]) -> dict[str, Held]:
    """Those of the roll calls that are held, by key."""
    rows = session.execute(select(VOTE).where(VOTE.c.key.in_(sorted(set(keys)))))
    return {row.key: Held(row.id, row.voted_at.astimezone(EASTERN).date(), _words(row)) for row in rows}


def _words(vote: Any) -> str:
    """The question, the result and the parties: "On Passage, H.R. 7148: passed, 217 to 214. Republicans …"."""
    needs = majority_words(vote.majority)
    needed = f" ({needs} needed)" if vote.majority is not None and vote.majority != "half" else ""
    tally = tally_words(vote.yeas, vote.nays, vote.tie_breaker, vote.tie_vote)
    question = asked(vote.question, vote.statement, vote.documents, vote.amendment)
    return f"{question}: {vote.result.lower()}, {tally}{needed}. {party_sentence(vote.party_totals)}"


def link_of(key: RollCallKey, is_held: bool) -> tuple[str, str]:
    """The chamber's own page of a roll call; where we do not have the positions it says that they are there."""
    chamber = key.chamber.value.capitalize()
    label = "Official roll call" if is_held else f"{chamber} vote: official page"
    return label, vote_page(key.chamber, key.congress, key.session, key.roll, date(key.year, 1, 1))


# --- the reader's own lawmakers ------------------------------------------------------------------------------


Place = tuple[str, int | None]
"""A state's code, and in the House a district."""


class Delegations:
    """How the lawmakers of each state and district voted, each roll call read once."""

    def __init__(self) -> None:
        self._votes: dict[str, Mapping[Place, Sequence[Cast]]] = {}

    def words(self, session: Session, key: RollCallKey, held: Held, home: Home) -> str:
        """ "Your senators: Tammy Baldwin (D) nay, Ron Johnson (R) yea." Empty where the choice names no seat."""
        is_senate = key.chamber is Chamber.SENATE
        if not is_senate and home.district is None:
            return ""
        if str(key) not in self._votes:
            self._votes[str(key)] = _by_place(session, key.chamber, held)
        members = self._votes[str(key)].get((home.state, None if is_senate else home.district), ())
        if not members:
            return "" if is_senate else f"For {_place(home)} we know of no member in this roll call."
        who = "Your senators" if is_senate else "Your representative"
        who = who.removesuffix("s") if is_senate and len(members) == 1 else who
        said = ", ".join(
            f"{one.full_name or one.name} ({one.party}) {position_words(one.position)}" for one in members
        )
        return f"{who}: {said}."


def _place(home: Home) -> str:
    return f"{home.state}-{home.district}" if home.district else f"{home.state}, at large"


def _by_place(session: Session, chamber: Chamber, held: Held) -> Mapping[Place, Sequence[Cast]]:
    """The positions in a roll call by state, of the House by state and district; without one nobody's seat is known."""
    found: dict[Place, list[Cast]] = defaultdict(list)
    for one in read_casts(session, held.number, chamber, held.on):
        if chamber is Chamber.SENATE:
            found[one.state, None].append(one)
        elif one.district is not None:
            found[one.state, one.district].append(one)
    return found
