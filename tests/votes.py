"""Roll calls for tests: real saved ones put into a mirror, and the lines of a bill's history that refer to them."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from scrapers.registry import all_sources
from scrapers.source import Healthy, Source
from scrapers.sources.legislators import COMMITTEES, MEMBERS, SEATS
from tests.conftest import Collect
from tests.publishing import Mirror, action, bill_file
from tests.sources.saved import FOLDER, addresses

MEASURE = "119-sjres-33"
DISCHARGE = "119-s1-165"
PASSAGE = "119-h1-281"
AMENDMENT = "119-s1-562"
ADDRESS = {
    DISCHARGE: addresses("senate_votes")["discharge.xml"],
    PASSAGE: addresses("house_votes")["passage.xml"],
    AMENDMENT: addresses("senate_votes")["amendment.xml"],
}
_SAVED = {
    DISCHARGE: FOLDER / "senate_votes" / "discharge.xml",
    PASSAGE: FOLDER / "house_votes" / "passage.xml",
    AMENDMENT: FOLDER / "senate_votes" / "amendment.xml",
}
IN_SCOPE = "Disapproving of the proposed foreign military sale to Israel"


def put_vote(mirror: Mirror, key: str, *edits: tuple[str, str]) -> str:
    """Publish a saved roll call, with these words in place of those; answers its address."""
    text = _SAVED[key].read_bytes().decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return mirror.put(ADDRESS[key], text.encode())


def put_members(mirror: Mirror, *members: tuple[str, str, str]) -> None:
    """Publish a listing of members in which only these sit: bioguide id, the Senate's id or a seat (`NC-12`), name."""
    listed = []
    for bioguide, seat, name in members:
        state, _, district = seat.rpartition("-")
        years = {"start": "2025-01-03", "end": "2031-01-03", "party": "Democrat"}
        term = (
            {"type": "rep", "state": state, "district": int(district)}
            if state
            else {"type": "sen", "state": "WI"}
        )
        ids = {"bioguide": bioguide} | ({} if state else {"lis": seat})
        first, last = name.split()
        listed.append({"id": ids, "name": {"first": first, "last": last}, "terms": [term | years]})
    mirror.put(MEMBERS, msgspec.json.encode(listed))
    for url in (COMMITTEES, SEATS):
        mirror.put(url, (FOLDER / "legislators" / url.rpartition("/")[2]).read_bytes())


def members_source() -> Source:
    """The listing of members, believed however short it is."""
    return replace(all_sources()["legislators"], healthy=Healthy(normal_day=60))


def reference(key: str = DISCHARGE) -> str:
    """The element by which a line of a bill's history refers to a roll call."""
    congress, session, roll = key.split("-")
    chamber = "House" if session[0] == "h" else "Senate"
    return (
        f"<recordedVote><rollNumber>{roll}</rollNumber><url>{ADDRESS[key]}</url><chamber>{chamber}</chamber>"
        f"<congress>{congress}</congress><date>2025-04-03T18:02:00Z</date><sessionNumber>{session[1]}</sessionNumber>"
        "</recordedVote>"
    )


def put_measure(
    mirror: Mirror, *votes: str, title: str = IN_SCOPE, key: str = MEASURE, updated: str = "2025-04-04T10:00:00Z",
    line: str = "Motion to discharge rejected by Yea-Nay Vote. 15 - 82.",
) -> None:  # fmt: skip
    """Publish a measure whose history has a line for each of these references."""
    told = "".join(action("2025-04-03", line, recordedVotes=vote) for vote in votes)
    parts = {
        "title": title,
        "introducedDate": "2025-03-03",
        "actions": action("2025-03-03", "Read twice.") + told,
    }
    body = bill_file(key, updated=updated, **parts)
    mirror.put_zip({key: body}, bill_type=key.split("-")[1])


def collect_measures(collect: Collect, key: str = MEASURE) -> None:
    """Read the archive that the measure is in."""
    congress, kind, _ = key.split("-")
    collect(congress=congress, type=kind)
