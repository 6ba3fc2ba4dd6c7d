"""The small MIME writer against the standard library's: what comes out when a mail is read again."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.digests.message import Letter, Links, Sender, Words, message_id, own_link, render_mail, stop_link
from tracker.digests.mime import header_line, two_part_message

SENDER = Sender("Security Assistance Tracker", "https://tracker.example", "alerts@tracker.example")
QUEUED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)
_BREAKS_LINES = "\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r\n"
_LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=_BREAKS_LINES), max_size=40)
_TEXT = st.lists(st.builds(lambda line, times: line * times, _LINE, st.integers(1, 40)), max_size=4).map(
    "\n".join
)


def read(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)


def letter(**changed: object) -> Letter:
    usual: dict[str, object] = {
        "kind": "digest", "period": "2026-11-02", "queued_at": QUEUED, "address": "reader@example.org",
        "message_id": message_id("r1", "digest", "2026-11-02", "tracker.example"),
        "words": Words("S. 1 passed", f"Stop: {own_link('unsubscribe')}\n", f"<a href='{stop_link(0)}'>x</a>",
                       ("country:EGY",)),
        "links": Links("https://tracker.example/u/v1.all", {"country:EGY": "https://tracker.example/u/v1.egy"}),
    }  # fmt: skip
    return Letter(**{**usual, **changed})  # type: ignore[arg-type]


@given(_TEXT, _TEXT, _WORDS)
def test_parts_and_subject_are_those_that_the_standard_library_writes(
    text: str, html: str, subject: str
) -> None:
    ours = read(two_part_message([("Subject", subject), ("To", "a@example.org")], text, html, "=_mark"))
    theirs = EmailMessage(email.policy.SMTP)
    theirs["Subject"], theirs["To"] = " ".join(subject.split()), "a@example.org"
    theirs.set_content(text, cte="quoted-printable")
    theirs.add_alternative(html, subtype="html", cte="quoted-printable")
    expected = read(theirs.as_bytes())
    assert ours["Subject"].split() == expected["Subject"].split()
    assert [part.get_content_type() for part in ours.walk()] == [
        part.get_content_type() for part in expected.walk()
    ]
    for kind in ("plain", "html"):
        mine, other = ours.get_body((kind,)), expected.get_body((kind,))
        assert mine is not None
        assert other is not None
        assert mine.get_content().rstrip("\r\n") == other.get_content().rstrip("\r\n")


@given(_TEXT, _TEXT, _WORDS)
def test_lines_are_short_and_seven_bit(text: str, html: str, subject: str) -> None:
    message = two_part_message([("Subject", subject)], text, html, "=_mark")
    assert message.isascii()
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert max(map(len, message.split(b"\r\n"))) <= 998
    _, _, body = message.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    "value",
    [
        "Hello\r\nBcc: everybody@example.org",
        "Hello\nBcc: x",
        "Hello\rBcc: x",
        "Hello\x00Bcc: x",
        "Hé\r\nBcc: x",
    ],
)
def test_nobodys_words_begin_a_header(value: str) -> None:
    message = read(two_part_message([("Subject", value)], "text", "html", "=_mark"))
    assert message.keys() == ["Subject", "MIME-Version", "Content-Type"]


def test_what_only_looks_encoded_is_not_decoded() -> None:
    message = read(two_part_message([("Subject", "=?utf-8?q?hello?= there")], "text", "html", "=_mark"))
    assert message["Subject"] == "=?utf-8?q?hello?= there"


def test_long_headers_are_folded_between_words() -> None:
    line = header_line("List-Unsubscribe", f"<https://tracker.example/u/{'x' * 90}>, <mailto:a@example.org>")
    first, *rest = line.split(b"\r\n")
    assert first.startswith(b"List-Unsubscribe: <https")
    assert rest == [b" <mailto:a@example.org>"]


def test_headers_say_who_it_is_from_how_to_end_it_and_that_a_machine_wrote_it() -> None:
    message = read(render_mail(letter(), SENDER).message)
    assert message["From"] == "Security Assistance Tracker alerts <alerts@tracker.example>"
    assert message["To"] == "reader@example.org"
    assert parsedate_to_datetime(message["Date"]) == QUEUED
    unsubscribe = message["List-Unsubscribe"]
    assert unsubscribe == "<https://tracker.example/u/v1.all>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"].endswith("<digests.tracker.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "list"
    for name in ("List-Help", "List-Owner", "List-Archive", "Feedback-ID"):
        assert message[name], name
    assert "reader" not in message["Feedback-ID"] + message["Message-ID"]


def test_what_was_just_asked_for_has_nothing_to_unsubscribe_from() -> None:
    message = read(render_mail(letter(kind="confirmation"), SENDER).message)
    assert "List-Unsubscribe" not in message
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_row_makes_the_same_bytes() -> None:
    assert render_mail(letter(), SENDER) == render_mail(letter(), SENDER)


def test_each_readers_own_links_are_filled_in() -> None:
    message = read(render_mail(letter(), SENDER).message)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content() == "Stop: https://tracker.example/u/v1.all\r\n"
    assert "https://tracker.example/u/v1.egy" in html.get_content()
