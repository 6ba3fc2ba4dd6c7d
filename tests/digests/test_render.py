"""What every digest is, whatever is in it: the same in text and HTML, safe, small, and under the right headers."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.digests.generated import ENTRIES, HOSTILE, TODAY, WORDS, frame, news, selections
from tests.digests.site import SENDER
from tracker.digests.bodies import LARGEST, compose
from tracker.digests.choose import (
    LONGEST_SUBJECT,
    MOST,
    choose,
    divided,
    due_words,
    named,
    rest_of,
    said_once,
)
from tracker.digests.message import Letter, Links, Words, message_id, personal, render_mail
from tracker.digests.reading import clean
from tracker.digests.render import environment, lines
from tracker.digests.selection import Entry, ItemFacts, News, Selection
from tracker.wording import capital

LINKS = Links(
    f"{SENDER.public_url}/u/v1.sAAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBB",
    {target: f"{SENDER.public_url}/u/v1.f{number}" for number, target in enumerate(["country:EGY"])},
    leaving="bounces+token@tracker.example",
)
_ADDRESS = re.compile(r"https?://[^\s<>]+")


class Page(HTMLParser):
    """What a reader of the HTML gets: words, links, headings; and what must not be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()
        self.tags: list[str] = []
        self.language = self.title = ""
        self._skipped = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attributes)
        if tag == "a":
            address = values.get("href") or ""
            self.links |= {address} if not address.startswith("#") else set()
        if tag == "html":
            self.language = values.get("lang") or ""
        assert not any(name.startswith("on") for name in values)
        self._skipped = tag if tag in ("style", "title") else self._skipped

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""

    def handle_data(self, data: str) -> None:
        if self._skipped == "title":
            self.title += data
        elif not self._skipped:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if re.fullmatch(r"h[1-6]", tag)]


def plain(text: str) -> str:
    return " ".join(text.split())


def rendered(selection: Selection, kind: str = "digest") -> Words:
    return personal(compose(selection, frame(kind))[0], LINKS)


def mail_of(selection: Selection) -> bytes:
    words, _ = compose(selection, frame())
    named = message_id("reader", "digest", "2026-11-02", SENDER.host)
    queued = datetime(2026, 11, 2, 9, tzinfo=UTC)
    letter = Letter("digest", "2026-11-02", named, queued, "reader@example.org", words, LINKS)
    return render_mail(letter, SENDER).message


# --- the same in both parts ---------------------------------------------------------------------------------


def assert_same(selection: Selection, kind: str) -> None:
    """Every thing that is told, and every link, is in the text and in the HTML."""
    words = rendered(selection, kind)
    page, text = Page(words.html), plain(words.text)
    contents = choose(selection, frame(kind))
    html = page.text
    for section in contents.sections:
        assert plain(section.heading) in text
        assert plain(section.heading) in html
        for block in section.blocks:
            for said in (block.lead, block.standing, block.next_step, *(line.words for line in block.lines)):
                assert plain(said) in text
                assert plain(said) in html
            for line in block.lines:
                assert plain(line.note) in text
                assert plain(line.note) in html
        if section.rest:
            assert f"And {section.rest} more under" in text
            assert f"And {section.rest} more under" in html
    for due in contents.dues:
        for said in (due.item.act, due.item.name, capital(due_words(due, TODAY))):
            assert plain(said) in text
            assert plain(said) in html
    if contents.more_dues:
        assert f"And {contents.more_dues} more under “Act by”" in text
        assert f"And {contents.more_dues} more under “Act by”" in html
    in_text = {address.rstrip(".,;:") for address in _ADDRESS.findall(words.text)}
    assert {link.rstrip("/") for link in page.links} == {link.rstrip("/") for link in in_text}


@given(selections(), st.sampled_from(["digest", "urgent"]))
def test_15_text_and_html_hold_the_same(selection: Selection, kind: str) -> None:
    assert_same(selection, kind)


# --- headers, and what no mail may have -----------------------------------------------------------------------

ONCE = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Precedence", "Feedback-ID",
)  # fmt: skip


