"""Feeds: what is read of them, what they may not do to us, and dates and words as they are written."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import feed_reader, feeds
from scrapers.errors import DriftError
from scrapers.feed_dates import feed_day, feed_instant
from scrapers.feeds import Entry, entries_of
from scrapers.people import without_people
from scrapers.plain_text import one_line, plain, plain_line, tidy, unescaped, without_contacts
from tests.mirror import mirror_root
from tests.watchdog_documents import document

URL = "https://www.example.gov/rss/feed.xml"


def feed(*items: str, head: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>F</title>{inner}</channel></rss>'


def entries(body: str | bytes) -> list[Entry]:
    return entries_of(document(URL, body, "application/xml"))


def one(**parts: str) -> Entry:
    parts = {"title": "A title", "link": "https://www.example.gov/a"} | parts
    (found,) = entries(feed("".join(f"<{name}>{value}</{name}>" for name, value in parts.items())))
    return found


# --- dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "day"),
    [
        ("Mon, 14 Sep 2026 07:16:14 -0400", datetime(2026, 9, 14, 11, 16, 14, tzinfo=UTC), date(2026, 9, 14)),
        ("Wed, 16 Sep 2026 14:04:21 +0000", datetime(2026, 9, 16, 14, 4, 21, tzinfo=UTC), date(2026, 9, 16)),
        ("Thu, 17 Sep 2026 03:10:00 GMT", datetime(2026, 9, 17, 3, 10, tzinfo=UTC), date(2026, 9, 16)),
        # "EST" in summer is the clock in Washington, four hours behind.
        ("Wed, 16 Sep 2026 11:11:00 EST", datetime(2026, 9, 16, 15, 11, tzinfo=UTC), date(2026, 9, 16)),
        ("Sat, 19 Sep 2026 23:30:00 EST", datetime(2026, 9, 20, 3, 30, tzinfo=UTC), date(2026, 9, 19)),
        ("Wed, 14 Jan 2026 11:11:00 EST", datetime(2026, 1, 14, 16, 11, tzinfo=UTC), date(2026, 1, 14)),
        ("Wed, 14 Jan 2026 11:11:00 EDT", datetime(2026, 1, 14, 16, 11, tzinfo=UTC), date(2026, 1, 14)),
        ("Monday, April 15, 2013 - 2:23pm", datetime(2013, 4, 15, 18, 23, tzinfo=UTC), date(2013, 4, 15)),
        ("Friday, October 3, 2025 - 12:26", datetime(2025, 10, 3, 16, 26, tzinfo=UTC), date(2025, 10, 3)),
        ("Wednesday, April 10, 2013 - 12:05am", datetime(2013, 4, 10, 4, 5, tzinfo=UTC), date(2013, 4, 10)),
        ("September 16, 2026", datetime(2026, 9, 16, 16, tzinfo=UTC), date(2026, 9, 16)),
        ("2026-09-16T10:04:21-04:00", datetime(2026, 9, 16, 14, 4, 21, tzinfo=UTC), date(2026, 9, 16)),
        ("2026-09-16", datetime(2026, 9, 16, 4, tzinfo=UTC), date(2026, 9, 16)),
        ("16 Sep 2026 10:00", datetime(2026, 9, 16, 14, tzinfo=UTC), date(2026, 9, 16)),
    ],
)
def test_a_date_is_read_as_it_is_meant(text: str, at: datetime, day: date) -> None:
    assert feed_instant(text) == at
    assert feed_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "Mon, 99 Sep 2026 07:16:14 -0400", "0000-00-00", "Octember 3, 2025",
     "Fri, 31 Dec 9999 23:59:59 -0900", "x" * 100_000, "Thu, 01 Jan 1970 00:00:00 GMT"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert feed_instant(text) is None


@given(st.text(max_size=60))
def test_no_text_in_place_of_a_date_raises(text: str) -> None:
    at = feed_instant(text)
    assert at is None or at.tzinfo is UTC


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("T&amp;E", "T&E"),
        ("Admin&#x2019;s", "Admin’s"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("5 < 6 &amp; 7 > 6", "5 < 6 & 7 > 6"),
        ("<p>One</p><p>Two<br>Three &amp; four</p>", "One\n\nTwo\nThree & four"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("<img src=x onerror=alert(1)>Safe<!-- hidden -->", "Safe"),
        ("<style>p{}</style><p>A<b>B</b>C</p>", "ABC"),
        ("Heading\n\n\n\n\tItem\r\n\tNext", "Heading\n\nItem\nNext"),
        ("\u200bA\u202fB\u00adC\x00\x1b", "A BC"),
        ("&nbsp;Washington, DC&nbsp;&ndash; Last", "Washington, DC – Last"),
    ],
)
def test_words_are_plain_and_unescaped_once(text: str, words: str) -> None:
    assert plain(text) == words


def test_titles_are_one_line() -> None:
    assert plain_line("A\n <b>B</b>") == "A B"
    assert one_line("A \n\n B") == "A B"
    assert tidy(" A \r\n\r\n\r\n\r\n B ") == "A\n\nB"
    assert unescaped("&amp;amp;") == "&amp;"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Call (202) 512-4800 now", "Call now"),
        ("Call 202-512-4800.", "Call ."),
        ("Call +1 202 512-4800", "Call"),
        ("Ring +44 20 7946 0958 today", "Ring today"),
        ("Write to first.last@mail.house.gov, please", "Write to , please"),
        ("Found.\nFor more information, contact A. Director at x.\nNext", "Found.\n\nNext"),
        ("GAO-26-107879 cost $1,234,567,890 in 2024-2025", "GAO-26-107879 cost $1,234,567,890 in 2024-2025"),
        ("H.R. 8595 and 119-75", "H.R. 8595 and 119-75"),
    ],
)
def test_what_reaches_a_person_is_left_out(text: str, kept: str) -> None:
    assert without_contacts(text) == kept


def test_authors_are_taken_out_of_the_bytes() -> None:
    body = (
        "<item><dc:creator>First.Last@mail.house.gov</dc:creator><author>b@c.gov (B)</author><author/>"
        "<title>Authors</title><description>&lt;span&gt;First.Last…&lt;/span&gt; write to x@y.gov</description></item>"
    ).encode()
    kept = without_people(body).decode()
    assert kept == (
        "<item><dc:creator></dc:creator><author></author><author/>"
        "<title>Authors</title><description>&lt;span&gt;&lt;/span&gt; write to </description></item>"
    )
    assert without_people(kept.encode()) == kept.encode()
    assert without_people(b"<author>" * 10) == b"<author>" * 10  # never closed: left as it is


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_authors_are_taken_out_of_wide_characters_too(encoding: str) -> None:
    item = "<title>Títle</title><link>https://www.example.gov/a</link><author>a@b.gov</author>"
    declared = feed(item).replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    kept = without_people(declared.encode(encoding))
    assert b"a@b.gov" not in kept
    assert "a@b.gov" not in kept.decode()
    assert [entry.title for entry in entries(kept)] == ["Títle"]
    broken = b"\xff\xfe\x00\xd8<"
    assert without_people(broken) == broken


# --- entries ------------------------------------------------------------------------------------------------


def test_an_entry_says_what_it_is() -> None:
    found = one(
        title="R&amp;amp;D", guid="14637 at http://appropriations.house.gov", pubDate="Wed, 16 Sep 2026 11:11:00 EST",
        description="&lt;p&gt;One&lt;/p&gt;",
    )  # fmt: skip
    assert found == Entry(
        "R&D", "https://www.example.gov/a", "14637 at http://appropriations.house.gov", "One",
        datetime(2026, 9, 16, 15, 11, tzinfo=UTC), date(2026, 9, 16), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/products/gao-26-1", "https://www.example.gov/products/gao-26-1"),
        ("../../pdf/SIGAR _14-15–FA.pdf", "https://www.example.gov/pdf/SIGAR%20_14-15%E2%80%93FA.pdf"),
        ("/pdf/14-15\u00e2\u0080\u0093FA.pdf", "https://www.example.gov/pdf/14-15%E2%80%93FA.pdf"),
        ("\n  https://www.example.gov/a%20b\n", "https://www.example.gov/a%20b"),
        ("http://www.example.gov/x", "https://www.example.gov/x"),
        ("http://other.example.gov/x", "http://other.example.gov/x"),
        ("https://www.example.gov/x?a=1&amp;b=2", "https://www.example.gov/x?a=1&b=2"),
    ],
)
def test_a_link_is_a_whole_address(link: str, url: str) -> None:
    assert one(link=link).url == url


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://user:word@www.example.gov/",
     "http://[", "https://localhost/x", "0"],
)  # fmt: skip
def test_an_entry_that_leads_nowhere_is_no_entry(link: str) -> None:
    with pytest.raises(DriftError, match="the feed has no entries"):
        one(link=link)


def test_stubs_are_left_out() -> None:
    stub = "<guid>0</guid><title></title><description/>"
    found = entries(
        feed(stub, "<title>Markup</title><link>https://www.example.gov/m</link><guid>119493</guid>")
    )
    assert [(entry.title, entry.guid) for entry in found] == [("Markup", "119493")]


def test_an_entry_without_a_title_is_called_by_its_first_line() -> None:
    assert one(title="", description="An audit of pensions.\nMore of it.").title == "An audit of pensions."


def test_an_entity_that_is_not_declared_does_no_harm() -> None:
    found = one(title="Full&nbsp;Committee Markup", description="Status:&nbsp;Scheduled")
    assert (found.title, found.text) == ("Full Committee Markup", "Status: Scheduled")


def test_a_guid_that_is_a_link_in_markup_is_the_address() -> None:
    guid = "&lt;a href=&quot;/media-center/first-100-days&quot;&gt;view&lt;/a&gt;"
    assert one(guid=guid).guid in (
        "/media-center/first-100-days",
        "https://www.example.gov/media-center/first-100-days",
    )


# --- what is no feed, and what means harm -------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(b)} "{f"&{chr(b - 1)};" * 10}">' for b in range(98, 108))
    + "]><rss version='2.0'><channel><item><title>&k;</title></item></channel></rss>"
)
HARM: list[tuple[str, str | bytes, str]] = [
    ("empty", b"", "the document is empty"),
    ("blank", b" \n\n", "the document is empty"),
    (
        "web page",
        "\n<!-- x -->\n<!DOCTYPE html><html><title>Technical Difficulties</title></html>",
        "a web page came",
    ),
    ("web page after a declaration", '<?xml version="1.0"?><html xmlns="x"/>', "a web page came"),
    ("a path", b"/etc/passwd", "not a feed"),
    ("an address", b"https://www.example.gov/feed", "not a feed"),
    ("json", b'{"entries": []}', "not a feed"),
    ("noise", bytes(range(256)) * 20, "not a feed"),
    ("no items", feed(), "the feed has no entries"),
    ("too large", b"<rss>" + b" " * feeds.MAXIMUM_BYTES, "the feed has 31"),
]


@pytest.mark.parametrize(("body", "message"), [row[1:] for row in HARM], ids=[row[0] for row in HARM])
def test_what_is_no_feed_is_drift(body: str | bytes, message: str) -> None:
    with pytest.raises(DriftError) as caught:
        entries(body)
    assert message in caught.value.message
    assert caught.value.url == URL


def test_no_file_is_opened_whatever_a_feed_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(feed("<title>Secret</title><link>https://www.example.gov/s</link>"))
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
    for body in (
        str(secret),
        f"file://{secret}",
        feed("<title>&x;</title><link>https://www.example.gov/a</link>", head=entity),
    ):
        try:
            found = entries(body)
        except DriftError:
            continue
        assert all("Secret" not in entry.title + entry.text for entry in found)


def test_entities_that_multiply_stay_small() -> None:
    try:
        found = entries(BOMB)
    except DriftError:
        return
    assert all(len(entry.title) <= feed_reader.MAXIMUM_TITLE for entry in found)


def test_a_feed_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    hostile = "<rss version='2.0'><channel>" + "<a>" * 400_000 + "</a>" * 400_000 + "</channel></rss>"
    with pytest.raises(DriftError, match="more time or memory than a feed may take"):
        entries(hostile)
    assert one(title="Next").title == "Next"


def test_a_helper_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert one(title="Warm").title == "Warm"
    helper = feeds._HELPER._process
    assert helper is not None
    helper.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(feeds, "PATIENCE", 0.1)
    with pytest.raises(DriftError, match="more time or memory"):
        one(title="Late")
    monkeypatch.undo()
    assert one(title="Next").title == "Next"


def test_a_helper_that_was_killed_is_started_again() -> None:
    assert one(title="Warm").title == "Warm"
    helper = feeds._HELPER._process
    assert helper is not None
    helper.kill()
    helper.wait()
    assert one(title="Next").title == "Next"


def test_threads_take_turns() -> None:
    found: dict[str, str] = {}

    def read(name: str) -> None:
        found[name] = one(title=name).title

    threads = [threading.Thread(target=read, args=(f"Title {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {name: name for name in found}
    assert len(found) == 8


def test_only_so_many_entries_and_words_are_taken() -> None:
    body = f"<description>{'d ' * 60_000}</description>"
    item = f"<title>{'t' * 2000}</title><link>https://www.example.gov/a</link>{body}"
    found = entries(feed(*[item] * 3))
    assert {len(entry.title) for entry in found} == {feed_reader.MAXIMUM_TITLE}
    assert max(len(entry.text) for entry in found) <= feed_reader.MAXIMUM_TEXT
    many = feed(*["<title>t</title><link>https://www.example.gov/a</link>"] * 700)
    assert len(entries(many)) == feed_reader.MAXIMUM_ENTRIES


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_drift(body: bytes) -> None:
    for made in (body, b"<rss version='2.0'><channel><item><title>" + body):
        without_people(made)
        with suppress(DriftError):
            entries(made)


def test_a_feed_cut_anywhere_is_read_as_far_as_it_goes_or_is_drift() -> None:
    items = (
        "<title>One &amp;amp; all</title><link>https://www.example.gov/1</link>",
        "<title>Two</title><link>https://www.example.gov/2</link><description><![CDATA[<p>Words</p>]]></description>",
    )
    whole = feed(*items).encode()
    titles = set()
    for end in range(0, len(whole), 3):
        with suppress(DriftError):
            titles |= {entry.title for entry in entries(whole[:end])}
    assert {"One & all", "Two"} <= titles


# --- the feeds of the mirror --------------------------------------------------------------------------------

GOVERNMENT = {
    "www.gao.gov/rss/reports.xml": 2,
    "appropriations.house.gov/rss.xml": 10,
    "www.appropriations.senate.gov/rss/feeds/index.html?type=press": 15,
    "docs.house.gov/Committee/RSS.ashx?Code=SY00": 2,
    "feeds/gov/ruiz.house.gov-rss-2013.xml": 10,
}


@pytest.mark.mirror
@pytest.mark.parametrize(("path", "count"), GOVERNMENT.items())
def test_real_feeds_are_read_with_their_dates(path: str, count: int) -> None:
    found = entries_of(document(f"https://{path}", (mirror_root() / path).read_bytes(), "application/xml"))
    assert len(found) == count
    assert all(entry.published_on and entry.title and entry.url for entry in found)
    assert all("@" not in entry.title + entry.text for entry in found)
    assert all("&amp;" not in entry.title and "&#" not in entry.title for entry in found)


@pytest.mark.mirror
def test_feeds_of_the_corpus_raise_nothing_but_drift() -> None:
    """All of feedparser's ill-formed feeds and its odd encodings, each under the deadline of the helper."""
    files = sorted(
        path for path in (mirror_root() / "feeds" / "feedparser").rglob("*") if path.suffix == ".xml"
    )
    assert len(files) > 90
    refused: dict[str, str] = {}
    for path in files:
        body = path.read_bytes()
        without_people(body)
        try:
            entries_of(document(URL, body, "application/xml"))
        except DriftError as error:
            refused[path.name] = error.message
    assert not any("more time or memory" in message for message in refused.values())
    assert len(refused) < len(files)
