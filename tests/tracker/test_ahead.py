"""What a run asks of the world before its transaction begins: all of it, once, with the same end."""

from __future__ import annotations

from sqlalchemy import Engine

from scrapers.bodies import Bodies
from scrapers.mirror import MirrorFetcher
from scrapers.registry import all_sources
from scrapers.source import Document, Known, NotModified, Request, Source
from tests.conftest import FakeClock
from tests.publishing import Mirror, bill_file, file_url
from tracker.ingest import ingest
from tracker.ingest.ahead import fetched_ahead

BILLS = all_sources()["govinfo_billstatus"]


class World:
    """A mirror that counts what it is asked for."""

    def __init__(self, mirror: Mirror) -> None:
        self._fetcher = MirrorFetcher(mirror.root)
        self.asked: list[str] = []

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        self.asked.append(request.url)
        return self._fetcher.fetch(request, source, known)


def test_nothing_is_fetched_while_the_run_holds_the_database(
    engine: Engine, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock
) -> None:
    keys = [f"119-hr-{number}" for number in (1, 2, 3)]
    for key in keys[:2]:
        mirror.put_bill(bill_file(key), key)
    mirror.put_feed([("Fri, 30 Oct 2026 12:00:00 GMT", [file_url(key) for key in keys])])
    world = World(mirror)
    ahead = fetched_ahead(engine, BILLS, world, bodies, {})
    asked = list(world.asked)
    assert len(asked) == len(set(asked)) == 4  # the feed, two bills, and one that is not there
    report = ingest(engine, BILLS, ahead, bodies, {}, fake_clock)
    assert world.asked == asked
    assert (report.created, [problem.document for problem in report.problems]) == (2, [file_url(keys[2])])

    again = World(mirror)
    ahead = fetched_ahead(engine, BILLS, again, bodies, {})
    assert ingest(engine, BILLS, ahead, bodies, {}, fake_clock).created == 0
    assert len(again.asked) < len(asked), "what is known to be as it was is not asked for"
