"""What a publisher must never send, and may: each leaves every table as it was and a problem that says where.

Every case comes twice, as a single file that the feed names and as a member of an archive. The next good run
then heals it.
"""

from __future__ import annotations

import random
import re
import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, select

from scrapers.errors import DriftError
from scrapers.problems import Problem
from scrapers.registry import all_sources
from scrapers.sources.govinfo_billstatus import BATCH_FEED
from tests.conftest import Collect, FakeClock
from tests.databases import facts_of, rows_of
from tests.effort import effort, little_effort
from tests.processes import begin, finish
from tests.publishing import (
    Mirror,
    action,
    archive_url,
    bill_file,
    bill_parts,
    cosponsor,
    file_url,
    member_name,
    member_url,
    person,
    zip_of,
)
from tests.sources.test_billstatus_quirks import document, item, read, summary, text_version, vote
from tracker.ingest import Report
from tracker.models import Collection, Item, SourceDocument, Status

BILLS = all_sources()["govinfo_billstatus"]
KEY = "119-hr-1"
OTHERS = [f"119-hr-{number}" for number in range(2, 22)]
OTHER_BODIES = {key: bill_file(key) for key in OTHERS}
OPTIONS = {"congress": "119", "type": "hr"}
NEWER, NEWEST = "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"
PROMPT = 2.0
LINK = "https://www.govinfo.gov/content/pkg/BILLS-119hr1ih/xml/BILLS-119hr1ih.xml"

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

RICH: dict[str, Any] = {
    "policyArea": "<name>International Affairs</name>",
    "subjects": "<legislativeSubjects><item><name>Sanctions</name></item></legislativeSubjects>"
                "<policyArea><name>International Affairs</name></policyArea>",
    "sponsors": person(isByRequest="Y", firstName="Kim", lastName="Sample"),
    "cosponsors": cosponsor("X000002", "Rep. Other, Bo [D-OH-2]", sponsorshipWithdrawnDate="2025-02-10"),
    "actions": action("2025-02-20", "Passed House.", actionTime="16:31:06", actionCode="8000",
                      sourceSystem="<code>2</code><name>House floor actions</name>",
                      committees=item(systemCode="hsfa00", name="Foreign Affairs Committee"),
                      recordedVotes=vote()) + action("2025-01-03"),
    "committees": item(systemCode="hsfa00", name="Foreign Affairs Committee", chamber="House", type="Standing",
                       activities=item(name="Referred To", date="2025-01-05T15:00:00Z"),
                       subcommittees=item(systemCode="hsfa16", name="Africa Subcommittee",
                                          activities=item(name="Referred to", date="2025-02-05T15:00:00Z"))),
    "summaries": summary("<cdata><text>&lt;p&gt;On reports.&lt;/p&gt;</text></cdata>"),
    "textVersions": text_version("Introduced in House", "<date>2025-01-03T05:00:00Z</date>", LINK),
    "relatedBills": item(congress="119", type="S", number="7", title="Other",
                         relationshipDetails=item(type="Related bill", identifiedBy="CRS")),
    "laws": item(type="Public Law", number="119-9"),
    "committeeReports": "<committeeReport><citation>H. Rept. 119-7</citation></committeeReport>",
    "cboCostEstimates": item(pubDate="2025-03-01T10:00:00Z", title="H.R. 1", url="https://www.cbo.gov/1"),
    "notes": item(text="A note."),
}  # fmt: skip


def rich(**parts: Any) -> bytes:
    """A bill with something in every element, newer than what is held."""
    return bill_file(KEY, updated=NEWER, **(RICH | parts))


# --- two ways in --------------------------------------------------------------------------------------------


@dataclass
class Way:
    """How a bill's file arrives: where it is published, and which run brings it."""

    says: str
    url: str
    publish: Callable[[Mirror, bytes, datetime], Any]
    options: dict[str, str]

    def __str__(self) -> str:
        return self.says


def publish_single(mirror: Mirror, body: bytes, at: datetime) -> None:
    mirror.put_bill(body, KEY)
    mirror.put_feed([(format_datetime(at), [file_url(KEY)])])


def publish_member(mirror: Mirror, body: bytes, _at: datetime) -> None:
    mirror.put_zip({KEY: body} | OTHER_BODIES)


