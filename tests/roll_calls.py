"""Roll calls for tests: the saved ones at their addresses, read into a site that holds measures and members."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from tests import small_site
from tests.conftest import FakeClock, collector
from tests.publishing import Mirror
from tests.sources.saved import FOLDER, addresses

DISCHARGE = "119-s1-165"
"""The Senate refused to discharge S.J.Res. 33, which the small site holds."""
PASSAGE = "119-h1-281"
"""The House passed H.R. 5371, which it does not hold. Sixty members are left in the saved file."""
IN_COMMITTEE = "119-h1-254"
"""An amendment in the Committee of the Whole, where delegates vote."""
NAMED = "118-s2-292"
"""Not held; the history of S.J.Res. 111 of the 118th Congress names it."""
SAVED = {
    DISCHARGE: ("senate_votes", "discharge.xml"),
    PASSAGE: ("house_votes", "passage.xml"),
    IN_COMMITTEE: ("house_votes", "committee-of-the-whole.xml"),
}


def fill(url: URL, folder: Path) -> None:
    """Read the saved roll calls, each by its name."""
    engine = create_engine(url)
    mirror = Mirror(folder / "mirror")
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), FakeClock())
    for key, (source, name) in SAVED.items():
        mirror.put(addresses(source)[name], (FOLDER / source / name).read_bytes())
        report = collect(source, vote=key)
        assert report.created == 1, report
    engine.dispose()


def fill_site(url: URL, folder: Path) -> None:
    """The small site with these."""
    small_site.fill(url, folder)
    fill(url, folder)
