"""The words of SMTP, from values alone, and what no server may be handed."""

from __future__ import annotations

import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.mail import Relay, RelayUrlError, Route, route_from
from tracker.smtp import (
    GarbageError,
    Offers,
    Replies,
    Reply,
    UnsendableError,
    envelope,
    offers_of,
    on_the_wire,
)

EHLO = Reply(
    250,
    (
        "mx.example greets",
        "PIPELINING",
        "SIZE 52428800",
        "8BITMIME",
        "SMTPUTF8",
        "AUTH PLAIN LOGIN",
        "STARTTLS",
    ),
)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_replies_are_put_together_from_any_pieces(cuts: list[int]) -> None:
    text = b"220 mx.example\r\n250-mx.example\r\n250-PIPELINING\r\n250 HELP\r\n354\r\n550 5.1.1 no\r\n"
    replies, found, at = Replies(), [], 0
    for cut in [*cuts, len(text)]:
        found += replies.feed(text[at : at + cut])
        at += cut
    assert [reply.code for reply in found] == [220, 250, 354, 550]
    assert found[1].lines == ("mx.example", "PIPELINING", "HELP")
    assert found[3].enhanced == "5.1.1"


@pytest.mark.parametrize(
    "garbage",
    [b"SSH-2.0-OpenSSH\r\n", b"\r\n", b"2x0 ok\r\n", b"250_ok\r\n", b"a" * 5000, b"250-x\r\n" * 300],
)
def test_what_is_no_reply_is_refused(garbage: bytes) -> None:
    with pytest.raises(GarbageError):
        Replies().feed(garbage)


def test_what_a_server_offers() -> None:
    assert offers_of(EHLO) == Offers(True, True, True, True, 52428800, frozenset({"PLAIN", "LOGIN"}))
    assert offers_of(Reply(250, ("mx", "AUTH=LOGIN", "SIZE"))) == Offers(auth=frozenset({"LOGIN"}))
    assert offers_of(Reply(250, ("mx",))) == Offers()


def test_an_envelope_says_what_the_server_can_take() -> None:
    plain = envelope("a@x.example", "b@y.example", b"x\r\n", Offers())
    assert plain.mail == b"MAIL FROM:<a@x.example>\r\n"
    assert plain.rcpt == b"RCPT TO:<b@y.example>\r\n"
    full = envelope("a@x.example", "ü@y.example", "ä\r\n".encode(), offers_of(EHLO))
    assert full.mail == b"MAIL FROM:<a@x.example> SIZE=4 BODY=8BITMIME SMTPUTF8\r\n"


@pytest.mark.parametrize(
    ("recipient", "message", "offers"),
    [
        ("b@y.example>\r\nRCPT TO:<c@z.example", b"x", Offers()), ("b@y.example\n", b"x", Offers()),
        ("b y@z.example", b"x", Offers()), ("nobody", b"x", Offers()), ("", b"x", Offers()),
        ("ü@y.example", b"x", Offers()), ("b@y.example", "ä".encode(), Offers()),
        ("b@y.example", b"x" * 2000, Offers(size=1500)),
    ],
    ids=["injection", "line end", "blank", "no at", "empty", "letters", "8 bit", "too large"],
)  # fmt: skip
def test_what_a_server_cannot_take_is_not_said(recipient: str, message: bytes, offers: Offers) -> None:
    with pytest.raises(UnsendableError):
        envelope("a@x.example", recipient, message, offers)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=60), max_size=20))
def test_dots_are_doubled_as_the_standard_library_does(lines: list[str]) -> None:
    message = "".join(f"{line}\r\n" for line in lines).encode()
    ours = on_the_wire(message)
    assert ours == smtplib._quote_periods(message) or (not message and ours == b"\r\n")  # type: ignore[attr-defined]
    assert b"\r\n.\r\n" not in b"\r\n" + ours, "nothing in a message ends it"


@pytest.mark.parametrize(
    "message", [b"a\nb\r\n", b"a\rb\r\n", b"a\n.\nMAIL FROM:<x>\r\n", b"x" * 999 + b"\r\n"]
)
def test_what_could_be_seen_as_a_second_mail_is_not_sent(message: bytes) -> None:
    with pytest.raises(UnsendableError):
        on_the_wire(message)


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("smtp://mx.example", Route((Relay("mx.example", 25),))),
        ("smtps://u%40x:p%3Aw@mx.example", Route((Relay("mx.example", 465, "u@x", "p:w", tls=True),))),
        ("smtp://mx.example:587?starttls=1&window=8&connections=2",
         Route((Relay("mx.example", 587, starttls=True),), 2, 8)),
        ("smtp://a smtp://b:26", Route((Relay("a", 25), Relay("b", 26)))),
        ("smtp://[::1]:2525", Route((Relay("::1", 2525),))),
    ],
)  # fmt: skip
def test_what_smtp_url_says(url: str, route: Route) -> None:
    assert route_from(url) == route


@pytest.mark.parametrize(
    "url",
    [
        "http://x",
        "mx.example",
        "smtp://",
        "smtp://x:y",
        "smtp://x?window=0",
        "smtp://x?window=x",
        "smtp://x?a=1",
    ],
)
def test_an_smtp_url_that_cannot_be_read_says_so_without_its_password(url: str) -> None:
    with pytest.raises(RelayUrlError) as caught:
        route_from(url.replace("//", "//user:hunter2@", 1))
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(Relay("x", 25, "user", "hunter2"))