WAYS = [
    Way("as a single file", file_url(KEY), publish_single, {}),
    Way("in an archive", member_url(KEY), publish_member, OPTIONS),
]


@dataclass
class Publisher:
    """Brings one body after another the same way, and tells what the database holds besides the record of runs."""

    way: Way
    engine: Engine
    mirror: Mirror
    collect: Collect
    clock: FakeClock
    heals: int = 0

    def bring(self, body: bytes) -> Report:
        self.way.publish(self.mirror, body, self.clock.forward(hours=4))
        return self.collect(**self.way.options)

    def held(self) -> Any:
        """All rows, but of the documents only the bills' own: the feed and the archive were read after all."""
        rows = rows_of(self.engine, (Collection.__tablename__, SourceDocument.__tablename__))
        with self.engine.connect() as connection:
            found = connection.execute(select(SourceDocument.__table__)).all()
        return rows, sorted(
            tuple(row) for row in found if re.search(r"BILLSTATUS-\d+[a-z]+\d+\.xml$", row.url)
        )


@pytest.fixture(params=WAYS, ids=str)
def publisher(
    request: pytest.FixtureRequest, engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> Publisher:
    """A publisher whose good file is held already."""
    found = Publisher(request.param, engine, mirror, collect, fake_clock)
    assert found.bring(bill_file(KEY)).status == Status.OK
    return found


def complaint(publisher: Publisher, report: Report) -> Problem:
    """The one problem that names the document; there must be one, and the run must not pass for good."""
    assert report.status in (Status.QUARANTINED, Status.FAILED), f"{report.status}: {report.problems}"
    named = [problem for problem in report.problems if problem.document == publisher.way.url]
    assert len(named) == 1, report.problems
    assert named[0].source == "govinfo_billstatus"
    assert 5 < len(named[0].message) < 400
    return named[0]


def refuse(publisher: Publisher, body: bytes) -> Problem:
    """Bring a bad body: it must be refused promptly and change nothing. Answers the problem."""
    before = publisher.held()
    with little_effort(PROMPT):
        report = publisher.bring(body)
    problem = complaint(publisher, report)
    assert publisher.held() == before
    return problem


def heal(publisher: Publisher) -> None:
    """The next good file is stored as if nothing had been."""
    publisher.heals += 1
    title = f"Healed {publisher.heals} times"
    stamp = f"2026-04-01T10:{publisher.heals // 60:02}:{publisher.heals % 60:02}Z"
    report = publisher.bring(bill_file(KEY, updated=stamp, title=title))
    assert (report.status, report.problems, report.updated) == (Status.OK, [], 1)
    with publisher.engine.connect() as connection:
        found = connection.execute(select(Item.title).where(Item.key == f"bill:{KEY}")).scalar_one()
    assert found == title


def test_the_good_file_that_the_bad_ones_are_made_of_is_good(publisher: Publisher) -> None:
    report = publisher.bring(rich())
    assert (report.status, report.updated, report.problems) == (Status.OK, 1, [])


# --- the table ----------------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def with_doctype(declarations: str, title: str) -> bytes:
    body = rich(title=title)
    return body.replace(b"<billStatus>", f"<!DOCTYPE billStatus [{declarations}]><billStatus>".encode(), 1)


def renamed(body: bytes, name: str) -> bytes:
    return re.sub(rf"<(/?){name}([\s/>])".encode(), rf"<\1{name}New\2".encode(), body)


HTML = b"<!DOCTYPE html><html><head><title>503</title></head><body><p>Scheduled maintenance</p><br></body></html>"
NO_PLACE = False

BAD: list[tuple[str, bytes, str, bool]] = [
    # what came, its bytes, what the problem says, whether it can name a place inside
    ("nothing", b"", "empty", NO_PLACE),
    ("blanks", b" \n\t ", "empty", NO_PLACE),
    ("a page with status 200", HTML, "not well-formed|DOCTYPE|expected", True),
    ("a well-formed page", b"<html><body>Maintenance</body></html>", "expected <billStatus>, found <html>", NO_PLACE),
    ("JSON", b'{"error": "rate limit"}', "not well-formed", True),
    ("compressed bytes", b"\x1f\x8b\x08" + bytes(200), "not well-formed", True),
    ("an archive in its place", zip_of({"a.xml": bill_file(KEY)}), "not well-formed", True),
    ("another format of the publisher", b"<bill><number>1</number></bill>", "expected <billStatus>", NO_PLACE),
    ("Latin-1 under a UTF-8 declaration", rich(title="Cáceres").decode().encode("latin-1"), "not well-formed", True),
    ("a NUL", rich(title="Ca\0ceres"), "not well-formed", True),
    ("a control character", rich(title="Ca\x08ceres"), "not well-formed", True),
    ("half a character", rich(title="Cáceres").replace("á".encode(), b"\xc3"), "not well-formed", True),
    ("an HTML entity", rich(title="a&nbsp;b"), "not well-formed", True),
    ("two files in one", rich() + rich(), "not well-formed", True),
    ("two bills in one", rich().replace(b"</bill>", b"</bill><bill></bill>"), "twice", True),
    ("an element twice", rich().replace(b"<congress>", b"<title>B</title><congress>"), "twice", True),
    ("no bill", b"<billStatus><version>3.0.0</version></billStatus>", "bill> is missing", True),
    ("a new element", rich().replace(b"<congress>", b"<committeeOfTheWhole/><congress>"), "committeeOfTheWhole", True),
    # bombs
    ("billion laughs", with_doctype(f'<!ENTITY l0 "lol">{LAUGHS}', "&l9;"), "", True),
    ("a quadratic bomb", with_doctype(f'<!ENTITY a "{"a" * 200_000}">', "&a;" * 200_000), "", True),
    ("an entity that names itself", with_doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"), "", True),
    ("an external entity", with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"), "DOCTYPE", NO_PLACE),
    ("an external DTD",
     rich().replace(b"<billStatus>", b'<!DOCTYPE billStatus SYSTEM "file:///etc/passwd"><billStatus>', 1), "DOCTYPE",
     NO_PLACE),
    ("a parameter entity", with_doctype('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;', "A"), "DOCTYPE", NO_PLACE),
    ("nesting 300 deep", rich(amendments="<a>" * 300 + "</a>" * 300), "not well-formed", True),
    ("nesting 100,000 deep", rich(amendments="<a>" * 100_000 + "</a>" * 100_000), "not well-formed", True),
    ("a text of 11 million letters", rich(title="a" * 11_000_000), r"\d+ bytes", False),
    # identity
    ("another bill's number", rich(number="2"), "holds 119hr2", True),
    ("another Congress", rich(congress="118"), "holds 118hr1", True),
    ("another type", rich(type="S"), "holds 119s1", True),
    ("a Congress that is no number", rich(congress="119th"), "not a number", True),
    ("a Congress in other digits", rich(congress="١١٩"), "not a number", True),
    ("a Congress before the series", rich(congress="12"), "no 12. Congress", True),
    ("a very large Congress", rich(congress="9" * 400), "not a number", True),
    ("a number with a sign", rich(number="-1"), "not a number", True),
    ("a chamber that is none", rich(originChamber="Lords"), "unknown chamber", True),
    ("no title", rich(title=" "), "title is missing", True),
    ("no actions", rich(actions=""), "actions is missing", True),
    ("a cosponsor without a name", rich(cosponsors=cosponsor("X000002", "")), "without name", True),
]  # fmt: skip


@on_sqlite
def test_bad_input_is_refused_with_its_place_and_changes_nothing(
    publisher: Publisher, subtests: pytest.Subtests
) -> None:
    for says, body, message, has_place in BAD:
        with subtests.test(says):
            problem = refuse(publisher, body)
            assert re.search(message, problem.message), problem
            assert bool(problem.place) or not has_place, problem
            assert "root:" not in repr(problem)
            heal(publisher)


@on_postgresql
def test_bad_input_is_refused_on_postgresql_too(publisher: Publisher) -> None:
    for _, body, message, _ in BAD[::5]:
        assert re.search(message, refuse(publisher, body).message)
    heal(publisher)


DECLARES = ['SYSTEM "{}"', '[<!ENTITY % y SYSTEM "{}"> %y;]', '[<!ENTITY x SYSTEM "{}">]']


def far(body: bytes) -> bytes:
    """UTF-7, which spells `<` otherwise, declared behind more blanks than anyone looks through."""
    return body.replace(b' encoding="utf-8"', b" " * 300 + b' encoding="utf-7"').replace(
        b"<!DOC", b"+ADwAIQ-DOC"
    )


DISGUISES: dict[str, Callable[[bytes], bytes]] = {
    "UTF-8": bytes,
    **{name: lambda body, name=name: body.decode().encode(name)  # type: ignore[misc]
       for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")},
    "UTF-7 far away": far,
}  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("declares", DECLARES, ids=["a DTD", "a parameter entity", "an entity"])
def test_what_a_document_points_at_is_never_opened(tmp_path: Path, declares: str, disguise: str) -> None:
    """Whether the file is there, and what it holds, must make no difference at all."""
    good, bad, missing = tmp_path / "good.dtd", tmp_path / "bad.dtd", tmp_path / "missing.dtd"
    good.write_text('<!ENTITY z "leaked">')
    bad.write_text("not a DTD")
    messages = set()
    for path in (good, bad, missing):
        doctype = f"<!DOCTYPE billStatus {declares.format(path.as_uri())}><billStatus>"
        with pytest.raises(DriftError) as caught:
            read(DISGUISES[disguise](rich(title="A").replace(b"<billStatus>", doctype.encode(), 1)))
        messages.add(caught.value.message.replace(str(path), ""))
    assert len(messages) == 1, messages


# --- cut short ----------------------------------------------------------------------------------------------


@on_sqlite
def test_a_file_cut_short_anywhere_is_refused(publisher: Publisher) -> None:
    whole = rich()
    dice = random.Random(40)
    for length in sorted({*dice.sample(range(1, len(whole)), 38), 1, len(whole) - 1}):
        problem = refuse(publisher, whole[:length])
        assert "not well-formed" in problem.message, length
        assert problem.place.startswith("line"), length
    heal(publisher)


# --- renamed elements ---------------------------------------------------------------------------------------

NAMES = sorted({element.tag for element in etree.fromstring(rich()).iter()})
NOT_READ = {"firstName", "lastName", "calendarNumber"}
"""Elements that no record holds may be renamed without loss, and are refused all the same where they are listed."""


@on_sqlite
def test_a_renamed_element_is_refused_and_named(publisher: Publisher) -> None:
    """Or at the least nothing is lost: `<item>` around an address may be called otherwise."""
    expected = read(rich())
    quiet = []
    for name in NAMES:
        body = renamed(rich(), name)
        try:
            is_harmless = read(body) == expected
        except DriftError:
            is_harmless = False
        if is_harmless:
            continue
        before = publisher.held()
        report = publisher.bring(body)
        if report.status == Status.OK:
            quiet.append(name)
            publisher.bring(bill_file(KEY, updated=NEWEST))
            continue
        problem = complaint(publisher, report)
        assert (
            name in problem.message or "unknown element" in problem.message or "expected" in problem.message
        ), problem
        assert publisher.held() == before
    assert quiet == []


@pytest.mark.parametrize(
    ("says", "path"),
    [("the bill's policy area", "bill/policyArea/name"), ("the subjects' policy area", "bill/subjects/policyArea/name"),
     ("both policy areas", ".//policyArea/name"), ("by request", "bill/sponsors/item/isByRequest"),
     ("a law", "bill/laws/item"), ("a vote", ".//recordedVote"), ("a committee's activity", ".//activities/item"),
     ("a deeper summary", "bill/summaries/summary/cdata/text"), ("a subject", "bill/subjects/legislativeSubjects/item"),
     ("a format", ".//formats/item"), ("a format's address", ".//formats/item/url"),
     ("a relation", "bill/relatedBills/item/relationshipDetails/item"), ("a note", "bill/notes/item/text"),
     ("an action's committee", "bill/actions/item/committees/item")],
)  # fmt: skip
def test_an_element_renamed_in_one_place_is_refused_or_loses_nothing(says: str, path: str) -> None:
    root = etree.fromstring(rich())
    for element in root.findall(path):
        element.tag = f"{element.tag}New"
    try:
        found = read(etree.tostring(root))
    except DriftError:
        return
    assert found == read(rich())


# --- dates that cannot be -----------------------------------------------------------------------------------

DAYS = [
    "introducedDate",
    "actionDate",
    "sponsorshipDate",
    "sponsorshipWithdrawnDate",
    "summaries/summary/actionDate",
]
INSTANTS = [
    "updateDate", "textVersions/item/date", "committees/item/activities/item/date",
    "committees/item/subcommittees/item/activities/item/date", "recordedVote/date", "cboCostEstimates/item/pubDate",
    "summaries/summary/updateDate",
]  # fmt: skip
NEVER = ["2206-01-03", "0206-01-03", "2025-13-01", "2025-02-30", "03/01/2025", "tomorrow", "2025-1-3"]


def dated(path: str, text: str) -> bytes:
    """The rich file with another date in one field."""
    root = etree.fromstring(rich())
    found = root.findall(f"bill/{path}") or root.findall(f".//{path}")
    assert found, path
    found[0].text = text
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def accepted(path: str, texts: list[str]) -> list[str]:
    """Those texts that pass for a date in this field."""
    found = []
    for text in texts:
        with suppress(DriftError):
            read(dated(path, text))
            found.append(text)
    return found


@pytest.mark.parametrize("path", DAYS)
def test_a_day_that_cannot_be_is_refused(path: str) -> None:
    assert accepted(path, NEVER) == []


@pytest.mark.parametrize("path", INSTANTS)
def test_an_instant_that_cannot_be_is_refused(path: str) -> None:
    assert accepted(path, [f"{day}T05:00:00Z" for day in NEVER]) == []


@on_sqlite
def test_a_date_in_2206_in_any_field_changes_nothing_and_is_named(
    publisher: Publisher, subtests: pytest.Subtests
) -> None:
    for path in (*DAYS, *INSTANTS):
        with subtests.test(path):
            problem = refuse(
                publisher, dated(path, "2206-01-03" + ("T05:00:00Z" if path in INSTANTS else ""))
            )
            assert "2206" in problem.message
            assert problem.place
            heal(publisher)


ENDS = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]


@pytest.mark.parametrize("path", INSTANTS)
def test_an_instant_at_an_end_of_the_calendar_is_no_crash(path: str) -> None:
    for text in ENDS:
        with suppress(DriftError):
            list(BILLS.parse(document(dated(path, text))))


# --- more than a column holds -------------------------------------------------------------------------------

LONG = "x" * 300
TOO_LONG: list[tuple[str, dict[str, Any]]] = [
    ("a party", {"sponsors": person(party="Independent")}),
    ("a state", {"sponsors": person(state="Vermont")}),
    ("a cosponsor's party", {"cosponsors": cosponsor("X000002", "B, A", party="Independent")}),
    ("a bioguide", {"sponsors": person("X0000000001")}),
    ("an action's code", {"actions": action(actionCode=LONG)}),
    ("an action's type", {"actions": item(actionDate="2025-01-03", text="A", type=LONG)}),
    ("an action's time", {"actions": action(actionTime="16:31:06.000")}),
    ("an action's system", {"actions": action(sourceSystem=f"<name>{LONG}</name>")}),
    ("a committee's code", {"committees": item(systemCode="hsfa00000000", name="A")}),
    ("a committee's chamber", {"committees": item(systemCode="hsfa00", name="A", chamber="House and Senate")}),
    ("a committee's type", {"committees": item(systemCode="hsfa00", name="A", type=LONG)}),
    ("a summary's version", {"summaries": summary("").replace("00<", "00000000<")}),
    ("a title's chamber", {"titles": item(titleType="Display Title", title="A", chamberName="House and Senate")}),
    ("a subject", {"subjects": f"<legislativeSubjects><item><name>{LONG}</name></item></legislativeSubjects>"}),
    ("a report's citation", {"committeeReports": f"<committeeReport><citation>{LONG}</citation></committeeReport>"}),
    ("a law's number", {"laws": item(type="Public Law", number=LONG)}),
    ("a district", {"sponsors": person(district="9" * 12)}),
    ("a vote's number", {"actions": action(recordedVotes=vote(rollNumber="9" * 12))}),
    ("a summary of three million letters", {"summaries": summary(
        f"<text>{' '.join(f'word{number}' for number in range(300_000))}</text>")}),
]  # fmt: skip


def test_what_does_not_fit_is_stored_or_refused_by_its_name_but_never_ends_the_run(
    engine: Engine, mirror: Mirror, collect: Collect, subtests: pytest.Subtests
) -> None:
    """SQLite takes any length and PostgreSQL does not: one bill must not keep all others out."""
    held = {f"119-hr-{100 + nth}": bill_file(f"119-hr-{100 + nth}") for nth in range(len(TOO_LONG))}
    mirror.put_zip(held)
    collect(**OPTIONS)
    for nth, (says, parts) in enumerate(TOO_LONG):
        key, other = f"119-hr-{100 + nth}", f"119-hr-{200 + nth}"
        news = {key: bill_file(key, updated=NEWER, **(RICH | parts)), other: bill_file(other)}
        mirror.put_zip(held | news)
        report = collect(**OPTIONS)
        is_refused = [problem.document for problem in report.problems] == [member_url(key)]
        with subtests.test(says):
            assert report.status in (Status.OK, Status.QUARANTINED), report.problems
            assert report.created == 1
            assert report.updated == 1 or is_refused
        if report.status != Status.FAILED:
            held |= {other: news[other]} if is_refused else news


# --- wrong encodings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blanks", [0, 300])
@pytest.mark.parametrize(
    "encoding", ["utf-16", "iso-8859-1", "windows-1252", "utf-7", "ebcdic-cp-us", "nonsense"]
)
def test_another_declared_encoding_is_refused_or_read_right(encoding: str, blanks: int) -> None:
    declared = f'{" " * blanks} encoding="{encoding}"'
    body = rich(title="Cáceres").replace(b' encoding="utf-8"', declared.encode())
    try:
        found = read(body)
    except DriftError:
        return
    assert found.title == "Cáceres"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wider_characters_are_refused_or_read_right(encoding: str) -> None:
    try:
        found = read(rich(title="Cáceres").decode().encode(encoding))
    except DriftError:
        return
    assert found.title == "Cáceres"


# --- archives -----------------------------------------------------------------------------------------------

GOOD = {key: bill_file(key) for key in [KEY, *OTHERS]}
WHOLE = zip_of({member_name(key): body for key, body in GOOD.items()})


def bomb(size: int = BILLS.maximum_member_bytes) -> bytes:
    """A whole bill, and so many blanks more."""
    return rich(title="a").replace(b"<congress>", b" " * size + b"<congress>")


BAD_ARCHIVES: list[tuple[str, Callable[[], bytes]]] = [
    ("nothing", lambda: b""),
    ("no members", lambda: zip_of({})),
    ("a page", lambda: HTML),
    ("the first half", lambda: WHOLE[: len(WHOLE) // 2]),
    ("all but the last byte", lambda: WHOLE[:-1]),
    ("a status file", lambda: rich()),
    ("another archive's bytes before it", lambda: WHOLE.replace(b"PK\x01\x02", b"PK\x09\x09")),
    ("members of another kind", lambda: zip_of({f"{number}.txt": b"hello" for number in range(30)})),
    ("a third of its members", lambda: zip_of({member_name(key): GOOD[key] for key in OTHERS[:7]})),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("says", "make"), BAD_ARCHIVES, ids=[row[0] for row in BAD_ARCHIVES])
def test_a_bad_archive_changes_nothing_and_is_named(
    engine: Engine, mirror: Mirror, collect: Collect, says: str, make: Callable[[], bytes]
) -> None:
    mirror.put_zip(GOOD)
    collect(**OPTIONS)
    before = rows_of(engine)
    mirror.put(archive_url(), make())
    with little_effort(PROMPT):
        report = collect(**OPTIONS)
    assert report.status in (Status.QUARANTINED, Status.FAILED)
    assert all(
        problem.document.startswith(archive_url()) or problem.document == BILLS.home_url
        for problem in report.problems
    )
    assert any(problem.document.startswith(archive_url()) for problem in report.problems)
    assert rows_of(engine) == before
    mirror.put_zip(GOOD)
    assert collect(**OPTIONS).status == Status.UNCHANGED
    assert rows_of(engine, ("collection", "source_document")) == {
        name: rows for name, rows in before.items() if name != "source_document"
    }


def test_a_bomb_among_the_members_is_refused_and_the_others_are_read(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip(GOOD)
    collect(**OPTIONS)
    body = zip_of({member_name(key): content for key, content in GOOD.items()} | {member_name(KEY): bomb()}
                  | {member_name("119-hr-30"): bill_file("119-hr-30")})  # fmt: skip
    assert len(body) < 1_000_000
    mirror.put(archive_url(), body)
    with little_effort(PROMPT):
        report = collect(**OPTIONS)
    assert (report.status, report.created, report.updated) == (Status.QUARANTINED, 1, 0)
    assert [(problem.document, "would unpack to" in problem.message) for problem in report.problems] == [
        (member_url(KEY), True)
    ]


def test_a_single_file_larger_than_the_source_allows_is_refused(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    careful = replace(BILLS, maximum_bytes=100_000)
    mirror.put_bill(bill_file(KEY), KEY)
    mirror.put_feed([("Sun, 01 Nov 2026 10:00:00 +0000", [file_url(KEY)])])
    collect(careful)
    fake_clock.forward(days=1)
    before = facts_of(engine, without_tables=("source_document",))
    mirror.put_bill(bomb(200_000), KEY)
    mirror.put_feed([(format_datetime(fake_clock()), [file_url(KEY)])])
    report = collect(careful)
    assert [(problem.document, problem.message) for problem in report.problems] == [
        (file_url(KEY), "larger than 100000 bytes")
    ]
    assert facts_of(engine, without_tables=("source_document",)) == before


@on_sqlite
def test_a_single_file_may_be_no_larger_than_a_member(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """One status file is one status file: what is too much in an archive is too much alone."""
    mirror.put_bill(bomb(), KEY)
    mirror.put_feed([("Sun, 01 Nov 2026 10:00:00 +0000", [file_url(KEY)])])
    report = collect()
    assert [problem.document for problem in report.problems] == [file_url(KEY)]


def parse_and_measure(kind: str, answer: Path) -> None:
    """In a process of its own: processor seconds, and how much the process grew."""
    room = BILLS.maximum_member_bytes - 10_000
    filler = {"empty elements": "<a/>", "actions": "<item/>", "texts": f"<a>{'x' * 9_000_000}</a>"}[kind]
    name = "actions" if kind == "actions" else "amendments"
    body = rich(**{name: filler * (room // len(filler))})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def parse() -> None:
        with suppress(DriftError):
            list(BILLS.parse(document(body)))

    seconds = effort(parse)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    answer.write_text(f"{seconds} {grown // 1024}")


@pytest.mark.parametrize("kind", ["empty elements", "actions", "texts"])
def test_the_largest_file_that_is_let_in_costs_two_seconds_and_200_mib_at_most(
    kind: str, tmp_path: Path
) -> None:
    answer = tmp_path / "answer"
    assert finish(begin(parse_and_measure, kind, answer)) == 0
    seconds, grown = map(float, answer.read_text().split())
    assert seconds < PROMPT
    assert grown < 200


# --- the feed -----------------------------------------------------------------------------------------------

BAD_FEEDS = [
    ("nothing", b""), ("a page", HTML), ("cut short", b'<?xml version="1.0"?><rss version="2.0"><channel><item><ti'),
    ("no batches", b'<rss version="2.0"><channel/></rss>'),
    ("no date", b'<rss version="2.0"><channel><item><description>x</description></item></channel></rss>'),
    ("entities", b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item>&x;</item></channel></rss>'),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("says", "body"), BAD_FEEDS, ids=[row[0] for row in BAD_FEEDS])
def test_a_bad_feed_changes_nothing_and_is_named(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock, says: str, body: bytes
) -> None:
    publish_single(mirror, bill_file(KEY), fake_clock())
    collect()
    before = rows_of(engine)
    mirror.put(BATCH_FEED, body)
    fake_clock.forward(hours=4)
    report = collect()
    assert report.status in (Status.QUARANTINED, Status.FAILED)
    assert [problem.document for problem in report.problems] == [BATCH_FEED]
    assert rows_of(engine) == before
    publish_single(mirror, bill_file(KEY, updated=NEWER), fake_clock.forward(hours=4))
    assert collect().status == Status.OK


def test_what_the_tests_call_rich_has_every_field_filled() -> None:
    """Otherwise a renamed element might go unnoticed here."""
    bill = read(rich())
    empty = [name for name in bill.__struct_fields__ if getattr(bill, name) in (None, (), False)]
    assert empty == []
    assert set(bill_parts(KEY)) <= set(NAMES)
