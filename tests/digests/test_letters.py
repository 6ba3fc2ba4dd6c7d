"""Rows of mails become letters: the same each time, each reader's own links, and the short mails' words."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from tests.digests.mails import VALUES, short_mail
from tests.digests.site import DIGEST, SECRET, SENDER, Site
from tests.digests.test_render import LINKS, Page, plain
from tracker.bounces.leaving import leaver_of
from tracker.digests.letters import Writer
from tracker.digests.message import Links, Words, personal, render_mail, stop_link
from tracker.models import DigestKind, Purpose
from tracker.subscriptions.mails import to_values
from tracker.tokens import Unsubscribe, Unsubscribes, fresh_id, mailed_token, read_unsubscribe

INTAKE = "bounces@tracker.example"
QUEUED = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Row(NamedTuple):
    """A claimed row as the sender has it."""

    kind: DigestKind
    body_id: int | None
    values: Any
    subscriber_id: int
    public_id: str
    period: str = "2026-11-03"
    queued_at: datetime = QUEUED
    message_id: str | None = None
    address: str = "reader@example.org"


@pytest.mark.parametrize("name", VALUES)
def test_short_mails_say_the_same_in_both_parts(name: str) -> None:
    words = short_mail(name)
    page, text = Page(words.html), plain(words.text)
    assert plain(page.title) == words.subject
    assert page.headings.count(1) == 1
    for link in page.links:
        assert link in words.text
    for follow in getattr(VALUES[name], "follows", ()) if name != "heartbeat" else ():
        assert follow.title in text
        assert follow.kinds in text
    if name in ("confirmation", "reminder", "manage"):
        assert "https://tracker.example/confirm/TOKEN" in page.links
        assert "4 November 2026, 09:00 UTC" in text


def test_who_confirmed_before_is_asked_only_for_what_is_added() -> None:
    first, again = VALUES["confirmation"], replace(VALUES["confirmation"], is_first=False)
    assert "deleted after a week" in plain(short_mail("confirmation", mail=first).text)
    assert "is forgotten after a week" in plain(short_mail("confirmation", mail=again).text)


@pytest.mark.parametrize("name", ["confirmation", "manage", "welcome"])
def test_a_short_mails_token_is_made_again_from_its_seed(site: Site, name: str) -> None:
    row = Row(DigestKind(name), None, to_values(VALUES[name]), 1, "R" * 22)
    with site.engine.connect() as connection:
        (one,) = Writer(SENDER, SECRET).letters(connection, [row])
        (again,) = Writer(SENDER, SECRET).letters(connection, [row])
    assert render_mail(one, SENDER) == render_mail(again, SENDER)
    purpose = Purpose.MANAGE if name == "manage" else Purpose.CONFIRM
    link = f"https://tracker.example/{purpose.value}/{mailed_token(SECRET, purpose, 's')}"
    assert (link in one.words.text) is (name != "welcome")


@pytest.mark.parametrize("name", VALUES)
def test_what_goes_to_a_subscriber_says_how_to_end_it_and_what_answers_somebody_does_not(
    site: Site, name: str
) -> None:
    """A confirmation goes to an address that has subscribed to nothing yet, a link to whoever just asked for it."""
    values = (
        {"follows": 2, "since": "2026-10-03T00:00:00+00:00", "health": ""}
        if name == "heartbeat"
        else to_values(VALUES[name])
    )
    row, sender = Row(DigestKind(name), None, values, 1, fresh_id()), replace(SENDER, taken_in_at=INTAKE)
    with site.engine.connect() as connection:
        (letter,) = Writer(sender, SECRET).letters(connection, [row])
        (without,) = Writer(SENDER, SECRET).letters(connection, [row])
    message = email.message_from_bytes(render_mail(letter, sender).message, policy=email.policy.default)
    if name not in ("welcome", "heartbeat"):
        assert not [header for header in message if header.startswith(("List-", "Precedence"))]
        return
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    by_post, by_mail = str(message["List-Unsubscribe"]).replace(" ", "").split(",")
    ends = Unsubscribe(Unsubscribes.SUBSCRIBER, row.public_id)
    assert read_unsubscribe(SECRET, by_post.strip("<>").rpartition("/")[2]) == ends
    address = by_mail.removeprefix("<mailto:").partition("?")[0]
    assert leaver_of(INTAKE, SECRET, address) == ends
    message = email.message_from_bytes(render_mail(without, SENDER).message, policy=email.policy.default)
    assert message["List-Unsubscribe"].strip("<>") == letter.links.unsubscribe


def test_each_reader_of_one_body_has_their_own_links(site: Site) -> None:
    site.begin("119-hr-1")
    readers = [site.reader("bill:119-hr-1", public_id=name * 22) for name in "ab"]
    site.publish("119-hr-1", title="Another title")
    site.plan()
    rows = [
        Row(DigestKind.DIGEST, _body(site, reader), None, reader, name * 22)
        for reader, name in zip(readers, "ab", strict=True)
    ]
    with site.engine.connect() as connection:
        letters = Writer(SENDER, SECRET).letters(connection, rows)
    assert letters[0].words == letters[1].words
    for letter, name in zip(letters, "ab", strict=True):
        token = letter.links.unsubscribe.rpartition("/")[2]
        assert read_unsubscribe(SECRET, token) == Unsubscribe(Unsubscribes.SUBSCRIBER, name * 22)
        page = Page(personal(letter.words, letter.links).html)
        assert letter.links.unsubscribe in page.links
        assert letter.links.stop["bill:119-hr-1"] in page.links
    assert letters[0].links.stop != letters[1].links.stop


def _body(site: Site, reader: int) -> int:
    with site.engine.connect() as connection:
        found = connection.execute(select(DIGEST.c.body_id).where(DIGEST.c.subscriber_id == reader))
        return int(found.scalar_one())


def test_a_follow_that_has_ended_has_the_link_that_ends_all() -> None:
    words = Words("s", stop_link(0), stop_link(0), ("country:EGY",))
    assert personal(words, Links(LINKS.unsubscribe)).text == LINKS.unsubscribe