def assert_right(selection: Selection) -> None:
    """Everything that the rules for mail and our own ask of one."""
    raw = mail_of(selection)
    assert len(raw) < 100_000
    assert raw.isascii()
    assert b"\x00" not in raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)
    assert message.defects == []
    assert sorted(message.keys()) == sorted(ONCE)
    for name in ONCE:
        assert message[name].defects == (), name
    sender: Address = message["From"].addresses[0]
    assert sender.addr_spec == SENDER.address
    assert sender.domain == urlsplit(SENDER.public_url).hostname
    subject = str(message["Subject"])
    assert 0 < len(subject) <= LONGEST_SUBJECT
    assert subject == plain(subject)
    assert "&quot;" not in subject or "&quot;" in str(selection)
    assert re.fullmatch(r"<[\w.-]+@[\w.-]+>", str(message["Message-ID"]))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    first, second = str(message["List-Unsubscribe"]).replace(" ", "").split(",")
    assert first == f"<{LINKS.unsubscribe}>"
    assert second == f"<mailto:{LINKS.leaving}?subject=unsubscribe>"
    parts = list(message.iter_parts())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert all(part["Content-Transfer-Encoding"] == "quoted-printable" for part in parts)
    assert all(part.get_content_charset() == "utf-8" for part in parts)
    assert_readable(parts[1].get_content(), subject)


def assert_readable(html: str, subject: str) -> None:
    page = Page(html)
    assert page.language == "en"
    assert plain(page.title) == subject
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    forbidden = {"img", "script", "link", "iframe", "form", "table", "object", "video", "svg"}
    assert forbidden.isdisjoint(page.tags)
    assert "url(" not in html
    allowed = {"tracker.example", "www.govinfo.gov", "clerk.house.gov"}
    assert {urlsplit(link).hostname for link in page.links} <= allowed
    assert "\ue000" not in html


@given(selections())
def test_every_mail_keeps_the_rules(selection: Selection) -> None:
    assert_right(selection)


@pytest.mark.long
@settings(max_examples=1_000)
@given(selections(80))
def test_a_thousand_mails_keep_the_rules_and_say_the_same_twice(selection: Selection) -> None:
    assert_right(selection)
    assert_same(selection, "digest")


# --- 10: hostile words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", HOSTILE)
def test_10_hostile_words_do_nothing(words: str) -> None:
    item = ItemFacts("bill:119-s-1", "bill", clean(words)[:48] or "S. 1", clean(words), "/bills/119-s-1")
    one = News(1, "title", item, clean(f"Its title is now “{words}”."), None, words, TODAY,
               datetime(2026, 11, 2, tzinfo=UTC), "Bill status", "https://www.govinfo.gov/x")  # fmt: skip
    selection = Selection((Entry(one, ("country:EGY",)),))
    assert_right(selection)
    assert_same(selection, "digest")
    message = email.message_from_bytes(mail_of(selection), policy=email.policy.default)
    assert "Bcc" not in message
    html = rendered(selection).html
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()
    for seen in ("\u202e", "\u2067", "\x00", "\x1b"):
        assert seen not in html
        assert seen not in str(message["Subject"])


@given(WORDS)
def test_cleaned_words_are_one_line_of_visible_characters(words: str) -> None:
    line = clean(words)
    assert line == plain(line)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue000\ue001]", line)


# --- how much -------------------------------------------------------------------------------------------------


def many(count: int, sentence: str = "It says a good deal about what became of it") -> Selection:
    kinds = ("stage", "vote_reference", "cosponsor_added", "text_version", "action", "arms_sale_notified")
    entries = []
    for number in range(1, count + 1):
        item = ItemFacts(f"bill:119-s-{number}", "bill", f"S. {number}", 150 * "ä", f"/bills/119-s-{number}",
                         status=sentence, next_step=sentence)  # fmt: skip
        one = News(number, kinds[number % 6], item, f"{sentence} {number}.", None, None, TODAY,
                   datetime(2026, 11, 2, tzinfo=UTC), "Bill status", f"https://www.govinfo.gov/{number}")  # fmt: skip
        entries.append(Entry(one, ("country:EGY",)))
    return Selection(tuple(entries))


@pytest.mark.parametrize("sentence", ["It moved.", 25 * "Ein längerer Satz. ", 30 * "日本語です。"])
def test_15_five_hundred_changes_fit(sentence: str) -> None:
    selection = many(500, sentence)
    raw = mail_of(selection)
    assert len(raw) < 100_000
    words, most = compose(selection, frame())
    contents = choose(selection, frame(), most)
    assert sum(lines(section) + section.rest for section in contents.sections) == 500
    assert sum(lines(section) for section in contents.sections) == most <= MOST
    assert len(words.text) < LARGEST


@given(selections(80), st.sampled_from([10, 20, MOST]))
def test_the_rest_is_exactly_what_was_left_out(selection: Selection, most: int) -> None:
    contents = choose(selection, frame(), most)
    whole = {section.key: section for section in divided(said_once(selection))}
    for section in contents.sections:
        rest = rest_of(selection, section.key, most)
        left = lines(rest) if rest else 0
        assert left == section.rest
        shown = [line for block in section.blocks for line in block.lines]
        behind = [line for block in rest.blocks for line in block.lines] if rest else []
        assert shown + behind == [line for block in whole[section.key].blocks for line in block.lines]
    assert sum(lines(section) for section in contents.sections) <= most


def test_what_is_said_twice_stands_once() -> None:
    (one,) = many(1).entries
    twin = msgspec.structs.replace(one, news=msgspec.structs.replace(one.news, id=2))
    contents = choose(Selection((one, twin)), frame())
    assert sum(lines(section) for section in contents.sections) == 1


def test_a_line_of_the_record_stands_with_the_step_that_it_tells_of_and_behind_it() -> None:
    (first,) = many(1).entries

    def entry(number: int, kind: str, day: date = TODAY) -> Entry:
        changed = msgspec.structs.replace(
            first.news, id=number, kind=kind, sentence=f"{number}.", occurred_on=day
        )
        return msgspec.structs.replace(first, news=changed)

    earlier = TODAY - timedelta(days=1)
    told = (
        entry(1, "action"),
        entry(2, "stage"),
        entry(3, "action", earlier),
        entry(4, "cosponsor_added", earlier),
    )
    sections = choose(Selection(told), frame()).sections
    lines_of = {
        section.key: [line.id for block in section.blocks for line in block.lines] for section in sections
    }
    assert lines_of == {"status": [2, 1], "cosponsors": [4], "record": [3]}


def test_why_it_is_told_is_said_once_where_all_is_told_for_one_reason() -> None:
    (one,) = many(1).entries
    alone, two = rendered(Selection((one,))), rendered(Selection((*many(2).entries, *_also_followed(one))))
    for part in (alone.text, alone.html):
        assert "1 change on Egypt, which you follow" in plain(part)
        assert "You follow Egypt" not in part
    assert plain(two.text).count("You follow Egypt") == plain(two.html).count("You follow Egypt") == 2
    assert "on 2 things that you follow" in plain(two.text)


def _also_followed(entry: Entry) -> tuple[Entry, ...]:
    news = msgspec.structs.replace(
        entry.news, id=99, item=msgspec.structs.replace(entry.news.item, key="bill:119-s-99")
    )
    return (Entry(news, ("bill:119-s-1780",)),)


def test_the_list_of_sections_leads_to_them() -> None:
    html = rendered(many(20)).html
    assert set(re.findall(r'href="#([^"]*)"', html)) == set(re.findall(r'<h2 id="([^"]*)"', html)) != set()


# --- the subject ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "new", "expected"),
    [
        ("stage", "passed_house", "S. 1 passed the House"),
        ("became_law", {}, "S. 1 became law"),
        ("vote_reference", {"chamber": "senate", "yeas": 18, "nays": 79}, "Senate vote 18–79 on S. 1"),
        ("arms_sale_notified", {"buyer": "Egypt", "dollars": 5_000_000}, "Arms sale notified: Egypt, up to $5 million"),
        ("cosponsor_added", {}, "S. 1 gained a cosponsor"),
        ("summary", {}, "S. 1: summary"),
    ],
)  # fmt: skip
def test_a_subject_names_the_change(kind: str, new: object, expected: str) -> None:
    (one,) = many(1).entries
    assert named(msgspec.structs.replace(one.news, kind=kind, new=new)) == expected


@given(st.lists(ENTRIES, min_size=1, max_size=20, unique_by=lambda entry: entry.news.id))
def test_a_subject_fits_and_counts_the_others(entries: list[Entry]) -> None:
    subject = choose(Selection(tuple(entries)), frame()).subject
    assert len(subject) <= LONGEST_SUBJECT
    once = len(said_once(Selection(tuple(entries))).entries)
    assert (f"; +{once - 1} change" in subject) is (once > 1)


@given(news())
def test_every_kind_has_a_name_for_a_subject(one: News) -> None:
    assert named(one)


# --- templates ------------------------------------------------------------------------------------------------


def test_every_template_compiles_and_has_three_parts() -> None:
    names = {name for name in environment().list_templates() if not name.startswith("parts/")}
    folders = {name.partition("/")[0] for name in names}
    assert names == {f"{one}/{part}" for one in folders for part in ("subject.txt", "body.txt", "body.html")}
    for name in environment().list_templates():
        environment().get_template(name)
